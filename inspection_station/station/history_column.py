"""The history's list with what it is filtered by: of this bench, or of the whole house for those who lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.flow_layout import FlowLayout
from inspection_station.station.history_list import Chip, HistoryRow
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting.history_views import HistoryRowView, HistoryWish
from inspection_station.station.scan_field import ScanField
from inspection_station.station.surfaces import Card, HairLine, clear, column, row, scrolled

PICKED = {"G": "grade", "D": "disposition", "B": "station", "N": "person", "V": "vendor"}
"""Filters of the house with a list of their own, by their key."""
BEHIND = ("reason", "finding")
"""Filters that only a figure sets."""


class HistoryColumn(Card):
    """The field, the chips, the lines.

    Signals:
        wished(HistoryWish): the list is wanted for another search or filter.
        case_chosen(str, str): inspection id and item id of the line chosen.
        choice_wanted(str): a filter of the house is to be chosen: the name of one of `PICKED`, or ``days``; or
            ``export``: the list as a file, in a form to choose.
        left(): the field is left by a key.
    """

    wished = Signal(object)
    case_chosen = Signal(str, str)
    choice_wanted = Signal(str)
    left = Signal()

    def __init__(self, grades: tuple[ChoiceView, ...], dispositions: tuple[ChoiceView, ...], house: bool) -> None:
        super().__init__(0)
        regular = theme.current().density == "regular"
        self._choices = {
            "grade": (ChoiceView("", translate("Grade")), *grades),
            "disposition": (ChoiceView("", translate("Disposition")), *dispositions),
        }
        self.house = house
        self.wish = HistoryWish()
        self.words: dict[str, str] = {}  # of filters in force, by name, where they are more than a code
        self._rows: tuple[HistoryRowView, ...] = ()
        self._line_widgets: list[HistoryRow] = []
        self._chips: dict[str, Chip] = {}
        self.setFixedWidth(456 if regular else 372)
        head = column(spacing=12, margins=(20, 20, 20, 16) if regular else (12, 12, 12, 12))
        self.field = ScanField(translate("Number, phone tail, SKU"))
        self.field.submitted.connect(lambda text: self.want(text=text))
        self.field.textChanged.connect(lambda text: None if text or not self.wish.text else self.want(text=""))
        self.field.installEventFilter(self)
        head.addWidget(self.field)
        if house:
            self._build_house_chips(head)
        else:
            self._build_chips(head)
        self.column.addLayout(head)
        self.column.addWidget(HairLine())
        holder = QWidget()
        self._lines = column(holder)
        self._area = scrolled(holder)
        self.column.addWidget(self._area, 1)
        self._show_chips()

    # --- chips ---------------------------------------------------------------------------------------------

    def _chip(self, name: str, text: str, act: Callable[[], object], key: str = "") -> Chip:
        chip = self._chips[name] = Chip(text, key)
        chip.clicked.connect(lambda _=False: act())
        return chip

    def _build_chips(self, head: QVBoxLayout) -> None:
        first, second = row(spacing=8), row(spacing=8)
        for name, text in (("today", translate("Today")), ("week", translate("Week"))):
            first.addWidget(self._chip(name, text, partial(self._turn_period, name)))
        first.addWidget(self._chip("disputed", translate("Disputed"), self._turn_disputed))
        for name in ("grade", "disposition"):
            second.addWidget(self._chip(name, "", partial(self._next, name)))
        for line in (first, second):
            line.addStretch(1)
            head.addLayout(line)

    def _build_house_chips(self, head: QVBoxLayout) -> None:
        flow = FlowLayout()
        for name, text, key in (
            ("today", translate("Today"), "1"), ("week", translate("Week"), "2"), ("days", "", "3"),
            ("waiting", translate("To be settled"), "W"),
        ):  # fmt: skip
            flow.addWidget(self._chip(name, text, partial(self._act, name), key))
        for key, name in PICKED.items():
            flow.addWidget(self._chip(name, "", partial(self.choice_wanted.emit, name), key))
        for name in BEHIND:
            flow.addWidget(self._chip(name, "", partial(self.want, **{name: None})))
        flow.addWidget(self._chip("clear", translate("Clear filters"), self.clear_filters, "X"))
        flow.addWidget(self._chip("export", translate("Export list"), partial(self.choice_wanted.emit, "export"), "E"))
        head.addLayout(flow)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What keys do here."""
        if not self.house:
            return {}
        acts: dict[str, Callable[[], object]] = {
            "1": partial(self._act, "today"), "2": partial(self._act, "week"), "3": partial(self._act, "days"),
            "W": partial(self._act, "waiting"), "X": self.clear_filters,
            "E": partial(self.choice_wanted.emit, "export"),
            **{key: partial(self.choice_wanted.emit, name) for key, name in PICKED.items()},
        }  # fmt: skip
        return {**acts, "PgDn": lambda: self._step(1), "PgUp": lambda: self._step(-1)}

    def _act(self, name: str) -> None:
        if name == "days":
            self.choice_wanted.emit(name)
        elif name == "waiting":
            self.want(waiting=not self.wish.waiting)
        else:
            self._turn_period(name)

    def _turn_period(self, name: str) -> None:
        self.want(period="all" if self.wish.period == name else name, since="", until="")

    def _turn_disputed(self) -> None:
        self.want(disputed=not self.wish.disputed)

    def _next(self, name: str) -> None:
        """The next choice, round to the first (no filter)."""
        names = [choice.name for choice in self._choices[name]]
        chosen = getattr(self.wish, name)
        self.want(**{name: names[(names.index(chosen) + 1) % len(names)]})

    def choices(self, name: str) -> tuple[ChoiceView, ...]:
        """The grades or dispositions to choose from, with the one that leaves it open."""
        return self._choices[name]

    def want(self, **changes: object) -> None:
        """Ask for the list with something changed."""
        self.show_wish(replace(self.wish, **changes))  # type: ignore[arg-type]
        self.wished.emit(self.wish)

    def clear_filters(self) -> bool:
        """Leave everything open but the day, as at first; False when it is so."""
        if not self.wish.is_filtered and not self.wish.text:
            return False
        self.show_wish(HistoryWish())
        self.wished.emit(self.wish)
        return True

    def show_wish(self, wish: HistoryWish, words: Mapping[str, str] | None = None) -> None:
        """Show what the list is asked for; `words` of its filters where they are more than a code."""
        self.wish = wish
        self.words.update(words or {})
        if self.field.text().strip() != wish.text:
            self.field.blockSignals(True)
            self.field.setText(wish.text)
            self.field.blockSignals(False)
        self._show_chips()

    def _show_chips(self) -> None:
        wish, chips = self.wish, self._chips
        chips["today"].set_on(wish.period == "today")
        chips["week"].set_on(wish.period == "week")
        for name in ("grade", "disposition"):
            chosen = getattr(wish, name)
            text = next((choice.text for choice in self._choices[name] if choice.name == chosen), chosen)
            chips[name].set_text(text if chosen or self.house else f"{text} ▾")
            chips[name].set_on(bool(chosen))
        if not self.house:
            chips["disputed"].set_on(wish.disputed)
            return
        chips["waiting"].set_on(wish.waiting)
        span = wish.period == "span"
        chips["days"].set_text(self.words.get("days", "") if span else translate("Days"))
        chips["days"].set_on(span)
        names = {"station": translate("Bench"), "person": translate("Decided by"), "vendor": translate("Vendor")}
        for name in (*names, *BEHIND):
            code = getattr(wish, name)
            chips[name].set_text(names.get(name, "") if code is None else self.words.get(name, code))
            chips[name].set_on(code is not None)
            chips[name].setHidden(name in BEHIND and code is None)
        chips["clear"].setHidden(not wish.is_filtered)
        self.updateGeometry()

    # --- lines ---------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[HistoryRowView, ...]:
        """The list as shown."""
        return self._rows

    def show_rows(self, rows: tuple[HistoryRowView, ...]) -> None:
        """Show the list; with no line, what to do instead."""
        if rows and [_unselected(line) for line in rows] == [_unselected(line) for line in self._rows]:
            self._rows = rows
            self._select()
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

    def select(self, item_id: str) -> None:
        """Mark the line of that item, and no other."""
        self._rows = tuple(replace(view, selected=bool(item_id) and view.item_id == item_id) for view in self._rows)
        self._select()

    def _select(self) -> None:
        for line, view in zip(self._line_widgets, self._rows, strict=True):
            line.select(view.selected)
            if view.selected:
                self._area.ensureWidgetVisible(line, 0, line.height())

    def _step(self, step: int) -> bool:
        """Open the line before or after the one that is open; False at an end."""
        at = next((place for place, view in enumerate(self._rows) if view.selected), -1 if step > 0 else 0)
        if not 0 <= at + step < len(self._rows):
            return False
        view = self._rows[at + step]
        self.case_chosen.emit(view.inspection_id, view.item_id)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Escape):  # type: ignore[attr-defined]
            self.left.emit()
            return True
        return super().eventFilter(watched, event)


def _unselected(line: HistoryRowView) -> HistoryRowView:
    return replace(line, selected=False)
