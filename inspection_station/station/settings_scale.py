"""The scale's card of the settings: the weight it shows now, and how it is reached."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.settings_controls import SettingRow, Switch, TextControl
from inspection_station.station.settings_parts import DeviceCard, Trouble
from inspection_station.station.settings_views import ScaleView
from inspection_station.station.surfaces import Well, column, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

BAUD_WIDTH = {"regular": 132, "compact": 96}


class ScaleCard(DeviceCard):
    """Whatever lies on the scale is shown at once: that is its test. How it is reached is behind a button."""

    def __init__(self) -> None:
        super().__init__("mdi6.scale", translate("Scale"))
        density = theme.current().density
        regular = density == "regular"
        self._behind = QWidget(self)
        self._set_up = ActionButton(ActionView("set_up_scale", translate("Set up"), "mdi6.tune"), size="small")
        self._set_up.clicked.connect(lambda: self.show_set_up(self._behind.isHidden()))
        if regular:  # a smaller window scrolls anyway, and its heads are narrow
            self.add_to_head(self._set_up)
        self._trouble = Trouble()
        self.column.addWidget(self._trouble)
        lines = column(self._behind, spacing=12)
        well = Well((20, 10, 20, 10) if regular else (14, 8, 14, 8))
        self._weight = TextLabel("", "h1", weight=700, code=True, keep=True)
        self._form = TextLabel("", "label", colour="text.secondary", wrap=True, align=Qt.AlignmentFlag.AlignRight)
        well.line.addWidget(self._weight)
        well.line.addWidget(self._form, 1)
        lines.addWidget(well)
        self.in_use = SettingRow("scale.in_use", translate("Take weights from the scale"), Switch())
        self.port = SettingRow("scale.port", translate("Serial port"), TextControl(translate("None")))
        self.baud = SettingRow("scale.baud", translate("Baud"), TextControl("9600", number=True))
        self.baud.control.setMaximumWidth(BAUD_WIDTH[density])
        lines.addWidget(self.in_use)
        place = row(spacing=16)
        place.addWidget(self.port, 1)
        place.addWidget(self.baud)
        lines.addLayout(place)
        self._ports = TextLabel("", "caption", colour="text.secondary", wrap=True, max_lines=4)
        self._ports.hide()
        lines.addWidget(self._ports)
        self.column.addWidget(self._behind)
        if regular:
            self._behind.hide()

    def show_set_up(self, shown: bool) -> None:
        """Show how the scale is reached, or put it away."""
        self._behind.setVisible(shown)
        name, icon = (translate("Put away"), "mdi6.close") if shown else (translate("Set up"), "mdi6.tune")
        self._set_up.set_view(ActionView("set_up_scale", name, icon))

    def show_view(self, view: ScaleView) -> None:
        """Show another weight, or how the scale is."""
        self.show_head(view.state, view.weight)
        self._weight.set_text(view.weight or "—")
        self._form.set_text(view.form)
        self._trouble.show_trouble(*view.trouble)
        self._ports.set_text(view.ports)
        self._ports.setVisible(bool(view.ports))
