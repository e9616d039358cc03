"""The SIP proxy and the DNS server on MariaDB: a phone registers, a call is routed and listed, a number resolves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support import databases, needs
from tests.support.database_servers import DatabaseServer
from tests.support.processes import wait_until

from .conftest import Office, open_office

pytestmark = [
    pytest.mark.real,
    pytest.mark.needs(needs.KAMAILIO, needs.SIPP, needs.POWERDNS, needs.DIG, needs.MARIADB),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, mariadb: DatabaseServer) -> Iterator[Office]:
    """A platform on MariaDB."""
    with ExitStack() as opened:
        opened.enter_context(databases.using(mariadb))
        yield open_office(tmp_path_factory.mktemp("office"), opened, with_nameserver=True)


def test_a_phone_registers_a_call_is_listed_and_a_number_reaches_its_gateway(office: Office) -> None:
    caller, phone = office.account("caller", groups=["free-pstn"]), office.phone("maria")
    assert office.line("maria", "wrong").register() == 401
    [found] = office.sip("getSipDeviceLocations", sipIds=[{"username": "maria", "domain": "example.com"}])
    [shown] = found["locations"]
    assert shown["port"] == phone.port
    assert 270 <= shown["expires"] <= 300
    office.settings("setRejectMembers", "maria", members=["sip:%@elsewhere.example"])
    assert caller.call("maria@example.com", talk=1200) == 200
    query = {"received": {"limit": 10}}
    wait_until(lambda: office.settings("getCalls", "maria", query=query)["received"], "the call is listed")
    [call] = office.settings("getCalls", "maria", query=query)["received"]
    assert (call["status"], call["duration"] in range(1, 30)) == (200, True)
    office.settings("setRejectMembers", "maria", members=["sip:caller@%"])
    assert caller.call("maria@example.com") == 603
    gateway = office.device(number=2)
    office.route("0044", gateway.port, {"prefix": "0044", "strip": 4, "prepend": "0"})
    assert caller.call("00447700900123@example.com") == 200
    assert gateway.received() == [f"sip:07700900123@127.0.0.1:{gateway.port}"]


def test_a_number_resolves(office: Office) -> None:
    office.platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}, "customer": office.platform.customer.id})
    target = {"type": "sip", "mapto": "sip:maria@example.com"}
    office.platform.call("Enum", "addNumber", number={"id": {"number": "31201234567"}, "mappings": [target]})
    assert office.nameserver.dig("7.6.5.4.3.2.1.0.2.1.3.e164.arpa", "NAPTR") == [
        '3600 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:maria@example.com!" .'
    ]
