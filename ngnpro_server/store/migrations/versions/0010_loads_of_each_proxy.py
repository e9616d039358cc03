"""Store for each SIP proxy what it has loaded."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "proxy_nodes",
        sa.Column("topic", types.Key(length=16), nullable=False),
        sa.Column("node", types.Key(length=255), nullable=False),
        sa.Column("loaded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("topic", "node", name=op.f("pk_proxy_nodes")),
    )
    for column in ("loaded", "loaded_at", "error"):
        op.drop_column("proxy_loads", column)


def downgrade() -> None:
    op.add_column("proxy_loads", sa.Column("loaded", sa.Integer(), server_default="0", nullable=False))
    op.add_column("proxy_loads", sa.Column("loaded_at", sa.DateTime(), nullable=True))
    op.add_column("proxy_loads", sa.Column("error", sa.String(length=255), server_default="", nullable=False))
    op.drop_table("proxy_nodes")
