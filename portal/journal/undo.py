"""Undoing a change: whether it is possible, a preview of what it will do, and the undo itself.

The state of a record before the change is restored from the plain values in the journal.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import may_open, why_not_field
from portal.core.customer_names import CustomerNames
from portal.core.dependents import Dependents
from portal.core.member_rights import why_forbidden
from portal.core.resources import NEVER_WRITTEN, Resource
from portal.core.rooms import resources
from portal.core.viewer import Viewer
from portal.core.writes import State, Writes
from portal.journal.labels import EntryAction, EntryResult
from portal.ngnpro import Ngnpro
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records.base import Record, shape_of

from .labels import label_of
from .models import JournalEntry
from .showing import ChangedField, line_between
from .values import Hidden, MemberChange, is_same_value, members_of, without_defaults


def as_before(record: type[Record], current: Record | None, changes: Iterable[MemberChange]) -> Record:
    """Return the current record with the values before a change, or a new record if ``current`` is ``None``.

    Secrets, and values that were too long for the journal, are not changed.
    """
    kept = [change for change in changes if not change.secret and not change.cut]
    plain = {change.field: change.before for change in kept if "." not in change.field and change.before is not None}
    made = from_wire(record, plain)
    if current is None:
        current = replace(made, source={})
    python_names = {wire: name for name, wire in shape_of(record).wire_names.items()}
    values = {
        python_names[change.field]: getattr(made, python_names[change.field])
        for change in kept
        if change.field in python_names
    }
    for wire_name in {change.field.partition(".")[0] for change in kept if "." in change.field}:
        name = python_names[wire_name]
        mine = {c.field.partition(".")[2]: c.before for c in kept if c.field.startswith(f"{wire_name}.")}
        values[name] = _properties(record, name, getattr(current, name), mine)
    return replace(current, **values)


def _properties(
    record: type[Record], name: str, current: tuple[Any, ...], befores: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return the current properties with some replaced by earlier ones; ``None`` removes one."""
    item = typing.get_args(typing.get_type_hints(record)[name])[0]
    others = tuple(entry for entry in current if entry.name not in befores)
    return (
        *others,
        *(replace(from_wire(item, before), source={}) for before in befores.values() if before is not None),
    )


OPPOSITES = {
    EntryAction.ADD: EntryAction.DELETE,
    EntryAction.DELETE: EntryAction.ADD,
    EntryAction.EDIT: EntryAction.EDIT,
}


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing an entry will do.

    ``obstacle`` is why it is impossible. ``lines`` are fields as they are now and will be. ``conflicts`` are fields
    that were changed since, as the entry left them and as they are now. ``kept`` are sentences about what is not
    undone.
    """

    entry: JournalEntry
    action: EntryAction = EntryAction.EDIT
    obstacle: str = ""
    lines: tuple[ChangedField, ...] = ()
    conflicts: tuple[ChangedField, ...] = ()
    kept: tuple[str, ...] = ()
    current: State | None = None
    wanted: State | None = None

    @property
    def is_possible(self) -> bool:
        return not self.obstacle and not self.conflicts


def obstacle_to(viewer: Viewer, entry: JournalEntry) -> str:
    """Return why an entry cannot be undone, without asking NGNPro; empty if no reason is known."""
    resource = _resource(entry)
    if not entry.action or resource is None or resource.find is None or not _has_opposite(resource, entry):
        return _("The journal knows only that this was done, not how to undo it.")
    if entry.result in (EntryResult.REFUSED, EntryResult.OUTAGE):
        return _("Nothing was changed, so there is nothing to undo.")
    if not entry.key:
        return _("NGNPro did not say which number the record got, so it cannot be found again.")
    if entry.undone_by.filter(result=EntryResult.DONE).exists():
        return _("This was undone already.")
    action = OPPOSITES[EntryAction(entry.action)]
    page = resource.edit_page if action is EntryAction.EDIT else action.value
    if not may_open(viewer, f"{resource.room}:{page}"):
        return _("You may not change this record, so you cannot undo this.")
    changes = [MemberChange(**item) for item in entry.changes]
    if action is EntryAction.EDIT:
        return _obstacle_to_edit(viewer, resource, changes)
    return _obstacle_to_add(entry, changes) if action is EntryAction.ADD else ""


def _has_opposite(resource: Resource, entry: JournalEntry) -> bool:
    """Return whether such a record can be written as the undo of an entry has to."""
    ways = {EntryAction.ADD: resource.add, EntryAction.EDIT: resource.update, EntryAction.DELETE: resource.delete}
    return ways[OPPOSITES[EntryAction(entry.action)]] is not None or resource.update is not None


def _resource(entry: JournalEntry) -> Resource | None:
    return resources().get((entry.kind, entry.part))


def _obstacle_to_edit(viewer: Viewer, resource: Resource, changes: list[MemberChange]) -> str:
    if not changes:
        return _("Nothing was changed, so there is nothing to undo.")
    if all(change.secret for change in changes):
        return _("Only secrets were changed. The journal never stores them, so they cannot be restored.")
    if all(change.secret or change.cut for change in changes):
        return _("The earlier values were too long to be stored.")
    members = shape_of(resource.record).wire_names if resource.record else {}
    names = {wire: name for name, wire in members.items()}
    fields = (f"{resource.room}.{field}" for change in changes for field in ruled_fields(change, names))
    return next((reason for field in fields if (reason := why_not_field(viewer, field))), "")


def ruled_fields(change: MemberChange, names: Mapping[str, str]) -> list[str]:
    """Return the names of the fields whose rules apply to a change: for ``groups``, each group added or removed."""
    name = names.get(change.field, change.field)
    if name == "groups":
        return [f"groups.{group}" for group in {*(change.before or ())} ^ {*(change.after or ())}]
    return [name]


def _obstacle_to_add(entry: JournalEntry, changes: list[MemberChange]) -> str:
    lost = [label_of(change.field) for change in changes if change.cut or (change.secret and change.before)]
    if lost:
        return _("It cannot be restored without data that the journal does not store: %(what)s.") % {
            "what": ", ".join(lost)
        }
    if entry.also_deleted:
        return _("Records deleted with it cannot be restored: %(what)s.") % {
            "what": ", ".join(f"{number} {words}" for number, words in entry.also_deleted)
        }
    return ""


def plan_for(ngnpro: Ngnpro, viewer: Viewer, names: CustomerNames, entry: JournalEntry) -> UndoPlan:
    """Fetch the current record, and return what undoing the entry will do."""
    resource = _resource(entry)
    if (obstacle := obstacle_to(viewer, entry)) or resource is None or resource.find is None:
        return UndoPlan(entry, obstacle=obstacle)
    current = resource.find(ngnpro, entry.key)
    planner = _Planner(ngnpro, names, entry, resource, [MemberChange(**item) for item in entry.changes])
    action = OPPOSITES[EntryAction(entry.action)]
    if action is EntryAction.ADD:
        return planner.add(current)
    if current is None:
        return UndoPlan(entry, action, obstacle=_("The record no longer exists."))
    plan = planner.edit(current) if action is EntryAction.EDIT else planner.delete(current)
    reason = why_forbidden(viewer, current, plan.wanted)
    return replace(plan, obstacle=reason) if reason and plan.is_possible else plan


@dataclass(frozen=True, slots=True)
class _Planner:
    ngnpro: Ngnpro
    names: CustomerNames
    entry: JournalEntry
    resource: Resource
    changes: list[MemberChange]

    def edit(self, current: Any) -> UndoPlan:
        """Return the plan to restore the values before the entry; fields changed since then are conflicts."""
        now = members_of(current)
        mine = [change for change in self.changes if not change.secret and not change.cut]
        if all(is_same_value(now.get(change.field), change.before) for change in mine):
            return UndoPlan(self.entry, obstacle=_("The record already has its earlier values."))
        kept = [change for change in self.changes if change not in mine]
        return UndoPlan(
            self.entry,
            lines=tuple(
                line_between(change.field, now.get(change.field), change.before, self.names) for change in mine
            ),
            conflicts=tuple(
                line_between(change.field, change.after, now.get(change.field), self.names)
                for change in mine
                if not is_same_value(now.get(change.field), change.after) and not self.was_left_out(change, now)
            ),
            kept=tuple(_("%(field)s stays as it is now.") % {"field": label_of(change.field)} for change in kept),
            current=current,
            wanted=self.restored(current),
        )

    def was_left_out(self, change: MemberChange, now: Mapping[str, Any]) -> bool:
        """Return whether a field has its earlier value because not all of the change was stored."""
        return self.entry.result != EntryResult.DONE and is_same_value(now.get(change.field), change.before)

    def restored(self, current: Any) -> State:
        if isinstance(current, Record):
            return as_before(type(current), current, self.changes)
        return {**current, **{change.field: tuple(change.before) for change in self.changes}}

    def delete(self, current: Any) -> UndoPlan:
        """Return the plan to delete the added record; it must be unchanged since then, and nothing may depend on it."""
        used_by, hangs = self.resource.used_by(self.ngnpro, current), self.resource.hangs(self.ngnpro, current)
        hanging = [one for one in (*used_by, *hangs) if one.count != 0]
        now = self.shown(current)
        left = {change.field: change.after for change in self.changes if not change.secret}
        return UndoPlan(
            self.entry,
            EntryAction.DELETE,
            obstacle=_in_use(hanging),
            lines=tuple(line_between(name, value, None, self.names) for name, value in now.items()),
            conflicts=tuple(
                line_between(name, left.get(name), now.get(name), self.names)
                for name in {**left, **now}
                if not is_same_value(left.get(name), now.get(name))
            ),
            current=current,
        )

    def shown(self, current: Record) -> dict[str, Any]:
        """Return the members of a record that differ from the defaults, without secrets and those that NGNPro sets."""
        members = without_defaults(current, members_of(current))
        hidden = self.resource.read_only | NEVER_WRITTEN
        return {name: value for name, value in members.items() if name not in hidden and not isinstance(value, Hidden)}

    def add(self, current: Any) -> UndoPlan:
        """Return the plan to add the deleted record again, unless such a record exists."""
        if current is not None or self.resource.record is None:
            return UndoPlan(self.entry, EntryAction.ADD, obstacle=_("The record exists again."))
        wanted = self.resource.without_key(as_before(self.resource.record, None, self.changes))
        kept = (_("NGNPro gives it a new number."),) if self.resource.numbered else ()
        return UndoPlan(
            self.entry,
            EntryAction.ADD,
            lines=tuple(line_between(change.field, None, change.before, self.names) for change in self.changes),
            kept=kept,
            wanted=wanted,
        )


def carry_out(ngnpro: Ngnpro, writes: Writes, plan: UndoPlan) -> JournalEntry:
    """Carry out a possible plan, and return the journal entry of the undo.

    Raises ``Refusal`` and ``Outage`` like the call to NGNPro.
    """
    entry, resource = plan.entry, _resource(plan.entry)
    about: dict[str, Any] = {}
    if resource is not None and resource.key is None:
        about = {"about": (entry.kind, entry.key), "part": entry.part}
    with writes.change(plan.current, plan.wanted, undoes=entry.pk, **about) as write:
        stored = _call(ngnpro, resource, plan) if resource is not None else None
        write.stored = stored if isinstance(stored, Record) else None
    made: JournalEntry = write.entry
    return made


def _call(ngnpro: Ngnpro, resource: Resource, plan: UndoPlan) -> Any:
    if plan.action is EntryAction.ADD and resource.add is not None:
        return resource.add(ngnpro, plan.wanted)
    if plan.action is EntryAction.DELETE and resource.delete is not None:
        return resource.delete(ngnpro, plan.current)
    return resource.update(ngnpro, plan.entry.key, plan.wanted, plan.current) if resource.update else None


def _in_use(hanging: list[Dependents]) -> str:
    """Return why an undo cannot delete a record: what depends on it, or what could not be counted; else empty."""
    unknown = [one.label for one in hanging if one.count is None]
    if unknown:
        words = {"what": ", ".join(unknown)}
        return _("NGNPro did not say whether these depend on it: %(what)s. Try again later.") % words
    what = ", ".join(f"{one.label}: {one.count}" for one in hanging)
    return _("It is in use (%(what)s). Delete it on its own page.") % {"what": what} if hanging else ""
