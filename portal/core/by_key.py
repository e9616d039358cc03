"""Finds a row of the portal's own database by a unique field, for the rows that every request reads.

Django writes the SQL only once: to write it takes ten times as long as to run it (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The query for one kind of database, the columns, and the conversions of some of them by position."""

    sql: str
    columns: Sequence[str]
    converters: Sequence[tuple[int, Sequence[Any], Any]]


class ByKey(Generic[M]):
    """Finds the row of a model by the value of a field that is unique."""

    def __init__(self, model: type[M], field: str) -> None:
        self._model = model
        self._field: Any = model._meta.get_field(field)
        self._plans: dict[str, _Plan] = {}

    def find(self, value: Any) -> M | None:
        """Return the row, or ``None``."""
        connection = connections[DEFAULT_DB_ALIAS]
        plan = self._plans.get(connection.vendor) or self._compile(connection)
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [self._field.get_db_prep_value(value, connection)])
            row = cursor.fetchone()
        if row is None:
            return None
        values = list(row)
        for position, converters, column in plan.converters:
            for convert in converters:
                values[position] = convert(values[position], column, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, plan.columns, values)

    def _compile(self, connection: Any) -> _Plan:
        found = self._model._base_manager.filter(**{self._field.name: self._field.to_python("0")}).order_by()
        compiler: Any = found.query.get_compiler(connection=connection)
        sql, _parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        plan = self._plans[connection.vendor] = _Plan(
            sql,
            [column.target.attname for column in columns],
            [(position, *found) for position, found in compiler.get_converters(columns).items()],
        )
        return plan
