"""The SIP proxy and the DNS server on PostgreSQL, with database users that have only the rights they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ProgrammingError

from ngnpro_server.platform.install import prepare_proxy, upgrade_platform
from tests.support import databases, needs
from tests.support.database_servers import DatabaseServer
from tests.support.processes import wait_until

from .conftest import Office, open_office

pytestmark = [
    pytest.mark.real,
    pytest.mark.needs(needs.KAMAILIO, needs.SIPP, needs.POWERDNS, needs.DIG, needs.POSTGRESQL),
]
SIP_USER, DNS_USER = "kamailio", "pdns"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgresql: DatabaseServer) -> Iterator[Office]:
    """A platform on PostgreSQL; proxy and DNS server have users of their own."""
    with ExitStack() as opened:
        opened.enter_context(databases.using(postgresql))
        folder = tmp_path_factory.mktemp("office")
        made = open_office(folder, opened, with_nameserver=True, users=(SIP_USER, DNS_USER))
        yield made


def as_user(office: Office, user: str) -> Engine:
    return create_engine(make_url(office.platform.server.config.database.url).set(username=user))


def test_phones_register_and_calls_are_listed(office: Office) -> None:
    caller, phone = office.account("caller"), office.phone("peter")
    [found] = office.sip("getSipDeviceLocations", sipIds=[{"username": "peter", "domain": "example.com"}])
    [shown] = found["locations"]
    assert shown["port"] == phone.port
    assert 280 <= shown["expires"] <= 300
    assert caller.call("peter@example.com", talk=1200) == 200
    query = {"received": {"limit": 10}}
    wait_until(lambda: office.settings("getCalls", "peter", query=query)["received"], "the call is listed")
    [call] = office.settings("getCalls", "peter", query=query)["received"]
    assert (call["status"], call["duration"] in range(1, 30)) == (200, True)


def test_numbers_go_to_their_gateway(office: Office) -> None:
    line, gateway = office.account("out", groups=["free-pstn"]), office.device(number=2)
    office.route("0044", gateway.port, {"prefix": "0044", "strip": 4, "prepend": "0"})
    assert line.call("00447700900123@example.com") == 200
    assert gateway.received() == [f"sip:07700900123@127.0.0.1:{gateway.port}"]


def test_numbers_resolve(office: Office) -> None:
    office.platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}, "customer": office.platform.customer.id})
    target = {"type": "sip", "mapto": "sip:peter@example.com"}
    office.platform.call("Enum", "addNumber", number={"id": {"number": "31201234567"}, "mappings": [target]})
    assert office.nameserver.dig("7.6.5.4.3.2.1.0.2.1.3.e164.arpa", "NAPTR") == [
        '3600 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:peter@example.com!" .'
    ]


@pytest.mark.parametrize("user", [SIP_USER, DNS_USER])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM customers",
        "SELECT * FROM sip_accounts",
        "UPDATE sip_accounts SET quota = 0",
        "UPDATE subscriber SET password = ''",
        "DELETE FROM calls",
        "SELECT * FROM media_reports",
        "CREATE TABLE mine (id int)",
    ],
)
def test_a_user_can_do_nothing_else(office: Office, user: str, statement: str) -> None:
    engine = as_user(office, user)
    with pytest.raises(ProgrammingError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_an_upgrade_keeps_the_rights(office: Office) -> None:
    server = office.platform.server
    upgrade_platform(server.engine, SIP_USER, DNS_USER)
    prepare_proxy(server.proxy, SIP_USER)
    engine = as_user(office, SIP_USER)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM subscriber").scalar_one() >= 1
    engine.dispose()
