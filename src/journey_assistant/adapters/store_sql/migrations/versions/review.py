"""Drafts are put aside and handed on, alerts are done, and what was decided is a chain of hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0005_review"
down_revision = "0004_console"


def upgrade() -> None:
    """New columns; the steps of drafts are numbered; the chain begins empty, with what is done from now on."""
    op.add_column("drafts", sa.Column("step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("drafts", sa.Column("words_by", sa.String(), nullable=True))
    op.add_column("drafts", sa.Column("snoozed_until_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("drafts", sa.Column("wakes_on", sa.String(), nullable=True))
    op.add_column("handoffs", sa.Column("done_by", sa.String(), nullable=True))
    op.add_column("handoffs", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    _number_steps()
    op.execute("UPDATE drafts SET words_by = decided_by WHERE version > 1 AND state = 'pending'")
    counted = "SELECT count(*) FROM draft_changes c WHERE c.tenant_id = drafts.tenant_id AND c.draft_id = drafts.id"
    op.execute(f"UPDATE drafts SET step = ({counted})")  # no value of anybody in it
    _audit()


def _number_steps() -> None:
    """The table anew: a step is known by its number, not by version and state."""
    op.execute("CREATE TABLE draft_changes_before AS SELECT * FROM draft_changes")
    op.drop_table("draft_changes")
    columns = ("tenant_id", "draft_id", "version", "state", "customer_id", "subject", "text", "by", "at", "why")
    op.create_table(
        "draft_changes",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
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
        sa.PrimaryKeyConstraint("tenant_id", "draft_id", "step", name="pk_draft_changes"),
    )
    named = ", ".join(f'"{name}"' for name in columns)
    numbered = "row_number() OVER (PARTITION BY tenant_id, draft_id ORDER BY version, at)"
    kind = "CASE state WHEN 'pending' THEN 'edited' ELSE state END"
    op.execute(
        f"INSERT INTO draft_changes ({named}, step, kind) "  # names of columns only
        f"SELECT {named}, {numbered}, {kind} FROM draft_changes_before"
    )
    op.drop_table("draft_changes_before")
    op.create_index("ix_draft_changes_tenant_id_customer_id", "draft_changes", ["tenant_id", "customer_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name="pk_audit"),
    )
