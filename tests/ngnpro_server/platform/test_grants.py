"""On MariaDB too, the users of the SIP proxy and the DNS server have only the rights they need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError

from ngnpro_server.platform.install import prepare_proxy, upgrade_platform
from tests.support.platform import Platform

pytestmark = [pytest.mark.databases("mariadb")]
USER = "kamailio"


@pytest.fixture
def engine(platform: Platform) -> Iterator[Engine]:
    """The database as the SIP proxy's user sees it."""
    server = platform.server
    with server.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER IF NOT EXISTS {USER}@localhost")
    upgrade_platform(server.engine, f"{USER}@localhost")
    prepare_proxy(server.proxy, f"{USER}@localhost")
    made = create_engine(make_url(server.config.database.url).set(username=USER))
    yield made
    made.dispose()


def test_the_proxy_reads_its_views_and_writes_its_tables(platform: Platform, engine: Engine) -> None:
    platform.add_domain()
    platform.add_account()
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT username FROM subscriber").scalar_one() == "alice"
        connection.exec_driver_sql("DELETE FROM location")
        connection.exec_driver_sql("INSERT INTO missed_calls (time) VALUES ('2026-03-15 12:00:00')")


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM customers", "SELECT * FROM records", "DELETE FROM missed_calls", "DELETE FROM subscriber"],
)
def test_the_proxy_can_do_nothing_else(engine: Engine, statement: str) -> None:
    with pytest.raises(OperationalError, match="denied"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
