"""Two editors in the same instant: on our server in one step, on others under a lock of the portal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ngnpro_wire.as_read import AS_READ, COMPARES
from portal.core import record_locks
from portal.core.models import RecordLock
from portal.core.record_locks import record_lock
from portal.ngnpro import errors
from tests.support import needs
from tests.support.database_servers import DatabaseServer, database_server
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.portal_database import at_once, copy_cookies, portal_database, server_url, sqlite_url

URL = "/accounts/ada@example.com/edit/"
PAIRS = 12
KINDS = [
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=[pytest.mark.real, pytest.mark.needs(needs.POSTGRESQL)]),
]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[DatabaseServer]:
    with database_server("postgresql") as server:
        yield server


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A database for the portal that several threads can use, instead of the one in memory."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path) if is_sqlite else server_url(request.getfixturevalue("postgresql"))
    with django_db_blocker.unblock(), portal_database(url):
        yield


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account()
    return platform


def be_foreign(platform: Platform) -> None:
    """Let the server be one that knows nothing of our headers."""
    app = platform.adapter.app

    def foreign(environ: Any, start: Any) -> Any:
        environ.pop(f"HTTP_{AS_READ.upper().replace('-', '_')}", None)
        return app(environ, lambda status, headers: start(status, [one for one in headers if one[0] != COMPARES]))

    platform.adapter.app = foreign


@pytest.mark.parametrize("is_foreign", [False, True])
@pytest.mark.parametrize("second", ["first_name", "last_name"])
def test_of_twelve_pairs_of_editors_in_the_same_instant_none_loses_silently(
    ada: Platform, browser: Client, is_foreign: bool, second: str
) -> None:
    if is_foreign:
        be_foreign(ada)
    fields = ("first_name", second)
    for number in range(PAIRS):
        values = (f"A{number}", f"B{number}")
        form = Page(browser.get(URL)).form_data()
        form.pop("slip")
        barrier = threading.Barrier(2)

        def send(one: Client, data: dict[str, Any], barrier: threading.Barrier = barrier) -> Any:
            barrier.wait()
            return one.post(URL, data)

        forms = [{**form, field: value} for field, value in zip(fields, values, strict=True)]
        answers = at_once([partial(send, copy_cookies(browser, Client()), data) for data in forms])

        assert sorted(answer.status_code for answer in answers) == [302, 409]
        winner = 0 if answers[0].status_code == 302 else 1
        assert getattr(ada.account(), fields[winner]) == values[winner]
        page = Page(answers[1 - winner])
        assert values[winner] in page.text
        assert page.form_data()[fields[1 - winner]] == [values[1 - winner]]
        if second == "last_name":
            assert page.form_data()[fields[winner]] == [values[winner]]


def test_a_lock_is_held_by_one_at_a_time(db: None) -> None:
    inside: list[int] = []

    def work() -> int:
        with record_lock("ada"):
            inside.append(1)
            most = len(inside)
            threading.Event().wait(0.02)
            inside.pop()
        return most

    assert at_once([work] * 6) == [1] * 6
    assert not RecordLock.objects.exists()


def test_a_lock_that_is_held_too_long_is_waited_for_in_vain(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_locks, "WAIT_SECONDS", 0.0)
    with record_lock("ada"), pytest.raises(errors.ChangedMeanwhile, match="saving this record"), record_lock("ada"):
        pass


def test_the_lock_of_a_process_that_was_killed_expires(db: None) -> None:
    with record_lock("ada"):
        RecordLock.objects.update(expires=timezone.now() - timedelta(seconds=1))
        with record_lock("ada"):
            pass
    assert not RecordLock.objects.exists()
