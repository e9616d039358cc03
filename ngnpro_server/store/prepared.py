"""Statements of hot paths: SQLAlchemy writes their text once per kind of database, the driver executes them directly.

SQLAlchemy's own execution takes several times as long as the databases do for reading one row by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, RowMapping, Select, Table, bindparam
from sqlalchemy.exc import DBAPIError

IDS = "ids"
Convert = Callable[[Any], Any]


@dataclass(slots=True)
class _Plan:
    """A query for one kind of database: its text, its parameters with their conversions, and its columns."""

    text: str
    names: tuple[str, ...]
    is_positional: bool
    defaults: Mapping[str, Any]
    binders: Mapping[str, Convert]
    keys: tuple[str, ...]
    types: tuple[Any, ...]
    readers: tuple[tuple[str, Convert], ...] | None = None

    def learn(self, dialect: Dialect, description: Sequence[Any]) -> None:
        """Find the conversions of the columns; some depend on what the driver says of its first result."""
        found = zip(self.keys, self.types, description, strict=True)
        converts = [(key, type_.result_processor(dialect, column[1])) for key, type_, column in found]
        self.readers = tuple((key, convert) for key, convert in converts if convert is not None)


class Prepared:
    """A query whose values are the arguments of ``rows``, by the names of its ``bindparam``.

    The parameter ``ids`` of an ``IN`` (``bindparam(IDS, expanding=True)``) takes a list.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | Insert) -> None:
        self._statement = statement
        self._plans: dict[tuple[str, int], _Plan] = {}

    def rows(self, connection: Connection, **values: Any) -> list[RowMapping]:
        """Return the rows; they are dicts, which have what callers need of ``RowMapping``."""
        ids: Sequence[Any] = values.pop(IDS, ())
        if ids:
            # padded to a power of two, so that there are few different texts
            size = 1 << (len(ids) - 1).bit_length()
            padded = [*ids, *[ids[-1]] * (size - len(ids))]
            values.update((f"{IDS}_{number}", one) for number, one in enumerate(padded, 1))
        plan = self._plan(connection.dialect, len(padded) if ids else 0)
        found = _execute(connection, plan, values)
        keys = plan.keys
        rows = [dict(zip(keys, row, strict=True)) for row in found]
        for key, read in plan.readers or ():
            for row in rows:
                row[key] = read(row[key])
        return cast(list[RowMapping], rows)

    def first(self, connection: Connection, **values: Any) -> RowMapping | None:
        """Return the first row, or ``None``."""
        return next(iter(self.rows(connection, **values)), None)

    def _plan(self, dialect: Dialect, size: int) -> _Plan:
        plan = self._plans.get((dialect.name, size))
        if plan is None:
            plan = self._plans[dialect.name, size] = self._compile(dialect, size)
        return plan

    def _compile(self, dialect: Dialect, size: int) -> _Plan:
        compiled: Any = self._statement.compile(dialect=dialect)
        wanted = {name: bound.effective_value for name, bound in compiled.binds.items()}
        if size:
            wanted[IDS] = list(range(size))
        state = compiled.construct_expanded_state(wanted)
        is_insert = isinstance(self._statement, Insert)
        columns = list(compiled.effective_returning or ()) if is_insert else list(compiled.statement.selected_columns)
        return _Plan(
            text=state.statement,
            names=tuple(state.positiontup or state.parameters),
            is_positional=bool(compiled.positional),
            defaults=state.parameters,
            binders={name: convert for name, convert in state.processors.items() if convert is not None},
            keys=tuple(column.name for column in columns),
            types=tuple(column.type.dialect_impl(dialect) for column in columns),
        )


class PreparedInsert:
    """An INSERT of any number of rows in one statement; ``returning`` is the column whose new values are returned."""

    def __init__(self, table: Table, columns: Sequence[str], returning: str = "") -> None:
        self._table = table
        self._columns = tuple(columns)
        self._returning = returning
        self._by_size: dict[int, Prepared] = {}

    def add(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Insert rows."""
        if not rows:
            return []
        size = len(rows)
        if size not in self._by_size:
            self._by_size[size] = Prepared(self._statement(size))
        values = {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in self._columns}
        found = self._by_size[size].rows(connection, **values)
        return [row[self._returning] for row in found]

    def _statement(self, size: int) -> Insert:
        table = self._table
        statement = table.insert().values(
            [
                {name: bindparam(f"{name}_{number}", type_=table.c[name].type) for name in self._columns}
                for number in range(size)
            ]
        )
        return statement.returning(table.c[self._returning]) if self._returning else statement


def _execute(connection: Connection, plan: _Plan, values: Mapping[str, Any]) -> list[Any]:
    given = {name: values[name] if name in values else plan.defaults[name] for name in plan.names}
    for name, convert in plan.binders.items():
        if name in given:
            given[name] = convert(given[name])
    dialect, driver = connection.dialect, connection.connection
    cursor = driver.cursor()
    try:
        dialect.do_execute(
            cursor, plan.text, tuple([given[name] for name in plan.names]) if plan.is_positional else given
        )
        if not plan.keys:
            return []
        if plan.readers is None:
            plan.learn(dialect, cursor.description)
        return cast(list[Any], cursor.fetchall())
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, driver.driver_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            plan.text,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
    finally:
        cursor.close()
