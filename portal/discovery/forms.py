"""What a reader may ask for in the address of a search: unknown and malformed values are left out, and said to be."""

from __future__ import annotations

from typing import Any

from wtforms import Field, Form, StringField
from wtforms.validators import AnyOf, Optional

from portal.listings.facets import FACETS, Values
from search.engine import SORTS

MAX_PAGE = 1000


class CodesField(Field):  # type: ignore[misc]
    """A repeated parameter: keeps the values it may have, notes that others were left out."""

    def __init__(self, values: Values, **options: Any) -> None:
        super().__init__(default=(), **options)
        self.values = values
        self.ignored = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Each known value once, in the order given."""
        given = [value for value in valuelist if value]
        self.data = tuple(value for value in dict.fromkeys(given) if self.values.allow(value))
        self.ignored = len(self.data) < len(set(given))


class PageField(Field):  # type: ignore[misc]
    """A page number from 1; anything else is the first page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default=1, **options)
        self.ignored = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """The first value, if it is a number of a page."""
        text = valuelist[0] if valuelist else ""
        if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGE)) and int(text) >= 1:
            self.data = int(text)
        else:
            self.ignored = bool(text)


class SearchForm(Form):  # type: ignore[misc]
    """The parameters every search has; those of the facets are added below."""

    q = StringField()
    sort = StringField(default="relevance", validators=[Optional(), AnyOf(SORTS)])
    page = PageField()
    closed = StringField(default="", validators=[Optional(), AnyOf(("0", "1"))])
    eligible = StringField(default="", validators=[Optional(), AnyOf(("0", "1"))])


FacetedSearchForm: type[SearchForm] = type(
    "FacetedSearchForm", (SearchForm,), {name: CodesField(values) for name, values in FACETS.items()}
)
