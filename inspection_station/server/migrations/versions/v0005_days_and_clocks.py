"""Finding a station's records of some days; what its clocks said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add an index and a table."""
    op.create_index(op.f("ix_record_station_id_id"), "record", ["station_id", "id"], unique=False)
    op.create_table(
        "station_clock",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("wall_ms", LARGE, nullable=False),
        sa.Column("monotonic_ms", LARGE, nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_clock")),
    )
