"""What was deleted here once it was safe, what people did about refused things, and PINs sealed for this device."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

_STATEMENTS = (
    "ALTER TABLE photo_uploads ADD COLUMN safe_since TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE photo_uploads ADD COLUMN gone_at TEXT DEFAULT '' NOT NULL",
    "CREATE INDEX ix_photos_safe ON photo_uploads (safe_since) WHERE safe = 1 AND state = 'stored' AND gone_at = ''",
    # A mark of before says nothing of when it began to hold, nor in which life of the centre: it is asked for anew.
    "UPDATE photo_uploads SET safe = 0 WHERE safe = 1",
    """CREATE TABLE photo_deletions (
        position INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER DEFAULT 0 NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        epoch TEXT DEFAULT '' NOT NULL,
        safe_since TEXT DEFAULT '' NOT NULL,
        at TEXT DEFAULT '' NOT NULL,
        outcome TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_photo_deletions PRIMARY KEY (position)
    )""",
    "CREATE INDEX ix_photo_deletions_open ON photo_deletions (position) WHERE outcome = ''",
    "CREATE INDEX ix_photo_deletions_sha256 ON photo_deletions (sha256)",
    """CREATE TABLE attention_notes (
        position INTEGER NOT NULL,
        subject TEXT NOT NULL,
        act TEXT DEFAULT '' NOT NULL,
        text TEXT DEFAULT '' NOT NULL,
        person TEXT DEFAULT '' NOT NULL,
        at TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_attention_notes PRIMARY KEY (position)
    )""",
    "CREATE INDEX ix_attention_notes_subject ON attention_notes (subject)",
    """CREATE TABLE person_pins (
        person_id TEXT NOT NULL,
        sealed TEXT DEFAULT '' NOT NULL,
        used_at TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_person_pins PRIMARY KEY (person_id)
    )""",
)


def upgrade() -> None:
    """Add them; no photo is safe any more until the centre has said so again."""
    for statement in _STATEMENTS:
        op.execute(statement)
