"""Controls of the settings: choose one, switch, step a number, type a text; and a row that names what is set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from inspection_station.i18n import translate
from inspection_station.settings import Value
from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.paint import draw_box
from inspection_station.station.settings_views import SettingView
from inspection_station.station.surfaces import SMALLEST_TARGET, PressButton, column, row
from inspection_station.station.text import TextLabel, draw_line, text_width

SWITCH = (64, 36)  # logical pixels of the painted switch; what can be pressed is higher


class Control(QWidget):
    """Shows one value and lets a person choose another.

    Signals:
        chosen(object): the value a person wants; the control shows it at once.
    """

    chosen = Signal(object)

    def show_value(self, value: Value) -> None:
        """Show `value` without telling it as chosen."""
        raise NotImplementedError

    def set_name(self, name: str) -> None:
        """What is set here, for screen readers."""
        self.setAccessibleName(name)


class Segment(PressButton):
    """One of the values to choose from; the one in force has an ink frame."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.on = False
        self.setFixedHeight(theme.current().size("buttonSmall"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_on(self, on: bool) -> None:
        """Show whether this value is in force."""
        self.on = on
        self.setAccessibleDescription(translate("in force") if on else "")
        self.update()

    def _weight(self) -> int:
        return 700 if self.on else 500

    def fits(self) -> bool:
        """True when the word is not shortened."""
        return text_width(self._text, theme.current().font("label", 700)) <= self.width() - 10

    def sizeHint(self) -> QSize:
        width = text_width(self._text, theme.current().font("label", 700))
        return QSize(max(SMALLEST_TARGET, round(width) + 32), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(max(SMALLEST_TARGET, self.sizeHint().width() - 20), self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill = look.color("bg.sunken" if self.isDown() or not self.isEnabled() else "bg.surface")
        ink = look.color("text.primary" if self.isEnabled() else "text.tertiary")
        if self.on:
            draw_box(painter, place, 10, fill, ink, 3)
        else:
            draw_box(painter, place, 10, fill, look.color("border.control" if self.isEnabled() else "border.hairline"))
        draw_line(painter, place.adjusted(5, 0, -5, 0), self._text, look.font("label", self._weight()), ink,
                  Qt.AlignmentFlag.AlignHCenter)  # fmt: skip


class Segments(Control):
    """Exactly one of a few values, side by side in `columns`."""

    def __init__(self, choices: Sequence[tuple[Value, str]], columns: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._segments: list[tuple[Value, Segment]] = []
        across = columns or len(choices)
        for place, (value, text) in enumerate(choices):
            segment = Segment(text)
            segment.clicked.connect(lambda _=False, value=value: self._choose(value))
            grid.addWidget(segment, place // across, place % across)
            self._segments.append((value, segment))

    def show_value(self, value: Value) -> None:
        for one, segment in self._segments:
            segment.set_on(one == value)

    def _choose(self, value: Value) -> None:
        self.show_value(value)
        self.chosen.emit(value)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        for _, segment in self._segments:
            segment.setAccessibleName(f"{name}: {segment._text}" if name else segment._text)


class _Toggle(PressButton):
    """The painted switch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self.setFixedSize(SWITCH[0] + 4, SMALLEST_TARGET + 2)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        width, height = SWITCH
        box = QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)
        ground = look.color("ok.solid" if self.on else "border.control")
        if not self.isEnabled():
            ground = look.color("border.hairline")
        draw_box(painter, box, height / 2, ground)
        left = box.right() - height + 4 if self.on else box.left() + 4
        knob = QRectF(left, box.top() + 4, height - 8, height - 8)
        draw_box(painter, knob, knob.height() / 2, look.color("bg.surface"))
        if self.on:  # never colour alone
            draw_icon(painter, "mdi6.check-bold", knob.adjusted(6, 6, -6, -6), ground)

    def ring_radius(self) -> float:
        return self.height() / 2


class Switch(Control):
    """On or off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toggle = _Toggle()
        row(self).addWidget(self._toggle)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._toggle.clicked.connect(self._flip)

    def show_value(self, value: Value) -> None:
        self._toggle.on = bool(value)
        self._toggle.setAccessibleDescription(translate("On") if value else translate("Off"))
        self._toggle.update()

    def _flip(self) -> None:
        self.show_value(not self._toggle.on)
        self.chosen.emit(self._toggle.on)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._toggle.setAccessibleName(name)


class _StepButton(PressButton):
    """Less, or more."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        side = theme.current().size("buttonSmall")
        self.setFixedSize(side, side)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        usable = self.isEnabled()
        fill = look.color("bg.sunken" if self.isDown() or not usable else "bg.surface")
        draw_box(painter, place, 10, fill, look.color("border.control" if usable else "border.hairline"))
        draw_icon(painter, self._icon, place.adjusted(12, 12, -12, -12),
                  look.color("text.primary" if usable else "text.tertiary"))  # fmt: skip


class Stepper(Control):
    """A number between `lowest` and `highest`, changed in steps; `unit` is said after it."""

    def __init__(self, lowest: int, highest: int, step: int, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lowest, self._highest, self._step, self._unit = lowest, highest, step, unit
        self._value = lowest
        line = row(self, spacing=8)
        self._less, self._more = _StepButton("mdi6.minus"), _StepButton("mdi6.plus")
        self._less.clicked.connect(lambda: self._go(-step))
        self._more.clicked.connect(lambda: self._go(step))
        self._label = TextLabel("", "body", weight=700, align=Qt.AlignmentFlag.AlignHCenter, keep=True)
        font = theme.current().font("body", 700)
        widest = max(text_width(self.words(value), font) for value in (lowest, highest))
        self._label.setMinimumWidth(round(widest) + 12)
        for widget in (self._less, self._label, self._more):
            line.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Value) -> None:
        self._value = value if isinstance(value, int) else self.lowest
        self._label.set_text(self.words(self._value))
        self._limit()

    def words(self, value: int) -> str:
        """A value as it is said."""
        return f"{value} {self._unit}".strip()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._less.setAccessibleName(translate("{name}: less", name=name))
        self._more.setAccessibleName(translate("{name}: more", name=name))

    def _limit(self) -> None:
        self._less.setEnabled(self._value > self.lowest)
        self._more.setEnabled(self._value < self._highest)

    def _go(self, step: int) -> None:
        # Onto the grid of steps first, so that a value typed into a file can be left again.
        grid = (self._value // abs(step)) * abs(step)
        wanted = grid + step if step > 0 or grid == self._value else grid
        self.show_value(max(self.lowest, min(self._highest, wanted)))
        self.chosen.emit(self._value)


class Field(QLineEdit):
    """A text (or number) to type; told when a person leaves it or presses Enter, and only when it has changed.

    Signals:
        committed(str): the text without outer blanks.
    """

    committed = Signal(str)

    def __init__(self, placeholder: str = "", *, takes_scan: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setProperty("acceptsScan", takes_scan)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(1000)
        # As high as the buttons beside it; the style sheet's fields are for the one field of a page.
        self.setStyleSheet(f"QLineEdit {{ min-height: {theme.current().size('buttonSmall') - 4}px; }}")
        self.editingFinished.connect(self._commit)

    def accept_scan(self, text: str) -> None:
        """Take a scanned text in place of what was typed."""
        self.setText(text)
        self._commit()

    def show_text(self, text: str) -> None:
        """Show `text`; what a person is typing just now is left alone."""
        self._shown = text
        if not self.hasFocus() and self.text() != text:
            self.setText(text)

    def _commit(self) -> None:
        text = self.text().strip()
        if text != self._shown:
            self._shown = text
            self.committed.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self.clearFocus()
            event.accept()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # Enter ends the typing and presses nothing else

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()


class TextControl(Control):
    """A setting that is typed; `number` for whole numbers."""

    def __init__(self, placeholder: str = "", *, number: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.field = Field(placeholder)
        row(self).addWidget(self.field)
        self.field.committed.connect(self._tell)

    def show_value(self, value: Value) -> None:
        self.field.show_text(str(value))

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.field.setAccessibleName(name)

    def _tell(self, text: str) -> None:
        whole = text.lstrip("-")
        number = self._number and whole.isascii() and whole.isdigit() and len(whole) < 10
        self.chosen.emit(int(text) if number else text)


class SettingRow(QWidget):
    """A setting's name, its control, and a line below for why it may not be changed or what is wrong.

    A `brief` one leaves it to its card to say why it may not be changed.

    Signals:
        changed(str, object): the setting's key and the value wanted.
    """

    changed = Signal(str, object)

    def __init__(
        self, key: str, name: str, control: Control, *, stacked: bool = False, note: str = "", brief: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.key, self.control = key, control
        self._note, self._brief = note, brief
        whole = column(self, spacing=4)
        label = TextLabel(name, "body", wrap=True, align=Qt.AlignmentFlag.AlignLeft)
        control.set_name(name)
        if stacked:
            whole.setSpacing(6)
            whole.addWidget(label)
            whole.addWidget(control)
        else:
            line = row(spacing=16)
            # A name breaks between words only.
            longest = max(text_width(word, theme.current().font("body")) for word in name.split() or [""])
            label.setMinimumWidth(min(160, round(longest) + 1))
            line.addWidget(label, 1, Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(control)
            whole.addLayout(line)
        self._below = TextLabel("", "label", colour="text.tertiary", wrap=True)
        whole.addWidget(self._below)
        self._say(note, "text.tertiary")
        control.chosen.connect(self._tell)

    def _tell(self, value: Any) -> None:
        self._say(self._note, "text.tertiary")
        self.changed.emit(self.key, value)

    def show_setting(self, view: SettingView) -> None:
        """Show the value in force and whether it may be changed."""
        self.control.setEnabled(not view.reason)
        self.control.show_value(view.value)
        self._say(" ".join(part for part in (self._note, "" if self._brief else view.reason) if part), "text.tertiary")

    def show_fault(self, text: str) -> None:
        """Say why the value wanted cannot be."""
        self._say(text, "error.text")

    def _say(self, text: str, colour: str) -> None:
        self._below.set_text(text)
        self._below.set_colour(colour)
        self._below.setVisible(bool(text))
