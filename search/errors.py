"""Errors of the library."""


class SearchError(Exception):
    """Base of all errors this library raises on purpose."""


class EngineUnavailable(SearchError):
    """The engine cannot be asked at present."""


class PlaceLost(SearchError):
    """A walk cannot go on: what it saw has not been kept."""


class InvalidThesaurus(SearchError):
    """A thesaurus file breaks a rule; the message names file, concept and field."""
