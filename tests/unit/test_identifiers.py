"""Numbers and codes: what a scan can be, check characters, the numbers a station makes itself."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from factories import SHIPPED, properties
from hypothesis import example, given
from hypothesis import strategies as st

from inspection_station.data_files import load_yaml
from inspection_station.domain import identifiers as ids
from inspection_station.domain.carriers import Carriers, parse_carriers
from inspection_station.domain.check_digits import gtin_check_digit
from inspection_station.domain.gs1_codes import Gs1Contents, read_gs1
from inspection_station.domain.identifiers import ScanKind
from inspection_station.errors import StationProblem

digits = st.integers(0, 9).map(str)
SHIPPED_CARRIERS = parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))


@pytest.fixture(scope="module")
def carriers() -> Carriers:
    return SHIPPED_CARRIERS


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


@given(
    st.text(max_size=40)
    | st.text("RT-CMDBAGE0123456789٠٩²", max_size=24)
    | st.text("](0123)/:htps\x1d%", max_size=60)
)
@example("T-٠٠٠٠٠٠0")
@example("RT-٢٦١١٢١-04300001")
@example("]C1")
@example("\x1d]Q3\x1d")
@example("(01)")
@example("https://[/01/06901234567892")
@example("http://x/01/06901234567892/21/%ff%00")
@example("%" * 500)
@example("(" * 500)
@properties(100)
def test_hostile_scans_never_crash(raw: str) -> None:
    try:
        scan = ids.recognise(raw, SHIPPED_CARRIERS)
    except StationProblem:
        return
    assert scan.raw == raw and scan.text and len(scan.names) <= 2 * ids.MOST_WORDS + 1
    label = ids.parse_return_label(scan.text)
    assert (label is not None) == (scan.kind is ScanKind.RETURN_LABEL)
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
        ("SF1234567890123", ScanKind.TRACKING),
        ("JDVA01234567890-1-2-", ScanKind.TRACKING),
        ("RR473124829CN", ScanKind.TRACKING),
        ("75312345678903", ScanKind.OTHER),
        ("RMA-2026-00017", ScanKind.OTHER),
        ("490154203237518", ScanKind.IMEI),
        ("490154203237519", ScanKind.OTHER),
        ("(01)06901234567892(21)A7", ScanKind.PRODUCT),
        ("]d2\x1d010690123456789221A7", ScanKind.PRODUCT),
        ("https://id.gs1.org/01/06901234567892/21/a7?17=261231", ScanKind.PRODUCT),
        ("00106141412345678908", ScanKind.TRACKING),
        ("https://shop.example/8003/00955600013435Z", ScanKind.TOTE),
        ("https://weixin.qq.com/r/x0Ab", ScanKind.PROSE),
    ],
)
def test_a_code_is_known_by_its_form(raw: str, kind: ScanKind, carriers: Carriers) -> None:
    assert ids.recognise(raw, carriers).kind is kind


def test_a_gs1_code_names_its_product_and_unit(carriers: Carriers) -> None:
    for raw in ("0106901234567892\x1d21a7", "(01)06901234567892(21)a7", "]C1010690123456789221a7",
                "https://id.gs1.org/01/06901234567892/21/a7"):  # fmt: skip
        scan = ids.recognise(raw, carriers)
        assert (scan.gtin, scan.serial) == ("06901234567892", "A7"), raw


@pytest.mark.parametrize(
    "text",
    [
        "https://ucmp.sf-express.com/waybill?no=SF1234567890123&from=label",
        "MMM={'k1':'021W','k2':'021','k3':'','k4':'T4','k5':'SF1234567890123','k6':''}",
        '{"waybillNo": "sf1234567890123", "mailno": ["SF1234567890123"]}',
        "https://x.example/%7B%22no%22%3A%22SF1234567890123%22%7D",
        "顺丰速运 SF1234567890123",
    ],
)
def test_a_qr_code_beside_the_barcode_names_the_same_tracking_number(text: str, carriers: Carriers) -> None:
    scan = ids.recognise(text, carriers)
    assert (scan.kind, scan.numbers, scan.carrier) == (ScanKind.TRACKING, ("SF1234567890123",), "SF")


def test_words_of_a_text_are_kept_for_what_only_the_expected_returns_know(carriers: Carriers) -> None:
    scan = ids.recognise("https://x.example/q?mail=75312345678903&order=TB-2026-7788", carriers)
    assert scan.kind is ScanKind.PROSE
    assert {"75312345678903", "TB-2026-7788"} <= set(scan.words)
    assert ids.recognise("75312345678903", carriers).names == ("75312345678903",)


def test_the_mark_of_one_of_several_parcels_is_no_part_of_the_number(carriers: Carriers) -> None:
    scan = ids.recognise("JDVA01234567890-1-2-", carriers)
    assert scan.names == ("JDVA01234567890-1-2-", "JDVA01234567890")


@given(
    st.from_regex(r"SF[0-9]{12,13}|JT[0-9]{13}|DPK[0-9]{9,12}|YT[0-9]{13,15}", fullmatch=True),
    st.text("{}:'\"/?=&, ", min_size=1, max_size=8),
    st.text("{}:'\"/?=&, ", min_size=1, max_size=8),
)
@properties(60)
def test_a_tracking_number_is_found_wherever_it_stands_by_itself(
    carriers: Carriers, number: str, before: str, after: str
) -> None:
    assert ids.recognise(before + number + after, carriers).numbers == (number,)
    assert ids.recognise(number, carriers).names == (number,)
    assert number not in ids.recognise(f"{before}9{number}9{after}", carriers).numbers


@given(st.integers(0, 10**13 - 1), st.text("0123456789ABCabc-", min_size=1, max_size=20))
@properties(60)
def test_a_gs1_code_and_its_link_say_the_same(item: int, serial: str) -> None:
    body = f"{item:013d}"
    gtin = body + gtin_check_digit(body)
    elements, link = f"01{gtin}21{serial}", f"https://id.gs1.org/01/{gtin}/21/{serial}"
    assert read_gs1(elements) == read_gs1(link) == Gs1Contents(gtin, serial.upper())
    wrong = str((int(gtin[-1]) + 1) % 10)
    assert read_gs1(f"01{body}{wrong}21{serial}") is None


@pytest.mark.parametrize("number", ["4001234567890", "1012345678901234", "21345678901234", "3101234567890", "SF12"])
def test_a_number_that_begins_like_a_gs1_code_by_chance_is_none(number: str) -> None:
    assert read_gs1(number) is None


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


def test_long_numbers_are_grouped_for_reading_aloud() -> None:
    assert ids.grouped("SF1234567890123") == "SF1234 5678 9012 3"
    assert ids.grouped("TB-1") == "TB-1"
