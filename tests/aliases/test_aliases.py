"""The aliases room, from the browser to NGNPro's database and back."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.ngnpro.records import SipAlias, SipId
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture(autouse=True)
def account(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")


def add(platform: Platform, alias: str, target: str = "ada@example.com") -> SipAlias:
    return platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse(alias), target=SipId.parse(target)))


def target_of(platform: Platform, alias: str) -> str:
    return str(platform.ngnpro.sip.get_alias(SipId.parse(alias)).target)


def test_an_alias_is_added_and_listed_with_where_it_leads(browser: Client, platform: Platform) -> None:
    assert "There is no alias yet" in Page(browser.get("/aliases/")).text
    typed = {"alias": "Reception@Example.com", "target": "sip:ada@example.com"}
    answer = browser.post("/aliases/add/", typed, follow=True)
    assert "Alias reception@example.com was added; it leads to ada@example.com." in Page(answer).text
    assert Page(answer).rows()[0][:2] == ["reception@example.com", "ada@example.com"]
    assert target_of(platform, "reception@example.com") == "ada@example.com"


def test_a_list_page_makes_one_call(browser: Client, platform: Platform) -> None:
    for number in range(30):
        add(platform, f"{number}@example.com")
    browser.get("/aliases/")
    platform.forget_calls()
    browser.get("/aliases/?size=50")
    assert platform.calls == ["getAliases"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("alias=rec", {"reception@example.com"}),
        ("alias=reception@example.com", {"reception@example.com"}),
        ("alias=recep@example.com", set()),
        ("target=bob", {"sales@example.com"}),
        ("target=bob@example.com", {"sales@example.com"}),
        ("domain=example", {"reception@example.com", "sales@example.com"}),
    ],
)
def test_filters_find_what_they_say(browser: Client, platform: Platform, query: str, found: set[str]) -> None:
    add(platform, "reception@example.com")
    add(platform, "sales@example.com", "bob@example.com")
    assert {row[0] for row in Page(browser.get(f"/aliases/?{query}")).rows()} == found


def test_an_edit_changes_where_it_leads(browser: Client, platform: Platform) -> None:
    add(platform, "reception@example.com")
    data = Page(browser.get("/aliases/reception@example.com/edit/")).form_data()
    assert data["target"] == ["ada@example.com"]
    answer = browser.post("/aliases/reception@example.com/edit/", data | {"target": "bob@other.example"})
    assert answer.status_code == 302
    assert target_of(platform, "reception@example.com") == "bob@other.example"


def test_a_taken_alias_and_an_accounts_address_are_refused_beside_the_field(
    browser: Client, platform: Platform
) -> None:
    add(platform, "reception@example.com")
    for alias in ("reception@example.com", "ada@example.com"):
        answer = browser.post("/aliases/add/", {"alias": alias, "target": "bob@example.com"})
        assert answer.status_code == 422
        assert "exists already" in Page(answer).error_of("alias")
        assert Page(answer).value_of("target") == "bob@example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [("alias", "nobody"), ("alias", "a b@example.com"), ("alias", "x@no domain"), ("target", ""), ("target", "@")],
)
def test_what_is_no_address_is_explained_beside_its_field(
    browser: Client, platform: Platform, name: str, value: str
) -> None:
    answer = browser.post("/aliases/add/", {"alias": "x@example.com", "target": "ada@example.com", name: value})
    assert answer.status_code == 422
    assert Page(answer).error_of(name)


def test_an_alias_that_leads_to_itself_is_refused(browser: Client, platform: Platform) -> None:
    answer = browser.post("/aliases/add/", {"alias": "x@example.com", "target": "X@example.com"})
    assert "cannot lead to itself" in Page(answer).error_of("target")


def test_an_alias_in_an_unknown_domain_is_refused_beside_its_field(browser: Client, platform: Platform) -> None:
    answer = browser.post("/aliases/add/", {"alias": "x@nowhere.example", "target": "ada@example.com"})
    assert "does not exist" in Page(answer).error_of("alias")


def test_deleting_an_alias_leaves_the_account(browser: Client, platform: Platform) -> None:
    add(platform, "reception@example.com")
    assert "ada@example.com" in Page(browser.get("/aliases/reception@example.com/delete/")).text
    assert browser.post("/aliases/reception@example.com/delete/").status_code == 302
    assert browser.get("/aliases/reception@example.com/edit/").status_code == 404
    assert platform.account().first_name == "Ada"


@pytest.mark.parametrize("alias", ["nobody@example.com", "nobody", "@"])
@pytest.mark.parametrize("page", ["edit/", "delete/"])
def test_an_alias_that_is_not_there_is_a_404(browser: Client, platform: Platform, alias: str, page: str) -> None:
    assert browser.get(f"/aliases/{alias}/{page}").status_code == 404
