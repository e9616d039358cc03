"""Store the time of the last successful login of a user from a source."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("login_failures", sa.Column("last_success", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("login_failures", "last_success")
