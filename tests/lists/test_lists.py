"""Views and columns that people keep for a list: whose they are, with whom they are shared, and what they cost."""

from __future__ import annotations

from django.test import Client

from portal.core.models import SavedView
from portal.ngnpro.records import CallDiversions, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

LIST = "/accounts/"
SAVE, COLUMNS = "/lists/save/", "/lists/columns/"
ADA = SipId.parse("ada@example.com")


def heads(browser: Client, url: str = LIST) -> list[str]:
    return [head.text_content().strip() for head in Page(browser.get(url)).root.findall(".//thead/tr/th")]


def choose(browser: Client, *names: str) -> None:
    places = {f"place-{name}": str(place) for place, name in enumerate(names, 1)}
    answer = browser.post(COLUMNS, {"list": "accounts:list", "query": "", "column": sorted(names), **places})
    assert answer.status_code == 302


def test_chosen_columns_are_shown_in_their_order_and_remembered(people: dict[str, Client]) -> None:
    usual = heads(people["operator"])
    choose(people["operator"], "email", "state")
    assert heads(people["operator"])[1:] == ["Account, by domain", "E-mail", "State"]
    assert heads(people["reseller"]) == usual
    people["operator"].post(COLUMNS, {"list": "accounts:list", "usual": "1", "column": "email"})
    assert heads(people["operator"]) == usual


def test_columns_that_do_not_exist_are_not_shown(people: dict[str, Client]) -> None:
    usual = heads(people["operator"])
    choose(people["operator"], "password", "__class__")
    assert heads(people["operator"]) == usual


def test_a_view_is_saved_with_its_filters_order_and_columns(people: dict[str, Client]) -> None:
    choose(people["operator"], "email")
    query = "sort=username&size=50&page=3&state="
    answer = people["operator"].post(SAVE, {"list": "accounts:list", "query": query, "name": "  Blocked  ones "})
    view = SavedView.objects.get(name="Blocked ones")
    assert answer.headers["Location"] == f"/accounts/?sort=username&size=50&view={view.pk}"
    choose(people["operator"], "state")
    assert heads(people["operator"], answer.headers["Location"])[-1] == "E-mail"
    links = Page(people["operator"].get(LIST)).links()
    assert links["Blocked ones"] == f"?sort=username&size=50&view={view.pk}"


def test_a_view_is_shown_to_others_only_if_it_is_shared_and_only_in_the_same_circle(people: dict[str, Client]) -> None:
    typed = {"list": "accounts:list", "query": "state=quota", "name": "Quota"}
    people["operator"].post(SAVE, typed)
    assert "Quota" not in Page(people["read-only operator"].get(LIST)).links()
    people["operator"].post(SAVE, typed | {"shared": "on"})
    assert "Quota" in Page(people["read-only operator"].get(LIST)).links()
    assert "Quota" not in Page(people["reseller"].get(LIST)).links()
    view = SavedView.objects.get(name="Quota")
    assert people["read-only operator"].post(f"/lists/{view.pk}/forget/", typed).status_code == 404
    assert people["operator"].post(f"/lists/{view.pk}/forget/", typed).status_code == 302
    assert not SavedView.objects.filter(name="Quota")


def test_a_list_that_the_person_may_not_open_is_not_found(people: dict[str, Client]) -> None:
    for page in ("lcr:carriers:list", "nothing:list", "https://example.com", "accounts:detail"):
        answer = people["customer"].post(SAVE, {"list": page, "query": "", "name": "x"})
        assert answer.status_code == 404, page


def test_a_view_without_a_name_says_so(people: dict[str, Client]) -> None:
    page = Page(people["operator"].post(SAVE, {"list": "accounts:list", "name": " "}, follow=True))
    assert "Type a name for the view" in page.text
    assert not SavedView.objects.exists()


def test_forwarding_and_last_calls_are_asked_for_only_where_their_columns_are_chosen(
    people: dict[str, Client], world: Platform
) -> None:
    world.ngnpro.sip.set_call_diversions(ADA, CallDiversions(func="sip:bob@other.example"))
    people["operator"].get(LIST)
    world.forget_calls()
    people["operator"].get(LIST)
    usual = list(world.calls)
    choose(people["operator"], "forwarding", "last_call")
    world.forget_calls()
    text = Page(people["operator"].get(LIST)).text
    assert world.calls == [*usual, "run", "run"]  # each asks about all accounts of the page
    assert "All calls" in text
    assert "bob@other.example" in text
