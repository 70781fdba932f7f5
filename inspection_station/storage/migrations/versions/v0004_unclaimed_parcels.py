"""Unclaimed parcels are found by their codes when a return arrives, and returns bound by hand leave the queue."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_UNCLAIMED = """
    SELECT e.inspection_id FROM inspection_events AS e JOIN inspections AS i ON i.id = e.inspection_id
    WHERE e.kind = 'parcel_opened' AND json_extract(e.body, '$.payload.match') = 'none' AND i.state <> 'voided'
"""
_STATEMENTS = (
    """
    CREATE TABLE unclaimed_codes (
        code TEXT NOT NULL,
        inspection_id TEXT NOT NULL,
        PRIMARY KEY (code, inspection_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_unclaimed_codes_inspection ON unclaimed_codes (inspection_id)",
    """
    CREATE TABLE match_proposals (
        inspection_id TEXT NOT NULL,
        return_id TEXT NOT NULL,
        naming BOOLEAN DEFAULT 0 NOT NULL,
        declined BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (inspection_id, return_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_match_proposals_return ON match_proposals (return_id)",
    "CREATE INDEX ix_match_proposals_open ON match_proposals (naming, inspection_id) WHERE declined = 0",
    "CREATE INDEX ix_items_return_id ON inspection_items (return_id) WHERE return_id <> ''",
    f"""
    INSERT OR IGNORE INTO unclaimed_codes (code, inspection_id)
    SELECT upper(trim(json_extract(body, '$.payload.tracking_number'))), inspection_id FROM inspection_events
    WHERE kind = 'parcel_opened' AND inspection_id IN ({_UNCLAIMED})
    AND json_extract(body, '$.payload.tracking_number') <> ''
    """,
    f"""
    INSERT OR IGNORE INTO unclaimed_codes (code, inspection_id)
    SELECT upper(trim(json_extract(body, '$.payload.code'))), inspection_id FROM inspection_events
    WHERE kind = 'item_identified' AND inspection_id IN ({_UNCLAIMED}) AND json_extract(body, '$.payload.code') <> ''
    """,
    f"""
    INSERT OR IGNORE INTO unclaimed_codes (code, inspection_id)
    SELECT upper(trim(c.value)), e.inspection_id
    FROM inspection_events AS e, json_each(json_extract(e.body, '$.payload.codes')) AS c
    WHERE e.kind = 'photo_taken' AND e.inspection_id IN ({_UNCLAIMED}) AND c.value <> ''
    """,
)


def upgrade() -> None:
    """Make the tables, and fill them with what the unclaimed parcels of before are known by."""
    for statement in _STATEMENTS:
        op.execute(statement)
