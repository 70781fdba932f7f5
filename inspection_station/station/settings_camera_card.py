"""The cameras' card of the settings: the live picture against what a photo must have, and which camera it is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.settings import Value
from inspection_station.settings.camera_words import with_password, without_password
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.camera import NETWORK, held, kind_of, size_choices
from inspection_station.station.settings_controls import Control, Field, Segment, Segments, SettingRow, Switch
from inspection_station.station.settings_parts import DeviceCard, Meter, Trouble
from inspection_station.station.settings_views import CalibrationView, CameraCardView, MeterView, SettingView
from inspection_station.station.surfaces import column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView

OVERHEAD, SIDE = "camera", "side_camera"
"""The sections of the settings for the two places a camera can have at a bench."""


class Choices(Control):
    """Exactly one of values that may become others, on as many lines as they need."""

    SPACING = 8

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
            segment.set_on(one == value)

    def _choose(self, value: str) -> None:
        self.show_value(value)
        self.chosen.emit(value)

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


class CameraCard(DeviceCard):
    """The live picture with its sharpness and light against what a photo must have, of one of the bench's cameras.

    Signals:
        size_wanted(QSize): frames are best delivered in this size (device pixels).
        pressed(str): reconnect, lock_camera, calibrate, stop_calibrating, use_limits or discard_limits.
        place_chosen(str): the other camera is to be shown (`OVERHEAD` or `SIDE`).
    """

    size_wanted = Signal(QSize)
    pressed = Signal(str)
    place_chosen = Signal(str)

    def __init__(self, places: Sequence[str] = (OVERHEAD, SIDE)) -> None:
        super().__init__("mdi6.camera-outline", translate("Camera"))
        look = theme.current()
        regular = look.density == "regular"
        self._places = Segments([(OVERHEAD, translate("Overhead")), (SIDE, translate("Side") + " · F5")])
        self._places.set_name(translate("Camera"))
        self._places.chosen.connect(lambda place: self.place_chosen.emit(str(place)))
        self.add_to_head(self._places)
        self._places.setVisible(len(places) > 1)
        self.picture = Picture(None, cover=False, radius=12, empty=translate("No picture"))
        self.picture.setMinimumSize(320 if regular else 240, 180)
        self._buttons = row(spacing=8)
        self._reconnect = ActionButton(ActionView("reconnect", translate("Reconnect"), "mdi6.refresh"), size="small")
        self._lock = ActionButton(
            ActionView("lock_camera", translate("Focus and lock"), "mdi6.image-filter-center-focus"), size="small"
        )
        self._trial = [ActionButton(ActionView("calibrate", ""), size="small") for _ in range(2)]
        for button in (self._lock, *self._trial, self._reconnect):
            button.clicked.connect(lambda _=False, button=button: self.pressed.emit(button.view.name))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._rows = {place: CameraRows(place) for place in places}
        self._place(self._measuring(regular), self._choosing(), regular)
        self.show_place(OVERHEAD)

    def _measuring(self, regular: bool) -> QVBoxLayout:
        """What is measured on the live picture, and what is to be said about it."""
        lines = column(spacing=8)
        self._meters: list[Meter] = []
        self._measures = QWidget()
        self._lines = column(self._measures, spacing=6 if regular else 4)
        lines.addWidget(self._measures)
        self._hint = Trouble()
        lines.addWidget(self._hint)
        for rows in self._rows.values():
            lines.addWidget(rows.holding)
        pedal = row(spacing=16)
        pedal.addWidget(TextLabel(translate("Photo by pedal"), "body"), 1)
        self._pedal = Tag(TagView("F13", "neutral"))
        pedal.addWidget(self._pedal)
        lines.addLayout(pedal)
        lines.addStretch(1)
        return lines

    def _choosing(self) -> QVBoxLayout:
        """Which camera it is, what it does not do, and its limits measured anew."""
        lines = column(spacing=8)
        for rows in self._rows.values():
            lines.addWidget(rows.choosing)
        self._calibration = Trouble()
        self._refused = [Trouble() for _ in range(3)]
        for trouble in (self._calibration, *self._refused):
            lines.addWidget(trouble)
        lines.addStretch(1)
        return lines

    def _place(self, measuring: QVBoxLayout, choosing: QVBoxLayout, regular: bool) -> None:
        body = row(spacing=24 if regular else 16)
        left = column(spacing=12)
        if regular:
            upper = row(spacing=24)
            upper.addWidget(self.picture, 3)
            upper.addLayout(measuring, 2)
            left.addLayout(upper, 1)
            left.addLayout(self._buttons)
        else:
            left.addWidget(self.picture, 1)
            left.addLayout(measuring)
        body.addLayout(left, 2 if regular else 1)
        body.addLayout(choosing, 1)
        self.column.addLayout(body, 1)
        if not regular:
            self.column.addLayout(self._buttons)

    # --- which of the cameras ----------------------------------------------------------------------------

    def show_place(self, place: str) -> None:
        """Show the settings of the camera at this place."""
        self._places.show_value(place)
        for one, rows in self._rows.items():
            rows.set_visible(one == place)

    def show_sources(self, place: str, choices: Sequence[tuple[str, str]], missing: str = "") -> None:
        """Show which cameras there are to choose from; `missing` says that none was found."""
        if place in self._rows:
            rows = self._rows[place]
            rows.choices.show_choices(choices)
            rows.missing.set_text(missing)
            rows.missing.setVisible(bool(missing))

    def show_settings(self, views: Mapping[str, SettingView]) -> None:
        """Show what the chosen kinds of cameras have to set."""
        for rows in self._rows.values():
            rows.show_settings(views)

    # --- how it is ---------------------------------------------------------------------------------------

    def show_view(self, view: CameraCardView) -> None:
        """Show how the camera is; without a picture the last one does not stay."""
        self.show_head(view.state, view.name)
        self._hint.show_trouble(*view.trouble)
        missing = bool(view.empty)
        self._measures.setVisible(not missing)
        self.picture.set_empty(view.empty)
        if missing:
            self.picture.set_source(None)
        for place, trouble in enumerate(self._refused):
            trouble.show_trouble(*(view.refused[place] if place < len(view.refused) else ("", "")))
        self._lock.setVisible(view.lockable)
        self._lock.setEnabled(not view.why_not_lock)
        self._reconnect.setEnabled(view.can_reconnect)

    def show_calibration(self, view: CalibrationView) -> None:
        """Show how far the measuring of limits is."""
        self._calibration.show_trouble(view.text, view.to_do, good=view.good)
        for place, button in enumerate(self._trial):
            button.setVisible(place < len(view.actions))
            if place < len(view.actions):
                button.set_view(view.actions[place])
        self._reconnect.setVisible(len(view.actions) == 1)

    def show_pedal(self) -> None:
        """The pedal was pressed."""
        self._pedal.set_view(TagView("F13", "ok", "mdi6.check"))
        self._pedal.setAccessibleName(translate("F13 received"))

    def show_picture(self, picture: QImage) -> None:
        """Show the newest frame."""
        self.picture.set_source(picture)

    def show_meters(self, views: Iterable[MeterView]) -> None:
        """Show what was measured on the live picture."""
        for place, view in enumerate(views):
            if place == len(self._meters):
                self._meters.append(Meter())
                self._lines.addWidget(self._meters[-1])
            self._meters[place].show_view(view)

    def picture_size(self) -> QSize:
        """The size in which frames are best delivered, in device pixels."""
        return self.picture.size() * self.picture.devicePixelRatioF()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.size_wanted.emit(self.picture_size())
