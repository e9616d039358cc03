"""Add ``outsider_id`` (an owner who is not the customer) with its indexes, and counts of groups."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0003"
down_revision = "0002"

_ORDERS = {
    "sip_accounts": (("change_date", "id"), ("username", "domain"), ("domain", "username")),
    "sip_aliases": (
        ("change_date", "id"),
        ("username", "domain"),
        ("domain", "username"),
        ("target_username", "target_domain", "id"),
        ("target_domain", "target_username", "id"),
    ),
    "enum_numbers": (("change_date", "id"), ("number", "tld"), ("tld", "number")),
}
_KINDS = {"sip_accounts": "account", "sip_aliases": "alias", "enum_numbers": "number"}

_accounts = sa.table("sip_accounts", *(sa.column(name) for name in ("id", "customer_id", "reseller_id")))
_groups = sa.table("account_groups", sa.column("account_id"), sa.column("name"))
_counts = sa.table("counts", *(sa.column(name) for name in ("kind", "scope", "key", "number")))


def upgrade() -> None:
    for table, orders in _ORDERS.items():
        op.add_column(table, sa.Column("outsider_id", types.Id(), server_default="0", nullable=False))
        for order in orders:
            op.create_index(_index(table, order), table, ["outsider_id", *order])
        owned = sa.table(table, *(sa.column(name) for name in ("owner_id", "customer_id", "outsider_id")))
        outsiders = owned.c.owner_id != owned.c.customer_id
        op.execute(owned.update().where(outsiders).values(outsider_id=owned.c.owner_id))
        _count(_KINDS[table], "outsider_id", owned, owned.c.outsider_id)
    members = _groups.join(_accounts, _accounts.c.id == _groups.c.account_id)
    _count("group", "all", members, sa.literal(""))
    _count("group", "name", members, _groups.c.name)
    for scope in ("customer_id", "reseller_id"):
        holder = sa.cast(_accounts.c[scope], sa.String(20))
        _count("group", scope, members, holder + " " + _groups.c.name, _accounts.c[scope])


def downgrade() -> None:
    op.execute(_counts.delete().where(sa.or_(_counts.c.kind == "group", _counts.c.scope == "outsider_id")))
    for table, orders in _ORDERS.items():
        for order in orders:
            op.drop_index(_index(table, order), table_name=table)
        op.drop_column(table, "outsider_id")


def _index(table: str, order: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(name.removesuffix('_id') for name in ('outsider_id', *order))}"


def _count(kind: str, scope: str, source: sa.FromClause, key: sa.ColumnElement, value=None) -> None:
    """Count the existing records per key; records without a holder (0) are not counted."""
    value = key if value is None else value
    numbers = sa.select(key.label("key"), sa.func.count().label("number")).select_from(source).group_by(key)
    if scope.endswith("_id"):
        numbers = numbers.where(value != 0)
    connection = op.get_bind()
    rows = [
        {"kind": kind, "scope": scope, "key": str(row.key), "number": row.number}
        for row in connection.execute(numbers)
        if row.number
    ]
    if rows:
        connection.execute(_counts.insert(), rows)
