"""What the last check writes, notices to colleagues, replies by e-mail, and steps on what could not be delivered."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006_sending"
down_revision = "0005_review"


def upgrade() -> None:
    """New columns with what they mean for rows that are there, and one table."""
    _outbox()
    op.add_column("drafts", sa.Column("replies_to", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("colleagues", sa.Column("timezone", sa.String(), nullable=True))
    _addresses()
    _steps()


def _outbox() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("run_id", existing_type=sa.String(), nullable=True)
        outbox.alter_column("customer_id", existing_type=sa.String(), nullable=True)
        outbox.add_column(sa.Column("play", sa.String(), nullable=True))
        outbox.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        outbox.add_column(sa.Column("replies_to", sa.Text(), nullable=False, server_default="[]"))
        outbox.add_column(sa.Column("until", sa.Text(), nullable=False, server_default='""'))
    op.create_index("ix_outbox_tenant_id_receipt", "outbox", ["tenant_id", "receipt"])


def _addresses() -> None:
    """Who writes by e-mail is found by the address."""
    op.add_column("customers", sa.Column("email", sa.Text(), nullable=True))
    customers = sa.table(
        "customers",
        *(sa.column(name, sa.String()) for name in ("tenant_id", "id", "email", "document")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(customers.c.tenant_id, customers.c.id, customers.c.document)).all():
        stated = json.loads(row.document).get("email")
        if isinstance(stated, str) and stated.strip():
            own = (customers.c.tenant_id == row.tenant_id) & (customers.c.id == row.id)
            address = json.dumps(stated.strip().casefold())
            connection.execute(sa.update(customers).where(own).values(email=address))
    op.create_index("ix_customers_tenant_id_email", "customers", ["tenant_id", "email"])


def _steps() -> None:
    op.create_table(
        "delivery_steps",
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key"], ["outbox.tenant_id", "outbox.key"], name="fk_delivery_steps_outbox"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", "number", name="pk_delivery_steps"),
    )
    op.create_index("ix_delivery_steps_tenant_id_customer_id", "delivery_steps", ["tenant_id", "customer_id"])
