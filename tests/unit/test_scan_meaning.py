"""What one scan means on each screen: badge, command, tote, label, parcel, product, and what looks like two of them."""

from __future__ import annotations

import pytest
from factories import GTIN, INSPECTOR, OTHER_GTIN, TRACKING, Bench, earphones, expected, line, properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.identifiers import label_code, tote_code
from inspection_station.station.flow import commands
from inspection_station.station.flow.state import BenchState, Screen, Sound

OTHER_TRACKING = "JT3045678901234"
QR = "https://ucmp.sf-express.com/w?no={number}&from=label"


def waiting() -> BenchState:
    return BenchState(person=INSPECTOR)


def parcel(bench: Bench) -> BenchState:
    return commands.scan(bench.desk, waiting(), TRACKING)


def told(state: BenchState) -> str:
    return state.effects.problem.code if state.effects.problem else ""


# --- point 10 of always listening: dispatch, first hit wins ------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "screen", "sound", "code"),
    [
        ("BADGE-7A31", Screen.WAITING, Sound.WARN, "badge.not_now"),
        ("CMD-NOPE", Screen.WAITING, Sound.ERROR, "command.unknown"),
        (tote_code(4), Screen.WAITING, Sound.ERROR, "scan.not_here"),
        (label_code("RT-261121-04399999", 1), Screen.NO_MATCH, Sound.WARN, ""),
        (TRACKING, Screen.PARCEL, Sound.ACCEPT, ""),
        (QR.format(number=TRACKING), Screen.PARCEL, Sound.ACCEPT, ""),
        ("SF9999999999999", Screen.NO_MATCH, Sound.WARN, ""),
        (GTIN, Screen.WAITING, Sound.ERROR, "scan.product_first"),
        (OTHER_GTIN, Screen.WAITING, Sound.WARN, "scan.product_first"),
        (f"(01)0{GTIN}(21)A7", Screen.WAITING, Sound.ERROR, "scan.product_first"),
        ("https://weixin.qq.com/r/x0Ab", Screen.WAITING, Sound.WARN, "scan.no_number"),
        (f"{TRACKING} {OTHER_TRACKING}", Screen.WAITING, Sound.WARN, "scan.several"),
        ("what is this", Screen.WAITING, Sound.WARN, "scan.no_number"),
        ("75312345678903", Screen.NO_MATCH, Sound.WARN, ""),
        ("AB\x00CD", Screen.WAITING, Sound.ERROR, "scan.unreadable"),
    ],
)
def test_point_10_every_code_on_the_waiting_screen_is_answered(
    raw: str, screen: Screen, sound: Sound, code: str
) -> None:
    bench = Bench(expected(), expected("r2", tracking_numbers=(OTHER_TRACKING,)))
    after = commands.scan(bench.desk, waiting(), raw)
    assert (after.screen, after.effects.sound, told(after)) == (screen, sound, code)


@pytest.mark.parametrize(
    ("raw", "screen", "sound", "code"),
    [
        (TRACKING, Screen.PARCEL, Sound.ACCEPT, ""),
        (QR.format(number=TRACKING), Screen.PARCEL, Sound.ACCEPT, ""),
        ("rma-r1", Screen.PARCEL, Sound.ACCEPT, ""),
        ("TB-r1-99", Screen.PARCEL, Sound.ACCEPT, ""),
        ("SF5555555555555", Screen.PARCEL, Sound.WARN, "scan.same_return"),
        (OTHER_TRACKING, Screen.PARCEL, Sound.WARN, "busy.parcel"),
        ("TB-r2-99", Screen.PARCEL, Sound.WARN, "busy.parcel"),
        (label_code("RT-261121-04399999", 1), Screen.PARCEL, Sound.WARN, "busy.parcel"),
        ("SF9999999999999", Screen.PARCEL, Sound.WARN, "scan.other_label"),
        (QR.format(number="SF9999999999999"), Screen.PARCEL, Sound.WARN, "scan.other_label"),
        ("https://weixin.qq.com/r/x0Ab", Screen.PARCEL, Sound.WARN, "scan.no_product"),
        (GTIN, Screen.PARCEL, Sound.ACCEPT, ""),
        ("jk-01-white-m", Screen.PARCEL, Sound.ACCEPT, ""),
        (f"]d2\x1d010{GTIN}21A7", Screen.PARCEL, Sound.ACCEPT, ""),
        (f"https://brand.example/p?gtin={GTIN}&c=1", Screen.PARCEL, Sound.ACCEPT, ""),
        ("6900000000007", Screen.WRONG_ITEM, Sound.ERROR, ""),
        ("UNKNOWN-17", Screen.WRONG_ITEM, Sound.ERROR, ""),
        ("BADGE-7A31", Screen.PARCEL, Sound.WARN, "badge.not_now"),
    ],
)
def test_point_10_every_code_while_a_parcel_is_open_is_answered(
    raw: str, screen: Screen, sound: Sound, code: str
) -> None:
    both = expected(tracking_numbers=(TRACKING, "SF5555555555555"))
    bench = Bench(both, expected("r2", tracking_numbers=(OTHER_TRACKING,)))
    before = parcel(bench)
    after = commands.scan(bench.desk, before, raw)
    assert (after.screen, after.effects.sound, told(after)) == (screen, sound, code)
    if code:
        assert after.case == before.case, "only asked, nothing recorded"


@given(st.text(max_size=30) | st.text("SFJDT-0123456789:/{}()\x1d]C ", min_size=1, max_size=40))
@properties(40)
def test_point_10_nothing_is_ever_silently_dropped(raw: str) -> None:
    bench = Bench(expected())
    for state in (waiting(), parcel(bench)):
        assert commands.scan(bench.desk, state, raw).effects.sound is not None


# --- what looks like two things ----------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [OTHER_GTIN, "https://weixin.qq.com/r/x0Ab"])
def test_what_looks_like_no_parcel_is_one_when_scanned_once_more(raw: str) -> None:
    bench = Bench(expected())
    asked = commands.scan(bench.desk, waiting(), raw)
    again = commands.scan(bench.desk, asked, raw)
    assert (again.screen, again.text) == (Screen.NO_MATCH, raw.upper())


def test_something_else_in_between_asks_anew() -> None:
    bench = Bench(expected())
    asked = commands.scan(bench.desk, waiting(), OTHER_GTIN)
    between = commands.scan(bench.desk, asked, "https://weixin.qq.com/r/x0Ab")
    assert told(commands.scan(bench.desk, between, OTHER_GTIN)) == "scan.product_first"


def test_the_qr_code_of_a_parcel_without_a_match_is_no_clue_but_the_same_parcel() -> None:
    bench = Bench(expected())
    unknown = commands.scan(bench.desk, waiting(), "SF9999999999999")
    after = commands.scan(bench.desk, unknown, QR.format(number="SF9999999999999"))
    assert (after.screen, after.clues, after.effects.sound) == (Screen.NO_MATCH, (), Sound.WARN)


def test_the_serial_number_inside_a_gs1_code_is_held_against_what_was_shipped() -> None:
    bench = Bench(expected(lines=(earphones(),)))
    before = parcel(bench)
    right = commands.scan(bench.desk, before, f"010{OTHER_GTIN}21sn-778-a")
    assert right.case is not None and right.case.inspection.item().found_code == "SN-778-A"
    swapped = commands.scan(bench.desk, before, f"010{OTHER_GTIN}21SN-999-B")
    assert swapped.screen is Screen.WRONG_ITEM and swapped.found is not None
    assert (swapped.found.finding, swapped.found.code) == ("serial_mismatch", "SN-999-B")


def test_a_serial_number_with_the_shape_of_a_tracking_number_is_still_the_item() -> None:
    bench = Bench(expected(lines=(line(serial_numbers=("YT1234567890123",)),)))
    after = commands.scan(bench.desk, parcel(bench), "YT1234567890123")
    assert (after.effects.sound, told(after)) == (Sound.ACCEPT, "")
