"""Identifiers in text, however they were copied: DOI, ORCID iD."""

from __future__ import annotations

import re
from urllib.parse import unquote

# A DOI (DOI Handbook, 2.2) on its own, behind the address of the resolver, or in that of a publisher's page.
_DOI = re.compile(
    r"(?:(?P<page>https?://[^\s\"'<>]{1,200}?/(?:doi/(?:[a-z]+/)?|(?:articles?|chapter|book)/))"
    r"|(?P<link>(?:https?://)?(?:(?:dx|www)\.)?doi\.org/)|(?<![\w/.]))"
    r"(?P<doi>10\.\d{4,9}(?:\.\d+)*(?:/|%2F)[^\s\"'<>{}\\^`|,;，；。]+)",
    re.ASCII | re.IGNORECASE,
)
_BEFORE_A_DOI = re.compile(r"\W*(?:doi\b[:：\s]*)?", re.IGNORECASE)
_OF_ADDRESS = re.compile(r"[?#].*$")
_OF_PAGE = re.compile(r"(?:/(?:full|abstract|pdf|epdf|html|meta)|\.pdf)?/?$", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "[", "）": "（", "】": "【"}
_ORCID = re.compile(r"(?<![\w-])\d{4}-?\d{4}-?\d{4}-?\d{3}[\dXx](?![\w-])", re.ASCII)
_BETWEEN_DIGITS = re.compile("(?<=[0-9])[ \u2010-\u2015](?=[0-9Xx])")
_LONGEST_DOI = 200


def find_dois(text: str) -> list[str]:
    """DOIs in a text, bare and in small letters."""
    found = map(_bare, _DOI.finditer(text))
    return [doi for doi in found if len(doi) <= _LONGEST_DOI and "/" in doi[:-1] and doi[-1] != "/"]


def read_doi(text: str) -> str | None:
    """The DOI that a text is, with or without an address; None if it is none."""
    first, found = _DOI.search(text), find_dois(text)
    return found[0] if first and len(found) == 1 and _BEFORE_A_DOI.fullmatch(text[: first.start()]) else None


def _bare(match: re.Match[str]) -> str:
    """Without what an address goes on with, and the punctuation of the sentence around it; a bracket stays if it was
    opened inside."""
    doi = match["doi"]
    if match["page"] or match["link"]:
        doi = unquote(_OF_ADDRESS.sub("", doi))
    if match["page"]:
        doi = _OF_PAGE.sub("", doi, count=1)
    while doi and (doi[-1] in ".:!?*" or doi.count(doi[-1]) > doi.count(_BRACKETS.get(doi[-1], doi[-1]))):
        doi = doi[:-1]
    return doi.lower()


def find_orcids(text: str) -> list[str]:
    """ORCID iDs in a text whose check digit is right, with hyphens."""
    bare = (match[0].replace("-", "").upper() for match in _ORCID.finditer(text))
    return ["-".join(re.findall("....", one)) for one in bare if one[-1] == check_digit(one[:15])]


def read_orcid(text: str) -> str | None:
    """The ORCID iD that a text has, in whatever address and with whatever between its digits; None if there is none, or
    more than one."""
    found = set(find_orcids(_BETWEEN_DIGITS.sub("-", text)))
    return found.pop() if len(found) == 1 else None


def check_digit(digits: str) -> str:
    """The last character of an ORCID iD (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    last = (12 - total % 11) % 11
    return "X" if last == 10 else str(last)
