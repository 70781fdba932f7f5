"""The checklist: only what is wrong costs keystrokes; what the buyer complained about is never passed in bulk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.answer_entry import AnswerEntry
from inspection_station.station.camera_panel import CameraPanel
from inspection_station.station.checklist_row import ChecklistRows
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.defect_picker import DefectPicker
from inspection_station.station.entry_views import EntryView
from inspection_station.station.page import Page
from inspection_station.station.page_views import ChecklistView
from inspection_station.station.parcel_cards import ClaimBanner
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import Card, column, fixed_column, row
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView


class ChecklistPage(Page):
    """Shows a `ChecklistView`.

    Signals:
        row_marked(int): the digit of a row, or the row pressed.
        normal_chosen(), not_applicable_chosen(): for the current row (N, 0).
        kind_chosen(str), severity_chosen(str), zone_chosen(int): for the current row's defect.
        shot_requested(), retake_requested(), shot_selected(int).
        page_turned(int), row_moved(int): +1 or −1 (PgDn and PgUp, ↓ and ↑).
        value_entered(str), value_scanned(str): for the current row, typed or read into its field.
        part_added(str, int): one more or one less of a part; an empty name is the part chosen last.
        back_pressed(): Esc; all answers are kept.
    """

    row_marked = Signal(int)
    normal_chosen = Signal()
    not_applicable_chosen = Signal()
    kind_chosen = Signal(str)
    severity_chosen = Signal(str)
    zone_chosen = Signal(int)
    shot_requested = Signal()
    retake_requested = Signal()
    shot_selected = Signal(int)
    page_turned = Signal(int)
    row_moved = Signal(int)
    value_entered = Signal(str)
    value_scanned = Signal(str)
    part_added = Signal(str, int)
    back_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gutter, regular = look.size("gutter"), look.density == "regular"
        whole = column(self)
        self.context = ContextBar()
        whole.addWidget(self.context)
        body = row(spacing=gutter, margins=(gutter,) * 4)
        whole.addLayout(body, 1)
        list_card = Card(0)
        list_card.column.setContentsMargins(1, 1, 1, 8)
        self.claim, self.rows = ClaimBanner(), ChecklistRows()
        self.rows.row_pressed.connect(self.row_marked)
        list_card.column.addWidget(self.claim)
        list_card.column.addWidget(self.rows, 1)
        self._page_words = TextLabel("", "label", colour="text.secondary")
        footer = row(margins=(20, 0, 20, 4))
        footer.addWidget(self._page_words)
        list_card.column.addLayout(footer)
        left = column()
        left.addWidget(list_card)
        body.addWidget(fixed_column(left, look.size("colChecklist")))
        self.panel = CameraPanel(round(look.shot_size()[1] * 0.8) if regular else 72)
        self.camera = self.panel.camera
        self.camera.draft_changed.connect(lambda: self.show_draft(self.camera))
        self.panel.shot_requested.connect(self.shot_requested)
        self.panel.shot_selected.connect(self.shot_selected)
        self.panel.action_pressed.connect(self.action_pressed)
        body.addWidget(self.panel, 1)
        right = column(spacing=16 if regular else 12)
        self.picker = DefectPicker()
        self.picker.kind_chosen.connect(self.kind_chosen)
        self.picker.severity_chosen.connect(self.severity_chosen)
        self.picker.zone_chosen.connect(self.zone_chosen)
        self.picker.normal_chosen.connect(self.normal_chosen)
        self.primary = PrimaryButton()
        self.primary.setFixedHeight(round(look.size("primary") * 0.78))
        self.take_primary(self.primary)
        self._second = ActionButton(ActionView("", ""))
        self._second.clicked.connect(lambda: self.action_pressed.emit(self._second.view.name))
        self.entry = AnswerEntry()
        self.entry.option_chosen.connect(self.kind_chosen)
        self.entry.part_added.connect(self.part_added)
        self.entry.entered.connect(self.value_entered)
        self.entry.scanned.connect(self.value_scanned)
        self.entry.normal_chosen.connect(self.normal_chosen)
        self.entry.not_applicable_chosen.connect(self.not_applicable_chosen)
        self.entry.left.connect(self._leave_field)
        self.entry.hide()
        self._left = ""  # the row whose field was left: the keys belong to the rows then
        right.addWidget(self.picker, 1)
        right.addWidget(self.entry, 1)
        right.addWidget(self.primary)
        right.addWidget(self._second)
        body.addWidget(fixed_column(right, look.size("colPicker")))

    def show_view(self, view: ChecklistView) -> None:
        """Show another state of the checklist."""
        self.context.show_view(view.context)
        self.claim.show_view(view.claim)
        self.rows.show_sections(view.sections)
        self._page_words.set_text(view.page_words)
        self._page_words.setVisible(bool(view.page_words))
        self.panel.show_view(view.camera, view.shots, None, view.lost)
        self.picker.setVisible(view.entry is None)
        self.entry.setVisible(view.entry is not None)
        if view.entry is None:
            self.picker.show_view(view.picker)
        else:
            self.entry.show_view(view.entry)
        if view.entry is None or view.entry.name != self._left:
            self._left = ""
        self._second.setVisible(view.second is not None)
        if view.second is not None:
            self._second.set_view(view.second)
        self._bind_keys(view)
        self.show_primary(view.primary)

    def rest_focus(self) -> None:
        """The focus rests in the field of the current row while it has one; Esc gives the keys back to the rows."""
        if self.entry.isVisibleTo(self) and self.entry.takes_typing and not self._left:
            self.entry.field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().rest_focus()

    def _leave_field(self) -> None:
        view = self.entry.view
        self._left = view.name if view is not None else ""
        self.rest_focus()

    def _bind_keys(self, view: ChecklistView) -> None:
        self.unbind_all()
        self.bind("Esc", self.back_pressed.emit)
        self.bind("PgDn", partial(self.page_turned.emit, 1))
        self.bind("PgUp", partial(self.page_turned.emit, -1))
        self.bind("Down", partial(self.row_moved.emit, 1))
        self.bind("Up", partial(self.row_moved.emit, -1))
        self.bind("G", self.camera.toggle_grid)
        self.bind("M", self.camera.begin_mark)
        self.bind("F5", partial(self.action_pressed.emit, "switch_camera"))
        self.bind("Space", self.shot_requested.emit)
        self.bind("Backspace", self.retake_requested.emit)
        self.bind("T", partial(self.action_pressed.emit, "confirm_by_eye"))
        self.bind("N", self.normal_chosen.emit)
        self.bind("0", self.not_applicable_chosen.emit)
        for section in view.sections:
            for line in section.rows:
                self.bind(str(line.number), partial(self.row_marked.emit, line.number))
        if view.picker is not None:
            for kind in view.picker.kinds:
                self.bind(kind.key, partial(self.kind_chosen.emit, kind.name))
            for severity in view.picker.severities:
                self.bind(severity.key, partial(self.severity_chosen.emit, severity.name))
            for zone in range(1, 10):
                self.bind(f"Num{zone}", partial(self.zone_chosen.emit, zone))
        if view.entry is not None:
            self._bind_entry(view.entry)
        for action in (*((view.second,) if view.second else ()), *(view.lost.actions if view.lost else ())):
            if action.key and action.enabled:
                self.bind(action.key, partial(self.action_pressed.emit, action.name))

    def _bind_entry(self, view: EntryView) -> None:
        for key, name in view.keys:
            self.bind(key, partial(self.kind_chosen.emit, name))
        if view.parts:
            self.bind("+", partial(self.part_added.emit, "", 1))
            self.bind("-", partial(self.part_added.emit, "", -1))
            for digit in range(1, 10):
                self.bind(f"Num{digit}", partial(self.zone_chosen.emit, digit))
        if view.kind in ("number", "text", "serial"):
            self.bind("I", self._enter_field)

    def _enter_field(self) -> None:
        self._left = ""
        self.rest_focus()
