"""The cameras' card of the settings: the live picture against what a photo must have, and which camera it is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.picture import Picture
from inspection_station.station.settings_camera_rows import OVERHEAD, SIDE, CameraRows
from inspection_station.station.settings_controls import Segments
from inspection_station.station.settings_parts import ButtonFlow, DeviceCard, Meter, Trouble
from inspection_station.station.settings_views import CalibrationView, CameraCardView, MeterView, SettingView
from inspection_station.station.surfaces import column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView

MOST_ACTS = 3  # of the measuring, that can be done at one time


class CameraCard(DeviceCard):
    """The live picture with its sharpness and light against what a photo must have, of one of the bench's cameras.

    Signals:
        size_wanted(QSize): frames are best delivered in this size (device pixels).
        pressed(str): reconnect, lock_camera, or what a button of the measuring stands for.
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
        self._buttons = ButtonFlow()
        self._reconnect = ActionButton(ActionView("reconnect", translate("Reconnect"), "mdi6.refresh"), size="small")
        self._lock = ActionButton(
            ActionView("lock_camera", translate("Focus and lock"), "mdi6.image-filter-center-focus"), size="small"
        )
        self._trial = [ActionButton(ActionView("calibrate", ""), size="small") for _ in range(MOST_ACTS)]
        for button in (self._lock, *self._trial, self._reconnect):
            button.clicked.connect(lambda _=False, button=button: self.pressed.emit(button.view.name))
            self._buttons.add(button)
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
        lines.addStretch(1)
        return lines

    def _choosing(self) -> QVBoxLayout:
        """Which camera it is, the pedal, what it does not do, and its limits measured anew."""
        lines = column(spacing=8)
        for rows in self._rows.values():
            lines.addWidget(rows.choosing)
        pedal = row(spacing=16)
        pedal.addWidget(TextLabel(translate("Photo by pedal"), "body"), 1)
        self._pedal = Tag(TagView("F13", "neutral"))
        pedal.addWidget(self._pedal)
        lines.addLayout(pedal)
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
            left.addWidget(self._buttons)
        else:
            left.addWidget(self.picture, 1)
            left.addLayout(measuring)
        body.addLayout(left, 2 if regular else 1)
        body.addLayout(choosing, 1)
        self.column.addLayout(body, 1)
        if not regular:
            self.column.addWidget(self._buttons)

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
        self._buttons.arrange()

    def show_calibration(self, view: CalibrationView) -> None:
        """Show how far the measuring of limits, or of the colour card, is."""
        self._calibration.show_trouble(view.text, view.to_do, good=view.good)
        for place, button in enumerate(self._trial):
            button.setVisible(place < len(view.actions))
            if place < len(view.actions):
                button.set_view(view.actions[place])
        self._reconnect.setVisible(view.at_rest)
        self._buttons.arrange()

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
