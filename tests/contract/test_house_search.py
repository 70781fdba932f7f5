"""The history of the house finds on the real database what looking at every item one by one finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection_station.domain.custody.house_item import HouseItem, house_item_to_json
from inspection_station.domain.identifiers import label_code
from inspection_station.storage import house_search
from inspection_station.storage.custody import ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.house_search import HouseSearch
from inspection_station.storage.opening import open_database
from inspection_station.workflows.history_wish import HouseFilter
from inspection_station.workflows.ports import FeedItem

ALL = 10**6
NAMES = (("连帽卫衣", "Hooded sweatshirt"), ("羽绒服", "Down jacket"), ("运动鞋", "Running shoes"))


def made(number: int) -> HouseItem:
    chance = random.Random(number)
    zh, en = NAMES[number % 3]
    day = 1 + number % 28
    return HouseItem(
        f"i{number:04d}", f"in{number:04d}", f"RT-2611{day:02d}-{number % 40:03d}{number:05d}",
        tracking_number=f"{chance.choice(('SF', 'YT'))}{chance.randrange(10**10):010d}",
        order_number=f"TB{number * 7919 % 10**6:06d}", return_number=f"RMA{number:05d}",
        phone_tail=f"{chance.randrange(50):04d}", station=f"B{number % 5:02d}", person=f"p{number % 7}",
        arrived_at=f"2026-11-{day:02d}T01:00:00.000Z",
        decided_at=f"2026-11-{day:02d}T02:{number % 60:02d}:00.{number:03d}Z",
        sku=f"YL-{number % 30:03d}", name_zh=zh, name_en=en, variant=f"M{number % 30}", category="apparel",
        vendor=f"v{number % 4}", vendor_name="", reason=chance.choice(("size", "stained")), identity="match",
        grade=chance.choice("ABCD"), disposition=chance.choice(("restock", "scrap", "hold")),
        findings=({"id": "f", "question": "q", "code": chance.choice(("stain", "hole")), "severity": "minor",
                   "place": "", "part": ""},),
        label_issue=1, random_check=number % 50 == 0,
    )  # fmt: skip


ITEMS = [made(number) for number in range(400)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    feed = StoredFeed(database, ledger=ledger_of(lambda item: ("high_value",) if item.order_number < "TB1" else ()))
    told = [FeedItem("item", one.id, house_item_to_json(one)) for one in ITEMS]
    feed.apply_page("e", "1", told)
    yield database
    database.close()


def ids(search: HouseSearch, limit: int = ALL, **wanted: object) -> list[str]:
    return [one.item.id for one in search.find(HouseFilter(**wanted), limit)]  # type: ignore[arg-type]


def those(fits: object) -> list[str]:
    chosen = [one for one in ITEMS if fits(one)]  # type: ignore[operator]
    return [one.id for one in sorted(chosen, key=lambda one: one.decided_at, reverse=True)]


@pytest.fixture(params=["looked up", "walked"])
def search(request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch) -> HouseSearch:
    if request.param == "walked":
        monkeypatch.setattr(house_search, "_FEW", 0)
    return HouseSearch(database)


def test_every_number_and_its_end_finds_its_items(search: HouseSearch) -> None:
    one = ITEMS[137]
    assert ids(search, text=one.rt_number) == [one.id]
    assert ids(search, text=one.rt_number.lower().removeprefix("rt-")) == [one.id]
    assert ids(search, text=label_code(one.rt_number, 1)) == [one.id], "a scanned label"
    assert ids(search, text=one.tracking_number) == [one.id]
    assert ids(search, text=one.tracking_number[-6:]) == [one.id]
    assert ids(search, text=one.order_number) == [one.id]
    assert ids(search, text=one.return_number) == [one.id]
    assert one.id in ids(search, text=one.rt_number[-4:])
    assert ids(search, text="RT-261105") == those(lambda item: item.rt_number.startswith("RT-261105"))
    assert ids(search, text="YT") == those(lambda item: item.tracking_number.startswith("YT"))
    assert ids(search, text=one.sku) == those(lambda item: item.sku == one.sku)
    phones = those(lambda item: item.phone_tail == "0007")
    found = ids(search, text="0007")
    assert [name for name in found if name in phones] == phones and len(phones) > 1
    assert ids(search, text="ZZ-NO") == ids(search, text="\x00") == []


def test_names_and_defects_in_words_find_items(search: HouseSearch) -> None:
    assert ids(search, text="卫衣") == ids(search, text="hooded") == those(lambda item: item.name_zh == "连帽卫衣")
    assert ids(search, text="污渍", defects=("stain",)) == those(lambda item: item.findings[0]["code"] == "stain")


@pytest.mark.parametrize(
    "wanted",
    [
        {"grade": "C"}, {"disposition": "hold"}, {"person": "p3", "grade": "A"}, {"station": "B02"},
        {"vendor": "v1", "reason": "size"}, {"finding": "hole", "disposition": "scrap"}, {"vendor": ""},
        {"station": "B01", "text": "卫衣"}, {"grade": "D", "text": "SF"}, {"closed": True, "reason": "stained"},
    ],
)  # fmt: skip
def test_filters_leave_what_meets_all_of_them(search: HouseSearch, wanted: dict[str, object]) -> None:
    def fits(item: HouseItem) -> bool:
        text = wanted.get("text")
        said = text is None or (item.name_zh.endswith("卫衣") if text == "卫衣" else item.tracking_number[:2] == text)
        codes = {name: code for name, code in wanted.items() if name not in ("text", "closed", "finding")}
        found = wanted.get("finding", item.findings[0]["code"]) == item.findings[0]["code"]
        return said and found and all(getattr(item, name) == code for name, code in codes.items())

    assert ids(search, **wanted) == those(fits)


def test_a_period_begins_and_ends_where_it_says(search: HouseSearch) -> None:
    since, until = "2026-11-05T00:00:00.000Z", "2026-11-07T00:00:00.000Z"
    assert ids(search, since=since, until=until) == those(lambda item: since <= item.decided_at < until)
    assert ids(search, since=since, text="YT") == those(
        lambda item: since <= item.decided_at and item.tracking_number.startswith("YT")
    )


def test_what_waits_is_what_is_held_or_to_be_looked_at(search: HouseSearch) -> None:
    expected = those(lambda item: item.disposition == "hold" or item.order_number < "TB1")
    assert ids(search, waiting=True) == expected
    assert all(one.waiting for one in search.find(HouseFilter(waiting=True)))


def test_the_newest_come_first_and_no_more_than_asked_for(search: HouseSearch) -> None:
    assert ids(search, 10) == those(lambda item: True)[:10]
    assert ids(search, 10, text="YT") == those(lambda item: item.tracking_number.startswith("YT"))[:10]


def test_what_is_rare_among_the_newest_is_found_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_search, "_FEW", 3)
    monkeypatch.setattr(house_search, "_WALKED", 20)
    early = ids(HouseSearch(database), text="RT-261101")
    assert early and set(early) <= set(those(lambda item: item.rt_number.startswith("RT-261101")))


def test_random_checks_are_told_apart_and_codes_are_listed(database: Database) -> None:
    search = HouseSearch(database)
    assert {one.item.id for one in search.find(HouseFilter(), ALL) if one.blind} == set(
        those(lambda item: item.random_check)
    )
    assert search.codes("station") == ["B00", "B01", "B02", "B03", "B04"]
    assert search.codes("vendor", 2) == ["v0", "v1"]
    assert set(search.items(["i0001", "nobody"])) == {"i0001"}
    assert [one.item.id for one in search.of_inspections(["in0009"])] == ["i0009"]
    with pytest.raises(ValueError, match="body"):
        search.codes("body")
