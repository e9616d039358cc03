"""Lists of customers: the tree of resellers, the search across all customers, and who sees which of them."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.ngnpro.records import CustomerAccount
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture
def reseller(platform: Platform) -> CustomerAccount:
    return platform.add_customer("Meridian")


def test_an_empty_platform_says_what_a_reseller_is_and_how_to_add_one(browser: Client, platform: Platform) -> None:
    page = Page(browser.get("/customers/"))
    assert "There is no reseller yet" in page.text
    assert page.links()["Add the first reseller"] == "/customers/add-reseller/"


def test_the_tree_lists_resellers_only(browser: Client, platform: Platform, reseller: CustomerAccount) -> None:
    platform.add_customer("Harbour", reseller=reseller.id)
    platform.add_customer("Lindenfunk")
    rows = Page(browser.get("/customers/")).rows()
    assert [row[0] for row in rows] == ["Lindenfunklindenfunk", "Meridianmeridian"]


def test_an_opened_reseller_shows_its_customers_below_it(
    browser: Client, platform: Platform, reseller: CustomerAccount
) -> None:
    for name in ("Oakline", "Harbour"):
        platform.add_customer(name, reseller=reseller.id)
    platform.add_customer("Zenith")
    page = Page(browser.get(f"/customers/?open={reseller.id}"))
    assert [row[0] for row in page.rows()] == [
        "Meridianmeridian",
        "Harbourharbour",
        "Oaklineoakline",
        "2 customers",
        "Zenithzenith",
    ]
    assert page.links()["2 customers"] == f"/customers/all/?reseller={reseller.id}"
    twist = page.root.get_element_by_id(f"c{reseller.id}")
    assert twist.get("aria-expanded") == "true"
    assert twist.get("aria-label") == "Hide the customers of Meridian"
    assert twist.get("href") == f"?#c{reseller.id}"


def test_an_opened_reseller_without_customers_says_so(
    browser: Client, platform: Platform, reseller: CustomerAccount
) -> None:
    assert "No customers yet" in Page(browser.get(f"/customers/?open={reseller.id}")).text


def test_a_long_branch_shows_a_hundred_and_leads_to_all(
    browser: Client, platform: Platform, reseller: CustomerAccount
) -> None:
    for number in range(101):
        platform.add_customer(f"C{number:03}", reseller=reseller.id)
    page = Page(browser.get(f"/customers/?open={reseller.id}"))
    assert page.links()["All 101 customers"] == f"/customers/all/?reseller={reseller.id}"


@pytest.mark.parametrize("opened", ["", "0", "99", "x", "-1", "²", "99999999999999999999"])
def test_a_branch_that_is_not_there_opens_nothing(
    browser: Client, platform: Platform, reseller: CustomerAccount, opened: str
) -> None:
    assert len(Page(browser.get("/customers/", {"open": opened})).rows()) == 1


def test_the_tree_makes_one_call_and_an_open_branch_one_more(
    browser: Client, platform: Platform, reseller: CustomerAccount
) -> None:
    for number in range(30):
        platform.add_customer(f"C{number:02}", reseller=reseller.id)
    browser.get("/customers/")
    platform.forget_calls()
    browser.get("/customers/")
    assert platform.calls == ["getResellers"]
    platform.forget_calls()
    browser.get(f"/customers/?open={reseller.id}")
    assert platform.calls == ["getResellers", "getCustomers"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("organization=har", {"Harbour"}),
        ("organization=*line", {"Oakline"}),
        ("username=oak", {"Oakline"}),
        ("first_name=gra", {"Oakline"}),
        ("last_name=Hopper", {"Oakline"}),
        ("email=harbour@", {"Harbour"}),
        ("city=Delft", {"Harbour"}),
        ("country=BE", {"Oakline"}),
        ("kind=resellers", {"Meridian"}),
        ("reseller=Meridian", {"Meridian", "Harbour", "Oakline"}),
        ("organization=har&country=BE", set()),
        ("organization=_arbour", set()),
        ("organization=%25", set()),
    ],
)
def test_customers_are_found_by_each_field(
    browser: Client, platform: Platform, reseller: CustomerAccount, query: str, found: set[str]
) -> None:
    platform.add_customer("Harbour", reseller=reseller.id, city="Delft")
    platform.add_customer("Oakline", reseller=reseller.id, first_name="Grace", last_name="Hopper", country="BE")
    rows = Page(browser.get(f"/customers/all/?{query}")).rows()
    usernames = {"Meridianmeridian": "Meridian", "Harbourharbour": "Harbour", "Oaklineoakline": "Oakline"}
    assert {usernames[row[0]] for row in rows} == found


def test_a_filter_typed_over_the_tree_leads_to_the_search(browser: Client, platform: Platform) -> None:
    answer = browser.get("/customers/?organization=har&country=NL")
    assert answer.headers["Location"] == "/customers/all/?organization=har&country=NL"
    assert browser.get("/customers/?organization=&country=").status_code == 200


def test_a_filter_that_no_server_could_read_is_refused_beside_its_field(browser: Client, platform: Platform) -> None:
    answer = browser.get("/customers/all/", {"city": "a\u0007b"})
    assert answer.status_code == 422
    assert "control character" in Page(answer).text


def test_a_filter_in_use_is_a_chip_in_words(browser: Client, platform: Platform, reseller: CustomerAccount) -> None:
    page = Page(browser.get(f"/customers/all/?country=NL&reseller={reseller.id}"))
    assert "Country: Netherlands" in page.text
    assert "Reseller: Meridian" in page.text


def test_lists_are_sorted_as_asked(browser: Client, platform: Platform) -> None:
    platform.add_customer("Alpha", last_name="Zuse")
    platform.add_customer("Beta", last_name="Adams")

    def order(query: str) -> list[str]:
        return [row[0] for row in Page(browser.get(f"/customers/all/?{query}")).rows()]

    assert order("") == ["Alphaalpha", "Betabeta"]
    assert order("sort=-organization") == ["Betabeta", "Alphaalpha"]
    assert order("sort=lastName") == ["Betabeta", "Alphaalpha"]


def test_a_customer_without_an_organization_is_named_as_a_person(browser: Client, platform: Platform) -> None:
    platform.add_customer("N/A", username="ada", first_name="Ada", last_name="Byron", city="Unknown", country="N/A")
    row = Page(browser.get("/customers/all/")).rows()[0]
    assert row[0] == "Ada Byronada"
    assert row[3] == "Not set"


def test_a_reseller_sees_their_own_customers_and_no_tree(people: dict[str, Client]) -> None:
    answer = people["reseller"].get("/customers/", follow=True)
    page = Page(answer)
    assert answer.redirect_chain == [("/customers/all/?", 302)]
    assert [row[0] for row in page.rows()] == ["Harbourharbour", "Meridianmeridian"]
    assert "By reseller" not in page.text
    assert "Add reseller" not in page.text


def test_a_customer_goes_straight_to_their_own_record(people: dict[str, Client]) -> None:
    answer = people["customer"].get("/customers/", follow=True)
    assert "Harbour" in Page(answer).text
    assert people["customer"].get("/customers/all/").status_code == 404


def test_suggestions_are_resellers_with_what_is_typed_in_their_names(
    browser: Client, platform: Platform, reseller: CustomerAccount
) -> None:
    platform.add_customer("Merlin", reseller=reseller.id)
    platform.add_customer("Lindenfunk")
    text = browser.get("/customers/suggest/?reseller=mer").content.decode()
    assert 'value="Meridian"' in text
    assert "Merlin" not in text
    assert "Lindenfunk" not in text


def test_owners_in_other_rooms_lead_to_the_customer(people: dict[str, Client], world: Platform) -> None:
    links = Page(people["operator"].get("/domains/")).links()
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    assert links["Harbour"] == f"/customers/{harbour.id}/"
    assert Page(people["operator"].get("/accounts/")).links()["Harbour"] == f"/customers/{harbour.id}/"
    assert Page(people["operator"].get("/domains/example.com/")).links()["Harbour"] == f"/customers/{harbour.id}/"
    own = Page(people["customer"].get("/domains/")).links()
    assert own["Harbour"] == f"/customers/{harbour.id}/"
    assert f"/customers/{harbour.reseller}/" not in own.values()
