"""The indexes there are: listings, which anybody may see, and people who agreed to be found; what each is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core.outbox import Key
from portal.indexing.loading import (
    LISTING,
    ORGANISATION,
    OWN_CHANGE,
    document_versions,
    load_documents,
    load_people,
    people_versions,
)
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.researchers.queries import list_findable_ids
from portal.researchers.service import OUTBOX_KIND as RESEARCHER
from portal.site import Site
from search.documents import Document
from search.engine import SearchEngine


@dataclass(frozen=True)
class Index:
    """One index, and how the database fills it.

    `kind` is that of the outbox rows of what it holds, `kinds` are all that concern it. One change of an object raises
    the version of its document by `step`. `wanted` lists what is to be found, `meant` what some outbox rows mean,
    `versions` and `documents` are those of some ids (None: all).
    """

    name: str
    kind: str
    kinds: tuple[str, ...]
    step: int
    engine: SearchEngine
    wanted: Callable[[Session], list[str]]
    meant: Callable[[Session, Sequence[Key]], list[str]]
    versions: Callable[[Session, Sequence[str]], dict[str, int]]
    documents: Callable[[Session, Sequence[str] | None], Iterator[Document]]


def indexes_of(site: Site) -> tuple[Index, Index]:
    """All of them."""
    return listings_index(site), people_index(site)


def listings_index(site: Site) -> Index:
    """What anybody may see."""
    return Index(
        "listings", LISTING, (LISTING, ORGANISATION), OWN_CHANGE, site.engine, list_published_ids, _listings_meant,
        document_versions, lambda session, ids: load_documents(session, site.thesaurus, site.labels, ids),
    )  # fmt: skip


def people_index(site: Site) -> Index:
    """People who agreed to be found; each is known there by the id that hosts know."""
    return Index(
        "people", RESEARCHER, (RESEARCHER,), 1, site.people, list_findable_ids,
        lambda _session, keys: [public_id for _kind, public_id in keys], people_versions, load_people,
    )  # fmt: skip


def _listings_meant(session: Session, keys: Sequence[Key]) -> list[str]:
    """Each listing that changed, once; a changed organisation means the listings that name it."""
    own = [object_id for kind, object_id in keys if kind == LISTING]
    organisations = [object_id for kind, object_id in keys if kind == ORGANISATION]
    naming = list_ids_naming(session, organisations) if organisations else []
    return list(dict.fromkeys((*own, *naming)))
