"""Adding and storing many rows, each with values of its own, in one go.

Django's ``bulk_create`` and ``bulk_update`` build expressions for all values of all rows, which takes several times as
long as the statement itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection, models
from django.utils.functional import Promise

AnyField: TypeAlias = "models.Field[Any, Any]"
# Values in one statement; SQLite takes up to 32,766.
MOST_VALUES = 30_000
# Fields that store texts, or numbers, as they are.
_TEXTS = frozenset({models.CharField, models.TextField})
_AS_TEXT = (date, UUID, Decimal, Promise)
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
    text = f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({', '.join(map(_quoted, fields))}) "
    returning = f" RETURNING {_quoted(meta.pk)}" if keys else ""
    piece = MOST_VALUES // len(fields)
    with connection.cursor() as cursor:
        for some in (rows[start : start + piece] for start in range(0, len(rows), piece)):
            if connection.vendor == "postgresql":
                columns = f"SELECT * FROM {_recordset(fields)}"  # noqa: S608
                cursor.execute(f"{text} {columns}{returning}", [_as_json(some, fields)])
            else:
                one = f"({', '.join(['%s'] * len(fields))})"
                every = ", ".join([one] * len(some))
                values = [_stored(field, row) for row in some for field in fields]
                cursor.execute(f"{text} VALUES {every}{returning}", values)
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
    wanted = [*(columns[name] for name in fields), meta.pk]
    fixed = [(columns[name], value) for name, value in only.items()]
    last = [field.get_db_prep_value(value, connection) for field, value in fixed]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = _as_one(meta.db_table, wanted, [field for field, _value in fixed])
            cursor.execute(text, [_as_json(rows, wanted), *last])
        else:
            text = _one_by_one(meta.db_table, wanted, [field for field, _value in fixed])
            cursor.executemany(text, [[*(_stored(field, row) for field in wanted), *last] for row in rows])


def _as_json(rows: Sequence[models.Model], fields: Sequence[AnyField]) -> str:
    """Return the values of these fields of rows as PostgreSQL's json_to_recordset reads them."""
    return json.dumps([{field.column: getattr(row, field.attname) for field in fields} for row in rows], default=_text)


def _text(value: object) -> str:
    """Return a value that JSON has no form for as the text that PostgreSQL reads."""
    if isinstance(value, _AS_TEXT):
        return str(value)
    raise TypeError(f"A {type(value).__name__} cannot be stored.")


# Only names of tables, columns and types are in the texts.
def _one_by_one(table: str, columns: Sequence[AnyField], fixed: Sequence[AnyField]) -> str:
    """Return the statement for one row; the last of ``columns`` is the primary key."""
    *wanted, key = (_quoted(field) for field in columns)
    setting = ", ".join(f"{name} = %s" for name in wanted)
    where = " AND ".join(f"{name} = %s" for name in (key, *map(_quoted, fixed)))
    return f"UPDATE {connection.ops.quote_name(table)} SET {setting} WHERE {where}"  # noqa: S608


def _as_one(table: str, columns: Sequence[AnyField], fixed: Sequence[AnyField]) -> str:
    """Return the statement for any number of rows, whose values it joins as a table."""
    *wanted, key = (_quoted(field) for field in columns)
    name = connection.ops.quote_name(table)
    setting = ", ".join(f"{column} = new_rows.{column}" for column in wanted)
    where = " AND ".join([f"{name}.{key} = new_rows.{key}", *(f"{name}.{_quoted(field)} = %s" for field in fixed)])
    rows = f"{_recordset(columns)}"
    return f"UPDATE {name} SET {setting} FROM {rows} WHERE {where}"  # noqa: S608


def _recordset(columns: Sequence[AnyField]) -> str:
    """Return the table ``new_rows`` of the values that are the statement's first parameter.

    As one JSON text they are written in C; psycopg takes ten times as long to write them one by one, or as arrays. The
    statement is the same for any number of rows. The types have no length, because a cast to a length would cut off
    what is too long.
    """
    typed = (f"{_quoted(field)} {str(field.db_type(connection)).partition('(')[0]}" for field in columns)
    return f"json_to_recordset(CAST(%s AS json)) AS new_rows ({', '.join(typed)})"


def _quoted(field: AnyField) -> str:
    return connection.ops.quote_name(str(field.column))
