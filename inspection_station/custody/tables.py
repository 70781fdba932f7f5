"""The tables of custody, alike in a station's SQLite file and in the centre's database.

`custody_act` is the truth and only added to; the others are made from it and from what benches decided, and could be
made anew at any time (`ledger`). Times are UTC ISO 8601 texts of the station that did it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, text


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


@dataclass(frozen=True)
class CustodyTables:
    """The tables of one database."""

    act: Table
    item: Table
    finding: Table
    tote: Table
    manifest: Table
    arrival: Table


def custody_tables(metadata: MetaData) -> CustodyTables:
    """Add the tables of custody to those of a database."""
    place = BigInteger().with_variant(Integer, "sqlite")
    act = Table(
        "custody_act",
        metadata,
        _text("id", primary_key=True),
        _text("subject"),
        _whole("count"),
        _text("kind"),
        _text("person"),
        _text("station"),
        _text("at"),
        Column("body", Text, nullable=False),  # canonical JSON of the act
        Index("ix_custody_act_subject", "subject", "count", "id"),
        Index("ix_custody_act_kind", "kind", "at"),
    )
    item = Table(
        "custody_item",
        metadata,
        Column("place", place, primary_key=True, autoincrement=True),  # order in which it was told here
        Column("item_id", Text, nullable=False, unique=True),
        _text("inspection_id"),
        _text("rt_number"),
        _text("tracking_number"),  # search form
        _text("tracking_reversed"),
        _text("order_number"),
        _text("return_number"),
        _text("phone_tail"),
        _text("sku"),
        _text("category"),
        _text("vendor"),
        _text("vendor_name"),
        _text("client"),
        _text("station"),
        _text("person"),
        _text("arrived_at"),
        _text("decided_at"),
        _text("state"),  # closed | open | voided; empty: acts came before the item
        _text("reason"),
        _text("identity"),
        _text("finding"),  # gravest defect, or what is wrong with its identity; empty when nothing
        _text("bench_grade"),
        _text("grade"),  # in force
        _text("disposition"),  # in force
        _text("liable"),  # who bears most
        _text("currency"),
        _whole("price_minor"),
        _whole("minutes"),  # from the dock (or the opening of its parcel) to the decision
        _text("tote"),
        _whole("proved"),
        _text("manifest"),
        _text("review"),  # first reason for a lead to look at it; empty when none
        _whole("review_rank"),
        _whole("recall"),  # lowest issue of an old label that is still out; 0: none
        _whole("apart"),  # 1: stations did different things with it without knowing of each other
        _whole("missing"),
        _whole("random_check"),
        _whole("blind_agreed"),  # 0 not checked, 1 a lead gave the same grade without seeing it, 2 another one
        Column("body", Text, nullable=False, server_default=""),  # the item as its bench told it, JSON
        Index("ix_custody_item_rt", "rt_number"),
        Index("ix_custody_item_inspection", "inspection_id"),
        Index("ix_custody_item_tracking", "tracking_number"),
        Index("ix_custody_item_reversed", "tracking_reversed"),
        Index("ix_custody_item_order", "order_number"),
        Index("ix_custody_item_return", "return_number"),
        Index("ix_custody_item_phone", "phone_tail"),
        Index("ix_custody_item_sku", "sku"),
        # All that figures are counted from (`figures`), so that they never touch the rows with their long bodies.
        Index(
            "ix_custody_item_decided", "decided_at", "state", "station", "client", "person", "reason", "finding",
            "disposition", "vendor", "vendor_name", "grade", "bench_grade", "minutes", "currency", "price_minor",
            "blind_agreed",
        ),
        Index("ix_custody_item_tote", "tote", **_where("tote <> '' AND manifest = ''")),
        Index("ix_custody_item_manifest", "manifest", **_where("manifest <> ''")),
        Index("ix_custody_item_review", "review_rank", "place", **_where("review <> ''")),
        Index("ix_custody_item_recall", "place", **_where("recall > 0")),
        Index("ix_custody_item_apart", "place", **_where("apart = 1")),
        sqlite_autoincrement=True,
    )
    finding = Table(
        "custody_finding",
        metadata,
        _text("item_id", primary_key=True),
        _text("code", primary_key=True),
        _text("severity"),
    )
    tote = Table(
        "custody_tote",
        metadata,
        _text("code", primary_key=True),
        _text("step"),
        _text("disposition"),
        _text("vendor"),
        _text("place"),
        _whole("capacity"),
        _whole("capacity_g"),
        _text("manifest"),
        _text("opened_by"),
        _text("opened_at"),
        _text("closed_at"),
        _whole("grams"),
        _text("reason"),
        _whole("apart"),
        _whole("slot"),  # its place at this bench ("1 号箱"); 0: none
        _text("listed"),  # as the centre lists it, JSON; empty when it does not
        Index("ix_custody_tote_step", "step", "disposition"),
        Index("ix_custody_tote_manifest", "manifest", **_where("manifest <> ''")),
    )
    manifest = Table(
        "custody_manifest",
        metadata,
        _text("id", primary_key=True),
        _text("number"),
        _text("kind"),
        _text("step"),
        _text("vendor"),
        _text("corrects"),
        _text("station"),
        _text("started_at"),
        _text("closed_at"),
        _whole("units"),
        Index("ix_custody_manifest_number", "number"),
        Index("ix_custody_manifest_started", "started_at"),
    )
    arrival = Table(
        "custody_arrival",
        metadata,
        _text("number", primary_key=True),  # normalised tracking number
        _text("act_id"),
        _text("at"),
        _text("carrier"),
        _text("found"),  # expected | unknown | duplicate | inspected
        _text("station"),
        _text("person"),
        _whole("grams"),
        _text("flags"),  # words with blanks between
        Index("ix_custody_arrival_at", "at"),
    )
    return CustodyTables(act, item, finding, tote, manifest, arrival)
