"""Small coloured words: status tags, grade tiles, icon chips. Always a shape and a word, never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box, draw_plate, plate_width
from inspection_station.station.text import draw_line, text_width
from inspection_station.station.views import TagView


class Tag(QWidget):
    """An icon and a word on the tone's ground. `size`: small (caption), normal (label), large (bodyL)."""

    def __init__(
        self, view: TagView, *, size: str = "normal", plain: bool = False, fill_width: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._role = {"small": "caption", "normal": "label", "large": "bodyL"}[size]
        self._plain, self._fill_width = plain, fill_width
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if fill_width else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )
        self.set_view(view)

    def set_view(self, view: TagView) -> None:
        """Show another word."""
        self._view = view
        self.setAccessibleName(view.text)
        self.updateGeometry()
        self.update()

    def _icon_size(self) -> float:
        return theme.current().type_size(self._role) + 3.0

    def sizeHint(self) -> QSize:
        look = theme.current()
        padding = 0 if self._plain else 10
        weight = 700 if self._role == "bodyL" else 600
        width = plate_width(self._view.text, look.font(self._role, weight), self._view.icon, self._icon_size(),
                            padding, 6)  # fmt: skip
        return QSize(round(width + 1), look.line_height(self._role) + (0 if self._plain else 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if not self._fill_width else QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(self.rect())
        font = look.font(self._role, 700 if self._role == "bodyL" else 600)
        colour = look.tone(self._view.tone, "text")
        padding = 0.0 if self._plain else 10.0
        if self._fill_width:
            draw_box(painter, place, theme.Theme.radius("chip"), look.tone(self._view.tone, "bg"))
            width = plate_width(self._view.text, font, self._view.icon, self._icon_size(), 0, 6)
            padding = max(4.0, (place.width() - width) / 2)
        draw_plate(
            painter, place, self._view.text, font,
            fill=look.tone(self._view.tone, "bg") if not self._plain else look.color("bg.surface"),
            colour=colour, icon=self._view.icon, icon_size=self._icon_size(), padding=padding, gap=6,
            radius=theme.Theme.radius("chip"),
        )  # fmt: skip


def grade_colour(letter: str) -> str:
    """The colour token of a grade; a client's own grades are ink."""
    entry = theme.tokens()["grade"].get(letter)
    return str(entry["color"]) if entry else "text.primary"


def draw_grade(painter: QPainter, place: QRectF, letter: str) -> None:
    """Paint a grade's letter in its outlined rounded square."""
    look = theme.current()
    colour = look.color(grade_colour(letter))
    size = min(place.width(), place.height())
    line = 4.0 if size >= 56 else 2.0
    box = QRectF(place.center().x() - size / 2, place.center().y() - size / 2, size, size)
    draw_box(painter, box, size * 0.17 if size >= 56 else 7, look.color("bg.surface"), colour, line)
    font = look.font("display", 800)
    font.setPixelSize(round(size * 0.62))
    draw_line(painter, box, letter, font, colour, Qt.AlignmentFlag.AlignHCenter)


class GradeTile(QWidget):
    """A grade's letter; large on the verdict card, 28 pixels in rows."""

    def __init__(self, letter: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = letter
        self.setFixedSize(side, side)
        self.setAccessibleName(letter)

    def set_letter(self, letter: str) -> None:
        """Show another grade."""
        self._letter = letter
        self.setAccessibleName(letter)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_grade(QPainter(self), QRectF(self.rect()), self._letter)


class Icon(QWidget):
    """An icon by itself, beside the words it belongs to."""

    def __init__(self, name: str, side: int, colour: str = "text.primary", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._colour = name, colour
        self.setFixedSize(side, side)

    def set_icon(self, name: str, colour: str) -> None:
        """Show another icon."""
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), self._name, QRectF(self.rect()), theme.current().color(self._colour))


class Avatar(QWidget):
    """The first letter of a person's name in a grey disc."""

    def __init__(self, name: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = name[:1].upper()
        self.setFixedSize(side, side)

    def set_name(self, name: str) -> None:
        """Show another person's letter."""
        self._letter = name[:1].upper()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(self.rect())
        draw_box(painter, place, self.width() / 2, look.color("border.hairline"))
        draw_line(painter, place, self._letter, look.font("label", 700), look.color("text.primary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


def tag_width(view: TagView) -> float:
    """Width a normal tag needs, for columns of tags of one width."""
    look = theme.current()
    return text_width(view.text, look.font("label", 600)) + 20 + (look.type_size("label") + 9 if view.icon else 0)
