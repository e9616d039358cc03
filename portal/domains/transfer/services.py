"""Importing a domain in steps: each stores some lines and their outcomes, and can be repeated after a failure."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.sealing import seal, unseal
from portal.core.viewer import Viewer
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro
from portal.people.work_mails import WorkAuthor, author_of_work

from . import mails
from .lines import ADDED, COMPLETED, FAILED, SAME, FileLine, LineResult, domain_kind, file_kinds, owner_kind
from .models import DomainImport, DomainImportLine
from .planning import SHOWN, ImportPlan, ImportSummary, Row, summary_of
from .reading import read_domain_file
from .storing import LineStore

SECONDS = 5.0  # after which a step ends with the current line
BUSY = timedelta(minutes=5)
BATCH = 500  # rows of one INSERT


def identity_of(viewer: Viewer) -> str:
    """Return a text that identifies the viewer and their current rights, and differs while they act for a customer."""
    return f"{viewer.role} {viewer.login} {viewer.scope}"


def store_upload(viewer: Viewer, data: bytes) -> DomainImport:
    """Check a file and store its lines, sealed, for the preview; raises ``InvalidFile``."""
    document = read_domain_file(data)
    with transaction.atomic():
        stored = DomainImport.objects.create(
            who=identity_of(viewer)[:800],
            domain=document.name,
            passwords=document.passwords,
            total=len(document.lines),
        )
        rows = (
            DomainImportLine(
                domain_import=stored,
                position=position,
                kind=line.kind.name,
                key=line.key,
                sealed=seal(json.dumps(line.entry)),
            )
            for position, line in enumerate(document.lines)
        )
        DomainImportLine.objects.bulk_create(rows, batch_size=BATCH)
    return stored


def line_of(row: DomainImportLine) -> FileLine | None:
    """Return the line that a row holds; ``None`` if it was sealed with a secret key that is no longer known."""
    text = unseal(row.sealed)
    return FileLine(file_kinds()[row.kind], json.loads(text)) if text else None


def owner_adder(viewer: Viewer) -> Callable[[FileLine], bool]:
    """Return a function that returns whether the viewer may add an owner."""

    def may_add(line: FileLine) -> bool:
        declared = line.kind.in_file
        page = f"{line.kind.resource.room}:{declared.add_page(line.entry)}"
        return declared.is_whole(line.entry) and may_open(viewer, page)

    return may_add


def preview_import(ngnpro: Ngnpro, viewer: Viewer, stored: DomainImport) -> ImportSummary:
    """Return what an import would do."""
    lines = [line for row in stored.lines.order_by("position").iterator() if (line := line_of(row))]
    return ImportPlan(ngnpro, lines, passwords=stored.passwords, may_add=owner_adder(viewer)).summary()


def results_of(stored: DomainImport) -> ImportSummary:
    """Return a summary of the lines that have an outcome."""
    done = stored.lines.exclude(outcome="")
    counted = done.values_list("kind", "outcome").annotate(number=Count("pk"))
    counts = Counter({(kind, outcome): number for kind, outcome, number in counted})
    notable = done.exclude(outcome__in=(SAME, ADDED, COMPLETED))
    return summary_of(counts, _rows(notable), _rows(done.filter(outcome__in=(ADDED, COMPLETED))))


def _rows(lines: QuerySet[DomainImportLine]) -> Iterable[Row]:
    return lines.order_by("position").values_list("kind", "key", "outcome", "words")[:SHOWN]


def start_again(stored: DomainImport) -> None:
    """Discard all outcomes, so that every line is tried again; what exists already is skipped."""
    with transaction.atomic():
        stored.lines.update(outcome="", words="")
        DomainImport.objects.filter(pk=stored.pk).update(done=0, started=True)


def run_step(stored: DomainImport, ngnpro: Ngnpro, viewer: Viewer, writes: Writes) -> None:
    """Store the next lines. An outage ends the step: outcomes so far are stored, and the next step continues there.

    When the last of several steps ends the import, its author is notified by mail. A step reads only its own lines and
    their owners, so that it costs the same in a long file as in a short one.
    """
    now = timezone.now()
    mine = DomainImport.objects.filter(pk=stored.pk, busy_until__lte=now)
    if not mine.update(busy_until=now + BUSY, started=True):
        return
    stored.refresh_from_db()
    begun_at, until = stored.done, time.monotonic() + SECONDS
    may_add = owner_adder(viewer)
    store = LineStore(ngnpro, writes, passwords=stored.passwords, may_add=may_add, owner_line=_owner_finder(stored))
    done: list[DomainImportLine] = []
    author = None
    try:
        for row in stored.lines.filter(position__gte=begun_at).order_by("position")[: settings.IMPORT_STEP]:
            result = _result_of(store, row)
            row.outcome, row.words = result.outcome, result.words
            done.append(row)
            stored.done += 1
            if row.kind == domain_kind().name and row.outcome == FAILED:
                stored.done = stored.total
            if stored.is_finished or time.monotonic() > until:
                break
        if 0 < begun_at < stored.total and stored.is_finished:
            author = author_of_work(viewer)
    finally:
        _save_step(stored, done, viewer, author)


def _result_of(store: LineStore, row: DomainImportLine) -> LineResult:
    line = line_of(row)
    return store.put(line) if line else LineResult(FAILED, _("It can no longer be decrypted. Upload the file again."))


def _owner_finder(stored: DomainImport) -> Callable[[str], FileLine | None]:
    def find(username: str) -> FileLine | None:
        row = stored.lines.filter(kind=owner_kind().name, key=username).first()
        return line_of(row) if row else None

    return find


def _save_step(stored: DomainImport, done: list[DomainImportLine], viewer: Viewer, author: WorkAuthor | None) -> None:
    """Store the outcomes of a step, and queue the mail about the end of the import in the same transaction.

    Without its domain, the remaining lines are not tried.
    """
    with transaction.atomic():
        DomainImportLine.objects.bulk_update(done, ["outcome", "words"], batch_size=BATCH)
        if done and stored.done > done[-1].position + 1:
            words = _("The domain itself could not be added.")
            stored.lines.filter(position__gt=done[-1].position).update(outcome=FAILED, words=words)
        DomainImport.objects.filter(pk=stored.pk).update(done=stored.done, busy_until=timezone.now())
        if author:
            mails.queue_import_ended(stored, viewer.engine, author)
