"""The demo's other benches: a board, a queue and figures that a lead finds, by the rules in force."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from inspection_station.admin.demo_house import THIS_SHIFT, demo_house
from inspection_station.admin.demo_people import demo_totes
from inspection_station.admin.demo_photos import keep_photos
from inspection_station.domain.custody.house_item import house_item_from_json, house_item_to_json
from inspection_station.domain.custody.review import review_reasons
from inspection_station.domain.identifiers import is_practice_number
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.locations import resources
from inspection_station.storage.facts import FETCHED_PHOTO, StationFacts
from inspection_station.storage.opening import open_database
from inspection_station.workflows.rule_book import load_rule_book

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
BOOK = load_rule_book(resources())


def test_what_waits_for_a_lead_is_what_the_rules_say() -> None:
    limit = BOOK.policies.high_value_from
    reasons = [
        review_reasons(one, BOOK.lists, limit(one.currency, one.platform, one.client, one.vendor))
        for one in demo_house(NOW)
    ]
    waiting = [one[0] for one in reasons if one]
    assert sorted(waiting) == ["claim_contradicted", "held", "held", "random_check", "scrap_asked"]


def test_goods_lie_in_totes_that_take_them_and_codes_are_of_the_lists() -> None:
    totes = {one.code: one for one in demo_totes()}
    house = demo_house(NOW)
    lying = [one for one in house if one.tote]
    assert len(lying) == THIS_SHIFT + 5
    for one in lying:
        assert totes[one.tote].disposition == one.disposition and totes[one.tote].vendor in ("", one.vendor)
    for one in house:
        assert one.reason in BOOK.lists.words["reasons"] and one.disposition in BOOK.lists.words["dispositions"]
        assert all(found["code"] in BOOK.lists.words["defects"] for found in one.findings)


def test_they_are_practice_and_the_same_each_time() -> None:
    house = demo_house(NOW)
    assert house == demo_house(NOW) == [house_item_from_json(house_item_to_json(one)) for one in house]
    assert all(is_practice_number(one.rt_number) for one in house)
    assert len({one.rt_number for one in house}) == len({one.id for one in house}) == len(house) > 250


def test_what_waits_has_photos_that_show_what_was_found_and_they_are_kept_at_the_bench(tmp_path: Path) -> None:
    house = demo_house(NOW)
    shown = [one for one in house if one.photos]
    limit = BOOK.policies.high_value_from
    waiting = [
        one for one in house
        if review_reasons(one, BOOK.lists, limit(one.currency, one.platform, one.client, one.vendor))
    ]  # fmt: skip
    assert all(one.photos for one in waiting) and len(shown) > len(waiting)
    photos, database = PhotoStore(tmp_path / "photos"), open_database(tmp_path)
    keep_photos(shown, photos, database)
    for one in shown:
        for photo in one.photos:
            assert photos.verify(photo["sha256"]) and StationFacts(database).get(FETCHED_PHOTO + photo["sha256"])
    database.close()
    stained = next(one for one in waiting if [found["code"] for found in one.findings] == ["stain"])
    assert "close_up" in {photo["shot"] for photo in stained.photos}
