"""The outline on which the place of a defect is shown: nine zones, as the numeric keypad lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.page_views import PinView
from inspection_station.station.paint import draw_box
from inspection_station.station.text import draw_line

SHAPE = QRectF(0, 0, 200, 170)


def _apparel() -> tuple[QPainterPath, QPainterPath]:
    """A jacket: its outline, and its inner lines."""
    body = QPainterPath(QPointF(72, 16))
    body.cubicTo(84, 2, 116, 2, 128, 16)
    body.lineTo(164, 32)
    body.lineTo(196, 118)
    body.quadTo(198, 132, 186, 134)
    body.lineTo(174, 130)
    body.lineTo(150, 76)
    body.lineTo(150, 158)
    body.quadTo(150, 166, 142, 166)
    body.lineTo(58, 166)
    body.quadTo(50, 166, 50, 158)
    body.lineTo(50, 76)
    body.lineTo(26, 130)
    body.lineTo(14, 134)
    body.quadTo(2, 132, 4, 118)
    body.lineTo(36, 32)
    body.closeSubpath()
    inner = QPainterPath(QPointF(72, 16))
    inner.cubicTo(84, 28, 116, 28, 128, 16)
    inner.moveTo(100, 25)
    inner.lineTo(100, 166)
    for y in (60, 92, 124):
        inner.moveTo(50, y)
        inner.lineTo(150, y)
    inner.moveTo(10, 112)
    inner.lineTo(32, 122)
    inner.moveTo(190, 112)
    inner.lineTo(168, 122)
    return body, inner


def _box() -> tuple[QPainterPath, QPainterPath]:
    """A plain box for things that are no garment: outline and thirds."""
    body = QPainterPath()
    body.addRoundedRect(QRectF(30, 10, 140, 150), 12, 12)
    inner = QPainterPath()
    for part in (1, 2):
        inner.moveTo(30 + 140 * part / 3, 10)
        inner.lineTo(30 + 140 * part / 3, 160)
        inner.moveTo(30, 10 + 150 * part / 3)
        inner.lineTo(170, 10 + 150 * part / 3)
    return body, inner


OUTLINES = {"apparel": _apparel, "box": _box}


def zone_place(zone: int) -> tuple[float, float]:
    """The middle of zone 1–9 (as on the keypad: 7 is top left) as fractions of the outline."""
    return ((zone - 1) % 3 * 2 + 1) / 6, (2 - (zone - 1) // 3) / 3 + 1 / 6


def zone_at(x: float, y: float) -> int:
    """The zone 1–9 in which a place lies, given as fractions."""
    across, down = min(2, max(0, int(x * 3))), min(2, max(0, int(y * 3)))
    return (2 - down) * 3 + across + 1


class GarmentOutline(QWidget):
    """Shows pins; a press chooses the zone under it.

    Signals:
        zone_chosen(int): 1–9.
    """

    zone_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = "apparel"
        self._pins: tuple[PinView, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_pins(self, outline: str, pins: tuple[PinView, ...]) -> None:
        """Show outline `outline` (a name of `OUTLINES`, any other is the box) with `pins`."""
        self._name, self._pins = outline if outline in OUTLINES else "box", pins
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 96)

    def _place(self) -> QRectF:
        scale = min(self.width() / SHAPE.width(), self.height() / SHAPE.height(), 1.15)
        width, height = SHAPE.width() * scale, SHAPE.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place()
        if place.contains(event.position()):
            x = (event.position().x() - place.left()) / place.width()
            y = (event.position().y() - place.top()) / place.height()
            self.zone_chosen.emit(zone_at(x, y))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place()
        body, inner = OUTLINES[self._name]()
        painter.save()
        painter.translate(place.topLeft())
        painter.scale(place.width() / SHAPE.width(), place.height() / SHAPE.height())
        pen = QPen(look.color("border.control"), 1.25)
        painter.setPen(pen)
        painter.setBrush(look.color("bg.sunken"))
        painter.drawPath(body)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("border.hairline"), 1.25))
        painter.drawPath(inner)
        painter.restore()
        for pin in self._pins:
            self._paint_pin(painter, place, pin)

    def _paint_pin(self, painter: QPainter, place: QRectF, pin: PinView) -> None:
        look = theme.current()
        centre = QPointF(place.left() + pin.x * place.width(), place.top() + pin.y * place.height())
        box = QRectF(centre.x() - 17, centre.y() - 17, 34, 34)
        for inset, colour in ((0.0, QColor("#FFFFFF")), (3.0, look.color("error.solid"))):
            inner = box.adjusted(inset, inset, -inset, -inset)
            drop = QPainterPath()
            drop.addEllipse(inner)
            corner = QPainterPath()
            corner.addRoundedRect(QRectF(inner.left(), inner.center().y(), inner.width() / 2, inner.height() / 2), 4, 4)
            painter.fillPath(drop.united(corner), colour)
        draw_line(painter, box, str(pin.number), look.font("label", 700), look.on_solid("error"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


class PlaceMark(QWidget):
    """The number of the current row in an ink square."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setFixedSize(30, 30)

    def set_number(self, number: int) -> None:
        """Show another number."""
        self._text = str(number)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), 6, look.color("action.primary"))
        draw_line(painter, QRectF(self.rect()), self._text, look.font("label", 700), look.color("action.onPrimary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
