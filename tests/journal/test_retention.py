"""Old entries are deleted together with their dependent rows, and nothing else is."""

from __future__ import annotations

import gzip
import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from portal.celery import app
from portal.journal import tasks
from portal.journal.models import EntryReader, JournalAuthor, JournalEntry
from tests.support.journal import fill

pytestmark = pytest.mark.django_db


def aged(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def test_entries_are_kept_for_400_days_by_default() -> None:
    assert settings.JOURNAL_DAYS == 400
    fill(3, at=aged(401))
    fill(2, at=aged(399))
    assert tasks.clean_up_journal() == 3
    assert JournalEntry.objects.count() == 2


def test_with_no_days_all_entries_stay(settings: Any) -> None:
    settings.JOURNAL_DAYS = 0
    fill(3, at=aged(4000))
    assert tasks.clean_up_journal() == 0
    assert JournalEntry.objects.count() == 3


def test_many_entries_are_deleted_in_batches() -> None:
    fill(tasks.AT_A_TIME + 1, at=aged(500))
    assert tasks.clean_up_journal() == tasks.AT_A_TIME + 1
    assert not JournalEntry.objects.exists()


def test_readers_and_authors_go_with_their_last_entry() -> None:
    entry = fill(1, at=aged(500))[0]
    EntryReader.objects.create(entry=entry, engine="ngnpro", customer=5)
    other = JournalAuthor.objects.create(role="operator", login="bert")
    fill(1, author=other)
    tasks.clean_up_journal()
    assert not EntryReader.objects.exists()
    assert list(JournalAuthor.objects.all()) == [other]


def test_an_undo_outlives_the_entry_that_it_undid() -> None:
    old = fill(1, at=aged(500))[0]
    undo = fill(1, undoes=old)[0]
    tasks.clean_up_journal()
    undo.refresh_from_db()
    assert undo.undoes is None


def test_entries_are_archived_before_they_are_deleted(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_ARCHIVE = str(tmp_path / "archive")
    fill(tasks.AT_A_TIME + 1, at=aged(500), key="ada@example.com")
    numbers = list(JournalEntry.objects.order_by("pk").values_list("pk", flat=True))
    tasks.clean_up_journal()
    [file] = (tmp_path / "archive").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with gzip.open(file, "rt") as opened:
        archived = [json.loads(line) for line in opened]
    assert [entry["id"] for entry in archived] == numbers
    assert archived[0]["key"] == "ada@example.com"
    assert archived[0]["author"]["role"]


def test_nothing_is_deleted_that_cannot_be_archived(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_ARCHIVE = str(tmp_path / "file" / "archive")
    (tmp_path / "file").write_text("a file where the folder should be")
    fill(2, at=aged(500))
    with pytest.raises(OSError, match="Not a directory"):
        tasks.clean_up_journal()
    assert JournalEntry.objects.count() == 2


def test_the_worker_cleans_up_by_itself() -> None:
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.clean_up_journal.name in planned
    assert tasks.clean_up_journal.name in app.tasks
