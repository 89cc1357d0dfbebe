"""Jobs, identities, and the name under which an event came."""

import sqlalchemy as sa
from alembic import op

revision = "0002_jobs"
down_revision = "0001"


def upgrade() -> None:
    """Two tables and a column."""
    op.add_column("events", sa.Column("came_as", sa.String(), nullable=True))
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_jobs"),
    )
    op.create_index("ix_jobs_tenant_id_state_run_at", "jobs", ["tenant_id", "state", "run_at"])
    op.create_index("ix_jobs_tenant_id_customer_id", "jobs", ["tenant_id", "customer_id"])
    op.create_table(
        "identities",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "alias", name="pk_identities"),
    )
    op.create_index("ix_identities_tenant_id_customer_id", "identities", ["tenant_id", "customer_id"])
