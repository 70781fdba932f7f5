"""Indexes by which the history of the house finds items among a million."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

_STATEMENTS = (
    "CREATE INDEX ix_house_disposition ON custody_item (disposition, decided_at)",
    "CREATE INDEX ix_house_finding ON custody_item (finding, decided_at)",
    "CREATE INDEX ix_house_grade ON custody_item (grade, decided_at)",
    "CREATE INDEX ix_house_person ON custody_item (person, decided_at)",
    "CREATE INDEX ix_house_reason ON custody_item (reason, decided_at)",
    "CREATE INDEX ix_house_rt_tail ON custody_item (substr(rt_number, -4))",
    "CREATE INDEX ix_house_station ON custody_item (station, decided_at)",
    "CREATE INDEX ix_house_vendor ON custody_item (vendor, decided_at)",
)


def upgrade() -> None:
    """Make the indexes; among a million items that takes some seconds, once."""
    for statement in _STATEMENTS:
        op.execute(statement)
