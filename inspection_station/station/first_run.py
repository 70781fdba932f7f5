"""The first start: language, centre, camera, printer, one after the other; nothing of it must be done now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.page import Page
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.settings_camera_card import CameraCard
from inspection_station.station.settings_camera_rows import OVERHEAD
from inspection_station.station.settings_cards import PrinterCard, rows_of
from inspection_station.station.settings_centre import CentreCard
from inspection_station.station.settings_controls import Segments, SettingRow
from inspection_station.station.settings_parts import DeviceCard
from inspection_station.station.settings_views import (
    CentreView,
    PrinterView,
    SettingView,
)
from inspection_station.station.surfaces import column, row, scrolled
from inspection_station.station.text import TextLabel
from inspection_station.station.top_bar import Logo
from inspection_station.station.views import ActionView, PrimaryView, TagView

STEPS = ("language", "centre", "camera", "printer")
WIDTH = {"regular": 1080, "compact": 880}


class FirstRunPage(Page):
    """One step at a time; each can be left as it is, and all of it is in the settings later.

    Signals:
        done(): finished, or all skipped.
        setting_changed(str, object): a setting's key and the value wanted.
        enrol_requested(str, str): the centre's address and the one-time code.
        picture_size_changed(QSize): frames are best delivered in this size.
        action_pressed(str): print_test.
    """

    done = Signal()
    setting_changed = Signal(str, object)
    enrol_requested = Signal(str, str)
    picture_size_changed = Signal(QSize)

    def __init__(self, step: int = 0) -> None:
        super().__init__()
        look = theme.current()
        self.step = step
        self._enrolled = False
        outer = row(self, margins=(look.size("gutter"),) * 4)
        holder = QWidget()
        holder.setFixedWidth(WIDTH[look.density])
        outer.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        whole = column(holder, spacing=look.size("gap"))
        head = row(spacing=16)
        head.addWidget(Logo(44))
        words = column()
        words.addWidget(TextLabel(translate("Setting up this station"), "h2", weight=700))
        self._count = TextLabel("", "label", colour="text.secondary")
        words.addWidget(self._count)
        head.addLayout(words, 1)
        self._skip_all = ActionButton(ActionView("skip_all", translate("Skip all"), "mdi6.skip-forward", "Esc"),
                                      size="small")  # fmt: skip
        self._skip_all.clicked.connect(self.done)
        head.addWidget(self._skip_all)
        whole.addLayout(head)
        self.centre, self.camera, self.printer = CentreCard(), CameraCard((OVERHEAD,)), PrinterCard(sets_up=True)
        self._stack = QStackedWidget()
        for card in (self._language(), self.centre, self.camera, self.printer):
            content = QWidget()
            lines = column(content)
            lines.addWidget(card, 1 if card is self.camera else 0)
            if card is not self.camera:
                lines.addStretch(1)
            self._stack.addWidget(scrolled(content))
        whole.addWidget(self._stack, 1)
        foot = row(spacing=look.size("gap"))
        self._back = ActionButton(ActionView("back", translate("Back"), "mdi6.arrow-left"))
        self._back.clicked.connect(lambda: self.show_step(self.step - 1))
        foot.addWidget(self._back, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addStretch(1)
        primary = PrimaryButton()
        primary.setFixedWidth(look.size("colRight") + 60)
        self.take_primary(primary)
        self.primary_pressed.connect(self._next)
        foot.addWidget(primary)
        whole.addLayout(foot)
        self.rows = rows_of(self)
        for setting in self.rows.values():
            setting.changed.connect(self.setting_changed)
        self.centre.enrol_requested.connect(self.enrol_requested)
        self.printer.test_requested.connect(lambda: self.action_pressed.emit("print_test"))
        self.bind("Pedal", self.camera.show_pedal)
        self.camera.size_wanted.connect(self.picture_size_changed)
        self.bind("Esc", self.done.emit)
        self.show_step(step)

    @staticmethod
    def _language() -> DeviceCard:
        card = DeviceCard("mdi6.translate", "中文 · English")
        card.show_head(TagView(""), translate("It can be changed at any time at the top of the screen"))
        languages = Segments([("zh_CN", "中文"), ("en", "English")])
        card.column.addWidget(SettingRow("station.language", translate("Language"), languages))
        colours = Segments([("light", translate("Light")), ("dark", translate("Dark"))])
        card.column.addWidget(SettingRow("station.theme", translate("Colours"), colours))
        sizes = Segments([(percent, f"{percent} %") for percent in theme.TEXT_SIZES])
        card.column.addWidget(SettingRow("station.text_size", translate("Size of text"), sizes))
        return card

    def show_step(self, step: int) -> None:
        """Show a step, 0 to 3."""
        self.step = max(0, min(len(STEPS) - 1, step))
        self._stack.setCurrentIndex(self.step)
        self._count.set_text(translate("Step {n} of {all}", n=self.step + 1, all=len(STEPS)))
        self._back.setVisible(self.step > 0)
        self._show_primary()
        if self.isVisible():
            self.rest_focus()

    def _show_primary(self) -> None:
        names = (translate("Language"), translate("Centre"), translate("Camera"), translate("Label printer"))
        if self.step == len(STEPS) - 1:
            view = PrimaryView(translate("Done"), translate("All of it is in the settings, too"))
        elif STEPS[self.step] == "centre" and not self._enrolled:
            view = PrimaryView(translate("Skip this step"), translate("Enrol later in the settings"), "mdi6.skip-next")
        else:
            view = PrimaryView(translate("Next"), names[self.step + 1], "mdi6.arrow-right")
        self.show_primary(view)

    def _next(self) -> None:
        if self.step == len(STEPS) - 1:
            self.done.emit()
        else:
            self.show_step(self.step + 1)

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show the settings in force."""
        for key, setting in self.rows.items():
            if key in views:
                setting.show_setting(views[key])
        if "printer.kind" in views:
            self.printer.show_kind(str(views["printer.kind"].value))
        self.camera.show_settings(views)

    def show_fault(self, key: str, text: str) -> None:
        """Say at the setting itself why the value wanted cannot be."""
        if key in self.rows:
            self.rows[key].show_fault(text)

    def show_centre(self, view: CentreView) -> None:
        """Show the form, or who the station is now."""
        self._enrolled = view.enrolled
        self.centre.show_view(view)
        self._show_primary()

    def show_printer(self, view: PrinterView) -> None:
        """Show how the printer is."""
        self.printer.show_view(view)

    def show_label(self, raster: QImage) -> None:
        """Show the test label."""
        self.printer.show_label(raster)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.picture_size_changed.emit(self.camera.picture_size())
