"""The photos of one inspection: looked into closely, beside what left the house, each with its facts and its hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.mark_bar import MarkSwitch
from inspection_station.station.original_bar import OriginalBar
from inspection_station.station.paint import PLATE, draw_box
from inspection_station.station.photo_strip import PhotoStrip
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.history_views import HistoryPhotoView
from inspection_station.station.presenting.original import OriginalView, resting
from inspection_station.station.surfaces import Card, column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, PictureSource, ShotView, TagView
from inspection_station.station.zoom_picture import ZoomPicture

GAP = 12  # between two pictures side by side


class _LookBar(QWidget):
    """Over the lower edge of the photo: compare with what was sent out, larger, whole again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        line = row(self, spacing=8, margins=(6, 4, 6, 4))
        self.compare, self.larger, self.whole = (
            ActionButton(view, size="small", look="dark")
            for view in (
                ActionView("compare", translate("Compare"), "mdi6.compare", "C"),
                ActionView("larger", translate("Enlarge"), "mdi6.magnify-plus-outline", "+"),
                ActionView("whole", translate("Whole"), "mdi6.fit-to-screen-outline", "0"),
            )
        )  # fmt: skip
        for button in (self.compare, self.larger, self.whole):
            line.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_box(QPainter(self), QRectF(self.rect()), theme.Theme.radius("control"), PLATE)


class _Stage(QWidget):
    """The photo, and what left the house at its left while they are compared; the bar lies over both."""

    def __init__(self) -> None:
        super().__init__()
        self.photo = ZoomPicture(empty=translate("Choose a line at the left"))
        self.sent = Picture(None, cover=False)
        self.bar = _LookBar(self)
        for picture in (self.sent, self.photo):
            picture.setParent(self)
        self.sent.hide()
        self.bar.raise_()

    def place(self) -> None:
        """Put everything where it belongs in the room there is."""
        both = not self.sent.isHidden()
        width = (self.width() - GAP) // 2 if both else self.width()
        self.sent.setGeometry(0, 0, width, self.height())
        self.photo.setGeometry(self.width() - width, 0, width, self.height())
        self.bar.adjustSize()
        self.bar.move(self.width() - self.bar.width() - 16, self.height() - self.bar.height() - 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()


class PhotoViewer(QWidget):
    """See the module.

    Signals:
        photo_shown(HistoryPhotoView): this photo is looked at; how its original stands is wanted.
        original_requested(str): the original of the photo with this SHA-256 is wanted from the centre.
    """

    photo_shown = Signal(object)
    original_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._photos: tuple[HistoryPhotoView, ...] = ()
        self._sent: PictureSource = None
        self._marks_shown = True
        self.place = 0  # of the photo looked at
        middle = column(self, spacing=theme.current().size("gap"))
        self._stage = _Stage()
        self.picture, self.sent = self._stage.photo, self._stage.sent
        self.switch = MarkSwitch(self.picture)
        self.switch.pressed.connect(self.turn_marks)
        bar = self._stage.bar
        bar.compare.clicked.connect(self.compare)
        bar.larger.clicked.connect(self.picture.larger)
        bar.whole.clicked.connect(self.picture.show_all)
        self.picture.zoomed.connect(lambda _zoom: self._show_bar())
        middle.addWidget(self._stage, 1)
        facts = self._card = Card(12)
        line = row(spacing=12)
        self._name = TextLabel("", "label", weight=600)
        self._facts = TextLabel("", "label", weight=400, colour="text.secondary", code=True)
        self._fingerprint = Tag(TagView("", "ok", "mdi6.shield-check"))
        line.addWidget(self._name, 1)
        line.addWidget(self._fingerprint)
        facts.column.addLayout(line)
        facts.column.addWidget(self._facts)
        self._original = OriginalBar(facts)
        self._original.pressed.connect(self.want_original)
        facts.column.addWidget(self._original)
        middle.addWidget(facts)
        self._strip = PhotoStrip()
        self._strip.shot_selected.connect(self.select)
        middle.addWidget(self._strip)
        self._strip.hide()
        self._show_photo(None)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What keys do here."""
        return {
            "M": self.turn_marks, "F": self.want_original, "C": self.compare, "+": self.picture.larger,
            "-": self.picture.smaller, "0": self.picture.show_all, "Num0": self.picture.show_all,
            "Left": lambda: self._turn(-1), "Right": lambda: self._turn(1),
            "Up": lambda: self.picture.move_by(0, -1), "Down": lambda: self.picture.move_by(0, 1),
        }  # fmt: skip

    def show_photos(
        self, photos: tuple[HistoryPhotoView, ...], sent: PictureSource = None, note: str = "", empty: str = "", *,
        anew: bool,
    ) -> None:  # fmt: skip
        """Show these; `anew`: of another inspection, from its first one on.

        `sent` is what they are compared with, `note` what that is; `empty` is said when there are no photos.
        """
        self._photos, self._sent = photos, sent
        self.picture.set_empty(empty or translate("Choose a line at the left"))
        if anew:
            self.place = 0
            self._marks_shown = True  # what is marked is never overlooked in the next one
            self.sent.hide()
        if sent is None:
            self.sent.hide()
        self.sent.set_source(sent)
        self.sent.set_note(note)
        self.select(self.place)

    @property
    def photo(self) -> HistoryPhotoView | None:
        """The photo looked at."""
        return self._photos[self.place] if self._photos else None

    @property
    def compares(self) -> bool:
        """Whether what was sent out is shown beside it."""
        return not self.sent.isHidden()

    @property
    def original(self) -> OriginalView:
        """How the original of the photo looked at stands."""
        return self._original.view

    def show_original(self, view: OriginalView) -> None:
        """Show how the original of the photo looked at stands."""
        self._original.show_view(view)

    def select(self, place: int) -> None:
        """Look at another photo, by its number from 0."""
        if not self._photos:
            self.place = 0
            self._strip.show_shots(())
            self._strip.hide()
            self._show_photo(None)
            return
        self.place = min(place, len(self._photos) - 1)
        self._strip.setVisible(True)
        self._strip.show_shots(
            tuple(
                ShotView(
                    photo.name, "stored", None if photo.elsewhere else photo.path,
                    "" if photo.counted else translate("not counted"), selected=at == self.place, marks=photo.marks,
                )
                for at, photo in enumerate(self._photos)
            )
        )  # fmt: skip
        self._show_photo(self._photos[self.place])

    def _turn(self, step: int) -> bool:
        """The photo before or after; while it is looked into closely, what lies beside."""
        if self.picture.move_by(step, 0):
            return True
        if not self._photos:
            return False
        self.select((self.place + step) % len(self._photos))
        return True

    def turn_marks(self) -> bool:
        """Marks over the photo, or the photo as it was taken; False when nothing is marked on it."""
        photo = self.photo
        if photo is None or not photo.marks:
            return False
        self._marks_shown = not self._marks_shown
        self._show_marks(photo)
        return True

    def compare(self) -> bool:
        """What left the house beside the photo, or the photo alone; False when no picture of it is here."""
        if self._sent is None or self.photo is None:
            return False
        self.sent.setVisible(self.sent.isHidden())
        self._show_bar()
        return True

    def want_original(self) -> bool:
        """Fetch the original of the photo looked at; False when there is nothing to fetch."""
        photo = self.photo
        if photo is None or not self._original.view.can_fetch:
            return False
        self.original_requested.emit(photo.sha256)
        return True

    def _show_bar(self) -> None:
        bar, zoomed = self._stage.bar, self.picture.zoom > 1
        here = self.photo is not None and not self.photo.elsewhere
        bar.setVisible(here or (self.photo is not None and self._sent is not None))
        bar.compare.setVisible(self._sent is not None)
        words = translate("Photo alone") if self.compares else translate("Compare")
        bar.compare.set_view(ActionView("compare", words, "mdi6.compare", "C"))
        bar.larger.setVisible(here and not zoomed)
        bar.whole.setVisible(zoomed)
        self.picture.set_note(self._name.text() if self.compares else "")
        self._stage.place()

    def _show_marks(self, photo: HistoryPhotoView | None) -> None:
        marks = photo.marks if photo else ()
        self.picture.set_marks(marks if self._marks_shown else ())
        self.switch.show_state(len(marks), self._marks_shown)

    def _show_photo(self, photo: HistoryPhotoView | None) -> None:
        if photo is not None:
            self.picture.set_empty(translate("Not on this station") if photo.elsewhere else "")
        self.picture.set_source(photo.path if photo and not photo.elsewhere else None)
        self.picture.set_whole(photo.whole if photo else None)
        self._show_marks(photo)
        self._name.set_text(photo.name if photo else "")
        self._card.setHidden(photo is None)
        self._facts.set_text(photo.facts if photo else "")
        self._fingerprint.setVisible(photo is not None)
        if photo is None:
            self._original.show_view(OriginalView())
        else:
            tone, icon = ("ok", "mdi6.shield-check") if photo.intact else ("error", "mdi6.shield-alert")
            if photo.elsewhere:
                tone, icon = "neutral", "mdi6.cloud-outline"
            self._fingerprint.set_view(TagView(photo.fingerprint, tone, icon))  # type: ignore[arg-type]
            self._original.show_view(resting(photo.away, photo.intact, photo.elsewhere))
        self._show_bar()
        if photo is not None:
            self.photo_shown.emit(photo)
