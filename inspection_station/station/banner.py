"""What happened and what to do, over the whole width: the banner of exceptions, and a low bar above an open parcel."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from inspection_station.station import theme
from inspection_station.station.icons import draw_icon
from inspection_station.station.page_views import BannerView
from inspection_station.station.paint import draw_box
from inspection_station.station.surfaces import column, row
from inspection_station.station.text import TextLabel


class Banner(QFrame):
    """Shows one `BannerView`."""

    def __init__(self, view: BannerView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        self._icon_side = look.size("bannerIcon")
        self.setMinimumHeight(look.size("banner"))
        left = (48 if regular else 24) + self._icon_side + (36 if regular else 20)
        text = column(self, margins=(left, 16 if regular else 10, 24, 20 if regular else 12))
        self._title = TextLabel("", "h1", weight=800, wrap=True, max_lines=2)
        self._title.set_scale(1.5 if regular else 1.42, 1.45 if regular else 1.3)
        self._sentence = TextLabel("", "h2", weight=400, wrap=True, max_lines=2)
        text.addStretch(1)
        text.addWidget(self._title)
        text.addWidget(self._sentence)
        text.addStretch(1)
        self._view = view
        self.show_view(view)

    def show_view(self, view: BannerView) -> None:
        """Show another exception and announce it."""
        self._view = view
        ink = theme.current().on_solid(view.tone)
        self._title.set_colour(ink)
        self._sentence.set_colour(ink)
        self._title.set_text(view.title)
        self._sentence.set_text(view.sentence)
        self._sentence.set_strong(view.strong)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.sentence)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), theme.Theme.radius("primary"), look.tone(self._view.tone, "solid"))
        left = 48.0 if look.density == "regular" else 24.0
        place = QRectF(left, (self.height() - self._icon_side) / 2, self._icon_side, self._icon_side)
        draw_icon(painter, self._view.icon, place, look.on_solid(self._view.tone))


class NoticeBar(QFrame):
    """Shows one `BannerView` in a single low line, where the work below goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        regular = look.density == "regular"
        self._icon_side = 32 if regular else 26
        line = row(self, spacing=24 if regular else 14)
        side, high = (20, 10) if regular else (14, 4)
        line.setContentsMargins(2 * side + self._icon_side, high, side, high)
        self._title = TextLabel("", "bodyL", weight=800, keep=True)
        self._sentence = TextLabel("", "body", weight=500, wrap=True, max_lines=2)
        line.addWidget(self._title)
        line.addWidget(self._sentence, 1)
        self._view: BannerView | None = None

    def show_view(self, view: BannerView) -> None:
        """Show another notice and announce it."""
        if view == self._view:
            return
        self._view = view
        ink = theme.current().on_solid(view.tone)
        for label, text in ((self._title, view.title), (self._sentence, view.sentence)):
            label.set_colour(ink)
            label.set_text(text)
        self._sentence.set_strong(view.strong)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.sentence)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._view is None:
            return
        look = theme.current()
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), theme.Theme.radius("card"), look.tone(self._view.tone, "solid"))
        left = 20.0 if look.density == "regular" else 14.0
        place = QRectF(left, (self.height() - self._icon_side) / 2, self._icon_side, self._icon_side)
        draw_icon(painter, self._view.icon, place, look.on_solid(self._view.tone))
