"""Organisations post: drafts, their sections, translations, publication, versions, whole files of listings."""
