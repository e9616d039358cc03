"""What DNS has of a zone: the comparison, the delegation that is looked up before a zone is added, and signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dns.dnssec
import dns.name
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from portal.dns.zones.live import signing_of
from portal.ngnpro.gate import Gate
from portal.ngnpro.records import DnsRecord, DnsZone
from tests.support.pages import Page
from tests.support.portal import Connect, Platform
from tests.support.wsgi import wsgi_session

InDns = Callable[[Any], None]
ZONE = {"name": "new.example", "ttl": "600", "minimum": "60", "retry": "60", "expire": "60"}
ELSEWHERE = {("new.example", "NS"): ["ns1.elsewhere.example."]}


def marks(page: Page) -> list[tuple[str, str]]:
    return [
        ((line.get("class") or "").split()[-1], " ".join(line.text_content().split()))
        for line in page.root.xpath("//span[contains(@class, 'rr')]")
    ]


def test_records_are_compared_with_dns_on_demand(browser: Client, platform: Platform, in_dns: InDns) -> None:
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com", nameservers=("ns1.example.net",)))
    for name, kind, value in (("www", "A", "192.0.2.1"), ("www", "A", "192.0.2.2"), ("", "MX", "mail")):
        platform.ngnpro.dns.add_record(
            DnsRecord(zone="example.com", name=name, type=kind, value=value, priority=10 if kind == "MX" else 0, ttl=60)
        )
    serial, timers = platform.ngnpro.dns.get_zone("example.com").serial, "3600 1209600 3600"
    page = Page(browser.get("/dns/zones/example.com/"))
    assert {mark for mark, _line in marks(page)} == {"none"}
    in_dns(
        {
            ("example.com", "SOA"): [f"ns1.example.net. hostmaster.example.com. {serial} 77 3600 1209600 3600"],
            ("example.com", "NS"): ["NS1.example.net."],
            ("www.example.com", "A"): ["192.0.2.1", "192.0.2.9"],
            ("example.com", "MX"): ["timeout"],
        }
    )
    page = Page(browser.get("/dns/zones/example.com/?dns=1"))
    assert marks(page) == [
        ("same", f"example.com. 3600 IN SOA ns1.example.net. hostmaster.example.com. {serial} 77 {timers}"),
        ("same", "example.com. 3600 IN NS ns1.example.net."),
        ("none", "example.com. 60 IN MX 10 mail.example.com."),
        ("same", "www.example.com. 60 IN A 192.0.2.1"),
        ("diff", "www.example.com. 60 IN A 192.0.2.2"),
        ("same", f"example.com. 300 IN SOA ns1.example.net. hostmaster.example.com. {serial} 77 {timers}"),
        ("same", "example.com. 300 IN NS NS1.example.net."),
        ("same", "www.example.com. 300 IN A 192.0.2.1"),
        ("diff", "www.example.com. 300 IN A 192.0.2.9"),
    ]
    assert "Some could not be queried" in page.text
    assert "DNS delegates the zone to ns1.example.net." in page.text
    assert signing_of("example.com").sentence in page.text


def test_a_zone_that_dns_delegates_elsewhere_is_added_by_operators_only(
    world: Platform, people: dict[str, Client], in_dns: InDns
) -> None:
    in_dns(ELSEWHERE)
    for person in ("customer", "reseller"):
        page = Page(people[person].post("/dns/zones/add/", ZONE))
        assert page.response.status_code == 422
        assert "delegates this name to other servers: ns1.elsewhere.example" in (page.error_of("name") or "")
    page = Page(people["operator"].post("/dns/zones/add/", ZONE))
    assert page.response.status_code == 422
    assert "This zone is then not used" in page.text
    assert "new.example" not in {zone.name for zone in world.ngnpro.dns.iter_zones()}
    answer = people["operator"].post("/dns/zones/add/", page.form_data())
    assert answer.status_code == 302
    assert world.ngnpro.dns.get_zone("new.example").name == "new.example"


def test_a_zone_that_dns_delegates_to_us_or_to_nobody_is_added_at_once(
    world: Platform, people: dict[str, Client], in_dns: InDns
) -> None:
    assert people["customer"].post("/dns/zones/add/", ZONE).status_code == 302
    in_dns({("other.test", "NS"): ["ns1.elsewhere.example."]})
    ours = ZONE | {"name": "other.test", "nameservers": "ns1.elsewhere.example"}
    assert people["customer"].post("/dns/zones/add/", ours).status_code == 302


def test_a_lookup_without_an_answer_is_asked_about(browser: Client, platform: Platform, in_dns: InDns) -> None:
    in_dns({("new.example", "NS"): ["timeout"]})
    page = Page(browser.post("/dns/zones/add/", ZONE))
    assert page.response.status_code == 422
    assert "It is not known whether DNS delegates this name" in page.text
    assert browser.post("/dns/zones/add/", page.form_data()).status_code == 302


def test_the_name_servers_of_the_settings_are_offered_and_decide(
    world: Platform, people: dict[str, Client], in_dns: InDns, connect: Connect
) -> None:
    engine = replace(world.ngnpro.engine, name_servers=("ns1.ours.example",))
    connect(Gate(engine, wsgi_session(world.server.app)))
    page = Page(people["customer"].get("/dns/zones/add/"))
    assert page.value_of("nameservers") == "ns1.ours.example"
    in_dns(ELSEWHERE)
    forged = ZONE | {"nameservers": "ns1.elsewhere.example"}
    assert people["customer"].post("/dns/zones/add/", forged).status_code == 422


def test_whether_a_zone_is_signed(in_dns: InDns) -> None:
    name = dns.name.from_text("example.com.")
    keys = [
        dns.dnssec.make_dnskey(ec.generate_private_key(ec.SECP256R1()).public_key(), "ECDSAP256SHA256", flags=257)
        for _number in range(2)
    ]
    signers = [dns.dnssec.make_ds(name, key, "SHA256").to_text() for key in keys]
    assert signing_of("example.com").state == "off"
    in_dns({("example.com", "DNSKEY"): [keys[0].to_text()]})
    assert "does not name its key yet" in signing_of("example.com").sentence
    in_dns({("example.com", "DS"): signers[:1]})
    assert signing_of("example.com").state == "on"
    in_dns({("example.com", "DS"): signers[1:]})
    assert "another DNSSEC key" in signing_of("example.com").sentence
    in_dns({("other.example", "DS"): signers[:1]})
    assert signing_of("other.example").state == "bad"
    in_dns({("example.com", "DNSKEY"): ["timeout"]})
    assert "not known" in signing_of("example.com").sentence


@pytest.mark.parametrize("path", ["", "template/", "export/", "export/?as=json"])
def test_the_pages_of_a_foreign_zone_are_404(world: Platform, people: dict[str, Client], path: str) -> None:
    assert people["customer"].get(f"/dns/zones/other.example/{path}").status_code == 404
