"""The names of what a search speaks of: concepts from the thesaurus, organisations from the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from portal.discovery.cards import facet_value
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_organisations
from portal.site import Site
from portal.web.text import Text, capitalised, name_in
from search.concepts.index import LabelIndex

# Names of organisations by id, kept for as long as the directory does not change (the label index is then a new one).
_NAMES: WeakKeyDictionary[LabelIndex, dict[str, dict[str, str]]] = WeakKeyDictionary()


class Names:
    """Names for one reader; the organisations needed are read once, if they are not known yet."""

    def __init__(self, site: Site, reader: str, wanted: Iterable[str]) -> None:
        self.reader = reader
        self._thesaurus = site.thesaurus
        ids = {one for one in wanted if one not in site.thesaurus}
        self._organisations = _organisations(site, ids) if ids else {}

    def of(self, entry: str) -> Text:
        """What a concept or an organisation is called."""
        if entry in self._thesaurus:
            return Text(capitalised(self._thesaurus.label(entry, self.reader)))
        return name_in(self._organisations[entry], self.reader) if entry in self._organisations else Text(entry)

    def of_value(self, facet: str, value: str) -> Text:
        """What a value of a facet is called."""
        return self.of(value) if facet == "organisation" else Text(capitalised(facet_value(facet, value)))


def _organisations(site: Site, ids: set[str]) -> Mapping[str, Mapping[str, str]]:
    known = _NAMES.setdefault(site.labels, {})
    if missing := sorted(ids - known.keys()):
        with site.sessions() as session:
            found = find_organisations(session, missing)
        known.update({one: names_by_language(organisation) for one, organisation in found.items()})
    return {one: known[one] for one in ids if one in known}
