"""The test label of the settings: what it says, and whether a scan is it. No Qt, nothing stored.

It carries a practice number, so that it never matches a real case, and another one each time, so that scanning an
older test label does not pass for the one just printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inspection_station.devices.printers import Printer, PrintJob, PrintOutcome
from inspection_station.documents import drawing, inspection_label
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.documents.label_layouts import LabelLayouts
from inspection_station.documents.sample_labels import sample_label
from inspection_station.domain.identifiers import uuid7
from inspection_station.station.printers import Dpi, SizeMm

FIRST_COUNTER = 90_000
"""Counters of test labels: from here on, where no bench's practice work gets to."""


@dataclass(frozen=True)
class TrialLabel:
    """A test label: its number, the text of its codes, and the exact bitmap the printer gets (1-bit PNG)."""

    number: str
    code: str
    raster_png: bytes
    size_mm: SizeMm


def trial_label(at: datetime, bench: str, size_mm: SizeMm, dpi: Dpi, layouts: LabelLayouts | None = None) -> TrialLabel:
    """A test label made `at` (local time) at `bench`, in the language in force.

    Raises:
        StationProblem: ``label.*`` when there is no layout for that size and resolution.
    """
    counter = FIRST_COUNTER + (at.hour * 3600 + at.minute * 60 + at.second) % 10_000
    number = f"RT-{at:%y%m%d}-000{counter:05d}"
    content = replace(sample_label("flawed"), rt_number=number, time_text=f"{at:%m-%d %H:%M}", station=bench)
    layout = inspection_label.layout(content, size_mm, dpi, layouts)
    return TrialLabel(number, content.code, drawing.png(inspection_label.raster(layout), layout), size_mm)


def print_trial(printer: Printer, trial: TrialLabel) -> PrintOutcome:
    """Send the test label once; blocks for seconds."""
    pdf = pdf_of_bitmap(trial.raster_png, trial.size_mm, trial.number)
    return printer.print_label(PrintJob(uuid7(), trial.raster_png, pdf, trial.number))
