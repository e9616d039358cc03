"""Keeps the numbers of records beside the records, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, select, update

from .schema.counts import counts
from .upsert import upsert

ALL = "all"


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one kind of record: of all, and per value of each scope (a column of its table).

    A change of a number locks it until the end of the transaction. So that two calls seldom wait for one another, all
    go the same way: domains before accounts, their groups, then aliases; of each kind all first, then scope by scope.

    ``owner`` is the scope whose value is the customer that a record counts for.
    """

    kind: str
    scopes: tuple[str, ...]
    owner: str = "owner_id"

    def add(self, connection: Connection, row: dict[str, Any] | RowMapping, by: int = 1) -> None:
        """Count a record in, or out with ``by`` -1."""
        _change(connection, self.kind, ALL, "", by)
        for scope in self.scopes:
            if row[scope]:
                _change(connection, self.kind, scope, _key(row[scope]), by)

    def move(self, connection: Connection, scope: str, old: Any, new: Any, number: int = 1) -> None:
        """Count ``number`` records under another value of one scope; under an empty value nothing is counted."""
        if old == new or not number:
            return
        for value, by in sorted(((old, -number), (new, number)), key=lambda pair: _key(pair[0])):
            if value:
                _change(connection, self.kind, scope, _key(value), by)

    def drop(self, connection: Connection, table: Table, scope: str, value: Any) -> None:
        """Count out all records with one value of a scope; call it before they are deleted."""
        condition = table.c[scope] == value
        total = select(func.count()).select_from(table).where(condition)
        _change(connection, self.kind, ALL, "", -connection.execute(total).scalar_one())
        for other in self.scopes:
            column = table.c[other]
            numbers = select(column, func.count()).where(condition).group_by(column)
            for key, number in connection.execute(numbers).all():
                self.move(connection, other, key, None, number)
        spent = counts.c.kind == self.kind, counts.c.scope == scope, counts.c.key == _key(value)
        connection.execute(delete(counts).where(*spent))

    def number(self, connection: Connection, scope: str = ALL, value: Any = "") -> int:
        """Read how many records there are, in all or with one value of a scope."""
        query = select(counts.c.number).where(
            counts.c.kind == self.kind, counts.c.scope == scope, counts.c.key == _key(value)
        )
        return connection.execute(query).scalar() or 0

    def clear(self, connection: Connection) -> None:
        """Forget all numbers."""
        connection.execute(delete(counts).where(counts.c.kind == self.kind))

    def recount(self, connection: Connection, table: Table) -> None:
        """Count everything anew, after records were loaded in bulk."""
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


def _change(connection: Connection, kind: str, scope: str, key: str, by: int) -> None:
    row = {"kind": kind, "scope": scope, "key": key}
    changed = connection.execute(
        update(counts)
        .where(*(counts.c[name] == value for name, value in row.items()))
        .values(number=counts.c.number + by)
    )
    if not changed.rowcount:
        upsert(connection, counts, row | {"number": by}, {"number": counts.c.number + by})
