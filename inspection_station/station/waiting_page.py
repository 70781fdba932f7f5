"""Waiting for the next parcel: the instruction, today's figures, the queue, and what was done last."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.page import Page
from inspection_station.station.page_views import WaitingView
from inspection_station.station.scan_prompt import ScanPrompt
from inspection_station.station.surfaces import Card, clear, column, fixed_column, row
from inspection_station.station.toast import Toast
from inspection_station.station.views import ToastView
from inspection_station.station.waiting_cards import QueueCard, TallyCard


class WaitingPage(Page):
    """Shows a `WaitingView`; `prompt.flash` answers a scan.

    Signals:
        undo_pressed(): by the toast's button or F12 while it is offered.
    """

    undo_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gutter = look.size("gutter")
        body = row(self, spacing=gutter, margins=(gutter,) * 4)
        main = Card(0)
        main.column.setContentsMargins(1, 1, 1, 1)
        self.prompt = ScanPrompt()
        main.column.addStretch(5)
        main.column.addWidget(self.prompt)
        main.column.addSpacing(28 if look.density == "regular" else 12)
        self._actions = row(spacing=16 if look.density == "regular" else 12, margins=(gutter, 0, gutter, 0))
        main.column.addLayout(self._actions)
        main.column.addSpacing(24)
        main.column.addStretch(3)
        self.toast = Toast()
        self.toast.undo_pressed.connect(self.undo_pressed)
        self._no_toast = QWidget()
        self._no_toast.setFixedHeight(look.size("toast"))
        main.column.addWidget(self.toast)
        main.column.addWidget(self._no_toast)
        body.addWidget(main, 1)
        side = column(spacing=gutter)
        self.tally, self.queue = TallyCard(), QueueCard()
        side.addWidget(self.tally)
        side.addWidget(self.queue, 1)
        self.queue.action_pressed.connect(self.action_pressed)
        body.addWidget(fixed_column(side, look.size("colWaiting")))
        self._shown_actions: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_view(self, view: WaitingView) -> None:
        """Show another state of waiting."""
        self.prompt.show_texts(view.title, view.hint, view.prefixes)
        self.tally.show_view(view.tally)
        self.queue.show_view(view.queue)
        self.queue.show_action(view.quiet)
        self.unbind_all()
        for action in (*view.actions, *((view.quiet,) if view.quiet else ())):
            if action.key:
                self.bind(action.key, partial(self.action_pressed.emit, action.name))
        if view.actions != self._shown_actions:
            self._shown_actions = view.actions
            clear(self._actions)
            self._actions.addStretch(1)
            for action in view.actions:
                button = ActionButton(action)
                button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
                self._actions.addWidget(button)
            self._actions.addStretch(1)
        self.show_toast(view.toast)

    def show_toast(self, view: ToastView | None) -> None:
        """Show only another toast: its seconds, or what was done last."""
        self.toast.show_view(view)
        self._no_toast.setVisible(view is None)
        if view is not None and view.undo is not None and view.undo.key:
            self.bind(view.undo.key, self.undo_pressed.emit)
