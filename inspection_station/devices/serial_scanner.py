"""Scanners on a serial line (RS-232, or USB as a virtual port): one thread that reads codes and connects by itself.

A serial scanner is heard whatever has the focus and whatever an input method does, and none of its keys can act on a
window.
"""

from __future__ import annotations

import errno
import logging
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from inspection_station.domain.gs1_codes import FNC1
from inspection_station.domain.identifiers import LONGEST_SCAN
from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import serial
else:
    serial = on_first_use("serial")

log = logging.getLogger(__name__)

ScannerState = Literal["live", "lost", "absent"]
"""live: the port is open. lost: it was and is gone. absent: it could not be opened since the start."""

ENDINGS = b"\r\n\t\x03\x04\x00"  # of one code: carriage return, line feed, tab, ETX, EOT, NUL
OPENINGS = b"\x02\x01"  # STX and SOH that some scanners put in front
MOST_BYTES = 2048  # of one code; 512 characters of GB18030 have as many at most
FEWEST_CHARACTERS = 4  # of a code without an ending
PAUSE = 0.12  # seconds of silence after which a code without an ending is over
READ_FOR = 0.05  # seconds a read waits; so quickly does the thread end, too
FIRST_WAIT = 0.25  # seconds before a port is tried again; doubled each time up to LONGEST_WAIT
LONGEST_WAIT = 2.0
STOP_WITHIN = 0.9  # seconds
TOLD_APART = 1.0  # seconds at least between two words on codes that cannot be read


class Line(Protocol):
    """What is used of an open port (a `serial.Serial`)."""

    @property
    def in_waiting(self) -> int:
        """Bytes that wait to be read."""

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes; fewer, or none, when the time is over."""

    def close(self) -> None:
        """Let the port go."""


@dataclass(frozen=True)
class SerialPort:
    """A port of this machine: what the setting holds, and its name for people."""

    device: str
    name: str


def serial_ports() -> tuple[SerialPort, ...]:
    """The machine's serial ports with a device on them, named.

    Under Linux a USB device is given by its own name (``/dev/serial/by-id/…``), which it keeps in any socket.
    """
    from serial.tools import list_ports

    own: dict[str, str] = {}
    by_id = Path("/dev/serial/by-id")
    if by_id.is_dir():
        own = {str(link.resolve()): str(link) for link in sorted(by_id.iterdir())}
    found = []
    for port in sorted(list_ports.comports(), key=lambda one: one.device):
        plugged = port.vid is not None
        if not plugged and sys.platform.startswith("linux"):
            continue  # the built-in ports are listed whether or not there is a socket for them
        name = port.product or port.description or port.device
        found.append(SerialPort(own.get(port.device, port.device), f"{name} ({Path(port.device).name})"))
    return tuple(found)


def open_line(port: str, baud: int) -> Line:
    """Open a serial port, for this program alone.

    Raises:
        StationProblem: ``scanner.absent``, ``scanner.denied``, ``scanner.busy``.
    """
    exclusive = {} if sys.platform == "win32" else {"exclusive": True}
    try:
        line: Line = serial.Serial(port, baud, timeout=READ_FOR, **exclusive)
    except (OSError, ValueError) as error:
        raise _cannot_open(port, error) from error
    return line


def _cannot_open(port: str, error: Exception) -> StationProblem:
    reason = getattr(error, "errno", None)
    if reason == errno.EACCES or "PermissionError" in str(error):
        return StationProblem(
            "scanner.denied",
            N_("The serial port {port} may not be used by this program"),
            N_("Close other programs that use it, or ask an administrator for the right to use it."),
            port=port,
        )
    if reason in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
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


class SerialScanner:
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
        on_state: Callable[[ScannerState], None] | None = None,
        unterminated: bool = False,
        open_line: Callable[[str, int], Line] = open_line,
        first_wait: float = FIRST_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port, self.baud = port, baud
        self._on_code, self._on_problem, self._on_state = on_code, on_problem, on_state
        self._unterminated = unterminated
        self._open = open_line
        self._first_wait = first_wait
        self._clock = clock
        self._noise_told = float("-inf")
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._state: ScannerState = "absent"
        self._told = ""

    @property
    def state(self) -> ScannerState:
        """Whether the port is open now."""
        return self._state

    def start(self) -> None:
        """Listen from now on; harmless when it does already."""
        if self._thread is None:
            self._ending = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ending,), name=f"scanner {self.port}", daemon=True
            )
            self._thread.start()

    def stop(self) -> bool:
        """End the thread and let the port go; False when its driver did not come back within a second."""
        thread, self._thread = self._thread, None
        self._ending.set()
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(STOP_WITHIN)
        return not thread.is_alive()

    def _run(self, ending: threading.Event) -> None:
        wait = self._first_wait
        while not ending.is_set():
            line: Line | None = None
            try:
                line = self._open(self.port, self.baud)
                self._become("live", ending)
                wait, self._told = self._first_wait, ""
                self._listen(line, ending)
            except StationProblem as problem:
                self._tell(problem, ending, once=True)
            except (OSError, TypeError) as error:  # pyserial raises TypeError where a port goes while it is read
                log.debug("scanner %s: %s", self.port, type(error).__name__)
            except Exception:
                # A bug, ours or a driver's: written down, and the port tried again rather than gone for good.
                log.exception("scanner %s", self.port)
            finally:
                if line is not None:
                    _close(line)
            if not ending.is_set():
                self._become("absent" if self._state == "absent" else "lost", ending)
                ending.wait(wait)
                wait = min(LONGEST_WAIT, wait * 2)

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

    def _become(self, state: ScannerState, ending: threading.Event) -> None:
        if state == self._state:
            return
        self._state = state
        log.info("scanner %s: %s", self.port, state)
        if self._on_state is not None and not ending.is_set():
            self._on_state(state)

    def _tell(self, problem: StationProblem, ending: threading.Event, *, once: bool = False) -> None:
        if once and problem.code == self._told:
            return
        self._told = problem.code if once else self._told
        if self._on_problem is not None and not ending.is_set():
            self._on_problem(problem)


def _close(line: Any) -> None:
    try:
        line.close()
    except OSError:
        log.debug("a serial port that is gone could not be closed")
