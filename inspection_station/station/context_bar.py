"""The bar under the top bar while a parcel is open: match, its number, tracking number, refund due, time."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.surfaces import Bar, row
from inspection_station.station.tags import Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ContextView, TagView


class ContextBar(Bar):
    """Shows one `ContextView`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gutter = look.size("gutter")
        line = row(self, spacing=0, margins=(gutter, 0, gutter, 1))
        self._match = Tag(TagView(""), size="large")
        self._number = TextLabel("", "h2", code=True)
        self._carrier = TextLabel("", "bodyL", colour="text.secondary", code=True)
        self._elapsed = TextLabel("", "bodyL", colour="text.secondary")
        line.addWidget(self._match)
        line.addSpacing(gutter)
        line.addWidget(self._number)
        line.addSpacing(gutter)
        line.addWidget(self._carrier, 1)
        self._due = Tag(TagView(""), size="small")
        line.addWidget(self._due)
        line.addSpacing(gutter)
        line.addWidget(Icon("mdi6.timer-outline", 24, "text.secondary"))
        line.addSpacing(6)
        line.addWidget(self._elapsed)

    def show_view(self, view: ContextView) -> None:
        """Show another parcel."""
        self._match.set_view(view.match)
        self._match.setVisible(bool(view.match.text))
        self._number.set_text(view.number)
        self._carrier.set_text(f"{view.carrier} {view.tracking}".strip())
        self._elapsed.set_text(view.elapsed)
        self._due.setVisible(view.due is not None)
        if view.due is not None:
            self._due.set_view(view.due)

    def show_elapsed(self, text: str) -> None:
        """Only the time goes on."""
        self._elapsed.set_text(text)
