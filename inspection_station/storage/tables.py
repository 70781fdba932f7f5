"""The tables of the station's database. `migrations/` makes them; a test keeps both alike.

`inspection_events` is the truth and append-only (triggers refuse anything else); `inspections` and
`inspection_items` are made from it in the same transaction, for finding things fast. Times are UTC ISO 8601 texts.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from inspection_station.custody.tables import custody_tables

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("0"))


inspection_events = Table(
    "inspection_events",
    metadata,
    Column("inspection_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON of the event
    PrimaryKeyConstraint("inspection_id", "sequence"),
    UniqueConstraint("id", name="uq_inspection_events_id"),
)

inspections = Table(
    "inspections",
    metadata,
    Column("place", Integer, primary_key=True),  # order of opening; never the wall clock
    Column("id", Text, nullable=False),
    _text("tracking_number"),
    _text("state"),
    _text("opened_at"),
    _text("closed_at"),
    _text("person"),
    _number("sequence"),
    _text("head"),
    UniqueConstraint("id", name="uq_inspections_id"),
    Index("ix_inspections_parcel", "tracking_number"),
    Index("ix_inspections_unfinished", "place", sqlite_where=text("state IN ('open', 'parked')")),
)

products = Table(
    "products",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("sku"),
    _text("name_zh"),
    _text("name_en"),
    _text("variant"),
    _text("search"),  # all of it in search form, to find a part of a name among few products, not many items
    UniqueConstraint("sku", "name_zh", "name_en", "variant", name="uq_products"),
)

inspection_items = Table(
    "inspection_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", Integer, nullable=False),  # order of opening or, once decided, of deciding
    _text("inspection_id"),
    _text("item_id"),  # empty: the inspection itself, while it has no item
    _text("rt_number"),
    _text("return_id"),
    _text("tracking_number"),
    _text("tracking_reversed"),  # for numbers known by their end
    _text("order_number"),
    _text("return_number"),
    _text("phone_tail"),
    _number("product_id"),
    _text("sku"),
    _text("name_zh"),
    _text("name_en"),
    _text("variant"),
    _text("state"),
    _text("identity"),
    _text("grade"),
    _text("disposition"),
    _text("liable"),
    _text("person"),
    _text("station"),
    _text("at"),
    _text("decided_at"),
    _text("picture"),
    _flag("random_check"),
    _flag("disputed"),
    UniqueConstraint("inspection_id", "item_id", name="uq_inspection_items"),
    Index("ix_items_place", "place"),
    Index("ix_items_at", "at"),
    Index("ix_items_rt", "rt_number"),
    Index("ix_items_tracking", "tracking_number"),
    Index("ix_items_tracking_reversed", "tracking_reversed"),
    Index("ix_items_order", "order_number"),
    Index("ix_items_return", "return_number"),
    Index("ix_items_return_id", "return_id", sqlite_where=text("return_id <> ''")),
    Index("ix_items_phone", "phone_tail"),
    Index("ix_items_product", "product_id", "place"),
    Index("ix_items_grade", "grade", "place"),
    Index("ix_items_disposition", "disposition", "place"),
    Index("ix_items_disputed", "place", sqlite_where=text("disputed = 1")),
    Index("ix_items_decided", "decided_at", sqlite_where=text("decided_at <> ''")),
)

outbox_records = Table(
    "outbox_records",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text),  # NULL: the body is the inspection event of the same id
    Column("hash", Text, nullable=False),  # SHA-256 of the canonical body
    _text("state"),  # waiting | need | stored | refused
    _text("verdict"),
    _text("detail"),
    _number("attempts"),
    _text("queued_at"),
    _flag("safe"),
    UniqueConstraint("id", name="uq_outbox_records_id"),
    Index("ix_outbox_waiting", "position", sqlite_where=text("state = 'waiting'")),
    Index("ix_outbox_refused", "position", sqlite_where=text("state = 'refused'")),
)

outbox_blobs = Table(
    "outbox_blobs",
    metadata,
    Column("record_id", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    PrimaryKeyConstraint("record_id", "sha256"),
    Index("ix_outbox_blobs_sha256", "sha256"),
)

photo_uploads = Table(
    "photo_uploads",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    _text("state"),  # waiting | stored | refused
    _text("reason"),
    _text("queued_at"),
    _flag("safe"),
    _text("safe_since"),  # in the centre's time; empty: not known to be safe in the present epoch
    _text("gone_at"),  # when its bytes were deleted here; the row, its hash and its thumbnail stay
    UniqueConstraint("sha256", name="uq_photo_uploads_sha256"),
    Index("ix_photos_waiting", "position", sqlite_where=text("state = 'waiting'")),
    Index("ix_photos_refused", "position", sqlite_where=text("state = 'refused'")),
    Index("ix_photos_safe", "safe_since", sqlite_where=text("safe = 1 AND state = 'stored' AND gone_at = ''")),
)

photo_deletions = Table(
    "photo_deletions",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    _number("size"),
    _text("reason"),  # retention | disk
    _text("epoch"),
    _text("safe_since"),
    _text("at"),  # when it was decided, in the centre's time; the bytes go after that
    _text("outcome"),  # empty: on its way | deleted | kept
    Index("ix_photo_deletions_open", "position", sqlite_where=text("outcome = ''")),
    Index("ix_photo_deletions_sha256", "sha256"),
)

attention_notes = Table(
    "attention_notes",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("subject", Text, nullable=False),  # a record's id or a photo's SHA-256
    _text("act"),  # noted | acknowledged | tried_again | exported
    _text("text"),
    _text("person"),
    _text("at"),
    Index("ix_attention_notes_subject", "subject"),
)

person_pins = Table(
    "person_pins",
    metadata,
    Column("person_id", Text, primary_key=True),
    _text("sealed"),  # the argon2id hash, readable with this device's key alone
    _text("used_at"),  # when the person last proved it here; empty: never
)

expected_returns = Table(
    "expected_returns",
    metadata,
    Column("place", Integer, primary_key=True),  # a small number of its own, by which its codes and parcels name it
    Column("id", Text, nullable=False),
    _text("order_number"),
    _text("return_number"),
    _text("phone_tail"),
    _text("refund_due"),
    Column("body", Text, nullable=False),
    UniqueConstraint("id", name="uq_expected_returns_id"),
)

expected_parcels = Table(
    "expected_parcels",
    metadata,
    Column("tracking_number", Text, nullable=False),
    Column("return_place", Integer, nullable=False),
    _text("refund_due"),
    _text("category"),
    _number("units"),
    _flag("inspected"),
    PrimaryKeyConstraint("tracking_number", "return_place"),
    Index("ix_parcels_return", "return_place"),
    Index("ix_parcels_due", "refund_due", "tracking_number", sqlite_where=text("inspected = 0")),
    sqlite_with_rowid=False,
)

return_codes = Table(
    "return_codes",
    metadata,
    Column("kind", Text, nullable=False),  # tracking | ending | order | return | sku | gtin | serial | phone
    Column("code", Text, nullable=False),  # search form; GTINs with 14 digits; an ending is a tracking number reversed
    Column("due", Integer, nullable=False),  # minute of the return's due time, so that each code's come due first
    Column("return_place", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "code", "due", "return_place"),
    Index("ix_return_codes_return", "return_place"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),  # parcels_waiting: kept by triggers on expected_parcels
    _number("value"),
)

unclaimed_codes = Table(
    "unclaimed_codes",
    metadata,
    Column("code", Text, nullable=False),  # search form, GTINs also with 14 digits
    Column("inspection_id", Text, nullable=False),
    PrimaryKeyConstraint("code", "inspection_id"),
    Index("ix_unclaimed_codes_inspection", "inspection_id"),
    sqlite_with_rowid=False,
)

match_proposals = Table(
    "match_proposals",
    metadata,
    Column("inspection_id", Text, nullable=False),
    Column("return_id", Text, nullable=False),
    _flag("naming"),  # what agrees points to this return among all
    _flag("declined"),
    PrimaryKeyConstraint("inspection_id", "return_id"),
    Index("ix_match_proposals_return", "return_id"),
    Index("ix_match_proposals_open", "naming", "inspection_id", sqlite_where=text("declined = 0")),
    sqlite_with_rowid=False,
)

parcels_elsewhere = Table(
    "parcels_elsewhere",
    metadata,
    Column("inspection_id", Text, primary_key=True),
    Column("tracking_number", Text, nullable=False),  # search form
    _text("state"),  # open | parked | closed
    Column("body", Text, nullable=False),
    Index("ix_parcels_elsewhere_number", "tracking_number", "state"),
)

people = Table("people", metadata, Column("id", Text, primary_key=True), Column("body", Text, nullable=False))

totes = Table("totes", metadata, Column("code", Text, primary_key=True), Column("body", Text, nullable=False))

feed_unknown = Table(
    "feed_unknown",
    metadata,
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("body", Text, nullable=False),
    _text("reason"),
    PrimaryKeyConstraint("kind", "id"),
)

facts = Table("facts", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

print_jobs = Table(
    "print_jobs",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    _text("inspection_id"),
    _text("item_id"),
    _text("rt_number"),
    _number("issue"),
    _text("title"),
    _text("printer"),
    Column("raster_png", LargeBinary, nullable=False),
    _text("state"),  # queued | sent | unknown | failed | done
    _number("attempts"),
    _text("created_at"),
    _text("by"),
    _text("detail"),
    Column("purpose", Text, nullable=False, server_default="inspection_label"),  # which printer of the bench
    Column("document", LargeBinary, nullable=False, server_default=text("x''")),  # PDF, where there is no raster
    _text("size"),  # of a label, as 60x40
    _number("dpi_x"),  # of the printer that a label was drawn for; 0: not known
    _number("dpi_y"),
    _text("reprint_of"),  # id of the job whose label this is once more
    _text("ticket"),  # what the print service calls it while it has it
    UniqueConstraint("id", name="uq_print_jobs_id"),
    Index("ix_print_jobs_open", "purpose", "position", sqlite_where=text("state IN ('queued', 'failed')")),
    Index("ix_print_jobs_unknown", "detail", "position", sqlite_where=text("state = 'unknown'")),
    Index("ix_print_jobs_ticket", "purpose", "position", sqlite_where=text("ticket <> ''")),
    Index("ix_print_jobs_rt", "rt_number"),
)

custody = custody_tables(metadata)
# By these the history finds items; the centre has its own ways (`migrations` v0010).
for _name in ("disposition", "finding", "grade", "person", "reason", "station", "vendor"):
    Index(f"ix_house_{_name}", custody.item.c[_name], custody.item.c.decided_at)
Index("ix_house_rt_tail", func.substr(custody.item.c.rt_number, text("-4")))
