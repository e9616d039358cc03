"""The journal: its entries, and undoing one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from portal.core.customer_names import CustomerNames
from portal.core.rooms import resources
from portal.journal.models import JournalEntry
from portal.journal.readers import author_text, source_text, visible_to
from portal.journal.selection import Conditions, matching_entries
from portal.journal.undo import carry_out, obstacle_to, plan_for
from portal.people.tokens.middleware import ApiRequest

from .asking import json_answer, require_right
from .problems import Problem

ROOM = "journal"


class ChangeOut(Schema):
    """A member before and after; of a secret, whether it was set."""

    field: str
    before: Any = None
    after: Any = None
    secret: bool = False


class EntryOut(Schema):
    """An entry of the journal. ``obstacle`` is why it cannot be undone, empty if no reason is known."""

    id: int
    at: str
    who: str
    source: str
    kind: str
    key: str
    part: str
    action: str
    operation: str
    result: str
    code: int | None
    field: str
    request: str
    changes: list[ChangeOut]
    obstacle: str


class EntriesOut(Schema):
    """A page of entries, newest first; ``next`` is the parameter ``before`` of the next page."""

    items: list[EntryOut]
    next: int | None


def list_entries(request: ApiRequest, limit: int, before: int | None, **given: Any) -> HttpResponse:
    """Return a page of the entries that the viewer may read and that fit all conditions."""
    require_right(request, ROOM, "list")
    wanted = Conditions(**{name: value for name, value in given.items() if value})
    found = matching_entries(visible_to(request.viewer), wanted)
    found = found.filter(number__lt=before) if before else found
    rows = list(found.order_by("-number")[: limit + 1])
    items = [_shown(request, entry) for entry in rows[:limit]]
    return json_answer({"items": items, "next": rows[limit - 1].pk if len(rows) > limit else None})


def get_entry(request: ApiRequest, entry: int) -> HttpResponse:
    """Return one entry."""
    require_right(request, ROOM, "list")
    return json_answer(_shown(request, _find(request, entry)))


def undo_entry(request: ApiRequest, entry: int) -> HttpResponse:
    """Undo a change, unless the record has changed since; returns the entry of the undo."""
    require_right(request, ROOM, "undo", writes=True)
    found = _find(request, entry)
    known = resources().get((found.kind, found.part))
    if known is not None:
        require_right(request, known.room, known.edit_page, writes=True)
    plan = plan_for(request.ngnpro, request.viewer, CustomerNames(request.ngnpro, request.viewer), found)
    if plan.obstacle:
        raise Problem(409, plan.obstacle)
    if plan.conflicts:
        changes = [{"field": one.label, "now": one.after, "wanted": one.before} for one in plan.conflicts]
        raise Problem(412, _("The record has been changed since. Nothing was undone."), changes=changes)
    return json_answer(_shown(request, carry_out(request.ngnpro, request.writes, plan)), 201)


def _find(request: ApiRequest, number: int) -> JournalEntry:
    found = visible_to(request.viewer).filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise Problem(404, _("There is no such entry, or it is not yours."))
    return found


def _shown(request: ApiRequest, entry: JournalEntry) -> dict[str, Any]:
    same = ("kind", "key", "part", "action", "operation", "result", "code", "field", "request")
    known = ("field", "before", "after", "secret")
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "who": author_text(request.viewer, entry),
        "source": source_text(request.viewer, entry),
        **{name: getattr(entry, name) for name in same},
        "changes": [{name: change[name] for name in known if name in change} for change in entry.changes],
        "obstacle": str(obstacle_to(request.viewer, entry)),
    }
