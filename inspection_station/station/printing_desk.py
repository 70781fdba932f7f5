"""The printing section at the window: how the printers are, their trials, and what a person decides of their jobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from inspection_station.devices.printers import PrinterStatus, PrintOutcome, QueueFacts, system_queues
from inspection_station.devices.printers import PrintJob as PrinterJob
from inspection_station.documents import drawing
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.documents.calibration_label import calibration_label
from inspection_station.documents.drawing import Layout
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station.assembly import Station
from inspection_station.station.background import PRINT_SERVICE, Background, DeviceLane
from inspection_station.station.document_desk import DocumentDesk
from inspection_station.station.label_trial_desk import LabelTrial
from inspection_station.station.notices import Notices
from inspection_station.station.presenting import settings as words
from inspection_station.station.print_desk import Answer
from inspection_station.station.printers import PURPOSES, Dpi, SizeMm, label_dpi, label_size
from inspection_station.station.printing import Printing
from inspection_station.station.settings_printing import PrintingSection
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL, JobEntry, PrintJob


class PrintingDesk(QObject):
    """Works for the printing section while it is shown.

    `trial` is the test label of the inspection printer, shared with the devices' card; `person` who is signed in.
    """

    def __init__(
        self, station: Station, background: Background, notices: Notices, printing: Printing, trial: LabelTrial,
        person: Callable[[], Person | None], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._station, self._background, self._printing = station, background, printing
        self._notices = notices
        self._trial, self._person = trial, person
        self._section: PrintingSection | None = None
        trial.changed.connect(lambda: self.show(INSPECTION_LABEL))
        for purpose, queue in printing.queues.items():
            queue.status_changed.connect(partial(self._status, purpose))
            queue.label_ended.connect(lambda _item, _how: self.look())

    def attach(self, section: PrintingSection) -> None:
        """Work for this section from now on."""
        self._section = section
        section.acted.connect(self._act)
        section.decided.connect(self._decide)
        section.purpose_changed.connect(lambda _purpose: self.look())

    def open(self) -> None:
        """The settings are shown from now on: ask every printer, and the system for its queues."""
        for queue in self._printing.queues.values():
            queue.ask()
        self._background.run(_queues, self._found, lane=PRINT_SERVICE)
        self.changed()

    def changed(self) -> None:
        """Other settings may be in force: show every printer, its label and its jobs."""
        for purpose in PURPOSES:
            self.show(purpose)
        self._draw_tote_label()
        self.look()

    def _found(self, queues: list[QueueFacts]) -> None:
        if self._section is None:
            return
        raw, driver = translate("raw"), translate("with a driver")
        choices = [(one.name, f"{one.name} · {raw if one.is_raw else driver}") for one in queues]
        for purpose, panel in self._section.panels.items():
            panel.show_queues([choice for choice, one in zip(choices, queues, strict=True)
                               if purpose != PAPER or not one.is_raw])  # fmt: skip

    def _status(self, purpose: str, _status: PrinterStatus) -> None:
        self.show(purpose)

    def show(self, purpose: str) -> None:
        """Show how the printer of a purpose is."""
        if self._section is None:
            return
        settings, status = self._station.settings, self._printing.queues[purpose].status
        paper = (label_size(settings, purpose), label_dpi(settings, purpose)) if purpose != PAPER else words.A4
        trial = self._trial.state if purpose == INSPECTION_LABEL else ""
        panel = self._section.panels[purpose]
        panel.show_view(words.printer(status, words.printer_name(settings, purpose), paper, None, trial))
        if purpose == INSPECTION_LABEL and not self._trial.raster.isNull():
            panel.show_label(self._trial.raster)

    # --- jobs --------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look what waits at the printer shown, and what a person has to decide."""
        section = self._section
        if section is None:
            return
        purpose = section.purpose
        desk, clock = self._printing.desk(purpose), self._station.clock

        def work() -> tuple[list[JobEntry], list[JobEntry], frozenset[str]]:
            undecided = desk.undecided()
            return undecided, desk.waiting(), desk.void_labels(undecided)

        def show(found: tuple[list[JobEntry], list[JobEntry], frozenset[str]]) -> None:
            if self._section is section:
                section.panels[purpose].show_jobs(words.print_jobs(*found, clock))

        self._background.run(work, show)

    def _decide(self, purpose: str, job_id: str, answer: Answer) -> None:
        person = self._person()
        if person is not None:
            self._printing.queues[purpose].decide(job_id, answer, person, self.look)

    # --- trials ------------------------------------------------------------------------------------------

    def _act(self, purpose: str, name: str) -> None:
        person = self._person()
        if name == "test":
            self._trial.print()
        elif name == "calibrate":
            self._calibrate(purpose)
        elif person is not None:
            make = self._sheet if name == "sheet" else self._tote_labels
            self._printing.queues[purpose].print_made(partial(make, person), person, self.look)

    def _calibrate(self, purpose: str) -> None:
        """Print the calibration label once; it is a trial, so nothing is queued when the printer cannot."""
        settings, printer = self._station.settings, self._printing.desk(purpose).printer
        size, dpi = label_size(settings, purpose), label_dpi(settings, purpose)
        title = translate("Calibration label")

        def work() -> PrintOutcome:
            png = png_of(calibration_label(size, dpi))
            return printer.print_label(PrinterJob(uuid7(), png, pdf_of_bitmap(png, size, title), title))

        def done(outcome: PrintOutcome) -> None:
            if outcome.problem is not None:
                self._notices.problem(outcome.problem)
            else:
                self._notices.tell("printer.calibrated", title, translate("Sent to the printer; look at its edges."))
            self._printing.queues[purpose].ask()

        self._background.run(work, done, lane=DeviceLane(printer.name))

    def _sheet(self, person: Person) -> PrintJob:
        from inspection_station.documents.paper.command_sheet import Sheet, TotePlace, command_sheet

        station = self._station
        dispositions = station.desk.book.lists.words["dispositions"]
        places = [
            TotePlace(one.code, one.slot, localised(dispositions[one.disposition].texts), one.disposition, one.vendor)
            for one in station.reference.totes()
            if one.slot and one.disposition in dispositions
        ]
        sheet = Sheet(station.desk.station.code, tuple(dispositions.values()), places, station.practice)
        return self._documents(PAPER).queue_paper(translate("Command sheet"), command_sheet(sheet), person)

    def _tote_labels(self, person: Person) -> PrintJob | None:
        """A label for each tote with a slot at this bench; the newest job."""
        job = None
        settings = self._station.settings
        size, dpi = label_size(settings, TOTE_LABEL), label_dpi(settings, TOTE_LABEL)
        for code, png in self._totes(size, dpi):
            job = self._documents(TOTE_LABEL).queue_label(code, png, size, dpi, person)
        return job

    def _totes(self, size: SizeMm, dpi: Dpi, most: int = 0) -> list[tuple[str, bytes]]:
        from inspection_station.documents.paper.tote_label import ToteLabel, tote_layout

        station = self._station
        dispositions = station.desk.book.lists.words["dispositions"]
        here = [one for one in station.reference.totes() if one.slot and one.disposition in dispositions]
        found = []
        for one in here[: most or None]:
            text = localised(dispositions[one.disposition].texts)
            label = ToteLabel(one.code, text, one.disposition, one.vendor, station.practice)
            found.append((one.code, png_of(tote_layout(label, size, dpi))))
        return found

    def _draw_tote_label(self) -> None:
        settings = self._station.settings
        size, dpi = label_size(settings, TOTE_LABEL), label_dpi(settings, TOTE_LABEL)

        def drawn(found: list[tuple[str, bytes]]) -> None:
            if found and self._section is not None:
                self._section.panels[TOTE_LABEL].show_label(QImage.fromData(found[0][1]))

        self._background.run(lambda: self._totes(size, dpi, 1), drawn)

    def _documents(self, purpose: str) -> DocumentDesk:
        return self._station.documents[purpose]


def png_of(layout: Layout) -> bytes:
    return drawing.png(drawing.raster(layout), layout)


def _queues() -> list[QueueFacts]:
    """The system's print queues; none where its print service does not answer, or there is none."""
    try:
        return system_queues()
    except StationProblem:
        return []
