"""Printers 打印机: which one prints what at this station; they are set up in the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from inspection_station.devices.printers import PrinterStatus
from inspection_station.errors import N_
from inspection_station.i18n import translate
from inspection_station.station.administration_office import Office
from inspection_station.station.administration_section import Section
from inspection_station.station.administration_views import Column, DetailView, Line, SectionView
from inspection_station.station.presenting import settings as words
from inspection_station.station.printers import PURPOSES, label_dpi, label_size
from inspection_station.station.settings_views import PrinterView
from inspection_station.station.views import FactView, PrimaryView
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL


def purpose_word(purpose: str) -> str:
    """What a printer is for, in words."""
    return {
        INSPECTION_LABEL: translate("Inspection labels"), TOTE_LABEL: translate("Tote labels"),
        PAPER: translate("A4 paper"),
    }[purpose]  # fmt: skip


class PrintersSection(Section):
    """See the module."""

    NAME, ICON, TEXT = "printers", "mdi6.printer-outline", N_("Printers")

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(office, parent)
        for queue in office.parts.printing.queues.values():
            queue.status_changed.connect(self._heard)

    def load(self) -> None:
        """See `Section`: every printer is asked how it is."""
        for queue in self._office.parts.printing.queues.values():
            queue.ask()
        self.changed.emit()


    def _heard(self, _status: PrinterStatus) -> None:
        self.changed.emit()

    def _printer(self, purpose: str) -> PrinterView:
        settings, queue = self._office.station.settings, self._office.parts.printing.queues[purpose]
        paper = (label_size(settings, purpose), label_dpi(settings, purpose)) if purpose != PAPER else words.A4
        return words.printer(queue.status, words.printer_name(settings, purpose), paper, None, "")

    def view(self) -> SectionView:
        """See `Section`."""
        columns = (
            Column(translate("Purpose"), 0.28), Column(translate("Printer"), 0.44), Column(translate("State"), 0.28),
        )  # fmt: skip
        settings = self._office.station.settings
        lines = tuple(
            Line(one, (purpose_word(one), words.printer_name(settings, one), self._printer(one).state))
            for one in PURPOSES
        )
        return SectionView(
            translate("Printers"), columns, lines, "",
            PrimaryView(translate("Set up"), translate("Trial, label size, jobs that wait"), "mdi6.printer-settings"),
            "set_up", translate("Of this station; each has its own."),
        )  # fmt: skip

    def detail(self, row: str) -> DetailView:
        """See `Section`."""
        if row not in PURPOSES:
            return DetailView(translate("Printers"))
        view = self._printer(row)
        facts = (FactView(translate("Printer"), words.printer_name(self._office.station.settings, row)), *view.facts)
        return DetailView(purpose_word(row), view.state, facts)

    def act(self, action: str, row: str) -> None:
        """See `Section`."""
        if action == "set_up":
            self._office.parts.show_printer(row or INSPECTION_LABEL)
            self._office.area_wanted.emit("settings")
