"""Which inspections are to be renewed; the order of the feed where several transactions tell at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a table, a column and its index.

    On PostgreSQL, note the transaction of what is told, and order numbers by their bytes as SQLite does.
    """
    op.create_table(
        "renewal",
        sa.Column("key", LARGE, nullable=False),
        sa.Column("inspection_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_renewal")),
        sqlite_autoincrement=True,
    )
    op.add_column("feed_item", sa.Column("xid", LARGE, nullable=False, server_default=sa.text("0")))
    op.create_index(op.f("ix_feed_item_xid_seq"), "feed_item", ["xid", "seq"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE feed_item ALTER COLUMN xid SET DEFAULT pg_current_xact_id()::text::bigint")
        op.execute('ALTER TABLE inspection_number ALTER COLUMN number TYPE text COLLATE "C"')
