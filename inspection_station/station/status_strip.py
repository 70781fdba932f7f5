"""The strip along the bottom: each device with its state, the clock, and the two keys that always work."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import Keycap
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import PressButton, row
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import DeviceView

KEYS = N_("Keys")
BACK = N_("Back")
STATE_ICONS = {
    "ok": "mdi6.check-circle",
    "info": "mdi6.information",
    "attention": "mdi6.alert",
    "fault": "mdi6.alert-circle",
}


class DeviceChip(PressButton):
    """One device: quiet when well, an amber pill when it wants attention, a red one when it is lost."""

    def __init__(self, view: DeviceView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._label_hidden = theme.current().density == "compact"
        self.set_view(view)

    @property
    def view(self) -> DeviceView:
        """The device shown."""
        return self._view

    def set_view(self, view: DeviceView) -> None:
        """Show another state; a change for the worse is announced to screen readers."""
        worse = getattr(self, "_view", view).state != view.state and view.state in ("attention", "fault")
        self._view = view
        self.setAccessibleName(f"{view.label} {view.value}")
        if worse:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.updateGeometry()
        self.update()

    def _pill(self) -> bool:
        return self._view.state in ("attention", "fault")

    def sizeHint(self) -> QSize:
        look, view = theme.current(), self._view
        width = 20 + 6 + text_width(view.value, look.font("caption", 600)) + 6 + 18
        if not self._label_hidden:
            width += text_width(view.label, look.font("caption")) + 6
        return QSize(round(width + 1) + (24 if self._pill() else 4), 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        label_colour, value_colour = look.color("text.tertiary"), look.color("text.primary")
        icon_colour = look.color("text.secondary")
        mark_colour = look.color("ok.solid" if view.state == "ok" else "info.solid")
        weight = 500
        left = place.left() + 2
        if self._pill():
            fault = view.state == "fault"
            fill = look.color("error.solid" if fault else "warn.bg")
            colour = look.on_solid("error") if fault else look.color("warn.text")
            label_colour = value_colour = icon_colour = mark_colour = colour
            draw_box(painter, place.adjusted(0, 6, 0, -6), 8, fill)
            weight = 600
            left += 10
        draw_icon(painter, view.icon, QRectF(left, place.center().y() - 10, 20, 20), icon_colour)
        left += 26
        if not self._label_hidden:
            font = look.font("caption", weight if self._pill() else 400)
            width = text_width(view.label, font)
            draw_line(painter, QRectF(left, place.top(), width + 1, place.height()), view.label, font, label_colour)
            left += width + 6
        font = look.font("caption", weight)
        width = text_width(view.value, font)
        draw_line(painter, QRectF(left, place.top(), width + 1, place.height()), view.value, font, value_colour)
        left += width + 6
        icon = STATE_ICONS[view.state]
        if view.state == "attention" and view.icon == "mdi6.cloud-off-outline":
            icon = "mdi6.cloud-off-outline"
        draw_icon(painter, icon, QRectF(left, place.center().y() - 8, 16, 16), mark_colour)


class StatusStrip(QFrame):
    """All devices.

    Signals:
        device_pressed(str): the name of the device whose card is wanted.
    """

    device_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self.setProperty("uiRole", "bar")
        self.setFixedHeight(look.size("statusStrip"))
        gutter = look.size("gutter")
        self._line = row(self, spacing=16 if look.density == "regular" else 12, margins=(gutter - 2, 0, gutter, 0))
        self._line.addStretch(1)
        self._hints: list[QWidget] = []
        for key, words in (("F1", KEYS), ("Esc", BACK)):
            hint = QWidget()
            pair = row(hint, spacing=8)
            pair.addWidget(Keycap(key, role="tiny"))
            pair.addWidget(TextLabel(translate(words), "caption", weight=400, colour="text.tertiary", keep=True))
            self._line.addWidget(hint)
            self._hints.append(hint)
        self._time = TextLabel("", "label", weight=600)
        self._line.addWidget(self._time)
        self._chips: dict[str, DeviceChip] = {}

    @property
    def chips(self) -> tuple[DeviceChip, ...]:
        """The devices shown."""
        return tuple(self._chips.values())

    def show_devices(self, devices: tuple[DeviceView, ...]) -> None:
        """Show these devices, in this order."""
        for name in [n for n in self._chips if n not in {d.name for d in devices}]:
            chip = self._chips.pop(name)
            self._line.removeWidget(chip)
            chip.deleteLater()
        for index, view in enumerate(devices):
            if view.name in self._chips:
                self._chips[view.name].set_view(view)
                continue
            chip = DeviceChip(view)
            chip.clicked.connect(lambda _=False, name=view.name: self.device_pressed.emit(name))
            self._chips[view.name] = chip
            self._line.insertWidget(index, chip)
        self._fit()

    def _fit(self) -> None:
        """The devices come first; a hint is shown where there is room, that of F1 before that of Esc."""
        margins = self._line.contentsMargins()
        shown = [*self._chips.values(), self._time]
        room = self.width() - margins.left() - margins.right()
        room -= sum(one.sizeHint().width() + self._line.spacing() for one in shown)
        for hint in self._hints:
            room -= hint.sizeHint().width() + self._line.spacing()
            hint.setVisible(room >= 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_time(self, text: str) -> None:
        """Show the time of day."""
        self._time.set_text(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("bg.surface"))
        painter.fillRect(0, 0, self.width(), 1, theme.current().color("border.hairline"))
