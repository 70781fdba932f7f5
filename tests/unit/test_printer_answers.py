"""What printers and systems answer about themselves, in one vocabulary; what cannot be understood is "unknown"."""

from __future__ import annotations

import network_printer as net
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection_station.devices.printers import cups_queue, windows_spooler
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.vocabulary import CAN_PRINT, SILENT, PrinterStatus
from inspection_station.i18n import sentences, set_language


def said(status: PrinterStatus) -> tuple[str, str]:
    return status.state, status.problem.code if status.problem else ""


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (net.READY, "ready", ""),
        (net.PRINTING, "printing", ""),
        (net.READY.replace(b"0320,000,0", b"0320,002,0"), "printing", ""),  # formats wait in the printer
        (net.READY.replace(b"0320,000,0", b"0320,000,1"), "printing", ""),  # its buffer is full
        (net.OUT_OF_LABELS, "no_media", "printer.paper"),
        (net.OUT_OF_RIBBON, "no_media", "printer.ribbon"),
        (net.HEAD_OPEN, "head_open", "printer.head_open"),
        (net.PAUSED, "paused", "printer.paused"),
        (net.TOO_HOT, "paused", "printer.hot"),
        (net.MEMORY_LOST, "offline", "printer.fault"),
        (net.PAUSED.replace(b"030,0,1", b"030,1,1"), "no_media", "printer.paper"),  # it pauses for want of paper
    ],
)
def test_a_zpl_printer_tells_about_paper_head_and_pause(answer: bytes, state: str, code: str) -> None:
    status = LANGUAGES["zpl"].read_status(answer)
    assert said(status) == (state, code)
    assert status.checked


@pytest.mark.parametrize(
    ("byte", "state", "code"),
    [
        (0x00, "ready", ""),
        (0x20, "printing", ""),
        (0x01, "head_open", "printer.head_open"),
        (0x40, "head_open", "printer.head_open"),
        (0x02, "jam", "printer.jam"),
        (0x04, "no_media", "printer.paper"),
        (0x05, "head_open", "printer.head_open"),
        (0x08, "no_media", "printer.ribbon"),
        (0x0A, "jam", "printer.jam"),
        (0x10, "paused", "printer.paused"),
        (0x80, "offline", "printer.fault"),
    ],
)
def test_a_tspl_printer_tells_by_the_bits_of_one_byte(byte: int, state: str, code: str) -> None:
    assert said(LANGUAGES["tspl"].read_status(bytes([byte]))) == (state, code)


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("12 12 12 12", "ready", ""),
        ("16 12 12 1e", "ready", ""),  # the drawer's pin, and paper that is nearly used up
        ("1a 16 12 12", "head_open", "printer.head_open"),
        ("1a 32 12 72", "no_media", "printer.paper"),
        ("12 12 12 72", "no_media", "printer.paper"),
        ("1a 52 1a 12", "jam", "printer.jam"),
        ("1a 52 32 12", "offline", "printer.fault"),
        ("1a 52 52 12", "paused", "printer.hot"),
        ("1a 1a 12 12", "printing", ""),  # somebody feeds paper
        ("1a 12 12 12", "paused", "printer.paused"),
    ],
)
def test_an_escpos_printer_tells_by_four_bytes(answer: str, state: str, code: str) -> None:
    assert said(LANGUAGES["escpos"].read_status(bytes.fromhex(answer))) == (state, code)


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("zpl", b""),
        ("zpl", b"\x02\x03\x02\x03"),
        ("zpl", b"\xff" * 5000),
        ("zpl", b"\x021\x03\x022\x03\x023\x03"),
        ("zpl", net.READY.replace(b"030,0,0", b"030,7,0")),
        ("zpl", b"HTTP/1.1 400 Bad Request\r\n"),
        ("tspl", b""),
        ("tspl", b"\xff"),
        ("tspl", b"OK"),
        ("escpos", b"\x12\x12\x12"),
        ("escpos", b"\x00\x00\x00\x00"),
        ("escpos", b"\x12\x12\x12\x12\x12"),
    ],
)
def test_an_answer_that_says_nothing_is_not_taken_for_paper(language: str, answer: bytes) -> None:
    status = LANGUAGES[language].read_status(answer)  # type: ignore[index]
    assert status is SILENT
    assert (status.state, status.checked, status.can_print) == ("unknown", False, True)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("zpl", "tspl", "escpos")), st.binary(max_size=200))
def test_no_answer_breaks_the_reader(language: str, answer: bytes) -> None:
    status = LANGUAGES[language].read_status(answer)  # type: ignore[index]
    assert (status.problem is None) == (status.state in CAN_PRINT)


@pytest.mark.parametrize(
    ("state", "reasons", "accepting", "expected"),
    [
        (3, ("none",), True, ("ready", "")),
        (4, ("none",), True, ("printing", "")),
        (3, ("media-low-warning",), True, ("ready", "")),
        (3, ("media-empty-error",), True, ("no_media", "printer.paper")),
        (4, ("media-needed",), True, ("no_media", "printer.paper")),
        (5, ("media-jam-error", "paused"), True, ("jam", "printer.jam")),
        (3, ("cover-open-warning",), True, ("head_open", "printer.head_open")),
        (3, ("marker-supply-empty-error",), True, ("no_media", "printer.ribbon")),
        (5, ("none",), True, ("paused", "printer.queue_stopped")),
        (5, ("paused",), True, ("paused", "printer.queue_stopped")),
        (3, ("none",), False, ("paused", "printer.queue_stopped")),
        (3, ("offline-report",), True, ("offline", "printer.lost")),
        (4, ("connecting-to-device",), True, ("offline", "printer.lost")),
        (3, ("cups-missing-filter-warning",), True, ("offline", "printer.fault")),
        (0, (), True, ("unknown", "")),
    ],
)
def test_a_cups_queue_tells_by_its_state_and_reasons(
    state: int, reasons: tuple[str, ...], accepting: bool, expected: tuple[str, str]
) -> None:
    facts = {
        "printer-state": (state,), "printer-state-reasons": reasons, "printer-is-accepting-jobs": (accepting,),
    }  # fmt: skip
    assert said(cups_queue.read_status("labels", facts)) == expected


@pytest.mark.parametrize(
    ("bits", "attributes", "expected"),
    [
        (0, 0, ("ready", "")),
        (0x400, 0, ("printing", "")),
        (0x10, 0, ("no_media", "printer.paper")),
        (0x40, 0, ("no_media", "printer.paper")),
        (0x40000, 0, ("no_media", "printer.ribbon")),
        (0x8, 0, ("jam", "printer.jam")),
        (0x400000 | 0x10, 0, ("head_open", "printer.head_open")),
        (0x1, 0, ("paused", "printer.queue_stopped")),
        (0x80, 0, ("offline", "printer.lost")),
        (0, 0x400, ("offline", "printer.lost")),
        (0x2, 0, ("offline", "printer.fault")),
    ],
)
def test_a_windows_queue_tells_by_bits(bits: int, attributes: int, expected: tuple[str, str]) -> None:
    assert said(windows_spooler.read_status("labels", bits, attributes)) == expected


def test_what_is_told_is_told_in_both_languages() -> None:
    problems = [LANGUAGES["tspl"].read_status(bytes([1 << bit])).problem for bit in range(8) if bit != 5]
    set_language("zh_CN")
    for problem in problems:
        assert problem is not None
        what, to_do = sentences(problem)
        assert not what.isascii() and not to_do.isascii()
