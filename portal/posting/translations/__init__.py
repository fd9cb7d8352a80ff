"""The texts of a posting in other languages."""
