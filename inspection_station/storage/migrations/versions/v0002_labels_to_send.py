"""Labels that wait are found without reading all that were ever sent."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index what is still to be sent and what nobody knows the end of; sent labels are in neither."""
    op.execute("DROP INDEX ix_print_jobs_open")
    op.execute("CREATE INDEX ix_print_jobs_open ON print_jobs (position) WHERE state IN ('queued', 'failed')")
    op.execute("CREATE INDEX ix_print_jobs_unknown ON print_jobs (detail, position) WHERE state = 'unknown'")
