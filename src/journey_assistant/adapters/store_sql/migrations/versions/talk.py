"""What colleagues have seen of a conversation, and tries to sign in, which count for all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0007_talk"
down_revision = "0006_sending"


def upgrade() -> None:
    """A column that begins with nothing seen, and one table."""
    op.add_column("conversations", sa.Column("seen_seq", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "login_tries",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_login_tries"),
    )
    op.create_index("ix_login_tries_tenant_id_until_at", "login_tries", ["tenant_id", "until_at"])
