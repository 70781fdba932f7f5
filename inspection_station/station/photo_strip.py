"""The photos of the open item: stored ones, the next to shoot, and those still allowed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import pictures, theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import PLATE, clip_round, covering, draw_box, draw_check_dot, draw_cover
from inspection_station.station.photo_marks import paint_mark
from inspection_station.station.surfaces import PressButton, row
from inspection_station.station.text import broken, draw_line, text_width
from inspection_station.station.views import ShotView

STATE_WORDS = {
    "stored": N_("stored"),
    "next": N_("shoot now"),
    "needed": N_("required, not taken"),
    "needed_by_defect": N_("required, not taken"),
    "optional": N_("optional"),
}
NARROWEST = 84


class ShotTile(PressButton):
    """One place of the strip."""

    def __init__(self, view: ShotView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.set_view(view)

    @property
    def view(self) -> ShotView:
        """What it shows."""
        return self._view

    def set_view(self, view: ShotView) -> None:
        """Show another state of this place."""
        self._view = view
        self.setAccessibleName(view.name)
        marks = translate("marked") if view.marks else ""
        self.setAccessibleDescription(" ".join(p for p in (translate(STATE_WORDS[view.state]), view.note, marks) if p))
        if isinstance(view.picture, QImage):
            self._image = view.picture
        elif isinstance(view.picture, Path):
            pictures.current().ask(view.picture, QSize(352, 264), self._show)
        else:
            self._image = QImage()
        self.update()

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()

    def ring_radius(self) -> float:
        return float(theme.Theme.radius("shot"))

    def paint(self, painter: QPainter, place: QRectF) -> None:
        if self._view.state == "stored":
            self._paint_stored(painter, place)
        else:
            self._paint_open(painter, place)

    def _paint_stored(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        radius = theme.Theme.radius("shot")
        inner = place.adjusted(2, 2, -2, -2)
        if view.picture is None:  # at the centre, and not even small here
            draw_box(painter, inner, radius, look.color("bg.sunken"))
            room = inner.adjusted(0, 8, 0, -look.line_height("caption") - 12)
            draw_icon(painter, "mdi6.cloud-outline", room, look.color("text.tertiary"))
        elif self._image.isNull():
            draw_box(painter, inner, radius, look.color("bg.sunken"))
        else:
            draw_cover(painter, inner, self._image, radius - 1)
            painter.save()
            clip_round(painter, inner, radius - 1)
            for mark in view.marks:
                paint_mark(painter, covering(self._image.size(), inner), mark, small=True)
            painter.restore()
        font = look.font("caption", 500)
        names = broken(view.name, font, inner.width() - 10)
        line_height = look.line_height("caption") - (4 if len(names) > 1 else 0)
        height = line_height * len(names) + 6
        bar = QRectF(inner.left(), inner.bottom() - height, inner.width(), height)
        painter.save()
        clip_round(painter, inner, radius - 1)
        painter.fillRect(bar, PLATE)
        painter.restore()
        white = QColor("#FFFFFF")
        words = bar.adjusted(6, 3, -4, -3)
        note_width = 0.0
        if view.note:
            note_width = text_width(view.note, font)
            if text_width(view.name, font) + note_width + 8 <= words.width():
                draw_line(painter, words, view.note, font, QColor("#C3C9D0"), Qt.AlignmentFlag.AlignRight)
            else:
                note_width = 0.0
        words.adjust(0, 0, -(note_width + 8 if note_width else 0), 0)
        for number, name in enumerate(names):
            line = QRectF(words.left(), words.top() + number * line_height, words.width(), line_height)
            draw_line(painter, line, name, font, white)
        dot, right = 26.0, place.right() - 7
        if view.picture is not None:
            draw_check_dot(painter, QPointF(right - dot / 2, place.top() + dot / 2 + 7), dot, QColor("#00795D"))
        if view.count > 1:
            badge = QRectF(place.left() + 8, place.top() + 8, 26, 26)
            draw_box(painter, badge, 8, PLATE)
            draw_line(painter, badge, str(view.count), look.font("caption", 700), white, Qt.AlignmentFlag.AlignHCenter)
        if view.marks:
            badge = QRectF(place.left() + (40 if view.count > 1 else 8), place.top() + 8, 26, 26)
            draw_box(painter, badge, 8, PLATE)
            draw_icon(painter, "mdi6.draw", badge.adjusted(4, 4, -4, -4), white)
        if view.selected:
            draw_box(painter, place, radius + 1, None, look.color("focus.ring"), 4)
        else:
            colour = "ok.solid" if view.picture is not None else "border.control"
            draw_box(painter, place, radius + 1, None, look.color(colour), 2)

    def _paint_open(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        radius = theme.Theme.radius("shot")
        if view.state == "next":
            halo = look.color("focus.ring")
            halo.setAlphaF(0.25)
            draw_box(painter, place, radius + 3, halo)
            inner = place.adjusted(3, 3, -3, -3)
            draw_box(painter, inner, radius, look.color("bg.selected"), look.color("focus.ring"), 3)
            colour = look.color("info.text")
        elif view.state == "needed_by_defect":
            draw_box(painter, place, radius, look.color("warn.bg"), look.color("warn.text"), 2, dashed=True)
            colour = look.color("warn.text")
        else:
            draw_box(painter, place, radius, look.color("bg.surface"), look.color("border.control"), 1.75, dashed=True)
            colour = look.color("text.secondary")
        tall = place.height() >= 100
        name_height, note_height = look.line_height("label"), look.line_height("caption" if not tall else "label")
        names = _lines(view.name, place.width() - 8)
        icon = 32.0 if tall else 26.0 if len(names) == 1 else 20.0
        notes = bool(view.note) and place.height() >= 84 + (name_height if len(names) > 1 else 0)
        total = icon + 4 + name_height * len(names) - 2 * (len(names) - 1) + (note_height if notes else 0)
        top = place.top() + (place.height() - total) / 2
        draw_icon(painter, view.icon, QRectF(place.left(), top, place.width(), icon), colour)
        line = QRectF(place.left() + 4, top + icon + 4, place.width() - 8, name_height)
        role = "label" if all(_fits(name, "label", 600, line.width()) for name in names) else "caption"
        for index, name in enumerate(names):
            if index:
                line.translate(0, name_height - 2)
            draw_line(painter, line, name, look.font(role, 600), colour, Qt.AlignmentFlag.AlignHCenter)
        if notes:
            weight = 600 if view.state in ("next", "needed_by_defect") else 400
            draw_line(painter, QRectF(line.left(), line.bottom(), line.width(), note_height), view.note,
                      look.font("caption", weight), colour, Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


def _fits(text: str, role: str, weight: int, width: float) -> bool:
    return text_width(text, theme.current().font(role, weight)) <= width


def _lines(name: str, width: float) -> tuple[str, ...]:
    """`name` on one line, or broken into two of about the same length where one is too narrow."""
    if _fits(name, "caption", 600, width):
        return (name,)
    if " " not in name:
        return broken(name, theme.current().font("caption", 600), max(width / 2, min(width, _half(name))))
    breaks = [index for index, letter in enumerate(name) if letter == " "]
    middle = min(breaks, key=lambda index: abs(index - len(name) / 2))
    halves = name[:middle], name[middle + 1 :]
    if all(_fits(half, "caption", 600, width) for half in halves):
        return halves
    return broken(name, theme.current().font("caption", 600), width)


def _half(name: str) -> float:
    """A little more than half of the width of `name`."""
    return text_width(name, theme.current().font("caption", 600)) * 0.6


class PhotoStrip(QScrollArea):
    """The row of shots; narrower when there are more, scrolled by itself when there are too many.

    Signals:
        shot_selected(int): a place was pressed, by its number from 0.
    """

    shot_selected = Signal(int)

    def __init__(self, height: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height or theme.current().shot_size()[1]
        self.setFixedHeight(self._height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._content = QWidget()
        self._line = row(self._content, spacing=16 if theme.current().density == "regular" else 12)
        self._line.addStretch(1)
        self.setWidget(self._content)
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._tiles: list[ShotTile] = []

    def show_shots(self, shots: tuple[ShotView, ...]) -> None:
        """Show these places; tiles that exist are kept, so that nothing flickers."""
        while len(self._tiles) > len(shots):
            tile = self._tiles.pop()
            self._line.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        for index, view in enumerate(shots):
            if index < len(self._tiles):
                self._tiles[index].set_view(view)
                continue
            tile = ShotTile(view)
            tile.clicked.connect(lambda _=False, number=index: self.shot_selected.emit(number))
            self._tiles.append(tile)
            self._line.insertWidget(index, tile)
        self._fit()

    @property
    def tiles(self) -> tuple[ShotTile, ...]:
        """The places shown."""
        return tuple(self._tiles)

    def _fit(self) -> None:
        if not self._tiles:
            return
        width, height = theme.current().shot_size()
        regular = theme.current().density == "regular"
        gap = 16 if regular else 12 if len(self._tiles) < 5 else 8
        self._line.setSpacing(gap)
        room = (self.width() - gap * (len(self._tiles) - 1)) // len(self._tiles)
        narrow = max(min(width, room), min(NARROWEST, width))
        for tile in self._tiles:
            tile.setFixedSize(narrow, min(self._height, height))
        current = next((t for t in self._tiles if t.view.selected or t.view.state == "next"), None)
        if current is not None:
            self.ensureWidgetVisible(current, 24, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((i for i, tile in enumerate(self._tiles) if tile.hasFocus()), None)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if focused is not None and step is not None and 0 <= focused + step < len(self._tiles):
            self._tiles[focused + step].setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
        else:
            event.ignore()
