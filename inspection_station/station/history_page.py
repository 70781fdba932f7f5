"""History: search by scan or text, one inspection with its photos, verification and timeline."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.history_list import Chip, HistoryRow, VerificationBanner
from inspection_station.station.mark_bar import MarkSwitch
from inspection_station.station.original_bar import OriginalBar
from inspection_station.station.page import Page
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.photo_strip import PhotoStrip
from inspection_station.station.picture import Picture
from inspection_station.station.presenting.history import (
    HistoryCaseView,
    HistoryPhotoView,
    HistoryRowView,
    HistoryWish,
    TimelineView,
)
from inspection_station.station.presenting.original import OriginalView, resting
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.scan_field import ScanField
from inspection_station.station.surfaces import Card, HairLine, clear, column, row, scrolled
from inspection_station.station.tags import GradeTile, Icon, Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, PrimaryView, ShotView, TagView


class HistoryPage(Page):
    """List at the left, photos in the middle, verification and timeline at the right.

    Signals:
        wished(HistoryWish): the list is wanted for another search or filter.
        case_chosen(str, str): inspection id and item id of the line chosen.
        export_requested(), reprint_requested(), recheck_requested().
        photo_shown(HistoryPhotoView): this photo is looked at; how its original stands is wanted.
        original_requested(str): the original of the photo with this SHA-256 is wanted from the centre.
    """

    wished = Signal(object)
    case_chosen = Signal(str, str)
    export_requested = Signal()
    reprint_requested = Signal()
    recheck_requested = Signal()
    photo_shown = Signal(object)
    original_requested = Signal(str)

    def __init__(self, grades: tuple[ChoiceView, ...], dispositions: tuple[ChoiceView, ...]) -> None:
        super().__init__()
        self._grades = (ChoiceView("", translate("Grade")), *grades)
        self._dispositions = (ChoiceView("", translate("Disposition")), *dispositions)
        self._wish = HistoryWish()
        self._rows: tuple[HistoryRowView, ...] = ()
        self._photo = 0
        self._marks_shown = True
        self._case: HistoryCaseView | None = None
        look = theme.current()
        gutter = look.size("gutter")
        page = row(self, spacing=gutter, margins=(gutter, gutter, gutter, gutter))
        page.addWidget(self._build_list())
        page.addWidget(self._build_viewer(), 1)
        page.addWidget(self._build_record())
        for key, act in (
            ("Ctrl+E", self.export_requested.emit),
            ("Ctrl+P", self.reprint_requested.emit),
            ("Ctrl+R", self.recheck_requested.emit),
            ("P", self.reprint_requested.emit),
            ("R", self.recheck_requested.emit),
            ("M", self._turn_marks),
            ("F", self._want_original),
        ):
            self.bind(key, act)

    @property
    def wish(self) -> HistoryWish:
        """What the list was last asked for."""
        return self._wish

    def _build_list(self) -> QWidget:
        look = theme.current()
        regular = look.density == "regular"
        card = Card(0)
        card.setFixedWidth(456 if regular else 372)
        head = column(spacing=12, margins=(20, 20, 20, 16) if regular else (12, 12, 12, 12))
        self._field = ScanField(translate("Scan, or type number, phone tail, SKU"))
        self._field.submitted.connect(lambda text: self._want(text=text))
        self._field.textChanged.connect(lambda text: None if text else self._want(text=""))
        self._field.installEventFilter(self)
        head.addWidget(self._field)
        chips = row(spacing=8)
        self._today = Chip(translate("Today"))
        self._week = Chip(translate("Week"))
        self._disputed = Chip(translate("Disputed"))
        self._grade = Chip("")
        self._disposition = Chip("")
        self._today.clicked.connect(lambda: self._want(period="all" if self._wish.period == "today" else "today"))
        self._week.clicked.connect(lambda: self._want(period="all" if self._wish.period == "week" else "week"))
        self._disputed.clicked.connect(lambda: self._want(disputed=not self._wish.disputed))
        self._grade.clicked.connect(lambda: self._want(grade=_next(self._grades, self._wish.grade)))
        self._disposition.clicked.connect(
            lambda: self._want(disposition=_next(self._dispositions, self._wish.disposition))
        )
        for chip in (self._today, self._week, self._disputed):
            chips.addWidget(chip)
        chips.addStretch(1)
        more = row(spacing=8)
        for chip in (self._grade, self._disposition):
            more.addWidget(chip)
        more.addStretch(1)
        head.addLayout(chips)
        head.addLayout(more)
        card.column.addLayout(head)
        card.column.addWidget(HairLine())
        holder = QWidget()
        self._lines = column(holder)
        self._line_widgets: list[HistoryRow] = []
        card.column.addWidget(scrolled(holder), 1)
        self._show_chips()
        return card

    def _build_viewer(self) -> QWidget:
        holder = QWidget()
        middle = column(holder, spacing=theme.current().size("gap"))
        self._picture = Picture(None, cover=False, empty=translate("Choose a line at the left"))
        self._switch = MarkSwitch(self._picture)
        self._switch.pressed.connect(self._turn_marks)
        middle.addWidget(self._picture, 1)
        facts = Card(12)
        line = row(spacing=12)
        self._photo_name = TextLabel("", "label", weight=600)
        self._photo_facts = TextLabel("", "label", weight=400, colour="text.secondary", code=True)
        self._fingerprint = Tag(TagView("", "ok", "mdi6.shield-check"))
        line.addWidget(self._photo_name, 1)
        line.addWidget(self._fingerprint)
        facts.column.addLayout(line)
        facts.column.addWidget(self._photo_facts)
        self._original = OriginalBar(facts)
        self._original.pressed.connect(self._want_original)
        facts.column.addWidget(self._original)
        middle.addWidget(facts)
        self._strip = PhotoStrip()
        self._strip.shot_selected.connect(self._select_photo)
        middle.addWidget(self._strip)
        return holder

    def _build_record(self) -> QWidget:
        look = theme.current()
        holder = QWidget()
        holder.setFixedWidth(look.size("colRight") + 32)
        right = column(holder, spacing=look.size("gap"))
        self._verdict = VerificationBanner()
        right.addWidget(self._verdict)
        record = Card(20, spacing=8)
        heading = row(spacing=12)
        self._title = TextLabel("", "h2", weight=700, wrap=True, max_lines=2)
        self._grade_tile = GradeTile("", 28)
        heading.addWidget(self._title, 1)
        heading.addWidget(self._grade_tile)
        record.column.addLayout(heading)
        self._tags = row(spacing=8)
        record.column.addLayout(self._tags)
        inside = QWidget()
        self._timeline = column(inside, spacing=10)
        record.column.addWidget(scrolled(inside), 1)
        right.addWidget(record, 1)
        export = PrimaryButton()
        self.take_primary(export)
        self.primary_pressed.connect(self.export_requested)
        right.addWidget(export)
        actions = row(spacing=look.size("gap"))
        self._reprint = ActionButton(ActionView("reprint", translate("Reprint"), "mdi6.printer-outline", "P"))
        self._recheck = ActionButton(ActionView("recheck", translate("Re-check"), "mdi6.refresh", "R"))
        self._reprint.clicked.connect(self.reprint_requested)
        self._recheck.clicked.connect(self.recheck_requested)
        actions.addWidget(self._reprint, 1)
        actions.addWidget(self._recheck, 1)
        right.addLayout(actions)
        self.show_case(None)
        return holder

    def _want(self, **changes: object) -> None:
        self._wish = replace(self._wish, **changes)  # type: ignore[arg-type]
        self._show_chips()
        self.wished.emit(self._wish)

    def look_for(self, text: str) -> None:
        """Search for a scanned or typed text."""
        self._field.accept_scan(text)

    def _show_chips(self) -> None:
        wish = self._wish
        self._today.set_on(wish.period == "today")
        self._week.set_on(wish.period == "week")
        self._disputed.set_on(wish.disputed)
        for chip, choices, chosen in (
            (self._grade, self._grades, wish.grade),
            (self._disposition, self._dispositions, wish.disposition),
        ):
            words = next(choice.text for choice in choices if choice.name == chosen)
            chip.set_text(words if chosen else f"{words} ▾")
            chip.set_on(bool(chosen))

    def show_rows(self, rows: tuple[HistoryRowView, ...]) -> None:
        """Show the list; with no line, what to do instead."""
        if rows and [_unselected(line) for line in rows] == [_unselected(line) for line in self._rows]:
            for line, view in zip(self._line_widgets, rows, strict=True):
                line.select(view.selected)
            self._rows = rows
            return
        self._rows = rows
        self._line_widgets = []
        clear(self._lines)
        for view in rows:
            line = HistoryRow(view)
            self._line_widgets.append(line)
            line.clicked.connect(partial(self.case_chosen.emit, view.inspection_id, view.item_id))
            self._lines.addWidget(line)
        if not rows:
            self._lines.addWidget(
                EmptyState(
                    "mdi6.magnify", translate("No matching records"), translate("Change the filter, or scan"),
                    small=True,
                )
            )  # fmt: skip
        self._lines.addStretch(1)

    @property
    def rows(self) -> tuple[HistoryRowView, ...]:
        """The list as shown."""
        return self._rows

    @property
    def case(self) -> HistoryCaseView | None:
        """The inspection shown."""
        return self._case

    @property
    def shown_item(self) -> tuple[str, str]:
        """Inspection and item that are shown; empty texts when none is."""
        return (self._case.inspection_id, self._case.item_id) if self._case else ("", "")

    def show_case(self, view: HistoryCaseView | None) -> None:
        """Show one inspection, or the empty viewer."""
        same = bool(view and self._case and (view.inspection_id, view.item_id) == self.shown_item)
        self._case = view
        if not same:
            self._photo = 0
            self._marks_shown = True  # what is marked is never overlooked in the next one
        clear(self._timeline)
        clear(self._tags)
        can = view is not None and view.can_export
        self.show_primary(
            PrimaryView(
                translate("Export evidence"),
                view.verdict_detail if view and not can else translate("PDF report + originals + checksums"),
                "mdi6.folder-zip-outline", "Ctrl+E", enabled=can,
            )
        )  # fmt: skip
        self._reprint.setEnabled(view is not None and view.can_print)
        self._recheck.setEnabled(view is not None)
        self._verdict.setVisible(view is not None)
        self._grade_tile.set_letter(view.grade if view else "")
        self._grade_tile.setVisible(bool(view and view.grade))
        self._title.set_text(view.title if view else translate("No inspection chosen"))
        if view is None:
            self._show_photo(None)
            self._strip.show_shots(())
            return
        self._verdict.show_verdict(view.verdict, view.verdict_detail)
        for tag in view.tags:
            self._tags.addWidget(Tag(tag))
        self._tags.addStretch(1)
        for act in view.timeline:
            self._timeline.addWidget(_act(act))
        self._timeline.addStretch(1)
        self._select_photo(self._photo)

    def _select_photo(self, place: int) -> None:
        if self._case is None or not self._case.photos:
            self._strip.show_shots(())
            self._show_photo(None)
            return
        self._photo = min(place, len(self._case.photos) - 1)
        self._strip.show_shots(
            tuple(
                ShotView(photo.name, "stored", photo.path, "" if photo.counted else translate("not counted"),
                         selected=at == self._photo, marks=photo.marks)
                for at, photo in enumerate(self._case.photos)
            )
        )  # fmt: skip
        self._show_photo(self._case.photos[self._photo])

    def _turn_marks(self) -> bool:
        """Marks over the photo, or the photo as it was taken; False when nothing is marked on it."""
        photo = self.photo
        if photo is None or not photo.marks:
            return False
        self._marks_shown = not self._marks_shown
        self._show_marks(photo)
        return True

    def _show_marks(self, photo: HistoryPhotoView | None) -> None:
        marks = photo.marks if photo else ()
        self._picture.set_marks(marks if self._marks_shown else ())
        self._switch.show_state(len(marks), self._marks_shown)

    def _show_photo(self, photo: HistoryPhotoView | None) -> None:
        self._picture.set_source(photo.path if photo else None)
        self._show_marks(photo)
        self._photo_name.set_text(photo.name if photo else "")
        self._photo_facts.set_text(photo.facts if photo else "")
        self._fingerprint.setVisible(photo is not None)
        if photo is not None:
            tone, icon = ("ok", "mdi6.shield-check") if photo.intact else ("error", "mdi6.shield-alert")
            self._fingerprint.set_view(TagView(photo.fingerprint, tone, icon))  # type: ignore[arg-type]

            self._original.show_view(resting(photo.away, photo.intact))
            self.photo_shown.emit(photo)
        else:
            self._original.show_view(OriginalView())

    @property
    def photo(self) -> HistoryPhotoView | None:
        """The photo looked at."""
        return self._case.photos[self._photo] if self._case and self._case.photos else None

    @property
    def original(self) -> OriginalView:
        """How the original of the photo looked at stands."""
        return self._original.view

    def show_original(self, view: OriginalView) -> None:
        """Show how the original of the photo looked at stands."""
        self._original.show_view(view)

    def _want_original(self) -> bool:
        """Fetch the original of the photo looked at; False when there is nothing to fetch."""
        photo = self.photo
        if photo is None or not self._original.view.can_fetch:
            return False
        self.original_requested.emit(photo.sha256)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step and self._case and self._case.photos:
            self._select_photo((self._photo + step) % len(self._case.photos))
            event.accept()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Escape):  # type: ignore[attr-defined]
            self.rest_focus()
            return True
        return super().eventFilter(watched, event)


def _unselected(line: HistoryRowView) -> HistoryRowView:
    return replace(line, selected=False)


def _next(choices: tuple[ChoiceView, ...], chosen: str) -> str:
    """The name after `chosen`, round to the first (no filter)."""
    names = [choice.name for choice in choices]
    return names[(names.index(chosen) + 1) % len(names)]


def _act(view: TimelineView) -> QWidget:
    holder = QWidget()
    line = row(holder, spacing=12)
    top = Qt.AlignmentFlag.AlignTop
    line.addWidget(Icon(view.icon, 24, "text.secondary"), 0, top)
    line.addWidget(TextLabel(view.time, "label", colour="text.tertiary", code=True), 0, top)
    words = column(spacing=0)
    words.addWidget(TextLabel(view.text, "label", weight=600, wrap=True))
    if view.detail:
        words.addWidget(TextLabel(view.detail, "caption", colour="text.tertiary", wrap=True))
    line.addLayout(words, 1)
    return holder
