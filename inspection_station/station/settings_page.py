"""The settings: a list at the left; devices, sync and centre, display and sound, about."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.attention_card import AttentionCard
from inspection_station.station.icons import draw_icon
from inspection_station.station.page import Page
from inspection_station.station.paint import draw_box
from inspection_station.station.settings_camera_card import CameraCard
from inspection_station.station.settings_cards import PrinterCard, ScannerCard, rows_of
from inspection_station.station.settings_centre import CentreCard, StorageCard, SyncCard
from inspection_station.station.settings_controls import Segments, SettingRow, Stepper, Switch
from inspection_station.station.settings_parts import DeviceCard, FactLines
from inspection_station.station.settings_printing import PrintingSection
from inspection_station.station.settings_scale import ScaleCard
from inspection_station.station.settings_views import (
    AboutView,
    CentreView,
    PrinterView,
    ScannerView,
    SettingView,
    StorageView,
    SyncView,
)
from inspection_station.station.surfaces import Card, PressButton, column, row, scrolled
from inspection_station.station.text import draw_line, text_width
from inspection_station.station.views import FactView, TagView

SECTIONS = ("devices", "printing", "sync", "display", "about")
LIST_WIDTH = {"regular": 280, "compact": 188}
READING_WIDTH = 800


class SideEntry(PressButton):
    """One entry of the side list; the chosen one stands on white with an ink edge."""

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._text = icon, text
        self.on = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.current().size("button"))
        self.setAccessibleName(text)

    def set_on(self, on: bool) -> None:
        """Show whether it is chosen."""
        self.on = on
        self.setAccessibleDescription(translate("chosen") if on else "")
        self.update()

    def _role(self) -> str:
        room = self.width() - self._left() - 8
        fitting = (role for role in ("bodyL", "body", "label")
                   if text_width(self._text, theme.current().font(role, 700)) <= room)  # fmt: skip
        return next(fitting, "caption")

    def _left(self) -> int:
        return 64 if theme.current().density == "regular" else 46

    def fits(self) -> bool:
        """True when the word is not shortened."""
        width = text_width(self._text, theme.current().font(self._role(), 700))
        return width <= self.width() - self._left() - 4

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        if self.on or self.isDown():
            draw_box(painter, place, 12, look.color("bg.surface"))
        if self.on:
            painter.save()
            painter.setClipRect(QRectF(place.left(), place.top(), 4, place.height()))
            draw_box(painter, place, 12, look.color("text.primary"))
            painter.restore()
        left = self._left()
        side = 28.0 if look.density == "regular" else 22.0
        icon = QRectF(place.left() + left - side - (14 if side > 24 else 10), place.center().y() - side / 2, side, side)
        draw_icon(painter, self._icon, icon, look.color("text.primary"))
        draw_line(painter, QRectF(place.left() + left, place.top(), place.width() - left - 4, place.height()),
                  self._text, look.font(self._role(), 700 if self.on else 400), look.color("text.primary"))  # fmt: skip


class SettingsPage(Page):
    """See the module.

    Signals:
        setting_changed(str, object): a setting's key and the value wanted.
        enrol_requested(str, str): the centre's address and the one-time code.
        section_changed(str): another section is shown.
        picture_size_changed(QSize): frames are best delivered in this size.
        action_pressed(str): print_test, other_camera, sync_now.
    """

    setting_changed = Signal(str, object)
    enrol_requested = Signal(str, str)
    section_changed = Signal(str)
    picture_size_changed = Signal(QSize)

    def __init__(self, section: str = "devices") -> None:
        super().__init__()
        look = theme.current()
        gutter = look.size("gutter")
        page = row(self, spacing=gutter, margins=(gutter, gutter, gutter, gutter))
        entries = {
            "devices": ("mdi6.monitor-cellphone", translate("Devices")),
            "printing": ("mdi6.printer-outline", translate("Printers")),
            "sync": ("mdi6.cloud-sync-outline", translate("Sync and centre")),
            "display": ("mdi6.monitor-speaker", translate("Display and sound")),
            "about": ("mdi6.information-outline", translate("About")),
        }
        side = column(spacing=4)
        self._entries = {name: SideEntry(*entry) for name, entry in entries.items()}
        for name, entry in self._entries.items():
            entry.clicked.connect(lambda _=False, name=name: self.show_section(name))
            side.addWidget(entry)
        side.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(LIST_WIDTH[look.density])
        holder.setLayout(side)
        page.addWidget(holder)
        self.scanner, self.printer, self.camera, self.scale = ScannerCard(), PrinterCard(), CameraCard(), ScaleCard()
        self.sync_cards = (SyncCard(), SyncCard())
        self.storage_cards = (StorageCard(), StorageCard())
        self.centre, self.attention = CentreCard(), AttentionCard()
        self._about = FactLines("body", wrap=True)
        self._parts = FactLines()
        self._stack = QStackedWidget()
        self.printing = PrintingSection()
        sections = self._devices(), scrolled(self.printing), self._sync(), self._display(), self._about_section()
        for section_widget in sections:
            self._stack.addWidget(section_widget)
        page.addWidget(self._stack, 1)
        self.rows = rows_of(self)
        self._connect()
        self.section = ""
        self.show_section(section)

    def _connect(self) -> None:
        for setting in self.rows.values():
            setting.changed.connect(self.setting_changed)
        self.printer.test_requested.connect(lambda: self.action_pressed.emit("print_test"))
        self.printer.set_up_requested.connect(lambda: self.show_section("printing"))
        self.bind("F5", lambda: self.action_pressed.emit("other_camera"))
        self.bind("Pedal", self.camera.show_pedal)
        self.camera.size_wanted.connect(self.picture_size_changed)
        for card in self.sync_cards:
            card.sync_requested.connect(lambda: self.action_pressed.emit("sync_now"))
        self.centre.enrol_requested.connect(self.enrol_requested)

    # --- sections ----------------------------------------------------------------------------------------

    def _with_right_column(self, left: QVBoxLayout, sync: SyncCard, storage: StorageCard) -> QWidget:
        look = theme.current()
        content = QWidget()
        both: QHBoxLayout = row(content, spacing=look.size("gutter"))
        both.addLayout(left, 1)
        right = column(spacing=look.size("gutter"))
        right.addWidget(sync, 3)
        right.addWidget(storage, 4)
        narrow = QWidget()
        narrow.setFixedWidth(look.size("colRight") - 8 if look.density == "regular" else 288)
        narrow.setLayout(right)
        both.addWidget(narrow)
        return scrolled(content)

    def _devices(self) -> QWidget:
        gutter = theme.current().size("gutter")
        left = column(spacing=gutter)
        upper = row(spacing=gutter)
        upper.addWidget(self.scanner, 1)
        beside = column(spacing=gutter)
        beside.addWidget(self.printer, 1)
        beside.addWidget(self.scale)
        upper.addLayout(beside, 1)
        left.addLayout(upper)
        left.addWidget(self.camera, 1)
        return self._with_right_column(left, self.sync_cards[0], self.storage_cards[0])

    def _sync(self) -> QWidget:
        left = column(spacing=theme.current().size("gutter"))
        left.addWidget(self.centre)
        left.addWidget(self.attention, 1)
        left.addStretch(0)
        return self._with_right_column(left, self.sync_cards[1], self.storage_cards[1])

    def _display(self) -> QWidget:
        screen = DeviceCard("mdi6.monitor", translate("Display"))
        screen.show_head(TagView(""))
        for one in (
            SettingRow("station.language", translate("Language"), Segments([("zh_CN", "中文"), ("en", "English")])),
            SettingRow("station.theme", translate("Colours"),
                       Segments([("light", translate("Light")), ("dark", translate("Dark"))])),
            SettingRow("station.text_size", translate("Size of text"),
                       Segments([(percent, f"{percent} %") for percent in theme.TEXT_SIZES])),
            SettingRow("station.reduce_motion", translate("Less motion"), Switch(),
                       note=translate("No moving parts on the screen")),
        ):  # fmt: skip
            screen.column.addWidget(one)
        sound = DeviceCard("mdi6.volume-high", translate("Sound"))
        sound.show_head(TagView(""))
        sound.column.addWidget(SettingRow("sound.volume", translate("Volume"), Stepper(0, 100, 10, "%")))
        sound.column.addWidget(
            SettingRow("sound.error_floor", translate("Error sounds at least"), Stepper(0, 100, 10, "%"),
                       note=translate("Error sounds are never softer than this"))
        )  # fmt: skip
        undo = DeviceCard("mdi6.undo-variant", translate("Undo"))
        undo.show_head(TagView(""))
        seconds = [(8, translate("{n} s", n=8)), (20, translate("{n} s", n=20))]
        undo.column.addWidget(
            SettingRow("undo.seconds", translate("Time to take a confirmation back"), Segments(seconds))
        )
        return self._reading((screen,), (sound, undo))

    def _about_section(self) -> QWidget:
        station = DeviceCard("mdi6.clipboard-check-outline", translate("Returns inspection"))
        station.show_head(TagView(""))
        station.column.addWidget(self._about)
        parts = DeviceCard("mdi6.scale-balance", translate("Built with the work of others"))
        parts.show_head(TagView(""))
        parts.column.addWidget(self._parts)
        return self._reading((station,), (parts,))

    @staticmethod
    def _reading(*columns: tuple[Card, ...]) -> QWidget:
        """Cards below each other in columns as wide as reads well."""
        content = QWidget()
        gutter = theme.current().size("gutter")
        line = row(content, spacing=gutter)
        for cards in columns:
            holder = QWidget()
            holder.setMaximumWidth(READING_WIDTH)
            lines = column(holder, spacing=gutter)
            for card in cards:
                lines.addWidget(card)
            lines.addStretch(1)
            line.addWidget(holder, 1)
        return scrolled(content)

    def show_section(self, name: str) -> None:
        """Show devices, printing, sync, display or about."""
        self._stack.setCurrentIndex(SECTIONS.index(name))
        for one, entry in self._entries.items():
            entry.set_on(one == name)
        if name != self.section:
            self.section = name
            self.section_changed.emit(name)

    # --- what is shown -----------------------------------------------------------------------------------

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show the settings in force."""
        for key, view in views.items():
            if key in self.rows:
                self.rows[key].show_setting(view)
        self.printing.show_settings(views)
        self.camera.show_settings(views)

    def show_fault(self, key: str, text: str) -> None:
        """Say at the setting itself why the value wanted cannot be."""
        if key in self.rows:
            self.rows[key].show_fault(text)

    def show_scanner(self, view: ScannerView) -> None:
        """Show the scanner's card."""
        self.scanner.show_view(view)

    def show_printer(self, view: PrinterView) -> None:
        """Show the printer's card."""
        self.printer.show_view(view)

    def show_label(self, raster: QImage) -> None:
        """Show the test label."""
        self.printer.show_label(raster)

    def show_sync(self, view: SyncView) -> None:
        """Show how the sync is."""
        for card in self.sync_cards:
            card.show_view(view)

    def show_storage(self, view: StorageView) -> None:
        """Show the room on the disk."""
        for card in self.storage_cards:
            card.show_view(view)

    def show_centre(self, view: CentreView) -> None:
        """Show who the station is to the centre."""
        self.centre.show_view(view)

    def show_about(self, view: AboutView) -> None:
        """Show version, folders and licences."""
        self._about.show_facts(view.facts)
        self._parts.show_facts(tuple(FactView(name, licence) for name, licence in view.parts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step:
            at = SECTIONS.index(self.section) + step
            self.show_section(SECTIONS[at % len(SECTIONS)])
            event.accept()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.picture_size_changed.emit(self.camera.picture_size())
