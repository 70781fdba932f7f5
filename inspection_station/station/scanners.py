"""The bench's scanners together: the one that types, the one on a serial line, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from inspection_station.devices.serial_line import LineState
from inspection_station.devices.serial_scanner import SerialScanner, scanner_unplugged
from inspection_station.domain.carriers import Carriers
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.settings.declarations import ScannerSettings
from inspection_station.station.background import Background
from inspection_station.station.notices import Notices
from inspection_station.station.scanned_text import TOO_SLOW, is_test_code
from inspection_station.station.sounds import Sounds
from inspection_station.station.wedge_scanner import WedgeFilter

OWN_FORM = (ScanKind.BADGE, ScanKind.COMMAND, ScanKind.TOTE, ScanKind.RETURN_LABEL)
INPUT_METHOD = StationProblem(
    "scan.input_method",
    N_("The input method takes the scanner's letters"),
    N_("Switch the input method to English, then scan again."),
)


class SerialLine(Protocol):
    """What is used of a `SerialScanner`."""

    def start(self) -> None:
        """Listen from now on."""

    def stop(self) -> bool:
        """Let the port go."""


class Scanners(QObject):
    """Sees to it that every scanner is heard in one place, and that none is lost without a word.

    Signals:
        state_changed(str): of the serial scanner: live, lost, absent, or an empty text when there is none.

    Args:
        carriers: shapes of tracking numbers in force.
        expected: codes that would be right on the bench now.
    """

    state_changed = Signal(str)
    _code = Signal(str)
    _problem = Signal(object)
    _state = Signal(str)

    def __init__(
        self,
        wedge: WedgeFilter,
        background: Background,
        notices: Notices,
        sounds: Sounds,
        carriers: Callable[[], Carriers],
        expected: Callable[[], Collection[str]],
        parent: QObject | None = None,
        *,
        make_line: Callable[..., SerialLine] = SerialScanner,
    ) -> None:
        super().__init__(parent)
        self._wedge, self._background, self._notices, self._sounds = wedge, background, notices, sounds
        self._carriers, self._expected, self._make_line = carriers, expected, make_line
        self._line: SerialLine | None = None
        self._used: tuple[str, int, bool] = ("", 0, False)
        self.state = ""
        wedge.known = self.is_known
        wedge.refused.connect(self._refused)
        wedge.composed.connect(self._composed)
        queued = Qt.ConnectionType.QueuedConnection  # they come from the scanner's thread
        self._code.connect(lambda text: wedge.enter(text, "serial"), queued)
        self._problem.connect(self._refused, queued)
        self._state.connect(self._line_state, queued)

    def use(self, settings: ScannerSettings) -> None:
        """Listen to the scanners of these settings; a line that stays the same is left alone."""
        wanted = (settings.serial_port, settings.serial_baud, settings.without_terminator)
        if wanted == self._used:
            return
        self._used = wanted
        old, self._line = self._line, None
        self._line_state("")
        port, baud, unterminated = wanted

        def begin(_ended: bool) -> None:
            if port and self._used == wanted and self._line is None:
                self._line = self._make_line(
                    port, baud, on_code=self._code.emit, on_problem=self._problem.emit, on_state=self._state.emit,
                    unterminated=unterminated,
                )  # fmt: skip
                self._line.start()

        if old is None:
            begin(True)
        else:
            self._background.run(old.stop, begin, lane="photo")

    def stop(self) -> None:
        """Let the serial scanner go."""
        line, self._line = self._line, None
        self._used = ("", 0, False)
        if line is not None:
            line.stop()

    def is_known(self, text: str) -> bool:
        """Whether a text is a code by a form of its own, or expected now. Digits alone are only by being expected."""
        try:
            scan = recognise(text, self._carriers())
        except StationProblem:
            return False
        own = scan.kind in OWN_FORM or (scan.kind is ScanKind.TRACKING and bool(scan.carrier) and not scan.words)
        return own or scan.text in self._expected()

    def answer_test(self, text: str) -> bool:
        """Answer the test code with a sentence and nothing else; False for any other code."""
        if not is_test_code(text):
            return False
        self._sounds.play("command")
        self._notices.tell(
            "scan.test", translate("The scanner works; nothing was changed"),
            translate("Scan the test code in Settings (F10) to see how it arrives."),
        )  # fmt: skip
        return True

    def _refused(self, problem: StationProblem) -> None:
        self._sounds.play("warn" if problem.code == TOO_SLOW else "error")
        self._notices.problem(problem)

    def _composed(self) -> None:
        self._sounds.play("error")
        self._notices.problem(INPUT_METHOD)

    def _line_state(self, state: LineState | str) -> None:
        if state == self.state:
            return
        lost = state == "lost"
        self.state = state
        if lost:
            self._sounds.play("error")
            self._notices.problem(scanner_unplugged())
        elif state != "absent":
            for code in ("scanner.absent", "scanner.denied", "scanner.busy"):
                self._notices.withdraw(code)
        self.state_changed.emit(state)
