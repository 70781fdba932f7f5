"""Choices: a row with icon chip and reason (dispositions), a small tile (kinds, severities, parties), a grade tile."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.page_views import ChoiceView, GradeChoiceView
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import PressButton
from inspection_station.station.tags import grade_colour
from inspection_station.station.text import broken, draw_line, lines_fit, text_width

CHOSEN = N_("chosen")
BLOCKED = N_("not possible")


def common_role(texts: tuple[str, ...], room: float) -> str:
    """The largest text role in which each of `texts` fits `room` when bold: siblings are written alike."""
    look = theme.current()
    for role in ("bodyL", "body", "label"):
        if all(text_width(text, look.font(role, 700)) <= room for text in texts):
            return role
    return "caption"


class Choice(PressButton):
    """The common part: a chosen one has a 4-pixel ink frame, a blocked one stays visible and refuses.

    Signals:
        chosen(str): the name of the choice.
        refused(str): a blocked one was pressed; the warn sound is due.
    """

    chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, view: ChoiceView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._tell)
        self.set_view(view)

    @property
    def view(self) -> ChoiceView:
        """What it stands for."""
        return self._view

    def set_view(self, view: ChoiceView) -> None:
        """Stand for another choice, or the same in another state."""
        self._view = view
        state = translate(CHOSEN) if view.selected else translate(BLOCKED) if view.blocked else ""
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(" ".join(part for part in (state, view.note, view.key) if part))
        self.setToolTip(view.note)
        self.update()

    def _tell(self) -> None:
        (self.refused if self._view.blocked else self.chosen).emit(self._view.name)

    def _paint_frame(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        radius = theme.Theme.radius("control")
        fill = look.color("bg.sunken" if self.isDown() else "bg.surface")
        if self._view.selected:
            draw_box(painter, place, radius, fill, look.color("text.primary"), theme.Theme.border("selected"))
        else:
            line = "border.hairline" if self._light_frame() else "border.control"
            draw_box(painter, place, radius, fill, look.color(line), 1.25)

    def _light_frame(self) -> bool:
        return False


class ChoiceRow(Choice):
    """A disposition: keycap, icon chip, name, reason at the right, a hook when chosen."""

    def __init__(self, view: ChoiceView, parent: QWidget | None = None) -> None:
        super().__init__(view, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the design says, higher where the reason needs more lines."""
        look = theme.current()
        lines = len(self._note_lines(self._room(width)))
        words = look.line_height("bodyL") + lines * (look.line_height("caption") - 1) + 12
        return max(look.size("choiceRow"), words if lines > 1 else 0)

    def _room(self, width: int) -> float:
        """Width of the words in a row of `width`; as `paint` places what stands before and after them."""
        side = 24 if theme.current().size("choiceRow") > 60 else 16
        left = side + (keycap_size(self._view.key)[0] + 16 if self._view.key else 0)
        left += min(40.0, theme.current().size("choiceRow") - 16.0) + 23 if self._view.icon else 0
        return width - left - side - (40 if self._view.selected else 0)

    def _note_lines(self, room: float) -> tuple[str, ...]:
        """The reason's lines where it stands below the name; empty where it stands beside it."""
        look, view = theme.current(), self._view
        name = text_width(view.text, look.font("h2" if view.selected else "bodyL", 700))
        if not view.note or name + 16 + text_width(view.note, self._note_font("label")) <= room:
            return ()
        return broken(view.note, self._note_font("caption"), room, 3)

    def _note_font(self, role: str) -> QFont:
        weights = {"label": (400, 600), "caption": (400, 500)}[role]
        return theme.current().font(role, weights[self._view.selected])

    def fits(self) -> bool:
        """True when name and reason are whole."""
        room = self._room(self.width())
        font = theme.current().font("bodyL", 700)
        whole = text_width(self._view.text, font) <= room
        whole = whole and lines_fit(self._note_lines(room), self._note_font("caption"), room)
        return whole and self.heightForWidth(self.width()) <= self.height()

    def _light_frame(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(360, theme.current().size("choiceRow"))

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        self._paint_frame(painter, place)
        wide = look.size("choiceRow") > 60
        left = place.left() + (24 if wide else 16)
        if view.key:
            cap = keycap_size(view.key)[0]
            draw_keycap(painter, QRectF(left, place.top(), cap, place.height()), view.key, dim=view.blocked)
            left += cap + 16
        if view.icon:
            side = min(40.0, look.size("choiceRow") - 16)
            chip = QRectF(left, place.center().y() - side / 2, side + 7, side)
            draw_box(painter, chip, 8, look.tone(view.tone, "bg"))
            draw_icon(painter, view.icon, chip.adjusted(0, 6, 0, -6), look.tone(view.tone, "text"))
            left = chip.right() + 16
        right = place.right() - (24 if wide else 16)
        if view.selected:
            draw_icon(painter, "mdi6.check-bold", QRectF(right - 30, place.center().y() - 15, 30, 30),
                      look.color("text.primary"))  # fmt: skip
            right -= 40
        self._paint_words(painter, QRectF(left, place.top(), right - left, place.height()))

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        """Name at the left and reason at the right, or the reason below where both do not fit on a line."""
        look, view = theme.current(), self._view
        name_colour = look.color("text.tertiary" if view.blocked else "text.primary")
        note_colour = look.color("text.primary" if view.selected else "text.tertiary")
        name_font = look.font("h2" if view.selected else "bodyL", 700)
        notes = self._note_lines(place.width())
        if not notes:
            draw_line(painter, place, view.text, name_font, name_colour)
            if view.note:
                draw_line(painter, place, view.note, self._note_font("label"), note_colour, Qt.AlignmentFlag.AlignRight)
            return
        name_font = look.font("bodyL", 700)
        name_height, note_height = look.line_height("bodyL") - 2, look.line_height("caption") - 1
        top = place.center().y() - (name_height + len(notes) * note_height) / 2
        draw_line(painter, QRectF(place.left(), top, place.width(), name_height), view.text, name_font, name_colour)
        for number, note in enumerate(notes):
            line = QRectF(place.left(), top + name_height + number * note_height, place.width(), note_height)
            draw_line(painter, line, note, self._note_font("caption"), note_colour)


class ChoiceTile(Choice):
    """A kind of defect or a liable party: icon, word, and its key or in its place a short note; one line."""

    def __init__(
        self, view: ChoiceView, *, centred: bool = False, siblings: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(view, parent)
        self._siblings = siblings
        self._centred = centred
        self.setFixedHeight(theme.current().size("button") - (0 if theme.current().density == "regular" else 8))
        self.setMinimumWidth(64)

    def _light_frame(self) -> bool:
        return self._centred

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        self._paint_frame(painter, place)
        sign = view.note or view.key
        cap = keycap_size(sign)[0] if sign else 0.0
        weight = 700 if view.selected else 500
        icon = 26.0 if view.icon and look.density == "regular" else 0.0
        side = self._side(place.width())
        gap = 10.0 if place.width() > 150 else 6.0
        room = place.width() - 2 * side - (cap + gap if cap else 0) - (icon + 12 if icon else 0)
        texts = (view.text, *self._siblings)
        if icon and any(text_width(text, look.font("caption", 700)) > room for text in texts):
            icon, room = 0.0, room + icon + 12  # the word says more than its picture
        font = look.font(common_role(texts, room), weight)
        lines = broken(view.text, font, room)
        words = min(max(text_width(line, font) for line in lines), room)
        left = place.left() + side
        if self._centred:
            left = place.left() + max(side, (place.width() - words - (cap + gap if cap else 0)) / 2)
        colour = look.color("text.tertiary" if view.blocked else "text.primary")
        if icon:
            draw_icon(painter, view.icon, QRectF(left, place.center().y() - icon / 2, icon, icon),
                      look.color("text.secondary"))  # fmt: skip
            left += icon + 12
        step = look.line_height("caption") - 2.0 if len(lines) > 1 else place.height()
        for number, line in enumerate(lines):
            top = place.center().y() + (number - len(lines) / 2) * step
            draw_line(painter, QRectF(left, top, words + 1, step), line, font, colour)
        if cap:
            right = left + words + gap if self._centred else place.right() - side - cap
            draw_keycap(painter, QRectF(right, place.top(), cap, place.height()), sign, dim=view.blocked)

    def needed_width(self) -> int:
        """The width that its word needs on one line at the smallest size allowed."""
        sign = self._view.note or self._view.key
        cap = keycap_size(sign)[0] + 6 if sign else 0.0
        return round(text_width(self._view.text, theme.current().font("caption", 700)) + cap + 2 * self._side(0) + 1)

    @staticmethod
    def _side(width: float) -> float:
        """What stays free at both ends of a tile of `width`."""
        return 16.0 if width > 150 else 8.0 if width > 120 else 6.0

    def fits(self) -> bool:
        """True when no word is shortened at the smallest size allowed."""
        look, view = theme.current(), self._view
        sign = view.note or view.key
        cap = keycap_size(sign)[0] + 6 if sign else 0.0
        font = look.font("caption", 700)
        room = self.width() - 2 * self._side(min(150, self.width())) - cap
        return lines_fit(broken(view.text, font, room), font, room)


class SeverityTile(Choice):
    """A severity: one to three bars, word, key."""

    def __init__(
        self, view: ChoiceView, bars: int, siblings: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(view, parent)
        self._siblings = siblings
        self._bars = bars
        self.setFixedHeight(max(44, theme.current().size("button") - 10))

    def sizeHint(self) -> QSize:
        return QSize(100, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        self._paint_frame(painter, place)
        cap = keycap_size(view.key)[0] if view.key else 0.0
        weight = 700 if view.selected else 500
        bars = 36.0 if place.width() >= 128 else 0.0
        room = place.width() - 14 - bars - (cap + 6 if cap else 0)
        role = common_role((view.text, *self._siblings), room)
        words = min(text_width(view.text, look.font(role, weight)), room)
        content = bars + words + (cap + 8 if cap else 0)
        left = place.left() + max(7.0, (place.width() - content) / 2)
        if bars:
            for index in range(3):
                high = (8.0, 14.0, 18.0)[index]
                bar = QRectF(left + index * 11, place.center().y() + 9 - high, 8, high)
                draw_box(painter, bar, 2, look.color("text.primary" if index < self._bars else "border.hairline"))
            left += bars
        draw_line(painter, QRectF(left, place.top(), words + 1, place.height()), view.text, look.font(role, weight),
                  look.color("text.primary"))  # fmt: skip
        if cap:
            draw_keycap(painter, QRectF(left + words + 8, place.top(), cap, place.height()), view.key)


class GradeChoice(PressButton):
    """One of the grades: big letter in its colour, its word below.

    Signals:
        chosen(str): the letter.
    """

    chosen = Signal(str)

    def __init__(self, view: GradeChoiceView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.current().size("gradeChoice"))
        self.setAccessibleName(f"{view.letter} {view.word}")
        self.setAccessibleDescription(translate(CHOSEN) if view.selected else f"Shift+{view.letter}")
        self.setEnabled(not view.blocked)
        self.clicked.connect(lambda: self.chosen.emit(view.letter))

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        radius = theme.Theme.radius("card")
        fill = look.color("bg.sunken" if self.isDown() or view.blocked else "bg.surface")
        if view.selected:
            draw_box(painter, place, radius, fill, look.color("text.primary"), theme.Theme.border("selected"))
        else:
            draw_box(painter, place, radius, fill, look.color("border.hairline"), 1.25)
        colour = look.color("text.tertiary" if view.blocked else grade_colour(view.letter))
        font = look.font("display", 800)
        font.setPixelSize(round(place.height() * 0.41))
        letter_height, word_height = place.height() * 0.46, look.line_height("label")
        top = place.top() + (place.height() - letter_height - word_height) / 2
        draw_line(painter, QRectF(place.left(), top, place.width(), letter_height), view.letter, font, colour,
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        draw_line(painter, QRectF(place.left() + 8, top + letter_height, place.width() - 16, word_height), view.word,
                  look.font("label", 700 if view.selected else 500),
                  look.color("text.primary" if view.selected else "text.secondary"),
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
