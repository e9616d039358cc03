"""Zones as files: exported and imported again, zone files of BIND and JSON files of CDRTool, and services."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import dns.zone
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core.sheet_files import UnreadableFile
from portal.dns.zones.files import read_zones
from portal.dns.zones.templates import TEMPLATES
from portal.jobs.models import Job
from portal.ngnpro.records import DnsFancyRecord, DnsRecord, DnsZone
from tests.support.jobs import do, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

BIND = """\
$ORIGIN shop.example.
$TTL 300
@   IN SOA ns1.example.net. dns\\.team.example.net. ( 7 10800 900 1209600 60 )
    IN NS ns1
    IN NS ns2.example.net.
    IN MX 10 mail
ns1 IN A 192.0.2.53
www 60 IN A 192.0.2.1
    60 IN AAAA 2001:db8::1
ftp IN CNAME www
_sip._udp IN SRV 5 10 5060 sip.example.net.
@ IN TXT "v=spf1 -all" "two \\"words\\""
@ IN NAPTR 10 20 "s" "SIP+D2U" "" _sip._udp
@ IN CAA 0 issue "ca.example"
@ IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
"""


def upload(browser: Client, content: str, mode: str = "update") -> Job:
    file = SimpleUploadedFile("shop.zone", content.encode())
    answer = browser.post("/jobs/import/zone/", {"file": file, "mode": mode})
    assert answer.status_code == 302, Page(answer).text
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))


def reasons(job: Job) -> set[str]:
    return set(job.rows.exclude(reason="").values_list("reason", flat=True))


def apply(browser: Client, job: Job) -> Job:
    return do(browser, job, "apply", number=str(job.rows.filter(state__in=("ready", "waiting")).count()))


def content(platform: Platform, zone: str) -> set[str]:
    found = [one for one in platform.ngnpro.dns.iter_records() if one.zone == zone]
    return {f"{one.name} {one.ttl} {one.type} {one.priority} {one.value}" for one in found}


def test_a_zone_file_of_bind_is_imported(browser: Client, platform: Platform) -> None:
    job = upload(browser, BIND)
    assert [row.reason for row in job.rows.filter(state="conflict")] == [
        "This type of record is not among those that zones have."
    ]
    apply(browser, job)
    zone = platform.ngnpro.dns.get_zone("shop.example")
    assert zone.nameservers == ("ns1.shop.example", "ns2.example.net")
    assert (zone.email, zone.ttl, zone.minimum) == ("dns.team@example.net", 300, 60)
    assert (zone.retry, zone.expire) == (900, 1209600)
    assert content(platform, "shop.example") == {
        " 300 MX 10 mail.shop.example",
        "ns1 300 A 0 192.0.2.53",
        "www 60 A 0 192.0.2.1",
        "www 60 AAAA 0 2001:db8::1",
        "ftp 300 CNAME 0 www.shop.example",
        "_sip._udp 300 SRV 5 10 5060 sip.example.net",
        ' 300 TXT 0 "v=spf1 -all" "two \\"words\\""',
        ' 300 NAPTR 0 10 20 "s" "SIP+D2U" "" _sip._udp.shop.example',
    }


@pytest.mark.parametrize("form", ["bind", "json"])
def test_what_is_exported_and_imported_again_changes_nothing_and_makes_the_same_zone(
    browser: Client, platform: Platform, form: str
) -> None:
    apply(browser, upload(browser, BIND))
    if form == "json":
        alias = DnsFancyRecord(zone="shop.example", type="MBOXFW", name="info", value="anna@example.org", ttl=60)
        platform.ngnpro.dns.add_fancy_record(alias)
    text = browser.get(f"/dns/zones/shop.example/export/?as={form}").content.decode()
    again = upload(browser, text)
    assert reasons(again) == {"Nothing to change."}, list(again.rows.values("key", "state", "reason"))
    before, zone = content(platform, "shop.example"), platform.ngnpro.dns.get_zone("shop.example")
    platform.ngnpro.dns.delete_zone("shop.example")
    job = apply(browser, upload(browser, text))
    assert set(states(job).values()) == {"done"}, list(job.rows.values("key", "state", "reason"))
    assert content(platform, "shop.example") == before
    made = platform.ngnpro.dns.get_zone("shop.example")
    assert (made.nameservers, made.email, made.ttl) == (zone.nameservers, zone.email, zone.ttl)
    forwards = [(one.name, one.value, one.ttl) for one in platform.ngnpro.dns.iter_fancy_records()]
    assert forwards == [("info@shop.example", "anna@example.org", 60)] * (form == "json")


def test_an_exported_zone_file_is_what_other_programs_read(browser: Client, platform: Platform) -> None:
    apply(browser, upload(browser, BIND))
    answer = browser.get("/dns/zones/shop.example/export/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="shop.example.zone"'
    read = dns.zone.from_text(answer.content.decode(), check_origin=True)
    assert read.get_rdataset("@", "SOA")[0].minimum == 60
    assert len(read.get_rdataset("@", "NS")) == 2


def test_a_json_file_of_cdrtool_is_imported(browser: Client, platform: Platform) -> None:
    record = {"zone": "old.example", "ttl": 600, "owner": 3, "priority": 0}
    data = {
        "customers": [{"id": 7, "password": "canary"}],
        "dns_zones": [{"name": "old.example", "nameservers": ["ns1.example.net"], "ttl": 600, "customer": 7}],
        "dns_records": [
            {**record, "id": 1, "name": "", "type": "MX", "value": "mail.old.example", "priority": 10},
            {**record, "id": 2, "name": "", "type": "NS", "value": "ns2.example.net"},
            {**record, "id": 3, "name": "www", "type": "A", "value": "192.0.2.1"},
        ],
    }
    apply(browser, upload(browser, json.dumps(data)))
    assert platform.ngnpro.dns.get_zone("old.example").nameservers == ("ns1.example.net", "ns2.example.net")
    assert content(platform, "old.example") == {" 600 MX 10 mail.old.example", "www 600 A 0 192.0.2.1"}


@pytest.mark.parametrize("known", [True, False])
def test_owners_are_found_by_their_names_since_numbers_differ(browser: Client, platform: Platform, known: bool) -> None:
    harbour = platform.add_customer("Harbour Clinic")
    customer = {"id": 77 if known else 78, "organization": "Harbour Clinic", "password": "canary"}
    zone = {"name": "old.example", "nameservers": ["ns1.example.net"], "ttl": 600, "customer": 77}
    alone = {**zone, "name": "alone.example", "customer": 0}
    apply(
        browser, upload(browser, json.dumps({"customers": [customer], "dns_zones": [zone, alone], "dns_records": []}))
    )
    owners = {one.name: one.customer for one in platform.ngnpro.dns.get_zones()}
    assert owners == ({"old.example": harbour.id, "alone.example": 0} if known else {"alone.example": 0})


def test_an_exported_json_file_brings_its_owner_back(browser: Client, platform: Platform) -> None:
    harbour, other = platform.add_customer("Harbour Clinic"), platform.add_customer("Oakline")
    platform.ngnpro.dns.add_zone(DnsZone(name="shop.example", customer=harbour.id))
    text = browser.get("/dns/zones/shop.example/export/?as=json").content.decode()
    assert json.loads(text)["customers"] == [{"id": harbour.id, "organization": "Harbour Clinic"}]
    platform.ngnpro.dns.update_zone(replace(platform.ngnpro.dns.get_zone("shop.example"), customer=other.id))
    apply(browser, upload(browser, text))
    assert platform.ngnpro.dns.get_zone("shop.example").customer == harbour.id


@pytest.mark.parametrize(
    "text",
    [
        "$ORIGIN a.example.\n@ IN SOA broken\n",
        "$ORIGIN a.example.\n$GENERATE 1-100000000 host$ A 192.0.2.1\n",
        "$ORIGIN a.example.\n$INCLUDE /etc/passwd\n",
        "@ 60 IN SOA ns. host. 1 2 3 4 5\n",
        '{"dns_zones": 5, "dns_records": []}',
        '{"customers": []}',
        "{" * 5000,
    ],
)
def test_a_file_that_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_zones(io.BytesIO(text.encode()))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_service_is_shown_and_then_added_in_one_step(browser: Client, platform: Platform, name: str) -> None:
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))
    page = Page(browser.get(f"/dns/zones/example.com/template/?template={name}&host=&ttl=600"))
    number = len(TEMPLATES[name].records)
    assert len(page.root.xpath("//span[contains(@class, 'rr')]")) == number
    assert platform.ngnpro.dns.get_records().total == 0
    answer = browser.post("/dns/zones/example.com/template/", {"template": name, "host": "", "ttl": "600"}, follow=True)
    assert f"{number} record" in Page(answer).text
    assert platform.ngnpro.dns.get_records().total == number
    browser.post("/dns/zones/example.com/template/", {"template": name, "host": "", "ttl": "600"})
    assert platform.ngnpro.dns.get_records().total == number


def test_the_records_of_sip_over_tls_name_the_server(browser: Client, platform: Platform) -> None:
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))
    given = {"template": "sip-tls", "host": "proxy.example.net", "ttl": "600"}
    browser.post("/dns/zones/example.com/template/", given)
    assert content(platform, "example.com") == {
        ' 600 NAPTR 10 10 100 "s" "SIPS+D2T" "" _sips._tcp.example.com',
        "_sips._tcp 600 SRV 100 100 5061 proxy.example.net",
    }


def test_records_that_the_zone_has_are_left_alone(browser: Client, platform: Platform) -> None:
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))
    stored = platform.ngnpro.dns.add_record(
        DnsRecord(zone="example.com", name="_stun._udp", type="SRV", value="10 3478 stun", priority=3, ttl=60)
    )
    browser.post("/dns/zones/example.com/template/", {"template": "stun", "host": "", "ttl": "600"})
    assert list(platform.ngnpro.dns.get_records().items) == [stored]
