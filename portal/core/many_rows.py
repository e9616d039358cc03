"""Adding and storing many rows, each with values of its own, in one go.

Django's ``bulk_create`` and ``bulk_update`` build expressions for all values of all rows, which takes several times as
long as the statement itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.db import connection, models

AnyField: TypeAlias = "models.Field[Any, Any]"
# Values in one statement; SQLite takes up to 32,766.
MOST_VALUES = 30_000
# Fields that store texts, or numbers, as they are.
_TEXTS = frozenset({models.CharField, models.TextField})
_NUMBERS = frozenset(
    {
        *(models.IntegerField, models.PositiveIntegerField, models.PositiveBigIntegerField),
        *(models.PositiveSmallIntegerField, models.AutoField, models.BigAutoField, models.ForeignKey),
    }
)


def insert_rows(rows: Sequence[models.Model], *, keys: bool = False) -> None:
    """Add new rows of one model whose key the database chooses; ``keys`` sets them on the rows.

    Raises ``DatabaseError``; the rows before the one that cannot be stored may be stored without a transaction.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[AnyField] = [field for field in meta.concrete_fields if field is not meta.pk]
    names = ", ".join(map(_quoted, fields))
    piece = MOST_VALUES // len(fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    returning = f" RETURNING {_quoted(meta.pk)}" if keys else ""
    with connection.cursor() as cursor:
        for some in (rows[start : start + piece] for start in range(0, len(rows), piece)):
            text = f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({names}) VALUES "  # noqa: S608
            values = [_stored(field, row) for row in some for field in fields]
            cursor.execute(text + ", ".join([one] * len(some)) + returning, values)
            for row, (key,) in zip(some, cursor.fetchall() if keys else (), strict=keys):
                row.pk = key


def _stored(field: AnyField, row: models.Model) -> Any:
    """Return the value of a field of a row as the driver takes it; most need no conversion."""
    value = getattr(row, field.attname)
    kind = type(value)
    if (kind is str and type(field) in _TEXTS) or (kind is int and type(field) in _NUMBERS):
        return value
    return field.get_db_prep_save(value, connection)


def update_rows(rows: Sequence[models.Model], fields: Sequence[str], **only: Any) -> None:
    """Store these fields of rows of one model; only of rows that still have the values ``only`` in the database.

    PostgreSQL gets all rows in one statement, which it plans once.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns: dict[str, AnyField] = {field.name: field for field in meta.concrete_fields}
    wanted = [columns[name] for name in fields]
    fixed = [(columns[name], value) for name, value in only.items()]
    last = [field.get_db_prep_value(value, connection) for field, value in fixed]
    values = [
        [
            *(_stored(field, row) for field in wanted),
            meta.pk.get_db_prep_value(row.pk, connection),
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = _as_one(meta.db_table, [*wanted, meta.pk], [field for field, _value in fixed], len(rows))
            cursor.execute(text, [*(value for row in values for value in row), *last])
        else:
            text = _one_by_one(meta.db_table, [*wanted, meta.pk], [field for field, _value in fixed])
            cursor.executemany(text, [[*row, *last] for row in values])


# Only names of tables, columns and types are in the texts.
def _one_by_one(table: str, columns: Sequence[AnyField], fixed: Sequence[AnyField]) -> str:
    """Return the statement for one row; the last of ``columns`` is the primary key."""
    *wanted, key = (_quoted(field) for field in columns)
    setting = ", ".join(f"{name} = %s" for name in wanted)
    where = " AND ".join(f"{name} = %s" for name in (key, *map(_quoted, fixed)))
    return f"UPDATE {connection.ops.quote_name(table)} SET {setting} WHERE {where}"  # noqa: S608


def _as_one(table: str, columns: Sequence[AnyField], fixed: Sequence[AnyField], number: int) -> str:
    """Return the statement for a number of rows, whose values it joins as a table."""
    *wanted, key = (_quoted(field) for field in columns)
    name = connection.ops.quote_name(table)
    # The first row says the types. Types without a length, because a cast to a length would cut off what is too long.
    types = (str(field.db_type(connection)).partition("(")[0] for field in columns)
    first = ", ".join(f"CAST(%s AS {type_})" for type_ in types)
    others = f", ({', '.join(['%s'] * len(columns))})" * (number - 1)
    setting = ", ".join(f"{column} = new_rows.{column}" for column in wanted)
    where = " AND ".join([f"{name}.{key} = new_rows.{key}", *(f"{name}.{_quoted(field)} = %s" for field in fixed)])
    rows = f"(VALUES ({first}){others}) AS new_rows ({', '.join([*wanted, key])})"
    return f"UPDATE {name} SET {setting} FROM {rows} WHERE {where}"  # noqa: S608


def _quoted(field: AnyField) -> str:
    return connection.ops.quote_name(str(field.column))
