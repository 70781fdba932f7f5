"""The item under review: its photos, the claim against the finding, where it goes now and instead, and why."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.choice_row import Choice
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.history_list import Chip
from inspection_station.station.icons import draw_icon
from inspection_station.station.keycap import draw_keycap, keycap_size
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.paint import draw_box
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.review import ReviewView
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import SMALLEST_TARGET, Card, Well, clear, column, row, scrolled
from inspection_station.station.tags import GradeTile, Icon, Tag
from inspection_station.station.text import TextLabel, draw_line
from inspection_station.station.version_card import VersionCard
from inspection_station.station.views import ActionView, TagView


class DestinationRow(Choice):
    """A disposition the item could go to: icon, word, key."""

    def sizeHint(self) -> QSize:
        return QSize(120, 46 if theme.current().density == "regular" else SMALLEST_TARGET)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        look, view = theme.current(), self._view
        self._paint_frame(painter, place)
        side = 30.0 if look.density == "regular" else 26.0
        chip = QRectF(place.left() + 10, place.center().y() - side / 2, side + 4, side)
        if view.icon:
            draw_box(painter, chip, 6, look.tone(view.tone, "bg"))
            draw_icon(painter, view.icon, chip.adjusted(2, 4, -2, -4), look.tone(view.tone, "text"))
        else:
            chip.setWidth(0)
        cap = keycap_size(view.key)[0] if view.key else 0.0
        if view.key:
            draw_keycap(painter, QRectF(place.right() - 12 - cap, place.top(), cap, place.height()), view.key)
        room = QRectF(chip.right() + 12, place.top(), place.right() - 12 - cap - 8 - chip.right() - 12, place.height())
        draw_line(
            painter, room, view.text, look.font("body", 700 if view.selected else 500), look.color("text.primary")
        )


class ReviewPanel(Card):
    """See the module.

    Signals:
        disposition_chosen(str), grade_chosen(str): by code; a grade is asked for in a blind check.
        reason_chosen(str): a code, empty for words of one's own.
        agreed(): the bench's decision stands; the primary action is the page's.
        version_chosen(str): one of several versions, by its key.
        why_wanted(): why, all photos, what was done. record_wanted(): the whole record.
    """

    disposition_chosen = Signal(str)
    grade_chosen = Signal(str)
    reason_chosen = Signal(str)
    agreed = Signal()
    version_chosen = Signal(str)
    why_wanted = Signal()
    record_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        look = theme.current()
        self._regular = look.density == "regular"
        gap = 12 if self._regular else 8
        side = 20 if self._regular else 12
        self._stack = QStackedWidget()
        self.column.addWidget(self._stack)
        self._empty = EmptyState("mdi6.barcode-scan", translate("Scan a label to see any item"), small=True)
        self._stack.addWidget(self._empty)
        whole = QWidget()
        outer = column(whole, spacing=gap, margins=(side, side - 4, side, side - 4))
        head = row(spacing=8)
        head.addWidget(TextLabel(translate("Review"), "h2", weight=700))
        self._why = Tag(TagView(""), size="small")
        head.addStretch(1)
        self._number = TextLabel("", "label", colour="text.secondary", code=True, keep=True)
        head.addWidget(self._number)
        outer.addLayout(head)
        outer.addWidget(self._why, 0, Qt.AlignmentFlag.AlignLeft)
        content = QWidget()
        self._body = column(content, spacing=gap)
        self._photos = row(spacing=8)
        self._body.addLayout(self._photos)
        name = row(spacing=8)
        self._name = TextLabel("", "bodyL", weight=700, wrap=True, max_lines=2)
        self._grade = GradeTile("A", 28)
        name.addWidget(self._name, 1)
        name.addWidget(self._grade)
        self._body.addLayout(name)
        self._lines = TextLabel("", "label", colour="text.secondary", wrap=True, max_lines=4)
        self._body.addWidget(self._lines)
        self._versions = row(spacing=8)
        self._body.addLayout(self._versions)
        self._band = Well((10, 8, 10, 8), 8)
        self._body.addWidget(self._band)
        self._choices = QGridLayout()
        self._choices.setContentsMargins(0, 0, 0, 0)
        self._choices.setSpacing(8)
        self._body.addLayout(self._choices)
        self._reason_title = TextLabel(translate("Why otherwise (needed)"), "label", weight=600)
        self._body.addWidget(self._reason_title)
        self._reasons = QGridLayout()
        self._reasons.setContentsMargins(0, 0, 0, 0)
        self._reasons.setSpacing(8)
        self._body.addLayout(self._reasons)
        self._body.addStretch(1)
        outer.addWidget(scrolled(content), 1)
        self._settled = TextLabel("", "label", colour="text.secondary", wrap=True)
        outer.addWidget(self._settled)
        self.primary = PrimaryButton("bottomBar")
        outer.addWidget(self.primary)
        self._agree = ActionButton(ActionView("agree", translate("Agree with the bench"), "", "Space"), size="small")
        self._agree.clicked.connect(self.agreed)
        outer.addWidget(self._agree)
        ways = row(spacing=8)
        self._known = ActionButton(ActionView("why", translate("Why"), "mdi6.comment-question-outline", "W"),
                                   size="small")  # fmt: skip
        self._known.clicked.connect(self.why_wanted)
        self._record = ActionButton(ActionView("record", translate("Record"), "mdi6.history", "L"), size="small")
        self._record.clicked.connect(self.record_wanted)
        for button in (self._known, self._record):
            ways.addWidget(button, 1)
        outer.addLayout(ways)
        self._stack.addWidget(whole)
        self._whole = whole

    def show_view(self, view: ReviewView | None) -> None:
        """Show another item; None: none is chosen."""
        self._stack.setCurrentWidget(self._empty if view is None else self._whole)
        if view is None:
            return
        self._number.set_text(view.number)
        changing = bool(view.reasons)
        self._why.setHidden(view.why is None or changing)
        if view.why is not None:
            self._why.set_view(view.why)
        clear(self._photos)
        roomy = self._regular and not changing and not view.versions and not view.blind
        for place, (source, note) in enumerate(view.photos):
            last = place == len(view.photos) - 1 and view.more_photos > 0
            picture = Picture(source, radius=8, note=f"+{view.more_photos}" if last else note)
            picture.setFixedHeight(132 if roomy else 84 if self._regular else 56)
            self._photos.addWidget(picture)
        self._name.set_text(view.name)
        self._grade.set_letter(view.grade)
        self._grade.setHidden(not view.grade)
        self._lines.set_text("\n".join(view.lines))
        self._lines.setHidden(not view.lines)
        self._show_versions(view)
        self._show_band(view)
        grid = [*view.grades] if view.blind else [*view.choices]
        signal = self.grade_chosen if view.blind else self.disposition_chosen
        chips: list[QWidget] = []
        for one in view.reasons:
            chip = Chip(f"{one.key} {one.text}")
            chip.set_on(one.selected)
            chip.clicked.connect(lambda _=False, name=one.name: self.reason_chosen.emit(name))
            chips.append(chip)
        widest = [max((chip.sizeHint().width() for chip in chips[place::2]), default=0) for place in (0, 1)]
        beside = self._regular and sum(widest) + 8 <= self._room()
        if changing and (view.versions or not beside):
            grid = []  # the reasons need the room; what was chosen stands in the band
        _fill(self._choices, [self._choice(one, signal) for one in grid], 1)
        _fill(self._reasons, chips, 2 if beside else 1)
        self._reason_title.setHidden(not chips)
        self._settled.set_text(view.settled)
        self._settled.setHidden(not view.settled)
        self.primary.setHidden(view.primary is None or not (changing or self._regular))
        self._agree.setHidden(view.blind or changing)
        for button in (self._known, self._record):
            button.setHidden(view.blind or changing)  # the reasons need the room
        self._agree.set_view(ActionView("agree", translate("Agree with the bench"), "", "Space", view.can_agree))

    def _room(self) -> int:
        """Width of what stands under each other, in logical pixels."""
        return self.width() - 2 * (20 if self._regular else 12)

    def _choice(self, one: ChoiceView, signal: object) -> QWidget:
        made = DestinationRow(one)
        made.setFixedHeight(made.sizeHint().height())
        made.chosen.connect(signal)
        return made

    def _show_versions(self, view: ReviewView) -> None:
        clear(self._versions)
        if view.reasons and not self._regular:
            return  # the reasons need the room; what was taken stands in the band
        for one in view.versions:
            card = VersionCard(one)
            card.clicked.connect(lambda _=False, key=one.key: self.version_chosen.emit(key))
            self._versions.addWidget(card, 1)

    def _show_band(self, view: ReviewView) -> None:
        clear(self._band.line)
        if view.blind:
            self._band.line.addWidget(Icon("mdi6.eye-off-outline", 22, "text.secondary"))
            self._band.line.addWidget(
                TextLabel(translate("Your grade first; then you see the inspector's"), "label", weight=600, wrap=True),
                1,
            )
            return
        if self._regular or view.wish is None:
            self._band.line.addWidget(Tag(view.now, size="small"))
        if view.wish is not None or view.wish_grade:
            self._band.line.addWidget(Icon("mdi6.arrow-right", 20, "text.secondary"))
            if view.wish is not None:
                self._band.line.addWidget(Tag(view.wish, size="small"))
            if view.wish_grade:
                self._band.line.addWidget(GradeTile(view.wish_grade, 26))
        self._band.line.addStretch(1)


def _fill(grid: QGridLayout, widgets: list[QWidget], columns: int) -> None:
    clear(grid)
    for place, widget in enumerate(widgets):
        grid.addWidget(widget, place // columns, place % columns)
