"""The scanner's card measures a scanner and proposes the longest gap between its speed and typing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton

from inspection_station.devices.barcodes import read_codes
from inspection_station.devices.serial_line import SerialPort
from inspection_station.i18n import set_language
from inspection_station.station import scanner_desk
from inspection_station.station.background import Background
from inspection_station.station.code_picture import CodePicture
from inspection_station.station.notices import Notices
from inspection_station.station.presenting import scanner as words
from inspection_station.station.scan_calibration import Proposal, propose
from inspection_station.station.scanned_text import TEST_CODE, ScanFacts, too_slow
from inspection_station.station.scanner_desk import ScannerDesk
from inspection_station.station.settings_cards import ScannerCard
from inspection_station.station.wedge_scanner import WedgeFilter


class Desk:
    """The card with its scanner; a scan is what the filter would have found."""

    def __init__(self, qtbot, background: Background) -> None:
        set_language("en")
        self.wedge = WedgeFilter()
        self.desk = ScannerDesk(self.wedge, background)
        self.card = ScannerCard()
        qtbot.addWidget(self.card)
        self.desk.attach(self.card)
        self.desk.open()
        self.desk.show_all()
        self.wanted: list[int] = []
        self.desk.gap_wanted.connect(self.wanted.append)

    def scan(self, gap: int, times: int = 1, source: str = "wedge") -> None:
        for _ in range(times):
            gaps = (max(1, gap - 3), gap) if source == "wedge" else ()
            self.wedge.last_scan = ScanFacts("SF1234567890123", "SF1234567890123", gaps, 90, "Enter", source)
            self.desk.take("SF1234567890123")

    def press(self, text: str) -> None:
        next(b for b in self.card.findChildren(QAbstractButton) if b.accessibleName() == text).click()

    @property
    def trial(self) -> str:
        return words.trial(self.desk._trial.state, self.wedge.max_gap_ms).text


@pytest.fixture
def desk(qtbot) -> Iterator[Desk]:
    background = Background(Notices())
    yield Desk(qtbot, background)
    background.close()


def test_five_scans_propose_the_gap_and_one_press_sets_it(desk: Desk) -> None:
    desk.press("Measure")
    assert desk.wedge.max_gap_ms == 80, "slow scans are heard whole while it is measured"
    desk.scan(30, times=4)
    assert desk.trial == "Scan any code: 4 of 5"
    desk.scan(9)
    assert desk.trial == "Scanner 30 ms, typing 60 ms: 42 ms is best"
    assert desk.wedge.max_gap_ms == 35 and desk.wanted == []
    desk.press("Set 42 ms")
    assert desk.wanted == [42]
    desk.wedge.set_max_gap(42)
    desk.desk.use_gap(42)
    assert desk.trial == "Scanner 30 ms, typing 60 ms: 42 ms is right"


def test_a_scan_in_pieces_counts_with_its_true_gaps(desk: Desk) -> None:
    desk.press("Measure")
    desk.scan(9, times=4)
    desk.wedge.last_slow = ScanFacts("SF123", "SF123", (9, 95, 9, 9), 122, "Enter")
    desk.wedge.refused.emit(too_slow())
    assert desk.trial == "Scanner 95 ms, typing 60 ms: too close"


def test_measuring_is_left_with_the_gap_as_it_was(desk: Desk) -> None:
    desk.press("Measure")
    desk.scan(9, times=2)
    desk.press("Stop")
    assert (desk.wedge.max_gap_ms, desk.trial) == (35, "")
    desk.press("Measure")
    desk.desk.close()
    assert desk.wedge.max_gap_ms == 35


def test_another_gap_set_meanwhile_is_the_one_that_stays(desk: Desk) -> None:
    desk.press("Measure")
    desk.wedge.set_max_gap(50)
    desk.desk.use_gap(50)
    assert desk.wedge.max_gap_ms == 80
    desk.press("Stop")
    assert desk.wedge.max_gap_ms == 50


def test_other_scanners_say_nothing_of_the_speed(desk: Desk) -> None:
    desk.press("Measure")
    desk.scan(0, times=5, source="serial")
    assert desk.trial == "Scan any code: 0 of 5"


def test_serial_ports_are_listed_by_name(qtbot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    port = SerialPort("/dev/ttyACM0", "Voyager 1470g (ttyACM0)")
    monkeypatch.setattr(scanner_desk, "serial_ports", lambda: (port,))
    desk.desk.show_all()
    qtbot.waitUntil(lambda: not desk.card._ports.isHidden())
    assert words.ports((port,)) == "Voyager 1470g (ttyACM0): /dev/ttyACM0"


def test_the_card_tells_a_slow_scan_with_its_gap() -> None:
    set_language("en")
    slow = ScanFacts("SF1234567890123", "SF1234567890123", (48, 52), 720, "Enter")
    view = words.scanner(None, 35, False, "too slow", slow, "lost")
    assert view.state.text == "Too slow" and "gap 52 ms · 720 ms in all" in view.facts
    assert [tag.text for tag in view.checks] == ["Slow; measure the scanner", "Serial scanner unplugged"]


@pytest.mark.parametrize(
    ("raw", "symbology", "told"),
    [
        ("CMD-TEST", "Code 128", "Letter case kept"),
        ("cmd-test", "Code 128", "Letters reversed; switch Caps Lock off"),
        ("Cmd-Test", "Code 128", "Letter case changed; set the scanner to keep it"),
        ("]C0CMD-TEST", "Code 128", "Letter case kept"),
        ("]c0cmd-test", "Code 128", "Letters reversed; switch Caps Lock off"),
        ("]D1t-000123a", "DataMatrix", "Letters reversed; switch Caps Lock off"),
        ("rt-261121-0430001701", "", "Letters reversed; switch Caps Lock off"),
        ("sf1234567890123", "", ""),
        ("6901234567892", "", ""),
    ],
)
@pytest.mark.parametrize("source", ["wedge", "serial"])
def test_capitals_that_arrive_as_small_letters_are_told(raw: str, symbology: str, told: str, source: str) -> None:
    set_language("en")
    gaps = (9, 9) if source == "wedge" else ()
    view = words.scanner(ScanFacts(raw, raw, gaps, 60, "Enter", source), 35, False, "")
    case = [tag for tag in view.checks if "etter" in tag.text]
    assert [tag.text for tag in case] == ([told] if told else [])
    assert [tag.tone for tag in case] == ([("ok" if told.endswith("kept") else "warn")] if told else [])
    assert view.state.text == ("Fine" if told in ("", "Letter case kept") else "Needs care")
    assert symbology in view.facts[0] and ("Code" in view.facts[0]) == (symbology == "Code 128")


@pytest.mark.parametrize("width", [150, 320, 560])
def test_the_test_code_on_the_card_can_be_scanned_from_the_screen(qtbot, desk: Desk, width: int) -> None:
    assert desk.card.test_code.isHidden()
    desk.press("Scan test code")
    assert not desk.card.test_code.isHidden()
    code = CodePicture(TEST_CODE)
    qtbot.addWidget(code)
    code.resize(width, code.height())
    shown = code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.bytesPerLine())
    around = np.pad(rows[:, : shown.width()], 40, constant_values=90)
    reads = read_codes(np.ascontiguousarray(around), {TEST_CODE})
    assert [(read.text, read.symbology, read.accepted) for read in reads] == [(TEST_CODE, "Code128", True)]
    desk.press("Hide test code")
    assert desk.card.test_code.isHidden()
    desk.press("Scan test code")
    desk.desk.close()
    assert desk.card.test_code.isHidden(), "the next one at the bench begins with the usual card"


@pytest.mark.parametrize(("raw", "told"), [("]C1SF123456", "Code 128"), ("]d2SF123456", "DataMatrix"), ("SF123", "")])
def test_the_symbology_is_told_where_the_scanner_sends_it(raw: str, told: str) -> None:
    set_language("en")
    view = words.scanner(ScanFacts("SF123", raw, (9, 9), 60, "Enter"), 35, False, "")
    assert view.facts[0].endswith(told or "Enter")


@pytest.mark.parametrize(
    ("scans", "typing", "proposal"),
    [
        ([[7, 16]], [], Proposal(35, 16, 60, True)),
        ([[7, 16], [30]], [], Proposal(42, 30, 60, True)),
        ([[55]], [90, 120], Proposal(57, 55, 60, True)),
        ([[10]], [40], Proposal(30, 10, 40, True)),
        ([[5]], [22, 300], Proposal(20, 5, 22, True)),
        ([[70]], [90], Proposal(65, 70, 60, False)),
        ([[0]], [], Proposal(35, 0, 60, True)),
    ],
)
def test_the_proposal_lies_between_scanner_and_typing(
    scans: list[list[int]], typing: list[int], proposal: Proposal
) -> None:
    assert propose(scans, typing) == proposal


def test_nothing_is_proposed_without_a_scan() -> None:
    with pytest.raises(ValueError, match="at least one scan"):
        propose([[]], [60])
