"""Signing in with ORCID, and an ORCID iD that is proven to be a person's own."""
