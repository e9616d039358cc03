"""Which changes of records a viewer may make, by the members that differ (``ngnpro_wire.facts.member_rights``).

NGNPro's server may leave these rules to its clients. So every write is checked before it is announced
(``portal.core.writes``), and plans of bulk work say the same beforehand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS, MemberRight, changed_groups, needs_administrator
from portal.core.field_rights import why_not_member
from portal.core.sip_accounts import block_note_of, why_block_forbids, with_block_note
from portal.core.viewer import Role, Viewer
from portal.ngnpro.records import EnumRange, SipAccount
from portal.ngnpro.records.base import Record, shape_of


def why_forbidden(viewer: Viewer, before: object, after: object) -> str:
    """Return why this viewer may not make a change to a record; empty if they may, or if it is no record."""
    if reason := why_block_forbids(viewer, before, after):
        return reason
    if not isinstance(after, Record) or before is after or type(after).__name__ not in MEMBER_RIGHTS:
        return ""
    if isinstance(after, EnumRange):
        return why_not_range(viewer, after.id.prefix) if before is None else ""
    rules = MEMBER_RIGHTS[type(after).__name__]
    reasons = (why_not_member(viewer, rules[name]) for name in _changed(before, after) if name in rules)
    return next((reason for reason in reasons if reason), "")


def as_allowed(viewer: Viewer, before: object, after: Any) -> Any:
    """Return a record as this viewer writes it.

    A new record has the values of ``MEMBER_RIGHTS`` in members that the viewer may not choose and did not. An account
    that they block says who blocked it.
    """
    if before is None and isinstance(after, Record):
        after = _as_added(viewer, after)
    if isinstance(after, SipAccount) and BLOCKED in after.groups:
        was_blocked = isinstance(before, SipAccount) and BLOCKED in before.groups
        return after if was_blocked else with_block_note(after, block_note_of(viewer))
    return after


def why_not_range(viewer: Viewer, prefix: str) -> str:
    """Return why this viewer may not add a number range with this prefix; empty if they may."""
    if viewer.effective_role is Role.OPERATOR or not needs_administrator(prefix):
        return ""
    return _("Only the platform's operator can add a range that is a whole country code. Type more digits.")


def _changed(before: object, after: Record) -> Iterator[str]:
    """Yield the members with rules that differ, and ``groups.<name>``; of a new record, those with a chosen value."""
    for name, wire, rule in _ruled(after):
        usual = _empty(after, name) if rule.when_new is None else rule.when_new
        if getattr(after, name) != (usual if before is None else getattr(before, name)):
            yield wire
    if isinstance(after, SipAccount):
        # The group follows the member, which has the same rule.
        held = (before.groups if isinstance(before, SipAccount) else (), after.groups)
        yield from changed_groups(*({*names} - {"prepaid"} for names in held))


def _as_added(viewer: Viewer, record: Record) -> Record:
    values: dict[str, Any] = {
        name: rule.when_new
        for name, _wire, rule in _ruled(record)
        if rule.when_new is not None and getattr(record, name) == _empty(record, name) and why_not_member(viewer, rule)
    }
    if values.get("prepaid") and isinstance(record, SipAccount) and "prepaid" not in record.groups:
        values["groups"] = (*record.groups, "prepaid")
    return dataclasses.replace(record, **values) if values else record


def _ruled(record: Record) -> Iterator[tuple[str, str, MemberRight]]:
    """Yield the members of a record that have rules: the field, the wire name and the rule."""
    rules = MEMBER_RIGHTS.get(type(record).__name__, {})
    names = shape_of(type(record)).wire_names.items()
    return ((name, wire, rules[wire]) for name, wire in names if wire in rules)


def _empty(record: Record, name: str) -> Any:
    return shape_of(type(record)).defaults.get(name)
