"""Scanners on a serial line (RS-232, or USB as a virtual port): one thread that reads codes and connects by itself.

A serial scanner is heard whatever has the focus and whatever an input method does, and none of its keys can act on a
window.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable

from inspection_station.devices.serial_line import FIRST_WAIT, Line, LineState, SerialDevice, open_port, why_not
from inspection_station.domain.gs1_codes import FNC1
from inspection_station.domain.identifiers import LONGEST_SCAN
from inspection_station.errors import N_, StationProblem

ENDINGS = b"\r\n\t\x03\x04\x00"  # of one code: carriage return, line feed, tab, ETX, EOT, NUL
OPENINGS = b"\x02\x01"  # STX and SOH that some scanners put in front
MOST_BYTES = 2048  # of one code; 512 characters of GB18030 have as many at most
FEWEST_CHARACTERS = 4  # of a code without an ending
PAUSE = 0.12  # seconds of silence after which a code without an ending is over
TOLD_APART = 1.0  # seconds at least between two words on codes that cannot be read


def open_line(port: str, baud: int) -> Line:
    """Open a scanner's port.

    Raises:
        StationProblem: ``scanner.absent``, ``scanner.denied``, ``scanner.busy``.
    """
    try:
        return open_port(port, baud)
    except (OSError, ValueError) as error:
        raise _cannot_open(port, error) from error


def _cannot_open(port: str, error: Exception) -> StationProblem:
    reason = why_not(error)
    if reason == "denied":
        return StationProblem(
            "scanner.denied",
            N_("The serial port {port} may not be used by this program"),
            N_("Close other programs that use it, or ask an administrator for the right to use it."),
            port=port,
        )
    if reason == "busy":
        return StationProblem(
            "scanner.busy",
            N_("Another program uses the serial port {port}"),
            N_("Close the other program; the scanner then connects by itself."),
            port=port,
        )
    return scanner_unplugged()


def scanner_unplugged() -> StationProblem:
    """The port is not there, or not any more."""
    return StationProblem("scanner.absent", N_("Scanner unplugged"), N_("Push the plug in, or press F3"))


def not_readable() -> StationProblem:
    """What came over the line is no code: noise, another speed than the scanner's, or no end."""
    return StationProblem(
        "scanner.noise",
        N_("What the scanner sent cannot be read"),
        N_("Scan again. If this happens with every code, check the speed of the serial port in Settings (F10)."),
    )


def is_readable(text: str) -> bool:
    """Whether what a line brought can be a code at all: some text, not too long, FNC1 its only control character."""
    plain = unicodedata.normalize("NFKC", text).strip(" \r\n\t")
    bad = any(unicodedata.category(one)[0] == "C" and one != FNC1 for one in plain)
    return bool(plain.strip(f"{FNC1} ")) and not bad and len(plain.upper()) <= LONGEST_SCAN


class CodeSplitter:
    """Makes codes of the bytes of a line; never holds more than `MOST_BYTES`.

    Args:
        unterminated: take a code without an ending after a pause; otherwise such bytes are refused.
    """

    def __init__(self, *, unterminated: bool = False) -> None:
        self._unterminated = unterminated
        self._held = bytearray()
        self._overfull = False
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[str | None]:
        """The codes that `data`, which came at `now` (seconds), completes; None for one that cannot be read."""
        codes: list[str | None] = []
        for byte in data:
            if byte in ENDINGS:
                codes += self._end()
            elif len(self._held) < MOST_BYTES:
                self._held.append(byte)
            else:
                self._overfull = True
        self._last = now
        return codes

    def pause(self, now: float) -> list[str | None]:
        """What is over because nothing came for a while."""
        if not self._held or now - self._last < PAUSE:
            return []
        if self._unterminated:
            return self._end(FEWEST_CHARACTERS)
        self._held.clear()
        self._overfull = False
        return [None]

    def _end(self, fewest: int = 1) -> list[str | None]:
        data = bytes(self._held).lstrip(OPENINGS)
        overfull, self._overfull = self._overfull, False
        self._held.clear()
        if overfull:
            return [None]
        if not data.strip():
            return []  # the second of two endings
        for encoding in ("utf-8", "gb18030"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return [text if len(text.strip()) >= fewest else None]
        return [None]


class SerialScanner(SerialDevice):
    """Runs one serial scanner on one thread. Its methods never wait for the device (`stop` for a second at most).

    `on_code`, `on_problem` and `on_state` are called on that thread; they MUST return quickly and MUST not touch
    widgets. `on_problem` tells a code that could not be read (of a line that brings nothing but noise once a second,
    so that the window is not flooded), and once why a port cannot be opened.

    Args:
        open_line: opens the port; as `open_line`.
        clock: seconds of a monotonic clock.
    """

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        *,
        on_code: Callable[[str], None],
        on_problem: Callable[[StationProblem], None] | None = None,
        on_state: Callable[[LineState], None] | None = None,
        unterminated: bool = False,
        open_line: Callable[[str, int], Line] = open_line,
        first_wait: float = FIRST_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            "scanner", port, baud, open_line=open_line, on_problem=on_problem, on_state=on_state,
            first_wait=first_wait,
        )  # fmt: skip
        self._on_code = on_code
        self._unterminated = unterminated
        self._clock = clock
        self._noise_told = float("-inf")

    def _listen(self, line: Line, ending: threading.Event) -> None:
        splitter = CodeSplitter(unterminated=self._unterminated)
        while not ending.is_set():
            data = line.read(max(1, min(MOST_BYTES, line.in_waiting)))
            now = self._clock()
            codes = splitter.feed(data, now) if data else splitter.pause(now)
            for code in codes:
                if ending.is_set():
                    return
                if code is not None and is_readable(code):
                    self._on_code(code)
                elif now - self._noise_told >= TOLD_APART:
                    self._noise_told = now
                    self._tell(not_readable(), ending)
