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


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("reception@example.com", "reception@example.com is an alias that leads to ada@example.com. Edit or delete it"),
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
    assert "is an alias that leads to ada@example.com" in Page(answer).error_of("username")


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
        ("nobody@example.com", "There is no account nobody@example.com: calls to the alias reach nobody yet."),
        ("front@example.com", "front@example.com is itself an alias, of ada@example.com."),
        ("ada@elsewhere.example", ""),
        ("ada@example.com", ""),
    ],
)
def test_a_target_where_nobody_answers_is_pointed_out(
    browser: Client, platform: Platform, target: str, words: str
) -> None:
    add(platform, "front@example.com")
    text = Page(browser.post("/aliases/add/", {"alias": "x@example.com", "target": target}, follow=True)).text
    assert "was added" in text
    assert words in text
    assert words or "nobody yet" not in text


@pytest.mark.parametrize("order", ["aliasUsername", "aliasDomain", "targetUsername", "targetDomain", "changeDate"])
def test_every_order_of_the_contract_sorts_the_list(browser: Client, platform: Platform, order: str) -> None:
    add(platform, "reception@example.com")
    assert f"?sort={order}" in browser.get("/aliases/").content.decode().replace("?sort=-", "?sort=")
    assert browser.get(f"/aliases/?sort={order}").status_code == 200


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
