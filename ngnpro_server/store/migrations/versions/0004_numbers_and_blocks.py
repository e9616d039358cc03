"""Make SQLite never reuse ids, and store the level that may unblock an account."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# the tables whose ids clients see; only SQLite reuses the id of the last row after it was deleted
_NUMBERED = ("customers", "prepaid_cards", "carriers", "gateways", "gateway_rules", "routes", "enum_mappings")
_CUSTOMER, _RESELLER = 1, 2

_accounts = sa.table("sip_accounts", sa.column("id"), sa.column("blocked_level"))
_groups = sa.table("account_groups", sa.column("account_id"), sa.column("name"))
_properties = sa.table("account_properties", *(sa.column(name) for name in ("account_id", "name", "value")))


def upgrade() -> None:
    _rebuild(sqlite_autoincrement=True)
    op.add_column("sip_accounts", sa.Column("blocked_level", sa.Integer(), server_default="0", nullable=False))
    _note_blocks()


def downgrade() -> None:
    op.drop_column("sip_accounts", "blocked_level")
    _rebuild(sqlite_autoincrement=False)


def _rebuild(**options: bool) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for table in _NUMBERED:
        with op.batch_alter_table(table, recreate="always", table_kwargs=options):
            pass
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise ValueError(f"{len(broken)} rows refer to rows that are not there; nothing was migrated.")


def _note_blocks() -> None:
    """Set the level of each block from the property ``blocked_by``; without the property it is the reseller's."""
    notes = _properties.c.name == "blocked_by"
    blocked = sa.select(_groups.c.account_id).where(_groups.c.name == "blocked")
    customers = sa.select(_properties.c.account_id).where(notes, _properties.c.value == "customer")
    by_customer = _accounts.c.id.in_(customers)
    level = sa.case((by_customer, _CUSTOMER), else_=_RESELLER)
    op.execute(_accounts.update().where(_accounts.c.id.in_(blocked)).values(blocked_level=level))
    stale = sa.or_(_properties.c.account_id.not_in(blocked), _properties.c.value != "customer")
    op.execute(_properties.delete().where(notes, stale))
    theirs = sa.select(_accounts.c.id, sa.literal("blocked_by"), sa.literal("reseller"))
    op.execute(_properties.insert().from_select(["account_id", "name", "value"], theirs.where(_level_is(_RESELLER))))


def _level_is(level: int) -> sa.ColumnElement:
    return _accounts.c.blocked_level == level
