"""The pages of the test numbers room: who owns a set, what it contains, and its entries in the journal."""

from __future__ import annotations

from typing import ClassVar

from django.test import Client

from portal.journal.models import JournalEntry
from portal.lcr.models import MOST_SETS, NumberSet
from tests.support.own_record_cases import OwnRecordCases
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import AddCases, ConflictCases, DeleteCases, ListCases

TYPED = {
    "name": "Berlin",
    "reseller": "",
    "calls": "+49 30 901820\n\n0049 (30) 901821, sip:ada@example.com\n+4930901820",
}
CALLS = [["004930901820", ""], ["004930901821", "ada@example.com"]]


def keep(reseller: int = 0, name: str = "Berlin") -> NumberSet:
    return NumberSet.objects.create(engine="ngnpro", reseller=reseller, name=name, calls=CALLS)


class TestSamples(OwnRecordCases, ListCases, AddCases, ConflictCases, DeleteCases):
    url = "/lcr/samples/"
    model = NumberSet
    key_field = "name"
    key = "Set 00"
    pages = ("edit/", "delete/")
    empty = "There are no test numbers yet"
    list_calls = ()
    sorts = ("name",)
    filters: ClassVar = {"name=set": 3, "name=01": 1, "name=x": 0}
    typed: ClassVar = TYPED
    added = "Test numbers Berlin were saved."
    kept = "calls"
    refused = (("name", "Set 00"),)
    invalid = (("name", ""), ("calls", ""), ("calls", "030 901820"), ("calls", "+49\nnobody"))
    edited = ("name", "Lisbon", "Porto")
    member = "name"
    deleted = "Test numbers Set 00 were deleted."

    def add_one(self, platform: Platform, number: int) -> None:
        keep(name=f"Set {number:02}")

    def _first(self) -> NumberSet | None:
        return NumberSet.objects.order_by("pk").first()


def test_a_set_is_kept_as_00_and_digits_each_call_once(browser: Client, platform: Platform) -> None:
    page = Page(browser.post("/lcr/samples/add/", TYPED, follow=True))
    assert "Test numbers Berlin were saved." in page.text
    assert page.rows()[0][:3] == ["Berlin", "2", "004930901820, 004930901821"]
    one = NumberSet.objects.get()
    assert (one.engine, one.reseller, one.calls) == ("ngnpro", 0, CALLS)
    entry = JournalEntry.objects.get()
    assert (entry.operation, entry.kind, entry.key, entry.action) == ("addTestNumbers", "test-numbers", "Berlin", "add")


def test_a_set_is_edited_and_deleted(browser: Client, platform: Platform) -> None:
    one = keep()
    page = Page(browser.get(f"/lcr/samples/{one.pk}/edit/"))
    assert page.value_of("calls") == "004930901820\n004930901821, ada@example.com"
    data = page.form_data() | {"calls": "+31 20 1"}
    assert browser.post(f"/lcr/samples/{one.pk}/edit/", data).status_code == 302
    one.refresh_from_db()
    assert one.calls == [["0031201", ""]]
    assert "will no longer be compared" in Page(browser.get(f"/lcr/samples/{one.pk}/delete/")).text
    assert browser.post(f"/lcr/samples/{one.pk}/delete/").status_code == 302
    assert not NumberSet.objects.exists()
    assert set(JournalEntry.objects.values_list("operation", flat=True)) == {"updateTestNumbers", "deleteTestNumbers"}


def test_sets_are_few_enough_to_be_followed_at_once(browser: Client, platform: Platform) -> None:
    for number in range(MOST_SETS):
        keep(name=f"Set {number}")
    page = Page(browser.post("/lcr/samples/add/", TYPED))
    assert page.response.status_code == 422
    assert "Delete one first." in page.text


def test_resellers_have_their_own_sets_and_do_not_see_each_others(people: dict[str, Client]) -> None:
    mine, foreign = keep(1, "Mine"), keep(3, "Foreign")
    browser = people["reseller"]
    page = Page(browser.get("/lcr/samples/"))
    assert [row[0] for row in page.rows()] == ["Mine"]
    assert browser.get(f"/lcr/samples/{mine.pk}/edit/").status_code == 200
    for action in ("edit", "delete"):
        assert browser.get(f"/lcr/samples/{foreign.pk}/{action}/").status_code == 404
        assert browser.post(f"/lcr/samples/{foreign.pk}/{action}/", TYPED).status_code == 404
    browser.post("/lcr/samples/add/", TYPED | {"reseller": "3"})
    assert NumberSet.objects.get(name="Berlin").reseller == 1
    assert len(Page(people["operator"].get("/lcr/samples/")).rows()) == 3
    assert people["read-only operator"].post(f"/lcr/samples/{mine.pk}/delete/").status_code == 403
    assert NumberSet.objects.count() == 3


def test_the_list_works_during_an_outage(browser: Client, platform: Platform) -> None:
    keep(reseller=1)
    platform.cut()
    assert Page(browser.get("/lcr/samples/")).rows()[0][0] == "Berlin"
