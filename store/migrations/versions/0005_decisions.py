"""What operators decided about identity: which page parts are one policy, which are not.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; nobody has decided anything before it."""
    op.create_table(
        "decision",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("other_page_id", sa.Integer(), nullable=False),
        sa.Column("other_part", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("verdict IN ('together', 'apart')", name="ck_verdict"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"]),
        sa.ForeignKeyConstraint(["other_page_id"], ["page.id"]),
        sa.PrimaryKeyConstraint("page_id", "part", "other_page_id", "other_part"),
    )
    op.create_index("ix_decision_other", "decision", ["other_page_id", "other_part"], unique=False)
