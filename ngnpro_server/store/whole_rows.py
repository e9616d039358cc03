"""Rows and the rows of other tables that belong to them, all inserted in one statement on PostgreSQL.

There, a statement costs a round trip, which is more than the insertion itself. Other databases have no such statement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)

from .prepared import Prepared
from .types import Id

_ROWS = "rows"


class PreparedWhole:
    """An INSERT of any number of rows into ``table``, whose keys the database generates, with rows of ``parts``.

    ``unique``: columns by which the rows differ. ``parts``: the tables that refer to a row, each with the column that
    refers to it and the columns of the values.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[str],
        unique: Sequence[str],
        parts: Mapping[Table, tuple[str, Sequence[str]]],
    ) -> None:
        self._statement = Prepared(_statement(table, columns, unique, parts))

    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows; each has the values of its columns, and a list of rows by the name of each table of parts."""
        # As one text, which is written in C: psycopg takes several times as long for thousands of values.
        self._statement.rows(connection, **{_ROWS: json.dumps(rows, default=str)})


def _statement(
    table: Table, columns: Sequence[str], unique: Sequence[str], parts: Mapping[Table, tuple[str, Sequence[str]]]
) -> Select[Any]:
    key = next(iter(table.primary_key.columns))
    values = [_value(table.c[name]) for name in columns] + [column(part.name, JSON()) for part in parts]
    rows = select(_recordset(bindparam(_ROWS, type_=Text()), values)).cte("given")
    query = select(*(rows.c[name] for name in columns))
    new = table.insert().from_select(columns, query).returning(key, *(table.c[name] for name in unique)).cte("new")
    inserted = [_part(new, rows, key.name, unique, part, owner, names) for part, (owner, names) in parts.items()]
    return select(func.count()).select_from(new).add_cte(*inserted)


def _part(
    new: CTE, rows: CTE, key: str, unique: Sequence[str], table: Table, owner: str, columns: Sequence[str]
) -> CTE:
    same = and_(*(new.c[name] == rows.c[name] for name in unique))
    part = _recordset(rows.c[table.name], [_value(table.c[name]) for name in columns])
    whole = new.join(rows, same).join(part, true())
    query = select(new.c[key], *(part.c[name] for name in columns)).select_from(whole)
    return table.insert().from_select([owner, *columns], query).cte(f"new_{table.name}")


def _recordset(text: Any, columns: Sequence[Any]) -> TableValuedAlias:
    return func.json_to_recordset(cast(text, JSON())).table_valued(*columns).render_derived(with_types=True)


def _value(stored: Column[Any]) -> Any:
    """Return a column of a record; not as VARCHAR(64): a cast to a length would cut off what is too long."""
    if isinstance(stored.type, Id | Integer):
        return column(stored.name, BigInteger())
    return column(stored.name, stored.type if isinstance(stored.type, Boolean | DateTime) else Text())
