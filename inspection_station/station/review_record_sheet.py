"""Over the board: all photos of an item beside what left the house, why it was decided so, and what was done since."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.overlay import Overlay
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.review_record import RecordLineView, RecordPhotoView, RecordView
from inspection_station.station.presenting.words import joined
from inspection_station.station.surfaces import clear, column, row
from inspection_station.station.tags import Icon
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView

WIDTH = 1180
PHOTO_RATIO = 0.75  # height of a picture's place as part of its width
FETCH = "F"


class ReviewRecordSheet(Overlay):
    """See the module; F fetches the photos that are at the centre only.

    Signals:
        fetch_wanted(): the photos that are not here are to be fetched.
    """

    fetch_wanted = Signal()

    def __init__(self, parent: QWidget, view: RecordView) -> None:
        super().__init__(parent, view.title, WIDTH)
        self.view = view
        self._photos = row(spacing=10)
        self.card.column.addLayout(self._photos)
        beside = row(spacing=12)
        self._facts = TextLabel("", "label", colour="text.secondary", code=True)
        self._said = TextLabel("", "label", weight=600, align=Qt.AlignmentFlag.AlignRight)
        self._fetch = ActionButton(
            ActionView("fetch", translate("Fetch from the centre"), "mdi6.cloud-download-outline", FETCH), size="small"
        )
        self._fetch.clicked.connect(self.fetch_wanted)
        beside.addWidget(self._facts, 1)
        beside.addWidget(self._said)
        beside.addWidget(self._fetch)
        self.card.column.addLayout(beside)
        halves = row(spacing=24)
        self._why, self._history = column(spacing=8), column(spacing=8)
        sides = ((translate("Why"), self._why, 5), (translate("What was done"), self._history, 7))
        for title, lines, share in sides:
            half = column(spacing=8)
            half.addWidget(TextLabel(title, "bodyL", weight=700))
            half.addLayout(lines)
            half.addStretch(1)
            halves.addLayout(half, share)
        self.card.column.addLayout(halves)
        self.pictures: list[Picture] = []
        self.show_view(view)

    def show_view(self, view: RecordView, said: str = "") -> None:
        """Show how it is known now; `said` is how the fetching of photos stands."""
        self.view = view
        self._facts.set_text(view.facts)
        clear(self._photos)
        self.pictures = [self._picture(photo, len(view.photos)) for photo in view.photos]
        for picture in self.pictures:
            self._photos.addWidget(picture)
        self._photos.addStretch(1)
        self._fetch.setHidden(not view.away)
        more = translate("{n} more photos in the history", n=view.more) if view.more else ""
        away = translate("{n} photos are at the centre only", n=len(view.away)) if view.away else ""
        self._said.set_text(said or away or more)
        self._fill(self._why, view.why, translate("No rule was kept with it."))
        self._fill(self._history, view.history)

    def say(self, words: str) -> None:
        """How the fetching of photos stands."""
        self._said.set_text(words)

    def _picture(self, photo: RecordPhotoView, count: int) -> Picture:
        room = self.card.width() - 2 * theme.current().size("cardPadding") - 10 * max(0, count - 1)
        width = min(240, room // max(1, count))
        where = translate("At the centre") if photo.sha256 else ""
        picture = Picture(photo.source, note=joined([photo.note, where]), bar=True)
        picture.setFixedSize(width, round(width * PHOTO_RATIO))
        return picture

    def _fill(self, layout: QVBoxLayout, views: tuple[RecordLineView, ...], empty: str = "") -> None:
        """Time or outcome, what, and how it came: beside it where something was done, below it where it is a rule."""
        below = layout is self._why
        clear(layout)
        if not views and empty:
            layout.addWidget(TextLabel(empty, "body", colour="text.secondary"))
        for view in views:
            line = row(spacing=10)
            line.addWidget(Icon(view.icon, 20, "text.secondary"))
            when = TextLabel(view.lead, "label", colour="text.secondary", keep=True)
            when.setMinimumWidth(92)
            line.addWidget(when)
            words: QBoxLayout = column(spacing=0) if below else row(spacing=10)
            words.addWidget(TextLabel(view.text, "label", weight=600))
            detail = TextLabel(view.detail, "caption", colour="text.secondary", wrap=below, max_lines=2, keep=not below)
            words.addWidget(detail)
            words.addStretch(1)
            line.addLayout(words, 1)
            layout.addLayout(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().upper() == FETCH and self.view.away:
            self.fetch_wanted.emit()
            event.accept()
            return
        super().keyPressEvent(event)
