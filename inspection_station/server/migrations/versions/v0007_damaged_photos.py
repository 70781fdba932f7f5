"""Photos that were found changed or gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    names = ("sha256", "found_at", "what", "mended_at", "mended_from")
    op.create_table(
        "damaged_photo",
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.PrimaryKeyConstraint("sha256", "found_at", name=op.f("pk_damaged_photo")),
    )
