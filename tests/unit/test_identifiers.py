"""Numbers and codes: what a scan can be, check characters, the numbers a station makes itself."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from factories import properties
from hypothesis import example, given
from hypothesis import strategies as st

from inspection_station.domain import identifiers as ids
from inspection_station.domain.identifiers import ScanKind
from inspection_station.errors import StationProblem

digits = st.integers(0, 9).map(str)


def test_full_width_and_lower_case_scans_compare_equal() -> None:
    assert ids.normalise("ｓｆ１２３４５６７８９０１２３ ") == "SF1234567890123"
    assert ids.recognise("ｒｔ－261121－04300001").kind is ScanKind.RETURN_LABEL


@pytest.mark.parametrize("raw", ["", "  \r\n", "SF12\x00", "SF\x1b[2J", "SF\u200b123", "SF\ud800", "9" * 513, "\x1eA"])
def test_unusable_scans_are_told_to_the_person(raw: str) -> None:
    with pytest.raises(StationProblem) as told:
        ids.normalise(raw)
    assert told.value.code == "scan.unreadable"


def test_the_group_separator_of_gs1_codes_is_no_fault() -> None:
    assert ids.normalise("0106901234567892\x1d21ABC") == "0106901234567892\x1d21ABC"


@given(st.text(max_size=40) | st.text("RT-CMDBAGE0123456789٠٩²", max_size=24))
@example("T-٠٠٠٠٠٠0")
@example("RT-٢٦١١٢١-04300001")
@properties(100)
def test_hostile_scans_never_crash(raw: str) -> None:
    try:
        scan = ids.recognise(raw)
    except StationProblem:
        return
    assert scan.raw == raw and scan.text
    label = ids.parse_return_label(scan.text)
    assert (label is not None) == (scan.kind is ScanKind.RETURN_LABEL)
    ids.carrier_hint(scan.text)
    ids.grouped(scan.text)
    assert not any(unicodedata.category(character) == "Cc" for character in scan.text.replace("\x1d", ""))


@given(st.text(st.characters(codec="ascii"), max_size=40))
@properties()
def test_normalising_ascii_twice_changes_nothing(raw: str) -> None:
    try:
        once = ids.normalise(raw)
    except StationProblem:
        return
    assert ids.normalise(once) == once


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("BADGE-7A31", ScanKind.BADGE),
        ("cmd-undo", ScanKind.COMMAND),
        (ids.tote_code(3), ScanKind.TOTE),
        ("RT-261121-04300017", ScanKind.RETURN_LABEL),
        ("RT-261121-0430001702", ScanKind.RETURN_LABEL),
        ("RT-261121-043000170", ScanKind.OTHER),
        ("6901234567892", ScanKind.PRODUCT),
        ("6901234567893", ScanKind.OTHER),
        ("SF1234567890123", ScanKind.OTHER),
    ],
)
def test_a_code_is_known_by_its_form(raw: str, kind: ScanKind) -> None:
    assert ids.recognise(raw).kind is kind


@given(st.lists(digits, min_size=7, max_size=13), st.data())
@properties()
def test_any_wrong_digit_of_a_gtin_is_noticed(body: list[str], data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([7, 11, 12, 13]))
    body = [*body, *"0000000"][:size]
    whole = "".join(body) + ids.gtin_check_digit("".join(body))
    assert ids.is_gtin(whole)
    place = data.draw(st.integers(0, size))
    wrong = data.draw(digits.filter(lambda digit: digit != whole[place]))
    assert not ids.is_gtin(whole[:place] + wrong + whole[place + 1 :])


def test_gtins_of_different_lengths_compare_equal() -> None:
    assert ids.gtin14("012345678905") == ids.gtin14("0012345678905") == "00012345678905"


def test_s10_numbers_follow_the_upu_check_digit() -> None:
    assert ids.is_s10("RR473124829CN")  # the example of UPU S10
    assert not ids.is_s10("RR473124828CN")
    assert not ids.is_s10("RR٤٧٣١٢٤٨٢٩CN")


def test_tote_check_characters_are_iso_7064_mod_37_36() -> None:
    assert ids._tote_check("A12425GABC1234002") == "M"  # the example of the GRid standard


@given(st.integers(1, 999_999), st.integers(0, 5), digits)
@properties()
def test_a_misread_tote_is_not_another_tote(number: int, place: int, digit: str) -> None:
    code = ids.tote_code(number)
    assert ids.is_tote_code(code)
    read = code[: 2 + place] + digit + code[3 + place :]
    assert ids.is_tote_code(read) == (read == code)


@pytest.mark.parametrize("number", [0, -1, 1_000_000])
def test_tote_numbers_have_six_digits(number: int) -> None:
    with pytest.raises(ValueError, match="tote"):
        ids.tote_code(number)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(1, 10**7), st.integers(1, 99))
@properties()
def test_rt_numbers_and_label_codes_make_a_round_trip(day: date, station: int, counter: int, issue: int) -> None:
    number = ids.rt_number(day, station, counter)
    assert len(number) == 18
    assert ids.parse_return_label(number) == ids.ReturnLabelCode(number, 0)
    assert ids.parse_return_label(ids.label_code(number, issue)) == ids.ReturnLabelCode(number, issue)
    assert ids.is_practice_number(number) == (station == 0)


def test_the_counter_starts_again_after_99999() -> None:
    day = date(2026, 11, 21)
    assert ids.rt_number(day, 43, 99_999) == "RT-261121-04399999"
    assert ids.rt_number(day, 43, 100_000) == "RT-261121-04300001"
    with pytest.raises(ValueError, match="three digits"):
        ids.rt_number(day, 1000, 1)


@pytest.mark.parametrize("issue", [0, 100])
def test_a_label_issue_has_two_digits(issue: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        ids.label_code("RT-261121-04300001", issue)


def test_uuids_are_version_7_and_sort_by_time() -> None:
    made = [ids.uuid7() for _ in range(50)]
    assert all(one[14] == "7" and one[19] in "89ab" for one in made)
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
    assert len(set(made)) == 50


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1234567890123", "SF"),
        ("JDV12345678901", "JD"),
        ("JT3045678901234", "JT"),
        ("DPK364512345678", "DPK"),
        ("YT8765432109876", "YT"),
        ("RR473124829CN", "S10"),
        ("773123456789012", ""),
        ("SF12", ""),
    ],
)
def test_carriers_are_hinted_by_clear_prefixes_only(number: str, carrier: str) -> None:
    assert ids.carrier_hint(number) == carrier


def test_long_numbers_are_grouped_for_reading_aloud() -> None:
    assert ids.grouped("SF1234567890123") == "SF1234 5678 9012 3"
    assert ids.grouped("TB-1") == "TB-1"
