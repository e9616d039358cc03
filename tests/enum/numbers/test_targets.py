"""Numbers and their accounts: the account's status, choosing an account, and moving a number in one step."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro.records import CallDiversions, EnumId, EnumMapping, EnumNumber, SipAlias, SipId
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

NUMBER = "/enum/numbers/31208005169/e164.arpa/"
MOVE = f"{NUMBER}move/"
ADA, EVE = SipId.parse("ada@example.com"), SipId.parse("eve@example.com")


@pytest.fixture(autouse=True)
def two_accounts(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    platform.add_account("eve@example.com", first_name="Eve", last_name="Moreno")
    platform.add_number("31208005169", "ada@example.com")


def stored(platform: Platform) -> EnumNumber:
    return platform.ngnpro.enum.get_number(EnumId(number="31208005169"))


def rpid(platform: Platform, address: str) -> str:
    return platform.account(address).rpid


def set_rpid(platform: Platform, address: str, number: str) -> None:
    platform.ngnpro.sip.update_account(replace(platform.account(address), rpid=number))


def move(browser: Client, **typed: str) -> Page:
    data = Page(browser.get(MOVE)).form_data() | typed
    return Page(browser.post(MOVE, data, follow=True))


def test_the_page_of_a_number_says_how_its_account_stands_in_a_fixed_number_of_calls(
    browser: Client, platform: Platform
) -> None:
    platform.ngnpro.sip.set_call_diversions(ADA, CallDiversions(func="sip:mobile@example.com"))
    browser.get(NUMBER)
    platform.forget_calls()
    page = Page(browser.get(NUMBER))
    assert "Callers of this number reach sip:ada@example.com. All calls to Ada go to mobile@example.com." in page.text
    assert page.links()["ada@example.com"] == "/accounts/ada@example.com/"
    assert len(platform.calls) <= 10
    before = len(platform.calls)
    for name in ("one", "two", "three"):
        alias = SipAlias(id=SipId.parse(f"{name}@example.com"), target=ADA)
        platform.ngnpro.sip.add_alias(alias)
    platform.forget_calls()
    browser.get(NUMBER)
    assert len(platform.calls) == before


def test_an_account_behind_an_alias_is_found(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("desk@example.com"), target=ADA))
    number = stored(platform)
    mapping = replace(number.mappings[0], mapto="sip:desk@example.com")
    platform.ngnpro.enum.update_number(replace(number, mappings=(mapping,)))
    text = Page(browser.get(NUMBER)).text
    assert "by its alias desk@example.com" in text
    assert "Ada cannot be reached: no phone is online." in text


def test_an_address_elsewhere_is_said_to_be_no_account(browser: Client, platform: Platform) -> None:
    number = stored(platform)
    mapping = replace(number.mappings[0], mapto="sip:ada@elsewhere.example")
    platform.ngnpro.enum.update_number(replace(number, mappings=(mapping,)))
    assert "ada@elsewhere.example is not an account of this platform" in Page(browser.get(NUMBER)).text


def test_a_number_moves_to_another_account_in_one_step(browser: Client, platform: Platform) -> None:
    mail = EnumMapping(type="mailto", mapto="mailto:ada@example.com", priority=20)
    platform.ngnpro.enum.update_number(replace(stored(platform), mappings=(*stored(platform).mappings, mail)))
    page = move(browser, account="sip:Eve@example.com")
    assert "points to eve@example.com now" in page.text
    after = stored(platform).mappings
    assert sorted(mapping.mapto for mapping in after) == ["mailto:ada@example.com", "sip:eve@example.com"]
    entry = JournalEntry.objects.latest("id")
    assert (entry.kind, entry.operation) == ("number", "updateNumber")
    assert rpid(platform, "eve@example.com") == ""


def test_the_caller_id_moves_with_the_number_if_chosen(browser: Client, platform: Platform) -> None:
    set_rpid(platform, "ada@example.com", "31208005169")
    move(browser, account="eve@example.com", caller_id="on")
    assert (rpid(platform, "eve@example.com"), rpid(platform, "ada@example.com")) == ("31208005169", "")


def test_a_move_and_its_caller_id_can_be_undone_in_the_journal(browser: Client, platform: Platform) -> None:
    move(browser, account="eve@example.com", caller_id="on")
    for operation in ("updateAccount", "updateNumber"):
        entry = JournalEntry.objects.get(operation=operation, undoes=None)
        assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 302
    assert rpid(platform, "eve@example.com") == ""
    assert [mapping.mapto for mapping in stored(platform).mappings] == ["sip:ada@example.com"]


def test_a_caller_id_of_another_number_stays(browser: Client, platform: Platform) -> None:
    set_rpid(platform, "ada@example.com", "31208000000")
    move(browser, account="eve@example.com", caller_id="on")
    assert rpid(platform, "ada@example.com") == "31208000000"


def test_a_sip_target_is_put_before_the_other_targets(browser: Client, platform: Platform) -> None:
    mail = EnumMapping(type="mailto", mapto="mailto:ada@example.com")
    platform.ngnpro.enum.update_number(replace(stored(platform), mappings=(mail,)))
    move(browser, account="eve@example.com")
    first = min(stored(platform).mappings, key=lambda mapping: mapping.priority)
    assert first.mapto == "sip:eve@example.com"


def test_an_account_that_is_not_there_is_refused_beside_the_field_and_nothing_is_journalled(
    browser: Client, platform: Platform
) -> None:
    data = Page(browser.get(MOVE)).form_data() | {"account": "nobody@example.com"}
    answer = browser.post(MOVE, data)
    assert answer.status_code == 422
    assert Page(answer).error_of("account")
    assert Page(answer).value_of("account") == "nobody@example.com"
    assert stored(platform).mappings[0].mapto == "sip:ada@example.com"
    assert not JournalEntry.objects.exists()


def test_during_an_outage_the_move_keeps_what_was_typed(browser: Client, platform: Platform) -> None:
    data = Page(browser.get(MOVE)).form_data() | {"account": "eve@example.com"}
    platform.cut()
    answer = browser.post(MOVE, data)
    assert answer.status_code == 503
    assert Page(answer).value_of("account") == "eve@example.com"


def test_a_move_meanwhile_is_shown_before_it_is_undone(browser: Client, platform: Platform) -> None:
    data = Page(browser.get(MOVE)).form_data() | {"account": "eve@example.com"}
    platform.ngnpro.enum.update_number(replace(stored(platform), info="Reception"))
    assert browser.post(MOVE, data).status_code == 409
    assert stored(platform).mappings[0].mapto == "sip:ada@example.com"


def test_without_the_right_to_a_caller_id_the_box_is_closed_and_says_why(
    people: dict[str, Client], world: Platform
) -> None:
    page = Page(people["customer"].get(MOVE))
    assert page.field("caller_id").get("disabled") is not None
    assert "pstn_changes" in page.text
    data = page.form_data() | {"account": "front@example.com", "caller_id": "on"}
    people["customer"].post(MOVE, data)
    assert rpid(world, "ada@example.com") == ""


@pytest.fixture
def people(platform: Platform, operator: Operator) -> dict[str, Client]:
    """The browser of a customer who owns the domain of this module's platform."""
    customer = platform.add_customer("Harbour", reseller=platform.add_customer("Meridian").id)
    domain = platform.ngnpro.sip.find_domain("example.com")
    assert domain is not None
    platform.ngnpro.sip.update_domain(replace(domain, customer=customer.id, reseller=customer.reseller))
    (found,) = platform.ngnpro.enum.get_ranges().items
    platform.ngnpro.enum.update_range(replace(found, customer=customer.id, reseller=customer.reseller))
    return {"customer": signed_in("harbour", "secret-of-customer")}


@pytest.fixture
def world(platform: Platform) -> Platform:
    return platform


def test_a_read_only_operator_cannot_move_a_number(platform: Platform, operator: Operator) -> None:
    Operator.objects.create_user("looker", PASSWORD, may_change=False)
    assert signed_in("looker", PASSWORD).post(MOVE, {"account": "eve@example.com"}).status_code == 403


def test_accounts_are_suggested_while_typing(browser: Client, platform: Platform) -> None:
    def suggested(query: str) -> list[str]:
        text = browser.get(f"/enum/numbers/suggest/?{query}").content.decode()
        return re.findall(r'value="([^"]*)"', text)

    assert suggested("mapto_0=ev") == ["sip:eve@example.com"]
    assert suggested("mapto_1=sip:ev") == ["sip:eve@example.com"]
    assert suggested("account=Moren") == ["eve@example.com"]
    assert suggested("mapto_0=mailto:ev") == suggested("account=e") == suggested("q=ev") == []


def test_without_javascript_an_account_is_searched_on_a_page(browser: Client, platform: Platform) -> None:
    links = Page(browser.get(MOVE)).links()
    assert links["Search for an account"] == "/enum/numbers/pick/?for=move&number=31208005169&tld=e164.arpa"
    page = Page(browser.get(f"{links['Search for an account']}&q=eve"))
    url = page.links()["eve@example.com"]
    assert url == f"{MOVE}?account=eve@example.com"
    assert Page(browser.get(url)).value_of("account") == "eve@example.com"
    chosen = Page(browser.get("/enum/numbers/pick/?for=add&number=31208000001&tld=e164.arpa&q=eve"))
    url = chosen.links()["eve@example.com"]
    form = Page(browser.get(url))
    assert (form.value_of("mapto_0"), form.value_of("number")) == ("sip:eve@example.com", "+31 20 800 0001")
    edit = Page(browser.get("/enum/numbers/pick/?for=edit&number=31208005169&tld=e164.arpa&q=eve"))
    form = Page(browser.get(edit.links()["eve@example.com"]))
    assert (form.value_of("mapto_0"), form.value_of("mapto_1")) == ("sip:ada@example.com", "sip:eve@example.com")


def test_a_search_that_finds_nothing_says_so(browser: Client, platform: Platform) -> None:
    assert "No account matches" in Page(browser.get("/enum/numbers/pick/?q=zzz")).text
    assert browser.get("/enum/numbers/pick/?for=elsewhere&number=x&q=ad").status_code == 200


def test_an_account_gets_a_number_and_its_caller_id_in_three_clicks(browser: Client, platform: Platform) -> None:
    first = Page(browser.get("/accounts/eve@example.com/")).links()["Add a number"]
    form = Page(browser.get(first))
    second = form.links()["+31 20 800 0000"]
    form = Page(browser.get(f"/enum/numbers/add/{second}"))
    assert form.field("caller_id").get("checked") is not None
    page = Page(browser.post("/enum/numbers/add/", form.form_data(), follow=True))
    assert "was added" in page.text
    assert rpid(platform, "eve@example.com") == "31208000000"


def test_the_form_for_a_number_opens_also_where_nothing_can_be_offered(browser: Client, platform: Platform) -> None:
    browser.get("/enum/numbers/add/")
    platform.cut()
    page = Page(browser.get("/enum/numbers/add/?target=sip:eve@example.com"))
    assert page.value_of("mapto_0") == "sip:eve@example.com"
    assert "Free numbers" not in page.text


def test_an_account_that_shows_a_number_already_keeps_it_unless_asked(browser: Client, platform: Platform) -> None:
    set_rpid(platform, "eve@example.com", "31208000001")
    form = Page(browser.get("/enum/numbers/add/?target=sip:eve@example.com"))
    assert form.field("caller_id").get("checked") is None


def test_a_scheme_that_is_put_in_front_is_reported(browser: Client, platform: Platform) -> None:
    data = {"number": "+31 20 800 0002", "tld": "e164.arpa", "type_0": "sip", "mapto_0": "eve@example.com"}
    data |= {"type_1": "mailto", "mapto_1": "eve@mail.example", "type_2": "tel", "mapto_2": "+31600000000"}
    page = Page(browser.post("/enum/numbers/add/", data, follow=True))
    for target in ("sip:eve@example.com", "mailto:eve@mail.example", "tel:+31600000000"):
        assert f"A scheme was added in front: {target}." in page.text


def test_targets_are_shown_and_edited_in_the_order_of_their_priority(browser: Client, platform: Platform) -> None:
    mappings = (
        EnumMapping(mapto="sip:late@example.com", priority=50),
        EnumMapping(mapto="sip:ada@example.com", priority=2),
    )
    platform.ngnpro.enum.update_number(replace(stored(platform), mappings=mappings))
    assert [row[0] for row in Page(browser.get(NUMBER)).rows()] == ["sip:ada@example.com", "sip:late@example.com"]
    assert Page(browser.get(f"{NUMBER}edit/")).value_of("mapto_0") == "sip:ada@example.com"


def test_a_target_that_is_not_an_address_is_not_a_link(browser: Client, platform: Platform) -> None:
    for target in ("%0b@x", "@x", "sip:@x", "a@"):
        assert browser.get(f"/enum/numbers/add/?target={target}").status_code == 200
