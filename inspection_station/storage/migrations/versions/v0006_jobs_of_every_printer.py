"""Print jobs of every printer of the bench, not of the label printer alone."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_STATEMENTS = (
    "ALTER TABLE print_jobs ADD COLUMN purpose TEXT DEFAULT 'inspection_label' NOT NULL",
    "ALTER TABLE print_jobs ADD COLUMN document BLOB DEFAULT x'' NOT NULL",
    "ALTER TABLE print_jobs ADD COLUMN size TEXT DEFAULT '' NOT NULL",
    "DROP INDEX ix_print_jobs_open",
    "CREATE INDEX ix_print_jobs_open ON print_jobs (purpose, position) WHERE state IN ('queued', 'failed')",
)


def upgrade() -> None:
    """Add what a job of another printer needs; the jobs there are stay those of inspection labels."""
    for statement in _STATEMENTS:
        op.execute(statement)
