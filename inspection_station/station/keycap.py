"""Keys drawn beside what they do, so that nobody has to learn them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.paint import draw_box
from inspection_station.station.text import draw_line, text_width

WORDS = {"Enter": "Enter ↵", "Space": N_("Space"), "Backspace": "⌫"}


def keycap_text(key: str) -> str:
    """How a key is written on its cap: ``Space`` in the language in force, ``Enter`` with its arrow."""
    return translate(WORDS[key]) if key in WORDS else key


def keycap_size(key: str, role: str = "caption") -> tuple[float, float]:
    """Width and height of the cap of `key`: at least 1.9 em wide."""
    font = _font(role)
    em = font.pixelSize()
    width = max(1.9 * em, text_width(keycap_text(key), font) + em * 0.95)
    if role == "tiny":
        return width, em + 8
    return width, theme.current().line_height(role) + (6 if role == "caption" else 8)


def _font(role: str) -> QFont:
    """The font on a cap; ``tiny`` is for the status strip, where keys are only a reminder."""
    font = theme.current().font("caption" if role == "tiny" else role, 600)
    if role == "tiny":
        font.setPixelSize(font.pixelSize() - 2)
    return font


def draw_keycap(
    painter: QPainter, place: QRectF, key: str, *, role: str = "caption", inverted: bool = False, dim: bool = False
) -> None:
    """Paint the cap of `key` centred in `place`; `inverted` on the ink-filled primary button."""
    look = theme.current()
    width, height = keycap_size(key, role)
    cap = QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)
    radius = theme.Theme.radius("keycap")
    if inverted:
        paper = look.color("action.onPrimary")
        fill, line, text = QColor(paper), QColor(paper), paper
        fill.setAlphaF(0.16)
        line.setAlphaF(0.45)
    else:
        fill, line, text = look.color("bg.surface"), look.color("border.control"), look.color("text.secondary")
        line.setAlphaF(0.55)
        if dim:
            text = look.color("text.tertiary")
    draw_box(painter, cap.adjusted(0, 1, 0, 1), radius, line)
    draw_box(painter, cap.adjusted(0, 0, 0, -0.5), radius, look.color("action.primary") if inverted else fill)
    draw_box(painter, cap.adjusted(0, 0, 0, -0.5), radius, fill, line, 1)
    draw_line(painter, cap, keycap_text(key), _font(role), text, Qt.AlignmentFlag.AlignHCenter)


class Keycap(QWidget):
    """One or more caps by themselves, ``1–5`` as two caps with a dash between."""

    def __init__(self, *keys: str, role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys, self._role = keys, role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" – ".join(keycap_text(key) for key in keys))

    def sizeHint(self) -> QSize:
        sizes = [keycap_size(key, self._role) for key in self._keys]
        gaps = 10 * max(0, len(sizes) - 1)
        return QSize(round(sum(w for w, _ in sizes) + gaps + 0.5), round(max((h for _, h in sizes), default=0) + 2))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = 0.0
        for index, key in enumerate(self._keys):
            if index:
                middle = self.height() / 2
                painter.setPen(theme.current().color("text.secondary"))
                painter.drawLine(round(left + 2), round(middle), round(left + 8), round(middle))
                left += 10
            width, _ = keycap_size(key, self._role)
            draw_keycap(painter, QRectF(left, 0, width, self.height()), key, role=self._role)
            left += width
