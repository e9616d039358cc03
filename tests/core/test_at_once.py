"""Independent calls of a page are made at the same time, with the page's language, time zone and credentials."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from portal.core import at_once
from portal.core.at_once import begin, run_in_threads
from portal.ngnpro import errors
from portal.ngnpro.records import SipId
from tests.support.portal import Platform

THREADS = 4


@pytest.fixture
def _threads(settings: Any) -> Iterator[None]:
    """Let pages make calls at once, as the portal does outside of tests."""
    settings.NGNPRO_CALLS_AT_ONCE = THREADS
    at_once._threads.cache_clear()
    yield
    at_once._threads().shutdown()
    at_once._threads.cache_clear()


@pytest.mark.usefixtures("_threads")
def test_what_was_begun_runs_at_the_same_time() -> None:
    everybody = threading.Barrier(THREADS, timeout=180)
    waits = [begin(everybody.wait) for _number in range(THREADS)]

    assert sorted(wait() for wait in waits) == list(range(THREADS))


@pytest.mark.usefixtures("_threads")
def test_the_language_and_the_time_zone_are_those_of_the_page() -> None:
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        wait = begin(lambda: (translation.get_language(), timezone.get_current_timezone_name(), threading.get_ident()))
        language, zone, thread = wait()

    assert (language, zone) == ("de", "Asia/Tokyo")
    assert thread != threading.get_ident()


@pytest.mark.usefixtures("_threads")
def test_an_error_is_raised_where_the_result_is_needed() -> None:
    def refuse() -> None:
        raise errors.Missing(1000, "There is no such account.")

    wait = begin(refuse)

    with pytest.raises(errors.Missing):
        wait()


@pytest.mark.usefixtures("_threads")
def test_a_page_does_not_wait_for_the_threads_of_others() -> None:
    go_on = threading.Event()
    busy = [begin(lambda: go_on.wait(180)) for _number in range(THREADS)]

    assert begin(threading.get_ident)() == threading.get_ident()
    go_on.set()
    assert all(wait() for wait in busy)


@pytest.mark.usefixtures("_threads")
def test_what_begins_more_never_waits_for_itself() -> None:
    def nested(depth: int) -> int:
        return sum(wait() for wait in [begin(lambda: nested(depth - 1)) for _number in range(3)]) if depth else 1

    assert begin(lambda: nested(4))() == 81


def test_without_threads_everything_is_fetched_where_it_is_needed(settings: Any) -> None:
    settings.NGNPRO_CALLS_AT_ONCE = 1
    assert begin(threading.get_ident)() == threading.get_ident()


@pytest.mark.django_db
def test_pages_are_the_same_with_and_without_threads(
    request: pytest.FixtureRequest, platform: Platform, browser: Client
) -> None:
    platform.add_domain()
    for name in ("ada", "bob", "eve"):
        platform.add_account(f"{name}@example.com", prepaid=1)
    pages = ("/accounts/", "/accounts/ada@example.com/", "/search/?q=e*")
    one_by_one = [seen(platform, browser, page) for page in pages]
    request.getfixturevalue("_threads")

    at_once_pages = [seen(platform, browser, page) for page in pages]

    assert [page for page, _calls in at_once_pages] == [page for page, _calls in one_by_one]
    accounts, account, search = (calls for _page, calls in at_once_pages)
    assert accounts == ["getAccounts", "run"]
    assert account == ["getAccount", "run"]
    assert search == one_by_one[2][1]


@pytest.mark.django_db
def test_calls_in_one_message_end_each_in_its_own_way(request: pytest.FixtureRequest, platform: Platform) -> None:
    platform.add_domain()
    platform.add_account("ada@example.com")
    request.getfixturevalue("_threads")
    together = at_once.Together(platform.ngnpro)
    ada, nobody = SipId(username="ada", domain="example.com"), SipId(username="nobody", domain="example.com")
    found, missing = (together.begin(lambda client, one=one: client.sip.get_account(one)) for one in (ada, nobody))
    platform.forget_calls()

    assert found().id == ada
    with pytest.raises(errors.Missing):
        missing()
    assert len(platform.calls) == 1


@pytest.mark.django_db
def test_a_server_without_batches_gets_each_call_alone(request: pytest.FixtureRequest, platform: Platform) -> None:
    platform.add_domain()
    platform.add_account("ada@example.com")
    request.getfixturevalue("_threads")
    platform.ngnpro.gate.batch_limit = 0
    platform.forget_calls()
    together = at_once.Together(platform.ngnpro)
    waits = [together.begin(lambda client: client.sip.get_domains().total) for _one in "ab"]

    assert [wait() for wait in waits] == [1, 1]
    assert platform.calls == ["getDomains", "getDomains"]


def seen(platform: Platform, browser: Client, page: str) -> tuple[str, list[str]]:
    """Return a page without what differs each time, and the calls that were made for it."""
    browser.get(page)  # the names of customers are known from now on
    platform.forget_calls()
    answer = browser.get(page)
    assert answer.status_code == 200
    return re.sub(r'name="(csrfmiddlewaretoken|slip)" value="[^"]+"', "", answer.text), sorted(platform.calls)


def test_independent_functions_run_in_as_many_threads_as_allowed_with_the_language_of_this_one() -> None:
    everybody = threading.Barrier(THREADS, timeout=180)
    seen: list[tuple[int, str]] = []

    def meet() -> None:
        everybody.wait()
        seen.append((threading.get_ident(), translation.get_language()))

    with translation.override("de"):
        run_in_threads(THREADS, [meet] * (2 * THREADS))

    assert len(seen) == 2 * THREADS
    assert {language for _thread, language in seen} == {"de"}
    assert len({thread for thread, _language in seen}) == THREADS


def test_an_exception_ends_its_own_thread_and_is_raised_when_all_have_ended() -> None:
    done: list[int] = []

    def do(number: int) -> None:
        if number == 3:
            raise errors.Missing(1000, "It no longer exists.")
        done.append(number)

    with pytest.raises(errors.Missing):
        run_in_threads(2, [partial(do, number) for number in range(8)])

    assert sorted(done) == [0, 1, 2, 4, 6]
