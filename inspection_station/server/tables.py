"""The tables of the centre's database. Times are UTC ISO 8601 texts with milliseconds, of the centre's own clock."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, UniqueConstraint, text

from inspection_station.server.administration_tables import metadata as metadata
from inspection_station.server.columns import key_column as _key
from inspection_station.server.columns import large_column as _large
from inspection_station.server.columns import text_column as _text
from inspection_station.server.columns import whole_column as _whole

# Facts about the centre itself: epoch, key of the nonces, time zone of the site.
fact = Table("fact", metadata, _text("name", primary_key=True), _text("value"))

station = Table(
    "station",
    metadata,
    _text("id", primary_key=True),
    _whole("number"),  # 1 … 999 for ever the same station's; 0 at a practice centre
    _text("code"),
    _text("site"),
    _text("public_key"),
    _text("check_key"),  # base64: key of the random check
    _text("enrolled_at"),
    _text("revoked_at"),  # empty while it may send
    _text("forked_at"),  # when two different records of it first carried one id
    _text("last_seen"),
    _text("app_version"),
    Index(
        "uq_station_number", "number", unique=True, sqlite_where=text("number > 0"), postgresql_where=text("number > 0")
    ),
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    _text("code_hash", primary_key=True),
    _text("station_code"),
    _text("site"),
    _text("made_at"),
    _text("expires_at"),
    _text("station_id"),  # the station that used it; empty before
)

# Every record as it came. `key` is the order of receipt. Two rows with one id and revision are a fork: both are kept.
record = Table(
    "record",
    metadata,
    _key(),
    _text("id"),
    _large("revision"),
    _text("hash"),
    _text("content_hash"),
    _text("kind"),
    _text("station_id"),
    _text("inspection_id"),  # empty for kinds this program does not know
    _large("sequence"),
    _text("line"),
    _text("verdict"),  # stored | need | conflict
    _text("received_at"),
    UniqueConstraint("id", "revision", "hash"),
    Index(None, "inspection_id", "sequence"),
    Index(None, "station_id", "id"),  # a station's records of some days
    sqlite_autoincrement=True,
)

record_blob = Table(
    "record_blob",
    metadata,
    _text("record_id", primary_key=True),
    _text("sha256", primary_key=True),
    Index(None, "sha256"),
)

blob = Table(
    "blob",
    metadata,
    _text("sha256", primary_key=True),
    _large("size"),
    _text("format"),
    _whole("width"),
    _whole("height"),
    _text("station_id"),
    _text("received_at"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _key(),
    _text("station_id"),
    _text("line_sha256"),
    _text("code"),
    Column("line", LargeBinary, nullable=False),
    _text("received_at"),
    UniqueConstraint("station_id", "line_sha256"),
)

# Read tables: made from the records and nothing else.
inspection = Table(
    "inspection",
    metadata,
    _text("id", primary_key=True),
    _text("state"),
    _text("chain"),  # whole | waiting | forked | unreadable
    _text("tracking_number"),
    _text("station"),
    _text("person"),
    _text("opened_at"),
    _text("closed_at"),
    _whole("events"),
    _text("changed_at"),
    Index(None, "changed_at", "id"),
)

inspected_item = Table(
    "inspected_item",
    metadata,
    _text("inspection_id", primary_key=True),
    _text("id", primary_key=True),
    _text("rt_number"),
    _text("return_id"),
    _text("sku"),
    _text("name_zh"),
    _text("name_en"),
    _text("identity"),
    _text("grade"),
    _text("disposition"),
)

inspection_number = Table(
    "inspection_number",
    metadata,
    _text("number", primary_key=True),
    _text("inspection_id", primary_key=True),
    Index(None, "inspection_id"),
)

# Inspections of which records came that the read tables do not tell yet; written with the records, taken away with
# the renewed rows.
renewal = Table("renewal", metadata, _key(), _text("inspection_id"), sqlite_autoincrement=True)

# What stations are told. A changed thing gets a new, higher `seq` and loses the old one: reading from 0 is a snapshot.
feed_item = Table(
    "feed_item",
    metadata,
    _key("seq"),
    _text("kind"),
    _text("id"),
    _text("body"),
    # PostgreSQL: the transaction that told it, for a sequence number may be seen before a lower one. SQLite: 0.
    _large("xid", server_default=text("0")),
    UniqueConstraint("kind", "id"),
    Index(None, "xid", "seq"),
    sqlite_autoincrement=True,
)

link = Table(
    "link",
    metadata,
    _text("token_hash", primary_key=True),
    _text("inspection_id"),
    _text("viewer"),
    _text("made_at"),
    _text("expires_at"),
)

viewing = Table(
    "viewing",
    metadata,
    _key(),
    _text("at"),
    _text("viewer"),
    _text("inspection_id"),
    _text("what"),  # page | photo | original
    _text("sha256"),
)

# Verified backups of this database. What is in one is `safe` in the epoch the backup was made in, and in no other.
backup = Table(
    "backup",
    metadata,
    _text("id", primary_key=True),  # the name of its folder
    _text("epoch"),
    _text("started_at"),  # of the copy of the database: what was committed before is in it
    _text("completed_at"),  # when it had been restored for trial and found whole
    _whole("records"),
    _whole("photos"),
)

backed_up_record = Table(
    "backed_up_record",
    metadata,
    _text("epoch", primary_key=True),
    Column("record_key", BigInteger, primary_key=True),
)

backed_up_photo = Table(
    "backed_up_photo",
    metadata,
    _text("epoch", primary_key=True),
    _text("sha256", primary_key=True),
)

# Retention: inspections nothing is deleted of, and what was deleted, for ever.
hold = Table(
    "hold",
    metadata,
    _text("inspection_id", primary_key=True),
    _text("reason"),
    _text("set_by"),
    _text("set_at"),
)

deletion = Table(
    "deletion",
    metadata,
    _text("kind", primary_key=True),  # photo | personal_data
    _text("id", primary_key=True),  # a photo's SHA-256, an inspection's id
    _text("inspection_id"),
    _text("rule"),  # the setting and its value that asked for it
    _text("deleted_at"),
)

# People and rights. Stations are told of people by the feed; these rows are what the centre itself goes by.
person = Table(
    "person",
    metadata,
    _text("id", primary_key=True),
    _text("number"),
    _text("name"),
    _text("name_en"),
    _text("role"),
    _text("shift"),
    _text("site"),  # the only one whose rows they see; empty: every site
    _text("badge_hash"),
    _text("pin_hash"),
    _whole("active"),
    _text("changed_at"),
    Index(None, "badge_hash"),
)

access_token = Table(
    "access_token",
    metadata,
    _text("token_hash", primary_key=True),
    _text("id"),
    _text("name"),
    _text("role"),
    _text("rights"),  # of a system: words with blanks between
    _text("site"),
    _text("person_id"),  # whose sign-in it is; empty for systems and administrators' own
    _text("made_at"),
    _text("made_by"),
    _text("expires_at"),  # empty: never
    _text("revoked_at"),
    _whole("seconds"),  # how long a sign-in lasts by the steady clock; 0: not measured
    _text("boot"),
    Column("boot_ms", BigInteger, nullable=False),
    UniqueConstraint("id"),
    Index(None, "person_id"),
)

# Wrong PINs by what is guarded (a badge, an address), both as hashes. Locks are measured by steady clocks only.
wrong_pin = Table(
    "wrong_pin",
    metadata,
    _text("subject", primary_key=True),
    _whole("wrong"),  # since the last right one
    _whole("lock_seconds"),  # 0: not locked
    _whole("round"),  # which lock it is
    _text("noted_at"),  # for clearing away only
    Index(None, "noted_at"),
)

wrong_pin_anchor = Table(
    "wrong_pin_anchor",
    metadata,
    _text("subject", primary_key=True),
    _text("boot", primary_key=True),  # start of a machine that serves this database
    _whole("round"),
    Column("boot_ms", BigInteger, nullable=False),
)

# What came in a record and was not its person's to do. The record is kept as any other.
unauthorised_act = Table(
    "unauthorised_act",
    metadata,
    _text("record_id", primary_key=True),
    _text("inspection_id"),
    _text("station_id"),
    _text("person_id"),
    _text("kind"),
    _text("needed"),  # the right
    _text("reason"),  # unknown | inactive | role
    _text("role"),  # the person's when the record arrived; empty when unknown
    _text("found_at"),
    _text("settled_at"),
    _text("settled_by"),
    _text("note"),
    Index(None, "inspection_id"),
    Index(None, "settled_at", "found_at"),
)

# A station's clocks as told at its last greeting, with the time of receipt; nothing is ordered or expired by them.
station_clock = Table(
    "station_clock",
    metadata,
    _text("station_id", primary_key=True),
    _large("wall_ms"),
    _large("monotonic_ms"),
    _text("boot_id"),
    _text("received_at"),
)

# What other systems are told. Rows are added and never changed; `body` is what the fact says, as JSON.
outgoing_event = Table(
    "outgoing_event",
    metadata,
    _key("seq"),
    _large("xid", server_default=text("0")),  # as of `feed_item`
    _text("id"),  # follows from the fact
    _text("type"),
    _text("inspection_id"),
    _text("item_id"),  # empty for the parcel as a whole
    _text("site"),
    _text("occurred_at"),
    _text("recorded_at"),
    _text("replaces"),  # id of the fact that is not true any more since
    _text("body"),
    UniqueConstraint("id"),
    Index(None, "xid", "seq"),
    Index(None, "inspection_id"),
    Index(None, "recorded_at"),
    sqlite_autoincrement=True,
)

webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _text("url"),
    _text("types"),  # JSON list; empty: all
    _text("site"),  # empty: all
    _whole("active"),
    _text("secret"),
    _text("secret_before"),  # signs too until `secret_before_until`
    _text("secret_before_until"),
    _text("made_at"),
    _text("made_by"),
    _text("next_at"),  # when it is tried again
    _whole("failures"),  # since it last took something
    _text("lease"),  # which postman delivers there
    _text("lease_until"),
    _text("last_success_at"),
    _text("last_error"),
    _text("stopped"),  # why it was made inactive; empty: by nobody
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    _text("endpoint_id", primary_key=True),
    _text("event_id", primary_key=True),
    _large("seq"),
    _text("state"),  # waiting | delivered | dead
    _whole("attempts"),
    _whole("set_aside"),  # 1: it is refused while others are taken, so that those do not wait for it
    _text("queued_at"),
    _text("next_at"),
    _text("done_at"),
    _whole("last_status"),
    _text("last_error"),
    Index(None, "state", "endpoint_id", "seq"),
)

# Photos whose bytes were found changed or gone. A row stays; `mended_at` says when the right bytes were here again.
damaged_photo = Table(
    "damaged_photo",
    metadata,
    _text("sha256", primary_key=True),
    _text("found_at", primary_key=True),
    _text("what"),  # damaged | gone
    _text("mended_at"),
    _text("mended_from"),  # backup | station; empty while it is not
)
