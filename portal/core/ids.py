"""Public ids: short, random, without letters that are mistaken for one another (Crockford's base 32)."""

from __future__ import annotations

import random

CHANCE = random.SystemRandom()  # for ids that nobody is to foresee
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(randomness: random.Random, length: int = 8) -> str:
    """A new id of `length` characters; 8 give 10^12 possibilities."""
    return "".join(randomness.choices(ALPHABET, k=length))
