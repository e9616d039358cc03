"""Finding out the outcome of writes whose response was lost, or whose result the portal could not store.

The intended change is compared with the current state of the platform. The entry is completed once, with the reason. A
write that turns out to be done is announced (``portal.core.writes.settled``), so that the mails that belong to it are
queued. Entries of an NGNPro server that is down are tried again later.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.core import writes
from portal.core.resources import Resource
from portal.core.rooms import resources
from portal.core.servers import service_ngnpro
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, State, Write
from portal.journal.labels import DOUBTFUL, EntryAction, EntryResult, ReconcilingReason
from portal.journal.undo import as_before
from portal.ngnpro import CallReport, Ngnpro, errors
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records.base import Record, shape_of

from .labels import DOTS
from .models import JournalEntry
from .readers import UNDER_WAY
from .values import MemberChange, is_same_value, members_of

log = logging.getLogger(__name__)

# Older entries are not compared, since too much may have changed since then.
OLDEST = timedelta(days=2)
AT_A_TIME = 100

Finding = tuple[EntryResult, ReconcilingReason]
CANNOT_TELL = EntryResult.UNCERTAIN


def reconcile_entries() -> int:
    """Complete entries with unknown outcome that are at least five minutes old; return how many were completed."""
    now, away, completed = timezone.now(), set[str](), 0
    found = JournalEntry.objects.filter(
        result__in=DOUBTFUL, checked_at=None, at__lt=now - UNDER_WAY, at__gte=now - OLDEST
    ).select_related("author")
    for entry in found.order_by("pk")[:AT_A_TIME]:
        if entry.engine in away:
            continue
        try:
            completed += reconcile_entry(entry)
        except errors.Outage:
            away.add(entry.engine)
    return completed


def reconcile_entry(entry: JournalEntry) -> bool:
    """Compare an entry with the platform and complete it; return ``False`` if it was already completed.

    Raises ``Outage`` while NGNPro does not answer.
    """
    current: Any = None
    resource = resources().get((entry.kind, entry.part))
    changes = [MemberChange(**item) for item in entry.changes]
    if resource is None or resource.find is None or not entry.action or not entry.engine:
        return _complete(entry, changes, None, CANNOT_TELL, ReconcilingReason.UNKNOWN)
    ngnpro = service_ngnpro(entry.engine)
    try:
        if entry.key:
            current = resource.find(ngnpro, entry.key)
        elif (alike := _alike(ngnpro, resource, entry, changes)) is not None:
            current = next(iter(alike), None)
            entry.key = resource.key(current)[:400] if current is not None and resource.key else ""
        else:
            return _complete(entry, changes, None, CANNOT_TELL, ReconcilingReason.NO_KEY)
    except errors.Refusal:
        return _complete(entry, changes, None, CANNOT_TELL, ReconcilingReason.UNREAD)
    return _complete(entry, changes, current, *compare_with_platform(EntryAction(entry.action), changes, current))


def _alike(ngnpro: Ngnpro, resource: Resource, entry: JournalEntry, changes: list[MemberChange]) -> list[Any] | None:
    """Return the record that an addition without a key may have added, in a list; ``None`` if that is undecidable.

    It is undecidable if several records match, or if the journal already has an earlier entry about the match.
    """
    if entry.action != EntryAction.ADD or resource.find_like is None or resource.record is None or resource.key is None:
        return None
    plain = {change.field: change.after for change in changes if not change.secret and "." not in change.field}
    found = list(islice(resource.find_like(ngnpro, from_wire(resource.record, plain)), 2))
    keys = [resource.key(one) for one in found]
    is_older = JournalEntry.objects.filter(engine=entry.engine, kind=entry.kind, key__in=keys, pk__lt=entry.pk)
    return None if len(found) > 1 or is_older.filter(result=EntryResult.DONE).exists() else found


def compare_with_platform(action: EntryAction, changes: Iterable[MemberChange], current: State | None) -> Finding:
    """Return whether a write was done, and why, by the current record; ``current`` is ``None`` if it does not exist."""
    if action is EntryAction.DELETE:
        return (
            (EntryResult.DONE, ReconcilingReason.AS_MEANT)
            if current is None
            else (EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE)
        )
    if current is None:
        return (
            (EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE)
            if action is EntryAction.ADD
            else (CANNOT_TELL, ReconcilingReason.OTHERWISE)
        )
    now = members_of(current)
    visible = [change for change in changes if not change.secret and not change.cut]
    if not visible:
        return CANNOT_TELL, ReconcilingReason.SECRET
    if all(is_same_value(now.get(change.field), change.after) for change in visible):
        return EntryResult.DONE, ReconcilingReason.AS_MEANT
    if action is EntryAction.EDIT and all(is_same_value(now.get(change.field), change.before) for change in visible):
        return EntryResult.OUTAGE, ReconcilingReason.AS_BEFORE
    return CANNOT_TELL, ReconcilingReason.OTHERWISE


def _complete(
    entry: JournalEntry, changes: list[MemberChange], current: Any, result: EntryResult, reason: ReconcilingReason
) -> bool:
    """Store a finding unless another process has done so, and announce a write that was done, in one transaction."""
    with transaction.atomic():
        waiting = JournalEntry.objects.filter(pk=entry.pk, checked_at=None, result__in=DOUBTFUL)
        if not waiting.update(result=result, reason=reason, key=entry.key, checked_at=timezone.now()):
            return False
        if result is EntryResult.DONE:
            writes.settled.send_robust(Write, write=_write_of(entry, changes, current))
    log.info("Entry %s of the journal ended in doubt and is completed: %s, %s.", entry.pk, result, reason)
    return True


def _write_of(entry: JournalEntry, changes: list[MemberChange], current: Any) -> Write:
    """Return the ``Write`` of an entry, as far as it can be rebuilt from the entry and the platform."""
    author = entry.author
    viewer = Viewer(
        Role(author.role),
        name=author.name,
        login=author.login,
        customer=author.customer,
        reseller=author.reseller,
        engine=entry.engine,
    )
    before, after = _states(entry, changes, current)
    call = CallReport(entry.engine, entry.port, entry.operation, 0.0, "ok")
    about = (entry.kind, entry.key)
    return Write(Author(viewer), before, after, about, entry.part, calls=[call], finished=True, number=entry.pk)


def _states(entry: JournalEntry, changes: list[MemberChange], current: Any) -> tuple[State | None, State | None]:
    resource = resources().get((entry.kind, entry.part))
    if resource is None or resource.record is None or not (current is None or isinstance(current, Record)):
        return None, current
    if entry.action == EntryAction.ADD:
        return None, current
    before: Any = as_before(resource.record, current, changes)
    has_another = any(change.secret and change.field == "password" for change in changes)
    if has_another and "password" in shape_of(resource.record).secrets:
        # The journal only knows that the password changed: make the two states differ.
        return replace(before, password=""), _with_dots(current)
    return before, current


def _with_dots(record: Any) -> Any:
    return replace(record, password=DOTS)
