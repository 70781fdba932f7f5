"""Versions of rule files, and how a thing was before and after a change of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the columns of the log."""
    names = ("id", "kind", "category", "name", "version", "sha256", "text", "loaded_at", "loaded_by", "in_force_from",
             "in_force_by")  # fmt: skip
    op.create_table(
        "rule_file",
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_file")),
    )
    op.create_index("uq_rule_file_sha256", "rule_file", ["sha256"], unique=True)
    for name in ("before", "after"):
        op.add_column("rights_change", sa.Column(name, sa.Text(), nullable=False, server_default=""))
