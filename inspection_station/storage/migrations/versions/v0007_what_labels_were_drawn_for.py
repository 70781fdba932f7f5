"""Print jobs say what they were drawn for, what they are a reprint of, and what the print service calls them."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_STATEMENTS = (
    "ALTER TABLE print_jobs ADD COLUMN dpi_x INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE print_jobs ADD COLUMN dpi_y INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE print_jobs ADD COLUMN reprint_of TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE print_jobs ADD COLUMN ticket TEXT DEFAULT '' NOT NULL",
    "CREATE INDEX ix_print_jobs_ticket ON print_jobs (purpose, position) WHERE ticket <> ''",
)


def upgrade() -> None:
    """Add the columns; of the jobs there are none of it is known."""
    for statement in _STATEMENTS:
        op.execute(statement)
