"""Topics that the texts of a draft name."""
