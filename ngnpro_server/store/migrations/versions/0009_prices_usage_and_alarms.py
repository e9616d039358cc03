"""Create the tables of prices, of what calls cost, of alarms, and of the state of gateways and phones."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0009"
down_revision = "0008"

TABLES = ("turns", "health_samples", "gateway_states", "alarms", "called_countries", "month_usage", "rated_calls")


def upgrade() -> None:
    op.create_table(
        "prices",
        sa.Column("reseller_id", types.Id(), autoincrement=False, nullable=False),
        sa.Column("prefix", types.Key(length=15), nullable=False),
        sa.Column("destination", sa.String(length=64), server_default="", nullable=False),
        sa.Column("per_minute", types.Money(), nullable=False),
        sa.Column("connect_fee", types.Money(), nullable=False),
        sa.Column("increment", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("reseller_id", "prefix", name=op.f("pk_prices")),
    )
    _create_usage()
    _create_alarms()
    _create_health()


def _create_usage() -> None:
    op.create_table(
        "rated_calls",
        sa.Column("call_id", types.Id(), autoincrement=False, nullable=False),
        sa.Column("start_time", sa.DateTime(), nullable=False),
        sa.Column("account_id", types.Id(), server_default="0", nullable=False),
        sa.Column("stop_time", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("price", types.Money(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "start_time", name=op.f("pk_rated_calls")),
    )
    op.create_index("ix_rated_calls_account_stop_time", "rated_calls", ["account_id", "stop_time"])
    op.create_index("ix_rated_calls_stop_time", "rated_calls", ["stop_time"])
    op.create_table(
        "month_usage",
        sa.Column("account_id", types.Id(), autoincrement=False, nullable=False),
        sa.Column("month", types.Key(length=7), nullable=False),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost", types.Money(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("held_at", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_month_usage")),
    )
    op.create_index("ix_month_usage_held", "month_usage", ["held"])


def _create_alarms() -> None:
    op.create_table(
        "called_countries",
        sa.Column("customer_id", types.Id(), autoincrement=False, nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "country", name=op.f("pk_called_countries")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("kind", types.Key(length=16), nullable=False),
        sa.Column("period", types.Key(length=16), nullable=False),
        sa.Column("account_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("username", sa.String(length=64), server_default="", nullable=False),
        sa.Column("domain", sa.String(length=253), server_default="", nullable=False),
        sa.Column("value", sa.String(length=64), server_default="", nullable=False),
        sa.Column("threshold", sa.String(length=64), server_default="", nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint("account_id", "kind", "period", name=op.f("uq_alarms_account_id_kind_period")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarms_told", "alarms", ["told", "id"])
    op.create_index("ix_alarms_closed_reseller", "alarms", ["closed", "reseller_id", "id"])


def _create_health() -> None:
    op.create_table(
        "gateway_states",
        sa.Column("gateway_id", types.Id(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("checked", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("gateway_id", name=op.f("pk_gateway_states")),
    )
    op.create_table(
        "health_samples",
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("phones", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calls", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("time", name=op.f("pk_health_samples")),
    )
    op.create_table(
        "turns",
        sa.Column("name", types.Key(length=16), nullable=False),
        sa.Column("taken", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    for table in (*TABLES, "prices"):
        op.drop_table(table)
