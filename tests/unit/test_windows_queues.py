"""Queues of Windows, against a spooler that is not one: bytes to raw queues, dots to drivers, honest ends."""

from __future__ import annotations

import ctypes
import io
import sys
from dataclasses import replace

import numpy as np
import pytest
from fake_windows import FakeWindows
from PIL import Image

from inspection_station.devices.printers import Media, PrinterDescription, PrintJob, PrintOutcome
from inspection_station.devices.printers import windows_types as win
from inspection_station.devices.printers.languages import encode
from inspection_station.devices.printers.windows_spooler import WindowsQueue, installed_queues
from inspection_station.errors import StationProblem

WIDTH, HEIGHT = 469, 320  # no whole bytes, no whole double words
RAW = PrinterDescription("queue_raw", queue="raw", media=Media(60, 40))
DRIVER = replace(RAW, kind="queue_driver", queue="driver")


@pytest.fixture
def windows() -> FakeWindows:
    return FakeWindows()


def label() -> Image.Image:
    bits = np.random.default_rng(5).integers(0, 2, (HEIGHT, WIDTH), np.uint8) * 255
    return Image.fromarray(bits.astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


def job() -> PrintJob:
    png = io.BytesIO()
    label().save(png, "PNG")
    return PrintJob("0192aa0001", png.getvalue(), b"%PDF-1.4", "RT-261121-01200042")


def ended(outcome: PrintOutcome) -> tuple[str, str]:
    return outcome.state, outcome.problem.code if outcome.problem else ""


def test_a_raw_queue_gets_the_commands_whole_and_as_raw_data(windows: FakeWindows) -> None:
    assert ended(WindowsQueue(RAW, windows.system).print_label(job())) == ("sent", "")
    assert windows.raw_jobs == [("RT-261121-01200042 0192aa0001", "RAW", encode("zpl", label(), RAW.media))]
    assert windows.pages == [] and windows.open_handles == 0


def test_a_driver_queue_gets_the_dots_one_to_one_from_the_paper_s_edge(windows: FakeWindows) -> None:
    queue = WindowsQueue(DRIVER, windows.system)
    assert queue.takes == "raster"
    assert ended(queue.print_label(job())) == ("sent", "")
    ((dots, place, paper),) = windows.pages
    assert (dots == ~np.array(label())).all()
    assert (place, paper) == ((-3, -5), (600, 400))
    assert windows.raw_jobs == [] and windows.open_handles == 0


def test_offset_and_turn_are_in_the_dots_that_a_driver_gets(windows: FakeWindows) -> None:
    media = Media(60, 40, offset_x_mm=1, direction="turned")
    WindowsQueue(replace(DRIVER, media=media), windows.system).print_label(job())
    ((dots, _, _),) = windows.pages
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[:, 8:] = ~np.array(label())[:, :-8]
    assert (dots == expected[::-1, ::-1]).all()


def test_commands_never_reach_a_driver_and_drawings_never_a_raw_queue(windows: FakeWindows) -> None:
    for crossed in (replace(RAW, queue="driver"), replace(DRIVER, queue="raw")):
        queue = WindowsQueue(crossed, windows.system)
        assert ended(queue.print_label(job())) == ("failed", "printer.queue_changed")
        assert queue.status().state == "offline"
    assert windows.raw_jobs == [] and windows.pages == []


def test_a_driver_with_another_resolution_prints_nothing(windows: FakeWindows) -> None:
    windows.dpi = (300, 300)
    assert ended(WindowsQueue(DRIVER, windows.system).print_label(job())) == ("failed", "printer.resolution")
    assert windows.pages == [] and windows.taken_back == 0 and windows.open_handles == 0


def test_a_driver_that_tells_no_settings_prints_with_its_usual_ones(windows: FakeWindows) -> None:
    windows.fails = {"DocumentPropertiesW"}
    assert ended(WindowsQueue(DRIVER, windows.system).print_label(job())) == ("sent", "")


@pytest.mark.parametrize(
    ("call", "end"),
    [
        ("OpenPrinterW", ("failed", "printer.queue_missing")),
        ("GetPrinterW", ("failed", "printer.spooler")),
        ("StartDocPrinterW", ("failed", "printer.queue_refused")),
        ("StartPagePrinter", ("failed", "printer.queue_refused")),
        ("EndPagePrinter", ("unknown", "printer.broke_off")),
        ("EndDocPrinter", ("unknown", "printer.broke_off")),
    ],
)
def test_each_call_that_fails_ends_a_raw_job_as_it_must(call: str, end: tuple[str, str], windows: FakeWindows) -> None:
    windows.fails = {call}
    assert ended(WindowsQueue(RAW, windows.system).print_label(job())) == end
    assert windows.raw_jobs == [] and windows.open_handles == 0


@pytest.mark.parametrize(
    ("call", "end"),
    [
        ("CreateDCW", ("failed", "printer.queue_refused")),
        ("StartDocW", ("failed", "printer.queue_refused")),
        ("StartPage", ("failed", "printer.queue_refused")),
        ("StretchDIBits", ("failed", "printer.queue_refused")),
        ("EndPage", ("unknown", "printer.broke_off")),
        ("EndDoc", ("unknown", "printer.broke_off")),
    ],
)
def test_each_call_that_fails_ends_a_drawn_job_as_it_must(
    call: str, end: tuple[str, str], windows: FakeWindows
) -> None:
    windows.fails = {call}
    assert ended(WindowsQueue(DRIVER, windows.system).print_label(job())) == end
    assert windows.pages == [] and windows.open_handles == 0


def test_a_spooler_that_takes_part_makes_the_label_unknown_and_one_that_takes_none_failed(windows: FakeWindows) -> None:
    windows.takes = 1500
    assert ended(WindowsQueue(RAW, windows.system).print_label(job())) == ("unknown", "printer.broke_off")
    windows.takes = 0
    assert ended(WindowsQueue(RAW, windows.system).print_label(job())) == ("failed", "printer.queue_refused")
    assert windows.taken_back == 2
    windows.fails = {"AbortPrinter"}
    assert ended(WindowsQueue(RAW, windows.system).print_label(job())) == ("unknown", "printer.broke_off")


def test_the_state_of_a_queue_is_told(windows: FakeWindows) -> None:
    queue = WindowsQueue(RAW, windows.system)
    assert (queue.status().state, queue.status().checked) == ("ready", False)
    windows.status = 0x10
    assert queue.status().state == "no_media"
    del windows.queues["raw"]
    assert queue.status().state == "offline"


def test_windows_says_which_queues_are_raw(windows: FakeWindows) -> None:
    found = installed_queues(windows.system)
    assert [(one.name, one.is_raw, one.default) for one in found] == [("driver", False, False), ("raw", True, True)]
    windows.fails = {"EnumPrintersW"}
    with pytest.raises(StationProblem, match=r"printer\.spooler"):
        installed_queues(windows.system)
    windows.queues.clear()
    assert installed_queues(windows.system) == []


def test_structures_have_the_sizes_of_the_windows_headers() -> None:
    sizes = {name: ctypes.sizeof(getattr(win, name)) for name in ("DeviceMode", "BlackAndWhite", "PrinterInfo2")}
    assert sizes == {"DeviceMode": 220, "BlackAndWhite": 48, "PrinterInfo2": 136}
    assert (ctypes.sizeof(win.DocInfo), ctypes.sizeof(win.DocInfo1)) == (40, 24)
    assert win.DeviceMode.fields.offset == 72 and win.DeviceMode.paper_width.offset == 82


@pytest.mark.skipif(sys.platform == "win32", reason="shows what other systems say")
def test_a_queue_of_windows_on_another_system_is_told_and_nothing_breaks() -> None:
    queue = WindowsQueue(RAW)
    assert ended(queue.print_label(job())) == ("failed", "printer.spooler")
    assert queue.status().state == "offline"
