"""One of two decisions that speak against each other, beside the other one: pressed, or taken by its key."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.paint import draw_box
from inspection_station.station.presenting.review import VersionView
from inspection_station.station.surfaces import PressButton
from inspection_station.station.tags import draw_grade
from inspection_station.station.text import broken, draw_line

SIDE = 28  # of the grade's tile


class VersionCard(PressButton):
    """Its key, grade, where it goes, why, who and when."""

    def __init__(self, view: VersionView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        look = theme.current()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SIDE + 24 + 3 * look.line_height("label") + 2 * look.line_height("caption"))
        self.setAccessibleName(" · ".join([view.grade, view.disposition.text, view.reason, view.who]))
        chosen = translate("chosen") if view.selected else ""
        self.setAccessibleDescription(f"{chosen} {view.key}".strip())
        self.setToolTip(self.accessibleName())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self.view
        line = look.color("text.primary" if view.selected else "border.control")
        draw_box(painter, place, 8, look.color("bg.surface"), line, 4 if view.selected else 1.25)
        left, width = place.left() + 10, place.width() - 20
        draw_grade(painter, QRectF(left, place.top() + 10, SIDE, SIDE), view.grade)
        cap = keycap_size(view.key)[0]
        draw_keycap(painter, QRectF(place.right() - 10 - cap, place.top() + 10, cap, SIDE), view.key)
        top = place.top() + SIDE + 16
        parts = (
            (view.disposition.text, "label", 700, look.tone(view.disposition.tone, "text"), 1),
            (view.reason or translate("Agreed"), "label", 500, look.color("text.primary"), 2),
            (view.who, "caption", 400, look.color("text.secondary"), 2),
        )
        for text, role, weight, colour, most in parts:
            font, high = look.font(role, weight), look.line_height(role)
            for words in broken(text, font, width, most):
                draw_line(painter, QRectF(left, top, width, high), words, font, colour)
                top += high
