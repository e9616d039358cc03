"""The conditions of lists: the members of NGNPro's filters as parameters of the URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.file_entries import types_of
from portal.core.resources import Resource
from portal.core.search_text import ANYTHING, filter_pattern
from portal.jobs.objects.values import item_of
from portal.ngnpro.records.base import shape_of


def parameters_of(resource: Resource) -> dict[str, tuple[str, Any]]:
    """Map the names of the parameters of a list to the field of the filter, and its type."""
    if resource.filter is None:
        return {}
    types, names = types_of(resource.filter), shape_of(resource.filter).wire_names
    plain = {names[name]: (name, kind) for name, kind in types.items() if name in names}
    return {
        wire: (name, kind) for wire, (name, kind) in plain.items() if kind in (str, int, bool) or item_of(kind) is str
    }


def conditions_of(resource: Resource, given: Mapping[str, Any]) -> Any:
    """Return NGNPro's filter for the parameters of a request; ``*`` in a text stands for any text."""
    if resource.filter is None:
        return None
    values: dict[str, Any] = {}
    for wire, (name, kind) in parameters_of(resource).items():
        value = given.get(wire)
        if value in (None, ""):
            continue
        if kind is str:
            values[name] = filter_pattern(value) if ANYTHING in value else value
        elif item_of(kind) is str:
            values[name] = tuple(part.strip() for part in value.split(",") if part.strip())
        else:
            values[name] = value
    return resource.filter(**values)
