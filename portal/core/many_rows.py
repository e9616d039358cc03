"""Storing many rows, each with values of its own, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def update_rows(rows: Sequence[models.Model], fields: Sequence[str], **only: Any) -> None:
    """Store these fields of rows of one model; only of rows that still have the values ``only`` in the database.

    This takes a tenth of the time of Django's ``bulk_update``, which builds one expression of all rows and fields.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns: dict[str, models.Field[Any, Any]] = {field.name: field for field in meta.concrete_fields}
    wanted = [columns[name] for name in fields]
    fixed = [(columns[name], value) for name, value in only.items()]
    quote = connection.ops.quote_name
    setting = ", ".join(f"{quote(str(field.column))} = %s" for field in wanted)
    where = " AND ".join(f"{quote(str(field.column))} = %s" for field in (meta.pk, *(field for field, _value in fixed)))
    last = [field.get_db_prep_value(value, connection) for field, value in fixed]
    values = [
        [
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in wanted),
            meta.pk.get_db_prep_value(row.pk, connection),
            *last,
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        # only names of tables and columns are in the text
        cursor.executemany(f"UPDATE {quote(meta.db_table)} SET {setting} WHERE {where}", values)  # noqa: S608
