"""The demo's list of expected returns: repeatable, wide enough, and in step with what the simulated camera shows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from inspection_station.admin.demo_cases import UNKNOWN_PARCEL
from inspection_station.admin.demo_csv import COLUMNS, FILE, csv_bytes, flat_rows, shifted
from inspection_station.admin.demo_people import demo_people, demo_totes
from inspection_station.admin.demo_returns import DEMO_DAY, demo_returns, demo_script
from inspection_station.data_files import load_yaml
from inspection_station.devices.simulated_scenes import SceneLibrary
from inspection_station.domain.check_digits import is_gtin
from inspection_station.domain.identifiers import is_tote_code
from inspection_station.domain.lists import parse_lists
from inspection_station.domain.people import Role
from inspection_station.locations import resources

RETURNS = demo_returns()
SCRIPT = demo_script()
LISTS = parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))
ITEMS = {(row["return_number"], line["line"]): line for row in RETURNS for line in row["lines"]}


def of_parcel(tracking_number: str) -> dict[str, object]:
    return next(row for row in RETURNS if tracking_number in row["tracking_numbers"])


def test_making_the_shipped_file_again_gives_the_same_bytes() -> None:
    assert csv_bytes(RETURNS) == (resources() / "demo" / FILE).read_bytes()


def test_the_file_reads_back_as_one_row_for_each_line() -> None:
    text = (resources() / "demo" / FILE).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert rows == flat_rows(RETURNS)
    assert len(rows) == len(ITEMS)


def test_there_are_enough_returns_of_every_category_product_and_kind() -> None:
    assert len(RETURNS) >= 240
    categories = Counter(line["category"] for line in ITEMS.values())
    assert set(categories) == set(LISTS.words["categories"])
    assert {line["sku"] for line in ITEMS.values()} == {row["sku"] for row in SceneLibrary().products()}
    assert {row["kind"] for row in RETURNS} == set(LISTS.words["return_kinds"])
    assert len({row["reason"] for row in RETURNS}) >= 14
    assert len({line["vendor"] for line in ITEMS.values()}) >= 8
    assert Counter(len(row["lines"]) > 1 for row in RETURNS)[True] >= 25
    assert any(len(row["tracking_numbers"]) == 2 for row in RETURNS)
    shared = Counter(number for row in RETURNS for number in row["tracking_numbers"])
    assert max(shared.values()) == 2
    assert any(line["quantity"] == 2 for line in ITEMS.values())
    flags = {flag for row in RETURNS for flag in row["policy_flags"]}
    assert flags == {"non_returnable", "sealed_hygiene", "high_value"}


def test_every_code_is_a_word_of_the_trade_and_every_number_is_well_formed() -> None:
    assert len({row["return_number"] for row in RETURNS}) == len(RETURNS)
    for row in RETURNS:
        assert LISTS.knows("reasons", row["reason"]) and LISTS.knows("return_kinds", row["kind"])
        assert "*" in row["buyer_masked"] and len(row["buyer_masked"]) <= 3
        assert len(row["buyer_phone_tail"]) == 4
        assert datetime.fromisoformat(row["refund_due"].replace("Z", "+00:00")).tzinfo
    for line in ITEMS.values():
        assert is_gtin(line["gtin"]) and line["unit_price_minor"] > 0 and line["currency"] == "CNY"
    serials = [serial for line in ITEMS.values() for serial in line["serial_numbers"]]
    assert len(serials) == len(set(serials)) >= 30


def test_refunds_fall_due_over_a_week_and_some_returns_are_out_of_the_window() -> None:
    due = sorted(row["refund_due"][:10] for row in RETURNS)
    assert date.fromisoformat(due[-1]) - date.fromisoformat(due[0]) >= timedelta(days=6)
    late = [row for row in RETURNS
            if (DEMO_DAY - date.fromisoformat(row["delivered_on"])).days > row["return_window_days"]]  # fmt: skip
    assert 3 <= len(late) <= len(RETURNS) * 0.1


def test_the_named_cases_are_there() -> None:
    jacket = of_parcel("SF1390447120865")
    assert jacket["reason"] == "size_mismatch" and ITEMS[jacket["return_number"], 1]["sku"] == "YL-8821-NV"
    assert [item.state for item in SCRIPT["SF1390447120865"].items] == ["intact"]
    tee = of_parcel("JT5284019937712")
    assert (tee["reason"], tee["reason_text"]) == ("quality_defect", "收到就有污渍")
    assert [(item.sku, item.state) for item in SCRIPT["JT5284019937712"].items] == [("YL-T101-WH", "tee_stained")]
    assert SCRIPT["HD7730021846509"].items[0].state == "tee_wrong_item"
    assert SCRIPT["SF1390447120866"].case == "empty_parcel" and SCRIPT["SF1390447120866"].items == ()
    assert all(UNKNOWN_PARCEL not in row["tracking_numbers"] for row in RETURNS)
    assert UNKNOWN_PARCEL not in SCRIPT


def test_the_script_shows_something_for_every_parcel_that_the_pictures_have() -> None:
    library = SceneLibrary()
    assert set(SCRIPT) == {number for row in RETURNS for number in row["tracking_numbers"]}
    for number, parcel in SCRIPT.items():
        assert parcel.items or parcel.case == "empty_parcel", number
        for item in parcel.items:
            assert library.has_item(item.sku)
            assert item.state in {"intact", "serial_mismatch", "tee_wrong_item", *library.defects_of(item.sku)}
            expected = ITEMS[item.return_number, item.line]
            if parcel.case == "wrong_item" and item.line == 1:
                assert item.sku != expected["sku"] or item.state == "tee_wrong_item"
            elif item.state == "serial_mismatch":
                assert item.serial_number not in expected["serial_numbers"]
            elif expected["serial_numbers"]:
                assert item.serial_number in expected["serial_numbers"]


def test_most_parcels_are_clean_a_fifth_have_a_defect_and_every_odd_case_occurs() -> None:
    cases = Counter(parcel.case for parcel in SCRIPT.values())
    assert 0.60 <= cases["clean"] / len(SCRIPT) <= 0.78
    assert 0.15 <= cases["defect"] / len(SCRIPT) <= 0.27
    odd = {"wrong_item", "serial_mismatch", "missing", "empty_parcel", "outer_damaged"}
    assert set(cases) == {"clean", "defect", *odd}
    assert all(cases[case] >= 3 for case in odd)


def test_another_day_moves_the_dates_and_nothing_else() -> None:
    day = DEMO_DAY + timedelta(days=100)
    later = demo_returns(today=day)
    assert later == shifted(RETURNS, day)
    first, moved = RETURNS[0], later[0]
    assert date.fromisoformat(moved["delivered_on"]) - date.fromisoformat(first["delivered_on"]) == timedelta(days=100)
    assert moved["refund_due"][10:] == first["refund_due"][10:]
    assert {key for key in first if first[key] != moved[key]} == {"delivered_on", "refund_due"}
    assert flat_rows(later) == shifted(flat_rows(RETURNS), day)


def test_another_seed_gives_another_list_of_the_length_asked_for() -> None:
    other = demo_returns(seed=7, count=80)
    assert len(other) == 80 and other[-1] != RETURNS[79]
    with pytest.raises(ValueError, match="60"):
        demo_returns(count=10)


def test_people_have_their_own_badges_and_six_digit_pins() -> None:
    people = demo_people()
    assert Counter(person.role for person in people)[Role.INSPECTOR] == 3
    assert {person.role for person in people} == set(Role)
    assert len({person.badge for person in people}) == len({person.pin for person in people}) == len(people)
    assert all(len(person.pin) == 6 and person.pin.isdigit() for person in people)


def test_every_disposition_has_a_tote_at_its_slot() -> None:
    totes = demo_totes()
    assert {tote.disposition for tote in totes} == set(LISTS.words["dispositions"])
    assert all(is_tote_code(tote.code) for tote in totes) and len({tote.code for tote in totes}) == len(totes)
    slots = load_yaml(resources() / "policies" / "default.yaml").data["slots"]
    assert all(slots[tote.disposition] == tote.slot for tote in totes)
