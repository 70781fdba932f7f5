"""Expected returns are found by any number, also by its end, and counted, among a million of them.

Returns get a number of their own (`place`), so that the codes that lead to them are small and lie in one tree by
kind, code and due time; a parcel's tracking number is kept reversed as well, under the kind ``ending``.
"""

from __future__ import annotations

from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"

_DUE = "coalesce(CAST(strftime('%s', nullif(refund_due, '')) AS INTEGER) / 60, 0)"
_OTHER = "SELECT 1 FROM expected_parcels WHERE tracking_number = {0}.tracking_number AND inspected = 0"
_UP = "BEGIN UPDATE counters SET value = value + 1 WHERE name = 'parcels_waiting'; END"
_DOWN = "BEGIN UPDATE counters SET value = value - 1 WHERE name = 'parcels_waiting'; END"
_NEW_ALONE = f"NOT EXISTS ({_OTHER.format('NEW')} AND return_place <> NEW.return_place)"
_OLD_ALONE = f"NOT EXISTS ({_OTHER.format('OLD')} AND return_place <> OLD.return_place)"

_STATEMENTS = (
    "ALTER TABLE expected_returns RENAME TO old_returns",
    "ALTER TABLE expected_parcels RENAME TO old_parcels",
    "DROP INDEX ix_parcels_due",
    "DROP INDEX ix_parcels_return",
    "DROP INDEX ix_parcels_waiting",
    "ALTER TABLE return_codes RENAME TO old_codes",
    "DROP INDEX ix_return_codes_return",
    """
    CREATE TABLE expected_returns (
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        order_number TEXT DEFAULT '' NOT NULL,
        return_number TEXT DEFAULT '' NOT NULL,
        phone_tail TEXT DEFAULT '' NOT NULL,
        refund_due TEXT DEFAULT '' NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (place),
        CONSTRAINT uq_expected_returns_id UNIQUE (id)
    )
    """,
    """
    INSERT INTO expected_returns (place, id, order_number, return_number, phone_tail, refund_due, body)
    SELECT rowid, id, order_number, return_number, phone_tail, refund_due, body FROM old_returns
    """,
    """
    CREATE TABLE return_codes (
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        due INTEGER NOT NULL,
        return_place INTEGER NOT NULL,
        PRIMARY KEY (kind, code, due, return_place)
    ) WITHOUT ROWID
    """,
    f"""
    INSERT INTO return_codes (kind, code, due, return_place)
    SELECT c.kind, c.code, {_DUE}, r.place FROM old_codes c JOIN expected_returns r ON r.id = c.return_id
    ORDER BY 1, 2, 3, 4
    """,
    f"""
    INSERT OR IGNORE INTO return_codes (kind, code, due, return_place)
    SELECT 'ending', reversed_text(c.code), {_DUE}, r.place
    FROM old_codes c JOIN expected_returns r ON r.id = c.return_id WHERE c.kind = 'tracking'
    ORDER BY 1, 2, 3, 4
    """,
    "CREATE INDEX ix_return_codes_return ON return_codes (return_place)",
    """
    CREATE TABLE expected_parcels (
        tracking_number TEXT NOT NULL,
        return_place INTEGER NOT NULL,
        refund_due TEXT DEFAULT '' NOT NULL,
        category TEXT DEFAULT '' NOT NULL,
        units INTEGER DEFAULT 0 NOT NULL,
        inspected BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (tracking_number, return_place)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO expected_parcels (tracking_number, return_place, refund_due, category, units, inspected)
    SELECT p.tracking_number, r.place, p.refund_due, p.category, p.units, p.inspected
    FROM old_parcels p JOIN expected_returns r ON r.id = p.return_id
    ORDER BY 1, 2
    """,
    "CREATE INDEX ix_parcels_return ON expected_parcels (return_place)",
    "CREATE INDEX ix_parcels_due ON expected_parcels (refund_due, tracking_number) WHERE inspected = 0",
    "CREATE TABLE counters (name TEXT NOT NULL, value INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (name))",
    """
    INSERT INTO counters (name, value)
    SELECT 'parcels_waiting', count(DISTINCT tracking_number) FROM expected_parcels WHERE inspected = 0
    """,
    f"CREATE TRIGGER parcel_waits AFTER INSERT ON expected_parcels WHEN NEW.inspected = 0 AND {_NEW_ALONE} {_UP}",
    f"CREATE TRIGGER parcel_gone AFTER DELETE ON expected_parcels WHEN OLD.inspected = 0 AND {_OLD_ALONE} {_DOWN}",
    f"""
    CREATE TRIGGER parcel_waits_again AFTER UPDATE OF inspected ON expected_parcels
    WHEN OLD.inspected = 1 AND NEW.inspected = 0 AND {_NEW_ALONE} {_UP}
    """,
    f"""
    CREATE TRIGGER parcel_done AFTER UPDATE OF inspected ON expected_parcels
    WHEN OLD.inspected = 0 AND NEW.inspected = 1 AND {_OLD_ALONE} {_DOWN}
    """,
    "DROP TABLE old_codes",
    "DROP TABLE old_parcels",
    "DROP TABLE old_returns",
)


def _reversed(text: Any) -> str:
    return str(text)[::-1]


def upgrade() -> None:
    """Make the tables of expected returns anew, with all that is in them."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None, "the database is open"
    connection.create_function("reversed_text", 1, _reversed, deterministic=True)
    for statement in _STATEMENTS:
        op.execute(statement)
