"""A row and the rows of other tables that belong to it, inserted in one statement on PostgreSQL.

There, a statement costs a round trip, which is more than the insertion itself. Other databases have no such statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, Connection, Integer, Select, Table, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from .prepared import Prepared
from .types import Id


class PreparedWhole:
    """An INSERT of a row into ``table``, whose key the database generates, with rows of ``parts``.

    ``parts``: the tables that refer to the row, each with the column that refers to it and the columns of the values.
    """

    def __init__(self, table: Table, columns: Sequence[str], parts: Mapping[Table, tuple[str, Sequence[str]]]) -> None:
        self._key = next(iter(table.primary_key.columns)).name
        self._parts = parts
        self._statement = Prepared(_statement(table, columns, self._key, parts))

    def add(
        self, connection: Connection, row: Mapping[str, Any], parts: Mapping[Table, Sequence[Mapping[str, Any]]]
    ) -> Any:
        """Insert a row and the rows of its parts, and return its key."""
        arrays = {
            _name(table, column): [one[column] for one in parts.get(table, ())]
            for table, (_owner, columns) in self._parts.items()
            for column in columns
        }
        return self._statement.rows(connection, **row, **arrays)[0][self._key]


def _statement(
    table: Table, columns: Sequence[str], key: str, parts: Mapping[Table, tuple[str, Sequence[str]]]
) -> Select[Any]:
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    new = table.insert().values(values).returning(table.c[key]).cte("new")
    inserted = [_part(new, key, part, owner, columns) for part, (owner, columns) in parts.items()]
    return select(new.c[key]).add_cte(*inserted)


def _part(new: CTE, key: str, table: Table, owner: str, columns: Sequence[str]) -> CTE:
    # not as VARCHAR(64)[]: a cast to a length would cut off what is too long
    types = {name: BigInteger() if isinstance(table.c[name].type, Id | Integer) else Text() for name in columns}
    arrays = [bindparam(_name(table, name), type_=ARRAY(type_)) for name, type_ in types.items()]
    rows = func.unnest(*arrays).table_valued(*columns).render_derived()
    query = select(new.c[key], *(rows.c[name] for name in columns))
    return table.insert().from_select([owner, *columns], query).cte(f"new_{table.name}")


def _name(table: Table, column: str) -> str:
    return f"{table.name}_{column}"
