"""Add the tables of rating profiles, of how much domains are used, and of the calls of the interface."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0013"
down_revision = "0012"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        "rating_profiles",
        sa.Column("entity", types.Key(length=340), nullable=False),
        sa.Column("domain", types.Key(length=253), nullable=False),
        *(_text(name) for name in ("weekday", "weekday_alt", "weekend", "weekend_alt", "timezone")),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_rating_profiles")),
    )
    op.create_index("ix_rating_profiles_domain", "rating_profiles", ["domain"])
    op.create_table(
        "domain_usage",
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("domain", types.Key(length=253), nullable=False),
        *(_number(name) for name in ("registered", "calls", "seconds")),
        sa.PrimaryKeyConstraint("time", "domain", name=op.f("pk_domain_usage")),
    )
    op.create_table(
        "call_counts",
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("operation", types.Key(length=64), nullable=False),
        sa.Column("source", types.Key(length=45), nullable=False),
        *(_number(name) for name in ("calls", "faults", "milliseconds")),
        sa.PrimaryKeyConstraint("time", "operation", "source", name=op.f("pk_call_counts")),
    )


def downgrade() -> None:
    for name in ("call_counts", "domain_usage", "rating_profiles"):
        op.drop_table(name)
