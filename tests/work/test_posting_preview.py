"""A draft as readers would see it, however unfinished or broken; and the topics its texts name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.core.actor import Actor
from portal.listings.document import to_card
from portal.listings.facts import columns
from portal.listings.record_parts import Known
from portal.locales import TAGS
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.preview.sketch import _readable
from portal.posting.topics.named import decisions, named_topics
from portal.site import Site
from tests import people
from tests.moments import NOW

LINH = Actor("linh")
TEXT = {
    "language": "en", "origin": "source", "title": "Cloud computing for harbours",
    "summary": "A course on cloud computing.", "description": "Cloud computing, and a visit to a robotics firm.",
}  # fmt: skip
VIETNAMESE = {"language": "vi", "origin": "human", "title": "Điện toán đám mây", "summary": "", "description": ""}


@pytest.fixture
def listing_id(site: Site, client: FlaskClient, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
        content = {"kind": "shared-course", "country": "CN", "source_language": "en", "translations": [TEXT]}
        listing_id = service.begin_posting(session, organisation_id, content, LINH, NOW).listing_id
    people.sign_in(client, site, "linh")
    return listing_id


def put(site: Site, listing_id: str, **content: Any) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        posting.content = {**(posting.content or {}), **content}


@pytest.mark.parametrize("tag", TAGS)
def test_an_unfinished_draft_is_shown_in_every_language(client: FlaskClient, listing_id: str, tag: str) -> None:
    page = client.get(f"/en/postings/{listing_id}/preview?lang={tag}").text
    assert "noindex" in page
    seen = page.partition('class="as-seen"')[2]
    assert seen.startswith(f' lang="{tag}"')
    assert "Cloud computing for harbours" in seen
    assert "Preview" in page
    if tag != "en":
        assert "Who may apply?" not in seen


def test_what_lacks_is_not_stated(client: FlaskClient, site: Site, listing_id: str) -> None:
    put(site, listing_id, translations=[{**TEXT, "title": "", "summary": ""}])
    seen = client.get(f"/en/postings/{listing_id}/preview").text.partition('class="as-seen"')[2]
    assert "Without a title" in seen
    assert re.search(r"Mode</dt><dd><span class=\"unstated\">not stated", seen)
    assert "On site" not in seen


def test_a_translation_is_shown_as_far_as_it_goes(client: FlaskClient, site: Site, listing_id: str) -> None:
    put(site, listing_id, translations=[TEXT, VIETNAMESE])
    page = client.get(f"/en/postings/{listing_id}/preview?lang=vi").text
    assert "Điện toán đám mây" in page
    other = client.get(f"/en/postings/{listing_id}/preview?lang=vi&text=en").text
    assert "A course on cloud computing." in other
    assert client.get(f"/en/postings/{listing_id}/preview?lang=xx&text=%01").status_code == 200


def test_what_is_wrong_is_left_out(client: FlaskClient, site: Site, listing_id: str) -> None:
    good = {"purpose": "host", "local_time": "2027-01-31T17:00:00", "zone": "Asia/Bangkok"}
    put(
        site, listing_id, deadlines=[{"purpose": "host", "zone": "Mars"}, good, "nonsense"], months_min=9, months_max=3,
        concepts=["nothing", "cloud-computing"], mode="flying", rules=[{"kind": "age-max", "parameters": {}}],
        source_url="javascript:alert(1)", partners=[{"organisation_id": "nobody", "role": "host"}], unknown=1,
        money="much",
    )  # fmt: skip
    page = client.get(f"/en/postings/{listing_id}/preview").text
    assert "31 Jan" in page
    assert "javascript:" not in page
    assert "Mars" not in page


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**13) | st.text(max_size=10) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "parameters", "language", "origin", "title", "zone", "x"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*columns(), "funding", "other"]), junk, max_size=8))
def test_whatever_a_draft_holds_there_is_a_listing(record: dict[str, Any]) -> None:
    known = Known({"o1"}, {"cloud-computing"}, {"country-CN"}, {"0613"})
    needed = {
        "id": "preview", "kind": "scholarship", "country": "CN", "mode": "onsite", "posted_at": NOW.isoformat(),
        "source_language": "en",
    }  # fmt: skip
    listing = _readable(dict(record), needed, known)
    listing.partners, listing.organisation = [], None
    assert to_card(listing)["kind"]


def test_a_published_listing_is_previewed_as_it_is(client: FlaskClient, site: Site, listing_id: str) -> None:
    from portal.listings.importing import known_references

    put(site, listing_id, mode="online")
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.publish_posting(session, posting, known_references(session, site.thesaurus), LINH, NOW)
    assert "This is what is published." in client.get(f"/en/postings/{listing_id}/preview").text


def test_topics_are_shown_where_they_stand(client: FlaskClient, listing_id: str) -> None:
    page = client.get(f"/en/postings/{listing_id}/topics").text
    assert "visit to a <mark>robotics</mark> firm" in page
    assert "<mark>Cloud computing</mark> for harbours" in page


def test_topics_are_accepted_refused_and_undone(client: FlaskClient, site: Site, listing_id: str) -> None:
    def decide(decision: str) -> dict[str, Any]:
        address = f"/en/postings/{listing_id}/topics"
        token = people.token_of(client, address)
        assert client.post(address, data={"csrf_token": token, "decision": decision}).status_code == 303
        with site.sessions() as session:
            return session.get_one(Posting, listing_id).content or {}

    content = decide("accept:cloud-computing")
    assert (content["concepts"], content["concepts_refused"]) == (["cloud-computing"], [])
    content = decide("refuse:robotics")
    assert content["concepts_refused"] == ["robotics"]
    found = {one.concept: one.state for one in named_topics(content, site.labels, site.thesaurus)}
    assert found["cloud-computing"] == "accepted"
    assert found["robotics"] == "refused"
    content = decide("accept:robotics")
    assert (content["concepts"], content["concepts_refused"]) == (["cloud-computing", "robotics"], [])
    decide("undo:cloud-computing")
    content = decide("undo:robotics")
    assert (content["concepts"], content["concepts_refused"]) == ([], [])
    assert decisions(content).state_of("robotics") == "proposed"


@pytest.mark.parametrize(
    "decision", ["", "accept", "accept:", "accept:nothing", "burn:robotics", "accept:country-CN", "accept:\x00"]
)
def test_wrong_decisions_about_topics_are_refused(client: FlaskClient, listing_id: str, decision: str) -> None:
    address = f"/en/postings/{listing_id}/topics"
    answer = client.post(address, data={"csrf_token": people.token_of(client, address), "decision": decision})
    assert answer.status_code == 400


def test_texts_that_name_nothing_say_so(client: FlaskClient, site: Site, listing_id: str) -> None:
    put(site, listing_id, translations=[], concepts="junk", concepts_refused=[1])
    assert "No topic is named" in client.get(f"/en/postings/{listing_id}/topics").text
