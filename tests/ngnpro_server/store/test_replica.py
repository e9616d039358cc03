"""Lists that are read from a replica, and a primary that is lost: with real PostgreSQL servers of two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ngnpro_server.config import ConfigError, Database, load_config
from ngnpro_server.platform.install import prepare_proxy, upgrade_platform
from ngnpro_server.store.engine import open_engine
from tests.support import needs
from tests.support.database_pair import DatabasePair, database_pair
from tests.support.server import TestServer, make_server

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.POSTGRESQL)]


@pytest.fixture
def pair() -> Iterator[DatabasePair]:
    with database_pair("platform") as pair:
        yield pair


def served(pair: DatabasePair, folder: Path, replica_url: str = "") -> TestServer:
    """Return a server of the pair's database, on whichever of the two can be written to."""
    database = Database(url=pair.url("platform"), proxy_url=pair.url("platform"), replica_url=replica_url)
    engine = open_engine(database.url, database)
    upgrade_platform(engine)
    prepare_proxy(engine)
    engine.dispose()
    return make_server(folder, database=database)


def add(server: TestServer, domain: str) -> None:
    server.call("Sip", "addDomain", domain={"domain": domain})


def listed(server: TestServer) -> list[str]:
    return [one["domain"] for one in server.call("Sip", "getDomains", query={})["domains"]]


@pytest.mark.databases("sqlite")
def test_lists_are_read_from_the_replica_and_have_what_was_just_written(pair: DatabasePair, tmp_path: Path) -> None:
    server = served(pair, tmp_path, pair.url_of(pair.standby, "platform"))
    replica = server.app.replica
    assert replica is not None
    for number in range(20):
        add(server, f"d{number:02}.example")
        assert f"d{number:02}.example" in listed(server)
    assert replica.lists > 0

    read = replica.lists
    pair.tell("SELECT pg_wal_replay_pause()", pair.standby)
    add(server, "late.example")
    assert "late.example" in listed(server)
    assert replica.lists == read, "a replica that is behind is not read"
    pair.tell("SELECT pg_wal_replay_resume()", pair.standby)

    pair.tell("ALTER SYSTEM RESET synchronous_standby_names")
    pair.tell("SELECT pg_reload_conf()")
    pair.lose(pair.standby)
    add(server, "alone.example")
    assert "alone.example" in listed(server)


@pytest.mark.databases("sqlite")
def test_a_server_goes_on_with_the_standby_that_was_promoted(pair: DatabasePair, tmp_path: Path) -> None:
    server = served(pair, tmp_path)
    add(server, "before.example")

    pair.lose(pair.primary)
    pair.promote()
    add(server, "after.example")

    assert sorted(listed(server)) == ["after.example", "before.example"]
    assert server.app.why_not_ready() == ""


@pytest.mark.databases("sqlite")
def test_a_replica_of_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ngnpro.ini"
    file.write_text("[administrator]\nusername = a\npassword = b\n[database]\nreplica_url = postgresql://x/y\n")
    with pytest.raises(ConfigError, match="replica_url needs PostgreSQL, as does url"):
        load_config(file, {})
