"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Tables in the order in which they refer to each other."""
    _accounts()
    _colleagues()
    _events()
    _runs()
    _actions()
    _customers()
    _drafts()
    _handoffs()
    _holds()
    _outbox()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_accounts"),
    )


def _colleagues() -> None:
    op.create_table(
        "colleagues",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_colleagues"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "id", name="pk_events"),
    )
    op.create_index("ix_events_tenant_id_customer_id_at_id", "events", ["tenant_id", "customer_id", "at", "id"])
    op.create_index(
        "ix_events_tenant_id_customer_id_type_topic_at_id",
        "events",
        ["tenant_id", "customer_id", "type", "topic", "at", "id"],
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("moment_key", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("now_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("play", sa.String(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_runs"),
        sa.UniqueConstraint("tenant_id", "moment_key", name="uq_runs_tenant_id_moment_key"),
    )
    op.create_index("ix_runs_tenant_id_customer_id_now_at_id", "runs", ["tenant_id", "customer_id", "now_at", "id"])
    op.create_index("ix_runs_tenant_id_now_at_id", "runs", ["tenant_id", "now_at", "id"])


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name="fk_actions_runs"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_actions"),
    )
    op.create_index("ix_actions_tenant_id_created_at_id", "actions", ["tenant_id", "created_at", "id"])
    op.create_index("ix_actions_tenant_id_customer_id", "actions", ["tenant_id", "customer_id"])
    op.create_index("ix_actions_tenant_id_run_id", "actions", ["tenant_id", "run_id"])


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["accounts.tenant_id", "accounts.id"], name="fk_customers_accounts"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_customers"),
    )
    op.create_index("ix_customers_tenant_id_account_id", "customers", ["tenant_id", "account_id"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("play", sa.String(), nullable=True),
        sa.Column("reviewer", sa.String(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name="fk_drafts_runs"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_drafts"),
    )
    op.create_index(
        "ix_drafts_tenant_id_customer_id_created_at_id",
        "drafts",
        ["tenant_id", "customer_id", "created_at", "id"],
    )
    op.create_index("ix_drafts_tenant_id_run_id", "drafts", ["tenant_id", "run_id"])
    op.create_index("ix_drafts_tenant_id_state_created_at_id", "drafts", ["tenant_id", "state", "created_at", "id"])


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name="fk_handoffs_runs"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_handoffs"),
    )
    op.create_index("ix_handoffs_tenant_id_created_at_id", "handoffs", ["tenant_id", "created_at", "id"])
    op.create_index("ix_handoffs_tenant_id_customer_id", "handoffs", ["tenant_id", "customer_id"])
    op.create_index("ix_handoffs_tenant_id_run_id", "handoffs", ["tenant_id", "run_id"])


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name="fk_holds_runs"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_holds"),
    )
    op.create_index("ix_holds_tenant_id_created_at_id", "holds", ["tenant_id", "created_at", "id"])
    op.create_index("ix_holds_tenant_id_customer_id", "holds", ["tenant_id", "customer_id"])
    op.create_index("ix_holds_tenant_id_run_id", "holds", ["tenant_id", "run_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], ["runs.tenant_id", "runs.id"], name="fk_outbox_runs"),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_outbox"),
        sa.UniqueConstraint(
            "tenant_id", "draft_id", "draft_version", name="uq_outbox_tenant_id_draft_id_draft_version"
        ),
    )
    op.create_index("ix_outbox_tenant_id_customer_id", "outbox", ["tenant_id", "customer_id"])
    op.create_index("ix_outbox_tenant_id_due_at_key", "outbox", ["tenant_id", "due_at", "key"])
    op.create_index("ix_outbox_tenant_id_run_id", "outbox", ["tenant_id", "run_id"])
