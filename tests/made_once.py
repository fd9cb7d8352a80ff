"""What is costly and comes out the same for every site is made once for all tests of a process."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cache

from flask import Flask
from sqlalchemy.orm import Session

from portal import create_app
from portal.core.clock import Clock
from portal.indexing.labels import LabelIndexCache, organisation_concepts
from portal.moderation.administration import remember_announcements
from portal.settings import Settings
from portal.site import Site
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex

# What an application keeps beside its addresses and templates: of its site, and of none.
OF_THE_SITE = {"site", "announcements"}
OF_NO_SITE = {"babel", "csrf", "ways_in"}
INDICES_AT_ONCE = 4


def application(settings: Settings, clock: Clock) -> Flask:
    """What `create_app` makes, with addresses and templates in common with other sites of the same settings: to
    compile them takes longer than most tests."""
    common = _application(replace(settings, data_dir="/nowhere", database_url=""))
    assert set(common.extensions) == OF_THE_SITE | OF_NO_SITE, "say in tests/made_once.py whose the new one is"
    assert "wsgi_app" not in vars(common), "behind a proxy an application is wrapped: use create_app"
    own = copy(common)
    own.config = copy(common.config)
    own.extensions = {**common.extensions, "site": Site.open(settings, clock)}
    remember_announcements(own)
    return own


@cache
def _application(settings: Settings) -> Flask:
    return create_app(settings)


_indices: dict[str, LabelIndex] = {}
_build = LabelIndexCache._built


def build_labels(self: LabelIndexCache, session: Session, stamp: tuple[int, object, int]) -> LabelIndex:
    """Stands for `LabelIndexCache._built`: the same index for the same names of organisations, since to cut all labels
    of the thesaurus takes seconds. An index over another thesaurus is built as ever."""
    if self._thesaurus is not load_thesaurus():
        return _build(self, session, stamp)  # type: ignore[arg-type]
    names = repr(list(organisation_concepts(session, self._thesaurus)))
    if names not in _indices:
        if len(_indices) == INDICES_AT_ONCE:
            del _indices[next(iter(_indices))]
        _indices[names] = _build(self, session, stamp)  # type: ignore[arg-type]
    return _indices[names]
