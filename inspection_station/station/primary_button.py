"""The one primary action of a screen."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size, keycap_text
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import PressButton
from inspection_station.station.text import broken, draw_line, lines_fit, text_width
from inspection_station.station.views import PrimaryView

CAP_ROLES = {"h1": "h2", "h2": "bodyL", "bodyL": "label"}
"""Text role of the keycap beside line 1 in each role."""


class PrimaryButton(PressButton):
    """Ink-black (white in the dark theme), named after its result; line 2 says the consequence.

    Signals:
        clicked(): it was pressed, by touch, mouse or key.
        action_changed(): it stands for another action from now on; the scanner's filter then lets Enter rest.
    """

    action_changed = Signal()

    def __init__(self, height: str = "primary", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = PrimaryView("")
        self._progress = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.current().size(height))
        self._running = QVariantAnimation(self)
        self._running.setDuration(1200)
        self._running.setStartValue(0.0)
        self._running.setEndValue(1.0)
        self._running.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._running.valueChanged.connect(self._advance)

    @property
    def view(self) -> PrimaryView:
        """What it stands for now."""
        return self._view

    def set_view(self, view: PrimaryView) -> None:
        """Stand for `view`; announces a change to screen readers and to the filter."""
        before, self._view = self._view, view
        self.setEnabled(view.enabled)
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(f"{view.consequence} {keycap_text(view.key)}".strip())
        if view.busy and not theme.current().reduce_motion:
            self._running.start()
        elif not view.busy:
            self._running.stop()
        if (before.text, before.key, before.enabled) != (view.text, view.key, view.enabled):
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
            self.action_changed.emit()
        self.updateGeometry()
        self.update()

    def try_press(self) -> bool:
        """Press it as its key does; False when it is disabled or busy."""
        if not self.isEnabled() or self._view.busy:
            return False
        self.click()
        return True

    def _advance(self, value: object) -> None:
        self._progress = float(value) if isinstance(value, float) else 0.0
        self.update()

    def nextCheckState(self) -> None:
        return

    def hitButton(self, position: object) -> bool:
        return not self._view.busy

    def ring_radius(self) -> float:
        return float(theme.Theme.radius("primary"))

    def _first_line_width(self, role: str, icon_size: float) -> float:
        look = theme.current()
        cap = keycap_size(self._view.key, CAP_ROLES[role])[0] if self._view.key and self._view.enabled else 0
        return icon_size + 12 + text_width(self._view.text, look.font(role, 700)) + (14 + cap if cap else 0)

    def fits(self) -> bool:
        """True when nothing is shortened."""
        look, room = theme.current(), self.width() - 32
        role, _, width = self._chosen()
        second = look.font(self._second_role(), 500)
        return width <= room and lines_fit(self._second_lines(), second, room) and self._height(role) <= self.height()

    def _second_width(self) -> float:
        return text_width(self._view.consequence, theme.current().font(self._second_role(), 500))

    def _second_lines(self) -> tuple[str, ...]:
        """The consequence on one line, or on two where one is too narrow."""
        if not self._view.consequence:
            return ()
        return broken(self._view.consequence, theme.current().font(self._second_role(), 500), self.width() - 32)

    def _first_lines(self, role: str) -> tuple[str, ...]:
        """The action on one line, or on two where one is too narrow."""
        look = theme.current()
        beside = self._first_line_width(role, look.type_size(role) + 6.0) - text_width(
            self._view.text, look.font(role, 700)
        )
        return broken(self._view.text, look.font(role, 700), self.width() - 32 - beside)

    def _first_height(self, role: str) -> float:
        line = theme.current().line_height(role)
        return float(max(line * len(self._first_lines(role)), keycap_size("Enter", CAP_ROLES[role])[1]))

    def _height(self, role: str) -> float:
        lines = len(self._second_lines())
        return self._first_height(role) + lines * theme.current().line_height(self._second_role())

    def _second_role(self) -> str:
        look = theme.current()
        room = self.width() - 32
        for role in ("bodyL", "body", "label"):
            if text_width(self._view.consequence, look.font(role, 500)) <= room:
                return role
        return "label"

    def _chosen(self) -> tuple[str, float, float]:
        """The largest text role that fits: role, icon size, width of the action with icon and keycap."""
        look = theme.current()
        for role in ("h1", "h2", "bodyL"):
            icon_size = look.type_size(role) + 6.0
            width = self._first_line_width(role, icon_size)
            if width <= self.width() - 32:
                return role, icon_size, width
        words = text_width(self._view.text, look.font(role, 700))
        longest = max(text_width(line, look.font(role, 700)) for line in self._first_lines(role))
        return role, icon_size, width - words + longest

    def sizeHint(self) -> QSize:
        look = theme.current()
        width = self._first_line_width("h1", look.type_size("h1") + 4)
        return QSize(round(max(width, self._second_width())) + 64, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        radius = theme.Theme.radius("primary")
        if self.isEnabled():
            fill, text = look.color("action.primary"), look.color("action.onPrimary")
            if self.isDown():
                fill = _mixed(fill, look.color("action.onPrimary"), 0.10)
            draw_box(painter, place, radius, fill)
        else:
            text = look.color("text.tertiary")
            draw_box(painter, place, radius, look.color("bg.sunken"), look.color("border.hairline"), 1)
        role, icon_size, width = self._chosen()
        second_role, second = self._second_role(), self._second_lines()
        first, first_height = self._first_lines(role), self._first_height(role)
        second_height = look.line_height(second_role)
        gap = min(4.0, max(0.0, place.height() - self._height(role))) if second else 0.0
        top = place.top() + (place.height() - self._height(role) - gap) / 2
        left = place.left() + max(16.0, (place.width() - width) / 2)
        draw_icon(painter, self._view.icon, QRectF(left, top + (first_height - icon_size) / 2, icon_size, icon_size),
                  text)  # fmt: skip
        left += icon_size + 12
        font = look.font(role, 700)
        advance = min(max(text_width(line, font) for line in first), place.right() - 16 - left)
        line_height = first_height / len(first)
        for number, words in enumerate(first):
            at = QRectF(left, top + number * line_height, advance + 1, line_height)
            draw_line(painter, at, words, font, text)
        if self._view.key and self.isEnabled():
            cap = keycap_size(self._view.key, CAP_ROLES[role])[0]
            draw_keycap(painter, QRectF(left + advance + 14, top, cap, first_height), self._view.key,
                        role=CAP_ROLES[role], inverted=True)  # fmt: skip
        if second:
            faint = QColor(text)
            faint.setAlphaF(0.82 if self.isEnabled() else 1.0)
            line = QRectF(place.left() + 16, top + first_height + gap, place.width() - 32, second_height)
            for words in second:
                draw_line(painter, line, words, look.font(second_role, 500), faint, Qt.AlignmentFlag.AlignHCenter)
                line.translate(0, second_height)
        if self._view.busy:
            painter.fillRect(QRectF(place.left() + radius, place.bottom() - 3,
                                    (place.width() - 2 * radius) * max(self._progress, 0.15), 3), text)  # fmt: skip


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() * (1 - share) + other.redF() * share,
        one.greenF() * (1 - share) + other.greenF() * share,
        one.blueF() * (1 - share) + other.blueF() * share,
    )
