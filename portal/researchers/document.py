"""What the search for people knows of a researcher: as little as finds candidates, and of consenting people alone.

Codes only, of parts that are shown to hosts; no name, no prose, no id but the one hosts know. Whether and what a host
sees is decided by the database (`queries.find_shown`), not by what the index remembers.
"""

from __future__ import annotations

from portal.locales import TAGS
from portal.researchers.queries import Shown
from portal.vocabulary.isced import load_isced
from search.documents import Document, Evidence, Field, Role, Schema

CONSENT = ("consent", "findable")
SCHEMA = Schema(
    "people",
    (
        Field("summary", Role.TEXT),  # engines need one; it stays empty
        Field("concepts", Role.CONCEPT),
        Field("consent", Role.FILTER),
        Field("isced", Role.FILTER),
        Field("posted_at", Role.NUMBER),  # when the profile was changed last
        Field("closes_at", Role.NUMBER),  # these two order what is alike, and no person has them
        Field("confirmed_at", Role.NUMBER),
    ),
    TAGS,
    required=(CONSENT,),
)


def to_document(person: Shown, version: int) -> Document:
    """A person who agreed to be found, as the index knows them."""
    skills, wishes = person.profile.skills, person.profile.wishes
    narrow = load_isced().narrow
    fields = (*skills.isced, *(degree.isced for degree in person.profile.degrees if degree.isced))
    return Document(
        id=person.public_id,
        version=version,
        texts={},
        concepts=tuple(Evidence(one, "tag") for one in dict.fromkeys((*wishes.concepts, *skills.concepts))),
        facets={CONSENT[0]: (CONSENT[1],), "isced": tuple(dict.fromkeys(narrow(code) for code in fields))},
        numbers={"posted_at": person.changed_at.timestamp()},
    )
