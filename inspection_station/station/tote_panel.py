"""A tote by itself, beside the board: how it stands, how full it is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.presenting.sorting import TotePanelView
from inspection_station.station.surfaces import Card, HairLine, clear, column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import TagView
from inspection_station.station.waiting_cards import Meter


class TotePanel(Card):
    """See the module.

    Signals:
        action_pressed(str): the name of an action.
    """

    action_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(theme.current().size("cardPadding"), 14, parent)
        head = row(spacing=10)
        regular = theme.current().density == "regular"
        self._title = TextLabel("", "h2" if regular else "body", weight=700, wrap=True, max_lines=2)
        self._tag = Tag(TagView(""))
        head.addWidget(self._title, 1)
        head.addWidget(self._tag)
        self.column.addLayout(head)
        self._meter = Meter()
        self.column.addWidget(self._meter)
        self._facts = column(spacing=10)
        self.column.addLayout(self._facts)
        self.column.addWidget(HairLine())
        self._hint = TextLabel("", "body", colour="text.secondary", wrap=True)
        self.column.addWidget(self._hint)
        self.column.addStretch(1)
        self._actions = column(spacing=10)
        self.column.addLayout(self._actions)
        self._names: tuple[str, ...] = ()

    @property
    def possible(self) -> tuple[str, ...]:
        """The names of what can be done with the tote shown."""
        return self._names

    def show_view(self, view: TotePanelView) -> None:
        """Show another tote."""
        self._names = tuple(action.name for action in view.actions)
        self.setAccessibleName(view.title)
        self._title.set_text(view.title)
        self._tag.set_view(view.tag)
        self._meter.set_share(view.share)
        self._hint.set_text(view.hint)
        clear(self._facts)
        for fact in view.facts:
            line = row(spacing=12)
            line.addWidget(TextLabel(fact.label, "body", colour="text.secondary"))
            line.addStretch(1)
            line.addWidget(TextLabel(fact.value, "body", weight=600, code=fact.code, keep=True))
            self._facts.addLayout(line)
        clear(self._actions)
        for action in view.actions:
            button = ActionButton(action)
            button.clicked.connect(lambda _=False, name=action.name: self.action_pressed.emit(name))
            self._actions.addWidget(button)
