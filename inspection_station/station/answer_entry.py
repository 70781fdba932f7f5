"""The entry of a row that asks for a value: options, a field with its unit, or the parts of the kit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.choice_row import ChoiceTile
from inspection_station.station.defect_picker import ChipButton, fit_header
from inspection_station.station.entry_views import EntryView, PartView
from inspection_station.station.garment_outline import PlaceMark
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import SMALLEST_TARGET, Card, PressButton, clear, column, row, scrolled
from inspection_station.station.text import TextLabel, draw_line, text_width
from inspection_station.station.views import ActionView

TYPED = ("number", "text", "serial")
SIGN, POINT, DELETE = "−", ".", "⌫"
KEYPAD = (*"1234567890", SIGN, POINT, DELETE)
KEYPAD_COLUMNS = 5


class EntryField(QLineEdit):
    """Takes what is typed; Esc leaves it to the keys of the rows, Space takes a photo while a number is not begun.

    Signals:
        scanned(str): a scan that came while it had the focus; only where it declares that it accepts one.
        left(): Esc.
    """

    scanned = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keeps_space = True
        self.setMinimumHeight(60 if theme.current().density == "regular" else 52)

    def accept_scan(self, text: str) -> None:
        """Hand a scanned code on; what it means is decided where all scans are."""
        self.scanned.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Space and not self.keeps_space and not self.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class SignButton(PressButton):
    """A key of the keypad, or the − or + of a part: one sign, at least 44 by 44."""

    def __init__(self, sign: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(56, 52 if theme.current().density == "regular" else SMALLEST_TARGET)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("bg.sunken" if self.isDown() or not self.isEnabled() else "bg.surface")
        draw_box(painter, place, theme.Theme.radius("control"), fill, look.color("border.control"), 1.25)
        colour = look.color("text.primary" if self.isEnabled() else "text.tertiary")
        draw_line(painter, place, self._sign, look.font("h2", 600), colour, Qt.AlignmentFlag.AlignHCenter)


class PartButton(PressButton):
    """A part of the kit: its key, its name, how many are there; a missing one has a cross in the error colour."""

    def __init__(self, view: PartView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_view(view)

    @property
    def view(self) -> PartView:
        """What it shows."""
        return self._view

    def set_view(self, view: PartView) -> None:
        """Show another part, or another count."""
        self._view = view
        self.setAccessibleName(view.name)
        self.setAccessibleDescription(" ".join(part for part in (view.count, view.key) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 52 if theme.current().density == "regular" else SMALLEST_TARGET)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        line = look.color("text.primary" if view.current else "border.control")
        fill = look.color("bg.sunken") if self.isDown() else look.tone("error", "bg") if view.missing else None
        draw_box(painter, place, theme.Theme.radius("control"), fill or look.color("bg.surface"), line,
                 theme.Theme.border("selected") if view.current else 1.25)  # fmt: skip
        left = place.left() + 12
        if view.key:
            cap = keycap_size(view.key)[0]
            draw_keycap(painter, QRectF(left, place.top(), cap, place.height()), view.key)
            left += cap + 10
        colour = look.tone("error", "text") if view.missing else look.color("text.primary")
        font = look.font("label", 700 if view.missing else 600)
        width = text_width(view.count, font) + 4
        right = place.right() - 12 - width
        draw_line(painter, QRectF(right, place.top(), width, place.height()), view.count, font, colour,
                  Qt.AlignmentFlag.AlignRight)  # fmt: skip
        if view.missing:
            draw_icon(painter, "mdi6.close-thick", QRectF(right - 24, place.center().y() - 9, 18, 18), colour)
            right -= 26
        draw_line(painter, QRectF(left, place.top(), right - left - 6, place.height()), view.name,
                  look.font("body", 600), colour)  # fmt: skip


class AnswerEntry(Card):
    """Header with the row's number and noun, then the options, the field or the parts.

    Signals:
        option_chosen(str): the id of an option, or the name of a part that one is taken of.
        part_added(str, int): a part and +1 or −1.
        entered(str), scanned(str): what was typed, or read while the field had the focus.
        normal_chosen(), not_applicable_chosen(), left(): N, 0, and Esc out of the field.
    """

    option_chosen = Signal(str)
    part_added = Signal(str, int)
    entered = Signal(str)
    scanned = Signal(str)
    normal_chosen = Signal()
    not_applicable_chosen = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__(20, 0, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._view: EntryView | None = None
        self.column.setContentsMargins(20, 12 if regular else 4, 20, 16)
        self._mark, self._title = PlaceMark(), TextLabel("", "h2")
        self._normal = ChipButton(ActionView("normal", ""))
        self._normal.clicked.connect(self.normal_chosen)
        header = row(spacing=16 if regular else 10)
        header.addWidget(self._mark)
        header.addWidget(self._title, 1)
        header.addWidget(self._normal)
        self.column.addLayout(header)
        self.column.addSpacing(8)
        self._body = QWidget()
        self._tiles = column(self._body, spacing=8)
        self._list = scrolled(self._body)
        self.column.addWidget(self._list, 1)
        self._make_field()
        self._spare = QWidget()
        self.column.addWidget(self._spare, 1)
        foot = row(spacing=12)
        self._none = ChipButton(ActionView("not_applicable", ""))
        self._none.clicked.connect(self.not_applicable_chosen)
        self._take = ActionButton(ActionView("submit", ""), size="small")
        self._take.clicked.connect(self._submit)
        foot.addWidget(self._none)
        foot.addStretch(1)
        foot.addWidget(self._take)
        self.column.addLayout(foot)
        self._choices: list[ChoiceTile] = []
        self._parts: list[PartButton] = []

    def _make_field(self) -> None:
        self._typing = QWidget()
        inner = column(self._typing, spacing=6)
        self.field = EntryField()
        self.field.returnPressed.connect(self._submit)
        self.field.textEdited.connect(lambda _text: self._tell(""))
        self.field.scanned.connect(self.scanned)
        self.field.left.connect(self.left)
        self._unit = TextLabel("", "h2", colour="text.secondary", keep=True)
        line = row(spacing=12)
        line.addWidget(self.field, 1)
        line.addWidget(self._unit)
        inner.addLayout(line)
        self._fault = TextLabel("", "label", weight=600, colour="error.text", wrap=True, max_lines=3)
        inner.addWidget(self._fault)
        self._pad = QWidget()
        grid = QGridLayout(self._pad)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setSpacing(8)
        self._pad_keys: dict[str, SignButton] = {}
        for place, sign in enumerate(KEYPAD):
            key = SignButton(sign, translate("Delete a digit") if sign == DELETE else sign)
            key.clicked.connect(lambda _=False, sign=sign: self._pad_pressed(sign))
            wide = KEYPAD_COLUMNS - place % KEYPAD_COLUMNS if sign == DELETE else 1
            grid.addWidget(key, place // KEYPAD_COLUMNS, place % KEYPAD_COLUMNS, 1, wide)
            self._pad_keys[sign] = key
        inner.addWidget(self._pad)
        self._caption = TextLabel("", "label", colour="text.secondary", wrap=True, max_lines=2)
        self.column.addWidget(self._caption)
        self.column.addSpacing(4)
        self.column.addWidget(self._typing)

    @property
    def view(self) -> EntryView | None:
        """What it asks."""
        return self._view

    @property
    def takes_typing(self) -> bool:
        """Whether it has a field now."""
        return self._view is not None and self._view.kind in TYPED

    @property
    def targets(self) -> tuple[QWidget, ...]:
        """Everything in it that can be pressed now."""
        pressed = [*self._body.findChildren(PressButton), *self._pad.findChildren(PressButton)]
        return tuple(one for one in (*pressed, self._normal, self._none, self._take) if one.isVisibleTo(self))

    def show_view(self, view: EntryView) -> None:
        """Show the entry of a row; of the same row what is being typed stays."""
        before, self._view = self._view, view
        self._mark.set_number(view.number)
        self._title.set_text(view.title)
        self._normal.setVisible(view.normal is not None)
        self._fit_header()
        self._none.set_view(view.not_applicable)
        typed = view.kind in TYPED
        self._typing.setVisible(typed)
        self._list.setVisible(not typed)
        self._spare.setVisible(typed)
        self._take.setVisible(view.submit is not None)
        if view.submit is not None:
            self._take.set_view(view.submit)
        self._caption.set_text(view.caption)
        self._caption.setVisible(bool(view.caption))
        self._show_tiles(view, before)
        if typed:
            self._show_field(view, before)

    def _fit_header(self) -> None:
        if self._view is not None and self._view.normal is not None:
            fit_header(self, self._mark, self._title, self._normal, self._view.normal)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_header()

    def _show_field(self, view: EntryView, before: EntryView | None) -> None:
        self.field.setProperty("acceptsScan", view.kind == "serial")
        self.field.keeps_space = view.kind == "text"
        self.field.setMaxLength(max(1, view.longest * 2))  # Qt counts halves of characters; what counts is said later
        self.field.setAccessibleName(view.title)
        hints = Qt.InputMethodHint.ImhNone if view.kind == "text" else Qt.InputMethodHint.ImhPreferNumbers
        self.field.setInputMethodHints(hints)
        self._unit.set_text(view.unit)
        self._unit.setVisible(bool(view.unit))
        self._pad.setVisible(view.kind == "number")
        self._pad_keys[POINT].setEnabled(view.point)
        self._pad_keys[SIGN].setEnabled(view.signed)
        if before is None or (before.name, before.value, before.fault) != (view.name, view.value, view.fault):
            self.field.setText(view.value)
            self.field.selectAll()
        self._tell(view.fault)

    def _tell(self, words: str) -> None:
        self._fault.set_text(words)
        self._fault.setVisible(bool(words))
        self.field.setAccessibleDescription(words or self._caption.text())

    def _show_tiles(self, view: EntryView, before: EntryView | None) -> None:
        if before is None or (before.name, before.names) != (view.name, view.names):
            clear(self._tiles)
            self._choices, self._parts = [], []
            for option in view.options:
                tile = ChoiceTile(option, siblings=tuple(one.text for one in view.options))
                tile.chosen.connect(self.option_chosen)
                self._choices.append(tile)
                self._tiles.addWidget(tile)
            for part in view.parts:
                self._add_part(part)
            self._tiles.addStretch(1)
        for tile, option in zip(self._choices, view.options, strict=True):
            tile.set_view(option)
        for button, part in zip(self._parts, view.parts, strict=True):
            button.set_view(part)

    def _add_part(self, part: PartView) -> None:
        button = PartButton(part)
        button.clicked.connect(lambda _=False, name=part.name: self.option_chosen.emit(name))
        line = row(spacing=8)
        line.addWidget(button, 1)
        for sign, step in ((SIGN, -1), ("+", 1)):
            one = SignButton(sign, f"{sign} {part.name}")
            one.setFixedWidth(SMALLEST_TARGET + 4)
            one.clicked.connect(lambda _=False, name=part.name, step=step: self.part_added.emit(name, step))
            line.addWidget(one)
        self._parts.append(button)
        self._tiles.addLayout(line)

    def _pad_pressed(self, sign: str) -> None:
        self.field.setFocus()
        if sign == DELETE:
            self.field.backspace()
        elif sign == SIGN:
            text = self.field.text()
            self.field.setText(text[1:] if text.startswith("-") else f"-{text}")
        else:
            self.field.insert(sign)
        self._tell("")

    def _submit(self) -> None:
        self.entered.emit(self.field.text())
