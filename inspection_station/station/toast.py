"""The sentence along the bottom of the main card: what was just done, and its undo while there is time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.surfaces import column, row
from inspection_station.station.tags import GradeTile, Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ToastView

SECONDS = N_("{n} s")


class Toast(QFrame):
    """One `ToastView`; nothing is painted while there is none.

    What does not fit on one line goes on in a second, smaller one; then the words and the number that the screen can
    do without give way before the result and the undo are shortened.

    Signals:
        undo_pressed(): only while the undo is offered.
    """

    undo_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        self.setFixedHeight(look.size("toast"))
        pad = look.size("gutter")
        line = row(self, spacing=12, margins=(pad, 0, pad, 0))
        self._icon = Icon("mdi6.check-circle", 30)
        self._text = TextLabel("", "bodyL", weight=700)
        self._number = TextLabel("", "bodyL", colour="text.secondary", code=True)
        self._grade = GradeTile("A", 28)
        self._result = TextLabel("", "bodyL")
        self._detail = TextLabel("", "body", colour="text.secondary")
        self._below = TextLabel("", "label", colour="text.secondary")
        line.addWidget(self._icon)
        lines = column(spacing=0)
        first = row(spacing=12)
        for widget in (self._text, self._number, self._grade, self._result, self._detail):
            first.addWidget(widget)
        first.addStretch(1)
        lines.addStretch(1)
        lines.addLayout(first)
        lines.addWidget(self._below)
        lines.addStretch(1)
        line.addLayout(lines, 1)
        self._undo: ActionButton | None = None
        self._line = line
        self._view: ToastView | None = None

    def show_view(self, view: ToastView | None) -> None:
        """Show another sentence; None hides the toast."""
        before, self._view = self._view, view
        self.setVisible(view is not None)
        if view is None:
            return
        self._icon.set_icon(view.icon, f"{view.tone}.solid" if view.tone != "neutral" else "text.secondary")
        for label, text in (
            (self._text, view.text), (self._number, view.number), (self._result, view.result),
            (self._detail, view.detail),
        ):  # fmt: skip
            label.set_text(text)
        self._below.set_text(view.detail)
        self._grade.set_letter(view.grade)
        self._grade.setVisible(bool(view.grade))
        self._show_undo(view)
        self._fit()
        self.setAccessibleName(" ".join(p for p in (view.text, view.number, view.grade, view.result, view.detail) if p))
        if before is None or before.text != view.text or before.number != view.number:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        view = self._view
        if view is None:
            return
        undo = self._undo.sizeHint().width() + 12 if self._undo is not None else 0
        room = self.width() - 2 * theme.current().size("gutter") - self._icon.width() - 12 - undo
        widths = {
            label: label.sizeHint().width() + 12
            for label in (self._text, self._number, self._result, self._detail) if label.text()
        }  # fmt: skip
        grade = self._grade.width() + 12 if view.grade else 0
        one_line = sum(widths.values()) + grade <= room
        shown = set(widths) if one_line else set(widths) - {self._detail}
        for label in (self._text, self._number):
            if view.result and sum(widths[one] for one in shown) + grade > room:
                shown.discard(label)
        for label in (self._text, self._number, self._result, self._detail):
            label.setVisible(label in shown)
        self._below.setVisible(bool(view.detail) and not one_line)
        self._line.activate()  # now: a grab or a question of what is cut would find the old places

    def _show_undo(self, view: ToastView) -> None:
        if view.undo is None:
            if self._undo is not None:
                self._line.removeWidget(self._undo)
                self._undo.hide()
                self._undo.deleteLater()
                self._undo = None
            return
        detail = translate(SECONDS, n=view.seconds) if view.seconds is not None else ""
        if self._undo is None:
            self._undo = ActionButton(view.undo, size="small", detail=detail)
            self._undo.clicked.connect(self.undo_pressed)
            self._line.addWidget(self._undo)
        else:
            self._undo.set_view(view.undo)
            self._undo.set_detail(detail)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._view is None:
            return
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(0, -20, self.width(), self.height() + 20, 11, 11)
        painter.setClipRect(self.rect())
        painter.fillPath(path, look.tone(self._view.tone, "bg"))
        painter.fillRect(0, 0, self.width(), 1, look.color("border.hairline"))
