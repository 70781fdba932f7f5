"""People, tokens and lock-outs at the centre; acts that were nobody's to do; a station's number once only."""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PERSON = ("id", "number", "name", "name_en", "role", "shift", "site", "badge_hash", "pin_hash")
_TOKEN = (
    "token_hash", "id", "name", "role", "rights", "site", "person_id", "made_at", "made_by", "expires_at", "revoked_at",
)  # fmt: skip


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables; take over the administrators' tokens and the people that stations were told of."""
    person = op.create_table(
        "person",
        *_texts(*_PERSON),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_badge_hash"), "person", ["badge_hash"])
    token = op.create_table(
        "access_token",
        *_texts(*_TOKEN),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("boot_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_access_token")),
        sa.UniqueConstraint("id", name=op.f("uq_access_token_id")),
    )
    op.create_index(op.f("ix_access_token_person_id"), "access_token", ["person_id"])
    op.create_table(
        "wrong_pin",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("lock_seconds", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_wrong_pin")),
    )
    op.create_index(op.f("ix_wrong_pin_noted_at"), "wrong_pin", ["noted_at"])
    op.create_table(
        "wrong_pin_anchor",
        *_texts("subject", "boot"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("boot_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "boot", name=op.f("pk_wrong_pin_anchor")),
    )
    op.create_table(
        "unauthorised_act",
        *_texts(
            "record_id", "inspection_id", "station_id", "person_id", "kind", "needed", "reason", "role", "found_at",
            "settled_at", "settled_by", "note",
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_unauthorised_act")),
    )  # fmt: skip
    op.create_index(op.f("ix_unauthorised_act_inspection_id"), "unauthorised_act", ["inspection_id"])
    op.create_index(op.f("ix_unauthorised_act_settled_at_found_at"), "unauthorised_act", ["settled_at", "found_at"])
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "rights_change",
        sa.Column("key", key, autoincrement=True, nullable=False),
        *_texts("at", "by", "what", "thing"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rights_change")),
        sqlite_autoincrement=True,
    )
    given = sa.text("number > 0")
    op.create_index("uq_station_number", "station", ["number"], unique=True, sqlite_where=given, postgresql_where=given)
    _take_over(op.get_bind(), person, token)
    op.drop_table("administrator")


def _take_over(connection: sa.Connection, person: sa.Table, token: sa.Table) -> None:
    tokens = [
        {
            **dict.fromkeys(_TOKEN, ""), "token_hash": row.token_hash, "id": str(uuid.uuid4()), "name": row.name,
            "role": "administrator", "made_at": row.made_at, "seconds": 0, "boot": "", "boot_ms": 0,
        }
        for row in connection.execute(sa.text("SELECT token_hash, name, made_at FROM administrator"))
    ]  # fmt: skip
    people = []
    for row in connection.execute(sa.text("SELECT id, body FROM feed_item WHERE kind = 'person'")):
        body = json.loads(row.body)
        if body:
            texts = {name: str(body.get(name, "")) for name in _PERSON}
            people.append({**texts, "id": row.id, "active": int(body.get("active", True) is True), "changed_at": ""})
    for table, rows in ((token, tokens), (person, people)):
        if rows:
            connection.execute(sa.insert(table), rows)
