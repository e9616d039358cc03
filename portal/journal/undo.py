"""Taking a change back: whether and how it can be, what it will do, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import may_open, why_not_field
from portal.core.auth import Viewer
from portal.core.names import CustomerNames
from portal.core.writes import State, Writes
from portal.ngnpro import Ngnpro
from portal.ngnpro.records.base import Record, shape_of

from .choices import Action, Result
from .inverses import INVERSES, Inverse
from .kinds import NEVER_WRITTEN, Kind, kind_named, without_key
from .labels import label_of
from .models import JournalEntry
from .restoring import as_before
from .showing import Line, line
from .values import Change, Hidden, members_of, same, without_defaults

OPPOSITES = {Action.ADD: Action.DELETE, Action.DELETE: Action.ADD, Action.EDIT: Action.EDIT}


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking back an entry will do.

    ``obstacle``: why it cannot be done. ``lines``: fields as they are now and as they will be. ``conflicts``: fields as
    the entry left them and as they are now, where somebody changed them since. ``kept``: what stays as it is, and why.
    """

    entry: JournalEntry
    action: Action = Action.EDIT
    obstacle: str = ""
    lines: tuple[Line, ...] = ()
    conflicts: tuple[Line, ...] = ()
    kept: tuple[str, ...] = ()
    current: State | None = None
    wanted: State | None = None

    @property
    def is_possible(self) -> bool:
        return not self.obstacle and not self.conflicts


def obstacle_to(viewer: Viewer, entry: JournalEntry) -> str:
    """Say why an entry cannot be taken back, as far as the journal alone knows; empty when it may be."""
    inverse, kind = _inverse(entry), kind_named(entry.kind, entry.part)
    if not entry.action or inverse is None or kind is None:
        return _("The journal knows only that this was done, not what would take it back.")
    if entry.result in (Result.REFUSED, Result.OUTAGE):
        return _("Nothing was changed, so there is nothing to take back.")
    if not entry.key:
        return _("NGNPro did not say which number the record got, so it cannot be found again.")
    if entry.undone_by.filter(result=Result.DONE).exists():
        return _("This was taken back already.")
    action = OPPOSITES[Action(entry.action)]
    if not may_open(viewer, f"{kind.room}:{action.value}"):
        return _("You may not change this record, so you cannot take this back.")
    changes = [Change(**item) for item in entry.changes]
    if action is Action.EDIT:
        return _obstacle_to_edit(viewer, kind, changes)
    return _obstacle_to_add(entry, changes) if action is Action.ADD else ""


def _inverse(entry: JournalEntry) -> Inverse | None:
    return INVERSES.get((entry.kind, entry.part))


def _obstacle_to_edit(viewer: Viewer, kind: Kind, changes: list[Change]) -> str:
    if not changes:
        return _("Nothing was changed, so there is nothing to take back.")
    if all(change.secret for change in changes):
        return _("Only secrets were changed. The journal never keeps them, so they cannot come back.")
    if all(change.secret or change.cut for change in changes):
        return _("The earlier values were too long to be kept.")
    names = {wire: name for name, wire in shape_of(kind.record).wire_names.items()}
    fields = (f"{kind.room}.{field}" for change in changes for field in _ruled(change, names))
    return next((reason for field in fields if (reason := why_not_field(viewer, field))), "")


def _ruled(change: Change, names: Mapping[str, str]) -> list[str]:
    """Name the fields that the access table may have a rule for: of rights, each that was given or taken."""
    name = names.get(change.field, change.field)
    if name == "groups":
        return [f"groups.{group}" for group in {*(change.before or ())} ^ {*(change.after or ())}]
    return [name]


def _obstacle_to_add(entry: JournalEntry, changes: list[Change]) -> str:
    lost = [label_of(change.field) for change in changes if change.cut or (change.secret and change.before)]
    if lost:
        return _("It had what the journal does not keep, and cannot come back without: %(what)s.") % {
            "what": ", ".join(lost)
        }
    if entry.gone:
        return _("More went with it, and cannot come back: %(what)s.") % {
            "what": ", ".join(f"{number} {words}" for number, words in entry.gone)
        }
    return ""


def plan_for(ngnpro: Ngnpro, viewer: Viewer, names: CustomerNames, entry: JournalEntry) -> Plan:
    """Look at the record as it is now, and say what taking the entry back will do."""
    inverse, kind = _inverse(entry), kind_named(entry.kind, entry.part)
    if (obstacle := obstacle_to(viewer, entry)) or inverse is None or kind is None:
        return Plan(entry, obstacle=obstacle)
    current = inverse.find(ngnpro, entry.key)
    planner = _Planner(ngnpro, names, entry, kind, inverse, [Change(**item) for item in entry.changes])
    action = OPPOSITES[Action(entry.action)]
    if action is Action.ADD:
        return planner.add(current)
    if current is None:
        return Plan(entry, action, obstacle=_("The record is not there any more."))
    return planner.edit(current) if action is Action.EDIT else planner.delete(current)


@dataclass(frozen=True, slots=True)
class _Planner:
    ngnpro: Ngnpro
    names: CustomerNames
    entry: JournalEntry
    kind: Kind
    inverse: Inverse
    changes: list[Change]

    def edit(self, current: Any) -> Plan:
        """Put the earlier values back, if they are still as the entry left them."""
        now = members_of(current)
        mine = [change for change in self.changes if not change.secret and not change.cut]
        if all(same(now.get(change.field), change.before) for change in mine):
            return Plan(self.entry, obstacle=_("The record is as it was before already."))
        kept = [change for change in self.changes if change not in mine]
        return Plan(
            self.entry,
            lines=tuple(line(change.field, now.get(change.field), change.before, self.names) for change in mine),
            conflicts=tuple(
                line(change.field, change.after, now.get(change.field), self.names)
                for change in mine
                if not same(now.get(change.field), change.after)
            ),
            kept=tuple(_("%(field)s stays as it is now.") % {"field": label_of(change.field)} for change in kept),
            current=current,
            wanted=self.restored(current),
        )

    def restored(self, current: Any) -> State:
        if isinstance(current, Record):
            return as_before(type(current), current, self.changes)
        return {**current, **{change.field: tuple(change.before) for change in self.changes}}

    def delete(self, current: Any) -> Plan:
        """Delete what was added, if it is still as the entry left it and nothing hangs on it."""
        hanging = [(number, words) for number, words in self.inverse.hangs(self.ngnpro, current) if number]
        obstacle = ""
        if hanging:
            what = ", ".join(f"{number} {words}" for number, words in hanging)
            obstacle = _("It is in use by now: %(what)s. Delete it on its own page.") % {"what": what}
        now = self.shown(current)
        left = {change.field: change.after for change in self.changes if not change.secret}
        return Plan(
            self.entry,
            Action.DELETE,
            obstacle=obstacle,
            lines=tuple(line(name, value, None, self.names) for name, value in now.items()),
            conflicts=tuple(
                line(name, left.get(name), now.get(name), self.names)
                for name in {**left, **now}
                if not same(left.get(name), now.get(name))
            ),
            current=current,
        )

    def shown(self, current: Record) -> dict[str, Any]:
        """Give what a record says beyond what every new one says, without its secrets and what NGNPro fills in."""
        members = without_defaults(current, members_of(current))
        hidden = self.kind.read_only | NEVER_WRITTEN
        return {name: value for name, value in members.items() if name not in hidden and not isinstance(value, Hidden)}

    def add(self, current: Any) -> Plan:
        """Add again what was deleted, if there is none meanwhile."""
        if current is not None:
            return Plan(self.entry, Action.ADD, obstacle=_("There is such a record again."))
        wanted = without_key(self.kind, as_before(self.kind.record, None, self.changes))
        kept = (_("NGNPro gives it a new number."),) if self.kind.numbered else ()
        return Plan(
            self.entry,
            Action.ADD,
            lines=tuple(line(change.field, None, change.before, self.names) for change in self.changes),
            kept=kept,
            wanted=wanted,
        )


def carry_out(ngnpro: Ngnpro, writes: Writes, plan: Plan) -> JournalEntry:
    """Do what a possible plan says, and give the journal's entry of it.

    Raises ``Refusal`` and ``Outage`` as the call does.
    """
    entry, inverse = plan.entry, _inverse(plan.entry)
    about: dict[str, Any] = {}
    if inverse is not None and (inverse.record or not isinstance(plan.current or plan.wanted, Record)):
        about = {"about": (entry.kind, entry.key), "part": entry.part}
    with writes.change(plan.current, plan.wanted, undoes=entry.pk, **about) as write:
        stored = _call(ngnpro, inverse, plan) if inverse is not None else None
        write.stored = stored if isinstance(stored, Record) else None
    made: JournalEntry = write.entry
    return made


def _call(ngnpro: Ngnpro, inverse: Inverse, plan: Plan) -> Any:
    if plan.action is Action.ADD and inverse.add is not None:
        return inverse.add(ngnpro, plan.wanted)
    if plan.action is Action.DELETE and inverse.delete is not None:
        return inverse.delete(ngnpro, plan.current)
    return inverse.update(ngnpro, plan.entry.key, plan.wanted)
