"""The credit of a prepaid account: balance, amounts, vouchers, history, and who may change them."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import Any, ClassVar

import pytest
from django.test import Client

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import balance_history
from portal.accounts.calls.choices import REACH
from portal.ngnpro.records import CustomerProperty, SipId
from portal.people.operators.models import Operator
from tests.support.journal import changes, everything, latest
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, PASSWORD, Platform, signed_in
from tests.support.vouchers import insert_voucher

ADA = "ada@example.com"
SIP_ID = SipId.parse(ADA)
URL = f"/accounts/{ADA}/credit/"
NUMBER = "12345678901234"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    """A platform with one prepaid account, whose time zone is Amsterdam's."""
    platform.add_domain()
    platform.add_account(ADA, prepaid=True, timezone="Europe/Amsterdam")
    return platform


def pay(platform: Platform, value: float, description: str = "cash") -> None:
    platform.ngnpro.sip.add_balance(SIP_ID, value, description)


def repeat_last_movement(platform: Platform, times: int) -> None:
    """Copy the latest row of the history, much faster than by calls."""
    with transaction(platform.server.engine, write=True) as connection:
        last = connection.execute(balance_history.select().order_by(balance_history.c.id.desc())).mappings().first()
        copy = {name: value for name, value in (last or {}).items() if name != "id"}
        connection.execute(balance_history.insert(), [copy] * times)


def balance(platform: Platform) -> float:
    return platform.ngnpro.sip.get_prepaid_status([SIP_ID])[0].balance


def add(browser: Client, value: str, page: Page | None = None, **more: str) -> Page:
    """Open the form, unless ``page`` is an open one, and submit it."""
    data = (page or Page(browser.get(f"{URL}add/"))).form_data()
    return Page(browser.post(f"{URL}add/", {**data, "value": value, **more}, follow=True))


def test_the_currency_of_the_reseller_is_beside_the_amounts_and_read_once(browser: Client, platform: Platform) -> None:
    reseller = platform.add_customer("North")
    platform.ngnpro.customers.set_properties(reseller.id, [CustomerProperty(name="currency", value=" CHF ")])
    platform.add_domain(customer=reseller.id, reseller=reseller.id)
    platform.add_account(ADA, prepaid=True)
    assert "0.00 CHF" in Page(browser.get(f"/accounts/{ADA}/")).text
    platform.refuse("getProperties")
    pay(platform, 20)
    assert "20.00 CHF" in Page(browser.get(URL)).text
    platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), prepaid=False, quota=30))
    text = Page(browser.get(f"/accounts/{ADA}/")).text
    assert "30 CHF" in text
    assert "used this month: 0.00 CHF" in text
    assert "0.00 CHF" in Page(browser.get(f"/accounts/{ADA}/calls/")).text


def test_amounts_are_in_the_platforms_currency_if_none_is_known(browser: Client, platform: Platform) -> None:
    reseller = platform.add_customer("North")
    platform.add_domain(customer=reseller.id, reseller=reseller.id)
    platform.add_account(ADA, prepaid=True)
    pay(platform, 20)
    platform.refuse("getProperties")
    assert "in the platform's currency" in Page(browser.get(URL)).text


def test_balance_and_history_with_what_was_left(browser: Client, ada: Platform) -> None:
    pay(ada, 20)
    pay(ada, -0.1234, "Calls")
    page = Page(browser.get(URL))
    assert page.root.xpath("//dl[@class='figures']//span[@class='n']")[0].text == "19.8766"
    assert [row[1:] for row in page.rows()] == [
        ["AddedCalls Refund", "−0.1234", "19.8766"],
        ["Addedcash Refund", "+20.00", "20.00"],
    ]
    assert "Times in Europe/Amsterdam" in page.text


def test_an_amount_is_added_and_the_journal_has_the_balance_before_and_after(browser: Client, ada: Platform) -> None:
    pay(ada, 5)
    page = add(browser, "10.50", description="Paid at the counter")
    assert "The balance was 5.00 and is 15.50 now." in page.text
    assert balance(ada) == 15.5
    entry = latest()
    assert (entry.kind, entry.key, entry.part, entry.operation) == ("account", ADA, "credit", "addBalance")
    assert changes(entry) == {"balance": (5.0, 15.5), "description": (None, "Paid at the counter")}
    assert "is 12.50 now" in add(browser, "-3").text


@pytest.mark.parametrize("value", ["0", "", "x", "1000001", "0.00001", "NaN"])
def test_an_invalid_amount_is_not_sent_to_ngnpro(browser: Client, ada: Platform, value: str) -> None:
    page = add(browser, value, description="kept")
    assert page.response.status_code == 422
    assert page.error_of("value")
    assert page.value_of("description") == "kept"
    assert "addBalance" not in ada.calls


def test_an_amount_is_not_added_twice(browser: Client, ada: Platform) -> None:
    form, other = Page(browser.get(f"{URL}add/")), Page(browser.get(f"{URL}add/"))
    add(browser, "10", form)
    assert "The balance was 0.00 and is 10.00 now." in add(browser, "10", form).text
    assert balance(ada) == 10
    again = add(browser, "10", other)
    assert again.response.status_code == 422
    assert "The balance has changed since this page was opened" in again.error_of("value")
    assert balance(ada) == 10
    add(browser, "10", again)
    assert balance(ada) == 20


def test_a_voucher_is_redeemed_once_and_its_number_is_nowhere_kept(browser: Client, ada: Platform) -> None:
    card = insert_voucher(ada.server, NUMBER)
    data = {"id": str(card), "number": "1234 5678 9012 34"}
    assert "is 25.00 now" in Page(browser.post(f"{URL}voucher/", data, follow=True)).text
    assert changes(latest()) == {"balance": (0.0, 25.0), "voucher": (None, card)}
    answer = browser.post(f"{URL}voucher/", data)
    page = Page(answer)
    assert answer.status_code == 422
    assert "This voucher is unknown or was used already." in page.error_of("number")
    assert page.value_of("id") == str(card)
    assert balance(ada) == 25
    assert NUMBER not in everything()


def test_a_vouchers_number_is_checked_before_it_is_sent_and_never_taken_from_the_url(
    browser: Client, ada: Platform
) -> None:
    page = Page(browser.post(f"{URL}voucher/", {"id": "1", "number": "12x"}))
    assert "11 to 15 digits" in page.error_of("number")
    assert "addBalanceFromVoucher" not in ada.calls
    assert Page(browser.get(f"{URL}voucher/?number={NUMBER}")).value_of("number") == ""


def test_the_history_has_pages_whose_cost_does_not_grow_with_it(browser: Client, ada: Platform) -> None:
    pay(ada, 1)
    with transaction(ada.server.engine, write=True) as connection:
        row = dict(connection.execute(balance_history.select()).mappings().one())
        rows = [row | {"id": 100 + n, "description": f"call {n:03}"} for n in range(60)]
        connection.execute(balance_history.insert(), rows)
    ada.forget_calls()
    page = Page(browser.get(URL))
    assert sorted(ada.calls) == ["getAccount", "getCreditHistory", "getPrepaidStatus"]
    assert (len(page.rows()), page.rows()[0][1]) == (25, "Addedcall 059 Refund")
    last = Page(browser.get(f"{URL}?page=3"))
    assert len(last.rows()) == 11
    assert "Older" not in last.links()
    assert last.links()["Newer"] == "?page=2"
    assert "There is nothing older" in Page(browser.get(f"{URL}?page=9999999")).text


def test_the_spreadsheet_has_the_whole_history_and_no_formula(browser: Client, ada: Platform) -> None:
    for number in range(30):
        pay(ada, 1, f"=1+{number}")
    rows = list(csv.reader(io.StringIO(browser.get(f"{URL}export/").getvalue().decode("utf-8-sig"))))
    assert len(rows) == 31
    assert rows[1][1:5] == ["Added", "'=1+29", "1.0", "30.0"]
    repeat_last_movement(ada, REACH)
    assert "There are older entries" in browser.get(f"{URL}export/").getvalue().decode()


def test_the_credit_page_of_a_postpaid_account_says_how_to_make_it_prepaid(browser: Client, platform: Platform) -> None:
    platform.add_domain()
    platform.add_account(ADA)
    page = Page(browser.get(URL))
    assert "This account is not prepaid" in page.text
    assert page.links()["Edit the account"] == f"/accounts/{ADA}/edit/"
    for action in ("add/", "voucher/"):
        assert browser.get(URL + action).headers["Location"] == URL
    answer = browser.post(f"{URL}add/", {"value": "5", "opened": "0.0000"})
    assert "This account is not prepaid" in Page(answer).error_of("value")
    assert "This account is not prepaid" in Page(browser.post(f"{URL}voucher/", {"id": "1", "number": NUMBER})).text
    assert not {"addBalance", "addBalanceFromVoucher"} & set(platform.calls)


def test_without_the_balance_the_history_is_still_there(browser: Client, ada: Platform) -> None:
    pay(ada, 5)
    ada.withdraw("getPrepaidStatus")
    page = Page(browser.get(URL))
    assert "Not known" in page.text
    assert len(page.rows()) == 1


@pytest.mark.usefixtures("ada")
class TestPage(OpeningCases):
    url = URL
    pages = ("", "export/", "add/")
    forms: ClassVar = {"add/": {"value": "12.5", "description": "cash"}, "voucher/": {"id": "7", "number": NUMBER}}
    kept: ClassVar = {"add/": ("value", "description"), "voucher/": ("id",)}
    calls = ("getAccount", "getCreditHistory", "getPrepaidStatus")

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        return balance(platform)


def test_descriptions_of_credit_are_escaped(browser: Client, ada: Platform) -> None:
    pay(ada, 5, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(URL).content.decode()


def test_the_credit_history_hides_called_numbers_from_viewers_who_may_not_see_calls(ada: Platform, db: None) -> None:
    pay(ada, 5)
    with transaction(ada.server.engine, write=True) as connection:
        connection.execute(balance_history.update().values(description="To 0031201234567", session="call@1"))
    Operator.objects.create_user("careful", PASSWORD, may_see_calls=False)
    careful = signed_in("careful", PASSWORD)
    for text in (careful.get(URL).content.decode(), careful.get(f"{URL}export/").getvalue().decode()):
        assert "0031201234567" not in text
        assert "call@1" not in text
        assert "A call" in text


def test_subscribers_redeem_vouchers_but_add_no_credit(people: dict[str, Client], world: Platform) -> None:
    for address in (ADA, "bob@other.example"):
        world.ngnpro.sip.update_account(dataclasses.replace(world.account(address), prepaid=True))
    mine, card = people["subscriber"], insert_voucher(world.server, NUMBER)
    assert "Add to the balance" not in Page(mine.get(URL)).links()
    assert mine.post(f"{URL}add/", {"value": "100", "opened": "0.0000"}).status_code == 404
    data = {"id": str(card), "number": NUMBER}
    assert mine.post("/accounts/bob@other.example/credit/voucher/", data).status_code == 404
    assert mine.get("/accounts/bob@other.example/credit/export/").status_code == 404
    assert mine.post(f"{URL}voucher/", data).status_code == 302
    assert balance(world) == 25


def test_a_viewer_without_the_permission_sees_which_one_and_adds_nothing(
    people: dict[str, Client], world: Platform
) -> None:
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(ADA), prepaid=True))
    customer = people["customer"]
    page = Page(customer.get(URL))
    assert "You cannot add to the balance" in page.text
    assert "prepaid_changes" in page.text
    answer = customer.post(f"{URL}add/", {"value": "5", "opened": "0.0000"})
    assert answer.status_code == 422
    assert people["read-only operator"].post(f"{URL}add/", {"value": "5"}).status_code == 403
    assert people["read-only operator"].post(f"{URL}voucher/", {"id": "1"}).status_code == 403
    assert balance(world) == 0


def test_users_pay_on_the_operators_own_page(platform: Platform, settings: Any) -> None:
    platform.add_domain()
    platform.add_account(ADA, prepaid=True)
    ada = signed_in(ADA, ACCOUNT["password"])
    url = f"/accounts/{ADA}/credit/"
    assert "pay.example.com" not in ada.get(url).content.decode()
    settings.PAYMENT_URL = "https://pay.example.com/?account={address}"
    assert Page(ada.get(url)).root.xpath("//a[@href='https://pay.example.com/?account=ada%40example.com']")
    settings.PAYMENT_URL = "javascript:alert({address})"
    assert "javascript:" not in ada.get(url).content.decode()
