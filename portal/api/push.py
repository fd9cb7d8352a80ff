"""Writing by programs: the addresses. Who shows a key of an organisation works with its listings, and no others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter

from portal.api import parameters, pushing, queries
from portal.api.pushing import Answer, Program
from portal.api.quotas import count_request
from portal.core.errors import Invalid
from portal.listings.importing import known_references, read_line
from portal.listings.queries import SHOWN_STATES
from portal.teams.keys import use_api_key
from portal.web.current import site
from portal.web.errors import problem
from portal.web.identity import csrf
from portal.web.public import absolute

blueprint = Blueprint("push", __name__)
csrf.exempt(blueprint)  # no cookie plays a part: who writes shows a key

Work = Callable[[Program], tuple[int, Answer]]
_ONE = "/listings/<own:listing_id>"
_IDEMPOTENCY = "Idempotency-Key"
_LONGEST_KEY = 100
_REVISION = re.compile(r'"(\d{1,9})"')


class _Own(BaseConverter):
    """The id of a listing; `/listings/all` is a search, which nobody writes."""

    regex = "(?!all$)[^/]+"
    part_isolating = True


@blueprint.record_once
def _know_ids(state: BlueprintSetupState) -> None:
    """Before the first address that has one."""
    state.app.url_map.converters["own"] = _Own


@dataclass(frozen=True)
class _Asked:
    """What a request asks for, apart from its record."""

    is_draft: bool
    revision: int | None


@blueprint.post("/listings")
def create() -> Response:
    """Add a listing."""

    def work(program: Program) -> tuple[int, Answer]:
        return 201, pushing.add_listing(program, _record(), _asked(parameters.WRITE).is_draft)

    return _written(work)


@blueprint.put(_ONE)
def replace(listing_id: str) -> Response:
    """Replace the facts of a listing."""

    def work(program: Program) -> tuple[int, Answer]:
        asked = _asked(parameters.WRITE)
        return 200, pushing.replace_listing(program, listing_id, _record(), asked.is_draft, asked.revision)

    return _written(work)


@blueprint.delete(_ONE)
def remove(listing_id: str) -> Response:
    """Close a listing, or throw a draft away."""
    return _written(lambda program: (200, pushing.remove_listing(program, listing_id, _asked(()).revision)))


@blueprint.get("/postings")
def postings() -> Response:
    """The organisation's own listings, drafts too."""

    def work(program: Program) -> tuple[int, Answer]:
        values = parameters.read(request.args, parameters.POSTINGS)
        number, per_page = queries.number(values, parameters.PAGE), queries.number(values, parameters.PER_PAGE)
        page = pushing.list_postings(program, number, per_page)
        told = {"total": page.total, "page": page.page, "pages": page.pages, "per_page": page.per_page}
        return 200, {**told, "items": list(page.items)}

    return _read(work)


@blueprint.get("/postings/<string:listing_id>")
def posting(listing_id: str) -> Response:
    """One of them, with its record."""

    def work(program: Program) -> tuple[int, Answer]:
        parameters.read(request.args, ())
        return 200, pushing.show_posting(program, listing_id)

    return _read(work)


@blueprint.before_request
def _ask_for_key() -> Response | None:
    """Who shows no key that works, or shows it too often, goes no further."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with site().unit_of_work().begin() as session:
        g.key = use_api_key(session, token.strip(), site().clock()) if kind.lower() == "bearer" else None
        g.quota = count_request(session, g.key.id, site().clock()) if g.key else None
    if g.key is None:
        refused = problem(401, "key.invalid", {})
        refused.headers["WWW-Authenticate"] = 'Bearer realm="listings"'
        return refused
    if g.quota.left < 0:
        refused = problem(429, "limit.reached", {"seconds": g.quota.seconds})
        refused.headers["Retry-After"] = str(g.quota.seconds)
        return refused
    return None


@blueprint.after_request
def _tell(response: Response) -> Response:
    """How many requests are left; and that answers are for the asker alone."""
    response.headers.update(g.quota.headers if g.get("quota") else {})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(work: Work) -> Response:
    """Do something that changes nothing."""
    with site().unit_of_work().begin() as session:
        return _answered(*work(_program(session)))


def _written(work: Work) -> Response:
    """Do something once, however often it is asked for with one Idempotency-Key."""
    try:
        try:
            return _answered(*_once(work))
        except IntegrityError:  # the same came in twice at one moment: the other one has done it
            return _answered(*_once(work))
    except Invalid as error:
        if error.code != "posting.incomplete":
            raise
        return problem(422, error.code, error.parameters)
    except pushing.Outdated as error:
        return problem(412, error.code, error.parameters)


def _once(work: Work) -> tuple[int, Answer]:
    name = request.headers.get(_IDEMPOTENCY, "")
    if len(name) > _LONGEST_KEY or not name.isprintable():
        raise Invalid("header.invalid", header=_IDEMPOTENCY, longest=_LONGEST_KEY)
    asked = [request.method, request.full_path, request.headers.get("If-Match", ""), request.get_data(as_text=True)]
    fingerprint = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    with site().unit_of_work().begin() as session:
        program = _program(session)
        earlier = pushing.earlier_answer(program, name, fingerprint) if name else None
        if earlier is not None:
            return earlier.status, earlier.answer
        status, answer = work(program)
        if name:
            pushing.keep_answer(program, name, fingerprint, status, answer)
        return status, answer


def _program(session: Session) -> Program:
    return Program(session, g.key, known_references(session, site().thesaurus), site().clock())


def _asked(declared: Sequence[parameters.Parameter]) -> _Asked:
    values = parameters.read(request.args, declared)
    wanted = request.headers.get("If-Match", "*").strip()
    found = _REVISION.fullmatch(wanted)
    if wanted != "*" and not found:
        raise Invalid("header.invalid", header="If-Match", value=wanted[:80])
    is_draft = values.get("draft", ("",))[0] in parameters.YES
    return _Asked(is_draft, int(found[1]) if found else None)


def _record() -> Mapping[str, Any]:
    """The JSON that was sent; drafts keep it as it is, so no numbers in it are none, and no characters half."""
    try:
        record = read_line(request.get_data().decode())
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode()
    except (Invalid, ValueError) as error:
        raise Invalid("body.not-json", reason=_reason(error)) from error
    if not isinstance(record, Mapping):
        raise Invalid("body.not-json", reason="wrong-type")
    return record


def _reason(error: Exception) -> str:
    if isinstance(error, Invalid):
        return str(error.parameters["reason"])
    return "not-utf-8" if isinstance(error, UnicodeDecodeError) else "not-json"


def _answered(status: int, answer: Answer) -> Response:
    """An answer, with the addresses of what it is about."""
    if "items" in answer:
        answer = {**answer, "items": [_with_address(one) for one in answer["items"]]}
    else:
        answer = _with_address(answer)
    response = Response(json.dumps(answer, ensure_ascii=False), status, content_type="application/json")
    if status == 201:
        response.headers["Location"] = url_for("api.push.posting", listing_id=answer["id"])
    if "revision" in answer:
        response.set_etag(str(answer["revision"]))
    return response


def _with_address(answer: Answer) -> Answer:
    has_page = answer["listing_state"] in SHOWN_STATES
    return {**answer, "url": absolute(url_for("listings.show", listing_id=answer["id"])) if has_page else None}
