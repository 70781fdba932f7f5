"""An open parcel: what the buyer says and what should be in it, the camera, and what "all good" would mean."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.banner import NoticeBar
from inspection_station.station.camera_panel import CameraPanel
from inspection_station.station.context_bar import ContextBar
from inspection_station.station.page import Page
from inspection_station.station.page_views import BannerView, ParcelView
from inspection_station.station.parcel_cards import ClaimCard, ExpectedCard, VerdictCard
from inspection_station.station.primary_button import PrimaryButton
from inspection_station.station.surfaces import clear, column, fixed_column, row
from inspection_station.station.views import ActionView


class ParcelPage(Page):
    """Shows a `ParcelView`.

    Signals:
        shot_requested(): Space, pedal or the shutter, when the primary is something else.
        retake_requested(): Backspace.
        shot_selected(int): a place of the strip, from 0.
        item_chosen(int): an item of several, from 0.
        part_marked(int): a part of the item's kit by its digit.
    """

    shot_requested = Signal()
    retake_requested = Signal()
    shot_selected = Signal(int)
    item_chosen = Signal(int)
    part_marked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gutter = look.size("gutter")
        whole = column(self)
        self.context = ContextBar()
        whole.addWidget(self.context)
        self.notice = NoticeBar()
        self.notice.hide()
        above = column(margins=(gutter, 0, gutter, 0))
        above.addWidget(self.notice)
        self._above = above
        whole.addLayout(above)
        body = self._body = row(spacing=gutter, margins=(gutter,) * 4)
        whole.addLayout(body, 1)
        self.claim, self.expected = ClaimCard(), ExpectedCard()
        self.expected.item_chosen.connect(self.item_chosen)
        left = column(spacing=gutter)
        left.addWidget(self.claim)
        left.addWidget(self.expected, 1)
        body.addWidget(fixed_column(left, look.size("colLeft")))
        self.panel = CameraPanel()
        self.camera = self.panel.camera
        self.camera.draft_changed.connect(lambda: self.show_draft(self.camera))
        self.panel.shot_requested.connect(self.shot_requested)
        self.panel.shot_selected.connect(self.shot_selected)
        self.panel.action_pressed.connect(self.action_pressed)
        body.addWidget(self.panel, 1)
        right = column(spacing=gutter)
        self.verdict = VerdictCard()
        self.primary = PrimaryButton()
        self.take_primary(self.primary)
        right.addWidget(self.verdict, 1)
        right.addWidget(self.primary)
        self._actions = row(spacing=16 if look.density == "regular" else 12)
        right.addLayout(self._actions)
        body.addWidget(fixed_column(right, look.size("colRight")))
        self._shown_actions: tuple[ActionView, ...] = ()

    def show_view(self, view: ParcelView) -> None:
        """Show another state of the parcel."""
        self.context.show_view(view.context)
        self.claim.show_view(view.claim)
        self.expected.show_view(view.expected)
        self.panel.show_view(view.camera, view.shots, view.capture, view.lost)
        self.verdict.show_view(view.verdict)
        self._show_notice(view.notice)
        self.unbind_all()
        self.bind("G", self.camera.toggle_grid)
        self.bind("M", self.camera.begin_mark)
        self.bind("W", partial(self.action_pressed.emit, "weigh"))
        self.bind("F5", partial(self.action_pressed.emit, "switch_camera"))
        for digit in range(1, 10):
            self.bind(str(digit), partial(self.part_marked.emit, digit))
        self.bind("Backspace", self.retake_requested.emit)
        self.bind("T", partial(self.action_pressed.emit, "confirm_by_eye"))
        if view.capture is not None and view.capture.enabled:
            self.bind("Space", self.shot_requested.emit)
        for action in (*view.actions, *(view.lost.actions if view.lost else ())):
            if action.key and action.enabled:
                self.bind(action.key, partial(self.action_pressed.emit, action.name))
            if action.name == "exceptions" and action.enabled:
                self.bind("F4", partial(self.action_pressed.emit, action.name))  # F4 means it on every screen
        if view.actions != self._shown_actions:
            self._shown_actions = view.actions
            clear(self._actions)
            for action in view.actions:
                button = ActionButton(action)
                button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
                self._actions.addWidget(button, 1)
        self.show_primary(view.primary)

    def _show_notice(self, view: BannerView | None) -> None:
        """A notice takes its room from the gaps first: in the smallest window every line is needed."""
        look = theme.current()
        gutter = look.size("gutter")
        gap = gutter if look.density == "regular" else gutter // 2
        self._above.setContentsMargins(gutter, gap if view is not None else 0, gutter, 0)
        self._body.setContentsMargins(gutter, gap if view is not None else gutter, gutter, gutter)
        self.notice.setVisible(view is not None)
        if view is not None:
            self.notice.show_view(view)
