"""Vouchers: batches are made, exported once, blocked, and a voucher is found by what is printed on it."""

from __future__ import annotations

import csv
import io
from typing import Any, ClassVar

import pytest
from django.test import Client

from portal.ngnpro.records import CustomerProperty, PrepaidCard, SipId, VoucherBatch
from tests.support.journal import changes, everything, latest
from tests.support.pages import Page, fill
from tests.support.portal import PASSWORD, Platform
from tests.support.room_cases import ListCases, OutageCases

URL = "/vouchers/"
ADA = SipId.parse("ada@example.com")


class TestBatches(ListCases, OutageCases):
    url = URL
    resource_name = "voucher-batch"
    key = "1"
    empty = "There are no vouchers yet"
    list_calls = ("getVoucherBatches",)
    sorts = ("name", "changeDate")
    filters: ClassVar = {"name=batch": 3, "name=*01": 1}
    typed: ClassVar = {"name": "Spring", "value": "12.50", "count": "3", "digits": "14", "prefix": "77"}
    kept = "prefix"
    refused = (("name", "batch 00"),)
    invalid = (
        ("name", " "),
        ("value", "0"),
        ("value", "-5"),
        ("value", "10001"),
        ("count", "0"),
        ("count", "10001"),
        ("digits", "10"),
        ("digits", "16"),
        ("prefix", "7a"),
        ("prefix", "77777"),
    )

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.watch.add_voucher_batch(VoucherBatch(name=f"batch {number:02}", value=5.0, count=2))

    def clear(self, platform: Platform) -> None:
        """There are no batches at first."""


@pytest.fixture
def batch(platform: Platform) -> VoucherBatch:
    """A batch of three vouchers, and the prepaid account ada."""
    platform.add_domain()
    platform.add_account(str(ADA), prepaid=True)
    return platform.ngnpro.watch.add_voucher_batch(VoucherBatch(name="spring", value=12.5, count=3))


def export(browser: Client, batch: VoucherBatch) -> list[dict[str, str]]:
    answer: Any = browser.post(f"{URL}{batch.id}/export/", {"current_password": PASSWORD})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def redeem(platform: Platform, row: dict[str, str]) -> None:
    card = PrepaidCard(id=int(row["Serial number"]), number=row["Secret number"])
    platform.ngnpro.sip.add_balance_from_voucher(ADA, card)


def facts(browser: Client, batch: VoucherBatch) -> str:
    return Page(browser.get(f"{URL}{batch.id}/")).text


def test_numbers_are_exported_once_and_after_the_password_only(
    browser: Client, platform: Platform, batch: VoucherBatch
) -> None:
    for typed in ("", "wrong"):
        page = Page(browser.post(f"{URL}{batch.id}/export/", {"current_password": typed}))
        assert page.response.status_code == 422
        assert page.error_of("current_password")
    rows = export(browser, batch)
    assert [row["Value"] for row in rows] == ["12.50"] * 3
    assert platform.ngnpro.watch.get_vouchers(number=rows[0]["Secret number"])[0].id == int(rows[0]["Serial number"])
    again = browser.post(f"{URL}{batch.id}/export/", {"current_password": PASSWORD})
    assert "exported already" in Page(again).text
    assert "Export the numbers" not in facts(browser, batch)
    assert "block the batch and make another" in Page(browser.get(f"{URL}{batch.id}/export/")).text


def test_the_journal_says_who_exported_numbers_and_has_none_of_them(
    browser: Client, platform: Platform, batch: VoucherBatch
) -> None:
    rows = export(browser, batch)
    entry = latest()
    assert (entry.operation, entry.key, [*changes(entry)]) == ("exportVoucherBatch", str(batch.id), ["exported"])
    browser.post(f"{URL}find/", {"number": rows[0]["Secret number"]})
    assert not [row for row in rows if row["Secret number"] in everything()]


def test_used_vouchers_are_counted_and_found_by_either_number(
    browser: Client, platform: Platform, batch: VoucherBatch
) -> None:
    rows = export(browser, batch)
    redeem(platform, rows[1])
    assert Page(browser.get(URL)).rows()[0][3:5] == ["1", "2"]
    secret = rows[1]["Secret number"]
    for typed in ({"number": f"{secret[:5]} {secret[5:]}"}, {"id": rows[1]["Serial number"]}):
        page = Page(browser.post(f"{URL}find/", typed))
        assert "ada@example.com" in page.links()
        assert "spring" in page.links()
        assert secret not in page.response.content.decode()
    assert "Free" in Page(browser.post(f"{URL}find/", {"id": rows[0]["Serial number"]})).text
    assert "None of your vouchers" in Page(browser.post(f"{URL}find/", {"number": "1" * 14})).text
    assert browser.post(f"{URL}find/", {}).status_code == 422


def test_a_batch_is_blocked_and_unblocked(browser: Client, platform: Platform, batch: VoucherBatch) -> None:
    rows = export(browser, batch)
    browser.post(f"{URL}{batch.id}/block/")
    assert changes(latest())["blocked"] == (False, True)
    data = {"id": rows[0]["Serial number"], "number": rows[0]["Secret number"]}
    form = f"/accounts/{ADA}/credit/voucher/"
    assert browser.post(form, data).status_code == 422
    assert "Blocked" in facts(browser, batch)
    browser.post(f"{URL}{batch.id}/block/", {"lift": "1"})
    assert browser.post(form, data).status_code == 302


def test_a_reseller_without_the_right_sees_which_one_and_makes_nothing(
    people: dict[str, Client], world: Platform
) -> None:
    page = Page(people["reseller"].get(URL))
    assert "prepaid_changes" in page.text
    assert f"{URL}add/" not in page.links().values()
    before = world.ngnpro.watch.get_voucher_batches().total
    assert people["reseller"].post(f"{URL}add/", dict(TestBatches.typed)).status_code == 422
    assert world.ngnpro.watch.get_voucher_batches().total == before


def test_a_reseller_makes_vouchers_for_their_own_accounts_only(people: dict[str, Client], world: Platform) -> None:
    right = CustomerProperty(name="prepaid_changes", value="1")
    world.ngnpro.customers.set_properties(1, [right])
    typed = {**TestBatches.typed, "name": "Summer", "reseller": "3"}
    answer = people["reseller"].post(f"{URL}add/", typed)
    assert answer.status_code == 302, Page(answer).text
    newest = max(world.ngnpro.watch.get_voucher_batches().items, key=lambda one: one.id)
    assert (newest.name, newest.reseller) == ("Summer", 1)
    assert [row[0] for row in Page(people["reseller"].get(URL)).rows()] == ["Summer", "spring"]


def test_an_operator_without_the_right_to_see_passwords_cannot_export(
    people: dict[str, Client], world: Platform, operator: Any
) -> None:
    operator.may_see_passwords = False
    operator.save()
    assert people["operator"].get(f"{URL}1/export/").status_code == 404
    assert "Export the numbers" not in Page(people["operator"].get(f"{URL}1/")).text


def test_a_server_without_vouchers_has_no_line_for_them_in_the_menu(browser: Client, platform: Platform) -> None:
    assert URL in Page(browser.get("/")).links().values()
    gate = platform.ngnpro.gate
    gate.offers = lambda port, operation: port != "Watch"  # type: ignore[method-assign]
    assert URL not in Page(browser.get("/")).links().values()


def test_a_batch_is_not_undone_because_nothing_deletes_one(browser: Client, platform: Platform) -> None:
    fill(browser, f"{URL}add/", {"name": "Spring", "value": "12.50", "count": "3", "digits": "14"})
    entry = latest()
    assert (entry.action, entry.kind) == ("add", "voucher-batch")
    assert "not how to undo it" in Page(browser.get(f"/journal/{entry.pk}/")).text
    browser.post(f"/journal/{entry.pk}/undo/")
    assert len(platform.ngnpro.watch.get_voucher_batches().items) == 1
