"""Conversations, their entries and files, the state of issues, revoked tokens; and what became of the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003_conversations"
down_revision = "0002_jobs"


def upgrade() -> None:
    """New tables, and new columns of the outbox: what stands there is queued."""
    _conversations()
    _entries()
    _attachments()
    _case_states()
    _revoked_tokens()
    _deliveries()


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("visitor", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("answered_seq", sa.Integer(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("csat", sa.Integer(), nullable=True),
        sa.Column("handed_over_by", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("colleague", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("pickup_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handoffs", sa.Integer(), nullable=False),
        sa.Column("reassignments", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_conversations"),
    )
    for columns in (
        ["tenant_id", "customer_id", "updated_at"],
        ["tenant_id", "state", "queue", "updated_at"],
        ["tenant_id", "updated_at"],
    ):
        op.create_index(f"ix_conversations_{'_'.join(columns)}", "conversations", columns)


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("sent_key", sa.String(), nullable=True),
        sa.Column("body_sha256", sa.String(), nullable=True),
        _of_conversation("entries"),
        sa.PrimaryKeyConstraint("tenant_id", "conversation_id", "seq", name="pk_entries"),
        sa.UniqueConstraint(
            "tenant_id", "conversation_id", "sent_key", name="uq_entries_tenant_id_conversation_id_sent_key"
        ),
        sa.UniqueConstraint("tenant_id", "id", name="uq_entries_tenant_id_id"),
    )
    op.create_index("ix_entries_tenant_id_customer_id", "entries", ["tenant_id", "customer_id"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _of_conversation("attachments"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_tenant_id_customer_id", "attachments", ["tenant_id", "customer_id"])
    op.create_index("ix_attachments_tenant_id_conversation_id", "attachments", ["tenant_id", "conversation_id"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "conversation_id"],
        ["conversations.tenant_id", "conversations.id"],
        name=f"fk_{table}_conversations",
    )


def _case_states() -> None:
    op.create_table(
        "case_states",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_case_states"),
    )
    columns = ["tenant_id", "customer_id", "updated_at"]
    op.create_index("ix_case_states_tenant_id_customer_id_updated_at", "case_states", columns)


def _revoked_tokens() -> None:
    op.create_table(
        "revoked_tokens",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_revoked_tokens"),
    )


def _deliveries() -> None:
    empty = '""'
    for column in (
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False, server_default="queued"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False, server_default=empty),
        sa.Column("error", sa.Text(), nullable=False, server_default=empty),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("outbox", column)
    columns = ["tenant_id", "state", "channel", "due_at"]
    op.create_index("ix_outbox_tenant_id_state_channel_due_at", "outbox", columns)
