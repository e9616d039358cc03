"""Create the tables of changes of counts and of named locks, so that calls do not wait for one another."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "count_changes",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("kind", types.Key(length=16), nullable=False),
        sa.Column("scope", types.Key(length=16), nullable=False),
        sa.Column("key", types.Key(length=253), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_changes")),
    )
    op.create_index("ix_count_changes_kind_scope_key", "count_changes", ["kind", "scope", "key"], unique=False)
    op.create_table(
        "held_names",
        sa.Column("name", types.Key(length=255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_held_names")),
    )


def downgrade() -> None:
    _fold()
    op.drop_table("held_names")
    op.drop_table("count_changes")


def _fold() -> None:
    """Add the changes to the stored counts, which are all that the previous revision has."""
    key = ("kind", "scope", "key")
    counts = sa.table("counts", *(sa.column(name) for name in (*key, "number")))
    changes = sa.table("count_changes", *(sa.column(name) for name in (*key, "change")))
    columns = [changes.c[name] for name in key]
    connection = op.get_bind()
    for row in connection.execute(sa.select(*columns, sa.func.sum(changes.c.change)).group_by(*columns)).all():
        same = [counts.c[name] == value for name, value in zip(key, row[:3], strict=True)]
        change = int(row[3])
        if not connection.execute(counts.update().where(*same).values(number=counts.c.number + change)).rowcount:
            connection.execute(counts.insert().values(**dict(zip(key, row[:3], strict=True)), number=change))
