"""Citizenship and day of birth, from lines that name them (“Citizenship: Vietnamese”): a country or a date by itself
says neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from portal.locales import TAGS
from portal.researchers.intake.dates import find_day
from portal.researchers.intake.proposals import Finds
from portal.researchers.intake.wording import Cue, find_cues, folded
from portal.researchers.profile import Background
from portal.vocabulary.cldr import country_names, locale_of
from search.analysis.scripts import is_spaceless
from search.concepts.thesaurus import Thesaurus

_BRACKET = re.compile(r"\s*\([^()]*\)")
_COLONS = (":", "：", "៖")
_END = re.compile(r"[|;；]")
_BETWEEN = re.compile(r"\s*(?:[,，、/·&和]|\b(?:and|dan|e)\b)\s*")
_MONTH_FIRST = frozenset({"en", "fil"})  # where “03/12/2000” may be a day of March


def propose_personal(line: str, words: str, thesaurus: Thesaurus, finds: Finds) -> None:
    """Propose what a folded line says of both; `words`: the line as it is shown."""
    for cue, value in _labelled(line):
        if cue.meaning == "citizenship":
            found = Background(citizenships=_citizenships(_said(value), thesaurus) or None)
        else:
            found = Background(born_on=find_day(_said(value), cue.languages.isdisjoint(_MONTH_FIRST)))
        if found != Background():
            finds.add("background", found, words)
        elif _said(value) and value.startswith(_COLONS):
            finds.leave_out("background", words, "other")


def _labelled(line: str) -> Iterator[tuple[Cue, str]]:
    """Each label with what follows it, up to the next one. Within a line it needs a colon or a gap."""
    line = _BRACKET.sub("", line)
    labels = [
        cue
        for cue in find_cues("personal", line)
        if not line[: cue.start].strip("•·*- ") or line[cue.end :].lstrip().startswith((*_COLONS, "|"))
    ]
    ends = [*(label.start for label in labels[1:]), len(line)]
    for label, end in zip(labels, ends, strict=False):
        yield label, line[label.end : end].lstrip()


def _said(value: str) -> str:
    return _END.split(value.lstrip(":：៖|–- "))[0].strip(" .,/")


def _citizenships(said: str, thesaurus: Thesaurus) -> tuple[str, ...]:
    """The countries with which it begins, if it begins with some."""
    if whole := _country(said, thesaurus):
        return (whole,)
    names = (name.split()[0] if is_spaceless(name) else name for name in _BETWEEN.split(said) if name)
    codes = takewhile(bool, (_country(name.removesuffix("籍"), thesaurus) for name in names))
    return tuple(dict.fromkeys(filter(None, codes)))


def _country(name: str, thesaurus: Thesaurus) -> str | None:
    cues = (cue.meaning for cue in find_cues("people", name) if (cue.start, cue.end) == (0, len(name)))
    return country_table(thesaurus).get(name) or next(cues, None)


@lru_cache(1)
def country_table(thesaurus: Thesaurus) -> dict[str, str]:
    """Folded name of a country or its people → ISO 3166-1 code, in all languages of the site."""
    table: dict[str, str] = {}
    for concept in thesaurus.concepts.values():
        if concept.id.startswith(("country-", "people-")) and concept.filter and len(concept.filter[1]) == 1:
            labels = (label for labels in concept.labels.values() for label in labels)
            table.update(dict.fromkeys(map(folded, labels), concept.filter[1][0]))
    for code in map(str, locale_of("en").territories):
        if len(code) == 2 and code.isalpha():
            for tag in TAGS:
                table.update(dict.fromkeys(map(folded, country_names(code, tag)), code))
    return table
