"""Items, totes, manifests and arrivals as the acts about them tell; every inspection is looked at anew for them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _wholes(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default=sa.text("0")) for name in names]


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make the tables; mark the inspections that are known, so that their items are told."""
    op.create_table(
        "custody_act",
        *_texts("id", "subject"),
        *_wholes("count"),
        *_texts("kind", "person", "station", "at"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_act")),
    )
    op.create_index("ix_custody_act_kind", "custody_act", ["kind", "at"])
    op.create_index("ix_custody_act_subject", "custody_act", ["subject", "count", "id"])
    op.create_table(
        "custody_arrival",
        *_texts("number", "act_id", "at", "carrier", "found", "station", "person"),
        *_wholes("grams"),
        *_texts("flags"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custody_arrival")),
    )
    op.create_index("ix_custody_arrival_at", "custody_arrival", ["at"])
    op.create_table(
        "custody_finding",
        *_texts("item_id", "code", "severity"),
        sa.PrimaryKeyConstraint("item_id", "code", name=op.f("pk_custody_finding")),
    )
    op.create_table(
        "custody_item",
        sa.Column("place", PLACE, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        *_texts(
            "inspection_id",
            "rt_number",
            "tracking_number",
            "tracking_reversed",
            "order_number",
            "return_number",
            "phone_tail",
            "sku",
            "category",
            "vendor",
            "vendor_name",
            "client",
            "station",
            "person",
            "arrived_at",
            "decided_at",
            "state",
            "reason",
            "identity",
            "finding",
            "bench_grade",
            "grade",
            "disposition",
            "liable",
            "currency",
        ),
        *_wholes("price_minor", "minutes"),
        *_texts("tote"),
        *_wholes("proved"),
        *_texts("manifest", "review"),
        *_wholes("review_rank", "recall", "apart", "missing", "random_check", "blind_agreed"),
        *_texts("body"),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_custody_item")),
        sa.UniqueConstraint("item_id", name=op.f("uq_custody_item_item_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_custody_item_apart", "custody_item", ["place"], **_only("apart = 1"))
    op.create_index(
        "ix_custody_item_decided",
        "custody_item",
        [
            "decided_at",
            "state",
            "station",
            "client",
            "person",
            "reason",
            "finding",
            "disposition",
            "vendor",
            "vendor_name",
            "grade",
            "bench_grade",
            "minutes",
            "currency",
            "price_minor",
            "blind_agreed",
        ],
    )
    op.create_index("ix_custody_item_inspection", "custody_item", ["inspection_id"])
    op.create_index("ix_custody_item_manifest", "custody_item", ["manifest"], **_only("manifest <> ''"))
    op.create_index("ix_custody_item_order", "custody_item", ["order_number"])
    op.create_index("ix_custody_item_phone", "custody_item", ["phone_tail"])
    op.create_index("ix_custody_item_recall", "custody_item", ["place"], **_only("recall > 0"))
    op.create_index("ix_custody_item_return", "custody_item", ["return_number"])
    op.create_index("ix_custody_item_reversed", "custody_item", ["tracking_reversed"])
    op.create_index("ix_custody_item_review", "custody_item", ["review_rank", "place"], **_only("review <> ''"))
    op.create_index("ix_custody_item_rt", "custody_item", ["rt_number"])
    op.create_index("ix_custody_item_sku", "custody_item", ["sku"])
    op.create_index("ix_custody_item_tote", "custody_item", ["tote"], **_only("tote <> '' AND manifest = ''"))
    op.create_index("ix_custody_item_tracking", "custody_item", ["tracking_number"])
    op.create_table(
        "custody_manifest",
        *_texts("id", "number", "kind", "step", "vendor", "corrects", "station", "started_at", "closed_at"),
        *_wholes("units"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_manifest")),
    )
    op.create_index("ix_custody_manifest_number", "custody_manifest", ["number"])
    op.create_index("ix_custody_manifest_started", "custody_manifest", ["started_at"])
    op.create_table(
        "custody_tote",
        *_texts("code", "step", "disposition", "vendor", "place"),
        *_wholes("capacity", "capacity_g"),
        *_texts("manifest", "opened_by", "opened_at", "closed_at"),
        *_wholes("grams"),
        *_texts("reason"),
        *_wholes("apart", "slot"),
        *_texts("listed"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_custody_tote")),
    )
    op.create_index("ix_custody_tote_manifest", "custody_tote", ["manifest"], **_only("manifest <> ''"))
    op.create_index("ix_custody_tote_step", "custody_tote", ["step", "disposition"])
    op.execute("INSERT INTO renewal (inspection_id) SELECT id FROM inspection")
