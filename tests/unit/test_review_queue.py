"""Who comes into the review queue and in what order: by the lists and policies in force, at a bench and the centre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.review import REASONS
from inspection_station.server.custody import _judge
from inspection_station.settings import Settings
from inspection_station.station.assembly import Station

HIGH = 100_000  # fen, by the shipped policies


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(Settings(), tmp_path)
    yield station
    station.close()


def item(number: int, **facts: object) -> HouseItem:
    usual: dict[str, object] = {
        "rt_number": f"RT-261121-0070{number:04d}", "identity": "match", "grade": "A", "disposition": "restock",
        "label_issue": 1, "currency": "CNY",
    }  # fmt: skip
    return HouseItem(f"i-{number}", f"n-{number}", **{**usual, **facts})  # type: ignore[arg-type]


ASKED = {
    "serial_mismatch": item(1, identity="serial_mismatch"), "wrong_item": item(2, identity="wrong_item"),
    "held": item(3, disposition="hold"), "scrap_asked": item(4, disposition="scrap"),
    "needs_lead": item(5, needs_lead=True), "high_value": item(6, price_minor=HIGH),
    "claim_contradicted": item(7, reason="quality_defect"), "grade_changed": item(8, changed=("grade",)),
    "photo_waived": item(9, waived=("whole",)), "recheck": item(10, recheck="the seam"),
    "random_check": item(11, random_check=True), "weight_contradicted": item(13, weight="lighter"),
}  # fmt: skip
NOT_ASKED = (
    item(20), item(21, price_minor=HIGH - 1), item(22, price_minor=HIGH, currency="EUR"), item(23, state="open"),
    item(24, reason="quality_defect", findings=({"code": "stain", "severity": "major"},)),
    item(25, disposition="scrap", state="voided"), item(26, weight="heavier"),
    item(27, weight="lighter", findings=({"code": "accessory_missing", "severity": "major"},)),
)  # fmt: skip


def told(station: Station, items: list[HouseItem]) -> None:
    with station.database.writing() as connection:
        station.ledger.keep_items(connection, items)


@pytest.mark.parametrize("reason", ASKED)
def test_each_reason_is_seen_by_the_bench_and_by_the_centre_alike(station: Station, reason: str) -> None:
    assert station._why_reviewed(ASKED[reason]) == _judge(ASKED[reason]) == (reason,)


@pytest.mark.parametrize("one", NOT_ASKED, ids=lambda one: one.id)
def test_what_nobody_has_to_look_at_stays_out(station: Station, one: HouseItem) -> None:
    assert station._why_reviewed(one) == _judge(one) == ()


def test_the_gravest_stands_first_and_of_those_what_was_told_first(station: Station) -> None:
    later = item(12, identity="serial_mismatch")
    told(station, [*reversed(ASKED.values()), later, *NOT_ASKED])
    rows = station.custody.to_review(100)
    assert [row.reason for row in rows] == ["serial_mismatch", *(one for one in REASONS if one in ASKED)]
    assert [row.item.id for row in rows[:2]] == ["i-1", "i-12"]
    assert station.custody.count_to_review() == len(rows)
    assert [row.item.id for row in station.custody.to_review(2)] == ["i-1", "i-12"]
