"""Every printer, the fake one too, says honestly what became of a job and never raises for a fault outside."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_label_printer import FakeLabelPrinter
from network_printer import NetworkPrinter
from PIL import Image

from inspection_station.devices.printers import (
    Media,
    NoPrinter,
    PdfFolderPrinter,
    Printer,
    PrinterDescription,
    PrinterKind,
    PrintJob,
    open_printer,
)
from inspection_station.devices.printers.languages import encode
from inspection_station.devices.printers.talking import TalkingPrinter
from inspection_station.errors import StationProblem

if sys.platform != "win32":
    from terminal_printer import TerminalPrinter

DESCRIPTION = PrinterDescription(media=Media(60, 40), address="127.0.0.1")
TITLE = "RT-261121-01200042"


def label() -> Image.Image:
    """A label of 60 × 40 mm with something on it."""
    image = Image.new("1", (480, 320), 1)
    for x in range(40, 440, 3):
        image.paste(0, (x, 60, x + 1 + x % 2, 160))
    return image


def job(number: int = 1) -> PrintJob:
    png = io.BytesIO()
    label().save(png, "PNG")
    return PrintJob(f"0192aa{number:04d}", png.getvalue(), b"%PDF-1.4 label", TITLE)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


Start = Callable[[str], tuple[Printer, Callable[[], list[bytes]]]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A working printer of a kind, and how to look at the labels that it read."""
    stop: list[Callable[[], None]] = []

    def start(kind: str) -> tuple[Printer, Callable[[], list[bytes]]]:
        if kind == "fake":
            fake = FakeLabelPrinter()
            return fake, lambda: [encode("zpl", label()) for _ in fake.printed]
        if kind == "pdf_folder":
            return PdfFolderPrinter(tmp_path / "labels"), lambda: [
                encode("zpl", label()) for _ in (tmp_path / "labels").glob("*.pdf")
            ]
        if kind == "raw_9100":
            net = NetworkPrinter()
            stop.append(net.stop)
            return open_printer(replace(DESCRIPTION, kind="raw_9100", port=net.port)), lambda: net.received
        if sys.platform == "win32":
            pytest.skip("no pseudo terminals")
        terminal = TerminalPrinter()
        stop.append(terminal.unplug)
        means: PrinterKind = "serial" if kind == "serial" else "device_file"
        printer = open_printer(replace(DESCRIPTION, kind=means, device=terminal.device, baud=115200))
        return printer, lambda: (terminal.taken.wait(5) and terminal.received) or []

    yield start
    for one in stop:
        one()


@pytest.mark.parametrize("kind", ["fake", "pdf_folder", "raw_9100", "device_file", "serial"])
def test_a_working_printer_takes_a_job_and_says_sent(kind: str, start: Start) -> None:
    printer, came = start(kind)
    assert printer.name
    assert printer.takes == ("pdf" if kind == "pdf_folder" else "raster")
    outcome = printer.print_label(job())
    assert (outcome.state, outcome.problem) == ("sent", None)
    assert printer.status().state == "ready"
    assert came() == [encode("zpl", label())]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("fake", "printer.lost"),
        ("none", "printer.none"),
        ("pdf_folder", "printer.folder_unwritable"),
        ("raw_9100", "printer.lost"),
        ("device_file", "printer.unplugged"),
        ("serial", "printer.unplugged"),
    ],
)
def test_a_broken_printer_fails_with_a_sentence_and_never_raises(kind: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    absent = str(tmp_path / "lp0")
    printer: Printer
    if kind == "fake":
        fake = FakeLabelPrinter()
        fake.unplugged = True
        printer = fake
    else:
        description = replace(
            DESCRIPTION, kind=kind, port=closed_port(), device=absent, folder=tmp_path / "file" / "labels"
        )  # type: ignore[arg-type]
        printer = open_printer(description)
    outcome = printer.print_label(job())
    assert outcome.state == "failed"
    assert outcome.problem is not None and outcome.problem.code == code
    assert str(outcome.problem)
    status = printer.status()
    assert status.state == ("none" if kind == "none" else "offline")
    assert status.problem is not None and not status.can_print


def test_a_page_in_the_wrong_form_is_refused_and_nothing_is_sent(tmp_path: Path) -> None:
    document = replace(job(), raster_png=b"")
    for kind in ("raw_9100", "device_file", "serial", "queue_raw"):
        described = replace(DESCRIPTION, kind=kind, port=closed_port(), device=str(tmp_path / "lp0"), queue="labels")
        outcome = open_printer(described).print_label(document)  # type: ignore[arg-type]
        assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.unsuited")
    described = replace(DESCRIPTION, kind="pdf_folder", folder=tmp_path / "labels")
    assert open_printer(described).print_label(document).state == "sent"
    assert open_printer(described).print_label(replace(job(), id="2", pdf=b"")).state == "failed"
    assert len(list((tmp_path / "labels").iterdir())) == 1


def test_a_host_name_that_can_be_none_is_a_printer_that_does_not_answer() -> None:
    printer = open_printer(replace(DESCRIPTION, kind="raw_9100", address="a" * 70 + ".local"))
    assert printer.print_label(job()).state == "failed"
    assert printer.status().state == "offline"


def test_the_pdf_folder_keeps_one_file_a_job(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    for number in (1, 2, 2):
        assert printer.print_label(job(number)).state == "sent"
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [f"{TITLE}_0192aa0001.pdf", f"{TITLE}_0192aa0002.pdf"]
    assert (tmp_path / files[0]).read_bytes() == job().pdf
    hostile = PrintJob("../../x", job().raster_png, b"%PDF", "../etc/passwd")
    assert printer.print_label(hostile).state == "sent"
    assert (tmp_path / "etc-passwd_x.pdf").read_bytes() == b"%PDF"


def test_the_pdf_folder_never_overwrites_another_label(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    printer.print_label(job())
    outcome = printer.print_label(replace(job(), pdf=b"%PDF other"))
    assert outcome.state == "failed"
    assert (tmp_path / f"{TITLE}_0192aa0001.pdf").read_bytes() == job().pdf


def test_a_description_names_a_printer_or_it_is_told_what_is_missing(tmp_path: Path) -> None:
    assert isinstance(open_printer(PrinterDescription()), NoPrinter)
    assert isinstance(open_printer(PrinterDescription("pdf_folder", folder=tmp_path)), PdfFolderPrinter)
    assert isinstance(open_printer(PrinterDescription("raw_9100", address="192.168.7.9")), TalkingPrinter)
    for kind in ("raw_9100", "pdf_folder", "queue_raw", "queue_driver", "device_file", "serial", "teleprinter"):
        with pytest.raises(StationProblem) as problem:
            open_printer(PrinterDescription(kind))  # type: ignore[arg-type]
        assert problem.value.code == "printer.not_set_up"
