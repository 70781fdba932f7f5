"""Nothing here yet: an icon, one sentence, a hint, at most one action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.surfaces import column
from inspection_station.station.tags import Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView


class EmptyState(QWidget):
    """See the module.

    Signals:
        action_pressed(str): the name of the action.
    """

    action_pressed = Signal(str)

    def __init__(
        self, icon: str, sentence: str, hint: str = "", action: ActionView | None = None, *, small: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        side = 56 if small else theme.Theme.icon_size("empty")
        layout = column(self, spacing=12, margins=(16, 16, 16, 16))
        layout.addStretch(1)
        layout.addWidget(Icon(icon, side, "text.tertiary"), 0, centre)
        layout.addWidget(TextLabel(sentence, "bodyL" if small else "h1", weight=600, wrap=True, align=centre))
        if hint:
            layout.addWidget(TextLabel(hint, "label" if small else "bodyL", colour="text.secondary", wrap=True,
                                       align=centre))  # fmt: skip
        if action is not None:
            button = ActionButton(action)
            button.clicked.connect(lambda: self.action_pressed.emit(action.name))
            layout.addWidget(button, 0, centre)
        layout.addStretch(1)
        self.setAccessibleName(sentence)
