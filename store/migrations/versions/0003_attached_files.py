"""What attached files said, and which pages link to them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = [
    "pdf",
    "docx",
    "xlsx",
    "txt",
    "doc",
    "xls",
    "ppt",
    "pptx",
    "wps",
    "et",
    "ofd",
    "rtf",
    "html",
    "image",
    "scanned",
    "archive",
    "other",
    "encrypted",
    "truncated",
    "damaged",
    "garbled",
    "bomb",
    "too_big",
    "too_slow",
]


def upgrade() -> None:
    """Apply this step; files fetched before it are read when they are next fetched."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "file",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"kind IN ({kinds})", name="ck_kind"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"]),
        sa.PrimaryKeyConstraint("url", "sha256"),
    )
    op.create_index("ix_file_sha256", "file", ["sha256"], unique=False)
    op.create_table(
        "page_file",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"]),
        sa.PrimaryKeyConstraint("page_id", "url"),
    )
    op.create_index("ix_page_file_url", "page_file", ["url"], unique=False)
