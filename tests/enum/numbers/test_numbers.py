"""The numbers room, from the browser to NGNPro's database, and the DNS records expected for a number."""

from __future__ import annotations

from typing import Any, ClassVar

import dns.resolver
import pytest
from django.test import Client

from portal.enum.numbers import naptr
from portal.ngnpro.records import EnumId, EnumMapping, EnumNumber, EnumRange, EnumRangeId
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases

NUMBER = "/enum/numbers/31208005169/e164.arpa/"


@pytest.fixture(autouse=True)
def number_range(platform: Platform) -> None:
    platform.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11))


USUAL = {
    "number": "+31 20 800 51 69",
    "tld": "e164.arpa",
    "type_0": "sip",
    "mapto_0": "ada@example.com",
    "type_1": "sip",
}


def add(browser: Client, **typed: str) -> Page:
    return Page(browser.post("/enum/numbers/add/", USUAL | typed, follow=True))


def stored(platform: Platform) -> EnumNumber:
    return platform.ngnpro.enum.get_number(EnumId(number="31208005169"))


class TestNumbers(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/enum/numbers/"
    resource_name = "number"
    key = "31208000000/e164.arpa"
    empty = "There is no number yet"
    list_calls = ("getNumbers",)
    sorts = ("number", "changeDate")
    filters: ClassVar = {
        "number=%2B31+20+800": 3,
        "number=31208000001": 1,
        "mapto=ada@example.com": 3,
        "mapto=bob": 0,
        "type=mailto": 0,
        "tld=e164": 3,
    }
    typed: ClassVar = USUAL
    kept = "mapto_0"
    refused = (("number", "+31 20 800 0000"), ("number", "+49 30 1234567"), ("owner", "4711"))
    invalid = (
        ("number", "020 8000000"),
        ("tld", "x y"),
        ("mapto_0", "a b@example.com"),
        ("mapto_0", "sip:\\1@example.com"),
        ("mapto_0", "!^.*$!sip:ada@example.com!"),
        ("mapto_0", "9901#1@example.com"),
        ("priority_0", "-1"),
    )
    edited = ("info", "Head office", "Branch office")
    member = "info"

    def add_one(self, platform: Platform, number: int) -> None:
        mapping = EnumMapping(mapto="sip:ada@example.com")
        platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=f"3120800{number:04}"), mappings=(mapping,)))


def test_a_number_is_added_with_its_target_completed(browser: Client, platform: Platform) -> None:
    page = add(browser)
    assert "Callers of this number reach sip:ada@example.com." in page.text
    (mapping,) = stored(platform).mappings
    assert (mapping.type, mapping.mapto, mapping.priority, mapping.ttl) == ("sip", "sip:ada@example.com", 5, 3600)
    platform.forget_calls()
    assert Page(browser.get("/enum/numbers/")).rows()[0][0].startswith("+31 20 800 5169")
    assert platform.calls == ["getNumbers"]


def test_several_mappings_are_kept_with_their_ids_on_an_edit(browser: Client, platform: Platform) -> None:
    add(browser, type_1="mailto", mapto_1="ada@mail.example", priority_1="10")
    before = stored(platform).mappings
    assert [mapping.mapto for mapping in before] == ["sip:ada@example.com", "mailto:ada@mail.example"]
    data = Page(browser.get(f"{NUMBER}edit/")).form_data()
    row = next(name[-1] for name, value in data.items() if value == ["sip:ada@example.com"])
    browser.post(f"{NUMBER}edit/", data | {f"mapto_{row}": "bob@example.com", f"priority_{row}": "3"})
    after = {mapping.id: mapping for mapping in stored(platform).mappings}
    assert set(after) == {mapping.id for mapping in before}
    assert sorted(mapping.mapto for mapping in after.values()) == ["mailto:ada@mail.example", "sip:bob@example.com"]


def test_an_emptied_row_removes_its_mapping(browser: Client, platform: Platform) -> None:
    add(browser, type_1="mailto", mapto_1="ada@mail.example")
    data = Page(browser.get(f"{NUMBER}edit/")).form_data()
    row = next(name[-1] for name, value in data.items() if value == ["mailto:ada@mail.example"])
    browser.post(f"{NUMBER}edit/", data | {f"mapto_{row}": ""})
    assert [mapping.mapto for mapping in stored(platform).mappings] == ["sip:ada@example.com"]


RECORD = EnumNumber(
    id=EnumId(number="31208005169"),
    mappings=(
        EnumMapping(type="mailto", mapto="mailto:a!b@example.com", priority=10, ttl=60),
        EnumMapping(type="npd:tel", mapto="tel:+31208005169", priority=20),
        EnumMapping(mapto="sip:ada@example.com", priority=5),
    ),
)


def test_the_records_follow_rfc_6116() -> None:
    assert naptr.dns_domain(RECORD) == "9.6.1.5.0.0.8.0.2.1.3.e164.arpa"
    assert [str(record) for record in naptr.naptr_records(RECORD)] == [
        '3600 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:ada@example.com!" .',
        '60 IN NAPTR 100 10 "u" "E2U+mailto" "!^.*$!mailto:a\\\\!b@example.com!" .',
        '3600 IN NAPTR 100 20 "u" "E2U+npd+tel" "!^.*$!tel:+31208005169!" .',
    ]


def test_the_answer_of_dns_is_shown_beside_the_number_with_differences_marked(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(browser, type_1="mailto", mapto_1="ada@mail.example")
    text = """id 1
opcode QUERY
rcode NOERROR
flags QR
;QUESTION
9.6.1.5.0.0.8.0.2.1.3.e164.arpa. IN NAPTR
;ANSWER
9.6.1.5.0.0.8.0.2.1.3.e164.arpa. 41 IN NAPTR 100 5 "u" "E2U+sip" "!^.*$!sip:ada@example.com!" .
9.6.1.5.0.0.8.0.2.1.3.e164.arpa. 41 IN NAPTR 100 5 "s" "E2U+mailto" "!^.*$!mailto:ada@mail.example!" .
9.6.1.5.0.0.8.0.2.1.3.e164.arpa. 41 IN NAPTR 100 9 "u" "E2U+sip" "!^.*$!sip:old@example.com!" .
"""
    message = dns.message.from_text(text)

    def answer(_resolver: Any, name: Any, kind: str, **_options: Any) -> dns.resolver.Answer:
        return dns.resolver.Answer(dns.name.from_text(str(name)), dns.rdatatype.NAPTR, dns.rdataclass.IN, message)

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", answer)
    page = Page(browser.get(f"{NUMBER}?dns=1"))
    marks = [(line.get("class"), line.text_content()) for line in page.root.xpath("//*[contains(@class, 'rr ')]")]
    assert [mark for mark, _text in marks] == ["rr same", "rr diff", "rr same", "rr diff", "rr diff"]
    assert '100 5 "s"' in marks[3][1]
    assert "old@example.com" in marks[4][1]
    assert marks[2][1].startswith("41 IN NAPTR")
    assert "DNS may cache this answer for another 41 seconds." in page.text


def test_the_name_servers_that_are_asked_are_a_setting(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    asked: list[tuple[Any, int]] = []

    def answer(resolver: dns.resolver.Resolver, *_args: Any, **_options: Any) -> None:
        asked.append((resolver.nameservers, resolver.port))
        raise dns.resolver.NXDOMAIN

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", answer)
    settings.DNS_RESOLVERS, settings.DNS_PORT = ["192.0.2.53"], 5353
    add(browser)
    assert "DNS has no record for this number." in Page(browser.get(f"{NUMBER}?dns=1")).text
    assert asked == [(["192.0.2.53"], 5353)]


def test_a_dns_timeout_is_reported_and_the_page_still_opens(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(browser)

    def silent(*_args: Any, **_options: Any) -> None:
        raise dns.resolver.LifetimeTimeout(timeout=3, errors=[])

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", silent)
    answer = browser.get(f"{NUMBER}?dns=1")
    assert answer.status_code == 200
    assert "DNS could not be queried" in Page(answer).text


def test_an_account_is_offered_only_numbers_that_it_may_have(browser: Client, platform: Platform) -> None:
    own, other = platform.add_customer("Harbour Clinic"), platform.add_customer("Other Clinic")
    platform.add_domain("example.com", customer=own.id, reseller=own.reseller)
    platform.add_account("ada@example.com", owner=own.id)
    for prefix, customer in (("3130111", own.id), ("3130222", other.id)):
        platform.ngnpro.enum.add_range(
            EnumRange(id=EnumRangeId(prefix=prefix), min_digits=11, max_digits=11, customer=customer)
        )
    page = Page(browser.get("/enum/numbers/add/?target=sip:ada@example.com"))
    assert "+31 30 111 0000" in page.text
    assert "+31 20 800 0000" in page.text
    assert "+31 30 222" not in page.text
    assert page.value_of("owner").startswith("Harbour Clinic")
    assert "+31 30 222 0000" in Page(browser.get("/enum/numbers/add/")).text


def test_the_list_shows_a_domain_in_its_own_script_and_its_wire_form_beside_it(
    browser: Client, platform: Platform
) -> None:
    target = "sip:reception@xn--rztehaus-zza.example"
    platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number="31208005169"), mappings=(EnumMapping(mapto=target),)))
    (shown,) = Page(browser.get("/enum/numbers/")).root.xpath("//td//bdi")
    assert shown.text == "sip:reception@ärztehaus.example"
    assert shown.get("title") == target
