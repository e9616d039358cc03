"""Store the names of people and companies without accents, so that "gunes" finds "Güneş"."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from ngnpro_server.accents import fold_accents
from ngnpro_server.values import fold

revision = "0016"
down_revision = "0015"

NAMES = {"sip_accounts": ("first_name", "last_name"), "customers": ("first_name", "last_name", "organization", "city")}
ROWS = 5000


def upgrade() -> None:
    for table, names in NAMES.items():
        for name in names:
            _store(table, name, fold_accents)


def downgrade() -> None:
    for table, names in NAMES.items():
        for name in names:
            _store(table, name, fold)


def _store(name: str, column: str, fold_text: Any) -> None:
    table = sa.table(name, *(sa.column(one) for one in ("id", column, f"{column}_key")))
    key = table.c[f"{column}_key"]
    change = sa.update(table).where(table.c.id == sa.bindparam("row")).values({key: sa.bindparam("text")})
    connection = op.get_bind()
    for rows in _rows(connection, sa.select(table.c.id, table.c[column], key)):
        texts = ((row[0], row[2], fold_text(row[1])) for row in rows if not row[1].isascii())
        changed = [{"row": row, "text": text} for row, before, text in texts if text != before]
        if changed:
            connection.execute(change, changed)


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[Any]]:
    """Yield the rows of a table in parts, by id."""
    last, number = 0, query.selected_columns["id"]
    while rows := list(connection.execute(query.where(number > last).order_by(number).limit(ROWS))):
        yield rows
        last = rows[-1][0]
