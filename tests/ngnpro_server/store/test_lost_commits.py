"""A connection that breaks during a COMMIT: an unknown outcome is never reported as success or failure."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema
from portal.ngnpro import Engine, Ngnpro, errors
from portal.ngnpro.records import SipDomain
from tests.support.database_servers import DatabaseServer
from tests.support.databases import empty_database
from tests.support.lost_commits import CommitProxy, commit_proxy
from tests.support.server import ADMINISTRATOR, TestServer, make_server, post
from tests.support.wsgi import wsgi_session

pytestmark = pytest.mark.databases("postgresql", "mariadb")

URL = "http://ngnpro.test/"


@pytest.fixture
def proxy(database: DatabaseServer, tmp_path: Path) -> Iterator[CommitProxy]:
    with commit_proxy(database, empty_database(tmp_path).url) as proxy:
        yield proxy


@pytest.fixture
def cut_server(proxy: CommitProxy, tmp_path: Path) -> Iterator[TestServer]:
    database = empty_database(tmp_path)
    server = make_server(tmp_path, database=dataclasses.replace(database, url=proxy.url, proxy_url=proxy.url))
    yield server
    server.app.finish()
    server.engine.dispose()  # the proxy stops once all its clients have disconnected


@pytest.fixture
def ngnpro(cut_server: TestServer) -> Ngnpro:
    engine = Engine(url=URL, username=ADMINISTRATOR.username, password=ADMINISTRATOR.password)
    return Ngnpro(engine, session=wsgi_session(cut_server.app), pauses=(0.02, 0.4))


@pytest.mark.parametrize("delivers", [True, False])
def test_the_server_claims_neither_that_it_was_stored_nor_that_it_was_not(
    proxy: CommitProxy, cut_server: TestServer, delivers: bool, caplog: pytest.LogCaptureFixture
) -> None:
    schema = load_schema()
    arguments = {"domain": {"domain": "example.com"}}
    body = encode_request(schema, schema.operation("Sip", "addDomain"), arguments, cut_server.administrator)
    proxy.delivers = delivers
    proxy.watch()

    with caplog.at_level(logging.INFO, "ngnpro.calls"):
        status, headers, text = post(cut_server.app, body)

    assert (status, headers["Content-Type"]) == ("504 Gateway Timeout", "text/plain; charset=utf-8")
    assert b"Envelope" not in text
    assert b"Nothing was changed" not in text
    assert "outcome unknown" in caplog.text
    assert cut_server.call("Sip", "getDomains", query={})["total"] == delivers


def test_the_portal_reads_back_what_was_stored(proxy: CommitProxy, ngnpro: Ngnpro) -> None:
    proxy.watch()

    assert ngnpro.sip.add_domain(SipDomain(domain="example.com")).domain == "example.com"

    assert proxy.has_cut


def test_an_addition_that_is_not_found_may_still_arrive(proxy: CommitProxy, ngnpro: Ngnpro) -> None:
    proxy.delivers = False
    proxy.watch()

    with pytest.raises(errors.Uncertain):
        ngnpro.sip.add_domain(SipDomain(domain="example.com"))

    assert ngnpro.sip.find_domain("example.com") is None


def test_a_call_whose_connection_is_lost_before_the_commit_is_made_again(
    proxy: CommitProxy, cut_server: TestServer
) -> None:
    proxy.word = b"sip_domains"
    proxy.watch()

    cut_server.call("Sip", "addDomain", domain={"domain": "example.com"})

    assert proxy.has_cut
    assert cut_server.call("Sip", "getDomains", query={})["total"] == 1
