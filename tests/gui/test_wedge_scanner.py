"""The scanner is heard wherever the focus is, and a person's keys stay keys."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from inspection_station.domain.identifiers import recognise
from inspection_station.errors import StationProblem
from inspection_station.station.scanned_text import TOO_SLOW, BounceGuard, normalise_scan, same_code
from inspection_station.station.wedge_scanner import WedgeFilter

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Clock:
    """A clock in milliseconds that only moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench(QWidget):
    """A window that writes down which keys reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.keys: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keys.append("Enter" if event.key() == Qt.Key.Key_Return else event.text() or f"key {event.key()}")

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.accept()


class Typist:
    """Posts key events with time stamps of their own, as a keyboard or a scanner would."""

    def __init__(self, bench: QWidget, clock: Clock) -> None:
        self.bench, self.clock = bench, clock

    def event(self, text: str, stamp: float, repeat: bool = False) -> QKeyEvent:
        if text == "\r":
            key = int(Qt.Key.Key_Return)
        elif text == "\t":
            key = int(Qt.Key.Key_Tab)
        elif text == "\n":
            key = int(Qt.Key.Key_J)
        elif text == "\x1d":
            key = int(Qt.Key.Key_BracketRight)
        else:
            key = ord(text.upper()) if text.isascii() else 0
        event = QKeyEvent(QEvent.Type.KeyPress, key, SHIFT if text.isupper() else NONE, text, repeat)
        event.setTimestamp(round(stamp))
        return event

    def press(self, text: str, stamp: float | None = None, repeat: bool = False) -> None:
        target = QApplication.focusWidget() or self.bench
        QCoreApplication.sendEvent(target, self.event(text, self.clock.now if stamp is None else stamp, repeat))

    def type(self, text: str, gaps: list[int]) -> None:
        """Type `text`, waiting `gaps[i]` on the clock before character i + 1."""
        for index, character in enumerate(text):
            self.press(character)
            if index < len(gaps):
                self.clock.now += gaps[index]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(qtbot) -> Bench:
    window = Bench()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    return window


@pytest.fixture
def wedge(bench: Bench, clock: Clock) -> Iterator[WedgeFilter]:
    listening = WedgeFilter(clock=clock)
    listening.install()
    yield listening
    listening.remove()


@pytest.fixture
def scans(wedge: WedgeFilter) -> list[str]:
    heard: list[str] = []
    wedge.scanned.connect(heard.append)
    return heard


@pytest.fixture
def refused(wedge: WedgeFilter) -> list[str]:
    told: list[str] = []
    wedge.refused.connect(lambda problem: told.append(problem.code))
    return told


@pytest.fixture
def typist(bench: Bench, clock: Clock) -> Typist:
    return Typist(bench, clock)


def test_sixty_scans_at_scanner_speed_are_sixty_codes(wedge, scans, typist, clock, bench) -> None:
    dice = random.Random(7)
    codes = ["".join(dice.choices("ABCDEFGHJKLMNP0123456789", k=14)) for _ in range(60)]
    for code in codes:
        typist.type(code + "\r", [dice.randint(7, 20) for _ in code])
        clock.now += 400
    assert scans == codes
    assert bench.keys == []


def test_sixty_scans_delivered_late_after_a_stall_are_sixty_codes(wedge, scans, typist, clock, bench, qtbot) -> None:
    dice = random.Random(8)
    codes = ["SF" + "".join(dice.choices("0123456789", k=12)) for _ in range(60)]
    for code in codes:
        stamps = [clock.now]
        for _ in code:
            stamps.append(stamps[-1] + dice.randint(7, 20))
        half = len(code) // 2
        for character, stamp in list(zip(code + "\r", stamps, strict=True))[:half]:
            typist.press(character, stamp)
        # The window stands still for longer than the hold: the timer is overdue when the rest arrives.
        wedge._timer.stop()
        for character, stamp in list(zip(code + "\r", stamps, strict=True))[half:]:
            QCoreApplication.postEvent(bench, typist.event(character, stamp))
        wedge._on_pause()
        clock.now = stamps[-1] + 40
        qtbot.waitUntil(lambda expected=code: bool(scans) and scans[-1] == expected, timeout=500)
        clock.now += 400
    assert scans == codes
    assert bench.keys == []


def test_four_keys_of_a_person_delivered_at_once_are_no_scan(wedge, scans, typist, bench, clock) -> None:
    for index, character in enumerate("dexn"):
        typist.press(character, 1000 + 120 * index)
    typist.press("\r", 1000 + 120 * 4)
    assert scans == []
    assert bench.keys == ["d", "e", "x", "n", "Enter"]


def test_a_single_key_reaches_its_shortcut_within_a_tenth_of_a_second(wedge, scans, typist, bench, qtbot) -> None:
    typist.press("d")
    assert bench.keys == []
    qtbot.waitUntil(lambda: bench.keys == ["d"], timeout=100)
    assert scans == []


def test_short_text_and_enter_keep_their_order(wedge, scans, typist, bench, clock) -> None:
    typist.type("12\r", [10, 10])
    assert bench.keys == ["1", "2", "Enter"]
    assert scans == []


def test_enter_held_down_confirms_once(wedge, typist, bench, clock) -> None:
    typist.press("\r")
    for _ in range(30):
        clock.now += 33
        typist.press("\r", repeat=True)
    assert bench.keys == ["Enter"]


def test_enter_rests_after_the_primary_action_changed(wedge, typist, bench, clock) -> None:
    typist.press("\r")
    wedge.primary_changed()
    clock.now += 200
    typist.press("\r")
    assert bench.keys == ["Enter"]
    clock.now += 101
    typist.press("\r")
    assert bench.keys == ["Enter", "Enter"]


def test_enter_pressed_before_the_change_but_delivered_after_it_does_nothing(wedge, typist, bench, clock) -> None:
    typist.press("\r")
    clock.now += 1000
    wedge.primary_changed()
    clock.now += 500
    typist.press("\r", stamp=clock.now - 600)
    assert bench.keys == ["Enter"]


def test_a_scan_goes_through_while_enter_rests(wedge, scans, typist, clock) -> None:
    wedge.primary_changed()
    typist.type("T-000123X\r", [9] * 9)
    assert scans == ["T-000123X"]


def test_a_text_field_gets_a_scan_only_when_it_says_so(wedge, scans, typist, bench, clock) -> None:
    received: list[str] = []
    bench.field.setFocus()
    typist.type("SF123456\r", [8] * 8)
    assert (scans, bench.field.text()) == (["SF123456"], "")
    clock.now += 500
    bench.field.setProperty("acceptsScan", True)
    bench.field.accept_scan = received.append
    typist.type("T-000999\r", [8] * 8)
    assert (scans, received) == (["SF123456"], ["T-000999"])


def test_typing_into_a_text_field_is_typing(wedge, scans, typist, bench, clock) -> None:
    bench.field.setFocus()
    typist.type("abcde", [90, 110, 80, 120])
    wedge._flush()
    assert bench.field.text() == "abcde"
    assert scans == []


def test_a_letter_never_fires_a_shortcut_during_a_scan(wedge, scans, bench, qtbot, typist) -> None:
    fired: list[str] = []
    shortcut = QShortcut(QKeySequence("D"), bench)
    shortcut.activated.connect(lambda: fired.append("D"))
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_D, NONE, "d")
    override.ignore()
    QCoreApplication.sendEvent(bench, override)
    assert override.isAccepted()
    assert fired == []


def test_a_scanner_without_enter_is_heard_when_switched_on(wedge, scans, typist, clock, qtbot) -> None:
    wedge.accept_unterminated = True
    typist.type("6901234567892", [9] * 12)
    qtbot.waitUntil(lambda: scans == ["6901234567892"], timeout=300)
    assert wedge.last_scan is not None
    assert wedge.last_scan.terminator == "none"


def test_the_facts_of_the_last_scan_are_kept(wedge, scans, typist) -> None:
    typist.type("CMD-TEST\t", [6, 7, 8, 6, 7, 8, 6, 7])
    assert wedge.last_scan is not None
    assert wedge.last_scan.gaps == (6, 7, 8, 6, 7, 8, 6, 7)
    assert (wedge.last_scan.duration_ms, wedge.last_scan.terminator) == (55, "Tab")


def test_the_test_code_goes_into_no_field(wedge, scans, bench, qtbot) -> None:
    taken: list[str] = []

    class Search(QLineEdit):
        def accept_scan(self, text: str) -> None:
            taken.append(text)

    field = Search(bench)
    field.setProperty("acceptsScan", True)
    field.show()
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    wedge.enter("SF1234567890123", "serial")
    wedge.enter("cmd-test", "serial")
    assert (taken, scans) == (["SF1234567890123"], ["cmd-test"])


def test_full_width_letters_are_made_half_width_and_the_raw_text_is_kept(wedge, scans) -> None:
    wedge.enter("ＳＦ１２３４", "serial")
    assert scans == ["SF1234"]
    assert wedge.last_scan is not None
    assert (wedge.last_scan.raw, wedge.last_scan.source) == ("ＳＦ１２３４", "serial")


def test_fnc1_is_kept_and_other_control_characters_are_refused(wedge, scans, typist) -> None:
    refused: list[StationProblem] = []
    wedge.refused.connect(refused.append)
    typist.type("0106901234567892\x1d21A7\r", [8] * 20)
    wedge.enter("AB\x00CD", "serial")
    assert scans == ["0106901234567892\x1d21A7"]
    assert [problem.code for problem in refused] == ["scan.control"]


def test_the_same_parcel_code_within_one_and_a_half_seconds_is_a_bounce() -> None:
    guard = BounceGuard()
    assert [guard.is_bounce("SF1", 0), guard.is_bounce("sf1", 1400), guard.is_bounce("SF1", 3000)] == [
        False,
        True,
        False,
    ]
    assert not guard.is_bounce("SF2", 3001)


@given(strategies.text(max_size=40))
def test_normalising_any_text_is_stable_or_refused(raw: str) -> None:
    try:
        text = normalise_scan(raw)
    except StationProblem as problem:
        assert problem.code == "scan.control"
        return
    assert normalise_scan(text) == text
    assert recognise(text).kind, "whatever is emitted can be taken"
    assert same_code(text, text.swapcase()) or text.casefold() != text.swapcase().casefold()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    strategies.lists(
        strategies.tuples(
            strategies.text("ABCDEFG0123456789-", min_size=1, max_size=20),
            strategies.sampled_from([8, 15, 34, 60, 130]),
        ),
        max_size=6,
    )
)
def test_nothing_typed_is_ever_lost_or_doubled(bench, qtbot, pieces: list[tuple[str, int]]) -> None:
    clock = Clock()
    wedge = WedgeFilter(clock=clock)
    wedge.install()
    heard: list[str] = []
    wedge.scanned.connect(heard.append)
    bench.keys.clear()
    bench.setFocus()
    try:
        typist = Typist(bench, clock)
        for text, gap in pieces:
            typist.type(text + "\r", [gap] * len(text))
            clock.now += 500
        wedge._flush()
    finally:
        wedge.remove()
    expected_scans = [text for text, gap in pieces if gap <= 35 and len(text) >= 4]
    expected_keys = [
        key for text, gap in pieces if not (gap <= 35 and len(text) >= 4) for key in [*text, "Enter"]
    ]
    assert heard == expected_scans
    assert bench.keys == expected_keys


# --- the ten points of always listening, one after the other ----------------------------------------------


def test_point_1_gaps_are_those_of_the_time_stamps_whatever_the_clock_says(wedge, scans, typist, bench, clock) -> None:
    stamps = [5000 + 12 * place for place in range(9)]
    for character, stamp in zip("SF123456\r", stamps, strict=True):
        clock.now += 200  # the window is far behind
        typist.press(character, stamp)
    assert (scans, bench.keys) == (["SF123456"], [])
    late = [9000 + 120 * place for place in range(9)]
    for character, stamp in zip("SF123456\r", late, strict=True):
        clock.now += 1  # all at once after a stall
        typist.press(character, stamp)
    assert (scans, bench.keys) == (["SF123456"], [*"SF123456", "Enter"])


def test_point_1_a_count_of_milliseconds_that_starts_again_is_no_gap(wedge, scans, typist) -> None:
    for place, character in enumerate("SF123456\r"):
        typist.press(character, (2**32 - 40 + 10 * place) % 2**32 or 1)
    assert scans == ["SF123456"]


def test_point_2_a_longer_gap_gives_the_keys_back(wedge, scans, typist, bench, clock) -> None:
    typist.type("dex", [30, 36])
    wedge._flush()
    assert (scans, bench.keys) == ([], ["d", "e", "x"])


@pytest.mark.parametrize(("asked", "set_to"), [(5, 20), (20, 20), (48, 48), (80, 80), (200, 80)])
def test_point_2_the_longest_gap_is_calibrated_within_its_bounds(wedge, asked: int, set_to: int) -> None:
    wedge.set_max_gap(asked)
    assert wedge.max_gap_ms == set_to


@pytest.mark.parametrize("ending", ["\r", "\t", "\r\r", "\r\n", "\t\r", "\r\n\r"])
def test_point_3_no_ending_of_a_scan_presses_anything(wedge, scans, typist, bench, ending: str) -> None:
    typist.type("SF123456" + ending, [9] * (7 + len(ending)))
    assert (scans, bench.keys) == (["SF123456"], [])


def test_point_3_a_persons_enter_after_a_scan_is_theirs(wedge, scans, typist, bench, clock) -> None:
    typist.type("SF123456\r", [9] * 8)
    clock.now += 60
    typist.press("\r")
    assert (scans, bench.keys) == (["SF123456"], ["Enter"])


def test_point_4_without_an_ending_few_characters_are_keys_and_many_are_told(
    wedge, scans, refused, typist, bench, clock
) -> None:
    typist.type("1234567", [9] * 6)
    wedge._flush()
    assert (bench.keys, refused) == ([*"1234567"], [])
    clock.now += 1000
    typist.type("12345678", [9] * 7)
    wedge._flush()
    assert (bench.keys, refused, scans) == ([*"1234567"], [TOO_SLOW], [])


def test_point_4_in_a_text_field_all_is_typed(wedge, scans, refused, typist, bench) -> None:
    bench.field.setFocus()
    typist.type("1234567890", [9] * 9)
    wedge._flush()
    assert (bench.field.text(), refused, scans) == ("1234567890", [], [])


def test_point_5_keys_that_repeat_by_themselves_do_nothing(wedge, scans, typist, bench, clock) -> None:
    typist.press("d")
    for _ in range(40):
        clock.now += 30
        typist.press("d", repeat=True)
    wedge._flush()
    assert (scans, bench.keys) == ([], ["d"])


def test_point_5_space_rests_after_the_primary_action_changed(wedge, typist, bench, clock) -> None:
    wedge.primary_changed()
    clock.now += 100
    typist.press(" ")
    wedge._flush()
    clock.now += 400
    typist.press(" ")
    wedge._flush()
    assert bench.keys == [" "]


def test_point_6_a_control_character_inside_a_scan_acts_on_nothing_and_is_refused(
    wedge, scans, refused, bench, typist, clock
) -> None:
    typist.type("SF12345", [9] * 7)
    for key, text in ((Qt.Key.Key_L, "\x0c"), (Qt.Key.Key_F8, ""), (Qt.Key.Key_Escape, "\x1b")):
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            held = Qt.KeyboardModifier.ControlModifier if text == "\x0c" else NONE
            event = QKeyEvent(kind, key, held, text)
            event.setTimestamp(round(clock.now))
            event.ignore()
            QCoreApplication.sendEvent(bench, event)
            assert kind is QEvent.Type.KeyPress or event.isAccepted(), "it would reach a shortcut"
        clock.now += 9
    typist.type("678\r", [9] * 3)
    assert (scans, bench.keys, refused) == ([], [], ["scan.control"])
    clock.now += 500
    typist.type("SF12345678\r", [9] * 10)
    assert scans == ["SF12345678"], "the next scan is itself again"


def test_point_6_a_scanner_that_never_ends_fills_no_memory(wedge, scans, refused, typist, bench) -> None:
    typist.type("A" * 5000, [5] * 4999)
    assert len(wedge._buffer) <= 512
    typist.type("\r", [])
    assert (scans, bench.keys, refused) == ([], [], ["scan.control"])


def test_point_7_the_input_method_is_off_wherever_no_text_is_typed(wedge, bench, qtbot) -> None:
    def enabled() -> bool:
        query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
        QCoreApplication.sendEvent(QApplication.focusWidget(), query)
        return bool(query.value(Qt.InputMethodQuery.ImEnabled))

    bench.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)
    bench.field.setFocus()
    assert enabled()
    bench.setFocus()
    assert not enabled()


def test_point_7_an_input_method_that_composes_a_scan_is_noticed(wedge, bench) -> None:
    noticed: list[bool] = []
    wedge.composed.connect(lambda: noticed.append(True))
    QCoreApplication.sendEvent(bench, QInputMethodEvent("是", []))
    assert noticed == [True]
    bench.field.setFocus()
    QCoreApplication.sendEvent(bench.field, QInputMethodEvent("是", []))
    assert noticed == [True], "in a text field it may"


def test_point_9_a_serial_or_camera_scan_goes_where_a_typed_one_goes(wedge, scans, bench) -> None:
    received: list[str] = []
    wedge.enter("SF123456\r\n", "serial")
    bench.field.setProperty("acceptsScan", True)
    bench.field.accept_scan = received.append
    bench.field.setFocus()
    wedge.enter("T-000123X", "camera")
    assert (scans, received) == (["SF123456"], ["T-000123X"])
    assert wedge.last_scan is not None and wedge.last_scan.source == "camera"


@pytest.mark.parametrize(
    "gaps",
    [
        [9, 9, 50, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
        [9, 9, 9, 9, 9, 9, 9, 9, 9, 120, 9, 9, 9, 9, 9],
        [9] * 14 + [90],
        [50] * 15,
        [9, 100] * 7 + [9],
        [50, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
        [140, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
    ],
)
def test_point_10_a_scan_in_pieces_is_told_once_presses_nothing_and_is_no_other_code(
    wedge, scans, refused, typist, bench, gaps: list[int]
) -> None:
    wedge.known = lambda text: text.startswith("SF")
    typist.type("SF1234567890123\r", gaps)
    assert (scans, refused) == ([], [TOO_SLOW])
    assert "Enter" not in bench.keys
    assert wedge.last_slow is not None and max(wedge.last_slow.gaps) == max(gaps)


def test_point_10_a_key_just_before_a_scan_is_a_key(wedge, scans, refused, typist, bench) -> None:
    typist.type("dSF1234567\r", [61] + [9] * 9)
    assert (bench.keys, scans, refused) == (["d"], ["SF1234567"], [])


def test_point_10_quick_typing_with_enter_at_its_end_is_typing(wedge, scans, refused, typist, bench) -> None:
    typist.type("dex1q\r", [80, 61, 140, 70, 60])
    assert (bench.keys, scans, refused) == ([*"dex1q", "Enter"], [], [])


def test_point_10_a_known_code_typed_into_a_text_field_is_typing(wedge, scans, refused, typist, bench) -> None:
    wedge.known = lambda _text: True
    entered: list[bool] = []
    bench.field.returnPressed.connect(lambda: entered.append(True))
    bench.field.setFocus()
    typist.type("SF1234567890\r", [70] * 12)
    assert (bench.field.text(), entered, scans, refused) == ("SF1234567890", [True], [], [])


def test_fast_typing_is_remembered_for_the_calibration(wedge, typist) -> None:
    typist.type("dexte", [90, 70, 65, 400])
    wedge._flush()
    assert min(wedge.typing_gaps) == 65


@pytest.mark.parametrize(
    "raw", ["SF\u200b123456", "SF\u202e12345", "9" * 513, "\x1d", "\x1d \x1d", "ß" * 300, "A\ue000BCD"]
)
def test_point_6_what_no_code_holds_is_refused_before_anything_takes_it(wedge, scans, refused, raw: str) -> None:
    wedge.enter(raw, "serial")
    assert (scans, refused) == ([], ["scan.control"])
