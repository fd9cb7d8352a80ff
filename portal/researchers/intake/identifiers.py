"""Identifiers in text: DOI, ORCID iD, e-mail address."""

from __future__ import annotations

import re

_DOI = re.compile(r"(?<![\w/.])10\.\d{4,9}/[^\s\"'<>{}\\^`|,;，；。]+", re.ASCII)
_ORCID = re.compile(r"(?<![\w-])\d{4}-?\d{4}-?\d{4}-?\d{3}[\dXx](?![\w-])", re.ASCII)
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", re.ASCII
)
_BEFORE_A_DOI = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*", re.IGNORECASE)
_LONGEST_DOI = 200


def find_dois(text: str) -> list[tuple[str, int]]:
    """DOIs in a text, bare and in small letters, each with where it begins."""
    unlinked = _BEFORE_A_DOI.sub(lambda match: " " * len(match[0]), text)
    found = ((_without_tail(match[0]).lower(), match.start()) for match in _DOI.finditer(unlinked))
    return [(doi, start) for doi, start in found if len(doi) <= _LONGEST_DOI and not doi.endswith("/")]


def read_doi(text: str) -> str | None:
    """The DOI that a text is, with or without its address; None if it is none."""
    found = find_dois(text.strip())
    rest = _BEFORE_A_DOI.sub("", text.strip()).lower()
    return found[0][0] if len(found) == 1 and rest.startswith(found[0][0]) else None


def _without_tail(doi: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays if it was opened inside."""
    while doi and (doi[-1] in ".:!?*" or (doi[-1] in ")]" and doi.count(doi[-1]) > doi.count("(["[doi[-1] == "]"]))):
        doi = doi[:-1]
    return doi


def find_orcids(text: str) -> list[str]:
    """ORCID iDs in a text whose check digit is right, with hyphens."""
    return [orcid for match in _ORCID.finditer(text) if (orcid := read_orcid(match[0]))]


def read_orcid(text: str) -> str | None:
    """The ORCID iD that a text is (with or without hyphens and address), with hyphens; None for a wrong one."""
    bare = text.strip().rstrip("/").rpartition("/")[2].replace("-", "").upper()
    if not re.fullmatch(r"\d{15}[\dX]", bare, re.ASCII) or bare[-1] != check_digit(bare[:15]):
        return None
    return "-".join(bare[start : start + 4] for start in range(0, 16, 4))


def check_digit(digits: str) -> str:
    """The last character of an ORCID iD (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    last = (12 - total % 11) % 11
    return "X" if last == 10 else str(last)


def find_emails(text: str) -> list[str]:
    """E-mail addresses in a text."""
    return list(dict.fromkeys(match[0] for match in _EMAIL.finditer(text)))
