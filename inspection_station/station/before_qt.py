"""What the window works with, loaded before Qt.

PySide6 reads the source of every module that is imported after it (to find out whether the module uses its feature
switch): a third of a second for the database alone. So what needs no Qt goes first; MUST not import Qt itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib

from inspection_station.errors import StationProblem

MODULES = (
    "inspection_station.workflows.deciding",
    "inspection_station.workflows.rule_book",
    "inspection_station.storage.feed",
    "inspection_station.storage.history",
    "inspection_station.storage.opening",
    "inspection_station.storage.print_jobs",
    "inspection_station.evidence.photo_store",
    "inspection_station.evidence.bundle",
    "inspection_station.devices.barcodes",
    "inspection_station.devices.camera_feed",
    "inspection_station.devices.printers",
    "inspection_station.devices.serial_line",
    "inspection_station.devices.serial_scanner",
    "inspection_station.devices.text_reading",
    "inspection_station.documents.evidence_case",
    "inspection_station.documents.inspection_label",
    "inspection_station.sync.identity",
    "inspection_station.storage.attention",
    "inspection_station.storage.person_pins",
    "inspection_station.storage.safe_photos",
    "inspection_station.sync.loop",
    "inspection_station.sync.original_fetch",
    "inspection_station.sync.safe_photos",
    "inspection_station.sync.sealed_pins",
    "inspection_station.evidence.refused_export",
    "inspection_station.station.centre_link",
    "inspection_station.station.evidence_desk",
    "inspection_station.station.flow.commands",
    "inspection_station.station.frame_views",
    "inspection_station.station.label_desk",
    "inspection_station.station.label_trial",
    "inspection_station.station.presenting.attention",
    "inspection_station.station.presenting.checklist",
    "inspection_station.station.presenting.exceptions",
    "inspection_station.station.presenting.frame",
    "inspection_station.station.presenting.history",
    "inspection_station.station.presenting.parcel",
    "inspection_station.station.presenting.waiting",
    "inspection_station.station.scan_calibration",
    "inspection_station.station.scanned_text",
    "inspection_station.station.settings_views",
    "inspection_station.station.shutter",
    "inspection_station.station.sign_in_views",
    "inspection_station.station.signing_in",
)


def load() -> None:
    """Import them all; the search for cycles rests until `launch` has opened the window."""
    gc.disable()  # what a start makes stays: looking through it again and again is a tenth of the start
    for name in MODULES:
        importlib.import_module(name)


USED_LATER = ("cv2", "numpy", "reportlab.pdfgen.canvas", "reportlab.pdfbase.ttfonts", "segno")


def load_rest() -> None:
    """Load what the first parcel, photo and label will use; for a worker thread, once the window is there.

    What cannot be loaded is left to the place that uses it, which knows what to say.
    """
    for name in USED_LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    fonts = importlib.import_module("inspection_station.documents.fonts")
    with contextlib.suppress(StationProblem):
        fonts.register_for_pdf()
