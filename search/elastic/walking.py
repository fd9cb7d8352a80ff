"""Deep reading: at a point in time, and on from the last hit seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from search.concepts.thesaurus import Thesaurus
from search.elastic.answering import Answer, answer
from search.elastic.asking import Body, Moment, Moments
from search.elastic.fallback import asked_by
from search.elastic.query import Asked, hits_body
from search.engine import Place, Stretch, way_of
from search.errors import PlaceLost
from search.results import Hit

SCANNED = 500  # hits read at once, with all they carry


def begin(moments: Moments, asked: Asked, thesaurus: Thesaurus) -> Stretch:
    """The first stretch of a walk."""
    try:
        return _first(moments.shared(), asked, thesaurus)
    except PlaceLost:
        moments.forget()
        return _first(moments.shared(), asked, thesaurus)


def go_on(moment: Moment, asked: Asked, place: Place, thesaurus: Thesaurus) -> Stretch:
    """The stretch after a place."""
    asked = replace(asked, request=replace(asked.request, facets=()))
    other = asked_by(_one_more(asked), way_of(place), thesaurus)
    (said,) = moment.ask({**hits_body(other.asked), "search_after": place["after"]})
    return _stretch(moment, Answer(said, other))


def scan(moments: Moments, asked: Asked, thesaurus: Thesaurus) -> Iterator[Hit]:
    """All hits of a request; the point in time is closed when they end or nobody wants more."""
    asked = replace(asked, request=replace(asked.request, limit=SCANNED, facets=()))
    with moments.own() as moment:
        stretch = _first(moment, asked, thesaurus)
        yield from stretch.results.hits
        while stretch.place is not None:
            stretch = go_on(moment, asked, stretch.place, thesaurus)
            yield from stretch.results.hits


def read_all(moments: Moments, body: Body) -> Iterator[dict[str, Any]]:
    """All hits of a request that names `sort` and `size`, as the server gives them."""
    body = {**body, "track_total_hits": False}
    with moments.own() as moment:
        hits = moment.ask(body)[0]["hits"]["hits"]
        yield from hits
        while len(hits) == body["size"]:
            hits = moment.ask({**body, "search_after": hits[-1]["sort"]})[0]["hits"]["hits"]
            yield from hits


def _first(moment: Moment, asked: Asked, thesaurus: Thesaurus) -> Stretch:
    return _stretch(moment, answer(moment, _one_more(asked), thesaurus))


def _one_more(asked: Asked) -> Asked:
    """The same without an offset and with one hit more: that tells whether there is more to come."""
    return replace(asked, request=replace(asked.request, offset=0, limit=asked.request.limit + 1))


def _stretch(moment: Moment, found: Answer) -> Stretch:
    results, limit = found.results(), found.by.asked.request.limit - 1
    if len(results.hits) <= limit:
        return Stretch(results, None)
    last = found.said["hits"]["hits"][limit - 1]
    place = {"moment": moment.name, "after": last["sort"], **asdict(found.by.way)}
    return Stretch(replace(results, hits=results.hits[:limit]), place)
