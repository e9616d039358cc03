"""What a room declares about itself, and the collection of the declarations of all rooms.

Every room has a module ``room.py`` with one ``ROOM``: its pages, who may open them, its lines in the menu, and rules
for its fields. ``ROOMS`` in the settings is the only list of the rooms. The access table, the menu, the URLs and the
operation table are derived from these declarations only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS
from portal.core.bulk import BulkAction
from portal.core.field_rights import LEVELS
from portal.core.file_entries import EntriesInFile
from portal.core.resources import Resource, Search
from portal.core.viewer import Role
from portal.ngnpro.records.base import Record, shape_of

EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.NOBODY}
OPERATORS, RESELLERS, STAFF = (LEVELS[level] for level in ("admin", "reseller", "customer"))
SUBSCRIBERS = frozenset({Role.SUBSCRIBER})


class WriteMode(Enum):
    """When a page changes something: never, with every request, or only when its form is sent."""

    NEVER = "never"
    ALWAYS = "always"
    BY_POST = "by post"


class Needs(Enum):
    """What a viewer needs beyond the role to open a page."""

    FULL_RIGHTS = "an operator who lacks no right"
    CALL_DATA = "the right to see call data"
    PASSWORDS = "the right to see passwords"
    NO_LIMITS = "no operator who is limited to ports or domains"
    ACTIVE_RESELLER = "a reseller who is marked active"


ALWAYS, BY_POST = WriteMode.ALWAYS, WriteMode.BY_POST


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a room.

    ``name`` is its URL name within the room, ``path`` its URL within that of the room, and ``view`` the name of its
    view in the room's module ``views``, or in a module of the package ``views`` (``calls.CallList``). Paths without
    variable parts are tried first. ``roles`` are the roles that may open it. ``asks`` are the NGNPro operations without
    which the page is not offered, by port and wire name, with blanks between them
    (``Sip.getRoutes``). ``own`` pages are about the person who is signed in: their own role counts, not that of the
    customer they act for. ``upload`` is the maximum size in bytes of a file that the page accepts, if that is more than
    a form may have.
    """

    name: str
    path: str
    view: str
    roles: frozenset[Role]
    asks: str = ""
    writes: WriteMode = WriteMode.NEVER
    needs: Needs | None = None
    own: bool = False
    upload: int = 0


class Section(Enum):
    """The groups of the menu, in order; ``OWN_*`` are those of subscribers."""

    START = "start"
    PLATFORM = "platform"
    RECORDS = "records"
    FOLDER = "folder"
    SETTINGS = "settings"
    OWN_START = "own start"
    OWN_CALLS = "own calls"
    OWN_PHONES = "own phones"


@dataclass(frozen=True, slots=True)
class Menu:
    """A line of the menu.

    ``page`` is the URL name of the page within the room that the line opens. Where a room has several lines, each is
    marked on its own page and on those whose names continue it (``credit-add``), and the first on all others.
    ``section`` is the group that the line is in; a line with ``under`` is shown below the line of that room instead,
    while one of the rooms there is open. ``tab``: also a tab at the bottom of a phone's screen, for subscribers.
    ``counts``: a number may be shown beside the line (``portal.core.navigation``). ``alone``: the line does not stay
    marked in the rooms inside its own.
    """

    page: str
    label: str | Promise
    icon: str = ""
    section: Section = Section.PLATFORM
    under: str = ""
    tab: bool = False
    counts: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Who may fill in a field: roles, and for roles below operator a right that their customer record must have.

    If the platform's ``setting`` says another lowest level, its roles count (``LEVELS``). ``when_new`` is the value of
    a new record for all others.
    """

    roles: frozenset[Role]
    right: str = ""
    setting: str = ""
    when_new: Any = None

    def roles_now(self) -> frozenset[Role]:
        """Return the roles by the settings as they are."""
        return LEVELS[settings.MEMBER_SETTINGS[self.setting]] if self.setting else self.roles


def member_rules(record: type[Record]) -> dict[str, FieldRule]:
    """Return the rules for the fields of a record that NGNPro's member rights have; ``groups.<name>`` for groups."""
    names = {wire: name for name, wire in shape_of(record).wire_names.items()}
    return {
        names.get(member, member): FieldRule(LEVELS[right.level], right.right, right.setting, right.when_new)
        for member, right in MEMBER_RIGHTS[record.__name__].items()
    }


@dataclass(frozen=True, slots=True)
class Room:
    """A room: ``name`` is its URL namespace (``lcr:carriers``), which is also its folder below ``portal``.

    ``path`` is the prefix of its URLs within those of the room around it; by default the last part of its name.
    ``needs`` is what a viewer needs for all its pages that declare nothing else. ``help`` is the part of the
    documentation about its pages (``accounts#forwarding``), and ``own_help`` that for subscribers; by default those of
    the room around it.
    ``fields`` holds rules for fields of its forms, by field name or ``<field>.<choice>``; a field without a rule is
    open to everyone who may open the form. ``resources`` are the kinds of NGNPro's records that it is about, and
    ``journal_kinds`` the names and labels of the portal's own records in the journal; ``for_all_servers``: these are
    for all NGNPro servers together. ``journal_actions`` are the words for the portal's own actions in the journal.
    ``searches`` find what is no record by its own members, such as a call. ``in_api``: the API offers something of the
    room that is no record.
    """

    name: str
    pages: tuple[Page, ...] = ()
    path: str | None = None
    needs: Needs | None = None
    help: str = ""
    own_help: str = ""
    menu: tuple[Menu, ...] = ()
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    searches: tuple[Search, ...] = ()
    journal_kinds: Mapping[str, str | Promise] = field(default_factory=dict)
    journal_actions: Mapping[str, str | Promise] = field(default_factory=dict)
    for_all_servers: bool = False
    in_api: bool = False


@lru_cache(maxsize=1)
def rooms() -> Mapping[str, Room]:
    """Map the name of every room to its declaration, in the order of ``settings.ROOMS``."""
    declared = [import_module(f"{module}.room").ROOM for module in settings.ROOMS]
    names = [room.name for room in declared]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ImproperlyConfigured(f"Several rooms have the name {min(twice)!r}; one of them is of a plug-in.")
    return dict(zip(names, declared, strict=True))


@lru_cache(maxsize=1)
def pages() -> Mapping[str, Page]:
    """Map the URL name of every page (``lcr:carriers:list``) to its declaration."""
    return {
        f"{room.name}:{page.name}": replace(page, needs=page.needs or room.needs)
        for room in rooms().values()
        for page in room.pages
    }


@lru_cache(maxsize=256)
def help_of_room(name: str, *, own: bool = False) -> str:
    """Return the part of the documentation about a room or the nearest room around it; empty if there is none.

    ``own``: the part for subscribers.
    """
    room, outer = rooms().get(name), name.rpartition(":")[0]
    here = (room.own_help if own else room.help) if room else ""
    return here or (help_of_room(outer, own=own) if outer else "")


@lru_cache(maxsize=1)
def field_rules() -> Mapping[str, FieldRule]:
    """Map ``<room>.<field>`` and ``<room>.<field>.<choice>`` to the rule for that field of the room's forms."""
    return {f"{room.name}.{name}": rule for room in rooms().values() for name, rule in room.fields.items()}


@lru_cache(maxsize=1)
def menu_lines() -> tuple[tuple[str, Menu], ...]:
    """List the lines of the menu, each with the URL name of the page that it opens."""
    return tuple((f"{room.name}:{line.page}", line) for room in rooms().values() for line in room.menu)


def urls_of_rooms(around: str = "") -> list[URLPattern | URLResolver]:
    """Return the URL patterns of the rooms directly inside a room (``lcr``), or of the top-level rooms."""
    found: list[URLPattern | URLResolver] = []
    for module, room in zip(settings.ROOMS, rooms().values(), strict=True):
        outer, _colon, name = room.name.rpartition(":")
        if outer == around:
            inside = urls_of_rooms(room.name)
            inside += [_url_of_page(module, page) for page in sorted(room.pages, key=_is_variable)]
            found.append(path(f"{name}/" if room.path is None else room.path, include((inside, name))))
    return found


def _is_variable(page: Page) -> bool:
    return "<" in page.path


def _url_of_page(module: str, page: Page) -> URLPattern:
    view = import_string(f"{module}.views.{page.view}")
    found: URLPattern = path(page.path, view.as_view() if hasattr(view, "as_view") else view, name=page.name)
    return found


@lru_cache(maxsize=1)
def resources() -> Mapping[tuple[str, str], Resource]:
    """Map ``(name, part)`` of every resource to the resource, in the order of the rooms."""
    declared = [replace(one, room=room.name) for room in rooms().values() for one in room.resources]
    return {(one.name, one.part): one for one in declared}


def resource_of(kind: str) -> Resource:
    """Return the resource of a kind of record, such as ``account``, or of a part of one, such as ``account/mailbox``.

    A part is found and updated as jobs do it: entries that are stored one by one, such as a phonebook, are one state.
    """
    name, _slash, part = kind.partition("/")
    found = resources()[name, part]
    as_state = found.in_job or (found.in_file if isinstance(found.in_file, EntriesInFile) else None)
    return replace(found, find=as_state.find, update=as_state.update) if as_state else found


@lru_cache(maxsize=1)
def rooms_in_api() -> Mapping[str, str | Promise]:
    """Map the names of the rooms that the API offers to their labels, in the order of the rooms."""
    of_records = {one.room: one.label for one in resources().values() if one.find or one.in_file}
    offered = (room for room in rooms().values() if room.in_api or room.name in of_records)
    return {room.name: room.menu[0].label if room.menu else of_records[room.name] for room in offered}


def page_of_action(resource: Resource, action: BulkAction) -> str:
    """Return the name of the page that a viewer must be able to open to carry out a bulk action."""
    room = resources()[resource.name, action.part].room if action.part else resource.room
    return f"{room}:{action.page}"


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
def journal_actions() -> Mapping[str, str | Promise]:
    """Map the name of every action of the portal that calls no operation to the words for it."""
    return {name: words for room in rooms().values() for name, words in room.journal_actions.items()}


@lru_cache(maxsize=1)
def kinds_for_all_servers() -> frozenset[str]:
    """Return the kinds of the portal's own records that are for all NGNPro servers together."""
    return frozenset(kind for room in rooms().values() if room.for_all_servers for kind in room.journal_kinds)


@lru_cache(maxsize=1)
def member_words() -> Mapping[str, str | Promise]:
    """Map the wire names of members to their labels, for all kinds of records together."""
    return {name: words for one in resources().values() for name, words in one.words.items()}
