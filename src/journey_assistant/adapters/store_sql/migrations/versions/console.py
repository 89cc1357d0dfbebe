"""What colleagues sign in with, their sessions, and what was done with drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0004_console"
down_revision = "0003_conversations"


def upgrade() -> None:
    """New tables; nobody has a password yet, and drafts that were decided before have no steps."""
    _credentials()
    _sessions()
    _draft_changes()


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("colleague_id", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "colleague_id"],
            ["colleagues.tenant_id", "colleagues.id"],
            name="fk_credentials_colleagues",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "colleague_id", name="pk_credentials"),
        sa.UniqueConstraint("tenant_id", "email", name="uq_credentials_tenant_id_email"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("colleague_id", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "colleague_id"],
            ["colleagues.tenant_id", "colleagues.id"],
            name="fk_sessions_colleagues",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_tenant_id_colleague_id", "sessions", ["tenant_id", "colleague_id"])
    op.create_index("ix_sessions_tenant_id_expires_at", "sessions", ["tenant_id", "expires_at"])


def _draft_changes() -> None:
    op.create_table(
        "draft_changes",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "draft_id"], ["drafts.tenant_id", "drafts.id"], name="fk_draft_changes_drafts"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "draft_id", "version", "state", name="pk_draft_changes"),
    )
    op.create_index("ix_draft_changes_tenant_id_customer_id", "draft_changes", ["tenant_id", "customer_id"])
