"""The calls of an account: list, search, pages, spreadsheet, and who may see them."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ngnpro_server.store.schema.proxy import calls
from portal.accounts.calls.log import SCAN
from portal.ngnpro.records import PhonebookEntry, SipId
from portal.people.operators.models import Operator
from tests.support.calls import ago, call_row, write, write_call, write_calls, write_missed
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

ADA, BEN, NUMBER = "ada@example.com", "ben@example.com", "0031201234567@example.com"
SHOWN = "+31 20 123 4567"
URL = f"/accounts/{ADA}/calls/"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    """A platform with one account, whose time zone is London's."""
    platform.add_domain()
    platform.add_account(ADA)
    return platform


def test_placed_received_and_missed_calls_stand_in_one_list_the_newest_first(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, NUMBER, ago(hours=3), price=0.25, duration=75, media="audio, video")
    write_call(ada, BEN, ADA, ago(hours=2), from_header=f'"Ben Stone" <sip:{BEN}>')
    write_missed(ada, NUMBER, ADA, ago(hours=1))
    rows = Page(browser.get(URL)).rows()
    assert [row[1] for row in rows] == [f"Missed call from {SHOWN}", f"Call from Ben Stone{BEN}", f"Call to {SHOWN}"]
    assert [row[2] for row in rows] == ["Ended before it was answered", "Answered", "Answered"]
    assert rows[2][3:6] == ["1:15", "Audio, Video", "0.25"]


def test_the_phonebook_gives_a_call_its_name_also_by_a_pattern(browser: Client, ada: Platform) -> None:
    sip_id = SipId.parse(ADA)
    for uri, name in ((f"sip:{BEN}", "Ben the Baker"), ("sip:0031%@example.com", "Somebody in Holland")):
        ada.ngnpro.sip.add_phonebook_entry(sip_id, PhonebookEntry(uri=uri, name=name))
    write_call(ada, BEN, ADA, ago(hours=2), from_header=f'"Spam" <sip:{BEN}>')
    write_call(ada, ADA, NUMBER, ago(hours=3))
    parties = [row[1] for row in Page(browser.get(URL)).rows()]
    ada.ngnpro.sip.add_phonebook_entry(sip_id, PhonebookEntry(uri="+31201234567@example.com", name="Harbour"))
    assert Page(browser.get(URL)).rows()[1][1] == f"Call to Harbour{SHOWN}"
    assert parties == [f"Call from Ben the Baker{BEN}", f"Call to Somebody in Holland{SHOWN}"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=placed", ["to"]),
        ("kind=received", ["from"]),
        ("kind=missed", ["Missed"]),
        ("search=%2B31+20+123", ["to"]),
        ("search=BEN", ["from", "Missed"]),
        ("search=ben&kind=missed", ["Missed"]),
        ("search=nobody", []),
    ],
)
def test_filters_find_by_kind_name_number_and_address(
    browser: Client, ada: Platform, query: str, expected: list[str]
) -> None:
    write_call(ada, ADA, NUMBER, ago(hours=1))
    write_call(ada, BEN, ADA, ago(hours=2))
    write_missed(ada, BEN, ADA, ago(hours=3))
    words = [row[1] for row in Page(browser.get(f"{URL}?{query}")).rows()]
    assert [next(w for w in ("Missed", "from", "to") if f"{w} " in word) for word in words] == expected


def test_days_are_those_of_the_accounts_time_zone(browser: Client, ada: Platform) -> None:
    ada.ngnpro.sip.update_account(dataclasses.replace(ada.account(ADA), timezone="Asia/Tokyo"))
    write_call(ada, ADA, NUMBER, datetime(2026, 3, 14, 15, 30), call_id="next day in Tokyo")
    write_call(ada, ADA, BEN, datetime(2026, 3, 14, 14, 30), call_id="the same day in Tokyo")

    def found(query: str) -> list[str]:
        return [row[0] for row in Page(browser.get(f"{URL}?{query}")).rows()]

    assert found("since=2026-03-15&until=2026-03-15") == ["15 Mar 2026, 00:30"]
    assert found("since=2026-03-14&until=2026-03-14") == ["14 Mar 2026, 23:30"]
    assert "Times in Asia/Tokyo" in Page(browser.get(URL)).text
    assert "15 Mar, 00:30" in Page(browser.get(f"/accounts/{ADA}/")).text


def test_a_wrong_period_is_explained_beside_its_field(browser: Client, ada: Platform) -> None:
    answer = browser.get(f"{URL}?since=2026-03-15&until=2026-03-14")
    assert answer.status_code == 422
    assert "The last day is before the first." in Page(answer).text
    assert browser.get(f"{URL}?until=9999-12-31").status_code == 422


def test_pages_go_back_in_time_without_leaving_out_or_repeating_a_call(browser: Client, ada: Platform) -> None:
    same = ago(hours=2)
    rows = [call_row(f"p{n:02}", ADA, f"{n:03}@example.com", same - timedelta(seconds=n // 7)) for n in range(40)]
    rows += [call_row(f"r{n:02}", f"{500 + n}@example.com", ADA, same - timedelta(seconds=n // 9)) for n in range(40)]
    write(ada, calls, *rows)
    url, seen = URL, []
    for _ in range(5):
        page = Page(browser.get(url))
        seen += [row[1] for row in page.rows()]
        url = URL + page.links().get("Older", "")
        if url == URL:
            break
    assert len(seen) == len(set(seen)) == 80
    assert page.links()["Newest"] == "?"


@pytest.mark.parametrize("calls_made", [3, 60])
def test_a_page_makes_the_same_calls_to_ngnpro_however_many_there_were(
    browser: Client, ada: Platform, calls_made: int
) -> None:
    for number in range(calls_made):
        write_call(ada, ADA, BEN, ago(minutes=number), call_id=str(number))
    browser.get(URL)
    ada.forget_calls()
    for query in ("", "?search=ben", "?kind=missed&size=100"):
        browser.get(URL + query)
        assert sorted(ada.calls) == ["getAccount", "getCallStatistics", "getCalls", "getPhonebookEntries"]
        ada.forget_calls()


def test_a_search_says_how_far_back_it_looked_and_goes_on(browser: Client, ada: Platform) -> None:
    write_calls(ada, 2 * SCAN + 1, ADA, BEN)
    write_call(ada, ADA, NUMBER, ago(minutes=2 * SCAN + 2), call_id="the one")
    page = Page(browser.get(f"{URL}?search=0031"))
    assert page.rows() == []
    assert "Searched back to" in page.text
    found, pages = [], 0
    while not found and pages < 6:
        page = Page(browser.get(URL + page.links()["Search further back"]))
        found, pages = page.rows(), pages + 1
    assert SHOWN in found[0][1]


def test_the_summary_counts_the_chosen_period(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, NUMBER, ago(hours=1), price=0.5, call_id="a")
    write_call(ada, ADA, NUMBER, ago(days=2), price=0.75, call_id="b")
    write_call(ada, ADA, NUMBER, ago(days=60), price=9, call_id="c")
    write_missed(ada, BEN, ADA)
    page = Page(browser.get(URL))
    assert [figure.text_content() for figure in page.root.xpath("//dl[@class='figures']//span[@class='n']")] == [
        "2",
        "1",
        "1.25",
    ]


def test_without_the_summary_or_the_names_the_calls_are_still_there(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, NUMBER)
    ada.withdraw("getCallStatistics", "getPhonebookEntries")
    page = Page(browser.get(URL))
    assert len(page.rows()) == 1
    assert "How many calls there were is not known" in page.text


def read_csv(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_spreadsheet_holds_all_that_the_filter_finds_and_no_formula(browser: Client, ada: Platform) -> None:
    write_calls(ada, SCAN + 1, BEN, ADA, from_header='"=1+1" <sip:x@y>')
    write_call(ada, ADA, NUMBER, datetime(2026, 7, 1, 12, 0), price=0.1234)
    answer = browser.get(f"{URL}export/")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = read_csv(answer)
    assert len(rows) == SCAN + 3
    assert rows[0][:3] == ["Time (Europe/London)", "Time (UTC)", "Direction"]
    assert rows[1][4] == "'=1+1"
    placed = next(row for row in rows if row[2] == "placed")
    assert placed[:2] == ["2026-07-01 13:00:00", "2026-07-01 12:00:00"]
    assert placed[9] == "0.1234"
    assert len(read_csv(browser.get(f"{URL}export/?kind=placed"))) == 2
    assert browser.get(f"{URL}export/?since=x").status_code == 302


def test_a_spreadsheet_that_breaks_off_says_so(browser: Client, ada: Platform) -> None:
    write_calls(ada, SCAN + 1, BEN, ADA)
    answer = browser.get(f"{URL}export/")
    parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
    next(parts)
    ada.cut()
    assert "NGNPro stopped answering" in b"".join(parts).decode()


def test_during_an_outage_the_pages_say_so(browser: Client, ada: Platform) -> None:
    browser.get(URL)
    ada.cut()
    for page in ("", "days/", "export/", "1767225600-0/"):
        assert browser.get(URL + page).status_code == 503


def test_display_names_of_callers_are_escaped(browser: Client, ada: Platform) -> None:
    write_call(ada, BEN, ADA, from_header='"<script>alert(1)</script>" <sip:b@x>')
    write_call(ada, BEN, ADA, from_header='"&quot;><b>x" <sip:b@x>', call_id="2", from_uri='sip:"><b>b@example.com')
    text = browser.get(URL).content.decode()
    assert "<script>alert" not in text
    assert "<b>" not in text


def test_a_caller_is_added_to_the_contacts_from_the_list(browser: Client, ada: Platform) -> None:
    write_call(ada, BEN, ADA, from_header=f'"Ben Stone" <sip:{BEN}>')
    link = Page(browser.get(URL)).links()[f"Add {BEN} to contacts"]
    form = Page(browser.get(link))
    assert (form.value_of("uri"), form.value_of("name")) == (BEN, "Ben Stone")
    ada.ngnpro.sip.add_phonebook_entry(SipId.parse(ADA), PhonebookEntry(uri=BEN, name="Ben"))
    assert f"Add {BEN} to contacts" not in Page(browser.get(URL)).links()


def test_a_caller_is_blocked_from_the_list(browser: Client, ada: Platform) -> None:
    write_call(ada, BEN, ADA)
    write_call(ada, ADA, NUMBER)  # the account's own outgoing calls offer no block button
    forms = [form for form in Page(browser.get(URL)).root.forms if "caller" in dict(form.form_values())]
    assert [dict(form.form_values())["caller"] for form in forms] == [BEN]
    assert forms[0].action == reverse("accounts:forwarding:incoming-reject", args=[ADA])
    assert browser.post(forms[0].action, dict(forms[0].form_values())).status_code == 302
    assert BEN in str(ada.ngnpro.sip.get_reject_members(SipId.parse(ADA)))


def test_subscribers_see_only_their_own_calls(people: dict[str, Client], world: Platform) -> None:
    write_call(world, ADA, NUMBER)
    mine = people["subscriber"].get(URL)
    assert mine.status_code == 200
    assert SHOWN in Page(mine).text
    for page in ("", "days/", "export/"):
        assert people["another subscriber"].get(URL + page).status_code == 404
        assert people["another customer"].get(URL + page).status_code == 404


def test_an_operator_without_call_data_sees_neither_tab_nor_pages(ada: Platform, db: None) -> None:
    write_call(ada, ADA, NUMBER)
    Operator.objects.create_user("careful", PASSWORD, may_see_calls=False)
    browser = signed_in("careful", PASSWORD)
    for page in ("", "days/", "export/", "1767225600-0/"):
        assert browser.get(URL + page).status_code == 404
    page = Page(browser.get(f"/accounts/{ADA}/"))
    assert "Calls" not in page.links()
    assert page.links()["Credit"] == f"/accounts/{ADA}/credit/"
    assert "You may not see call data." in page.text


def test_no_page_about_an_account_shows_calls_to_an_operator_without_call_data(ada: Platform, db: None) -> None:
    write_call(ada, ADA, NUMBER)
    Operator.objects.create_user("careful", PASSWORD, may_see_calls=False)
    browser, home = signed_in("careful", PASSWORD), f"/accounts/{ADA}/"
    ada.forget_calls()
    opened = {"/", home} | {link for link in Page(browser.get(home)).links().values() if ADA in link and link[0] == "/"}
    assert len(opened) > 10
    for page in opened:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert NUMBER not in answer.content.decode(), page
    assert not {"getCalls", "getCallStatistics", "getFoundCalls", "getSipTrace", "getMediaTrace"} & set(ada.calls)


def test_callers_of_a_telephone_system_are_not_blocked_here(browser: Client, ada: Platform) -> None:
    ada.ngnpro.sip.update_account(dataclasses.replace(ada.account(ADA), groups=("trunking",)))
    write_call(ada, BEN, ADA)
    page = Page(browser.get(URL))
    assert f"Add {BEN} to contacts" in page.links()
    assert not [form for form in page.root.forms if "caller" in dict(form.form_values())]


def test_read_only_operators_are_offered_neither_contact_nor_block(people: dict[str, Client], world: Platform) -> None:
    write_call(world, BEN, ADA)
    page = Page(people["read-only operator"].get(URL))
    assert len(page.rows()) == 1
    assert f"Add {BEN} to contacts" not in page.links()
    assert not [form for form in page.root.forms if "caller" in dict(form.form_values())]


def test_an_account_without_calls_says_so(browser: Client, ada: Platform) -> None:
    assert "There are no calls yet" in Page(browser.get(URL)).text
    assert "Nothing matches these filters" in Page(browser.get(f"{URL}?kind=missed")).text


def test_an_odd_place_in_the_url_counts_as_none(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, NUMBER, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    for odd in ("x", "1.", "99999999999.1", "9999999999.999", "٣.١", "2147483645.0"):
        assert len(Page(browser.get(URL, {"before": odd})).rows()) == 1


@pytest.mark.parametrize("part", [-400_000, 0, 400_000])
def test_a_call_that_the_proxy_wrote_with_a_part_of_a_second_has_its_page(
    browser: Client, ada: Platform, part: int
) -> None:
    write_call(ada, ADA, NUMBER, ago(hours=1) + timedelta(microseconds=part))
    links = Page(browser.get(URL)).links().values()
    [link] = {link for link in links if link and link.startswith(URL) and link.removeprefix(URL)[:1].isdigit()}
    assert browser.get(link).status_code == 200
