"""The scanner's and the printer's cards of the settings, each with its test on the card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.code_picture import CodePicture
from inspection_station.station.picture import Picture
from inspection_station.station.scanned_text import TEST_CODE
from inspection_station.station.settings_controls import Segments, SettingRow, Stepper, Switch, TextControl
from inspection_station.station.settings_parts import ButtonFlow, DeviceCard, FactLines, TagFlow, Trouble
from inspection_station.station.settings_views import (
    PrinterView,
    ScannerTrialView,
    ScannerView,
)
from inspection_station.station.surfaces import Well, column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView
from inspection_station.station.wedge_scanner import GAP_RANGE_MS


def printer_kinds() -> list[tuple[str, str]]:
    """The kinds of label printers, with their words."""
    return [
        ("none", translate("None")),
        ("pdf_folder", translate("PDF folder")),
        ("raw_9100", translate("Network")),
    ]


def _test_action(shown: bool) -> ActionView:
    if shown:
        return ActionView("hide_test_code", translate("Hide test code"), "mdi6.close")
    return ActionView("show_test_code", translate("Scan test code"), "mdi6.barcode")


class ScannerCard(DeviceCard):
    """Scan any code, or the test code: what arrived, how fast, in which letters, with what at its end.

    Measured anew, its longest gap is proposed.

    Signals:
        trial_pressed(str): the button of the measuring, by the name of what it does.
    """

    trial_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__("mdi6.barcode-scan", translate("Scanner"))
        well = Well((20, 14, 20, 14) if theme.current().density == "regular" else (14, 10, 14, 10))
        regular = theme.current().density == "regular"
        self._measure = ActionButton(ActionView("measure_scanner", translate("Measure")), size="small")
        self._measure.clicked.connect(lambda: self.trial_pressed.emit(self._measure.view.name))
        self.test_code = CodePicture(TEST_CODE)
        self.test_code.hide()
        self._test = ActionButton(_test_action(False), size="small")
        self._test.clicked.connect(lambda: self.show_test_code(self.test_code.isHidden()))
        words = column(spacing=2)
        words.addWidget(TextLabel(translate("Last scan"), "caption", colour="text.secondary"))
        self._text = TextLabel("", "h2", weight=700, code=True, wrap=True, max_lines=2)
        words.addWidget(self._text)
        self._facts = [TextLabel("", "label", colour="text.secondary", keep=True) for _ in range(2)]
        facts = row(spacing=24) if regular else column(spacing=2)
        for fact in self._facts:
            facts.addWidget(fact)
        if regular:
            facts.addStretch(1)
        whole = column(spacing=2)
        upper = row(spacing=16)
        upper.addLayout(words, 1)
        if regular:
            upper.addWidget(self._test)
        whole.addLayout(upper)
        whole.addLayout(facts)
        well.line.addLayout(whole, 1)
        self.column.addWidget(well)
        self.column.addWidget(self.test_code)
        self._checks = TagFlow()
        self.column.addWidget(self._checks)
        self.gap = SettingRow(
            "scanner.max_gap_ms", translate("Longest gap inside a code"), Stepper(*GAP_RANGE_MS, 5, "ms")
        )
        self.bare = SettingRow("scanner.without_terminator", translate("No Enter after a code"), Switch())
        self._trial = Trouble()
        self.port = SettingRow("scanner.serial_port", translate("Serial port"), TextControl(translate("None")))
        self.baud = SettingRow("scanner.serial_baud", translate("Baud"), TextControl("9600", number=True))
        self.rows: tuple[SettingRow, ...] = (self.gap, self.bare, self.port, self.baud)
        self.column.addWidget(self.gap)
        self.column.addWidget(self._trial)
        line = row(spacing=16 if regular else 8)
        if regular:
            line.addWidget(self._measure)
            line.addWidget(self.bare, 1)
            self.column.addLayout(line)
        else:
            line.addWidget(self._test)
            line.addWidget(self._measure)
            line.addStretch(1)
            self.column.addLayout(line)
            self.column.addWidget(self.bare)
        place = row(spacing=16)
        self.baud.control.setMaximumWidth(132 if regular else 96)
        place.addWidget(self.port, 1)
        place.addWidget(self.baud)
        self.column.addLayout(place)
        self._ports = TextLabel("", "caption", colour="text.secondary", wrap=True, max_lines=4)
        self._ports.hide()
        self.column.addWidget(self._ports)
        self.column.addStretch(1)

    def show_test_code(self, shown: bool) -> None:
        """Show the test code on the card, or put it away."""
        self.test_code.setVisible(shown)
        self._test.set_view(_test_action(shown))

    def show_trial(self, view: ScannerTrialView) -> None:
        """Show how far the measuring is."""
        self._measure.set_view(view.action)
        self._trial.show_trouble(view.text, view.to_do)

    def show_ports(self, text: str) -> None:
        """Show which serial ports have a device on them; empty for none."""
        self._ports.set_text(text)
        self._ports.setVisible(bool(text))

    def show_view(self, view: ScannerView) -> None:
        """Show another scan."""
        self.show_head(view.state, translate("Keyboard mode"))
        self._text.set_text(view.text)
        for label, text in zip(self._facts, (*view.facts, "", ""), strict=False):
            label.set_text(text)
        self._checks.show_tags(view.checks)


class PrinterCard(DeviceCard):
    """Print the test label, then scan it back.

    Signals:
        test_requested(): print it.
        set_up_requested(): how it is reached and what lies in it is to be seen.
    """

    test_requested = Signal()
    set_up_requested = Signal()

    def __init__(self, *, sets_up: bool = False) -> None:
        """`sets_up`: how the printer is reached is set on the card itself, as at the first start."""
        super().__init__("mdi6.printer-outline", translate("Label printer"))
        regular = theme.current().density == "regular"
        body = row(spacing=24 if regular else 12)
        self.picture = Picture(None, cover=False, radius=2, line="border.hairline")
        self.picture.setFixedSize(QSize(208, 139) if regular else QSize(150, 100))
        self.picture.setAccessibleName(translate("Test label"))
        body.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        side = column(spacing=8)
        self._facts = FactLines()
        side.addWidget(self._facts)
        self._check = Tag(TagView(""))
        side.addWidget(self._check, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        body.addLayout(side, 1)
        self.column.addLayout(body)
        self._trouble = Trouble()
        self.column.addWidget(self._trouble)
        self.rows: dict[str, SettingRow] = {}
        if sets_up:
            self._add_rows(regular)
        self._test = ActionButton(ActionView("print_test", translate("Print test label"), "mdi6.printer-check"),
                                  size="small")  # fmt: skip
        self._test.clicked.connect(self.test_requested)
        buttons = ButtonFlow()
        buttons.add(self._test)
        if not sets_up:
            set_up = ActionButton(ActionView("set_up", translate("Set up printers"), "mdi6.tune"), size="small")
            set_up.clicked.connect(self.set_up_requested)
            buttons.add(set_up)
        self.column.addWidget(buttons)
        self.column.addStretch(1)

    def show_view(self, view: PrinterView) -> None:
        """Show how the printer is."""
        self.show_head(view.state, view.name)
        self._facts.show_facts(view.facts)
        self._check.setVisible(view.check is not None)
        if view.check is not None:
            self._check.set_view(view.check)
        self._trouble.show_trouble(*view.trouble)
        self._test.setEnabled(view.can_print)

    def _add_rows(self, regular: bool) -> None:
        texts = {"address": "192.168.1.50", "port": "9100", "folder": translate("In the data folder")}
        names = {"address": translate("Address"), "port": translate("Port"), "folder": translate("Folder")}
        self.rows["kind"] = SettingRow(
            "printer.kind", translate("Labels go to"), Segments(printer_kinds()), stacked=not regular
        )
        for name, text in texts.items():
            control = TextControl(text, number=name == "port")
            self.rows[name] = SettingRow(f"printer.{name}", names[name], control, stacked=not regular)
        for made in self.rows.values():
            self.column.addWidget(made)

    def show_kind(self, kind: str) -> None:
        """Show the settings that this kind of printer has, where they are set on the card."""
        for name, kinds in (("address", "raw_9100"), ("port", "raw_9100"), ("folder", "pdf_folder")):
            if name in self.rows:
                self.rows[name].setVisible(kind == kinds)

    def show_label(self, raster: QImage) -> None:
        """Show the test label as the printer gets it."""
        self.picture.set_source(raster)


def rows_of(*holders: QWidget) -> dict[str, SettingRow]:
    """The setting rows inside `holders` by their keys."""
    return {row.key: row for holder in holders for row in holder.findChildren(SettingRow)}
