"""The domains room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

from django.test import Client

from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DependentCases, EditCases, ListCases, OutageCases


class TestDomains(ListCases, EditCases, DependentCases, OutageCases):
    url = "/domains/"
    resource_name = "domain"
    key = "d00.example"
    empty = "There is no domain yet"
    list_calls = ("getDomains",)
    sorts = ("domain", "changeDate")
    filters: ClassVar = {"domain=d0": 3, "domain=d01": 1, "domain=*01*": 1, "domain=_00": 0, "domain=%2500": 0}
    typed: ClassVar = {"domain": "new.example", "match_ip_address": "192.0.2.7"}
    kept = "match_ip_address"
    refused = (("domain", "d00.example"), ("customer", "4711"))
    invalid = (("domain", "exa mple"), ("match_ip_address", "192.0.2.300"))
    edited = ("match_ip_address", "192.0.2.1", "192.0.2.2")
    member = "match_ip_address"
    typed_name = "d00.example"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.add_domain(f"d{number:02}.example")

    def add_dependent(self, platform: Platform) -> None:
        platform.add_account(f"ada@{self.key}")


def test_a_domain_is_added_and_then_listed(browser: Client, platform: Platform) -> None:
    answer = browser.post("/domains/add/", {"domain": "Example.COM"}, follow=True)
    assert answer.redirect_chain == [("/domains/example.com/", 302)]
    assert "Domain example.com was added." in Page(answer).text
    assert platform.ngnpro.sip.find_domain("example.com") is not None
    assert Page(browser.get("/domains/")).rows()[0][0] == "example.com"


def test_names_of_owners_cost_one_call_more_the_first_time(browser: Client, platform: Platform) -> None:
    for number, name in enumerate(["Oakline", "Fenwick", "Harbour"]):
        platform.add_domain(f"d{number}.example", customer=platform.add_customer(name).id)
    platform.forget_calls()
    browser.get("/domains/")
    assert sorted(platform.calls) == ["getCustomers", "getDomains"]


def test_a_filter_finds_what_begins_with_it_and_wildcards_only_when_asked(browser: Client, platform: Platform) -> None:
    for name in ("alpha.example", "beta.example", "alphabet.example"):
        platform.add_domain(name)

    def found(query: str) -> set[str]:
        return {row[0] for row in Page(browser.get(f"/domains/?domain={query}")).rows()}

    assert found("alpha") == {"alpha.example", "alphabet.example"}
    assert found("*et*") == {"beta.example", "alphabet.example"}
    assert found("%25pha") == set()
    assert found("_lpha") == set()


def test_a_filter_in_use_is_a_chip_that_can_be_taken_off(browser: Client, platform: Platform) -> None:
    platform.add_domain("alpha.example")
    page = Page(browser.get("/domains/?domain=zzz&sort=domain"))
    assert "Nothing matches these filters" in page.text
    assert "Domain: zzz" in page.text
    chip = page.root.xpath("//a[@aria-label='Remove: Domain']")[0]
    assert chip.get("href") == "?sort=domain"


def test_a_wrong_filter_is_explained_beside_its_field(browser: Client, platform: Platform) -> None:
    answer = browser.get("/domains/?customer=Nobody+knows")
    assert answer.status_code == 422
    assert "No customer has this name" in Page(answer).text


def test_an_edit_keeps_what_the_form_does_not_show(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com", match_sip_domain="example.com", verify_cert=True)
    data = Page(browser.get("/domains/example.com/edit/")).form_data()
    data["match_ip_address"] = "192.0.2.1"
    answer = browser.post("/domains/example.com/edit/", data, follow=True)
    assert "was saved" in Page(answer).text
    stored = platform.ngnpro.sip.find_domain("example.com")
    assert stored is not None
    assert (stored.match_ip_address, stored.match_sip_domain, stored.verify_cert) == ("192.0.2.1", "example.com", True)


def test_a_private_key_is_never_shown_again(browser: Client, platform: Platform, pem: tuple[str, str]) -> None:
    certificate, key = pem
    browser.post("/domains/add/", {"domain": "example.com", "certificate": certificate, "private_key": key})
    stored = platform.ngnpro.sip.find_domain("example.com")
    assert stored is not None
    assert stored.private_key.split() == key.split()
    secret_line = key.split("\n")[3]
    for page in ("/domains/example.com/", "/domains/example.com/edit/", "/domains/"):
        assert secret_line not in browser.get(page).content.decode()
    data = Page(browser.get("/domains/example.com/edit/")).form_data()
    browser.post("/domains/example.com/edit/", data)
    kept = platform.ngnpro.sip.find_domain("example.com")
    assert kept is not None
    assert kept.private_key.split() == key.split()


def test_suggestions_begin_with_what_is_typed(browser: Client, platform: Platform) -> None:
    for name in ("alpha.example", "beta.example"):
        platform.add_domain(name)
    text = browser.get("/domains/suggest/?domain=al").content.decode()
    assert "alpha.example" in text
    assert "beta.example" not in text
