"""Marks over a stored photo on the screen: the one being drawn, by mouse or keys, and how marks are painted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from inspection_station.station import theme
from inspection_station.station.paint import PLATE, draw_plate, plate_width
from inspection_station.station.views import ArrowView, EllipseView, MarkView

WHITE = QColor("#FFFFFF")
SMALLEST = 0.02  # of the photo's side; less is a slip of the hand
STEP = 0.01  # of the photo's side, for each press of an arrow key
HEAD = 22.0  # pixels of an arrow's head
LARGER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)  # “+” is “=” with Shift on many keyboards
SMALLER = (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)


@dataclass(frozen=True)
class MarkDraft:
    """A mark that is not stored yet, as fractions of the photo: two corners, or an arrow's tail and head.

    `sized`: a person made it as large as it is; one put there by a key alone says where, not how large.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    arrow: bool = False
    sized: bool = True

    def to(self, x: float, y: float, arrow: bool) -> MarkDraft:
        """Drawn on to another place."""
        return replace(self, x2=_within(x), y2=_within(y), arrow=arrow)

    @property
    def is_meant(self) -> bool:
        """Large enough to be no slip of the hand."""
        wide, high = abs(self.x2 - self.x1), abs(self.y2 - self.y1)
        return (max if self.arrow else min)(wide, high) >= SMALLEST

    @property
    def view(self) -> MarkView:
        """As it is painted."""
        if self.arrow:
            return ArrowView(self.x1, self.y1, self.x2, self.y2)
        return EllipseView(
            (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2, abs(self.x2 - self.x1) / 2, abs(self.y2 - self.y1) / 2
        )

    def keyed(self, event: QKeyEvent) -> MarkDraft | None:
        """Moved by an arrow key, resized with Shift or by + and −, made an arrow or an ellipse by A; else None."""
        if event.key() == Qt.Key.Key_A:
            return replace(self, arrow=not self.arrow)
        if event.key() in LARGER:
            return self._grown(STEP)
        if event.key() in SMALLER:
            return self._grown(-STEP)
        way = {
            Qt.Key.Key_Left: (-STEP, 0.0), Qt.Key.Key_Right: (STEP, 0.0), Qt.Key.Key_Up: (0.0, -STEP),
            Qt.Key.Key_Down: (0.0, STEP),
        }.get(Qt.Key(event.key()))  # fmt: skip
        if way is None:
            return None
        x, y = way
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            changed = replace(self, x2=self.x2 + x, y2=self.y2 + y, sized=True)
        else:
            changed = replace(self, x1=self.x1 + x, y1=self.y1 + y, x2=self.x2 + x, y2=self.y2 + y)
        inside = all(0.0 <= at <= 1.0 for at in (changed.x1, changed.y1, changed.x2, changed.y2))
        return changed if inside and changed.is_meant else self

    def _grown(self, by: float) -> MarkDraft:
        """Larger on all sides, or smaller; an arrow's head stays where it points, its tail goes."""
        wide, high = self.x2 - self.x1, self.y2 - self.y1
        if self.arrow:
            more = by / math.hypot(wide, high)
            changed = replace(self, x1=_within(self.x1 - wide * more), y1=_within(self.y1 - high * more), sized=True)
        else:
            x, y = math.copysign(by, wide * by), math.copysign(by, high * by)
            changed = MarkDraft(
                _within(self.x1 - x), _within(self.y1 - y), _within(self.x2 + x), _within(self.y2 + y)
            )  # fmt: skip
        turned = (changed.x2 - changed.x1) * wide < 0 or (changed.y2 - changed.y1) * high < 0
        return self if turned or not changed.is_meant else changed


def _within(at: float) -> float:
    return min(max(at, 0.0), 1.0)


FIRST = MarkDraft(0.4, 0.4, 0.6, 0.6, sized=False)
"""Where a mark drawn by keys begins: the middle of the photo."""


def paint_mark(painter: QPainter, place: QRectF, mark: MarkView, *, small: bool = False) -> None:
    """Paint a mark over the picture that lies in `place`; white with a dark rim, so that it shows on any ground.

    On a `small` picture its lines are thin and its size is left out.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    barb = HEAD / 2 if small else HEAD
    for pen in (QPen(QColor(0, 0, 0, 110), 3.5 if small else 6), QPen(WHITE, 1.75 if small else 3)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if isinstance(mark, ArrowView):
            _draw_arrow(painter, _at(place, mark.x1, mark.y1), _at(place, mark.x2, mark.y2), barb)
        else:
            wide, high = mark.half_width * place.width(), mark.half_height * place.height()
            painter.drawEllipse(_at(place, mark.x, mark.y), wide, high)
    if isinstance(mark, EllipseView) and mark.text and not small:
        _paint_words(painter, place, mark)


def _at(place: QRectF, x: float, y: float) -> QPointF:
    return QPointF(place.left() + x * place.width(), place.top() + y * place.height())


def _draw_arrow(painter: QPainter, tail: QPointF, head: QPointF, barb: float) -> None:
    painter.drawLine(tail, head)
    back = math.atan2(tail.y() - head.y(), tail.x() - head.x())
    for aside in (-0.5, 0.5):
        painter.drawLine(head, head + QPointF(math.cos(back + aside), math.sin(back + aside)) * barb)


def _paint_words(painter: QPainter, place: QRectF, ellipse: EllipseView) -> None:
    look = theme.current()
    centre, high = _at(place, ellipse.x, ellipse.y), ellipse.half_height * place.height()
    font = look.font("label", 600)
    width, height = plate_width(ellipse.text, font, "", 0, 12), look.line_height("label") + 10
    left = min(centre.x() + ellipse.half_width * place.width() * 0.3, place.right() - width - 8)
    top = min(centre.y() + high + 22, place.bottom() - height - 8)
    draw_plate(painter, QRectF(left, top, width, height), ellipse.text, font, fill=PLATE, colour=WHITE)
