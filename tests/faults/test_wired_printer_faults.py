"""Printers on a device file or a serial port: unplugged, in use, forbidden, stopped; nothing waits without end."""

from __future__ import annotations

import errno
import io
import os
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import network_printer as net
import pytest
from PIL import Image
from terminal_printer import TerminalPrinter

from inspection_station.devices.printers import Media, PrintJob
from inspection_station.devices.printers.description import LanguageName
from inspection_station.devices.printers.device_file import DeviceLine, cannot_open
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.serial_line import SerialLine, seconds_a_byte
from inspection_station.devices.printers.talking import Line, Patience, TalkingPrinter
from inspection_station.errors import StationProblem

if sys.platform == "win32":
    pytest.skip("no pseudo terminals", allow_module_level=True)

QUICK = Patience(send=0.5, finish=0.3, first_answer=0.3, answer=0.3)
LONG = Media(60, 40, compressed=False)  # 38 kB: more than a terminal takes unread


def job() -> PrintJob:
    png = io.BytesIO()
    Image.new("1", (480, 320), 0).save(png, "PNG")
    return PrintJob("0192aa0001", png.getvalue(), b"", "RT-261121-01200042")


def opener(kind: str, device: str, language: LanguageName = "zpl") -> Callable[[], Line]:
    return lambda: DeviceLine(device) if kind == "device_file" else SerialLine(device, 115200, language)


def printer(kind: str, device: str, language: LanguageName = "zpl") -> TalkingPrinter:
    return TalkingPrinter(device, opener(kind, device, language), LANGUAGES[language], LONG, (203, 203), QUICK)


Start = Callable[..., TerminalPrinter]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[TerminalPrinter] = []

    def start(**how: object) -> TerminalPrinter:
        running.append(TerminalPrinter(**how))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for one in running:
        one.unplug()


BOTH = pytest.mark.parametrize("kind", ["device_file", "serial"])


@BOTH
def test_a_printer_that_stops_taking_bytes_makes_a_begun_label_unknown(kind: str, start: Start) -> None:
    far = start(reads=False)
    before = monotonic()
    assert printer(kind, far.device).print_label(job()).state == "unknown"
    assert monotonic() - before < 3


@BOTH
def test_a_printer_without_labels_gets_none(kind: str, start: Start) -> None:
    far = start(answer=net.OUT_OF_LABELS)
    near = printer(kind, far.device)
    assert near.status().state == "no_media"
    outcome = near.print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.paper")
    assert far.received == []


@BOTH
def test_what_a_printer_said_unasked_is_no_answer(kind: str, start: Start) -> None:
    far = start(question=b"\x1b!?", answer=b"\x00", end=b"PRINT 1,1\r\n")
    far.say(b"\x04\x04")  # "out of paper", from before
    near = printer(kind, far.device, "tspl")
    if kind == "device_file":
        assert near.status().state == "ready"
    assert near.print_label(job()).state == "sent"
    assert far.taken.wait(5)


@BOTH
def test_unplugged_while_the_program_runs_is_told_and_then_it_goes_on(kind: str, start: Start) -> None:
    far = start()
    near = printer(kind, far.device)
    assert near.status().state == "ready"
    far.unplug()
    assert near.status().state == "offline"
    assert near.print_label(job()).state == "failed"


@BOTH
def test_a_printer_that_only_some_may_use_says_so(kind: str, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    far = start()
    plain = os.open

    def refuse(path: object, *arguments: object, **more: object) -> int:
        if path == far.device:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), far.device)
        return plain(path, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    status = printer(kind, far.device).status()
    assert (status.state, status.problem.code if status.problem else "") == ("offline", "printer.denied")


def test_a_serial_port_that_another_program_uses_is_busy(start: Start) -> None:
    far = start()
    other = SerialLine(far.device, 115200, "zpl")
    outcome = printer("serial", far.device).print_label(job())
    other.close()
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.busy")
    assert printer("serial", far.device).print_label(job()).state == "sent"


def test_a_plain_file_never_swallows_labels(tmp_path: Path) -> None:
    file = tmp_path / "lp0"
    file.write_bytes(b"")
    outcome = printer("device_file", str(file)).print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.no_device")
    assert file.read_bytes() == b""


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENODEV, "printer.unplugged"),
        (errno.ENXIO, "printer.unplugged"),
        (errno.EPERM, "printer.denied"),
        (errno.EBUSY, "printer.busy"),
    ],
)
def test_the_system_s_refusals_have_sentences(number: int, code: str) -> None:
    problem = cannot_open("/dev/usb/lp0", OSError(number, os.strerror(number)))
    assert isinstance(problem, StationProblem) and problem.code == code


def test_a_rate_that_the_port_does_not_have_is_a_fault_and_no_crash(start: Start) -> None:
    far = start()
    near = TalkingPrinter(
        "serial", lambda: SerialLine(far.device, -5, "zpl"), LANGUAGES["zpl"], LONG, (203, 203), QUICK
    )
    assert near.print_label(job()).state == "failed"


@pytest.mark.parametrize(("language", "stops"), [("zpl", True), ("tspl", False), ("escpos", False)])
def test_only_plain_text_lines_are_stopped_by_a_printer_s_xoff(
    language: LanguageName, stops: bool, start: Start
) -> None:
    far = start()
    line = SerialLine(far.device, 9600, language)
    flags = far.settings()[0]
    line.close()
    assert isinstance(flags, int)
    assert bool(flags & termios.IXON) is stops


def test_a_slow_line_is_given_the_time_it_needs() -> None:
    assert seconds_a_byte(9600) * 19_200 == pytest.approx(20)
