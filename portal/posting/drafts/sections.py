"""The sections of a posting: which keys of the record each holds, and how they are typed and written.

Everything that shows or changes a draft by section goes through here: the form, translations, whole files, copies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.listings import codes
from portal.posting.drafts.typed import (
    Codes,
    Day,
    Deadlines,
    Decimal,
    Flag,
    Lines,
    Prose,
    Rows,
    Rules,
    Shape,
    Text,
    Whole,
    YesNo,
    line_of,
    lines_of,
)

_PATH = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(.+))?")
_INSIDE = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


@dataclass(frozen=True)
class Section:
    """One page of the form. `shapes`: key of the record → how it is typed; `kinds`: of listings that have it."""

    code: str
    shapes: Mapping[str, Shape]
    kinds: tuple[str, ...] = codes.KINDS

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the record it holds."""
        return tuple(self.shapes)

    def show(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in the form: name of the field → what is typed there."""
        return {key: shape.show(content.get(key)) for key, shape in self.shapes.items()}

    def read(self, typed: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of the record with what was typed; `content` is the draft it goes into."""
        return {key: shape.read(typed.get(key)) for key, shape in self.shapes.items()}

    def values(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of the record as the form would write them back: fit to be compared."""
        return self.read(self.show(content), content)

    def field_of(self, path: str, content: Mapping[str, Any]) -> str | None:
        """The field of the form in which a place of the record ("money[0].amount") is typed, by its name there."""
        found = _PATH.fullmatch(path)
        if found is None or found[1] not in self.shapes:
            return None
        shape = self.shapes[found[1]]
        if not isinstance(shape, Rows) or found[2] is None:
            return found[1]
        column = shape.name_of(found[3] or next(iter(shape.columns)))
        inside = _INSIDE.fullmatch(column)
        column = "-".join(inside.groups()) if inside else re.sub(r"\[.*", "", column)
        return f"{found[1]}-{found[2]}-{column}"


class TextsSection(Section):
    """The prose in the language it is written in; translations are not touched."""

    def show(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Language, title, summary, description."""
        source = source_text(content)
        texts = {key: Prose().show(source.get(key)) for key in codes.PROSE}
        return {"source_language": Text().show(content.get("source_language")), **texts}

    def read(self, typed: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        """The original among the texts, in its language."""
        language = line_of(typed.get("source_language")) or None
        texts = {
            "title": lines_of(" ".join(str(typed.get("title") or "").split())),
            "summary": Prose().read(typed.get("summary")),
            "description": Prose().read(typed.get("description")),
        }
        source = {"language": language, "origin": "source", **texts}
        others = [text for text in _texts(content) if text.get("origin") != "source"]
        return {"source_language": language, "translations": [source, *others]}

    def field_of(self, path: str, content: Mapping[str, Any]) -> str | None:
        """The original alone is typed here."""
        found = _PATH.fullmatch(path)
        if path == "source_language" or found is None or found[1] != "translations":
            return path if path == "source_language" else None
        if found[2] is None:
            return "source_language"
        texts = content.get("translations")
        here = isinstance(texts, list) and texts[int(found[2]) : int(found[2]) + 1] == [source_text(content)]
        return ({"language": "source_language"}.get(found[3] or "title", found[3] or "title")) if here else None


class ApplySection(Section):
    """Here or elsewhere: a record says it by having an address or not."""

    def show(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The choice, and the address."""
        where = "here" if content.get("apply_url") is None else "elsewhere"
        steps = [{"step": code} for code in Codes().show(content.get("apply_steps"))]
        return {"apply_where": where, "apply_url": Text().show(content.get("apply_url")), "apply_steps": steps}

    def read(self, typed: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        """An address for elsewhere, even if it still lacks."""
        url = line_of(typed.get("apply_url")) if typed.get("apply_where") == "elsewhere" else None
        steps = [row.get("step") for row in typed.get("apply_steps") or ()]
        return {"apply_url": url, "apply_steps": Codes().read(steps)}

    def field_of(self, path: str, content: Mapping[str, Any]) -> str | None:
        """Steps are rows of one column."""
        found = _PATH.fullmatch(path)
        if found and found[1] == "apply_steps" and found[2]:
            return f"apply_steps-{found[2]}-step"
        return found[1] if found and found[1] in self.shapes else None


def source_text(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The text of a draft in the language it is written in; empty if it has none yet."""
    return next((text for text in _texts(content) if text.get("origin") == "source"), {})


def _texts(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    texts = content.get("translations")
    return [text for text in texts if isinstance(text, dict)] if isinstance(texts, list) else []


_MONEY = Rows({
    "item": Text(), "payer": Text(), "amount": Decimal(money=True), "currency": Text(), "per": Text(), "level": Text(),
})  # fmt: skip
_DOCUMENTS = Rows(
    {
        "kind": Text(), "count": Whole(), "languages": Codes(), "notarised_translation": Flag(), "pages_max": Whole(),
        "words_max": Whole(), "due": Text(),
    },
    given=("count", "due"),
    fixed={"count": 1, "due": "application"},
)  # fmt: skip
_DEADLINES = Deadlines({"purpose": Text(), "local_time": Text(), "zone": Text()}, given=("zone", "time", "local_time"))

SECTIONS: tuple[Section, ...] = (
    Section(
        "basics",
        {
            "kind": Text(), "scheme": Text(), "funder": Text(), "reference": Text(), "source_url": Text(),
            "source_checked_on": Day(),
        },
    ),
    TextsSection("texts", {"source_language": Text(), "translations": Text()}),
    Section(
        "host",
        {
            "department": Text(), "country": Text(), "place": Text(), "contact_name": Text(), "contact_email": Text(),
        },
    ),
    Section(
        "content",
        {
            "isced": Codes(), "concepts": Codes(), "concepts_refused": Codes(), "levels": Codes(), "mode": Text(),
            "working_languages": Codes(), "award": Text(), "credits": Whole(), "outputs": Codes(),
        },
    ),
    Section(
        "time",
        {
            "starts_from": Day(), "starts_until": Day(), "months_min": Decimal(), "months_max": Decimal(),
            "rolling": Flag(), "deadlines": _DEADLINES, "result_on": Day(), "next_cycle_on": Day(),
        },
    ),
    Section(
        "places",
        {
            "places_total": Whole(), "places_per_country": Whole(), "places_per_institution": Whole(),
            "places_filled": Whole(), "waiting_list": Flag(),
        },
    ),
    Section("money", {"money": _MONEY}),
    Section("eligibility", {"rules": Rules({"kind": Text(), "parameters": Text()})}),
    Section("documents", {"documents": _DOCUMENTS}),
    Section(
        "selection",
        {"criteria": Rows({"code": Text(), "weight": Whole()}), "stages": Codes(), "decided_by": Text()},
    ),
    Section("partners", {"partners": Rows({"organisation_id": Text(), "role": Text()})}),
    ApplySection("apply", {"apply_url": Text(), "apply_steps": Codes()}),
    Section(
        "base",
        {
            "base_equipment": Codes(), "base_seats": Whole(), "base_courses_a_year": Whole(),
            "base_certifications": Lines(), "base_open_to_third_parties": YesNo(),
        },
        kinds=("training-base",),
    ),
    Section(
        "joint",
        {
            "joint_months_home": Whole(), "joint_months_host": Whole(),
            "joint_degrees": Rows({"degree": Text(), "organisation": Text()}), "joint_approval": Text(),
        },
        kinds=("joint-programme",),
    ),
)  # fmt: skip
BY_CODE: Mapping[str, Section] = {section.code: section for section in SECTIONS}
_BY_KEY = {key: section for section in SECTIONS for key in section.keys}


def sections_of(kind: object) -> tuple[Section, ...]:
    """The sections of a listing of a kind. A joint programme is none without a partner: it is named beside the host."""
    own = [section for section in SECTIONS if kind in section.kinds or section.kinds == codes.KINDS]
    if kind == "joint-programme":
        own.insert(own.index(BY_CODE["host"]) + 1, own.pop(own.index(BY_CODE["partners"])))
    return tuple(own)


def section_of(path: str) -> Section | None:
    """The section that holds a place of the record ("money[0].amount"); None for what no section shows."""
    found = _PATH.match(path)
    return _BY_KEY.get(found[1]) if found else None
