"""Serial scanners: codes off a line, noise and endless data bounded, a port that goes and comes back."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.devices import serial_line, serial_scanner
from inspection_station.devices.serial_scanner import MOST_BYTES, PAUSE, CodeSplitter, SerialScanner, open_line
from inspection_station.errors import StationProblem

CODE = "SF1234567890123"


# --- codes of bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\r\n\r\n"])
@pytest.mark.parametrize("opening", [b"", b"\x02"])
def test_a_code_ends_with_any_usual_ending(opening: bytes, ending: bytes) -> None:
    assert CodeSplitter().feed((opening + CODE.encode() + ending) * 2, 0.0) == [CODE, CODE]


def test_a_code_may_come_in_pieces_of_any_size() -> None:
    splitter, codes = CodeSplitter(), []
    for byte in f"{CODE}\rT-000123X\r".encode():
        codes += splitter.feed(bytes([byte]), 0.0)
    assert codes == [CODE, "T-000123X"]


def test_codes_are_utf_8_or_gb18030_and_keep_fnc1() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert CodeSplitter().feed("顺丰 01\x1d21A\r".encode(encoding), 0.0) == ["顺丰 01\x1d21A"]
    assert CodeSplitter().feed(b"\xff\xfe\xff\r", 0.0) == [None]


def test_a_code_without_an_ending_is_refused_after_a_pause_unless_that_is_how_the_scanner_is_set() -> None:
    for unterminated, codes in ((False, [None]), (True, [CODE])):
        splitter = CodeSplitter(unterminated=unterminated)
        assert splitter.feed(CODE.encode(), 1.0) == []
        assert splitter.pause(1.0 + PAUSE / 2) == []
        assert splitter.pause(1.0 + PAUSE) == codes
        assert splitter.pause(9.0) == []
    short = CodeSplitter(unterminated=True)
    short.feed(b"SF1", 1.0)
    assert short.pause(2.0) == [None], "a piece of a code is no code"


def test_a_line_that_never_ends_is_bounded_and_told_once() -> None:
    splitter = CodeSplitter()
    for _ in range(100):
        assert splitter.feed(b"A" * 1000, 0.0) == []
        assert len(splitter._held) <= MOST_BYTES
    assert splitter.feed(b"\r" + CODE.encode() + b"\r", 0.0) == [None, CODE]


@given(st.lists(st.binary(max_size=60), max_size=12))
@properties(60)
def test_noise_never_crashes_and_the_next_code_is_read(noise: list[bytes]) -> None:
    splitter = CodeSplitter()
    for piece in noise:
        splitter.feed(piece, 0.0)
    splitter.pause(9.0)
    assert splitter.feed(CODE.encode() + b"\r", 10.0) == [CODE]


# --- a pseudo-terminal for a scanner ----------------------------------------------------------------------


class Plug:
    """A scanner's end of a line; the port is a link, so that it can go and come back under its name."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "ttyScanner"
        self._ends: tuple[int, ...] = ()

    def put_in(self) -> None:
        self._ends = os.openpty()
        self.port.symlink_to(os.ttyname(self._ends[1]))

    def pull(self) -> None:
        self.port.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = ()

    def send(self, data: bytes) -> None:
        os.write(self._ends[0], data)


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    if sys.platform == "win32":
        pytest.skip("no pseudo-terminals on Windows")
    plug = Plug(tmp_path)
    yield plug
    plug.pull()


def open_handles() -> int:
    """How many files and devices this process has open; 0 where that cannot be asked."""
    handles = Path("/proc/self/fd")
    return len(list(handles.iterdir())) if handles.is_dir() else 0


class Heard:
    """What a scanner told, each kind in a queue."""

    def __init__(self) -> None:
        self.codes: Queue[str] = Queue()
        self.problems: Queue[StationProblem] = Queue()
        self.states: Queue[str] = Queue()

    def listen(self, port: object, **options: object) -> SerialScanner:
        scanner = SerialScanner(
            str(port), 9600, on_code=self.codes.put, on_problem=self.problems.put, on_state=self.states.put,
            first_wait=0.01, **options,  # type: ignore[arg-type]
        )  # fmt: skip
        scanner.start()
        return scanner


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_codes_come_over_a_real_port(plug: Plug, heard: Heard) -> None:
    plug.put_in()
    scanner = heard.listen(plug.port)
    assert heard.states.get(timeout=5) == "live"
    plug.send(f"\x02{CODE}\r\nCMD-OK\r\n".encode())
    assert [heard.codes.get(timeout=5), heard.codes.get(timeout=5)] == [CODE, "CMD-OK"]
    plug.send(b"\xff\xfe\xfd\r" + b"T-000123X\r")
    assert heard.problems.get(timeout=5).code == "scanner.noise"
    assert heard.codes.get(timeout=5) == "T-000123X"
    assert scanner.stop()


def test_a_scanner_pulled_out_comes_back_by_itself_as_often_as_it_likes(
    plug: Plug, heard: Heard, rounds: Callable[[int, int], int]
) -> None:
    before = threading.active_count(), open_handles()
    scanner = heard.listen(plug.port)
    assert heard.problems.get(timeout=5).code == "scanner.absent"
    for number in range(rounds(4, 50)):
        plug.put_in()
        assert heard.states.get(timeout=5) == "live"
        plug.send(f"{CODE}{number}\r".encode())
        assert heard.codes.get(timeout=5) == f"{CODE}{number}"
        plug.send(b"SF12")  # pulled in the middle of a code
        plug.pull()
        assert heard.states.get(timeout=5) == "lost"
        assert heard.problems.get(timeout=5).code == "scanner.absent"
    assert heard.codes.empty(), "a piece of a code is no code"
    assert scanner.stop() and scanner.stop()
    after = threading.active_count(), open_handles()
    assert after == before, "a thread or a handle was left"


class Script:
    """A line that brings the pieces of a script, a moment of the clock with each, and is pulled out then."""

    def __init__(self, pieces: list[tuple[float, bytes]]) -> None:
        self._pieces = iter(pieces)
        self.now = 0.0
        self.in_waiting = MOST_BYTES

    def read(self, _size: int = 1) -> bytes:
        try:
            self.now, data = next(self._pieces)
        except StopIteration:
            raise OSError(errno.ENODEV, "pulled out") from None
        return data

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(
    "noise",
    [b"\x05\x06\x07\r", b"SF12\x1b3456\r", b"\xff\xfe\xff\r", b"\x7f\r", b"\xc2\x85A\r", b"A" * 600 + b"\r", b"\x1d\r"],
)
def test_a_line_that_spews_noise_is_told_once_a_second_and_every_code_is_heard(noise: bytes) -> None:
    pieces, sent = [], []
    for step in range(3000):  # a thousand lines a second
        pieces.append((step / 1000, noise))
        if step % 100 == 50:
            sent.append(f"SF{step:013d}")
            pieces.append((step / 1000, sent[-1].encode() + b"\r"))
    line = Script(pieces)
    codes: list[str] = []
    told: list[tuple[float, str]] = []
    over = threading.Event()
    scanner = SerialScanner(
        "COM3", on_code=codes.append, on_problem=lambda problem: told.append((line.now, problem.code)),
        on_state=lambda state: over.set() if state == "lost" else None,
        open_line=lambda _port, _baud: line, first_wait=60.0, clock=lambda: line.now,
    )  # fmt: skip
    scanner.start()
    assert over.wait(20)
    assert scanner.stop()
    assert told == [(0.0, "scanner.noise"), (1.0, "scanner.noise"), (2.0, "scanner.noise")]
    assert codes == sent and len(sent) == 30


@pytest.mark.parametrize("code", [CODE, "]C1010690\x1d21A", "顺丰 01", " 6901234567892 ", "ＳＦ１"])
def test_a_code_with_fnc1_blanks_or_full_width_letters_is_readable(code: str) -> None:
    assert serial_scanner.is_readable(code)


def test_why_a_port_cannot_be_opened_is_told_once(heard: Heard) -> None:
    tried = threading.Semaphore(0)

    def denied(_port: str, _baud: int) -> serial_line.Line:
        tried.release()
        raise StationProblem("scanner.denied", "no", "no")

    scanner = heard.listen("COM3", open_line=denied)
    for _ in range(3):
        assert tried.acquire(timeout=5)
    assert scanner.stop()
    assert [heard.problems.get_nowait().code] == ["scanner.denied"] and heard.problems.empty()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOENT, "no such file"), "scanner.absent"),
        (OSError(errno.EACCES, "denied"), "scanner.denied"),
        (OSError("could not open port 'COM3': PermissionError(13, 'Access is denied.')"), "scanner.denied"),
        (OSError(errno.EAGAIN, "locked"), "scanner.busy"),
        (ValueError("not a baud rate"), "scanner.absent"),
    ],
)
def test_a_port_that_cannot_be_opened_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception, code: str) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(serial_line, "serial", SimpleNamespace(Serial=fail))
    with pytest.raises(StationProblem) as told:
        open_line("COM3", 9600)
    assert told.value.code == code


def test_a_port_used_by_another_program_is_told(plug: Plug) -> None:
    plug.put_in()
    line = open_line(str(plug.port), 9600)
    try:
        with pytest.raises(StationProblem) as told:
            open_line(str(plug.port), 9600)
    finally:
        line.close()
    assert told.value.code == "scanner.busy"


@pytest.mark.expects_log("scanner .*ttyScanner")
def test_a_fault_of_a_driver_is_written_down_and_the_port_tried_again(heard: Heard, plug: Plug) -> None:
    tried: list[int] = []

    def broken_once(port: str, baud: int) -> serial_line.Line:
        tried.append(baud)
        if len(tried) == 1:
            raise RuntimeError("driver")
        return open_line(port, baud)

    plug.put_in()
    scanner = heard.listen(plug.port, open_line=broken_once)
    assert heard.states.get(timeout=5) == "live"
    assert scanner.stop() and len(tried) == 2


def test_ports_are_listed_without_a_device_of_any_kind() -> None:
    assert all(port.device and port.name for port in serial_line.serial_ports())
