"""Counts of records, updated in the same transaction as the records.

Before it commits, each transaction inserts its changes of counts as rows of their own, one for each count, so that no
call waits for another one that is not yet committed. A count is the stored number plus all its changes. Occasionally a
call adds the changes to the stored numbers after its commit (``fold_sometimes``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
    delete,
    func,
    select,
    text,
)

from ngnpro_server.faults import Fault

from .engine import OutcomeUnknown, Sums, sums_for_the_end, transaction, upsert_sums
from .prepared import Prepared, PreparedInsert
from .schema.counts import count_changes, counts

Change: TypeAlias = dict[str, Any]

ALL = "all"
_SELDOM = 64
_MOST = 2000
# rows of one INSERT
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one kind of record: in all, and per value of each scope (a column of its table).

    ``owner`` is the scope whose value is the customer whose credit the record counts towards.
    """

    kind: str
    scopes: tuple[str, ...]
    owner: str = "owner_id"

    def add(self, connection: Connection, row: Mapping[Any, Any], by: int = 1) -> None:
        """Count an added record, or with ``by=-1`` a deleted one."""
        store_changes(connection, self.changes(row, by))

    def changes(self, row: Mapping[Any, Any], by: int = 1) -> list[Change]:
        """Return the changes of counts that an added record makes, or with ``by=-1`` a deleted one."""
        scopes = [(scope, _key(row[scope])) for scope in self.scopes if row[scope]]
        return [_change(self.kind, scope, key, by) for scope, key in [(ALL, ""), *scopes]]

    def move(self, connection: Connection, scope: str, old: Any, new: Any, number: int = 1) -> None:
        """Count ``number`` records whose value of a scope changes from ``old`` to ``new``; empty ones have no count."""
        if old == new or not number:
            return
        moved = ((old, -number), (new, number))
        store_changes(connection, [_change(self.kind, scope, _key(value), by) for value, by in moved if value])

    def drop(self, connection: Connection, table: Table, scope: str, value: Any) -> None:
        """Subtract all records with one value of a scope; must be called before they are deleted."""
        condition = table.c[scope] == value
        total = select(func.count()).select_from(table).where(condition)
        number = connection.execute(total).scalar_one()
        dropped = ((ALL, ""), (scope, _key(value)))
        store_changes(connection, [_change(self.kind, one, key, -number) for one, key in dropped])
        for other in (one for one in self.scopes if one != scope):
            column = table.c[other]
            numbers = select(column, func.count()).where(condition).group_by(column)
            for key, number in connection.execute(numbers).all():
                self.move(connection, other, key, None, number)

    def number(self, connection: Connection, scope: str = ALL, value: Any = "") -> int:
        """Return the count of records, in all or with one value of a scope."""
        row = _NUMBER.first(connection, kind=self.kind, scope=scope, key=_key(value))
        own = sums_for_the_end(connection, _write) or Counter()
        return (int(row["number"] or 0) if row is not None else 0) + own[self.kind, scope, _key(value)]

    def numbers(self, connection: Connection, scope: str) -> dict[str, int]:
        """Return the counts of records by value of a scope; reads a row for each value, and changes not yet added."""
        found = sums_for_the_end(connection, _write) or Counter()
        sums = Counter({key: number for (kind, of, key), number in found.items() if (kind, of) == (self.kind, scope)})
        for table, column in ((counts, counts.c.number), (count_changes, count_changes.c.change)):
            ours = table.c.kind == self.kind, table.c.scope == scope
            for key, number in connection.execute(
                select(table.c.key, func.sum(column)).where(*ours).group_by(table.c.key)
            ):
                sums[key] += int(number)
        return {key: number for key, number in sums.items() if number}

    def clear(self, connection: Connection) -> None:
        """Delete all counts of this kind of record."""
        for table in (counts, count_changes):
            connection.execute(delete(table).where(table.c.kind == self.kind))
        own = sums_for_the_end(connection, _write) or Counter()
        for count in [count for count in own if count[0] == self.kind]:
            del own[count]

    def recount(self, connection: Connection, table: Table) -> None:
        """Count all records of the table again, after a bulk load."""
        self.clear(connection)
        total = connection.execute(select(func.count()).select_from(table)).scalar_one()
        rows = [{"kind": self.kind, "scope": ALL, "key": "", "number": total}]
        for scope in self.scopes:
            column = table.c[scope]
            for value, number in connection.execute(select(column, func.count()).group_by(column)):
                if value:
                    rows.append({"kind": self.kind, "scope": scope, "key": _key(value), "number": number})
        connection.execute(counts.insert(), rows)


def _key(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value or "")


def fold_sometimes(engine: Engine) -> None:
    """Add the changes to the stored counts in one of 64 calls, at random; if the database is busy, do nothing."""
    if random.random() * _SELDOM < 1:
        with suppress(Fault, OutcomeUnknown), transaction(engine, write=True) as connection:
            fold_changes(connection)


def fold_changes(connection: Connection) -> int:
    """Add the oldest changes that are committed and not locked to the stored counts; return the number of changes."""
    rows = _OLDEST.rows(connection)
    if not rows:
        return 0
    sums: Sums = Counter()
    for row in rows:
        sums[row["kind"], row["scope"], row["key"]] += row["change"]
    # whole numbers of the database as text, because thousands of parameters take longer than the deletion
    ids = text(", ".join(str(int(row["id"])) for row in rows))
    connection.execute(delete(count_changes).where(count_changes.c.id.in_(ids)))
    numbers = [
        {"kind": kind, "scope": scope, "key": key, "number": by} for (kind, scope, key), by in sorted(sums.items())
    ]
    for first in range(0, len(numbers), _MOST_ROWS):
        upsert_sums(connection, counts, "number", numbers[first : first + _MOST_ROWS])
    return len(rows)


def store_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Store changes of counts, of any kinds of records, before the transaction commits."""
    sums = sums_for_the_end(connection, _write)
    own: Sums = Counter() if sums is None else sums
    for change in changes:
        own[change["kind"], change["scope"], change["key"]] += change["change"]
    if sums is None:
        _write(connection, own)


def _write(connection: Connection, sums: Sums) -> None:
    """Insert the changes of a transaction, one row for each count."""
    changes = [_change(kind, scope, key, by) for (kind, scope, key), by in sums.items() if by]
    for first in range(0, len(changes), _MOST_ROWS):
        _CHANGES.add(connection, changes[first : first + _MOST_ROWS])


def _change(kind: str, scope: str, key: str, by: int) -> Change:
    return {"kind": kind, "scope": scope, "key": key, "change": by}


def _sum_of(table: Table, column: Column[Any]) -> Select[Any]:
    same = [table.c[name] == bindparam(name) for name in ("kind", "scope", "key")]
    return select(func.coalesce(func.sum(column), 0)).where(*same)


_NUMBER = Prepared(
    select(
        (
            _sum_of(counts, counts.c.number).scalar_subquery()
            + _sum_of(count_changes, count_changes.c.change).scalar_subquery()
        ).label("number")
    )
)
_OLDEST = Prepared(select(count_changes).order_by(count_changes.c.id).limit(_MOST).with_for_update(skip_locked=True))
_CHANGES = PreparedInsert(count_changes, ("kind", "scope", "key", "change"))
