"""The thesaurus: load it, find its labels in text, expand its concepts."""
