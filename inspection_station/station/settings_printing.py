"""The printing section of the settings: the printers of the bench by purpose, their labels, and their open jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.settings import Value
from inspection_station.settings.printing import SAME
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.picture import Picture
from inspection_station.station.print_desk import Answer
from inspection_station.station.settings_camera_rows import Choices
from inspection_station.station.settings_controls import Control, Segments, SettingRow, Stepper, Switch, TextControl
from inspection_station.station.settings_parts import ButtonFlow, DeviceCard, FactLines, Trouble
from inspection_station.station.settings_views import PrinterView, PrintJobView, SettingView
from inspection_station.station.surfaces import clear, column, row, scrolled
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL

FIELDS: Mapping[str, tuple[str, ...]] = {
    "pdf_folder": ("folder",), "raw_9100": ("address", "port", "language"), "queue": ("queue", "language"),
    "device_file": ("device", "language"), "serial": ("device", "baud", "language"),
}  # fmt: skip
"""Which settings a kind of printer has."""
STOCK = ("size", "dpi", "dpi_along", "sensing", "gap", "offset_across", "offset_along", "darkness", "speed", "turned",
         "compressed")  # fmt: skip
DEVICE_FILE, SERIAL_PORT = "/dev/usb/lp0", "COM3 · /dev/ttyUSB0"
SECTION_OF = {INSPECTION_LABEL: "printer", TOTE_LABEL: "tote_printer", PAPER: "paper_printer"}


def kind_choices(purpose: str) -> list[tuple[str, str]]:
    """The kinds of printers for a purpose, with their words."""
    words = {
        SAME: translate("The label printer"), "none": translate("None"), "pdf_folder": translate("PDF folder"),
        "raw_9100": translate("Network"), "queue": translate("System queue"), "device_file": translate("USB device"),
        "serial": translate("Serial port"),
    }  # fmt: skip
    left_out = {INSPECTION_LABEL: {SAME}, TOTE_LABEL: set(), PAPER: {SAME, "raw_9100", "device_file", "serial"}}
    return [(kind, text) for kind, text in words.items() if kind not in left_out[purpose]]


class Tenths(Stepper):
    """A length in tenths of a millimetre, said in millimetres."""

    def words(self, value: int) -> str:
        return f"{value / 10:.1f} mm"


class OwnOr(Stepper):
    """A number of the printer's; its lowest stands for what is set at the printer."""

    def words(self, value: int) -> str:
        return translate("Printer’s own") if value == self.lowest else str(value)


class QueueControl(Control):
    """Which of the system's print queues; one that is typed where the system names none."""

    def __init__(self) -> None:
        super().__init__()
        lines = column(self, spacing=8)
        self._choices = Choices()
        self._choices.chosen.connect(self.chosen)
        self._text = TextControl(translate("Name of the queue"))
        self._text.chosen.connect(self.chosen)
        lines.addWidget(self._choices)
        lines.addWidget(self._text)
        self.show_choices(())

    def show_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these queues of the system."""
        self._choices.show_choices(choices)
        self._choices.setVisible(bool(choices))
        self._text.setVisible(not choices)

    def show_value(self, value: Value) -> None:
        self._choices.show_value(value)
        self._text.show_value(value)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._choices.set_name(name)
        self._text.set_name(name)


class PrinterPanel(QWidget):
    """One printer: how it is reached, what lies in it, a test on the card, and its open jobs.

    Signals:
        acted(str): test, calibrate, sheet or totes.
        decided(str, str): a job's id, and what is said of it (`print_desk.Answer`).
    """

    acted = Signal(str)
    decided = Signal(str, str)

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose, self.section = purpose, SECTION_OF[purpose]
        gutter = theme.current().size("gutter")
        self._device = TextControl(DEVICE_FILE)
        self._reach = DeviceCard("mdi6.printer-outline", translate("Printer"))
        self._trouble = Trouble()
        self.rows: dict[str, SettingRow] = {}
        self._make_reach()
        columns = row(self, spacing=gutter)
        left = column(spacing=gutter)
        left.addWidget(self._reach)
        left.addStretch(1)
        columns.addLayout(left, 1)
        self._stock: DeviceCard | None = None
        self._middle = QWidget(self)
        if purpose != PAPER:
            middle = column(self._middle, spacing=gutter)
            self._stock = self._make_stock()
            middle.addWidget(self._stock)
            middle.addStretch(1)
            columns.addWidget(self._middle, 1)
        else:
            self._middle.hide()
        right = column(spacing=gutter)
        right.addWidget(self._make_trial())
        right.addWidget(self._make_jobs(), 1)
        columns.addLayout(right, 1)

    @property
    def title(self) -> str:
        """What it prints."""
        return {
            INSPECTION_LABEL: translate("Inspection labels"), TOTE_LABEL: translate("Tote labels"),
            PAPER: translate("A4 paper"),
        }[self.purpose]  # fmt: skip

    def _row(self, name: str, words: str, control: Control, card: DeviceCard, *, stacked: bool = False) -> None:
        made = SettingRow(f"{self.section}.{name}", words, control, stacked=stacked, brief=name in STOCK)
        self.rows[name] = made
        card.column.addWidget(made)

    def _make_reach(self) -> None:
        card = self._reach
        card.column.addWidget(self._trouble)
        kinds = Choices()
        kinds.show_choices(kind_choices(self.purpose))
        self._row("kind", translate("Printed by"), kinds, card, stacked=True)
        self._row("queue", translate("Print queue"), QueueControl(), card, stacked=True)
        self._row("folder", translate("Folder"), TextControl(translate("In the data folder")), card)
        if self.purpose == PAPER:
            return
        self._row("address", translate("Address"), TextControl("192.168.1.50"), card)
        self._row("port", translate("Port"), TextControl("9100", number=True), card)
        self._row("device", translate("Device or port"), self._device, card)
        speeds = Choices()
        speeds.show_choices([(str(baud), str(baud)) for baud in (9600, 19200, 38400, 57600, 115200)])
        speeds.is_whole = True
        self._row("baud", translate("Baud rate"), speeds, card, stacked=True)
        languages = [("zpl", "ZPL"), ("tspl", "TSPL"), ("escpos", "ESC/POS")]
        self._row("language", translate("Printer language"), Segments(languages), card)

    def _make_stock(self) -> DeviceCard:
        card = DeviceCard("mdi6.label-outline", translate("Labels in it"))
        card.show_head(TagView(""))
        size = SettingRow("label.size" if self.purpose == INSPECTION_LABEL else f"{self.section}.size",
                          translate("Size, mm"), TextControl("60x40"), brief=True)  # fmt: skip
        self.rows["size"] = size
        card.column.addWidget(size)
        self._row("dpi", translate("Resolution, dpi"), Segments([(dpi, str(dpi)) for dpi in (203, 300, 600)]), card)
        along = Choices()
        along.is_whole = True
        along.show_choices([("0", translate("same")), ("203", "203"), ("300", "300"), ("600", "600")])
        self._row("dpi_along", translate("Resolution along the feed"), along, card, stacked=True)
        ways = [("gap", translate("Gap")), ("mark", translate("Mark")), ("continuous", translate("None"))]
        self._row("sensing", translate("Next label by"), Segments(ways), card)
        self._row("gap", translate("Gap"), Tenths(0, 200, 5), card)
        self._row("offset_across", translate("Move right"), Tenths(-100, 100, 5), card)
        self._row("offset_along", translate("Move down"), Tenths(-100, 100, 5), card)
        self._row("darkness", translate("Darkness"), OwnOr(-1, 30, 1), card)
        self._row("speed", translate("Speed, inch/s"), OwnOr(0, 14, 1), card)
        self._row("turned", translate("Turned by 180°"), Switch(), card)
        self._row("compressed", translate("Compressed bitmaps (ZPL)"), Switch(), card)
        return card

    def _make_trial(self) -> DeviceCard:
        card = DeviceCard("mdi6.printer-check", translate("Try it"))
        card.show_head(TagView(""))
        regular = theme.current().density == "regular"
        self.picture = Picture(None, cover=False, radius=2, line="border.hairline")
        self.picture.setFixedHeight(300 if regular else 190)  # near to a dot a pixel: what is printed can be judged
        self.picture.setAccessibleName(translate("Test label"))
        card.column.addWidget(self.picture)
        self.picture.setVisible(self.purpose != PAPER)  # in its card: by itself it would be a window
        self._facts = FactLines()
        card.column.addWidget(self._facts)
        self._check = Tag(TagView(""))
        self._check.hide()
        card.column.addWidget(self._check, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons = ButtonFlow()
        for name, text, icon in self._acts():
            button = ActionButton(ActionView(name, text, icon), size="small")
            button.clicked.connect(partial(self.acted.emit, name))
            self._buttons.add(button)
        card.column.addWidget(self._buttons)
        return card

    def _acts(self) -> list[tuple[str, str, str]]:
        if self.purpose == PAPER:
            return [("sheet", translate("Print the command sheet"), "mdi6.file-document-outline")]
        acts = [("calibrate", translate("Print calibration label"), "mdi6.ruler-square")]
        if self.purpose == TOTE_LABEL:
            return [("totes", translate("Print the bench’s tote labels"), "mdi6.package-variant"), *acts]
        return [("test", translate("Print test label"), "mdi6.printer-check"), *acts]

    def _make_jobs(self) -> DeviceCard:
        self._jobs_card = DeviceCard("mdi6.tray-full", translate("Open jobs"))
        holder = QWidget()
        holder.setObjectName("surface")
        self._jobs = column(holder, spacing=12)
        area = scrolled(holder)
        area.setMinimumHeight(130 if theme.current().density == "regular" else 120)
        self._jobs_card.column.addWidget(area, 1)
        self._shown_jobs: tuple[PrintJobView, ...] | None = None
        self.show_jobs(())
        return self._jobs_card

    # --- what is shown -----------------------------------------------------------------------------------

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show the settings in force, those that the kind of printer has."""
        for made in self.rows.values():
            if made.key in views:
                made.show_setting(views[made.key])
        kind = views.get(f"{self.section}.kind")
        if kind is None:
            return
        fields = FIELDS.get(str(kind.value), ())
        for name, made in self.rows.items():
            if name != "kind" and name not in STOCK:
                made.setVisible(name in fields)
        if self._stock is not None:
            self._middle.setVisible(kind.value != SAME)
            self._stock.show_head(TagView(""), views[f"{self.section}.dpi"].reason)
            turns = "language" in fields  # what a driver or a PDF does with the paper is set there
            for name in ("sensing", "gap", "offset_across", "offset_along", "darkness", "speed", "turned"):
                self.rows[name].setVisible(turns)
            self.rows["compressed"].setVisible(turns and views[f"{self.section}.language"].value == "zpl")
            self._device.field.setPlaceholderText(SERIAL_PORT if kind.value == "serial" else DEVICE_FILE)

    def show_queues(self, queues: Sequence[tuple[str, str]]) -> None:
        """Offer these print queues of the system, each with what it is."""
        control = self.rows["queue"].control
        assert isinstance(control, QueueControl)
        control.show_choices(queues)

    def show_view(self, view: PrinterView) -> None:
        """Show how the printer is."""
        self._reach.show_head(view.state, view.name)
        self._trouble.show_trouble(*view.trouble)
        self._facts.show_facts(view.facts)
        self._check.setVisible(view.check is not None)
        if view.check is not None:
            self._check.set_view(view.check)
        self._buttons.setEnabled(view.can_print)

    def show_label(self, raster: QImage) -> None:
        """Show the label that a test prints, as the printer gets it."""
        self.picture.set_source(raster)

    def show_jobs(self, jobs: Sequence[PrintJobView]) -> None:
        """Show what waits, and what a person has to say the end of."""
        if tuple(jobs) == self._shown_jobs:
            return
        self._shown_jobs = tuple(jobs)
        clear(self._jobs)
        for job in jobs:
            words = column(spacing=4)
            words.addWidget(TextLabel(job.title, "label", weight=600, code=True, wrap=True))
            words.addWidget(TextLabel(job.detail, "label", colour="text.secondary", wrap=True))
            if job.answers:
                asked = ButtonFlow()
                for answer in job.answers:
                    text, icon = _answer_words(answer)
                    button = ActionButton(ActionView("decide", text, icon), size="small")
                    button.setAccessibleName(f"{job.title}: {text}")
                    button.clicked.connect(partial(self.decided.emit, job.id, answer))
                    asked.add(button)
                words.addWidget(asked)
            self._jobs.addLayout(words)
        if not jobs:
            self._jobs.addWidget(TextLabel(translate("Nothing waits."), "label", colour="text.tertiary"))
        self._jobs.addStretch(1)
        unsure = sum(bool(job.answers) for job in jobs)
        asks = TagView(str(unsure), "warn", "mdi6.help-circle-outline")
        waiting = translate("{n} wait", n=len(jobs) - unsure) if len(jobs) > unsure else ""
        self._jobs_card.show_head(asks if unsure else TagView(""), waiting)


def _answer_words(answer: Answer) -> tuple[str, str]:
    """An answer's words and icon."""
    return {
        "seen": (translate("It came out"), "mdi6.check"),
        "not_seen": (translate("It did not come out"), "mdi6.close"),
        "again": (translate("Print again"), "mdi6.printer-outline"),
        "anew": (translate("Draw it anew"), "mdi6.refresh"),
        "discard": (translate("Discard it"), "mdi6.trash-can-outline"),
    }[answer]


class PrintingSection(QWidget):
    """The printers of the bench, one shown at a time.

    Signals:
        acted(str, str): a purpose and what is to be done: test, calibrate, sheet, totes.
        decided(str, str, str): a purpose, a job's id, and what is said of it (`print_desk.Answer`).
        purpose_changed(str): another printer is shown.
    """

    acted = Signal(str, str)
    decided = Signal(str, str, str)
    purpose_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = column(self, spacing=theme.current().size("gutter"))
        self.panels = {purpose: PrinterPanel(purpose) for purpose in SECTION_OF}
        self.purpose = INSPECTION_LABEL
        self._tabs = Segments([(purpose, panel.title) for purpose, panel in self.panels.items()])
        self._tabs.set_name(translate("Printer"))
        self._tabs.chosen.connect(self.show_purpose)
        whole.addWidget(self._tabs)
        self._stack = QStackedWidget()
        for purpose, panel in self.panels.items():
            self._stack.addWidget(panel)
            panel.acted.connect(partial(self._act, purpose))
            panel.decided.connect(partial(self._decide, purpose))
        whole.addWidget(self._stack, 1)
        self.show_purpose(INSPECTION_LABEL)

    def _act(self, purpose: str, name: str) -> None:
        self.acted.emit(purpose, name)

    def _decide(self, purpose: str, job_id: str, answer: str) -> None:
        self.decided.emit(purpose, job_id, answer)

    @property
    def panel(self) -> PrinterPanel:
        """The printer shown."""
        return self.panels[self.purpose]

    def show_purpose(self, purpose: str) -> None:
        """Show the printer of another purpose."""
        self.purpose = purpose
        self._tabs.show_value(purpose)
        self._stack.setCurrentIndex(list(self.panels).index(purpose))
        self.purpose_changed.emit(purpose)

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show the settings in force."""
        for panel in self.panels.values():
            panel.show_settings(views)
