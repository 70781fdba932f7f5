"""Items, totes, manifests and arrivals of the house, as the acts about them tell."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

_STATEMENTS = (
    """CREATE TABLE custody_act (
        id TEXT DEFAULT '' NOT NULL,
        subject TEXT DEFAULT '' NOT NULL,
        count BIGINT DEFAULT 0 NOT NULL,
        kind TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        station TEXT DEFAULT '' NOT NULL,
        at TEXT DEFAULT '' NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (id)
    )""",
    "CREATE INDEX ix_custody_act_kind ON custody_act (kind, at)",
    "CREATE INDEX ix_custody_act_subject ON custody_act (subject, count, id)",
    """CREATE TABLE custody_arrival (
        number TEXT DEFAULT '' NOT NULL,
        act_id TEXT DEFAULT '' NOT NULL,
        at TEXT DEFAULT '' NOT NULL,
        carrier TEXT DEFAULT '' NOT NULL,
        found TEXT DEFAULT '' NOT NULL,
        station TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        grams BIGINT DEFAULT 0 NOT NULL,
        flags TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (number)
    )""",
    "CREATE INDEX ix_custody_arrival_at ON custody_arrival (at)",
    """CREATE TABLE custody_finding (
        item_id TEXT DEFAULT '' NOT NULL,
        code TEXT DEFAULT '' NOT NULL,
        severity TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (item_id, code)
    )""",
    """CREATE TABLE custody_item (
        place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        item_id TEXT NOT NULL,
        inspection_id TEXT DEFAULT '' NOT NULL,
        rt_number TEXT DEFAULT '' NOT NULL,
        tracking_number TEXT DEFAULT '' NOT NULL,
        tracking_reversed TEXT DEFAULT '' NOT NULL,
        order_number TEXT DEFAULT '' NOT NULL,
        return_number TEXT DEFAULT '' NOT NULL,
        phone_tail TEXT DEFAULT '' NOT NULL,
        sku TEXT DEFAULT '' NOT NULL,
        category TEXT DEFAULT '' NOT NULL,
        vendor TEXT DEFAULT '' NOT NULL,
        vendor_name TEXT DEFAULT '' NOT NULL,
        client TEXT DEFAULT '' NOT NULL,
        station TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        arrived_at TEXT DEFAULT '' NOT NULL,
        decided_at TEXT DEFAULT '' NOT NULL,
        state TEXT DEFAULT '' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        identity TEXT DEFAULT '' NOT NULL,
        finding TEXT DEFAULT '' NOT NULL,
        bench_grade TEXT DEFAULT '' NOT NULL,
        grade TEXT DEFAULT '' NOT NULL,
        disposition TEXT DEFAULT '' NOT NULL,
        liable TEXT DEFAULT '' NOT NULL,
        currency TEXT DEFAULT '' NOT NULL,
        price_minor BIGINT DEFAULT 0 NOT NULL,
        minutes BIGINT DEFAULT 0 NOT NULL,
        tote TEXT DEFAULT '' NOT NULL,
        proved BIGINT DEFAULT 0 NOT NULL,
        manifest TEXT DEFAULT '' NOT NULL,
        review TEXT DEFAULT '' NOT NULL,
        review_rank BIGINT DEFAULT 0 NOT NULL,
        recall BIGINT DEFAULT 0 NOT NULL,
        apart BIGINT DEFAULT 0 NOT NULL,
        missing BIGINT DEFAULT 0 NOT NULL,
        random_check BIGINT DEFAULT 0 NOT NULL,
        blind_agreed BIGINT DEFAULT 0 NOT NULL,
        body TEXT DEFAULT '' NOT NULL,
        UNIQUE (item_id)
    )""",
    "CREATE INDEX ix_custody_item_apart ON custody_item (place) WHERE apart = 1",
    """CREATE INDEX ix_custody_item_decided
        ON custody_item (decided_at, state, station, client, person, reason, finding,
        disposition, vendor, vendor_name, grade, bench_grade, minutes, currency, price_minor, blind_agreed)""",
    "CREATE INDEX ix_custody_item_inspection ON custody_item (inspection_id)",
    "CREATE INDEX ix_custody_item_manifest ON custody_item (manifest) WHERE manifest <> ''",
    "CREATE INDEX ix_custody_item_order ON custody_item (order_number)",
    "CREATE INDEX ix_custody_item_phone ON custody_item (phone_tail)",
    "CREATE INDEX ix_custody_item_recall ON custody_item (place) WHERE recall > 0",
    "CREATE INDEX ix_custody_item_return ON custody_item (return_number)",
    "CREATE INDEX ix_custody_item_reversed ON custody_item (tracking_reversed)",
    "CREATE INDEX ix_custody_item_review ON custody_item (review_rank, place) WHERE review <> ''",
    "CREATE INDEX ix_custody_item_rt ON custody_item (rt_number)",
    "CREATE INDEX ix_custody_item_sku ON custody_item (sku)",
    "CREATE INDEX ix_custody_item_tote ON custody_item (tote) WHERE tote <> '' AND manifest = ''",
    "CREATE INDEX ix_custody_item_tracking ON custody_item (tracking_number)",
    """CREATE TABLE custody_manifest (
        id TEXT DEFAULT '' NOT NULL,
        number TEXT DEFAULT '' NOT NULL,
        kind TEXT DEFAULT '' NOT NULL,
        step TEXT DEFAULT '' NOT NULL,
        vendor TEXT DEFAULT '' NOT NULL,
        corrects TEXT DEFAULT '' NOT NULL,
        station TEXT DEFAULT '' NOT NULL,
        started_at TEXT DEFAULT '' NOT NULL,
        closed_at TEXT DEFAULT '' NOT NULL,
        units BIGINT DEFAULT 0 NOT NULL,
        PRIMARY KEY (id)
    )""",
    "CREATE INDEX ix_custody_manifest_number ON custody_manifest (number)",
    "CREATE INDEX ix_custody_manifest_started ON custody_manifest (started_at)",
    """CREATE TABLE custody_tote (
        code TEXT DEFAULT '' NOT NULL,
        step TEXT DEFAULT '' NOT NULL,
        disposition TEXT DEFAULT '' NOT NULL,
        vendor TEXT DEFAULT '' NOT NULL,
        place TEXT DEFAULT '' NOT NULL,
        capacity BIGINT DEFAULT 0 NOT NULL,
        capacity_g BIGINT DEFAULT 0 NOT NULL,
        manifest TEXT DEFAULT '' NOT NULL,
        opened_by TEXT DEFAULT '' NOT NULL,
        opened_at TEXT DEFAULT '' NOT NULL,
        closed_at TEXT DEFAULT '' NOT NULL,
        grams BIGINT DEFAULT 0 NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        apart BIGINT DEFAULT 0 NOT NULL,
        slot BIGINT DEFAULT 0 NOT NULL,
        listed TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (code)
    )""",
    "CREATE INDEX ix_custody_tote_manifest ON custody_tote (manifest) WHERE manifest <> ''",
    "CREATE INDEX ix_custody_tote_step ON custody_tote (step, disposition)",
)


def upgrade() -> None:
    """Make the tables; the centre tells what is in them, and every new decision adds to them."""
    for statement in _STATEMENTS:
        op.execute(statement)
