"""Members of records in a platform's file: as NGNPro has them, and as the file does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow
from portal.jobs.objects.catalog import Kind
from portal.jobs.objects.values import is_named_value, item_of, to_json
from portal.journal.labels import label_of
from portal.ngnpro.records.base import Record, shape_of

NUMBER = "id"  # of an item of a list, which NGNPro chooses


def plain_members(kind: Kind, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members of an entry with the objects of their lists complete and in the order of a cell.

    Raises ``ConflictRow``.
    """
    return {name: _plain(kind.members[name].kind, name, value) for name, value in members.items()}


def _plain(kind: Any, name: str, value: Any) -> Any:
    item = item_of(kind)
    if not isinstance(value, list) or not _is_object(item):
        return value
    return [_complete(item, name, one) for one in value]


def _is_object(item: Any) -> bool:
    return isinstance(item, type) and issubclass(item, Record) and not is_named_value(item)


def _complete(item: type[Record], name: str, value: Any) -> dict[str, Any]:
    shape = shape_of(item)
    known = {wire: field for field, wire in shape.wire_names.items() if wire != NUMBER}
    if not isinstance(value, dict) or not set(value) <= set(known):
        raise ConflictRow(_("%(name)s: “%(text)s” cannot be read.") % {"name": label_of(name), "text": value})
    usual = {wire: shape.defaults.get(field, "") for wire, field in known.items()}
    return {wire: usual[wire] if value.get(wire) is None else value[wire] for wire in known}


def written(value: Any) -> Any:
    """Return a value of a record as the file has it: without secrets, and without the numbers of a list's items."""
    shown = to_json(value)
    if isinstance(shown, list):
        return [{k: v for k, v in one.items() if k != NUMBER} if isinstance(one, dict) else one for one in shown]
    return shown
