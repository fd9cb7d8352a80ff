"""The home page, the search, and the topics."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.discovery import concepts, queries
from portal.discovery import home as home_queries
from portal.discovery.corridors import picture
from portal.discovery.query import Query
from portal.eligibility.visitor import answers_of_request
from portal.web.counting import count_seen, language_of
from portal.web.current import site
from portal.web.language import current_language, language_blueprint

# The same kinds of need in every language; a reader sees their own and three others.
EXAMPLES = {
    "zh-Hans": "去泰国学人工智能", "en": "cross-border logistics, master, Nanning", "vi": "học bổng an ninh mạng",
    "th": "ทุนปริญญาเอก วิทยาการข้อมูล", "id": "beasiswa S2 ilmu data di Tiongkok",
    "ms": "kursus dalam talian kewangan digital",
    "lo": "ທຶນການສຶກສາ ປັນຍາປະດິດ", "km": "វគ្គសិក្សាអនឡាញ", "my": "ပညာသင်ဆု ဉာဏ်ရည်တု",
    "fil": "iskolarsip sa cybersecurity", "pt": "bolsa inteligência artificial",
}  # fmt: skip
SHOWN_EXAMPLES = 4

blueprint = language_blueprint("discovery", __name__)


@blueprint.get("/")
def home() -> str:
    """The search box, kinds, what closes soon, what is new, and who offers places to whom."""
    reader = current_language().tag
    page = home_queries.home_page(site(), reader)
    others = [tag for tag in ("zh-Hans", "th", "vi", "km") if tag != reader]
    examples = [(tag, EXAMPLES[tag]) for tag in (reader, *others)][:SHOWN_EXAMPLES]
    return render_template("discovery/home.html", page=page, picture=picture(page.corridors, reader), examples=examples)


@blueprint.get("/listings")
def search() -> str:
    """The results of a search, or all open listings."""
    query = Query.read(request.args)
    reader = current_language().tag
    page = queries.search_page(site(), query, reader, answers_of_request())
    shown = {hit.card.id: hit.card.organisation_id for hit in page.hits}
    count_seen("shown", shown, language_of(query.q, reader))
    base = url_for("discovery.search")
    return render_template(
        "discovery/search.html", page=page, query=query, results_address=base,
        page_address=lambda number: base + query.at(number).address(with_page=True),
    )  # fmt: skip


@blueprint.get("/concepts")
def topics() -> str:
    """All topics, by the wider topic they belong to."""
    found = concepts.branches(site().thesaurus, current_language().tag)
    return render_template("discovery/topics.html", branches=found, total=len(site().thesaurus.of_scheme("topic")))


@blueprint.get("/concepts/<string:concept_id>")
def concept(concept_id: str) -> str:
    """One concept: its names, what is above and below it, and the listings about it."""
    page = concepts.concept_page(site(), concept_id, current_language().tag)
    return render_template("discovery/concept.html", page=page, structured=concepts.structured(page))
