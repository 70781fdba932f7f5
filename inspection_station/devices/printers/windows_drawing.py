"""A label through a Windows driver: its dots drawn by GDI, one dot a dot, on paper of the label's size.

Source: Microsoft, GDI: CreateDC, DocumentProperties, StartDoc, StretchDIBits; wingdi.h.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from PIL import Image

from inspection_station.devices.printers import windows_types as win
from inspection_station.devices.printers.bitmap import page_of
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.queues import queue_refused
from inspection_station.devices.printers.vocabulary import PrintOutcome, broke_off
from inspection_station.devices.printers.windows_types import BlackAndWhite, DeviceMode, DocInfo, Windows
from inspection_station.errors import N_, StationProblem


@dataclass(frozen=True)
class Page:
    """A label to draw: in `queue`, called `title`, `image` with a pixel a dot at `dpi` (x, y), on `media`."""

    queue: str
    title: str
    image: Image.Image
    media: Media
    dpi: tuple[int, int]


def print_page(here: Windows, printer: Any, page: Page) -> PrintOutcome:
    """Draw the page once; `printer` is the queue's open handle.

    Nothing is drawn when the driver has another resolution: whoever scaled the dots would spoil the codes.
    """
    drawing = here.drawing
    surface = drawing.CreateDCW("WINSPOOL", page.queue, None, _device_mode(here, printer, page))
    if not surface:
        return PrintOutcome("failed", queue_refused(page.queue, f"Windows {here.last_error()}"))
    try:
        resolution = (drawing.GetDeviceCaps(surface, win.DPI_X), drawing.GetDeviceCaps(surface, win.DPI_Y))
        if resolution != page.dpi:
            return PrintOutcome("failed", _other_resolution(page, resolution))
        return _draw(here, surface, page)
    finally:
        drawing.DeleteDC(surface)


def _draw(here: Windows, surface: Any, page: Page) -> PrintOutcome:
    drawing = here.drawing
    document = DocInfo(ctypes.sizeof(DocInfo), page.title, None, None, 0)
    if drawing.StartDocW(surface, ctypes.byref(document)) <= 0:
        return PrintOutcome("failed", queue_refused(page.queue, f"Windows {here.last_error()}"))
    image = page_of(page.image, page.media, page.dpi)
    header, bits = bitmap_of(image)
    width, height = image.size
    # The surface begins where the driver can print; the label begins at the edge of the paper.
    left, top = (-drawing.GetDeviceCaps(surface, what) for what in (win.OFFSET_X, win.OFFSET_Y))
    drawn = drawing.StartPage(surface) > 0 and drawing.StretchDIBits(
        surface, left, top, width, height, 0, 0, width, height, bits, ctypes.byref(header), win.COLOURS, win.COPY
    ) in (height, -height)  # fmt: skip
    if not drawn:  # the page has not ended, so the driver has nothing to print yet
        reason = f"Windows {here.last_error()}"
        drawing.AbortDoc(surface)
        return PrintOutcome("failed", queue_refused(page.queue, reason))
    if drawing.EndPage(surface) <= 0 or drawing.EndDoc(surface) <= 0:
        reason = f"Windows {here.last_error()}"
        drawing.AbortDoc(surface)
        return PrintOutcome("unknown", broke_off(reason))
    return PrintOutcome("sent")


def bitmap_of(image: Image.Image) -> tuple[BlackAndWhite, bytes]:
    """`image` (mode "1") as a device-independent bitmap: from the top row down, rows of whole double words."""
    import numpy as np  # with the first label, not with the window

    width, height = image.size
    rows = np.packbits(np.array(image), axis=1)  # 1 is white
    bits = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).tobytes()
    colours = (0, win.WHITE)
    header = BlackAndWhite(win.HEADER_BYTES, width, -height, 1, 1, 0, len(bits), 0, 0, 2, 2, colours)
    return header, bits


def _device_mode(here: Windows, printer: Any, page: Page) -> Any:
    """The driver's settings with the label's size as paper; None (its usual ones) when it does not tell them."""
    ask, name = here.spooler.DocumentPropertiesW, page.queue
    size = ask(None, printer, name, None, None, 0)
    if size < ctypes.sizeof(DeviceMode):
        return None
    buffer = ctypes.create_string_buffer(size)
    if ask(None, printer, name, buffer, None, win.DM_OUT) < 0:
        return None
    mode = ctypes.cast(buffer, ctypes.POINTER(DeviceMode)).contents
    mode.fields |= win.DM_ORIENTATION | win.DM_PAPER_SIZE | win.DM_PAPER_LENGTH | win.DM_PAPER_WIDTH
    mode.fields |= win.DM_SCALE | win.DM_COPIES
    mode.orientation, mode.paper_size = win.PORTRAIT, win.PAPER_OF_OWN_SIZE
    mode.paper_width, mode.paper_length = round(page.media.width_mm * 10), round(page.media.height_mm * 10)
    mode.scale, mode.copies = 100, 1
    ask(None, printer, name, buffer, buffer, win.DM_OUT | win.DM_IN)  # the driver makes them fit one another
    return buffer


def _other_resolution(page: Page, resolution: tuple[int, int]) -> StationProblem:
    return StationProblem(
        "printer.resolution",
        N_("The print queue “{queue}” prints at {there} dpi, labels are drawn for {here} dpi"),
        N_("Saved; the label is queued. Set the same resolution in the settings and in the queue."),
        queue=page.queue,
        there="×".join(str(one) for one in resolution),
        here="×".join(str(one) for one in page.dpi),
    )
