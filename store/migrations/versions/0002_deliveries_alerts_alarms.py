"""Deliveries that back off, alerts that wait, alarms that stay open until their cause is gone.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; what 0001 stored stays, new columns begin empty or with their default."""
    # Plain ADD COLUMN: rebuilding a table that others refer to breaks their foreign keys.
    for column in (
        sa.Column("diffs", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("details", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("suspended_at", sa.String(length=32), nullable=True),
        sa.Column("suspended_why", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("subscription", column)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("digest_run_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("change_ids", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("cause", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("deferred_at", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.String(length=32), nullable=True))
        batch_op.create_index("ix_delivery_state", ["state"], unique=False)
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"]),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("change_id", "subscription_id"),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("ix_alert_delivery_id", ["delivery_id"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.String(length=32), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("acked_until", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(
            "ux_alarm_open",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
