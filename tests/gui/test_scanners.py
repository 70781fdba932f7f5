"""All scanners of a bench are heard in one place; one that is lost, slow or caught by an input method is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from factories import SHIPPED
from gui import working_bench
from gui.working_bench import CLEAN, WorkingBench

from inspection_station.data_files import load_yaml
from inspection_station.devices.serial_scanner import scanner_unplugged
from inspection_station.domain.carriers import parse_carriers
from inspection_station.errors import StationProblem
from inspection_station.settings.declarations import ScannerSettings
from inspection_station.station.background import Background
from inspection_station.station.flow.state import Screen
from inspection_station.station.notices import Notices
from inspection_station.station.scanned_text import too_slow
from inspection_station.station.scanners import Scanners
from inspection_station.station.wedge_scanner import WedgeFilter

CARRIERS = parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))


class Line:
    """A serial line in the hands of a test."""

    made: list[Line] = []

    def __init__(self, port: str, baud: int, **told: Any) -> None:
        self.port, self.baud, self.told, self.running = port, baud, told, False
        Line.made.append(self)

    def start(self) -> None:
        self.running = True

    def stop(self) -> bool:
        self.running = False
        return True


class Loud:
    """Writes down the sounds."""

    def __init__(self) -> None:
        self.played: list[str] = []

    def play(self, name: str) -> None:
        self.played.append(name)


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def sounds() -> Loud:
    return Loud()


@pytest.fixture
def wedge(qtbot) -> WedgeFilter:
    return WedgeFilter()


@pytest.fixture
def scanners(wedge: WedgeFilter, notices: Notices, sounds: Loud) -> Iterator[Scanners]:
    Line.made = []
    background = Background(notices)
    made = Scanners(
        wedge, background, notices, sounds, lambda: CARRIERS, lambda: ("6901234567892",), make_line=Line,  # type: ignore[arg-type]
    )  # fmt: skip
    yield made
    made.stop()
    background.close()


def standing(notices: Notices) -> list[str]:
    return [notice.code for notice in notices.standing]


def test_a_code_of_the_serial_scanner_is_a_scan(scanners: Scanners, wedge: WedgeFilter, qtbot) -> None:
    scanners.use(ScannerSettings(serial_port="/dev/ttyUSB0", serial_baud=19200))
    line = Line.made[0]
    assert (line.port, line.baud, line.running, line.told["unterminated"]) == ("/dev/ttyUSB0", 19200, True, False)
    with qtbot.waitSignal(wedge.scanned) as heard:
        line.told["on_code"]("ＳＦ1234567890123\r")
    assert heard.args == ["SF1234567890123"]
    assert wedge.last_scan is not None and wedge.last_scan.source == "serial"


def test_only_another_port_ends_the_line(scanners: Scanners, qtbot) -> None:
    scanners.use(ScannerSettings(serial_port="COM3"))
    scanners.use(ScannerSettings(serial_port="COM3", max_gap_ms=50))
    assert len(Line.made) == 1
    scanners.use(ScannerSettings(serial_port="COM4"))
    qtbot.waitUntil(lambda: len(Line.made) == 2)
    assert [line.running for line in Line.made] == [False, True]
    scanners.use(ScannerSettings())
    qtbot.waitUntil(lambda: not Line.made[1].running)
    assert len(Line.made) == 2


def test_a_scanner_pulled_out_is_told_until_it_is_back(scanners, notices, sounds, qtbot) -> None:
    scanners.use(ScannerSettings(serial_port="COM3"))
    told = Line.made[0].told
    for state in ("live", "lost"):
        with qtbot.waitSignal(scanners.state_changed):
            told["on_state"](state)
    assert (standing(notices), sounds.played) == (["scanner.absent"], ["error"])
    with qtbot.waitSignal(scanners.state_changed):
        told["on_state"]("live")
    assert (standing(notices), scanners.state) == ([], "live")


def test_why_a_port_cannot_be_opened_is_told(scanners, notices, qtbot) -> None:
    scanners.use(ScannerSettings(serial_port="COM3"))
    with qtbot.waitSignal(notices.raised):
        Line.made[0].told["on_problem"](scanner_unplugged())
    assert standing(notices) == ["scanner.absent"]


@pytest.mark.parametrize(
    ("problem", "sound"),
    [(too_slow(), "warn"), (StationProblem("scan.control", "What", "To do"), "error")],
)
def test_a_scan_that_was_not_taken_is_told_aloud(wedge, scanners, notices, sounds, problem, sound: str) -> None:
    wedge.refused.emit(problem)
    assert (standing(notices), sounds.played) == ([problem.code], [sound])


def test_an_input_method_that_takes_a_scan_is_told(wedge, scanners, notices, sounds) -> None:
    wedge.composed.emit()
    assert (standing(notices), sounds.played) == (["scan.input_method"], ["error"])


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("SF1234567890123", True),
        ("sf1234567890123", True),
        ("RT-261121-0430001701", True),
        ("CMD-OK", True),
        ("BADGE-7A31", True),
        ("6901234567892", True),  # expected now
        ("6901234567908", False),  # a product's code, but of digits alone
        ("490154203237518", False),
        ("F1234567890123", False),
        ("AB\x00CD", False),
        ("", False),
    ],
)
def test_a_code_known_by_its_form_or_by_being_expected_is_known(scanners, wedge, text: str, known: bool) -> None:
    assert wedge.known(text) is known


# --- at the window -----------------------------------------------------------------------------------------


def test_a_slow_scan_at_the_window_is_told_and_presses_nothing(
    bench: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    monkeypatch.setattr(working_bench, "SCAN_GAP", 50)
    bench.scan(CLEAN)
    bench.until_told("scan.too_slow")
    assert bench.screen is Screen.WAITING
    monkeypatch.setattr(working_bench, "SCAN_GAP", 11)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)


def test_a_serial_scan_opens_a_parcel_and_the_port_is_let_go_at_the_end(bench: WorkingBench, qtbot) -> None:
    Line.made = []
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    scanners = bench.app.scanners
    scanners._make_line = Line
    scanners.use(ScannerSettings(serial_port="COM7"))
    bench.until(lambda: bool(Line.made))
    Line.made[0].told["on_code"](CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert bench.app.wedge.known(CLEAN)
    scanners.stop()
    assert not Line.made[0].running


def test_the_test_code_is_answered_and_nothing_else(scanners: Scanners, notices: Notices, sounds: Loud) -> None:
    for code in ("CMD-TEST", "cmd-test", "]C0CMD-TEST"):
        assert scanners.answer_test(code)
    assert (standing(notices), sounds.played) == (["scan.test"], ["command"] * 3)
    assert notices.standing[0].what and notices.standing[0].to_do and notices.standing[0].level == "info"
    for code in ("CMD-TESTS", "CMD-OK", "TEST", ""):
        assert not scanners.answer_test(code)


@pytest.mark.parametrize("code", ["CMD-TEST", "cmd-test"])
def test_the_test_code_does_nothing_to_the_work(bench: WorkingBench, code: str, monkeypatch) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(f"{text} reached the work")

    told = bench.app.notices.raised
    codes: list[str] = []
    told.connect(lambda notice: codes.append(notice.code))
    bench.scan(code)  # at the sign-in
    bench.sign_in()
    bench.open_parcel(CLEAN)
    for place in (bench.app.session, bench.app.history, bench.app.sign_in):
        monkeypatch.setattr(place, "scan", refuse)
    before = bench.case.inspection.head
    bench.scan(code)
    assert bench.screen is Screen.PARCEL and bench.case.inspection.head == before
    bench.press("F1")
    assert bench.app.overlay is not None
    bench.scan(code)
    assert bench.app.overlay is not None, "what a person looks at stays"
    bench.press("Esc")
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history")
    bench.scan(code)
    assert codes.count("scan.test") == 4
    bench.press("F10")
    bench.until(lambda: bench.app.window.area == "settings")
    bench.scan(code)
    assert codes.count("scan.test") == 4
    assert bench.app.options.scanner._scan is not None and bench.app.options.scanner._scan.raw == code
