"""Opens the sheet with all that is known of an item, and fetches photos of other benches for it from the centre."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.original_desk import OriginalDesk
from inspection_station.station.presenting.review_record import RecordView, record
from inspection_station.station.review_record_sheet import ReviewRecordSheet
from inspection_station.storage.facts import FETCHED_PHOTO


class ReviewRecordDesk(QObject):
    """Runs one sheet at a time.

    Signals:
        sheet_wanted(ReviewRecordSheet): lay it over the work.
        photos_came(): photos that were at the centre only are here.
    """

    sheet_wanted = Signal(object)
    photos_came = Signal()

    def __init__(self, station: Station, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station, self._background = station, background
        self._item: HouseItem | None = None
        self._sheet: ReviewRecordSheet | None = None
        self.originals = OriginalDesk(station, background, self)
        self.originals.changed.connect(self._fetch_stands)
        self.originals.fetched.connect(lambda _sha256: self._renew())

    def open(self, window: QWidget, item: HouseItem) -> None:
        """Show all that is known of `item` over `window`; MUST NOT be asked for while it is to be graded blind."""
        self._item = item
        self._background.run(lambda: self._read(item), lambda view: self._lay(window, item, view))

    def _read(self, item: HouseItem) -> RecordView:
        station = self._station
        people = {one.id: one for one in station.reference.people()}
        return record(station.showing, item, station.custody.acts_about(f"item:{item.id}"), people)

    def _lay(self, window: QWidget, item: HouseItem, view: RecordView) -> None:
        if item is not self._item:
            return
        self._sheet = sheet = ReviewRecordSheet(window, view)
        sheet.fetch_wanted.connect(self._fetch)
        sheet.closed.connect(self._closed)
        self.sheet_wanted.emit(sheet)

    def _closed(self) -> None:
        self._sheet = None

    def _fetch(self) -> None:
        """Fetch what is away; it is noted first as fetched, for nothing here names these photos."""
        sheet, facts = self._sheet, self._station.facts
        if sheet is None:
            return
        names = sheet.view.away

        def note() -> None:
            for name in names:
                facts.put(FETCHED_PHOTO + name, self._station.clock.now())

        def noted(_none: None) -> None:
            for name in names:
                self.originals.fetch(name)

        self._background.run(note, noted)

    def _fetch_stands(self, sha256: str) -> None:
        view = self.originals.view(sha256)
        if self._sheet is not None and view is not None and sha256 in self._sheet.view.away:
            self._sheet.say(view.words.partition("\n")[0])

    def _renew(self) -> None:
        self.photos_came.emit()
        item = self._item
        if item is not None:
            self._background.run(lambda: self._read(item), lambda view: self._show(item, view))

    def _show(self, item: HouseItem, view: RecordView) -> None:
        if self._sheet is not None and item is self._item:
            self._sheet.show_view(view)
