"""Queries for one page of a list and its total, which use indexes and stored counts where possible."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    any_,
    bindparam,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.visitors import iterate

from ngnpro_wire.facts.filters import escape_filter, filter_tokens

from .counts import ALL, Tally
from .prepared import IDS, Prepared

# so many rows are read by their keys, whatever the order of the list
FEW = 20_000
# so many on a database whose statements cannot take a list of any length as one value
_FEW_AS_VALUES = 1_000

Bound: TypeAlias = int | ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a list: values that columns equal, and further conditions. The parts of a list have no common row."""

    equals: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[ColumnElement[bool], ...] = ()

    def narrowed(self, equals: Mapping[str, Any], conditions: Sequence[ColumnElement[bool]]) -> Branch | None:
        """Return the branch with more conditions; ``None`` if no row can match them."""
        if any(self.equals.get(name, value) != value for name, value in equals.items()):
            return None
        return Branch({**self.equals, **equals}, (*self.conditions, *conditions))

    def knowing(self, facts: Mapping[str, Any]) -> Branch | None:
        """Return the branch without the conditions that ``facts`` (columns and their values) make true of all its rows.

        ``None`` if the facts contradict a condition, so that no row can match.
        """
        if any(self.equals.get(name, value) != value for name, value in facts.items()):
            return None
        equals = {name: value for name, value in self.equals.items() if name not in facts}
        return Branch(equals, self.conditions)

    def where(self, table: Table) -> ColumnElement[bool]:
        """Return all conditions of the branch as one SQL condition."""
        return and_(True, *self._equalities(table), *self.conditions)

    def by_text(self, table: Table) -> ColumnElement[bool]:
        """Return all conditions, so that the database checks the texts of all resellers' rows by the index of the text.

        Without that, it would look up each row of a reseller in the table. The rows of a customer or domain are few.
        """
        if self.equals.keys() != {"reseller_id"} or self.is_covered(table, ()):
            return self.where(table)
        key = next(iter(table.primary_key.columns))
        return and_(*self._equalities(table), key.in_(select(key).where(*self.conditions).correlate(None)))

    def by_keys(self, table: Table, order: Sequence[str]) -> Branch:
        """Return a branch whose rows the database finds before it sorts them, unless an index does both."""
        if self.is_covered(table, order):
            return self
        key = next(iter(table.primary_key.columns))
        return Branch(conditions=(key.in_(select(key).where(self.by_text(table)).correlate(None)),))

    def is_covered(self, table: Table, order: Sequence[str]) -> bool:
        """Return whether an index has all columns of the conditions and of an order, or other tables decide."""
        columns = {column for one in self.conditions for column in iterate(one) if isinstance(column, Column)}
        if any(column.table is not table for column in columns):
            return True
        names = {*self.equals, *order, *(column.name for column in columns)}
        return any(names <= set(index.columns.keys()) for index in table.indexes)

    def _equalities(self, table: Table) -> list[ColumnElement[bool]]:
        return [table.c[name] == value for name, value in self.equals.items()]


@dataclass(frozen=True, slots=True)
class Listing:
    """The requested order and page of a list: columns to sort by (a unique one last), direction, start and count."""

    order: tuple[str, ...]
    descending: bool
    start: int
    count: int

    def from_the_nearer_end(self, total: int) -> Listing:
        """Return the same page of the reversed list of ``total`` rows if its start is nearer to the end."""
        if self.start <= total // 2:
            return self
        end = min(self.start + self.count, total)
        return Listing(self.order, not self.descending, total - end, max(0, end - self.start))


def fetch_page(
    connection: Connection, table: Table, branches: Sequence[Branch], listing: Listing, total: int
) -> list[RowMapping]:
    """Return one page of the ``total`` rows; the second half of a list is read from its end."""
    nearer = listing.from_the_nearer_end(total)
    if not branches or nearer.count <= 0 or listing.start >= total:
        return []
    rows = _fetch(connection, table, branches, nearer, total)
    return rows if nearer.descending == listing.descending else rows[::-1]


def find_few(connection: Connection, table: Table, branches: Sequence[Branch]) -> list[Any] | None:
    """Return the keys of all rows of a list, ``None`` if they are more than a few.

    Few rows that match a text are found by one pass over the index of that text. In the order of the list, the whole
    table would have to be read for them, and again to count them.
    """
    key = next(iter(table.primary_key.columns))
    most = FEW if connection.dialect.name in _LISTS else _FEW_AS_VALUES
    found: list[Any] = []
    for branch in branches:
        found += connection.execute(select(key).where(branch.by_text(table)).limit(most + 1 - len(found))).scalars()
        if len(found) > most:
            return None
    return found


def fetch_few(connection: Connection, table: Table, keys: Sequence[Any], listing: Listing) -> list[RowMapping]:
    """Return one page of the rows with these keys."""
    if listing.start >= len(keys) or not listing.count:
        return []
    convert, _condition = _LISTS.get(connection.dialect.name, (None, None))
    given = {_LIST: convert(keys)} if convert else {IDS: keys}
    query = _rows_by_key(connection.dialect.name, table, listing.order, listing.descending)
    return query.rows(connection, **given, start=listing.start, count=listing.count)


_LIST = "list"


def _in_json(key: Column[Any]) -> ColumnElement[bool]:
    return key.in_(select(func.json_each(bindparam(_LIST)).table_valued("value").c.value))


def _in_array(key: Column[Any]) -> ColumnElement[bool]:
    return key == any_(bindparam(_LIST, type_=ARRAY(key.type)))


# how a statement gets a list of keys as one value: the conversion of the list, and the condition on the key
_LISTS: Mapping[str, tuple[Callable[[Sequence[Any]], Any], Callable[[Column[Any]], ColumnElement[bool]]]] = {
    "sqlite": (json.dumps, _in_json),
    "postgresql": (list, _in_array),
}


@lru_cache(maxsize=64)
def _rows_by_key(dialect: str, table: Table, order: tuple[str, ...], descending: bool) -> Prepared:
    key = next(iter(table.primary_key.columns))
    start, count = (bindparam(name, type_=Integer()) for name in ("start", "count"))
    _convert, condition = _LISTS.get(dialect, (None, None))
    given = condition(key) if condition else key.in_(bindparam(IDS, expanding=True))
    # sorted without the other columns, so that these are read for one page only
    listing = Listing(order, descending, 0, 0)
    return Prepared(
        _rows_query(table, _window(table, [Branch(conditions=(given,))], listing, start, count, count), listing)
    )


def _fetch(
    connection: Connection, table: Table, branches: Sequence[Branch], listing: Listing, total: int
) -> list[RowMapping]:
    if any(branch.conditions for branch in branches):
        if total <= FEW:
            # found before they are sorted: in the order of the list, nearly the whole table might have to be read
            branches = [branch.by_keys(table, listing.order) for branch in branches]
        query = _rows_query(table, page_query(table, branches, listing), listing)
        return list(connection.execute(query).mappings())
    names = tuple(tuple(branch.equals) for branch in branches)
    values = {
        f"{name}_{number}": value for number, branch in enumerate(branches) for name, value in branch.equals.items()
    }
    values |= {"start": listing.start, "count": listing.count, "most": listing.start + listing.count}
    return _prepared(table, names, listing.order, listing.descending).rows(connection, **values)


@lru_cache(maxsize=512)
def _prepared(table: Table, names: tuple[tuple[str, ...], ...], order: tuple[str, ...], descending: bool) -> Prepared:
    """Return the query of a page of parts of a table in which these columns have given values."""
    branches = [
        Branch({name: bindparam(f"{name}_{number}", type_=table.c[name].type) for name in columns})
        for number, columns in enumerate(names)
    ]
    start, count, most = (bindparam(name, type_=Integer()) for name in ("start", "count", "most"))
    window = _window(table, branches, Listing(order, descending, 0, 0), start, count, most)
    return Prepared(_rows_query(table, window, Listing(order, descending, 0, 0)))


def _rows_query(table: Table, keys: Select[Any], listing: Listing) -> Select[Any]:
    """Return the query for the rows of a page, whose ids ``keys`` selects."""
    key = next(iter(table.primary_key.columns))
    window = keys.subquery("page")
    return select(table).join(window, window.c[key.name] == key).order_by(*_order(table, listing))


def count_rows(connection: Connection, table: Table, branches: Sequence[Branch], tally: Tally | None = None) -> int:
    """Return the number of rows of a list, from the stored counts of ``tally`` if it has them."""
    return sum(_count(connection, table, branch, tally) for branch in branches)


def _count(connection: Connection, table: Table, branch: Branch, tally: Tally | None) -> int:
    if tally and not branch.conditions and len(branch.equals) <= 1:
        scope, value = next(iter(branch.equals.items()), (ALL, ""))
        if scope == ALL or scope in tally.scopes:
            return tally.number(connection, scope, value)
    query = select(func.count()).select_from(table).where(branch.by_text(table))
    return connection.execute(query).scalar_one()


def page_query(table: Table, branches: Sequence[Branch], listing: Listing) -> Select[Any]:
    """Return the query for the keys of one page; each branch is limited to the rows that the page can need."""
    return _window(table, branches, listing, listing.start, listing.count, listing.start + listing.count)


def _window(
    table: Table, branches: Sequence[Branch], listing: Listing, start: Bound, count: Bound, most: Bound
) -> Select[Any]:
    key = next(iter(table.primary_key.columns))
    names = dict.fromkeys((key.name, *listing.order))
    if len(branches) == 1:
        query = select(*(table.c[name] for name in names)).where(branches[0].where(table))
        return query.order_by(*_order(table, listing)).limit(count).offset(start)
    parts = [
        select(
            select(*(table.c[name] for name in names))
            .where(branch.where(table))
            .order_by(*_order(table, listing))
            .limit(most)
            .subquery()
        )
        for branch in branches
    ]
    merged = union_all(*parts).subquery("merged")
    return select(merged).order_by(*_order(merged, listing)).limit(count).offset(start)


def _order(table: Any, listing: Listing) -> list[ColumnElement[Any]]:
    columns = (table.c[name] for name in listing.order)
    return [column.desc() if listing.descending else column.asc() for column in columns]


_LAST = "\U0010ffff"


def matches_pattern(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Return the condition that a column of folded text matches a pattern (``ngnpro_wire.facts.filters``)."""
    tokens = filter_tokens(pattern)
    wild = [index for index, (_text, is_wildcard) in enumerate(tokens) if is_wildcard]
    text = "".join(token for token, is_wildcard in tokens if not is_wildcard)
    if not wild:
        return column == text
    if text and tokens[wild[0] :] == [("%", True)] * len(wild):
        # as a range of values, the only form for which every database uses an index
        return and_(column >= text, column < text + _LAST)
    like = "".join(token if is_wildcard else escape_filter(token) for token, is_wildcard in tokens)
    return column.like(like, escape="\\")
