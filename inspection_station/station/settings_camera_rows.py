"""The settings of one camera on its card: which it is, what size its photos are, what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.settings import Value
from inspection_station.settings.camera_words import with_password, without_password
from inspection_station.station.presenting.camera import NETWORK, held, kind_of, size_choices
from inspection_station.station.settings_controls import Control, Field, Segment, SettingRow, Switch
from inspection_station.station.settings_views import SettingView
from inspection_station.station.surfaces import column
from inspection_station.station.text import TextLabel

OVERHEAD, SIDE = "camera", "side_camera"
"""The sections of the settings for the two places a camera can have at a bench."""


class Choices(Control):
    """Exactly one of values that may become others, on as many lines as they need."""

    SPACING = 8
    is_whole = False
    """Whether the values are whole numbers, written as texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._segments: list[tuple[str, Segment]] = []
        self._value, self._name = "", ""

    def show_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other values, each with its words."""
        if tuple(choices) == self._shown:
            return
        self._shown = tuple(choices)
        for _, old in self._segments:
            old.hide()
            old.deleteLater()
        self._segments = []
        for value, text in choices:
            segment = Segment(text, self)
            segment.clicked.connect(lambda _=False, value=value: self._choose(value))
            segment.show()
            self._segments.append((value, segment))
        self.set_name(self._name)
        self.show_value(self._value)
        self.updateGeometry()
        self._arrange()

    def show_value(self, value: Value) -> None:
        self._value = str(value)
        for one, segment in self._segments:
            segment.set_on(one == self._value)

    def _choose(self, value: str) -> None:
        self.show_value(value)
        self.chosen.emit(int(value) if self.is_whole else value)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._name = name
        for (_, segment), (_, text) in zip(self._segments, self._shown, strict=True):
            segment.setAccessibleName(f"{name}: {text}" if name else text)

    def sizeHint(self) -> QSize:
        hints = [segment.sizeHint() for _, segment in self._segments]
        width = sum(hint.width() for hint in hints) + self.SPACING * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        widest = max((segment.minimumSizeHint().width() for _, segment in self._segments), default=0)
        return QSize(widest, self.sizeHint().height())

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for place in self._places(width)), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        for (_, segment), place in zip(self._segments, self._places(self.width()), strict=True):
            segment.setGeometry(place)

    def _places(self, room: int) -> list[QRect]:
        places: list[QRect] = []
        left = top = 0
        for _, segment in self._segments:
            hint = segment.sizeHint()
            width = min(hint.width(), max(room, segment.minimumSizeHint().width()))
            if left and left + width > room:
                left, top = 0, top + hint.height() + self.SPACING
            places.append(QRect(left, top, width, hint.height()))
            left += width + self.SPACING
        return places


class SourceControl(Control):
    """Which camera: one that was found, one at an address that is typed, the demo's, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._asked = False  # an address is to be typed; another camera is in force until then
        lines = column(self, spacing=8)
        self._choices = Choices()
        self._choices.chosen.connect(self._choose)
        lines.addWidget(self._choices)
        self.field = Field("rtsp://192.168.1.60/live")
        self.field.committed.connect(self._typed)
        self.field.hide()
        lines.addWidget(self.field)

    def show_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """The cameras there are."""
        self._choices.show_choices(choices)

    def show_value(self, value: Value) -> None:
        another = value != self._source
        if another:
            self._source, self._asked = str(value), False
        if self._asked:
            return
        network = kind_of(self._source) == NETWORK
        self._choices.show_value(NETWORK if network else self._source)
        shown = without_password(self._source) if network else ""
        self.field.show_text(shown)
        if another:  # what was just typed, too, goes out of sight with its password
            self.field.setText(shown)
        self.field.setVisible(network)
        if not self.field.hasFocus():
            self.field.setCursorPosition(0)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._choices.set_name(name)
        self.field.setAccessibleName(translate("Address of the camera"))

    def _choose(self, value: str) -> None:
        if value == NETWORK and kind_of(self._source) != NETWORK:
            self._asked = True
            self.field.show()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif value != NETWORK:
            self._asked = False
            self.field.hide()
            self.chosen.emit(value)

    def _typed(self, text: str) -> None:
        if text:
            self.chosen.emit(with_password(text, self._source))


class _Held(Switch):
    """Whether exposure or focus is held; off leaves it to the camera."""

    def show_value(self, value: Value) -> None:
        on = value if isinstance(value, bool) else held(str(value))[0]
        super().show_value(on)

    def _flip(self) -> None:
        self.show_value(not self._toggle.on)
        self.chosen.emit("locked" if self._toggle.on else "automatic")


class SizeControl(Choices):
    """The size of a camera's photos, as ``1920x1080``."""

    def show_value(self, value: Value) -> None:
        if "x" in str(value):
            self.show_choices(size_choices(str(value)))
        super().show_value(value)


class CameraRows:
    """The settings of the camera at one place (`OVERHEAD` or `SIDE`); only those that its kind of camera has.

    `choosing` holds which camera and what size, `holding` what it holds; each has its own place on the card.
    """

    def __init__(self, place: str) -> None:
        self.choosing, self.holding = QWidget(), QWidget()
        self.choices = SourceControl()
        self.missing = TextLabel("", "label", colour="text.secondary", wrap=True)
        self.missing.hide()
        self.source = SettingRow(f"{place}.source", translate("Picture from"), self.choices, stacked=True)
        self.size = SettingRow(f"{place}.size", translate("Resolution"), SizeControl(), brief=True)
        self.exposure = SettingRow(f"{place}.exposure", translate("Exposure locked"), _Held(), brief=True)
        self.focus = SettingRow(f"{place}.focus", translate("Focus locked"), _Held(), brief=True)
        self._why = TextLabel("", "label", colour="text.tertiary", wrap=True)
        for holder, widgets in (
            (self.choosing, (self.source, self.missing, self.size, self._why)),
            (self.holding, (self.exposure, self.focus)),
        ):  # fmt: skip
            lines = column(holder, spacing=8)
            for widget in widgets:
                lines.addWidget(widget)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of them."""
        self.choosing.setVisible(visible)
        self.holding.setVisible(visible)

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show the rows that this kind of camera has, and once why they may not be changed."""
        source = views.get(self.source.key)
        if source is None:
            return
        kind = kind_of(str(source.value))
        self.size.setVisible(kind in ("usb", "simulated"))
        self.exposure.setVisible(kind == "usb")
        self.focus.setVisible(kind == "usb")
        said = [held(str(views[one.key].value))[1] for one in (self.exposure, self.focus) if kind == "usb"]
        why = views[self.size.key].reason if kind != "none" and not source.reason else ""
        text = " · ".join(part for part in (*said, why) if part)
        self._why.set_text(text)
        self._why.setVisible(bool(text))
