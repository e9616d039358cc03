"""Telephone numbers resolve in DNS as NGNPro has them, and calls to them ring the account behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from portal.enum.numbers.naptr import naptr_records
from portal.ngnpro.records import EnumId, EnumMapping, EnumNumber
from tests.support import needs
from tests.support.telephony.nameserver import Nameserver

from .conftest import Office, open_office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP, needs.POWERDNS, needs.DIG)]

ZONE, NAME = "0.2.1.3.e164.arpa", "7.6.5.4.3.2.1.0.2.1.3.e164.arpa"


@pytest.fixture(scope="module")
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, opened: ExitStack) -> Office:
    """A platform whose proxy asks PowerDNS; the range 3120 is there."""
    folder = tmp_path_factory.mktemp("office")
    made = open_office(folder, opened, with_nameserver=True)
    range_ = {"id": {"prefix": "3120"}, "customer": made.platform.customer.id, "ttl": 600}
    made.platform.call("Enum", "addRange", range=range_ | {"nameservers": ["ns1.example.net", "ns2.example.net"]})
    return made


def add_number(office: Office, number: str, *mappings: dict[str, Any]) -> None:
    office.platform.call("Enum", "addNumber", number={"id": {"number": number}, "mappings": list(mappings)})


def serial(dns: Nameserver) -> int:
    [record] = dns.dig(ZONE, "SOA")
    return int(record.split()[5])


def test_a_number_resolves_as_its_mappings_say(office: Office) -> None:
    dns = office.nameserver
    assert dns.dig(NAME, "NAPTR") == []
    before = serial(dns)
    web = {"type": "web:http", "mapto": "http://example.com/a!b~c", "priority": 3, "ttl": 60}
    add_number(office, "31201234567", {"type": "sip", "mapto": "sip:anna@example.com"}, web)
    assert dns.dig(NAME, "NAPTR") == [
        '60 IN NAPTR 100 3 "u" "E2U+web:http" "!^.*$!http://example.com/a\\\\!b~c!" .',
        '600 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:anna@example.com!" .',
    ]
    assert serial(dns) > before
    office.platform.call("Enum", "deleteNumber", enumId={"number": "31201234567"})
    assert dns.dig(NAME, "NAPTR") == []
    assert serial(dns) > before + 1


def test_a_range_is_a_zone_with_its_nameservers(office: Office) -> None:
    dns = office.nameserver
    assert dns.dig(ZONE, "NS") == ["600 IN NS ns1.example.net.", "600 IN NS ns2.example.net."]
    [soa] = dns.dig(ZONE, "SOA")
    assert soa.startswith(f"600 IN SOA ns1.example.net. hostmaster.{ZONE}. ")
    new = {"id": {"prefix": "4420"}, "customer": office.platform.customer.id}
    office.platform.call("Enum", "addRange", range=new)
    [soa] = dns.dig("0.2.4.4.e164.arpa", "SOA")
    assert soa.split()[3] == "ns.invalid."
    office.platform.call("Enum", "deleteRange", range=new["id"])
    assert dns.dig("0.2.4.4.e164.arpa", "SOA") == []


def test_the_preview_of_the_portal_is_what_dns_has(office: Office) -> None:
    mappings = [
        {"type": "sip", "mapto": "sip:alice!x@example.com", "priority": 9, "ttl": 300},
        {"type": "sip", "mapto": "sip:anna@example.com", "priority": 7, "ttl": 300},
        {"type": "npd:tel", "mapto": "tel:+31201234568", "priority": 5, "ttl": 300},
        {"type": "web:https", "mapto": "https://example.com/%22quoted%22!", "priority": 1, "ttl": 300},
    ]
    add_number(office, "31201234568", *mappings)
    number = EnumNumber(
        id=EnumId(number="31201234568", tld="e164.arpa"),
        mappings=tuple(EnumMapping(**mapping) for mapping in mappings),
    )
    # dig writes them in the order of their preference, because all else before it is the same
    published = office.nameserver.dig(f"8{NAME[1:]}", "NAPTR")
    assert [str(record) for record in naptr_records(number)] == published
    # RFC 3402 section 3.2 has one backslash before the delimiter, and a zone file two (RFC 1035 section 5.1)
    assert '"!^.*$!sip:alice\\\\!x@example.com!"' in published[-1]


def test_the_serial_rises_with_every_change_of_the_zone(office: Office) -> None:
    dns, enum = office.nameserver, partial(office.platform.call, "Enum")
    key, target = {"number": "31201234570"}, {"type": "sip", "mapto": "sip:gone@example.com"}
    office.platform.add_account("gone")
    changes = {
        "a number is added": lambda: enum("addNumber", number={"id": key, "mappings": [target]}),
        "its priority changes": lambda: enum(
            "updateNumber", number={"id": key, "mappings": [target | {"priority": 9}]}
        ),
        "its account is deleted": lambda: office.sip(
            "deleteAccount", sipId={"username": "gone", "domain": "example.com"}
        ),
        "the range changes": lambda: enum("updateRange", range={"id": {"prefix": "3120"}, "info": "Amsterdam"}),
        "the number is deleted": lambda: enum("deleteNumber", enumId=key),
    }
    serials = [serial(dns)]
    for change in changes.values():
        change()
        serials.append(serial(dns))
    risen = [after > before for before, after in pairwise(serials)]
    assert dict(zip(changes, risen, strict=True)) == dict.fromkeys(changes, True)


@pytest.mark.needs(needs.ROOT)
def test_a_call_to_a_number_rings_the_account(office: Office) -> None:
    caller, phone = office.account("caller"), office.phone("anna")
    add_number(office, "31201234569", {"type": "sip", "mapto": "sip:anna@example.com"})
    for dialled in ("0031201234569", "+31201234569", "0201234569"):
        phone.forget()
        assert caller.call(f"{dialled}@example.com") == 200
        assert phone.received() == [f"sip:anna@127.0.0.1:{phone.port}"]
    assert caller.call("0031201234000@example.com") == 403
