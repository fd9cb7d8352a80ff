"""A public ORCID record (API 3.0, JSON: https://info.orcid.org/documentation/api-tutorials/api-tutorial-read-data-on-a-record/)
as proposals; and the client that fetches it."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from portal.core.errors import Invalid, NotFound, Unavailable
from portal.researchers.identifiers import read_doi, read_orcid
from portal.researchers.intake.dates import read_day
from portal.researchers.intake.outside import country, get, rows, text, web_address
from portal.researchers.intake.proposals import Brought, Finds
from portal.researchers.intake.publications import ORCID_KINDS
from portal.researchers.intake.wording import degree_level, first_cue, folded
from portal.researchers.profile import Background, Degree, Name, Place, Post, Publication

TIMEOUT = 8.0  # seconds, for the whole answer
LARGEST = 8 * 1024**2  # bytes
_CHUNK = 1 << 16


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Not even within the site: the API has no need of it."""


_OPENER = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


def fetch_record(base_url: str, orcid: str, timeout: float = TIMEOUT) -> Mapping[str, Any]:
    """The public record of an iD. Raises `Invalid` ("orcid.wrong") for what is no iD, `NotFound` ("orcid.unknown"), and
    `Unavailable` ("orcid.unavailable") for all that is no record: an outage, a redirect, too much, too late."""
    known = read_orcid(orcid)
    if known is None:
        raise Invalid("orcid.wrong", field="orcid")
    if not base_url or urlsplit(base_url).scheme not in ("https", "http"):
        raise Unavailable("orcid.unavailable", reason="switched off")
    address = f"{base_url.rstrip('/')}/v3.0/{known}/record"
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310 - a setting
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            record = json.loads(_bounded(response, time.monotonic() + timeout))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (404, 409, 410):  # unknown; locked; deactivated
            raise NotFound("orcid.unknown", orcid=known) from error
        raise Unavailable("orcid.unavailable", reason=str(error.code)) from error
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise Unavailable("orcid.unavailable", reason=type(error).__name__) from error
    if text(record, "orcid-identifier", "path") != known:
        raise Unavailable("orcid.unavailable", reason="no such record")
    found: Mapping[str, Any] = record
    return found


def _bounded(response: Any, until: float) -> bytes:
    """The whole answer, if it is neither too long nor too slow: each piece may be quick and all of them late."""
    content = b""
    while piece := response.read1(_CHUNK):
        content += piece
        if len(content) > LARGEST or time.monotonic() > until:
            raise ValueError
    return content


def read_record(record: Mapping[str, Any]) -> Brought:
    """What a record says: name, country, degrees, posts, works."""
    finds = Finds()
    _add_person(record, finds)
    activities = get(record, "activities-summary")
    for group, summary in (("educations", "education-summary"), ("qualifications", "qualification-summary")):
        for one in _summaries(activities, group, summary):
            _add_degree(one, finds)
    for one in _summaries(activities, "employments", "employment-summary"):
        _add_post(one, finds)
    for work in rows(activities, "works", "group"):
        _add_work(work, finds)
    return finds.brought()


def _summaries(activities: Any, group: str, summary: str) -> Iterator[Any]:
    for one in rows(activities, group, "affiliation-group"):
        yield from (get(found, summary) for found in rows(one, "summaries"))


def _add_person(record: Mapping[str, Any], finds: Finds) -> None:
    person = get(record, "person")
    given = text(person, "name", "given-names", "value", longest=120)
    family = text(person, "name", "family-name", "value", longest=120)
    others = [text(person, "name", "credit-name", "value", longest=120)]
    others += [text(one, "content", longest=120) for one in rows(person, "other-names", "other-name")]
    native = next((one for one in others if one and not _is_latin(one)), "")
    if not _is_latin(given + family):
        native, given, family = native or f"{given} {family}".strip()[:120], "", ""
    finds.add("name", Name(given, family, native), f"{given} {family} {native}".strip())
    lives = next((found for one in rows(person, "addresses", "address") if (found := country(one, "country", "value"))),
                 None)  # fmt: skip
    finds.add("background", Background(residence=lives), lives or "")


def _is_latin(name: str) -> bool:
    return all(letter < "\u0250" or "\u1e00" <= letter < "\u2000" for letter in name)


def _add_degree(summary: Any, finds: Finds) -> None:
    role, at = text(summary, "role-title"), _place(summary)
    words = ", ".join(filter(None, (role, text(summary, "department-name"), at.name)))
    level = degree_level(role)
    if level is None:
        finds.leave_out("degrees", words, "level")
        return
    finds.add("degrees", Degree(level, role, at=at, completed_on=read_day(_day(summary, "end-date"), last=True)), words)


def _add_post(summary: Any, finds: Finds) -> None:
    title, at = text(summary, "role-title") or text(summary, "department-name"), _place(summary)
    words = ", ".join(filter(None, (title, at.name)))
    since = read_day(_day(summary, "start-date"))
    if since is None or not title:
        finds.leave_out("posts", words, "missing-field")
        return
    kind = first_cue("posts", folded(title)) or "other"
    finds.add("posts", Post(kind, title, at, since, read_day(_day(summary, "end-date"), last=True)), words)


def _place(summary: Any) -> Place:
    return Place(
        name=text(summary, "organization", "name"), country=country(summary, "organization", "address", "country")
    )


def _day(summary: Any, key: str) -> str:
    """A date of ORCID as “2019-09-01”, as far as it goes."""
    parts = [text(summary, key, part, "value") for part in ("year", "month", "day")]
    known = parts[: parts.index("") if "" in parts else 3]
    return "-".join(part.zfill(2) for part in known)


def _add_work(group: Mapping[str, Any], finds: Finds) -> None:
    """The first summary of a work is the one that the person prefers."""
    work = next(iter(rows(group, "work-summary")), None)
    title = text(work, "title", "title", "value", longest=1000)
    if not title:
        finds.leave_out("publications", text(work, "journal-title", "value"), "missing-field")
        return
    day = read_day(_day(work, "publication-date"))
    own = (one for one in rows(work, "external-ids", "external-id") if text(one, "external-id-relationship") == "self")
    dois = (read_doi(text(one, "external-id-value")) for one in own if text(one, "external-id-type") == "doi")
    doi = next(filter(None, dois), None)
    finds.add(
        "publications",
        Publication(
            title, ORCID_KINDS.get(text(work, "type"), "other"), day.year if day else None,
            text(work, "journal-title", "value"), doi=doi, url=web_address(work, "url", "value"),
        ),
        title,
    )  # fmt: skip
