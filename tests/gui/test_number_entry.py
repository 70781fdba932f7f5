"""F2 with text reading: what the camera reads in print is proposed, and used only when a person takes it."""

from __future__ import annotations

import json
import sys

from gui.working_bench import CLEAN, WorkingBench

from inspection_station.devices.text_reading import TextReader
from inspection_station.station.flow.state import Screen
from inspection_station.station.number_entry import NumberEntry, NumberReading

# A reader that sees an O where the label has a 0, and a second number.
LINES = [CLEAN.replace("0", "O"), "订单 2611-5659-2564"]
ANSWER = json.dumps(
    {"lines": [{"text": t, "score": 0.9, "points": [[0, 0], [1, 0], [1, 1], [0, 1]]} for t in LINES]},
)
WORKER = """
import sys
while head := sys.stdin.buffer.read(8):
    sys.stdin.buffer.read(int.from_bytes(head, "big"))
    print(sys.argv[1], flush=True)
"""


def open_entry(bench: WorkingBench, program: str = WORKER) -> NumberEntry:
    reader = TextReader((sys.executable, "-c", program, ANSWER))
    bench.app.bench.numbers.reading = NumberReading(bench.app.background, reader, bench.app.bench)
    bench.until(lambda: bench.app.camera.latest() is not None)
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    entry = bench.app.bench._overlay
    assert isinstance(entry, NumberEntry)
    return entry


def test_a_number_read_in_print_is_proposed_as_it_is_expected_and_used_once_confirmed(waiting: WorkingBench) -> None:
    bench = waiting
    entry = open_entry(bench)
    bench.until(lambda: entry.proposals)
    assert entry.proposals == (CLEAN, "2611-5659-2564")
    assert bench.screen is Screen.WAITING
    assert entry.field.text() == ""
    bench.press("Down")
    assert entry.field.text() == CLEAN
    bench.press("Down")
    assert entry.field.text() == "2611-5659-2564"
    bench.press("Down")
    assert entry.field.text() == CLEAN
    assert bench.screen is Screen.WAITING
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.tracking_number == CLEAN


def test_a_reader_that_fails_leaves_typing_as_it_was(waiting: WorkingBench) -> None:
    bench = waiting
    entry = open_entry(bench, "raise SystemExit(1)")
    bench.until(lambda: "手动输入" in entry._words.text())
    bench.type("SF1390447120865")
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)


def test_a_panel_closed_before_the_answer_stays_closed(waiting: WorkingBench) -> None:
    bench = waiting
    open_entry(bench)
    bench.press("Esc")
    bench.quiet()
    assert bench.app.bench._overlay is None
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)


def test_a_number_scanned_into_the_panel_must_be_shown_by_the_photo_as_any_scan(waiting: WorkingBench) -> None:
    bench = waiting
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert not bench.app.session._typed
    bench.until(lambda: bench.case.inspection.photos)
    assert bench.case.inspection.photos[0].automatic, "it was taken by itself, with the number read in it"


def test_a_typed_number_is_demanded_again_once_a_scanner_reads_it(waiting: WorkingBench) -> None:
    bench = waiting
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    bench.type("JDVA00012345678-1-1-")
    bench.press("Enter")
    bench.until_screen(Screen.NO_MATCH)
    assert "JDVA00012345678" in bench.app.session._typed, "as the parcel's number is kept"
    bench.clock.now += 10_000  # no bounce of the trigger
    bench.scan("JDVA00012345678-1-1-")
    bench.until(lambda: not bench.app.session._typed)


def test_an_items_code_that_no_scanner_reads_is_typed(waiting: WorkingBench) -> None:
    bench = waiting
    bench.app.bench._scene = None  # nothing comes under the camera: no tag is read by itself
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.press("F2")
    bench.until(lambda: isinstance(bench.app.bench._overlay, NumberEntry))
    bench.type(bench.case.returns[0].lines[0].gtins[0])
    bench.press("Enter")
    bench.until_identified()
