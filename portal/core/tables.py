"""Small declarative tables: a list of columns, and one template that draws them all (docs/decisions/06-lists.md)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.bulk import BulkAction
from portal.core.customer_names import CustomerNames
from portal.core.markup import drawn, joined, markup, page_url
from portal.core.resources import require_declared
from portal.core.rooms import resource_for
from portal.core.templatetags.portal import clock
from portal.ngnpro import OrderBy, Range

T = TypeVar("T")
V = TypeVar("V")

SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Its cell is the result of the table's ``cell_<name>``, else the record's attribute of that name.

    ``sort`` is the wire name of the attribute that NGNPro can sort by; ``css`` are classes of ``portal.css``
    (``num``, ``opt``: hidden on narrow screens, ``card-skip``: hidden on phones). ``then`` are more such attributes
    that the column can be sorted by, with their labels. ``is_extra``: shown only to people who have chosen it.
    """

    name: str
    label: str | Promise
    sort: str = ""
    css: str = ""
    then: tuple[tuple[str, str | Promise], ...] = ()
    is_extra: bool = False

    @property
    def orders(self) -> tuple[tuple[str, str | Promise], ...]:
        """Return everything that the column can be sorted by, with labels."""
        return ((self.sort, self.label), *self.then) if self.sort else ()


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order of a list: its label, its URL, and the direction if the list is sorted this way now."""

    label: str | Promise
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Action:
    """A bulk action on selected rows: the URL name of the page that takes them by POST, a label, and an icon.

    The rows are sent as values of the parameter ``Table.tick``, as returned by ``Table.tick_of``; the page first shows
    what will happen.
    """

    page: str
    label: str | Promise
    icon: str = ""

    @property
    def url(self) -> str:
        return page_url(self.page)


@dataclass(frozen=True, slots=True)
class Header:
    column: Column
    orders: tuple[Order, ...]

    @property
    def direction(self) -> str:
        return next((order.direction for order in self.orders if order.direction), "")

    @property
    def css(self) -> str:
        return f"{self.column.css} {self.direction}".strip()


class Window:
    """The page, page size and order of a list, from its URL: ``?sort=-changeDate&page=2&size=50``.

    Only the sort names of the columns and the three sizes are accepted; any other value is replaced by the default.
    """

    def __init__(self, params: QueryDict, columns: Iterable[Column], default_sort: str) -> None:
        self.params = params
        allowed = {sort for column in columns for sort, _label in column.orders}
        wanted = params.get("sort", "")
        self.sort = wanted if wanted.removeprefix("-") in allowed else default_sort
        size = params.get("size", "")
        self.size = int(size) if size in map(str, SIZES) else SIZES[0]
        page = params.get("page", "1")
        self.page = max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 8 else 1

    @property
    def is_filtered(self) -> bool:
        """Return whether the URL has a filter, besides the order, page and size."""
        return any(key not in ("sort", "size", "page", "view") for key, _pair in self._pairs)

    @property
    def order_by(self) -> OrderBy:
        return OrderBy(self.sort.removeprefix("-"), "DESC" if self.sort.startswith("-") else "ASC")

    @property
    def range(self) -> Range:
        return Range((self.page - 1) * self.size, self.size)

    def url(self, **changes: str | int | None) -> str:
        """Return the URL of this list with some parameters changed; ``None`` removes one."""
        kept = [pair for key, pair in self._pairs if key not in changes]
        return "?" + "&".join(
            [*kept, *(urlencode({key: value}) for key, value in changes.items() if value is not None)]
        )

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        """Return the name of each parameter that has a value, and both as a part of a URL."""
        return [(key, urlencode({key: value})) for key, values in self.params.lists() for value in values if value]

    def url_without(self, name: str) -> str:
        return self.url(**{name: None, "page": None})


class Table(Generic[T]):
    """A page of records as rows. Subclasses declare ``columns``, ``caption`` and ``default_sort``.

    ``foot`` is the template below the rows, if it is not the usual one with their number and links to other pages. With
    ``bulk`` actions or ``plans``, the bulk actions of its records, each row has a checkbox; ``tick`` is the name of the
    parameter with the selected rows, empty for a table without checkboxes. ``is_exported`` is whether its room states
    the columns of a spreadsheet.
    """

    columns: ClassVar[tuple[Column, ...]]
    caption: ClassVar[str | Promise]
    default_sort: ClassVar[str] = "-changeDate"
    foot: ClassVar[str] = ""
    tick: ClassVar[str] = "row"
    bulk: tuple[Action, ...] = ()
    plans: tuple[BulkAction, ...] = ()
    is_exported: bool = False

    def __init__(
        self, records: Iterable[T], total: int, window: Window, names: CustomerNames, beside: Any = None
    ) -> None:
        self.records = tuple(records)
        self.total = total
        self.window = window
        self.names = names
        self.beside = beside
        self.shown: tuple[Column, ...] = tuple(column for column in self.columns if not column.is_extra)
        self._known: dict[tuple[Hashable, ...], Any] = {}
        self.pages = max(1, -(-total // window.size))

    @classmethod
    def add_column(cls, column: Column, cell: Callable[[T], Any]) -> None:
        """Add a column behind the others, whose cells are what ``cell`` returns for a record; for plug-ins.

        Raises ``ValueError`` if there is a column of this name.
        """
        if any(one.name == column.name for one in cls.columns):
            raise ValueError(f"{cls.__name__} has a column {column.name!r} already.")
        cls.columns = (*cls.columns, column)
        setattr(cls, f"cell_{column.name}", staticmethod(cell))

    @classmethod
    def window_for(cls, params: QueryDict) -> Window:
        return Window(params, cls.columns, cls.default_sort)

    def headers(self) -> Iterator[Header]:
        for column in self.shown:
            yield Header(column, tuple(self._order(sort, label) for sort, label in column.orders))

    def _order(self, sort: str, label: str | Promise) -> Order:
        down = f"-{sort}"
        direction = {down: "desc", sort: "asc"}.get(self.window.sort, "")
        wanted = sort if direction == "desc" or (not direction and sort != "changeDate") else down
        return Order(label, self.window.url(sort=wanted, page=None), direction)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each row, in the order of the columns."""
        getters = [getattr(self, f"cell_{column.name}", attrgetter(column.name)) for column in self.shown]
        for record in self.records:
            yield [getter(record) for getter in getters]

    def body(self) -> SafeString:
        """Render the rows, without a template: that would take three times as long (docs/benchmarks.md)."""
        starts = [cell_start(column, is_first=not index) for index, column in enumerate(self.shown)]
        ends = ["</th>", *["</td>"] * (len(starts) - 1)]
        row = (
            "".join([f"{start.replace('%', '%%')}%s{end}" for start, end in zip(starts, ends, strict=True)]) + "</tr>\n"
        )
        lines = [row % tuple(map(drawn, cells)) for cells in self.rows()]
        if self.has_ticks:
            lines = [self.tick_box(record) + line for record, line in zip(self.records, lines, strict=True)]
        return joined([f"<tr>{line}" for line in lines])

    def once(self, function: Callable[..., V], *values: Hashable) -> V:
        """Return the result of a function for these values, which is computed once per page: many rows share it."""
        key = (function, *values)
        if key not in self._known:
            self._known[key] = function(*values)
        found: V = self._known[key]
        return found

    @cached_property
    def when(self) -> Callable[[str | None], str]:
        """Return the function that renders NGNPro's times on this page."""
        return clock()

    @property
    def is_wide(self) -> bool:
        """Return whether it has more columns than usual, and may need to be moved sideways."""
        return len(self.shown) > sum(not column.is_extra for column in self.columns)

    @property
    def has_ticks(self) -> bool:
        return bool(self.tick and (self.bulk or self.plans))

    def tick_of(self, record: T) -> str:
        """Return what identifies a row to the pages of bulk actions: its key, unless a subclass overrides this."""
        resource = resource_for(record)
        return require_declared(resource.key)(record) if resource else ""

    def tick_box(self, record: T) -> str:
        """Render the checkbox of a row."""
        name = self.tick_of(record)
        box = '<td class="tickcell"><input class="tick" type="checkbox" name="{}" value="{}" aria-label="{}"></td>'
        return markup(box, self.tick, name, self.once(tick_words) % {"name": name})

    @property
    def first(self) -> int:
        return (self.window.page - 1) * self.window.size + 1 if self.records else 0

    @property
    def last(self) -> int:
        return self.first + len(self.records) - 1 if self.records else 0

    def sizes(self) -> list[tuple[int, str, bool]]:
        return [(size, self.window.url(size=size, page=None), size == self.window.size) for size in SIZES]

    def page_links(self) -> Iterator[tuple[int | None, str, bool]]:
        """Yield number (``None``: a gap), URL and whether current, for the first, last and neighbouring pages."""
        shown = sorted({1, self.pages, *range(max(1, self.window.page - 1), min(self.pages, self.window.page + 1) + 1)})
        previous = 0
        for number in shown:
            if number - previous > 1:
                yield None, "", False
            yield number, self.window.url(page=number), number == self.window.page
            previous = number

    @property
    def spreadsheet_url(self) -> str:
        """Return the URL of all matching records as a CSV file; empty if there are none, or no columns for them."""
        exported = bool(self.records) and self.is_exported
        return self.window.url(**{"as": "csv", "page": None, "size": None}) if exported else ""

    @property
    def xlsx_url(self) -> str:
        """Return the URL of all matching records as an XLSX file."""
        return self.window.url(**{"as": "xlsx", "page": None, "size": None})

    @property
    def previous_url(self) -> str:
        return self.window.url(page=self.window.page - 1) if self.window.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.window.url(page=self.window.page + 1) if self.window.page < self.pages else ""


def tick_words() -> str:
    """Return the label of a row's checkbox."""
    return _("Tick %(name)s")


def cell_start(column: Column, *, is_first: bool) -> str:
    """Render the opening tag of a column's cells: the first column names the row, the others can show their label."""
    if is_first:
        return markup('<th scope="row" class="{}">', column.css)
    return markup('<td class="{}" data-label="{}">', column.css, column.label)
