"""Public ids: short, random, without letters that are mistaken for one another (Crockford's base 32)."""

from __future__ import annotations

import random

CHANCE = random.SystemRandom()  # for ids that nobody is to foresee
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BITS = 5  # of a letter


def new_id(randomness: random.Random, length: int = 8) -> str:
    """A new id of `length` characters; 8 give 10^12 possibilities."""
    number = randomness.getrandbits(_BITS * length)  # asked for once: each question goes to the system
    return "".join(ALPHABET[number >> _BITS * place & len(ALPHABET) - 1] for place in range(length))
