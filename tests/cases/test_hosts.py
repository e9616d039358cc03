"""Hosts, networks, e-mail addresses and time zones: pages, SOAP and files read the same ones, or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_server import values
from ngnpro_wire.facts.email_addresses import EmailRefused, email_list
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.addresses import sip_uri
from portal.accounts.forms.rights import entry_of
from portal.core.fields import EmailField
from portal.core.normal_forms import address_for_mail, host_name, ip_network, mail_address, proxy_addresses, time_zone
from portal.core.zone_fields import TimeZoneField, time_zones
from portal.jobs.columns import NORMAL_FORMS
from portal.jobs.models import Job
from portal.lcr.fields import HostField
from portal.ngnpro.records import SipId
from tests.support.jobs import do, worked
from tests.support.platform import Platform as Wire
from tests.support.platform import refused
from tests.support.portal import Connect, Platform, open_platform

PIECES = st.sampled_from(
    [*'0127a.:/[]%@,;<>" -', "192.0.2.5", "::ffff:", "2001:db8::1", "/24", "host", ".example", "ü", "\u200b", "\uff11"]
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def outcome(read: Callable[[str], Any], typed: str) -> str:
    """Return what a door stores of a text; empty if it refuses the text."""
    try:
        return str(read(typed))
    except (ValueError, ValidationError):
        return ""


@given(TEXTS)
def test_page_and_soap_agree_on_every_host_network_and_address(typed: str) -> None:
    doors: list[tuple[Callable[[str], Any], ...]] = [
        (values.host, host_name, HostField(required=False).clean),
        (values.network, ip_network),
        (values.email, mail_address, EmailField(required=False).clean),
    ]
    for readers in doors:
        found = {outcome(read, typed) for read in readers}
        assert len(found) == 1, (typed, found)
        stored = found.pop()
        assert outcome(readers[0], stored) == stored


@pytest.mark.parametrize("typed", ["[2001:db8::1]", "2001:DB8:0:0::1", "2001:db8::1"])
def test_every_field_with_a_host_reads_one_notation(typed: str) -> None:
    assert HostField().clean(typed) == values.host(typed) == "2001:db8::1"
    assert proxy_addresses(typed) == "2001:db8::1"
    assert sip_uri(f"ada@[{typed.strip('[]')}]", "cases.example") == "sip:ada@[2001:db8::1]"


def test_ipv4_in_ipv6_notation_is_ipv4_in_every_field() -> None:
    assert HostField().clean("::ffff:192.0.2.5") == proxy_addresses("[::ffff:192.0.2.5]") == "192.0.2.5"
    assert sip_uri("ada@[::ffff:192.0.2.5]:5070", "cases.example") == "sip:ada@192.0.2.5:5070"
    entry = entry_of("::ffff:192.0.2.0/120 Office")
    assert (entry.ip, entry.mask, entry.tag) == ("192.0.2.0", 24, "Office")
    assert entry_of("192.0.2.0 / 24 Office") == entry


@pytest.mark.parametrize(
    ("typed", "words"),
    [("192.0.2.5:5060", "port"), ("fe80::1%eth0", "zone"), ("::", "no address"), ("192.0.2.0/24", "network")],
)
def test_gateways_and_peers_are_refused_in_words_by_soap(bare: Wire, typed: str, words: str) -> None:
    carrier = bare.call("Sip", "addCarrier", carrier={"name": "Meridian"})
    gateway = {"name": "One", "carrier_id": carrier["id"], "ip": typed, "port": 5060, "transport": "udp"}
    for operation, part in (("addGateway", gateway), ("addTrustedPeer", {"ip": typed, "protocol": "any"})):
        name = "gateway" if operation == "addGateway" else "peer"
        with refused(FaultCode.VALUE_INVALID, "ip") as caught:
            bare.call("Sip", operation, **{name: part})
        assert words in caught.value.text


def test_the_addresses_of_a_certificate_are_read_alike_by_page_soap_and_file(bare: Wire) -> None:
    typed, stored = "::ffff:192.0.2.7; [2001:DB8::7]:5061 *", "192.0.2.7, [2001:db8::7]:5061, *"
    changed = bare.call("Sip", "updateDomain", domain={"domain": "cases.example", "match_ip_address": typed})
    assert changed["match_ip_address"] == stored
    assert proxy_addresses(typed) == NORMAL_FORMS["match_ip_address"](typed) == stored
    with refused(FaultCode.VALUE_INVALID, "match_ip_address") as caught:
        bare.call("Sip", "updateDomain", domain={"domain": "cases.example", "match_ip_address": "192.0.2.7:99999"})
    assert "a port from 1 to 65535" in caught.value.text


def test_an_address_within_a_network_is_refused_with_the_network(bare: Wire) -> None:
    with refused(FaultCode.VALUE_INVALID, "ip") as caught:
        bare.add_account(domain="cases.example", acl=[{"ip": "192.0.2.5", "mask": 24}])
    assert "192.0.2.0/24" in caught.value.text
    stored = bare.add_account(domain="cases.example", acl=[{"ip": "::ffff:192.0.2.0", "mask": 120}, {"ip": "::1"}])
    assert [(entry["ip"], entry["mask"]) for entry in stored["acl"]] == [("192.0.2.0", 24), ("::1", 128)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@m.example, b@m.example", ("a@m.example", "b@m.example")),
        ("a@m.example; b@m.example;", ("a@m.example", "b@m.example")),
        ("a@m.example\nb@m.example\r\n", ("a@m.example", "b@m.example")),
        ("a@m.example b@m.example", ("a@m.example", "b@m.example")),
        ('"A, B; C" <a@m.example>, B <B@M.example.>', ("a@m.example", "b@m.example")),
        ('"A \\" B" <a@m.example>;a@m.example', ("a@m.example",)),
        ("\u00a0a@m.example\u200b,\u2003b@b\u00fccher.example", ("a@m.example", "b@xn--bcher-kva.example")),
        (" , ;", ()),
    ],
)
def test_a_list_of_addresses_is_read_however_it_is_separated(typed: str, found: tuple[str, ...]) -> None:
    assert email_list(typed) == found


@pytest.mark.parametrize(
    "typed", ["a@m.example\r\nBcc: b@m.example", '"A <a@m.example>', "A <a@m.example", "a, b@m.example"]
)
def test_a_list_with_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EmailRefused):
        email_list(typed)
    assert address_for_mail(typed) == ""


def test_old_names_of_time_zones_are_read_and_not_offered(bare: Wire) -> None:
    stored = bare.add_account(domain="cases.example", timezone="Europe/Kiev")
    assert stored["timezone"] == values.timezone("Europe/Kiev") == time_zone("europe/KIEV") == "Europe/Kyiv"
    assert TimeZoneField().clean("US/Eastern") == "America/New_York"
    assert {"Asia/Calcutta", "America/Montreal"}.isdisjoint(time_zones())
    assert {"Europe/Stockholm", "Europe/Amsterdam", "Asia/Kolkata"} <= set(time_zones())
    with pytest.raises(ValidationError):
        TimeZoneField().clean("CEST")


@pytest.fixture
def cases(tmp_path: Path, connect: Connect, db: None) -> Iterator[Platform]:
    """A portal with one domain."""
    for found in open_platform(tmp_path, connect):
        found.add_domain("cases.example")
        yield found


def test_a_spreadsheet_is_read_like_the_page(cases: Platform, browser: Client) -> None:
    row = 'alice@cases.example,A,B,"""King, A"" <A@m.example>",US/Eastern,192.0.2.0 24,a-secret-Q7!x-blue'
    wrong = "bob@cases.example,A,B,a@m.example; b@m.example,Europe/Berlin,192.0.2.0 24,a-secret-Q7!x-blue"
    within = "eve@cases.example,A,B,a@m.example,Europe/Berlin,192.0.2.5 24,a-secret-Q7!x-blue"
    data = f"id,firstName,lastName,email,timezone,acl,password\n{row}\n{wrong}\n{within}\n".encode()
    answer = browser.post("/jobs/import/account/", {"file": SimpleUploadedFile("a.csv", data), "mode": "add"})
    job = worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))
    reasons = dict(job.rows.values_list("line", "reason"))
    assert reasons[2] == ""
    assert "one address" in reasons[3]
    assert "192.0.2.0/24" in reasons[4]
    do(browser, job, "apply")
    account = cases.ngnpro.sip.get_account(SipId.parse("alice@cases.example"))
    assert (account.email, account.timezone, account.acl[0].ip) == ("a@m.example", "America/New_York", "192.0.2.0")
