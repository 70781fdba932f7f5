"""Two purposes, a test label and the looks at a printer's status share one wired printer and never collide."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import network_printer as net
import pytest
from PIL import Image

if sys.platform == "win32":
    pytest.skip("no pseudo terminals", allow_module_level=True)

from terminal_printer import TerminalPrinter

from inspection_station.devices.printers import PrinterStatus, PrintJob, PrintOutcome, SharedPrinter, shared_printer
from inspection_station.devices.printers.device_file import DeviceLine
from inspection_station.settings import Settings
from inspection_station.settings.printing import SAME, LabelSettings, PrinterSettings, TotePrinterSettings
from inspection_station.station.printers import printer_for
from inspection_station.storage.print_jobs import INSPECTION_LABEL, TOTE_LABEL

ROUNDS = 6


def job(number: int) -> PrintJob:
    png = io.BytesIO()
    Image.new("1", (480, 320), 0).save(png, "PNG")
    return PrintJob(f"j{number}", png.getvalue(), b"", f"RT-{number}")


@pytest.fixture
def far() -> Iterator[TerminalPrinter]:
    printer = TerminalPrinter()
    yield printer
    printer.unplug()


def on(port: str, **tote: object) -> Settings:
    near = PrinterSettings(kind="serial", device=port, baud=115200)
    return Settings(printer=near, label=LabelSettings("60x40"), tote_printer=TotePrinterSettings(**tote))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [SAME, "serial", "device_file"])
def test_purposes_on_one_port_are_never_busy_by_each_other(kind: str, far: TerminalPrinter, tmp_path: Path) -> None:
    own = {} if kind == SAME else {"device": far.device, "baud": 115200, "size": "60x40"}
    settings = on(far.device, kind=kind, **own)
    labels, totes = (printer_for(settings, purpose, tmp_path) for purpose in (INSPECTION_LABEL, TOTE_LABEL))
    trial = printer_for(settings, INSPECTION_LABEL, tmp_path)  # a test label's
    statuses: list[PrinterStatus] = []
    outcomes: list[PrintOutcome] = []
    begin = threading.Barrier(5)

    def send(printer: SharedPrinter) -> None:
        begin.wait()
        outcomes.extend(printer.print_label(job(number)) for number in range(ROUNDS))

    def ask(printer: SharedPrinter) -> None:
        begin.wait()
        statuses.extend(printer.status() for _ in range(ROUNDS * 3))

    work = [(send, labels), (send, totes), (send, trial), (ask, labels), (ask, totes)]
    threads = [threading.Thread(target=what, args=(printer,)) for what, printer in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    deadline = time.monotonic() + 60
    while len(far.received) < 3 * ROUNDS and time.monotonic() < deadline:
        time.sleep(0.01)  # the far end still reads what was sent
    told = {one.problem.code for one in [*statuses, *outcomes] if one.problem is not None}
    assert told == set()
    assert {one.state for one in outcomes} == {"sent"} and len(far.received) == 3 * ROUNDS
    assert {one.state for one in statuses} <= {"ready", "printing"} and len(statuses) == 2 * 3 * ROUNDS


def test_purposes_with_the_same_settings_have_the_same_printer(far: TerminalPrinter, tmp_path: Path) -> None:
    settings = on(far.device, kind=SAME)
    labels = printer_for(settings, INSPECTION_LABEL, tmp_path)
    assert printer_for(settings, TOTE_LABEL, tmp_path) is labels
    other = printer_for(replace(settings, label=LabelSettings("100x100")), TOTE_LABEL, tmp_path)
    assert other is not labels, "other labels are other commands"


class Slow:
    """A printer that holds its line until it is let go."""

    name, takes = "slow", "raster"

    def __init__(self) -> None:
        self.state: PrinterStatus = PrinterStatus("ready")
        self.began, self.go = threading.Event(), threading.Event()

    def print_label(self, job: PrintJob) -> PrintOutcome:
        self.began.set()
        assert self.go.wait(10)
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        return self.state


@pytest.mark.parametrize(
    ("last", "meanwhile"),
    [(None, "printing"), ("ready", "printing"), ("unknown", "printing"), ("no_media", "no_media")],
)
def test_who_asks_while_a_label_is_on_its_way_gets_an_answer_at_once(last: str | None, meanwhile: str) -> None:
    slow = Slow()
    printer = shared_printer(("slow", last), f"slow {last}", lambda: slow)  # type: ignore[arg-type,return-value]
    if last:
        slow.state = PrinterStatus(last, checked=last != "unknown")  # type: ignore[arg-type]
        printer.status()
    sending = threading.Thread(target=printer.print_label, args=(job(1),))
    sending.start()
    assert slow.began.wait(5)
    status = printer.status()
    slow.go.set()
    sending.join(5)
    assert status.state == meanwhile and status.checked == (last != "unknown")
    assert printer.status() == slow.state


def test_a_device_that_says_it_takes_bytes_and_takes_none_is_not_asked_at_full_speed(
    far: TerminalPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = DeviceLine(far.device)
    tries: list[int] = []

    def none_taken(*_: object) -> int:
        tries.append(1)
        raise BlockingIOError

    with monkeypatch.context() as changed:
        changed.setattr(os, "write", none_taken)
        with pytest.raises(TimeoutError):
            line.write_some(b"x" * 100, 0.3)
    line.close()
    assert 2 <= len(tries) <= 30


def test_a_device_that_is_full_for_a_moment_takes_the_rest_afterwards(
    far: TerminalPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = DeviceLine(far.device)
    write, tries = os.write, []

    def later(file: int, data: bytes) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise BlockingIOError
        return write(file, data)

    with monkeypatch.context() as changed:
        changed.setattr(os, "write", later)
        assert line.write_some(net.READY, 2) == len(net.READY)
    line.close()
