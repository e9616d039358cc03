"""Store the addresses that diversions lead to, so that those to a deleted account are found."""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0012"
down_revision = "0011"

URI = re.compile(r"sips?:([^@\s]{1,64})@([^@\s;:?]{1,253})", re.IGNORECASE)
ROWS = 1000


def upgrade() -> None:
    for name, length in (("target_username", 64), ("target_domain", 253)):
        op.add_column("diversions", sa.Column(name, types.Key(length=length), server_default="", nullable=False))
    columns = [sa.column(name) for name in ("account_id", "condition", "target", "target_username", "target_domain")]
    diversions = sa.table("diversions", *columns)
    change = (
        sa.update(diversions)
        .where(
            diversions.c.account_id == sa.bindparam("account"),
            diversions.c.condition == sa.bindparam("kind"),
        )
        .values(target_username=sa.bindparam("user"), target_domain=sa.bindparam("host"))
    )
    connection = op.get_bind()
    found = list(_addresses(connection.execute(sa.select(*columns[:3]))))
    for first in range(0, len(found), ROWS):
        connection.execute(change, found[first : first + ROWS])
    op.create_index("ix_diversions_target", "diversions", ["target_domain", "target_username"])


def _addresses(rows: sa.CursorResult[tuple[int, str, str]]) -> Iterator[dict[str, object]]:
    for account, condition, target in rows:
        if address := URI.match(target):
            user, host = address[1].lower(), address[2].lower()
            yield {"account": account, "kind": condition, "user": user, "host": host}


def downgrade() -> None:
    op.drop_index("ix_diversions_target", "diversions")
    op.drop_column("diversions", "target_domain")
    op.drop_column("diversions", "target_username")
