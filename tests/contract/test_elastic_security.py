"""The link to a cluster with security switched on: TLS by a CA, user and password, API key with no more than needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search.concepts.thesaurus import Thesaurus
from search.elastic.client import Address, Link
from search.elastic.engine import ElasticEngine
from search.errors import EngineUnavailable
from tests.contract.conftest import SCHEMA, system_clock
from tests.contract.test_elastic_life import EVERYTHING
from tests.contract.test_engine import make
from tests.servers.elasticsearch import PASSWORD, USER, ElasticsearchServer

PRIVILEGES = {"indices": [{"names": ["portal-*"], "privileges": ["manage", "read", "write"]}], "cluster": []}


@pytest.fixture
def address(secure_elasticsearch_server: ElasticsearchServer) -> Address:
    server = secure_elasticsearch_server
    assert server.certificates
    return Address(server.url, user=USER, password=PASSWORD, ca_file=str(server.certificates.authority), timeout=30.0)


def use(address: Address, thesaurus: Thesaurus) -> None:
    link = Link(address)
    engine = ElasticEngine(SCHEMA, thesaurus, link, system_clock, refresh=True)
    engine.rebuild([make("a")])
    engine.put([make("b")])
    assert engine.delete(["a"]) == 1
    assert [hit.id for hit in engine.search(EVERYTHING).hits] == ["b"]
    assert [hit.id for hit in engine.scan(EVERYTHING)] == ["b"]
    assert engine.status().current
    link.close()


def test_user_and_password_over_tls(address: Address, thesaurus: Thesaurus) -> None:
    use(address, thesaurus)


def test_an_api_key_with_rights_on_our_indices_alone(address: Address, thesaurus: Thesaurus) -> None:
    with Link(address).writing() as client:
        key = client.security.create_api_key(name="portal", role_descriptors={"portal": PRIVILEGES})["encoded"]
    use(replace(address, user="", password="", api_key=key), thesaurus)
    stranger = ElasticEngine(SCHEMA, thesaurus, Link(replace(address, user="", api_key=key)), system_clock, "other-")
    with pytest.raises(EngineUnavailable, match="403"):
        stranger.put([make("a")])


@pytest.mark.parametrize("changed", [{"password": "wrong"}, {"ca_file": ""}, {"user": ""}])
def test_who_is_not_known_or_not_trusted_is_refused(
    address: Address, thesaurus: Thesaurus, changed: dict[str, Any]
) -> None:
    engine = ElasticEngine(SCHEMA, thesaurus, Link(replace(address, **changed)), system_clock)
    with pytest.raises(EngineUnavailable):
        engine.search(EVERYTHING)
