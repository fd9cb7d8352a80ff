"""Secrets that are handed out once, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A new secret, fit for addresses and cookies."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database keeps of a secret. The secret is long and random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
