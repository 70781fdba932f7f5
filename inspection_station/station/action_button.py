"""Secondary actions: outlined, with icon and key; never filled."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size, keycap_text
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import PressButton
from inspection_station.station.text import draw_line, text_width
from inspection_station.station.views import ActionView

Look = Literal["outline", "light", "dark"]


class ActionButton(PressButton):
    """Icon, words, keycap. `small` is 48 / 44 high, `tall` 104 / 88, otherwise 64 / 56.

    `look` is for buttons over the dark camera picture: light (white fill) or dark (outline only).
    """

    def __init__(
        self,
        view: ActionView,
        *,
        size: Literal["small", "normal", "tall"] = "normal",
        look: Look = "outline",
        detail: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size, self._look, self._detail = size, look, detail
        names = {"small": "buttonSmall", "normal": "button", "tall": "bottomBar"}
        self.setFixedHeight(theme.current().size(names[size]))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_view(view)

    @property
    def view(self) -> ActionView:
        """What it stands for."""
        return self._view

    def set_view(self, view: ActionView) -> None:
        """Stand for another action."""
        self._view = view
        self.setEnabled(view.enabled)
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(keycap_text(view.key))
        self.updateGeometry()
        self.update()

    def set_detail(self, detail: str) -> None:
        """Words after the key (``6 s``)."""
        self._detail = detail
        self.update()

    def _role(self) -> str:
        return {"small": "label", "normal": "bodyL", "tall": "h2"}[self._size]

    def _widths(self, role: str) -> tuple[float, float, float, float]:
        """Icon, text, keycap, detail; 0 for what is absent."""
        look = theme.current()
        icon = float(min(theme.Theme.icon_size("button"), look.type_size(role) + 8)) if self._view.icon else 0.0
        words = text_width(self._view.text, look.font(role, 600))
        cap = keycap_size(self._view.key, self._cap_role())[0] if self._view.key else 0.0
        detail = text_width(self._detail, look.font("label")) + 2 if self._detail else 0.0
        return icon, words, cap, detail

    def _cap_role(self) -> str:
        return "label" if self._size == "tall" else "caption"

    def needed_width(self, role: str) -> float:
        """Width of the content in text role `role`."""
        parts = [width for width in self._widths(role) if width]
        return sum(parts) + self._gap() * max(0, len(parts) - 1)

    def _gap(self) -> int:
        return 12 if self.width() >= 160 or self.width() < 1 else 8

    def _chosen_role(self) -> str:
        smaller = {"h2": ("h2", "bodyL", "body", "label"), "bodyL": ("bodyL", "body", "label")}
        order = smaller.get(self._role(), ("label", "caption"))
        for role in order:
            if self.needed_width(role) <= self.width() - 16:
                return role
        return order[-1]

    def fits(self) -> bool:
        """True when the words fit without being shortened."""
        return self.needed_width(self._chosen_role()) <= self.width() - 12

    def sizeHint(self) -> QSize:
        padding = {"small": 36, "normal": 56, "tall": 64}[self._size]
        return QSize(round(self.needed_width(self._role())) + padding, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self.needed_width("label" if self._size != "small" else "caption")) + 20, self.height())

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        fill, line, text = look.color("bg.surface"), look.color("border.control"), look.color("text.primary")
        if self._look == "light":
            fill = line = QColor("#FFFFFF")
            text = QColor("#12161B")
        elif self._look == "dark":
            fill, line, text = QColor(0, 0, 0, 0), QColor("#8A929C"), QColor("#FFFFFF")
        if not self.isEnabled():
            fill, line, text = look.color("bg.sunken"), look.color("border.hairline"), look.color("text.tertiary")
        elif self.isDown():
            fill = look.color("bg.sunken") if self._look == "outline" else line
        radius = theme.Theme.radius("control") - (2 if self._size == "small" else 0)
        draw_box(painter, place, radius, fill, line, 1.25)
        role = self._chosen_role()
        icon, words, cap, detail = self._widths(role)
        gap = self._gap()
        left = max(6.0, (place.width() - self.needed_width(role)) / 2)
        if icon:
            draw_icon(painter, self._view.icon, QRectF(left, place.center().y() - icon / 2, icon, icon), text)
            left += icon + gap
        room = place.width() - left - 6 - (cap + gap if cap else 0) - (detail + gap if detail else 0)
        words = min(words, room)
        draw_line(painter, QRectF(left, 0, words + 1, place.height()), self._view.text, look.font(role, 600), text)
        left += words + gap
        if cap:
            draw_keycap(painter, QRectF(left, 0, cap, place.height()), self._view.key, role=self._cap_role(),
                        dim=not self.isEnabled())  # fmt: skip
            left += cap + gap
        if detail:
            draw_line(painter, QRectF(left, 0, detail + 2, place.height()), self._detail, look.font("label"),
                      look.color("text.secondary"))  # fmt: skip


class CaptureButton(PressButton):
    """The round shutter with its words and key, beside the photo strip."""

    def __init__(self, view: ActionView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        width, height = theme.current().shot_size()
        self.setFixedSize(width + 20, height)
        self.set_view(view)

    def set_view(self, view: ActionView) -> None:
        """Stand for another action."""
        self._view = view
        self.setEnabled(view.enabled)
        self.setAccessibleName(view.text)
        self.setAccessibleDescription(keycap_text(view.key))
        self.update()

    def _chosen_role(self) -> str:
        return next((role for role in ("bodyL", "label") if self._needed_width(role) <= self.width() - 12), "caption")

    def _needed_width(self, role: str) -> float:
        cap = keycap_size(self._view.key)[0] + 6 if self._view.key else 0.0
        return text_width(self._view.text, theme.current().font(role, 600)) + cap

    def fits(self) -> bool:
        """True when the words and the key are whole."""
        return self._needed_width(self._chosen_role()) <= self.width() - 8

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look = theme.current()
        text = look.color("text.primary" if self.isEnabled() else "text.tertiary")
        fill = look.color("bg.sunken" if self.isDown() else "bg.surface")
        draw_box(painter, place, theme.Theme.radius("control"), fill, look.color("border.control"), 1.25)
        disc = 44.0 if place.height() > 100 else 34.0
        words_height = look.line_height("bodyL")
        top = place.top() + (place.height() - disc - words_height - 4) / 2
        ring = QRectF(place.center().x() - disc / 2, top, disc, disc)
        draw_box(painter, ring, disc / 2, None, text, 4)
        draw_box(painter, ring.adjusted(8, 8, -8, -8), disc / 2, text)
        role = self._chosen_role()
        cap = keycap_size(self._view.key)[0] if self._view.key else 0.0
        words = text_width(self._view.text, look.font(role, 600))
        left = place.left() + (place.width() - words - (cap + 6 if cap else 0)) / 2
        line = QRectF(left, top + disc + 4, words + 1, words_height)
        draw_line(painter, line, self._view.text, look.font(role, 600), text, Qt.AlignmentFlag.AlignLeft)
        if cap:
            draw_keycap(painter, QRectF(line.right() + 5, line.top(), cap, words_height), self._view.key)
