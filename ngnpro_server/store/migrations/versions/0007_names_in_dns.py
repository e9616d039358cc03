"""Add the DNS names of ENUM ranges and numbers, which the database computes itself."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0007"
down_revision = "0006"

_COLUMNS = {"enum_ranges": "prefix", "enum_numbers": "number"}


def upgrade() -> None:
    # SQLite adds only columns that are computed when they are read, PostgreSQL knows only stored ones
    is_stored = op.get_bind().dialect.name != "sqlite"
    for table, digits in _COLUMNS.items():
        computed = sa.Computed(_dns_name(digits), persisted=is_stored)
        op.add_column(table, sa.Column("dns_name", types.Key(length=290), computed))
        op.create_index(f"ix_{table}_dns_name", table, ["dns_name"], unique=False)


def downgrade() -> None:
    for table in _COLUMNS:
        op.drop_index(f"ix_{table}_dns_name", table_name=table)
        op.drop_column(table, "dns_name")


def _dns_name(column):
    digits, name = sa.literal_column(column, sa.String()), sa.literal("")
    for place in range(15, 0, -1):
        digit = sa.func.substr(digits, place, 1) + sa.literal(".")
        name = name + sa.case((sa.func.length(digits) >= place, digit), else_=sa.literal(""))
    return name + sa.literal_column("tld", sa.String())
