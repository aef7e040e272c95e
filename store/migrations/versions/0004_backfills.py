"""Backfills: which runs are some, and where a column's goes on.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; no run was a backfill so far."""
    op.add_column("run", sa.Column("backfill", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("column_state", sa.Column("backfill", sa.JSON(), nullable=True))
