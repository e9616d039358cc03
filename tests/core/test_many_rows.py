"""Many rows are stored in one go, each with values of its own, on both kinds of databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.core.many_rows import insert_rows, update_rows
from portal.jobs.choices import RowState
from portal.jobs.models import Job, JobLane, JobRow
from tests.support.portal_database import PORTAL_DATABASES, portal_database, server_url, sqlite_url

HARD = ["50 % of 'all' \\ %s", "Zoë \U0001f600\n", ""]


@pytest.fixture(params=PORTAL_DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A portal database of its own."""
    is_sqlite = request.param == "sqlite"
    with django_db_blocker.unblock():
        url = sqlite_url(tmp_path) if is_sqlite else server_url(request.getfixturevalue("postgresql"))
        with portal_database(url):
            yield


@pytest.fixture
def rows(db: None) -> list[JobRow]:
    job = Job.objects.create(kind="account", action="import", viewer={}, title="Import", engine="main", who="ada")
    made = [JobRow(job=job, position=n, kind="account", key=f"user{n}", claim="mine") for n in range(3)]
    return JobRow.objects.bulk_create(made)


def test_each_row_gets_its_own_values(rows: list[JobRow]) -> None:
    for number, row in enumerate(rows):
        row.reason, row.key, row.line = HARD[number], f"other{number}", number or None
        row.changes = [{"field": HARD[number], "before": None, "after": [number, True]}]
        row.held = f"held {number}" if number else None
        row.state = "done"
    update_rows(rows, ("reason", "line", "changes", "held"))
    for number, stored in enumerate(JobRow.objects.order_by("position")):
        assert (stored.reason, stored.line, stored.held) == (HARD[number], rows[number].line, rows[number].held)
        assert stored.changes == rows[number].changes
        assert (stored.key, stored.state) == (f"user{number}", "new")  # not among the fields


def test_new_rows_are_stored_as_they_are_and_get_their_keys(rows: list[JobRow]) -> None:
    job = rows[0].job
    made = [
        JobRow(
            job=job, position=10 + n, kind="account", key=text, reason=text, state=RowState.READY, changes=[{"a": text}]
        )
        for n, text in enumerate(HARD)
    ]
    insert_rows(made, keys=True)
    for row, stored in zip(made, JobRow.objects.filter(position__gte=10).order_by("position"), strict=True):
        names = [field.attname for field in JobRow._meta.concrete_fields]
        assert [getattr(stored, name) for name in names] == [getattr(row, name) for name in names]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([JobRow(job=job, position=10, kind="account")])
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            insert_rows([JobRow(job=job, position=20, kind="x" * 41)])


def test_a_row_that_has_other_values_by_now_is_left_alone(rows: list[JobRow]) -> None:
    JobRow.objects.filter(pk=rows[1].pk).update(claim="theirs")
    for row in rows:
        row.reason = "ours"
    update_rows(rows, ("reason",), claim="mine")
    assert [row.reason for row in JobRow.objects.order_by("position")] == ["ours", "", "ours"]


def test_one_row_and_a_time_are_stored_too(db: None) -> None:
    lane = JobLane.objects.create(number=1)
    lane.until = timezone.now() + timedelta(days=1)
    update_rows([lane], ("until",))
    assert JobLane.objects.get().until == lane.until


def test_postgresql_gets_all_rows_in_one_statement_and_cuts_off_nothing(rows: list[JobRow]) -> None:
    with CaptureQueriesContext(connection) as queries:
        update_rows(rows, ("reason", "state"))
    if connection.vendor == "postgresql":
        assert len(queries) == 1
        rows[0].claim = "x" * 33
        with pytest.raises(DataError):
            update_rows(rows, ("claim",))
