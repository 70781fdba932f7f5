"""Parcels that are open or done at another bench, as the centre tells them."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_STATEMENTS = (
    """
    CREATE TABLE parcels_elsewhere (
        inspection_id TEXT NOT NULL,
        tracking_number TEXT NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (inspection_id)
    )
    """,
    "CREATE INDEX ix_parcels_elsewhere_number ON parcels_elsewhere (tracking_number, state)",
)


def upgrade() -> None:
    """Make the table; what it holds comes by the feed."""
    for statement in _STATEMENTS:
        op.execute(statement)
