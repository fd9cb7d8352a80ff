"""The life of an index: numbered indices behind an alias, an alias for the one being built, and how both stand."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from elasticsearch import BadRequestError, NotFoundError

from search.documents import Schema
from search.elastic.asking import Held
from search.elastic.client import Link
from search.elastic.mapping import digest, make_mapping, make_settings
from search.engine import EngineStatus
from search.errors import EngineUnavailable


class AlreadyThere(EngineUnavailable):
    """Another process has made an index of this name just now; the next attempt will find it."""


class Index:
    """The indices of one schema. `prefix` keeps sites that share a cluster apart."""

    def __init__(self, link: Link, schema: Schema, prefix: str = "portal-", shards: int = 1, replicas: int = 0) -> None:
        self.link = link
        self.schema = schema
        self.alias = f"{prefix}{schema.name}"
        self.building = f"{self.alias}-building"
        self.digest = digest(schema)
        self._held = Held(schema)
        self._shards, self._replicas = shards, replicas
        self._numbered = re.compile(re.escape(self.alias) + r"-(\d{6})")

    def names(self) -> list[str]:
        """All our indices, oldest first."""
        with self.link.writing() as client:
            found = client.indices.get(index=f"{self.alias}-*", features=["aliases"], allow_no_indices=True)
        return sorted(name for name in found if self._numbered.fullmatch(name))

    def serving(self) -> list[str]:
        """The index behind the alias; none before the first is made."""
        return self._behind(self.alias)

    def is_building(self) -> bool:
        """Whether a new index is being filled."""
        return bool(self._behind(self.building))

    def ensure(self) -> None:
        """Make the first index if there is none; two processes may try at once."""
        if not self.serving():
            with suppress(AlreadyThere):
                self._create(self._next_name(), self.alias, {})

    def begin(self) -> str:
        """A new index that readers do not see, without refresh and replicas; its name. What an earlier attempt left
        goes."""
        self.prune()
        name = self._next_name()
        self._create(name, self.building, {"refresh_interval": "-1", "number_of_replicas": 0})
        return name

    def put_in_service(self, name: str) -> None:
        """Make a filled index the one that is read, in one step; what is not needed any more goes."""
        with self.link.writing() as client:
            settings = {"refresh_interval": None, "number_of_replicas": self._replicas}
            client.indices.put_settings(index=name, settings={"index": settings})
            client.indices.refresh(index=name)
            client.indices.update_aliases(
                actions=[
                    # whichever they are at that moment: a first document may just have made one
                    {"remove": {"index": f"{self.alias}-*", "alias": self.alias, "must_exist": False}},
                    {"remove": {"index": name, "alias": self.building}},
                    {"add": {"index": name, "alias": self.alias}},
                ]
            )
        self.prune()

    def discard(self, name: str) -> None:
        """Remove an index that was not completed."""
        with self.link.writing() as client:
            client.indices.delete(index=name, ignore_unavailable=True)

    def prune(self) -> list[str]:
        """Remove all our indices but the one that serves; their names."""
        names = self.names()  # before the alias is read: an index that comes into service meanwhile is not among them
        serving = self.serving()
        gone = [name for name in names if name not in serving]
        for name in gone:
            self.discard(name)
        return gone

    def status(self) -> EngineStatus:
        """Number of documents, the digest the index was made with, and whether it is today's."""
        with self.link.writing() as client:
            try:
                mappings = client.indices.get_mapping(index=self.alias).body
                count = int(client.count(index=self.alias, query=self._held.query(None))["count"])
            except NotFoundError:
                return EngineStatus(0, None, False)
        found = {mapping["mappings"].get("_meta", {}).get("digest") for mapping in mappings.values()}
        known = found.pop() if len(found) == 1 else None
        return EngineStatus(count, known, known == self.digest)

    def refresh(self) -> None:
        """Let all that was written be found."""
        with self.link.writing() as client:
            client.indices.refresh(index=self.alias)

    def _behind(self, alias: str) -> list[str]:
        with self.link.writing() as client:
            try:
                return sorted(client.indices.get_alias(name=alias).body)
            except NotFoundError:
                return []

    def _next_name(self) -> str:
        last = self.names()[-1:]
        found = self._numbered.fullmatch(last[0]) if last else None
        return f"{self.alias}-{int(found[1]) + 1 if found else 1:06}"

    def _create(self, name: str, alias: str, changed: dict[str, Any]) -> None:
        settings = make_settings(self._shards, self._replicas)
        settings["index"] |= changed
        mapping = make_mapping(self.schema)
        with self.link.writing() as client:
            try:
                client.indices.create(index=name, settings=settings, mappings=mapping, aliases={alias: {}})
            except BadRequestError as error:
                if error.error == "resource_already_exists_exception":
                    raise AlreadyThere(name) from error
                raise
