"""History: search by scan or text, one inspection with its photos, verification and timeline."""

from __future__ import annotations

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.history_column import HistoryColumn
from inspection_station.station.history_record import NEXT, RecordSide
from inspection_station.station.history_viewer import PhotoViewer
from inspection_station.station.page import Page
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting.history_views import (
    HistoryCaseView,
    HistoryPhotoView,
    HistoryRowView,
    HistoryWish,
)
from inspection_station.station.presenting.original import OriginalView
from inspection_station.station.surfaces import row
from inspection_station.station.views import PrimaryView


class HistoryPage(Page):
    """List at the left, photos in the middle, verification and timeline at the right.

    Signals of its parts are theirs: `column` (the list), `viewer` (the photos), `record` (what is known).
    """

    def __init__(
        self, grades: tuple[ChoiceView, ...], dispositions: tuple[ChoiceView, ...], house: bool = False
    ) -> None:
        """`house`: the whole house is searched, not this bench alone."""
        super().__init__()
        self._case: HistoryCaseView | None = None
        self.house = house
        self.column = HistoryColumn(grades, dispositions, house)
        self.column.left.connect(self.rest_focus)
        self.viewer, self.record = PhotoViewer(), RecordSide(house)
        gutter = theme.current().size("gutter")
        page = row(self, spacing=gutter, margins=(gutter, gutter, gutter, gutter))
        page.addWidget(self.column)
        page.addWidget(self.viewer, 1)
        page.addWidget(self.record)
        self.take_primary(self.record.export)
        record = self.record
        keys = {
            **self.viewer.keys(), **self.column.keys(),
            "Ctrl+P": record.reprint_requested.emit, "P": record.reprint_requested.emit,
            "Ctrl+R": record.recheck_requested.emit, "R": record.recheck_requested.emit,
            "I": record.want_again, NEXT: record.open_link,
        }  # fmt: skip
        for key, act in keys.items():
            self.bind(key, act)
        self.show_case(None)

    @property
    def wish(self) -> HistoryWish:
        """What the list was last asked for."""
        return self.column.wish

    @property
    def rows(self) -> tuple[HistoryRowView, ...]:
        """The list as shown."""
        return self.column.rows

    @property
    def case(self) -> HistoryCaseView | None:
        """The inspection shown."""
        return self._case

    @property
    def shown_item(self) -> tuple[str, str]:
        """Inspection and item that are shown; empty texts when none is."""
        return (self._case.inspection_id, self._case.item_id) if self._case else ("", "")

    @property
    def photo(self) -> HistoryPhotoView | None:
        """The photo looked at."""
        return self.viewer.photo

    @property
    def original(self) -> OriginalView:
        """How the original of the photo looked at stands."""
        return self.viewer.original

    def look_for(self, text: str) -> None:
        """Search for a scanned or typed text."""
        self.column.field.accept_scan(text)

    def show_case(self, view: HistoryCaseView | None) -> None:
        """Show one inspection, or the empty viewer."""
        same = bool(view and self._case and (view.inspection_id, view.item_id) == self.shown_item)
        self._case = view
        types = self.column.field.hasFocus()
        whole = translate("PDF report + originals + checksums")
        can = view is not None and view.can_export
        self.show_primary(
            PrimaryView(
                translate("Export evidence"),
                (view.export_note or view.verdict_detail) if view and not can else whole,
                "mdi6.folder-zip-outline", "Ctrl+E", enabled=can,
            )
        )  # fmt: skip
        if self.isVisible() and self.column.field.hasFocus() and not types:
            self.rest_focus()  # a button that can no longer be pressed leaves it to the next: keys would be text
        self.record.show_view(view)
        photos = view.photos if view else ()
        empty = translate("No photo") if view is not None else ""
        sent, note = (view.sent, view.sent_note) if view else (None, "")
        self.viewer.show_photos(photos, sent, note, empty, anew=not same)
