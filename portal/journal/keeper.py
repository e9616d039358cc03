"""Stores the journal: adds an entry before each write, and completes it with the result afterwards.

The entry is added first, so that a write that was interrupted has an entry (“broken off”), and nothing is written to
NGNPro while the journal cannot be written.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from functools import partial
from operator import is_
from typing import Any

from django.db import DatabaseError, transaction

from ngnpro_wire.request_ids import current_request_id
from portal.core import servers
from portal.core.customer_names import CUSTOMER_MEMBERS
from portal.core.file_entries import FileRole, InFile
from portal.core.many_rows import insert_rows, update_rows
from portal.core.rooms import journal_kinds, kinds_for_all_servers, resource_for
from portal.core.viewer import Viewer
from portal.core.writes import State, Write, announced, noted
from portal.journal.labels import EntryAction, EntryResult, action_words, part_label
from portal.ngnpro import errors

from .models import EntryReader, JournalAuthor, JournalEntry
from .undo import obstacle_to
from .values import changes_of

log = logging.getLogger(__name__)

# The first word of the operations for an action, to name the operation before it is called.
VERBS: dict[str, str] = {EntryAction.ADD: "add", EntryAction.EDIT: "update", EntryAction.DELETE: "delete"}
# What the end of a write may change in its entry.
DESCRIBED = ("kind", "key", "title", "part", "action", "operation", "changes")
COMPLETED = ("port", "calls", "result", "code", "field")


def add_entries(sender: object, writes: Sequence[Write], **_: Any) -> None:
    """Add the entries of writes before they are made; raises ``DatabaseError``, which prevents all of them."""
    with transaction.atomic():
        authors: dict[Viewer, JournalAuthor] = {}
        for write in writes:
            viewer = write.author.viewer
            authors[viewer] = authors.get(viewer) or _author(viewer)
            write.entry = _entry_of(write, authors[viewer])
        insert_rows([write.entry for write in writes], keys=True)
        _let_read(writes)
        for write in writes:
            write.number = write.entry.pk
        announced.send(Write, writes=writes)


def _entry_of(write: Write, author: JournalAuthor) -> JournalEntry:
    acting = write.author.viewer.acting
    entry = JournalEntry(
        author=author,
        acting_customer=acting.customer if acting else 0,
        acting_name=acting.name[:320] if acting else "",
        source=_address(write.author.source),
        engine=engine_of(write),
        undoes_id=write.undoes,
        request=current_request_id(),
        also_deleted=[list(item) for item in write.also_deleted],
    )
    _describe(entry, write)
    return entry


def complete_entries(sender: object, writes: Sequence[Write], **_: Any) -> None:
    """Complete the entries of writes. A database error is only logged, since NGNPro has already made the changes."""
    has_news = False
    for write in writes:
        entry: JournalEntry = write.entry
        announced = [getattr(entry, name) for name in DESCRIBED]
        _describe(entry, write)
        has_news = has_news or write.stored is not None or announced != [getattr(entry, name) for name in DESCRIBED]
        entry.result, entry.code, entry.field = outcome_of(write)
        write.summary = summary_of(entry)
        write.obstacle = partial(obstacle_to, write.author.viewer, entry)
    try:
        _end(writes, has_news)
    except DatabaseError as error:
        numbers = ", ".join(str(write.number) for write in writes)
        log.error("The journal could not note how entry %s ended: %s", numbers, type(error).__name__)


def _end(writes: Sequence[Write], has_news: bool) -> None:
    """Store how writes ended, and if there is news, also what they did and who may read about it."""
    unmade = [write for write in writes if not write.calls and not write.operation and write.error is None]
    made = [write for write in writes if write not in unmade]
    with transaction.atomic():
        if unmade:
            JournalEntry.objects.filter(pk__in=[write.number for write in unmade]).delete()
        update_rows([write.entry for write in made], (*DESCRIBED, *COMPLETED) if has_news else COMPLETED)
        if has_news:
            _let_read(made)
        if made:
            noted.send(Write, writes=made)


def summary_of(entry: JournalEntry) -> str:
    """Return a short text about what a write did, for pages that do not show the entry itself."""
    label = str(journal_kinds().get(entry.kind, entry.kind))
    done = action_words(entry.action, entry.operation)
    part = f", {part_label(entry.kind, entry.part)}" if entry.part else ""
    return f"{label} {entry.key or entry.title}{part}: {done}".strip(" :")


def outcome_of(write: Write) -> tuple[EntryResult, int | None, str]:
    """Return the result of a write and, if NGNPro refused it, the fault code and the member that it named."""
    error = write.error
    some = any(call.outcome == "ok" for call in write.calls)
    if error is None:
        return (EntryResult.DONE, None, "") if write.finished else _by_call(write)
    if isinstance(error, errors.Refusal):
        return EntryResult.PARTLY if some else EntryResult.REFUSED, error.code, (error.field or "")[:80]
    if isinstance(error, errors.Outage) and not error.nothing_changed:
        return EntryResult.UNCERTAIN, None, ""
    return EntryResult.PARTLY if some else EntryResult.OUTAGE, None, ""


def _by_call(write: Write) -> tuple[EntryResult, int | None, str]:
    """Return the result of a write that was not announced, or was interrupted by the portal, from its calls."""
    outcomes = [call.outcome for call in write.calls]
    if not outcomes or write.after is not None or write.before is not None:
        return EntryResult.BROKEN_OFF, None, ""
    if outcomes[-1] == "ok":
        return EntryResult.DONE, None, ""
    word, _space, code = outcomes[-1].partition(" ")
    return (EntryResult.REFUSED, int(code), "") if word == "refused" else (EntryResult.UNCERTAIN, None, "")


def _describe(entry: JournalEntry, write: Write) -> None:
    """Set the fields of an entry that describe its write, as far as they are known."""
    kind = resource_for(write.before if write.after is None else write.after)
    record = write.stored if write.stored is not None else write.after if write.after is not None else write.before
    if kind is not None and kind.key is not None and not write.about[0]:
        entry.kind, entry.key, entry.title = kind.name, kind.key(record)[:400], kind.title(record)[:320]
    else:
        entry.kind, entry.key = write.about[0], write.about[1][:400]
    entry.part = (write.part or (kind.part if kind else ""))[:400]
    entry.action = action_of(write)
    expected = f"{VERBS[entry.action]}{kind.noun}" if kind and entry.action else ""
    entry.operation = (write.operation or (write.calls[0].operation if write.calls else expected))[:80]
    entry.port = write.calls[0].port if write.calls else ""
    entry.calls = [[call.port, call.operation, call.outcome] for call in write.calls]
    states = (write.before, write.after, write.stored)
    if write.described and all(map(is_, write.described, states)):
        return  # most writes end as they were announced
    write.described = states
    if write.changes is not None and write.stored is None:
        entry.changes = write.changes
        return
    skip = kind.read_only if kind else frozenset()
    entry.changes = [change.as_json() for change in changes_of(write.before, write.after, write.stored, skip)]


def action_of(write: Write) -> str:
    """Return what a write does to its record; empty if that is unknown, or if it changes nothing."""
    if write.before is write.after:
        return ""
    if write.before is None:
        return EntryAction.ADD
    return EntryAction.DELETE if write.after is None else EntryAction.EDIT


def engine_of(write: Write) -> str:
    """Return the name of the NGNPro server of a write; empty for what all servers share."""
    return "" if write.about[0] in kinds_for_all_servers() else servers.engine(write.author.viewer.engine).name


def _author(viewer: Viewer) -> JournalAuthor:
    author, _ = JournalAuthor.objects.get_or_create(
        role=viewer.role.value,
        login=viewer.login[:320],
        name=viewer.name[:320],
        customer=viewer.customer,
        reseller=viewer.reseller,
    )
    return author


def _let_read(writes: Sequence[Write]) -> None:
    """Allow the owners of records, and the customers and resellers of their authors, to read the entries."""
    rows = [
        EntryReader(entry=write.entry, engine=write.entry.engine, customer=customer)
        for write in writes
        for customer in _readers_of(write)
    ]
    EntryReader.objects.bulk_create(rows, ignore_conflicts=True)


def _readers_of(write: Write) -> list[int]:
    viewer = write.author.viewer
    readers = {viewer.customer, viewer.reseller, viewer.tree, write.entry.acting_customer}
    for state in (write.before, write.after, write.stored):
        readers |= owners_of(state)
    return [customer for customer in readers if customer > 0]


def owners_of(state: State | None) -> set[int]:
    """Return the numbers of the customers and resellers that own a record; an owner owns its own record."""
    owners = {getattr(state, name, 0) for name in CUSTOMER_MEMBERS}
    resource = resource_for(state)
    if resource and resource.key and isinstance(resource.in_file, InFile):
        owners |= {int(resource.key(state) or 0)} if resource.in_file.role is FileRole.OWNER else set()
    return {owner for owner in owners if isinstance(owner, int)}


def _address(source: str) -> str | None:
    try:
        return str(ipaddress.ip_address(source))
    except ValueError:
        return None
