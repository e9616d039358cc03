"""The id of a request: it goes from a page to the NGNPro calls, the logs of both programs and the journal."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import LazySettings
from django.test import Client

from ngnpro_wire.front.lines import LineFormatter
from ngnpro_wire.request_ids import HEADER, adopted_request_id, answering, current_request_id
from portal.celery import app
from portal.core.at_once import begin
from portal.journal.models import JournalEntry
from tests.support.pages import Page, fill
from tests.support.portal import Platform

HEX = re.compile(r"[0-9a-f]{16}")


def test_a_line_of_the_log_ends_with_the_id_of_its_request() -> None:
    formatter = LineFormatter("%(message)s")
    record = logging.LogRecord("portal", logging.INFO, __file__, 1, "saved", None, None)
    assert formatter.format(record) == "saved"
    with answering("4f2a"):
        assert formatter.format(record) == "saved [4f2a]"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\nb", "<b>", "é"])
def test_what_is_no_id_is_replaced_by_a_new_one(given: str) -> None:
    assert HEX.fullmatch(adopted_request_id(given))
    assert adopted_request_id("A-1._z") == "A-1._z"


def test_a_page_has_an_id_and_two_pages_have_different_ones(client: Client, db: None) -> None:
    first, second = (client.get("/session/sign-in/").headers[HEADER] for _ in range(2))
    assert HEX.fullmatch(first)
    assert first != second


def test_the_call_its_log_line_and_the_journal_entry_have_the_id_of_the_page(
    browser: Client, world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    seen: dict[str, str] = {}

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen[record.getMessage().partition(" ")[0]] = current_request_id()

    listener, calls = Listener(), logging.getLogger("ngnpro.calls")
    calls.addHandler(listener)
    try:
        with caplog.at_level(logging.INFO, "ngnpro.calls"):
            answer = fill(browser, "/domains/add/", {"domain": "traced.example"})
    finally:
        calls.removeHandler(listener)
    assert answer.status_code == 200
    [entry] = JournalEntry.objects.filter(key="traced.example")
    assert HEX.fullmatch(entry.request)
    assert seen["Sip.addDomain"] == entry.request
    assert f"request {entry.request} in the logs" in Page(browser.get(f"/journal/{entry.pk}/")).text


def test_the_reference_of_an_error_page_is_the_id_of_the_request(browser: Client, world: Platform) -> None:
    world.cut()
    answer = browser.get("/domains/")
    assert answer.status_code == 503
    assert f"reference {answer.headers[HEADER]}" in Page(answer).text


def test_calls_in_other_threads_have_the_id_of_their_page(settings: LazySettings) -> None:
    settings.NGNPRO_CALLS_AT_ONCE = 2
    with answering("page-1"):
        outcomes = [begin(current_request_id) for _ in range(4)]
        assert [outcome() for outcome in outcomes] == ["page-1"] * 4


def test_a_task_of_a_worker_has_its_own_id() -> None:
    @app.task
    def tell() -> str:
        return current_request_id()

    with answering("outside"):
        result = tell.apply(task_id="0c6e5a52")
        assert result.get() == "0c6e5a52"
        assert current_request_id() == "outside"
