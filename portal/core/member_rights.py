"""Which changes of records a viewer may make, by the members that differ (``ngnpro_wire.facts.member_rights``).

NGNPro's server may leave these rules to its clients. So every write is checked before it is announced
(``portal.core.writes``), and plans of bulk work say the same beforehand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any, cast

from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS, MemberRight, changed_groups
from portal.core.field_rights import why_not_member
from portal.core.rooms import resource_for
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro
from portal.ngnpro.records.base import Record, shape_of


def why_forbidden(viewer: Viewer, before: object, after: object) -> str:
    """Return why this viewer may not make a change to a record; empty if they may, or if it is no record."""
    if before is after:
        return ""
    resource = resource_for(after if before is None else before)
    if resource is not None and (reason := resource.why_forbidden(viewer, before, after)):
        return reason
    if not isinstance(after, Record):
        return ""
    rules = MEMBER_RIGHTS.get(type(after).__name__, {})
    reasons = (why_not_member(viewer, rules[name]) for name in _changed(before, after) if name in rules)
    return next((reason for reason in reasons if reason), "")


class OtherRecords:
    """Checks changes of one viewer against other records of NGNPro (``check_others`` of their resources)."""

    def __init__(self, ngnpro: Ngnpro, viewer: Viewer) -> None:
        self._ngnpro, self._viewer = ngnpro, viewer
        self._checks: dict[str, Callable[[Any, Any], None]] = {}

    def check(self, before: object, after: object) -> None:
        """Raise a ``Refusal`` if another record forbids a change."""
        resource = resource_for(after if before is None else before)
        if resource is None or resource.check_others is None or before is after:
            return
        if resource.name not in self._checks:
            self._checks[resource.name] = resource.check_others(self._ngnpro, self._viewer)
        self._checks[resource.name](before, after)


def as_allowed(viewer: Viewer, before: object, after: Any) -> Any:
    """Return a record as this viewer writes it.

    A new record has the values of ``MEMBER_RIGHTS`` in members that the viewer may not choose and did not. Its resource
    may add to this.
    """
    if before is None and isinstance(after, Record):
        after = _as_added(viewer, after)
    resource = resource_for(after)
    return resource.as_allowed(viewer, before, after) if resource else after


def _changed(before: object, after: Record) -> Iterator[str]:
    """Yield the members with rules that differ, and ``groups.<name>``; of a new record, those with a chosen value."""
    for name, wire, rule in _ruled(after):
        usual = _empty(after, name) if rule.when_new is None else rule.when_new
        if getattr(after, name) != (usual if before is None else getattr(before, name)):
            yield wire
    # A group that follows a member has the rule of that member.
    yield from changed_groups(*({*getattr(one, "groups", ())} - _derived_groups(after) for one in (before, after)))


def _as_added(viewer: Viewer, record: Record) -> Record:
    values: dict[str, Any] = {
        name: rule.when_new
        for name, _wire, rule in _ruled(record)
        if rule.when_new is not None and getattr(record, name) == _empty(record, name) and why_not_member(viewer, rule)
    }
    held = getattr(record, "groups", ())
    if more := sorted(name for name in _derived_groups(record) if values.get(name) and name not in held):
        values["groups"] = (*held, *more)
    return dataclasses.replace(record, **values) if values else record


def _derived_groups(record: Record) -> frozenset[str]:
    resource = resource_for(record)
    return resource.derived_groups if resource else frozenset()


def _ruled(record: Record) -> tuple[tuple[str, str, MemberRight], ...]:
    """List the members of a record that have rules: the field, the wire name and the rule."""
    return _rules_of(cast(Hashable, type(record)))


@cache
def _rules_of(record: Any) -> tuple[tuple[str, str, MemberRight], ...]:
    rules = MEMBER_RIGHTS.get(record.__name__, {})
    return tuple((name, wire, rules[wire]) for name, wire in shape_of(record).wire_names.items() if wire in rules)


def _empty(record: Record, name: str) -> Any:
    return shape_of(type(record)).defaults.get(name)
