"""A stored picture in a frame: with its name plate, or an icon and a word when there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import pictures, theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import (
    PLATE,
    clip_round,
    covering,
    draw_box,
    draw_cover,
    draw_plate,
    fitted,
    plate_width,
)
from inspection_station.station.photo_marks import paint_mark
from inspection_station.station.text import broken, draw_line
from inspection_station.station.views import MarkView, PictureSource

SMALL = 360  # pixels; in a narrower picture marks are painted small


class Picture(QWidget):
    """Shows one picture.

    Args:
        cover: True fills the place (overhang cut, for thumbnails); False shows the whole picture.
        radius: corner radius.
        note: a small plate at the bottom left; `bar` makes it the full width.
    """

    def __init__(
        self,
        source: PictureSource = None,
        *,
        cover: bool = True,
        radius: float = 10,
        note: str = "",
        note_icon: str = "",
        bar: bool = False,
        empty: str = "",
        line: str = "",
        line_width: float = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source: PictureSource = None
        self._image = QImage()
        self._cover, self._radius = cover, radius
        self._note, self._note_icon, self._bar, self._empty = note, note_icon, bar, empty
        self._line, self._line_width = line, line_width
        self._marks: tuple[MarkView, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(note or empty)
        self.set_source(source)

    def set_source(self, source: PictureSource) -> None:
        """Show another picture; None shows the empty state."""
        self._source = source
        if isinstance(source, QImage):
            self._image = source
        else:
            self._image = QImage()
            self._ask()
        self.update()

    def set_marks(self, marks: tuple[MarkView, ...]) -> None:
        """Paint these over the picture."""
        self._marks = marks
        self.update()

    def set_note(self, note: str) -> None:
        """Change the name plate."""
        self._note = note
        self.setAccessibleName(note or self._empty)
        self.update()

    def set_empty(self, words: str) -> None:
        """What to say while there is no picture."""
        self._empty = words
        self.setAccessibleName(self._note or words)
        self.update()

    def image(self) -> QImage:
        """The picture as shown; null while it loads or when there is none."""
        return self._image

    def _ask(self) -> None:
        if isinstance(self._source, Path) and self.width() > 1 and self.height() > 1:
            box = self.size() * self.devicePixelRatioF()
            pictures.current().ask(self._source, box, self._show)

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(self.rect())
        if self._image.isNull():
            draw_box(painter, place, self._radius, look.color("bg.sunken"))
            self._paint_empty(painter, place)
        elif self._cover:
            draw_cover(painter, place, self._image, self._radius)
            self._paint_marks(painter, place, covering(self._image.size(), place))
        else:
            draw_box(painter, place, self._radius, look.color("bg.sunken"))
            inside = fitted(self._image.size(), place)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            clip_round(painter, place, self._radius)
            draw_cover(painter, inside, self._image, 0)
            painter.restore()
            self._paint_marks(painter, place, inside)
        if self._note:
            self._paint_note(painter, place)
        if self._line:
            draw_box(painter, place, self._radius, None, look.color(self._line), self._line_width)

    def _paint_marks(self, painter: QPainter, place: QRectF, picture: QRectF) -> None:
        painter.save()
        clip_round(painter, place, self._radius)
        for mark in self._marks:
            paint_mark(painter, picture, mark, small=place.width() < SMALL)
        painter.restore()

    def _paint_empty(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        colour = look.color("text.tertiary")
        size = min(64.0, place.height() / 2.5)
        middle = QRectF(place.left(), place.center().y() - size * 0.75, place.width(), size)
        loading = isinstance(self._source, Path) and not self._empty
        if not loading:
            draw_icon(painter, "mdi6.image-off-outline", middle, colour)
        if self._empty and place.height() > 56:
            role, gap = ("label", 8) if place.height() > 90 else ("caption", 2)
            words = QRectF(place.left() + 8, middle.bottom() + gap, place.width() - 16, look.line_height(role))
            draw_line(painter, words, self._empty, look.font(role), colour, Qt.AlignmentFlag.AlignHCenter)

    def _paint_note(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        white = QColor("#FFFFFF")
        if self._bar:
            font = look.font("caption")
            lines = broken(self._note, font, place.width() - 20)
            step = look.line_height("caption") - (3 if len(lines) > 1 else 0)
            height = step * len(lines) + 6
            bar = QRectF(place.left() + 1, place.bottom() - height - 1, place.width() - 2, height)
            painter.save()
            clip_round(painter, place.adjusted(1, 1, -1, -1), max(0, self._radius - 1))
            painter.fillRect(bar, PLATE)
            painter.restore()
            for number, words in enumerate(lines):
                line = QRectF(bar.left() + 9, bar.top() + 3 + number * step, bar.width() - 18, step)
                draw_line(painter, line, words, font, white)
            return
        role = "label" if self._note_icon else "caption"
        font = look.font(role)
        height = look.line_height(role) + (12 if self._note_icon else 8)
        width = min(plate_width(self._note, font, self._note_icon, 18, 12), place.width() - 32)
        left, below = (20, 20) if self._note_icon else (16, 12)
        plate = QRectF(place.left() + left, place.bottom() - height - below, width, height)
        draw_plate(painter, plate, self._note, font, fill=PLATE, colour=white, icon=self._note_icon, icon_size=18)
