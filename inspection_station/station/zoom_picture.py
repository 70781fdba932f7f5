"""A photo that can be looked into: larger and smaller about its middle, moved by keys, wheel or hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent

from inspection_station.station import pictures, theme
from inspection_station.station.paint import clip_round, draw_box, fitted
from inspection_station.station.picture import Picture
from inspection_station.station.views import PictureSource

STEP, LARGEST = 1.5, 8.0
MOVE = 0.2  # of what is shown, for one press of an arrow
SHARPEST = 4096  # pixels of a side that are read for a close look; beyond that they are only stretched


class ZoomPicture(Picture):
    """Shows the whole picture, or a part of it `zoom` times as large.

    Signals:
        zoomed(float): how much larger than whole it is shown now.
    """

    zoomed = Signal(float)

    def __init__(self, *, empty: str = "") -> None:
        self.zoom = 1.0
        self._middle = QPointF(0.5, 0.5)  # of the picture, in parts of it
        self._whole: Path | None = None
        self._close = QImage()  # the same picture with more of its pixels
        self._held: QPointF | None = None
        super().__init__(None, cover=False, empty=empty)

    def set_source(self, source: PictureSource) -> None:
        """Show another picture, whole."""
        super().set_source(source)
        self._whole, self._close = None, QImage()
        self._set_zoom(1.0)

    def set_whole(self, path: Path | None) -> None:
        """Where the picture is in full size, for a close look; None where only a small one is here."""
        self._whole = path

    def larger(self) -> bool:
        """One step closer; False at the closest."""
        return self._set_zoom(self.zoom * STEP)

    def smaller(self) -> bool:
        """One step back; False when the whole picture is shown."""
        return self._set_zoom(self.zoom / STEP)

    def show_all(self) -> bool:
        """The whole picture; False when it is."""
        return self._set_zoom(1.0)

    def move_by(self, across: int, down: int) -> bool:
        """Show what lies further that way; False when the whole picture is shown."""
        if self.zoom <= 1:
            return False
        self._move(across * MOVE / self.zoom, down * MOVE / self.zoom)
        return True

    def _move(self, across: float, down: float) -> None:
        half = 0.5 / self.zoom
        x = min(1 - half, max(half, self._middle.x() + across))
        y = min(1 - half, max(half, self._middle.y() + down))
        self._middle = QPointF(x, y)
        self.update()

    def _set_zoom(self, zoom: float) -> bool:
        zoom = 1.0 if zoom < 1.01 or self._image.isNull() else min(LARGEST, zoom)
        if zoom == self.zoom:
            return False
        self.zoom = zoom
        self._move(0, 0)
        if zoom > 1 and self._whole is not None and self._close.isNull():
            box = QSize(SHARPEST, SHARPEST)
            pictures.current().ask(self._whole, box, partial(self._take_close, self._whole))
        self.setCursor(Qt.CursorShape.OpenHandCursor if zoom > 1 else Qt.CursorShape.ArrowCursor)
        self.zoomed.emit(zoom)
        return True

    def _take_close(self, path: Path, image: QImage) -> None:
        if path == self._whole and self.zoom > 1 and image.width() > self._image.width():
            self._close = image
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom <= 1 or self._image.isNull():
            super().paintEvent(event)
            return
        place = QRectF(self.rect())
        whole = self._where(place)
        painter = QPainter(self)
        draw_box(painter, place, self._radius, theme.current().color("bg.sunken"))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        clip_round(painter, place, self._radius)
        image = self._image if self._close.isNull() else self._close
        seen = whole.intersected(place)
        across, down = image.width() / whole.width(), image.height() / whole.height()
        part = QRectF((seen.left() - whole.left()) * across, (seen.top() - whole.top()) * down,
                      seen.width() * across, seen.height() * down)  # fmt: skip
        painter.drawImage(seen, image, part)
        painter.restore()
        self._paint_marks(painter, place, whole)
        if self._note:
            self._paint_note(painter, place)

    def _where(self, place: QRectF) -> QRectF:
        """Where the whole picture would lie, most of it outside."""
        fit = fitted(self._image.size(), place)
        width, height = fit.width() * self.zoom, fit.height() * self.zoom
        x = self._middle.x() if width > place.width() else 0.5
        y = self._middle.y() if height > place.height() else 0.5
        return QRectF(place.center().x() - x * width, place.center().y() - y * height, width, height)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.larger() if turned > 0 else self.smaller()
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position() if self.zoom > 1 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None or self._image.isNull():
            return
        whole, moved = self._where(QRectF(self.rect())), event.position() - self._held
        self._held = event.position()
        self._move(-moved.x() / whole.width(), -moved.y() / whole.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
