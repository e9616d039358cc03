"""Collects the declarations of all rooms: their pages, rules for fields, menu lines and addresses.

``ROOMS`` in the settings lists the rooms; it is the only list of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.urls import URLResolver, include, path
from django.utils.functional import Promise

from portal.core.resources import Resource
from portal.core.rooms import EVERYBODY, FieldRule, Menu, Page, Room
from portal.ngnpro.records.base import Record

# Pages of the framework itself, which belong to no room.
FRAMEWORK_PAGES = {"health": Page("health", EVERYBODY), "ready": Page("ready", EVERYBODY)}


@lru_cache(maxsize=1)
def rooms() -> Mapping[str, Room]:
    """Map the name of every room to its declaration, in the order of ``settings.ROOMS``."""
    declared = [import_module(f"{module}.room").ROOM for module in settings.ROOMS]
    return {room.name: room for room in declared}


@lru_cache(maxsize=1)
def pages() -> Mapping[str, Page]:
    """Map the URL name of every page (``lcr:carriers:list``) to its declaration."""
    return FRAMEWORK_PAGES | {f"{room.name}:{page.name}": page for room in rooms().values() for page in room.pages}


@lru_cache(maxsize=1)
def field_rules() -> Mapping[str, FieldRule]:
    """Map ``<room>.<field>`` and ``<room>.<field>.<choice>`` to the rule for that field of the room's forms."""
    return {f"{room.name}.{name}": rule for room in rooms().values() for name, rule in room.fields.items()}


@lru_cache(maxsize=1)
def menu_lines() -> tuple[tuple[str, Menu], ...]:
    """List the lines of the menu, each with the URL name of the page that it opens."""
    return tuple((f"{room.name}:{line.page}", line) for room in rooms().values() for line in room.menu)


def addresses_of_rooms(around: str = "") -> list[URLResolver]:
    """Return the URL patterns of the rooms directly inside a room (``lcr``), or of the top-level rooms."""
    return [
        path(f"{room.name.rpartition(':')[2]}/" if room.path is None else room.path, include(f"{module}.urls"))
        for module, room in zip(settings.ROOMS, rooms().values(), strict=True)
        if room.name.rpartition(":")[0] == around
    ]


@lru_cache(maxsize=1)
def resources() -> Mapping[tuple[str, str], Resource]:
    """Map ``(name, part)`` of every resource to the resource, in the order of the rooms."""
    declared = [replace(one, room=room.name) for room in rooms().values() for one in room.resources]
    return {(one.name, one.part): one for one in declared}


@lru_cache(maxsize=1)
def _resources_by_record() -> Mapping[type[Record], Resource]:
    return {one.record: one for one in resources().values() if one.record and one.key}


def resource_for(record: object) -> Resource | None:
    """Return the resource of a record that has a key of its own."""
    return _resources_by_record().get(type(record)) if isinstance(record, Record) else None


@lru_cache(maxsize=1)
def journal_kinds() -> Mapping[str, str | Promise]:
    """Map every kind of record in the journal to its label: NGNPro's records and the portal's own."""
    own = {name: label for room in rooms().values() for name, label in room.journal_kinds.items()}
    return {name: one.label for (name, part), one in resources().items() if not part} | own


@lru_cache(maxsize=1)
def member_words() -> Mapping[str, str | Promise]:
    """Map the wire names of members to their labels, for all kinds of records together."""
    return {name: words for one in resources().values() for name, words in one.words.items()}
