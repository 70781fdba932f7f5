"""What stands in the picture's place while a camera gives none: what to do, and the buttons for it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.icons import draw_icon
from inspection_station.station.surfaces import row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import CameraLostView


class CameraLost(QWidget):
    """What stands in place of the picture while the camera gives none."""

    pressed = Signal(str)

    def __init__(self, view: CameraLostView, parent: QWidget) -> None:
        super().__init__(parent)
        look = theme.current()
        grey = QColor("#C3C9D0")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(0)
        layout.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addSpacing(96 if look.density == "regular" else 72)
        layout.addSpacing(24)
        title = TextLabel(view.title, "h1", weight=800, colour=QColor("#FFFFFF"), align=centre)
        title.set_scale(1.35, 1.4)
        layout.addWidget(title)
        layout.addSpacing(12)
        layout.addWidget(TextLabel(view.to_do, "h2", weight=400, colour=grey, wrap=True, align=centre))
        layout.addSpacing(32)
        buttons = row(spacing=16)
        buttons.addStretch(1)
        for index, action in enumerate(view.actions):
            button = ActionButton(action, look="light" if index == 0 else "dark")
            button.clicked.connect(lambda _=False, name=action.name: self.pressed.emit(name))
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addSpacing(24)
        layout.addWidget(TextLabel(view.note, "body", colour=QColor("#9AA3AD"), align=centre))
        layout.addStretch(1)
        self._title = title

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        side = 116.0 if look.density == "regular" else 88.0
        draw_icon(painter, "mdi6.video-off-outline",
                  QRectF(self.width() / 2 - side / 2, self._title.y() - 16 - side, side, side),
                  QColor("#F0703A"))  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("error.solid"), 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 11, 11)
