"""The sentence along the bottom of the main card: what was just done, and its undo while there is time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from inspection_station.i18n import N_, translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.surfaces import row
from inspection_station.station.tags import GradeTile, Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ToastView

SECONDS = N_("{n} s")


class Toast(QFrame):
    """One `ToastView`; nothing is painted while there is none.

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
        for widget in (self._icon, self._text, self._number, self._grade, self._result, self._detail):
            line.addWidget(widget)
        line.addStretch(1)
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
            label.setVisible(bool(text))
        self._grade.set_letter(view.grade)
        self._grade.setVisible(bool(view.grade))
        self._show_undo(view)
        self.setAccessibleName(" ".join(p for p in (view.text, view.number, view.grade, view.result, view.detail) if p))
        if before is None or before.text != view.text or before.number != view.number:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.update()

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
