"""Calls per day: the chart, its numbers as a table, and when a day begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from portal.accounts.calls.chart import HEIGHT, draw_chart
from portal.accounts.calls.log import COUNTED, CallSelection
from tests.support.calls import write_call, write_calls, write_missed
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BEN = "ada@example.com", "ben@example.com"
URL = f"/accounts/{ADA}/calls/days/"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA, timezone="America/Chicago")
    return platform


def test_a_day_has_a_bar_and_a_row_with_its_numbers(browser: Client, ada: Platform) -> None:
    for number in range(3):
        write_call(ada, ADA, BEN, datetime(2026, 3, 3, 18, number), call_id=f"p{number}")
    write_call(ada, BEN, ADA, datetime(2026, 3, 4, 3, 0))
    write_missed(ada, BEN, ADA, datetime(2026, 3, 5, 18, 0))
    page = Page(browser.get(f"{URL}?since=2026-03-01&until=2026-03-07"))
    assert page.rows() == [["Thu, 5 Mar 2026", "0", "0", "1"], ["Tue, 3 Mar 2026", "3", "1", "0"]]
    svg = page.root.xpath("//section[@id='days']//*[local-name()='svg']")[0]
    assert svg.get("role") == "img"
    assert len(svg.xpath(".//*[local-name()='rect']")) == 3
    text = svg.xpath(".//*[@id='days-desc']")[0].text_content()
    assert "5 calls from 1 Mar 2026 to 7 Mar 2026, 1 of them missed; at most 4 on one day" in text


def test_the_list_fetches_the_picture_by_itself_and_links_to_it(browser: Client, ada: Platform) -> None:
    page = Page(browser.get(f"/accounts/{ADA}/calls/?kind=missed"))
    place = page.root.xpath("//*[@hx-select='#days']")[0]
    assert place.get("hx-get") == page.links()["Calls per day"] == f"{URL}?kind=missed"


def test_without_a_period_the_last_thirty_days_are_counted_and_a_year_is_the_most() -> None:
    today = date(2026, 3, 31)
    month, years = CallSelection().counted(today), CallSelection(since=date(2010, 1, 1)).counted(today)
    assert (month.since, month.until) == (date(2026, 3, 2), today)
    assert years.until == today
    assert years.since == today - timedelta(days=366)
    ahead = CallSelection(since=date(2027, 1, 1)).counted(today)
    assert ahead.since == ahead.until == date(2027, 1, 1)


def test_the_page_says_if_there_are_more_calls_than_it_counts(browser: Client, ada: Platform) -> None:
    write_calls(ada, COUNTED + 1, ADA, BEN)
    assert "There are more calls than are counted here" in Page(browser.get(URL)).text


def test_a_period_without_calls_is_an_empty_picture(browser: Client, ada: Platform) -> None:
    page = Page(browser.get(URL))
    assert "0 calls" in page.text
    assert page.rows() == []


def test_the_highest_bar_fills_the_picture() -> None:
    chart = draw_chart(
        (), CallSelection(since=date(2026, 3, 1), until=date(2026, 3, 3)), datetime.now().astimezone().tzinfo
    )  # type: ignore[arg-type]
    assert (len(chart.bars), chart.width, chart.most) == (3, 22, 0)
    assert chart.bars[0].unit == HEIGHT


def test_a_wrong_period_leads_back_to_the_list_that_explains_it(browser: Client, ada: Platform) -> None:
    answer = browser.get(f"{URL}?since=x")
    assert answer.headers["Location"] == f"/accounts/{ADA}/calls/?since=x"
