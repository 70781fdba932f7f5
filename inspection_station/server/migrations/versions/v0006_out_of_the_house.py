"""What other systems are told, and the webhooks that carry it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _wholes(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables, and mark the inspections that are known so that their facts are told."""
    op.create_table(
        "outgoing_event",
        sa.Column("seq", LARGE, nullable=False),
        sa.Column("xid", LARGE, nullable=False, server_default=sa.text("0")),
        *_texts("id", "type", "inspection_id", "item_id", "site", "occurred_at", "recorded_at", "replaces", "body"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outgoing_event")),
        sa.UniqueConstraint("id", name=op.f("uq_outgoing_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outgoing_event_xid_seq"), "outgoing_event", ["xid", "seq"])
    op.create_index(op.f("ix_outgoing_event_inspection_id"), "outgoing_event", ["inspection_id"])
    op.create_index(op.f("ix_outgoing_event_recorded_at"), "outgoing_event", ["recorded_at"])
    op.create_table(
        "webhook_endpoint",
        *_texts("id", "name", "url", "types", "site"),
        *_wholes("active"),
        *_texts("secret", "secret_before", "secret_before_until", "made_at", "made_by", "next_at"),
        *_wholes("failures"),
        *_texts("lease", "lease_until", "last_success_at", "last_error", "stopped"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_delivery",
        *_texts("endpoint_id", "event_id"),
        sa.Column("seq", LARGE, nullable=False),
        *_texts("state"),
        *_wholes("attempts", "set_aside"),
        *_texts("queued_at", "next_at", "done_at"),
        *_wholes("last_status"),
        *_texts("last_error"),
        sa.PrimaryKeyConstraint("endpoint_id", "event_id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(
        op.f("ix_webhook_delivery_state_endpoint_id_seq"), "webhook_delivery", ["state", "endpoint_id", "seq"]
    )
    op.execute("INSERT INTO renewal (inspection_id) SELECT id FROM inspection")
