"""The aliases room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import Client

from portal.ngnpro.records import SipAlias, SipId
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


@pytest.fixture(autouse=True)
def account(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")


def add(platform: Platform, alias: str, target: str = "ada@example.com") -> SipAlias:
    return platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse(alias), target=SipId.parse(target)))


def target_of(platform: Platform, alias: str) -> str:
    return str(platform.ngnpro.sip.get_alias(SipId.parse(alias)).target)


class TestAliases(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/aliases/"
    resource_name = "alias"
    key = "00@example.com"
    pages = ("edit/", "delete/")
    empty = "There is no alias yet"
    list_calls = ("getAliases",)
    sorts = ("aliasUsername", "aliasDomain", "targetUsername", "targetDomain", "changeDate")
    filters: ClassVar = {
        "alias=0": 3,
        "alias=01@example.com": 1,
        "alias=0@example.com": 0,
        "target=bob": 0,
        "target=ada": 3,
        "target=ada@example.com": 3,
        "domain=example": 3,
    }
    typed: ClassVar = {"alias": "reception@example.com", "target": "ada@example.com"}
    kept = "target"
    refused = (("alias", "00@example.com"), ("alias", "ada@example.com"), ("alias", "x@nowhere.example"))
    invalid = (
        ("alias", "a b"),
        ("alias", "a b@example.com"),
        ("alias", "x@no domain"),
        ("target", ""),
        ("target", "@"),
        ("target", "Reception@example.com"),
    )
    edited = ("target", "bob@other.example", "eve@other.example")
    member = "target"

    def add_one(self, platform: Platform, number: int) -> None:
        add(platform, f"{number:02}@example.com")


@pytest.mark.parametrize("alias", ["nobody", "@"])
@pytest.mark.parametrize("page", ["edit/", "delete/"])
def test_a_key_that_is_not_an_address_is_a_404(browser: Client, platform: Platform, alias: str, page: str) -> None:
    assert browser.get(f"/aliases/{alias}/{page}").status_code == 404


def test_an_alias_is_added_and_listed_with_where_it_leads(browser: Client, platform: Platform) -> None:
    typed = {"alias": "Reception@Example.com", "target": "sip:ada@example.com"}
    answer = browser.post("/aliases/add/", typed, follow=True)
    assert "Alias reception@example.com was added; it points to ada@example.com." in Page(answer).text
    assert Page(answer).rows()[0][:2] == ["reception@example.com", "ada@example.com"]
    assert target_of(platform, "reception@example.com") == "ada@example.com"


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        (
            "reception@example.com",
            "reception@example.com is an alias that points to ada@example.com. Edit or delete it",
        ),
        ("ada@example.com", "ada@example.com is the account of Ada Byron, and calls to it reach that account."),
    ],
)
def test_a_taken_address_is_refused_beside_the_field_with_whose_it_is(
    browser: Client, platform: Platform, alias: str, words: str
) -> None:
    add(platform, "reception@example.com")
    answer = browser.post("/aliases/add/", {"alias": alias, "target": "bob@example.com"})
    assert answer.status_code == 422
    assert words in Page(answer).error_of("alias")
    assert Page(answer).value_of("target") == "bob@example.com"


def test_an_account_whose_address_is_an_alias_is_refused_with_where_that_leads(
    browser: Client, platform: Platform
) -> None:
    add(platform, "reception@example.com")
    typed = {"username": "reception", "domain": "example.com", "first_name": "R", "last_name": "R"}
    answer = browser.post("/accounts/add/", typed | {"email": "r@example.com", "timezone": "UTC"})
    assert answer.status_code == 422
    assert "is an alias that points to ada@example.com" in Page(answer).error_of("username")


def test_an_account_has_several_and_the_page_after_adding_lists_them(browser: Client, platform: Platform) -> None:
    browser.post("/aliases/add/", {"alias": "front@example.com", "target": "ada@example.com"})
    answer = browser.post("/aliases/add/", {"alias": "desk@example.com", "target": "ada@example.com"}, follow=True)
    assert answer.redirect_chain == [("/aliases/?target=ada%40example.com", 302)]
    page = Page(answer)
    assert {row[0] for row in page.rows()} == {"front@example.com", "desk@example.com"}
    assert page.links()["Add alias"] == "/aliases/add/?target=ada%40example.com"
    assert Page(browser.get(page.links()["Add alias"])).value_of("target") == "ada@example.com"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nobody@example.com", "There is no account nobody@example.com: calls to the alias do not reach anyone yet."),
        ("front@example.com", "front@example.com is itself an alias, of ada@example.com."),
        ("ada@elsewhere.example", ""),
        ("ada@example.com", ""),
    ],
)
def test_an_alias_without_a_reachable_target_gets_a_warning(
    browser: Client, platform: Platform, target: str, words: str
) -> None:
    add(platform, "front@example.com")
    text = Page(browser.post("/aliases/add/", {"alias": "x@example.com", "target": target}, follow=True)).text
    assert "was added" in text
    assert words in text
    assert ("not reach anyone yet" in text) == ("not reach anyone yet" in words)


def test_an_alias_that_points_to_itself_is_refused(browser: Client, platform: Platform) -> None:
    answer = browser.post("/aliases/add/", {"alias": "x@example.com", "target": "X@example.com"})
    assert "cannot point to itself" in Page(answer).error_of("target")


def test_an_alias_in_an_unknown_domain_is_refused_beside_its_field(browser: Client, platform: Platform) -> None:
    answer = browser.post("/aliases/add/", {"alias": "x@nowhere.example", "target": "ada@example.com"})
    assert "does not exist" in Page(answer).error_of("alias")


def test_deleting_an_alias_leaves_the_account(browser: Client, platform: Platform) -> None:
    add(platform, "reception@example.com")
    assert "ada@example.com" in Page(browser.get("/aliases/reception@example.com/delete/")).text
    assert browser.post("/aliases/reception@example.com/delete/").status_code == 302
    assert browser.get("/aliases/reception@example.com/edit/").status_code == 404
    assert platform.account().first_name == "Ada"


def test_an_alias_without_a_domain_is_in_that_of_its_target(browser: Client, platform: Platform) -> None:
    browser.post("/aliases/add/", {"alias": "Reception", "target": "ada@example.com"})
    assert target_of(platform, "reception@example.com") == "ada@example.com"
    answer = browser.post("/aliases/add/", {"alias": "office", "target": "ada@elsewhere.example"})
    assert answer.status_code == 422
    assert "id_alias_error" in answer.content.decode()
