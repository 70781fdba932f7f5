"""F3: the live picture is the scanner, and what it reads goes the way of every scan."""

from __future__ import annotations

import json
import sys

import pytest
from factories import SHIPPED
from gui.working_bench import CLEAN, SECOND, UNKNOWN, WorkingBench

from inspection_station.data_files import load_yaml
from inspection_station.devices.barcodes import CodeRead
from inspection_station.devices.text_reading import TextReader
from inspection_station.domain.carriers import parse_carriers
from inspection_station.station import bench_camera
from inspection_station.station.camera_scan import PATIENCE_MS, CameraScan, code_meant
from inspection_station.station.flow.state import Screen
from inspection_station.station.number_entry import NumberEntry, NumberReading

CARRIERS = parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))
SF, JT = "SF1234567890123", "JT3045678901234"


def panel(bench: WorkingBench) -> CameraScan | None:
    shown = bench.app.bench._overlay
    return shown if isinstance(shown, CameraScan) else None


def test_f3_reads_the_parcel_under_the_camera_and_opens_it(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.camera.show_parcel(CLEAN, "SF")
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.tracking_number == CLEAN
    assert panel(bench) is None
    scan = bench.app.wedge.last_scan
    assert scan is not None and (scan.source, scan.text) == ("camera", CLEAN)


def test_f3_may_be_left_and_a_scan_of_the_handheld_goes_before(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.camera.empty_bench()
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.press("Esc")
    bench.until(lambda: panel(bench) is None)
    assert not bench.app.camera._wants_code
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert panel(bench) is None


def test_f3_does_nothing_while_a_parcel_is_open(bench: WorkingBench) -> None:
    bench.sign_in(SECOND)
    bench.open_parcel(CLEAN)
    bench.press("F3")
    bench.quiet()
    assert panel(bench) is None and bench.screen is Screen.PARCEL


def test_a_camera_that_is_gone_is_told_in_the_panel_and_comes_back(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.camera.lost()
    bench.until(lambda: (shown := panel(bench)) is not None and shown.view._lost is not None)
    bench.camera.back()
    bench.camera.show_parcel(UNKNOWN, "ZT")
    bench.until_screen(Screen.NO_MATCH)
    assert bench.state.text == UNKNOWN


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ([SF], SF),
        (["https://weixin.qq.com/r/x", "6901234567892", SF], SF),
        ([f"https://sf.example/w?no={SF}", SF], SF),
        ([f"https://sf.example/w?no={SF}"], SF),
        (["6901234567892", "75312345678903"], "75312345678903"),
        (["6901234567892", "https://weixin.qq.com/r/x"], "6901234567892"),
        ([JT, SF], f"{JT} {SF}"),
        (["75312345678903", "TB-2026-1"], "75312345678903 TB-2026-1"),
        (["AB\x00CD"], ""),
        ([], ""),
    ],
)
def test_of_several_codes_of_a_label_the_parcels_number_is_meant(read: list[str], meant: str) -> None:
    assert code_meant(read, CARRIERS) == meant


def opened(bench: WorkingBench) -> CameraScan:
    bench.until(lambda: bench.app.camera.latest() is not None)
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    shown = panel(bench)
    assert shown is not None
    return shown


def sees(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The decoder reads `text` in every frame, as an ITF code of a length that is never accepted."""
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    read = CodeRead(text, text.encode(), "ITF", "", corners, "zxing", False, 1.0)
    monkeypatch.setattr(bench_camera, "read_codes", lambda *_args, **_options: [read])


def test_a_code_that_is_read_and_not_accepted_is_shown_and_taken_by_enter_only(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sees(monkeypatch, "7531234567")
    shown = opened(waiting)
    waiting.until(lambda: shown.candidates)
    assert shown.candidates == ("7531234567",)
    assert shown._buttons.itemAt(0).widget().accessibleName() == "7531234567 · 单号"
    shown._fresh.start()
    waiting.press("Enter")
    assert waiting.screen is Screen.WAITING and panel(waiting) is shown, "nothing is taken as it appears"
    waiting.until(lambda: not shown._fresh.isActive())
    waiting.press("Enter")
    waiting.until_screen(Screen.NO_MATCH)
    assert waiting.state.text == "7531234567"
    assert panel(waiting) is None and not waiting.app.session._typed


def test_a_candidate_is_taken_by_a_tap(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    sees(monkeypatch, "7531234567")
    shown = opened(waiting)
    waiting.until(lambda: shown.candidates)
    shown._buttons.itemAt(0).widget().click()
    waiting.until_screen(Screen.NO_MATCH)


def test_a_badge_in_the_picture_is_never_shown(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    sees(monkeypatch, "BADGE-4711-ABCD")
    shown = opened(waiting)
    seen: list[CodeRead] = []
    waiting.app.camera.candidate_read.connect(seen.append)
    waiting.until(lambda: seen)
    assert shown.candidates == ()


def test_the_panel_expects_the_parcels_that_wait(waiting: WorkingBench) -> None:
    opened(waiting)
    expected = waiting.app.camera._expected
    assert CLEAN in expected and f"https://sf.example/w?no={CLEAN.lower()}" in expected
    assert UNKNOWN not in expected


# A reader that sees an O where the label has a 0.
PRINTED = json.dumps(
    {"lines": [{"text": CLEAN.replace("0", "O"), "score": 0.9, "points": [[0, 0], [1, 0], [1, 1], [0, 1]]}]}
)
READER = """
import sys
while head := sys.stdin.buffer.read(8):
    sys.stdin.buffer.read(int.from_bytes(head, "big"))
    print(sys.argv[1], flush=True)
"""


def read_text_with(bench: WorkingBench, answer: str) -> None:
    reader = TextReader((sys.executable, "-c", READER, answer))
    numbers = bench.app.bench.numbers
    numbers.reading = NumberReading(bench.app.background, reader, numbers)


def nothing_readable(bench: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> CameraScan:
    """F3 over a picture without a code, with its patience at an end."""
    monkeypatch.setattr(bench_camera, "read_codes", lambda *_args, **_options: [])
    shown = opened(bench)
    assert not shown.offers_print
    shown._patience.start(0)
    bench.until(lambda: not shown._patience.isActive())
    shown._patience.setInterval(PATIENCE_MS)
    return shown


def test_print_is_offered_when_no_code_can_be_read_and_used_once_confirmed(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_text_with(waiting, PRINTED)
    shown = nothing_readable(waiting, monkeypatch)
    assert shown.offers_print and shown.candidates == ()
    waiting.press("R")
    assert not shown.offers_print
    waiting.until(lambda: shown.candidates)
    assert shown.candidates == (CLEAN,) and waiting.screen is Screen.WAITING
    waiting.until(lambda: not shown._fresh.isActive())
    waiting.press("Enter")
    waiting.until_screen(Screen.PARCEL)
    assert waiting.case.inspection.tracking_number == CLEAN
    assert CLEAN in waiting.app.session._typed, "no photo is asked to show a code that nobody could read"


def test_print_that_holds_no_number_is_said_and_offered_again(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_text_with(waiting, '{"lines": []}')
    shown = nothing_readable(waiting, monkeypatch)
    waiting.press("R")
    waiting.until(lambda: shown._words.text() == "画面中没有读出单号")
    shown._patience.start(0)
    waiting.until(lambda: shown.offers_print)


def test_without_the_extra_print_is_neither_offered_nor_spoken_of(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting.app.bench.numbers, "_lay", None)  # as at a real bench
    shown = nothing_readable(waiting, monkeypatch)
    assert not shown.offers_print and "R" not in shown._words.text()
    waiting.press("R")
    assert panel(waiting) is shown


def test_from_the_panel_f2_leads_to_typing(waiting: WorkingBench) -> None:
    waiting.camera.empty_bench()
    opened(waiting)
    waiting.press("F2")
    waiting.until(lambda: isinstance(waiting.app.bench._overlay, NumberEntry))
    waiting.type(CLEAN)
    waiting.press("Enter")
    waiting.until_screen(Screen.PARCEL)


def test_in_the_demo_the_next_parcel_is_laid_under_the_empty_camera(waiting: WorkingBench) -> None:
    waiting.camera.empty_bench()
    shown = opened(waiting)
    assert "N" in shown._words.text()
    first = waiting.on_bench(lambda: waiting.app.station.reference.queue(1))[0][0].tracking_number
    waiting.press("N")
    waiting.until_screen(Screen.PARCEL)
    assert waiting.case.inspection.tracking_number == first
    waiting.until(lambda: waiting.case.inspection.photos)


def test_in_the_demo_it_is_said_when_no_parcel_waits_any_more(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.camera.empty_bench()
    shown = opened(waiting)
    monkeypatch.setattr(waiting.app.station.reference, "queue", lambda _limit: ([], 0))
    shown._lay.click()
    waiting.until(lambda: shown._words.text() == "演示中没有待检的包裹了。")


def test_a_real_bench_lays_no_parcels(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting.app.bench.numbers, "_lay", None)
    waiting.camera.empty_bench()
    shown = opened(waiting)
    assert shown._lay.isHidden() and "N" not in shown._words.text()
    waiting.press("N")
    assert panel(waiting) is shown and waiting.screen is Screen.WAITING
