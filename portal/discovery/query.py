"""A search as its address says it: what other features keep of one, ask again and lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.discovery.forms import FacetedSearchForm
from portal.listings.facets import FACETS
from search.analysis.cleaning import clean
from search.engine import MAX_QUERY_LENGTH, SORTS


@dataclass(frozen=True)
class Query:
    """A search as its address says it. `eligible`: only what the reader may apply for, by their own answers. `cut`: the
    text was too long; `ignored`: something was left out."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    closed: bool = False
    eligible: bool = False
    cut: bool = False
    ignored: bool = False

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Query:
        """The query of a request's arguments."""
        form = FacetedSearchForm(arguments)
        form.validate()
        text = clean((form.q.data or "")[: 2 * MAX_QUERY_LENGTH])  # cleaning shortens: what is left is still seen
        chosen = {name: form[name].data for name in FACETS if form[name].data}
        ignored = bool(form.errors) or form.page.ignored or any(form[name].ignored for name in FACETS)
        sort = form.sort.data if form.sort.data in SORTS else "relevance"  # `Optional` lets white space pass
        return cls(
            text[:MAX_QUERY_LENGTH].strip(), chosen, sort, form.page.data, form.closed.data == "1",
            form.eligible.data == "1", len(text) > MAX_QUERY_LENGTH, ignored,
        )  # fmt: skip

    def parameters(self, with_page: bool = False) -> Iterator[tuple[str, str]]:
        """The parameters of its address; what is as usual is left out."""
        if self.q:
            yield "q", self.q
        for name, values in self.chosen.items():
            for value in values:
                yield name, value
        if self.sort != "relevance":
            yield "sort", self.sort
        if self.closed:
            yield "closed", "1"
        if self.eligible:
            yield "eligible", "1"
        if with_page and self.page > 1:
            yield "page", str(self.page)

    def address(self, with_page: bool = False) -> str:
        """The query string, with its question mark; empty for the plain list."""
        text = urlencode(list(self.parameters(with_page)))
        return f"?{text}" if text else ""

    def for_everybody(self) -> Query:
        """The same search without what hangs on the reader's own answers: for feeds, which nobody answers for."""
        return replace(self, eligible=False, page=1)

    def asking(self, text: str) -> Query:
        """The same search with other words."""
        return replace(self, q=text, page=1)

    def sorted_by(self, sort: str) -> Query:
        """The same search in another order."""
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> Query:
        """Another page of it."""
        return replace(self, page=page)

    def including(self, name: str, values: Iterable[str]) -> Query:
        """The same search with values chosen in a facet."""
        merged = tuple(dict.fromkeys((*self.chosen.get(name, ()), *values)))
        return replace(self, chosen={**self.chosen, name: merged}, page=1)

    def cleared(self) -> Query:
        """The same words without any facet."""
        return replace(self, chosen={}, eligible=False, page=1)

    def for_the_reader(self, eligible: bool = True) -> Query:
        """The same search for what the reader may apply for only, or for all again."""
        return replace(self, eligible=eligible, page=1)

    def leaving(self, name: str, value: str | None = None) -> Query:
        """The same search without a value of a facet, or without the facet."""
        left = tuple(item for item in self.chosen.get(name, ()) if value is not None and item != value)
        others = {key: values for key, values in self.chosen.items() if key != name}
        return replace(self, chosen={**others, name: left} if left else others, page=1)
