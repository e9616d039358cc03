"""Create the tables of DNS zones, their records, and the e-mail aliases and redirects kept with them."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0011"
down_revision = "0010"

_SCOPES = ("", "customer", "reseller", "owner", "outsider", "zone")
_ORDERS = (("change_date", "id"), ("type", "name", "id"), ("name", "id"))


def upgrade() -> None:
    op.create_table(
        "dns_zones",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("name", types.Key(length=253), nullable=False),
        sa.Column("info", sa.String(length=255), server_default="", nullable=False),
        sa.Column("info_key", types.Key(length=765), nullable=False),
        sa.Column("email", sa.String(length=254), server_default="", nullable=False),
        sa.Column("nameservers", sa.Text(), nullable=False),
        sa.Column("ttl", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("minimum", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("retry", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("expire", sa.Integer(), server_default="1209600", nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dns_zones")),
        sa.UniqueConstraint("name", name=op.f("uq_dns_zones_name")),
        sqlite_autoincrement=True,
    )
    for scope in ("", "customer", "reseller"):
        _index("dns_zones", scope, ("change_date", "id"))
        if scope:
            _index("dns_zones", scope, ("name",))
    _create_records("dns_records", 253)
    _create_records("dns_fancy_records", 320)


def _create_records(table: str, length_of_name: int) -> None:
    op.create_table(
        table,
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("zone_id", types.Id(), nullable=False),
        sa.Column("zone", types.Key(length=253), nullable=False),
        sa.Column("name", types.Key(length=length_of_name), nullable=False),
        sa.Column("dns_name", types.Key(length=length_of_name), nullable=False),
        sa.Column("type", types.Key(length=10), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("value_key", types.Key(length=765), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ttl", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("owner_id", types.Id(), server_default="0", nullable=False),
        sa.Column("outsider_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["zone_id"], ["dns_zones.id"], name=op.f(f"fk_{table}_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_dns_name", table, ["dns_name"])
    _index(table, "zone_id", ("name", "type", "id"))
    _index(table, "", ("value_key", "id"))
    for scope in _SCOPES:
        for order in _ORDERS:
            _index(table, scope, order)


def _index(table: str, scope: str, order: tuple[str, ...]) -> None:
    column = scope if scope in ("", "zone", "zone_id") else f"{scope}_id"
    columns = [*([column] if column else []), *order]
    op.create_index(f"ix_{table}_{'_'.join(one.removesuffix('_id') for one in columns)}", table, columns)


def downgrade() -> None:
    for table in ("dns_fancy_records", "dns_records", "dns_zones"):
        op.drop_table(table)
