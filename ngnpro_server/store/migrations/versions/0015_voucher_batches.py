"""Add the table of batches of vouchers; those that exist get one for each name, value and reseller."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0015"
down_revision = "0014"

_CARDS = sa.table(
    "prepaid_cards",
    sa.column("batch", sa.String),
    sa.column("batch_id", types.Id()),
    sa.column("reseller_id", types.Id()),
    sa.column("value", types.Money()),
    sa.column("used_by", sa.String),
)


def upgrade() -> None:
    batches = op.create_table(
        "voucher_batches",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name_key", types.Key(length=192), nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("prefix", sa.String(length=5), server_default="", nullable=False),
        *(_number(name) for name in ("digits", "count", "used")),
        sa.Column("value", types.Money(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("exported", sa.DateTime(), nullable=True),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_batches")),
        sa.UniqueConstraint("reseller_id", "name_key", name=op.f("uq_voucher_batches_reseller_id_name_key")),
        sqlite_autoincrement=True,
    )
    for scope in ([], ["reseller_id"]):
        for column in ("change_date", "name_key"):
            name = "_".join(["ix_voucher_batches", *("reseller" for _one in scope), column, "id"])
            op.create_index(name, "voucher_batches", [*scope, column, "id"])
    op.add_column("prepaid_cards", _key("batch_id"))
    _move(op.get_bind(), batches)
    op.drop_column("prepaid_cards", "batch")
    op.create_index("ix_prepaid_cards_batch_id", "prepaid_cards", ["batch_id"])
    op.create_index("ix_prepaid_cards_number", "prepaid_cards", ["number"])


def _move(connection: sa.Connection, batches: sa.Table) -> None:
    """Make a batch for the vouchers of each name, value and reseller; they count as exported, as they were printed."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    keys = (_CARDS.c.batch, _CARDS.c.reseller_id, _CARDS.c.value)
    used = sa.func.sum(sa.case((_CARDS.c.used_by != "", 1), else_=0))
    groups = connection.execute(sa.select(*keys, sa.func.count(), used).group_by(*keys).order_by(*keys)).all()
    for number, (batch, reseller, value, count, spent) in enumerate(groups, 1):
        name = f"{batch[:40]} ({number})" if batch else f"({number})"
        row = {"name": name, "name_key": name.casefold(), "reseller_id": reseller, "value": value, "digits": 14}
        row |= {"count": count, "used": spent, "blocked": False, "exported": now, "change_date": now, "prefix": ""}
        made = connection.execute(batches.insert().values(**row)).inserted_primary_key
        here = sa.and_(*(column == value for column, value in zip(keys, (batch, reseller, value), strict=True)))
        connection.execute(sa.update(_CARDS).where(here).values(batch_id=made[0] if made is not None else 0))


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, types.Id(), server_default="0", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def downgrade() -> None:
    for name in ("number", "batch_id"):
        op.drop_index(f"ix_prepaid_cards_{name}", "prepaid_cards")
    op.add_column("prepaid_cards", sa.Column("batch", sa.String(length=64), server_default="", nullable=False))
    op.drop_column("prepaid_cards", "batch_id")
    op.drop_table("voucher_batches")
