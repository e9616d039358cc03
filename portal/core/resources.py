"""What a room declares about a kind of record: how it is named, found, listed and written, and what depends on it.

The journal and its undo, deletion pages, the global search and the counts of what a customer owns use these
declarations; they are the only list of the kinds of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any, TypeVar

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.bulk import BulkAction, Generator, PartInJob
from portal.core.dependents import Dependents
from portal.core.file_entries import EntriesInFile, InFile, PartInFile
from portal.core.related import Related
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage
from portal.ngnpro.records.base import Record, shape_of

T = TypeVar("T")

# How many hits of each kind a search shows, and the usual filters of lists by customer and by reseller.
HITS = Range(0, 10)
OWN_AND_TREE = frozenset({"customer", "owner", "reseller"})
# Members that NGNPro alone writes, in every kind of record.
NEVER_WRITTEN = frozenset({"changeDate", "createDate"})


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A record that a search found: the URL of its page, its name and a short description."""

    url: str
    name: str
    about: str = ""


# How many records a search found in total, and the first of them.
SearchResult = tuple[int, Iterable[SearchHit]]


def first_found(fetch: Callable[[Query[Any]], RecordPage[Any]], tries: Iterable[Any], order: str) -> RecordPage[Any]:
    """Return what the first of these filters finds that finds something, with at most one call for each."""
    page: RecordPage[Any] = RecordPage(0)
    for conditions in tries:
        page = fetch(Query(filter=conditions, order_by=OrderBy(order), range=HITS))
        if page.total:
            break
    return page


@dataclass(frozen=True, slots=True)
class Search:
    """How a kind of record is searched by typed text; the search is offered to viewers who may open ``page``."""

    page: str
    label: str | Promise
    icon: str
    find: Callable[[Ngnpro, str], SearchResult]


@dataclass(frozen=True, slots=True)
class OwnedRecords:
    """How the records that belong to a customer are found.

    ``own`` and ``tree`` are the members of the filter for a customer's own records and for those of a reseller's tree.
    ``page`` is the list that shows them, and ``page_filters`` those of ``own`` and ``tree`` that its URL takes.
    ``limit`` is the customer property that says how many a customer may have.
    """

    name: str
    label: str | Promise
    own: str = ""
    tree: str = "reseller"
    page: str = ""
    page_filters: frozenset[str] = frozenset()
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedColumn:
    """A column of imported files that asks for other records, which belong to that of its row, such as aliases.

    ``kind`` is the kind of these records (``portal.core.rooms.resource_of``). ``cells`` returns the cells of each, by
    column, from the key of the row's record, the text of the column and the cells of the row.
    """

    name: str
    label: str | Promise
    kind: str
    cells: Callable[[str, str, Mapping[str, str]], Iterable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A member that holds the number of another record, and the member with its name, both by wire name.

    ``find`` finds the records with a name; ``label`` is their kind.
    """

    number: str
    name: str
    label: str | Promise
    find: Callable[[Ngnpro, str], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class RowReference:
    """A column of imported files in which a row can name the record of another row, by its text in one of ``names``."""

    column: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A kind of record, or a part of one that is stored separately, such as the diversions of an account.

    ``name`` and ``part`` identify it in the journal, and ``label`` is shown. ``record`` is its type, ``key`` returns
    the key of a record (``None`` for a part, which has the key of its record) and ``title`` its name if the key is only
    a number. ``noun`` is its word in the names of NGNPro's operations. ``read_only`` lists the members, by wire name,
    that NGNPro sets; ``numbered`` means that NGNPro chooses the key. ``url_args`` turns a key into the arguments of
    its pages' URLs, and ``edit_page`` is the page that edits it.

    ``find`` returns ``None`` if the record does not exist. ``find_like`` finds a record that was sent without a key, by
    values that are unique, or by all values. ``add`` and ``delete`` are ``None`` for what always exists; without
    ``find`` and ``update``, a change cannot be undone. ``update`` takes the key, the new state and the state that was
    read, or ``None`` if it was not read. ``fetch`` and ``filter`` list records. ``used_by`` lists what has to be
    deleted before the record, ``hangs`` what is deleted with it, and ``stays`` what refers to it and is not deleted.
    ``words`` maps wire names of members to labels. ``in_file`` declares how it is written in the file of a domain: an
    ``InFile``, or for a part one of the other two. ``actions`` are its bulk actions, and ``generator`` makes many
    records. ``added_again`` returns a record of a spreadsheet, or a deleted one, as it is sent to add it. ``keep``
    returns a record as a file wants it, with what NGNPro itself maintains as it is now. ``password_kind`` is the policy
    of its member ``password``. ``columns`` are the members, by wire name, that are the columns of its spreadsheets, in
    order and beginning with the key, which is in the first ``key_columns`` of them. ``key_order`` is the attribute of
    NGNPro's ``orderBy`` by which a list keeps its order while records are edited, so that programs can read it page by
    page. Lists are exported without secrets, and imported without what NGNPro sets.
    ``in_job`` says how a part is changed by jobs if it is no stored value. ``linked`` are more columns of imported
    files, for other records. ``read_file`` reads files of other forms as a ``Sheet``, too. ``references`` are the
    members that can be written by name there, and ``row_references`` the columns that name other rows. ``cell_readers``
    return the text of a column, by its name, as NGNPro has it, from how people write it, such as telephone numbers.

    ``why_forbidden`` returns why a viewer may not make a change, beside the rules of ``MEMBER_RIGHTS``, and
    ``as_allowed`` a changed or new record as a viewer writes it; both take the viewer, the state before and the one
    after (``portal.core.member_rights``). ``check_others`` returns a function that raises a ``Refusal`` for a change
    that other records of NGNPro forbid, such as the range around a number; it takes both states and may cache what it
    has read. ``derived_groups`` are the groups that follow the member of the same name.
    ``in_platform``: it is in the file of a platform, if it can be listed (``portal.jobs.platform_files``).
    ``related`` says on which pages of other kinds of records such ones are shown (``portal.core.related``).
    """

    name: str
    label: str | Promise
    part: str = ""
    noun: str = ""
    record: type[Record] | None = None
    key: Callable[[Any], str] | None = None
    title: Callable[[Any], str] = lambda _record: ""
    read_only: frozenset[str] = frozenset()
    numbered: bool = False
    url_args: Callable[[str], tuple[str, ...]] = lambda key: (key,)
    edit_page: str = "edit"
    find: Callable[[Ngnpro, str], Any | None] | None = None
    find_like: Callable[[Ngnpro, Any], Iterable[Any]] | None = None
    add: Callable[[Ngnpro, Any], Any] | None = None
    update: Callable[[Ngnpro, str, Any, Any], Any] | None = None
    delete: Callable[[Ngnpro, Any], None] | None = None
    fetch: Callable[[Ngnpro, Query[Any]], RecordPage[Any]] | None = None
    filter: type[Any] | None = None
    used_by: Callable[[Ngnpro, Any], Iterable[Dependents]] = lambda _ngnpro, _record: ()
    hangs: Callable[[Ngnpro, Any], Iterable[Dependents]] = lambda _ngnpro, _record: ()
    stays: Callable[[Ngnpro, Any], Iterable[Dependents]] = lambda _ngnpro, _record: ()
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    search: Search | None = None
    owned: OwnedRecords | None = None
    in_file: InFile | PartInFile | EntriesInFile | None = None
    actions: tuple[BulkAction, ...] = ()
    generator: Generator | None = None
    added_again: Callable[[Any], Any] = lambda record: record
    keep: Callable[[Any, Any], Any] = lambda _now, wanted: wanted
    password_kind: PasswordKind | None = None
    columns: tuple[str, ...] = ()
    key_columns: int = 1
    key_order: str = ""
    in_job: PartInJob | None = None
    linked: tuple[LinkedColumn, ...] = ()
    read_file: Callable[[IO[bytes]], Any] | None = None
    references: tuple[Reference, ...] = ()
    row_references: tuple[RowReference, ...] = ()
    cell_readers: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    why_forbidden: Callable[[Viewer, Any, Any], str] = lambda _viewer, _before, _after: ""
    as_allowed: Callable[[Viewer, Any, Any], Any] = lambda _viewer, _before, after: after
    check_others: Callable[[Ngnpro, Viewer], Callable[[Any, Any], None]] | None = None
    derived_groups: frozenset[str] = frozenset()
    related: tuple[Related, ...] = ()
    in_platform: bool = True
    room: str = ""  # filled in by the registry

    def page(self, key: str) -> str:
        """Return the URL of the record's page, else of its form; empty if it has neither."""
        args = self.url_args(key)
        return url_of(f"{self.room}:detail", *args) or url_of(f"{self.room}:{self.edit_page}", *args)

    @property
    def exported_columns(self) -> tuple[str, ...]:
        """Return the columns of an exported list: all that hold no secret."""
        shape = shape_of(self.record) if self.record else None
        secrets = {shape.wire_names[name] for name in shape.secrets} if shape else set()
        return tuple(name for name in self.columns if name not in secrets)

    @property
    def imported_columns(self) -> tuple[str, ...]:
        """Return the columns of an imported file that are read: all that NGNPro does not set itself."""
        return tuple(name for name in self.columns if name not in NEVER_WRITTEN)

    def without_key(self, record: Any) -> Any:
        """Return the record as it is sent to add it: without its key, if NGNPro chooses keys."""
        return replace(record, id=0) if self.numbered else record


def require_declared(function: Callable[..., T] | None) -> Callable[..., T]:
    """Return a function of a resource; raises ``TypeError`` if the resource does not declare it."""
    if function is None:
        raise TypeError("The resource in room.py does not declare what this page does.")
    return function


def url_of(page: str, *args: str) -> str:
    """Return the URL of a page; empty if no such page exists, or not with these arguments."""
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""
