"""Finding entries: the list with its filters and pages, the history of a record, a single entry, the export."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone

from portal.journal import selection
from portal.journal.models import JournalAuthor, JournalEntry
from tests.support.journal import fill, latest
from tests.support.own_record_cases import OwnRecordCases
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import RowCases

pytestmark = pytest.mark.usefixtures("platform")


def listed(browser: Client, query: str = "") -> list[str]:
    """Return the names of the records on the first page of the list."""
    return [row[2].partition("Account ·")[0] for row in Page(browser.get(f"/journal/{query}")).rows()]


def exported(browser: Client, query: str = "") -> list[dict[str, str]]:
    content: Any = browser.get(f"/journal/export/{query}").streaming_content
    return list(csv.DictReader(io.StringIO(b"".join(content).decode("utf-8-sig"), newline="")))


class TestJournal(OwnRecordCases, RowCases):
    url = "/journal/"
    model = JournalEntry
    key_field = "key"
    key = "user000@example.com"
    list_calls = ()
    sorts = ()
    filters: ClassVar = {"key=user": 3, "key=USER001": 1, "who=ines": 3, "kind=domain": 0, "result=done": 3}

    def add_one(self, platform: Platform, number: int) -> None:
        fill(1, key=f"user{number:03}@example.com")


def test_an_empty_journal_says_what_will_be_there(browser: Client) -> None:
    assert "Nothing was written yet" in Page(browser.get("/journal/")).text


def test_the_list_says_who_changed_what_when_and_how_it_ended(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com", match_ip_address="192.0.2.1")
    data = Page(browser.get("/domains/example.com/edit/")).form_data()
    browser.post("/domains/example.com/edit/", data | {"match_ip_address": "192.0.2.2"}, REMOTE_ADDR="203.0.113.5")
    row = Page(browser.get("/journal/")).rows()[0]
    assert row[1] == "Ines Okafor203.0.113.5"
    assert row[2] == "example.comDomain · updateDomain"
    assert row[3] == "Chosen by IP address 192.0.2.1 192.0.2.2"
    assert row[4] == "Done"


def test_the_newest_entry_is_first(browser: Client) -> None:
    fill(3)
    assert listed(browser) == ["user002@example.com", "user001@example.com", "user000@example.com"]


def test_the_journal_makes_no_calls_and_opens_during_an_outage(browser: Client, platform: Platform) -> None:
    entry = fill(1)[0]
    platform.forget_calls()
    platform.cut()
    for page in ("/journal/", "/journal/export/", f"/journal/{entry.pk}/", f"/journal/record/account/{entry.key}/"):
        assert browser.get(page).status_code == 200
    assert platform.calls == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?key=user001", 1),
        ("?key=USER00", 3),
        ("?key=*@example.com", 3),
        ("?key=*1@*", 1),
        ("?key=user_01", 0),
        ("?key=ser001", 0),
        ("?kind=account", 3),
        ("?kind=domain", 1),
        ("?who=ines", 3),
        ("?who=Bert", 1),
        ("?who=*jansen", 1),
        ("?who=nobody", 0),
        ("?operation=addDomain", 1),
        ("?operation=updateAccount", 3),
        ("?operation=noSuchOperation", 0),
        ("?result=refused", 1),
        ("?result=done&kind=account", 3),
        ("?since=2026-01-02", 3),
        ("?until=2026-01-01", 1),
        ("?since=2026-01-01&until=2026-01-01", 1),
        ("?since=2026-01-02&until=2026-01-01", 0),
        ("?since=2999-01-01", 0),
        ("?kind=domain&who=Bert&result=refused&operation=addDomain&key=old", 1),
    ],
)
def test_entries_are_found_by_each_field(browser: Client, query: str, found: int) -> None:
    bert = JournalAuthor.objects.create(role="operator", login="bert", name="Bert Jansen")
    old = {"at": datetime.datetime(2026, 1, 1, 23, 59, tzinfo=datetime.UTC), "kind": "domain", "key": "old.example"}
    fill(1, author=bert, operation="addDomain", result="refused", **old)
    fill(3)
    assert len(Page(browser.get(f"/journal/{query}")).rows()) == found
    assert len(exported(browser, query)) == found


def test_days_are_those_of_the_portals_time_zone(browser: Client) -> None:
    fill(1, at=datetime.datetime(2026, 1, 1, 23, 30, tzinfo=datetime.UTC))
    with timezone.override("Europe/Amsterdam"):
        conditions = selection.Conditions(since=datetime.date(2026, 1, 2), until=datetime.date(2026, 1, 2))
        assert selection.matching_entries(selection.whole_journal(), conditions).count() == 1


def test_a_wrong_filter_is_explained(browser: Client) -> None:
    answer = browser.get("/journal/?since=yesterday")
    assert answer.status_code == 422
    assert Page(answer).error_of("since")
    assert browser.get("/journal/export/?since=yesterday").headers["Location"] == "/journal/?since=yesterday"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_a_day_outside_the_allowed_years_is_explained(browser: Client, name: str, day: str) -> None:
    answer = browser.get(f"/journal/?{name}={day}")
    assert answer.status_code == 422
    assert Page(answer).error_of(name) == "Type a year from 1900 to 9000."


def test_operations_to_choose_from_are_those_of_the_engine(browser: Client) -> None:
    options = [option.get("value") for option in Page(browser.get("/journal/")).field("operation").iter("option")]
    assert {"addDomain", "setCallDiversions", "removeFromGroup"} <= set(options)
    assert not [name for name in options if name.startswith("get")]


def test_pages_lead_to_older_and_newer_entries_without_losing_any(browser: Client) -> None:
    fill(60)
    seen, url, pages = [], "/journal/?who=ines", []
    while url:
        page = Page(browser.get(url))
        pages.append(url)
        seen += [row[2][:7] for row in page.rows()]
        url = next((f"/journal/{a.get('href')}" for a in page.root.iter("a") if a.get("rel") == "next"), "")
    assert seen == [f"user{row:03}" for row in reversed(range(60))]
    assert len(pages) == 3
    newer = next(a.get("href") for a in page.root.iter("a") if a.get("rel") == "prev")
    assert [row[2][:7] for row in Page(browser.get(f"/journal/{newer}")).rows()] == [
        f"user{row:03}" for row in reversed(range(10, 35))
    ]
    assert "who=ines" in newer


@pytest.mark.parametrize("size", [25, 50, 100])
def test_a_page_has_as_many_rows_as_were_asked_for(browser: Client, size: int) -> None:
    fill(101)
    assert len(Page(browser.get(f"/journal/?size={size}")).rows()) == size


def test_records_added_meanwhile_do_not_shift_pages(browser: Client) -> None:
    fill(30)
    page = Page(browser.get("/journal/"))
    older = next(a.get("href") for a in page.root.iter("a") if a.get("rel") == "next")
    fill(5)
    assert [row[2][:7] for row in Page(browser.get(f"/journal/{older}")).rows()] == [
        f"user{row:03}" for row in reversed(range(5))
    ]


@pytest.mark.parametrize("query", ["?before=x", "?after=-1", "?before=" + "9" * 30, "?size=7", "?page=3", "?sort=at"])
def test_odd_places_count_as_not_given(browser: Client, query: str) -> None:
    fill(2)
    assert len(listed(browser, query)) == 2


def test_a_page_past_the_end_links_back(browser: Client) -> None:
    fill(2)
    page = Page(browser.get("/journal/?before=1"))
    assert "There are no more entries here" in page.text
    assert page.links()["To the newest"] == "/journal/"


def test_entries_are_counted_up_to_a_thousand(browser: Client) -> None:
    fill(3)
    assert "3 entries" in Page(browser.get("/journal/")).text
    author = JournalAuthor.objects.get()
    JournalEntry.objects.bulk_create(JournalEntry(author=author, operation="addDomain") for _ in range(1000))
    assert "More than 1,000 entries" in Page(browser.get("/journal/")).text


def test_an_entry_shows_each_field_before_and_after(browser: Client, platform: Platform) -> None:
    owner = platform.add_customer()
    platform.add_domain("example.com")
    data = Page(browser.get("/domains/example.com/edit/")).form_data()
    browser.post("/domains/example.com/edit/", data | {"customer": str(owner.id), "verify_cert": "on"})
    page = Page(browser.get(f"/journal/{latest().pk}/"))
    assert page.rows() == [
        ["Customer", "No owner", "Harbour Clinic"],
        ["Reseller", "No owner", "Harbour Clinic"],
        ["Verifies the peer's certificate", "No", "Yes"],
    ]
    assert "NGNPro made the change" in page.text
    assert page.links()["To the record"] == "/domains/example.com/"
    assert page.links()["History"] == "/journal/record/domain/example.com/"


def test_an_entry_explains_a_refusal_in_words(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/domains/add/", {"domain": "example.com"})
    page = Page(browser.get(f"/journal/{latest().pk}/"))
    assert "NGNPro refused, and changed nothing. This SIP domain exists already." in page.text
    assert "code 1001" in page.text


def test_an_entry_of_a_deleted_record_leads_to_no_page_of_it(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/domains/example.com/delete/")
    page = Page(browser.get(f"/journal/{latest().pk}/"))
    assert "To the record" not in page.links()
    assert "History" in page.links()


def test_an_entry_that_is_not_there_is_a_404(browser: Client) -> None:
    assert browser.get("/journal/4711/").status_code == 404
    assert browser.get("/journal/4711/undo/").status_code == 404
    assert browser.get("/journal/record/nonsense/x/").status_code == 404


def test_records_link_to_their_history(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    links = Page(browser.get("/domains/example.com/")).root.xpath("//main//a[normalize-space()='Journal']/@href")
    assert links == ["/journal/record/domain/example.com/"]
    links = Page(browser.get("/accounts/ada@example.com/")).root.xpath("//main//a[normalize-space()='Journal']/@href")
    assert links == ["/journal/record/account/ada@example.com/"]
    owner = platform.add_customer()
    links = Page(browser.get(f"/customers/{owner.id}/")).root.xpath("//main//a[normalize-space()='Journal']/@href")
    assert links == [f"/journal/record/customer/{owner.id}/"]


def test_a_history_holds_one_record_with_all_its_parts(browser: Client) -> None:
    fill(2)
    fill(1, part="diversions", operation="setCallDiversions")
    page = Page(browser.get("/journal/record/account/USER000@example.com/"))
    stations = [" ".join(item.text_content().split()) for item in page.root.xpath("//ol[@class='trace']/li")]
    assert len(stations) == 2
    assert stations[0].startswith("diversions: Changed")
    assert stations[1].startswith("Changed")


def test_changes_of_operators_have_a_history(browser: Client) -> None:
    fill(1, kind="operator", key="bert", operation="updateOperator")
    assert "History of bert" in Page(browser.get("/journal/record/operator/bert/")).text


def test_a_record_without_history_says_so(browser: Client) -> None:
    assert "No entries" in Page(browser.get("/journal/record/domain/example.com/")).text


def test_hostile_values_are_shown_as_text(browser: Client, platform: Platform) -> None:
    evil = "<script>alert(1)</script>\"'\r\n=1+1"
    change = {"field": evil, "before": evil, "after": [evil, {"a": evil}]}
    entry = fill(1, key=evil, title=evil, part=evil, field=evil, code=9004, changes=[change], acting_name=evil)[0]
    for page in ("/journal/", f"/journal/{entry.pk}/", f"/journal/{entry.pk}/undo/"):
        assert "<script>alert" not in browser.get(page).content.decode()


def test_the_export_has_every_match_in_columns(browser: Client) -> None:
    fill(120, changes=[{"field": "quota", "before": 1, "after": 2}])
    rows = exported(browser, "?who=ines")
    assert len(rows) == 120
    assert rows[0]["Record"] == "user119@example.com"
    assert rows[0]["What changed"] == "Monthly quota: 1 → 2"
    assert (rows[0]["Role"], rows[0]["Login"], rows[0]["Result"]) == ("operator", "ines", "done")


def test_the_export_is_streamed_and_named_after_the_day(browser: Client) -> None:
    before = timezone.localdate()
    answer = browser.get("/journal/export/")
    names = [f'attachment; filename="journal-{day}.csv"' for day in (before, timezone.localdate())]
    assert answer.streaming
    assert answer.headers["Content-Disposition"] in names
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\u200b=", "\ufeff@"])
def test_nothing_in_the_export_is_taken_for_a_formula(browser: Client, sign: str) -> None:
    fill(1, key=f"{sign}cmd|'/c calc'!A0", title=f'{sign}HYPERLINK("http://evil.example")')
    row = exported(browser)[0]
    assert row["Record"].startswith("'")
    assert row["Name"].startswith("'")


def test_a_value_over_several_lines_stays_in_its_cell(browser: Client) -> None:
    fill(1, changes=[{"field": "info", "before": 'a "quoted" one', "after": "two\r\nlines;,"}])
    assert exported(browser)[0]["What changed"] == 'Note: a "quoted" one → two\r\nlines;,'
