"""The first tables of the station's database."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE expected_parcels (
        tracking_number TEXT NOT NULL,
        return_id TEXT NOT NULL,
        refund_due TEXT DEFAULT '' NOT NULL,
        category TEXT DEFAULT '' NOT NULL,
        units INTEGER DEFAULT 0 NOT NULL,
        inspected BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (tracking_number, return_id)
    )
    """,
    "CREATE INDEX ix_parcels_due ON expected_parcels (refund_due, tracking_number) WHERE inspected = 0",
    "CREATE INDEX ix_parcels_return ON expected_parcels (return_id)",
    "CREATE INDEX ix_parcels_waiting ON expected_parcels (tracking_number) WHERE inspected = 0",
    """
    CREATE TABLE expected_returns (
        id TEXT NOT NULL,
        order_number TEXT DEFAULT '' NOT NULL,
        return_number TEXT DEFAULT '' NOT NULL,
        phone_tail TEXT DEFAULT '' NOT NULL,
        refund_due TEXT DEFAULT '' NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE facts (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE feed_unknown (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (kind, id)
    )
    """,
    """
    CREATE TABLE inspection_events (
        inspection_id TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (inspection_id, sequence),
        CONSTRAINT uq_inspection_events_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE inspection_items (
        id INTEGER NOT NULL,
        place INTEGER NOT NULL,
        inspection_id TEXT DEFAULT '' NOT NULL,
        item_id TEXT DEFAULT '' NOT NULL,
        rt_number TEXT DEFAULT '' NOT NULL,
        return_id TEXT DEFAULT '' NOT NULL,
        tracking_number TEXT DEFAULT '' NOT NULL,
        tracking_reversed TEXT DEFAULT '' NOT NULL,
        order_number TEXT DEFAULT '' NOT NULL,
        return_number TEXT DEFAULT '' NOT NULL,
        phone_tail TEXT DEFAULT '' NOT NULL,
        product_id INTEGER DEFAULT 0 NOT NULL,
        sku TEXT DEFAULT '' NOT NULL,
        name_zh TEXT DEFAULT '' NOT NULL,
        name_en TEXT DEFAULT '' NOT NULL,
        variant TEXT DEFAULT '' NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        identity TEXT DEFAULT '' NOT NULL,
        grade TEXT DEFAULT '' NOT NULL,
        disposition TEXT DEFAULT '' NOT NULL,
        liable TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        station TEXT DEFAULT '' NOT NULL,
        at TEXT DEFAULT '' NOT NULL,
        decided_at TEXT DEFAULT '' NOT NULL,
        picture TEXT DEFAULT '' NOT NULL,
        random_check BOOLEAN DEFAULT 0 NOT NULL,
        disputed BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT uq_inspection_items UNIQUE (inspection_id, item_id)
    )
    """,
    "CREATE INDEX ix_items_at ON inspection_items (at)",
    "CREATE INDEX ix_items_decided ON inspection_items (decided_at) WHERE decided_at <> ''",
    "CREATE INDEX ix_items_disposition ON inspection_items (disposition, place)",
    "CREATE INDEX ix_items_disputed ON inspection_items (place) WHERE disputed = 1",
    "CREATE INDEX ix_items_grade ON inspection_items (grade, place)",
    "CREATE INDEX ix_items_order ON inspection_items (order_number)",
    "CREATE INDEX ix_items_phone ON inspection_items (phone_tail)",
    "CREATE INDEX ix_items_place ON inspection_items (place)",
    "CREATE INDEX ix_items_product ON inspection_items (product_id, place)",
    "CREATE INDEX ix_items_return ON inspection_items (return_number)",
    "CREATE INDEX ix_items_rt ON inspection_items (rt_number)",
    "CREATE INDEX ix_items_tracking ON inspection_items (tracking_number)",
    "CREATE INDEX ix_items_tracking_reversed ON inspection_items (tracking_reversed)",
    """
    CREATE TABLE inspections (
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        tracking_number TEXT DEFAULT '' NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        opened_at TEXT DEFAULT '' NOT NULL,
        closed_at TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        sequence INTEGER DEFAULT 0 NOT NULL,
        head TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (place),
        CONSTRAINT uq_inspections_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_inspections_parcel ON inspections (tracking_number)",
    "CREATE INDEX ix_inspections_unfinished ON inspections (place) WHERE state IN ('open', 'parked')",
    """
    CREATE TABLE outbox_blobs (
        record_id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (record_id, sha256)
    )
    """,
    "CREATE INDEX ix_outbox_blobs_sha256 ON outbox_blobs (sha256)",
    """
    CREATE TABLE outbox_records (
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT,
        hash TEXT NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        verdict TEXT DEFAULT '' NOT NULL,
        detail TEXT DEFAULT '' NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        queued_at TEXT DEFAULT '' NOT NULL,
        safe BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (position),
        CONSTRAINT uq_outbox_records_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_outbox_refused ON outbox_records (position) WHERE state = 'refused'",
    "CREATE INDEX ix_outbox_waiting ON outbox_records (position) WHERE state = 'waiting'",
    """
    CREATE TABLE people (
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE photo_uploads (
        position INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        queued_at TEXT DEFAULT '' NOT NULL,
        safe BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (position),
        CONSTRAINT uq_photo_uploads_sha256 UNIQUE (sha256)
    )
    """,
    "CREATE INDEX ix_photos_refused ON photo_uploads (position) WHERE state = 'refused'",
    "CREATE INDEX ix_photos_waiting ON photo_uploads (position) WHERE state = 'waiting'",
    """
    CREATE TABLE print_jobs (
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        inspection_id TEXT DEFAULT '' NOT NULL,
        item_id TEXT DEFAULT '' NOT NULL,
        rt_number TEXT DEFAULT '' NOT NULL,
        issue INTEGER DEFAULT 0 NOT NULL,
        title TEXT DEFAULT '' NOT NULL,
        printer TEXT DEFAULT '' NOT NULL,
        raster_png BLOB NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        created_at TEXT DEFAULT '' NOT NULL,
        "by" TEXT DEFAULT '' NOT NULL,
        detail TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (position),
        CONSTRAINT uq_print_jobs_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_print_jobs_open ON print_jobs (position) WHERE state <> 'done'",
    "CREATE INDEX ix_print_jobs_rt ON print_jobs (rt_number)",
    """
    CREATE TABLE products (
        id INTEGER NOT NULL,
        sku TEXT DEFAULT '' NOT NULL,
        name_zh TEXT DEFAULT '' NOT NULL,
        name_en TEXT DEFAULT '' NOT NULL,
        variant TEXT DEFAULT '' NOT NULL,
        search TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT uq_products UNIQUE (sku, name_zh, name_en, variant)
    )
    """,
    """
    CREATE TABLE return_codes (
        code TEXT NOT NULL,
        kind TEXT NOT NULL,
        return_id TEXT NOT NULL,
        PRIMARY KEY (code, kind, return_id)
    )
    """,
    "CREATE INDEX ix_return_codes_return ON return_codes (return_id)",
    """
    CREATE TABLE totes (
        code TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (code)
    )
    """,
    """
    CREATE TRIGGER inspection_events_no_update BEFORE UPDATE ON inspection_events
    BEGIN SELECT RAISE(ABORT, 'inspection events are append-only'); END
    """,
    """
    CREATE TRIGGER inspection_events_no_delete BEFORE DELETE ON inspection_events
    BEGIN SELECT RAISE(ABORT, 'inspection events are append-only'); END
    """,
)


def upgrade() -> None:
    """Make every table, index and trigger."""
    for statement in _STATEMENTS:
        op.execute(statement)
