"""Index the addresses of contacts, so that those that lead to an account are found before it is deleted."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_phonebook_uri", "phonebook", ["uri"])


def downgrade() -> None:
    op.drop_index("ix_phonebook_uri", "phonebook")
