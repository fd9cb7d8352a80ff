"""Controlled vocabularies: the thesaurus with its places and filter words, ISCED-F fields, countries and languages."""
