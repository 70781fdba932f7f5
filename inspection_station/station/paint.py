"""Shapes that several widgets paint: boxes, plates, pictures that keep or fill their place, the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPainterPath, QPen

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.text import draw_line, text_width

PLATE = QColor(0, 0, 0, 199)
"""Ground of text over pictures: 78 % black."""


def draw_box(
    painter: QPainter,
    place: QRectF,
    radius: float,
    fill: QColor | None,
    line: QColor | None = None,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """Paint a rounded box; its line lies wholly inside `place`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = place
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(line, width)
        if dashed:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        inner = place.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius = max(0.0, radius - width / 2)
    painter.setBrush(QBrush(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(inner, radius, radius)
    painter.restore()


def draw_focus_ring(painter: QPainter, place: QRectF, radius: float, width: float = 3) -> None:
    """Paint the focus ring just inside `place`."""
    draw_box(painter, place, radius, None, theme.current().color("focus.ring"), width)


def clip_round(painter: QPainter, place: QRectF, radius: float) -> None:
    """Clip all further painting to a rounded box."""
    path = QPainterPath()
    path.addRoundedRect(place, radius, radius)
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)


def fitted(size: QSize, place: QRectF) -> QRectF:
    """The largest box of the proportions of `size` inside `place`, centred: nothing is cropped."""
    if size.isEmpty():
        return place
    scale = min(place.width() / size.width(), place.height() / size.height())
    width, height = size.width() * scale, size.height() * scale
    return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)


def covering(size: QSize, place: QRectF) -> QRectF:
    """Where the whole picture of `size` would lie when it fills `place`, its overhang outside of it."""
    scale = max(place.width() / max(1, size.width()), place.height() / max(1, size.height()))
    width, height = size.width() * scale, size.height() * scale
    return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)


def draw_cover(painter: QPainter, place: QRectF, image: QImage, radius: float) -> None:
    """Paint `image` so that it fills `place`, its overhang cut evenly, corners rounded (thumbnails only)."""
    scale = max(place.width() / max(1, image.width()), place.height() / max(1, image.height()))
    width, height = place.width() / scale, place.height() / scale
    source = QRectF((image.width() - width) / 2, (image.height() - height) / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    clip_round(painter, place, radius)
    painter.drawImage(place, image, source)
    painter.restore()


def plate_width(text: str, font: QFont, icon: str, icon_size: float, padding: float, gap: float = 8) -> float:
    """Width of a plate with `text` and, when named, an icon."""
    return text_width(text, font) + 2 * padding + (icon_size + (gap if text else 0) if icon else 0) + 1


def draw_plate(
    painter: QPainter,
    place: QRectF,
    text: str,
    font: QFont,
    *,
    fill: QColor,
    colour: QColor,
    icon: str = "",
    icon_size: float = 20,
    padding: float = 12,
    radius: float = 8,
    gap: float = 8,
    tail: str = "",
) -> None:
    """Paint a filled plate with icon and text, and a `tail` icon at its end."""
    draw_box(painter, place, radius, fill)
    left = place.left() + padding
    if icon:
        draw_icon(painter, icon, QRectF(left, place.center().y() - icon_size / 2, icon_size, icon_size), colour)
        left += icon_size + gap
    right = place.right() - padding
    if tail:
        right -= icon_size
        draw_icon(painter, tail, QRectF(right, place.center().y() - icon_size / 2, icon_size, icon_size), colour)
        right -= gap
    draw_line(painter, QRectF(left, place.top(), right - left + 1, place.height()), text, font, colour)


def draw_check_dot(painter: QPainter, centre: QPointF, diameter: float, fill: QColor) -> None:
    """Paint the round "stored" mark of a photo: white rim, filled, white hook."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawEllipse(centre, diameter / 2, diameter / 2)
    painter.setBrush(fill)
    painter.drawEllipse(centre, diameter / 2 - 2, diameter / 2 - 2)
    painter.restore()
    hook = diameter * 0.62
    draw_icon(painter, "mdi6.check-bold", QRectF(centre.x() - hook / 2, centre.y() - hook / 2, hook, hook),
              QColor("#FFFFFF"))  # fmt: skip
