"""A real CUPS: raw queues get our bytes, driver queues get PDF, never crosswise; its states are ours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from cups_server import BROKEN_BACKEND, BROKEN_FILTER, DRIVER, ELSEWHERE, RAW, CupsServer, cupsd, until
from PIL import Image

from inspection_station.devices.printers import (
    PrinterDescription,
    PrintJob,
    PrintOutcome,
    ipp,
    open_printer,
    system_queues,
)
from inspection_station.devices.printers.cups_queue import CupsQueue
from inspection_station.devices.printers.description import LanguageName, Media, PrinterKind
from inspection_station.devices.printers.languages import encode
from inspection_station.devices.printers.print_service import PrintService
from inspection_station.errors import StationProblem

CANCEL, PAUSE, RESUME, ACCEPT, REJECT = 0x0008, 0x0010, 0x0011, 0x4008, 0x4009  # IPP operations


@pytest.fixture(scope="module")
def running() -> Iterator[CupsServer]:
    program = cupsd()
    if program is None:
        pytest.skip("cupsd is not installed (Debian: cups-daemon)")
    server = CupsServer(program)
    yield server
    server.stop()


@pytest.fixture
def cups(running: CupsServer, monkeypatch: pytest.MonkeyPatch) -> CupsServer:
    """The server with no paper, and known to the program as programs know theirs."""
    monkeypatch.setenv("CUPS_SERVER", running.place)
    running.clear()
    return running


def label() -> Image.Image:
    return Image.frombytes("1", (480, 320), bytes(range(256)) * 75)  # every byte there is


def job(number: int = 1) -> PrintJob:
    png = io.BytesIO()
    label().save(png, "PNG")
    return PrintJob(f"0192aa{number:04d}", png.getvalue(), b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n", "RT-1")


def described(kind: PrinterKind, queue: str, language: LanguageName = "zpl") -> PrinterDescription:
    return PrinterDescription(kind, queue=queue, language=language, media=Media(60, 40))


def tell(cups: CupsServer, operation: int, queue: str) -> None:
    service = PrintService(cups.place)
    uri = service.uri(f"/printers/{quote(queue)}")
    request = ipp.message(operation, [(ipp.Tag.URI, "printer-uri", uri)])  # type: ignore[arg-type]
    assert not service.ask("/admin/", request).refused


@pytest.mark.parametrize("language", ["zpl", "tspl", "escpos"])
def test_a_raw_queue_gets_our_bytes_unchanged(language: LanguageName, cups: CupsServer) -> None:
    printer = open_printer(described("queue_raw", RAW, language))
    assert printer.takes == "raster"
    assert printer.print_label(job()).state == "sent"
    assert cups.printed(1) == [encode(language, label(), Media(60, 40))]


def test_a_driver_queue_gets_the_pdf_at_its_own_size(cups: CupsServer) -> None:
    printer = open_printer(described("queue_driver", DRIVER))
    assert printer.takes == "pdf"
    assert printer.print_label(job()).state == "sent"
    assert cups.printed(1) == [job().pdf]
    (options,) = cups.options()
    assert "media=custom_label_60x40mm" in options
    assert "print-scaling=none" in options
    assert "orientation-requested=3" in options


def test_pdf_never_reaches_a_raw_queue_and_commands_never_a_driver(cups: CupsServer) -> None:
    for kind, queue in (("queue_driver", RAW), ("queue_raw", DRIVER)):
        printer = open_printer(described(kind, queue))  # type: ignore[arg-type]
        outcome = printer.print_label(job())
        assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.queue_changed")
        assert printer.status().state == "offline"
    for kind in ("queue_driver", "queue_raw"):
        outcome = open_printer(described(kind, ELSEWHERE)).print_label(job())  # type: ignore[arg-type]
        assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.queue_elsewhere")
    assert open_printer(described("queue_raw", RAW)).print_label(job(2)).state == "sent"
    assert cups.printed(1) == [encode("zpl", label())]


def test_the_system_says_which_queues_are_raw(cups: CupsServer) -> None:
    found = system_queues()
    broken = [found.pop(0), found.pop(0)]
    assert [(one.name, one.is_raw) for one in broken] == [(BROKEN_BACKEND, True), (BROKEN_FILTER, False)]
    assert [(one.name, one.is_raw, one.kind, one.default) for one in found] == [
        (DRIVER, False, "queue_driver", False),
        (RAW, True, "queue_raw", True),
    ]
    assert [one.makes for one in found] == ["Test Label Driver", "Local Raw Printer"]


def test_the_service_is_reached_by_its_file_too(cups: CupsServer) -> None:
    printer = CupsQueue(described("queue_raw", RAW), PrintService(cups.socket))
    assert printer.print_label(job()).state == "sent"
    assert cups.printed(1) == [encode("zpl", label())]


def test_a_queue_out_of_labels_says_so_and_prints_once_after_reloading(cups: CupsServer) -> None:
    (cups.out / "empty").touch()
    printer = open_printer(described("queue_raw", RAW))
    assert printer.print_label(job()).state == "sent"
    assert until(lambda: printer.status().state == "no_media", 10)
    (cups.out / "empty").unlink()
    assert cups.printed(1) == [encode("zpl", label())]
    assert until(lambda: printer.status().state == "ready", 10)
    assert len(cups.printed(1)) == 1
    assert not printer.status().checked, "that there is paper it has not said"


def test_a_stopped_queue_is_paused_and_one_that_takes_nothing_fails(cups: CupsServer) -> None:
    printer = open_printer(described("queue_driver", DRIVER))
    tell(cups, PAUSE, DRIVER)
    status = printer.status()
    assert (status.state, status.problem.code if status.problem else "") == ("paused", "printer.queue_stopped")
    tell(cups, RESUME, DRIVER)
    tell(cups, REJECT, DRIVER)
    outcome = printer.print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.queue_refused")
    assert printer.status().state == "paused"
    tell(cups, ACCEPT, DRIVER)
    assert printer.print_label(job()).state == "sent"
    assert cups.printed(1) == [job().pdf]


def test_a_queue_that_is_not_there_and_a_service_that_does_not_run_are_told(
    cups: CupsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = open_printer(described("queue_raw", "nowhere"))
    assert [one.problem.code for one in (printer.print_label(job()), printer.status()) if one.problem] == [
        "printer.queue_missing"
    ] * 2
    monkeypatch.setenv("CUPS_SERVER", "127.0.0.1:9")
    printer = open_printer(described("queue_raw", RAW))
    outcome = printer.print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.spooler")
    assert printer.status().state == "offline"
    with pytest.raises(StationProblem, match=r"printer\.spooler"):
        system_queues()


def test_paper_of_the_usual_sizes_has_its_usual_name(cups: CupsServer) -> None:
    printer = open_printer(replace(described("queue_driver", DRIVER), media=Media(210, 297, direction="turned")))
    assert printer.print_label(job()).state == "sent"
    cups.printed(1)
    assert "media=iso_a4_210x297mm" in cups.options()[0]
    assert "orientation-requested=6" in cups.options()[0]


def end_of(printer: CupsQueue, ticket: str, number: int = 1) -> PrintOutcome:
    """How the job ended; waits for it."""
    found: list[PrintOutcome] = []

    def ended() -> bool:
        found.extend(one for one in [printer.end_of(ticket, job(number).id)] if one is not None)
        return bool(found)

    assert until(ended, 10)
    return found[0]


@pytest.mark.parametrize(("kind", "queue"), [("queue_raw", BROKEN_BACKEND), ("queue_driver", BROKEN_FILTER)])
def test_a_job_that_cups_takes_and_gives_up_is_of_unknown_end(kind: PrinterKind, queue: str, cups: CupsServer) -> None:
    printer = CupsQueue(described(kind, queue))
    outcome = printer.print_label(job())
    assert outcome.state == "sent" and outcome.ticket
    end = end_of(printer, outcome.ticket)
    assert (end.state, end.problem.code if end.problem else "") == ("unknown", "printer.given_up")


def test_a_job_is_followed_until_it_came_out(cups: CupsServer) -> None:
    (cups.out / "empty").touch()
    printer = CupsQueue(described("queue_raw", RAW))
    outcome = printer.print_label(job())
    assert until(lambda: printer.status().state == "no_media", 10)
    assert printer.end_of(outcome.ticket, job().id) is None, "it still waits for labels"
    (cups.out / "empty").unlink()
    assert end_of(printer, outcome.ticket) == PrintOutcome("sent")
    assert printer.end_of(outcome.ticket, "another job") == PrintOutcome("sent"), "the number is another job's now"
    assert printer.end_of("987654", job().id) == PrintOutcome("sent"), "forgotten"


def test_a_job_that_somebody_takes_from_the_queue_is_of_unknown_end(cups: CupsServer) -> None:
    tell(cups, PAUSE, DRIVER)
    printer = CupsQueue(described("queue_driver", DRIVER))
    outcome = printer.print_label(job())
    assert printer.end_of(outcome.ticket, job().id) is None
    service = PrintService(cups.place)
    cancel = [(ipp.Tag.URI, "job-uri", service.uri(f"/jobs/{outcome.ticket}"))]
    assert not service.ask("/jobs/", ipp.message(CANCEL, cancel)).refused  # type: ignore[arg-type]
    assert end_of(printer, outcome.ticket).state == "unknown"
    tell(cups, RESUME, DRIVER)
