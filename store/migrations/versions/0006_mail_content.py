"""What mails have in common is stored once; an alarm says what was tried and whom it touches.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; messages stored whole stay whole, open alarms say nothing new."""
    op.create_table(
        "mail_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    # In words of its own: alembic cannot add a column that refers to a table on SQLite, and
    # rebuilding `delivery`, which `alert` refers to, breaks that table's foreign key.
    op.execute("ALTER TABLE delivery ADD COLUMN content_id INTEGER REFERENCES mail_content (id)")
    for name in ("tried", "affects"):
        op.add_column("alarm", sa.Column(name, sa.String(), nullable=False, server_default=""))
