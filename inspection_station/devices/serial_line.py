"""Devices on a serial line (RS-232, or USB as a virtual port): one thread each that listens and connects by itself."""

from __future__ import annotations

import errno
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from inspection_station.errors import StationProblem
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import serial
else:
    serial = on_first_use("serial")

log = logging.getLogger(__name__)

LineState = Literal["live", "lost", "absent"]
"""live: the port is open. lost: it was and is gone. absent: it could not be opened since the start."""

READ_FOR = 0.05  # seconds a read waits; so quickly does the thread end, too
FIRST_WAIT = 0.25  # seconds before a port is tried again; doubled each time up to LONGEST_WAIT
LONGEST_WAIT = 2.0
STOP_WITHIN = 0.9  # seconds


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


def open_port(port: str, baud: int) -> Line:
    """Open a serial port, for this program alone.

    Raises:
        OSError, ValueError: it cannot be opened; `why_not` tells why.
    """
    exclusive = {} if sys.platform == "win32" else {"exclusive": True}
    line: Line = serial.Serial(port, baud, timeout=READ_FOR, **exclusive)
    return line


def why_not(error: Exception) -> Literal["denied", "busy", "absent"]:
    """Why a port cannot be opened: no right to it, another program uses it, or it is not there."""
    reason = getattr(error, "errno", None)
    if reason == errno.EACCES or "PermissionError" in str(error):
        return "denied"
    return "busy" if reason in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) else "absent"


class SerialDevice:
    """Runs one device on one thread. Its methods never wait for the device (`stop` for a second at most).

    `on_problem` and `on_state` are called on that thread; they MUST return quickly and MUST not touch widgets.
    `on_problem` tells once why a port cannot be opened.

    Args:
        kind: what it is, for the log.
        open_line: opens the port; raises StationProblem where it cannot.
    """

    def __init__(
        self,
        kind: str,
        port: str,
        baud: int,
        *,
        open_line: Callable[[str, int], Line],
        on_problem: Callable[[StationProblem], None] | None = None,
        on_state: Callable[[LineState], None] | None = None,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self.port, self.baud = port, baud
        self._kind, self._open = kind, open_line
        self._on_problem, self._on_state = on_problem, on_state
        self._first_wait = first_wait
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._state: LineState = "absent"
        self._told = ""

    @property
    def state(self) -> LineState:
        """Whether the port is open now."""
        return self._state

    def start(self) -> None:
        """Listen from now on; harmless when it does already."""
        if self._thread is None:
            self._ending = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ending,), name=f"{self._kind} {self.port}", daemon=True
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
                log.debug("%s %s: %s", self._kind, self.port, type(error).__name__)
            except Exception:
                # A bug, ours or a driver's: written down, and the port tried again rather than gone for good.
                log.exception("%s %s", self._kind, self.port)
            finally:
                if line is not None:
                    _close(line)
            if not ending.is_set():
                self._become("absent" if self._state == "absent" else "lost", ending)
                ending.wait(wait)
                wait = min(LONGEST_WAIT, wait * 2)

    def _listen(self, line: Line, ending: threading.Event) -> None:
        """Read from the open port until `ending` is set; OSError when it is gone."""
        raise NotImplementedError

    def _become(self, state: LineState, ending: threading.Event) -> None:
        if state == self._state:
            return
        self._state = state
        log.info("%s %s: %s", self._kind, self.port, state)
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
