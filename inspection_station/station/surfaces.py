"""Cards, wells, lines and the base of everything that can be pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from inspection_station.station import theme
from inspection_station.station.paint import draw_focus_ring

SMALLEST_TARGET = 44
"""Nothing that can be pressed is smaller, in logical pixels, either way."""


def column(parent: QWidget | None = None, *, spacing: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
           ) -> QVBoxLayout:  # fmt: skip
    """A vertical layout without surprises."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    return layout


def row(parent: QWidget | None = None, *, spacing: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
        ) -> QHBoxLayout:  # fmt: skip
    """A horizontal layout without surprises."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and delete the widgets."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            break
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def fixed_column(layout: QLayout, width: int) -> QWidget:
    """`layout` in a column of fixed width: columns never reflow."""
    holder = QWidget()
    holder.setFixedWidth(width)
    holder.setLayout(layout)
    return holder


def scrolled(content: QWidget) -> QScrollArea:
    """`content` in a frameless area that scrolls up and down only when it must."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


class Card(QFrame):
    """A white card; its content goes into `column`."""

    def __init__(self, padding: int | None = None, spacing: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("uiRole", "card")
        inner = theme.current().size("cardPadding") if padding is None else padding
        self.column = column(self, spacing=spacing, margins=(inner, inner, inner, inner))


class Well(QFrame):
    """A sunken area; its content goes into `line`."""

    def __init__(self, margins: tuple[int, int, int, int], spacing: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("uiRole", "well")
        self.line = row(self, spacing=spacing, margins=margins)


class Bar(QFrame):
    """The band under the top bar, over the whole width: what a page is about, and what leads elsewhere from it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("uiRole", "bar")
        self.setFixedHeight(theme.current().size("contextBar"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("bg.surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.current().color("border.hairline"))


class HairLine(QFrame):
    """A decorative line, one pixel high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("uiRole", "line")
        self.setFixedHeight(1)


class PressButton(QAbstractButton):
    """Anything that can be pressed: painted by its subclass, reached by Tab, never left with the mouse's focus.

    Enter presses the focused one; Space is left to the page, where it takes photos.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The ring is for those who move by keyboard; where the focus rests it would only be noise.
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(SMALLEST_TARGET, SMALLEST_TARGET)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self.isEnabled():
            self.click()
            event.accept()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        """Paint the button into `place`; the subclass's part."""
        raise NotImplementedError

    def ring_radius(self) -> float:
        """Corner radius of the focus ring."""
        return float(theme.Theme.radius("control"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = QRectF(self.rect())
        self.paint(painter, place)
        if self._ring and self.hasFocus():
            draw_focus_ring(painter, place, self.ring_radius())
