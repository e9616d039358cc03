"""Create the table of what the SIP proxies have loaded."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "proxy_loads",
        sa.Column("topic", types.Key(length=16), nullable=False),
        sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("loaded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_proxy_loads")),
    )


def downgrade() -> None:
    op.drop_table("proxy_loads")
