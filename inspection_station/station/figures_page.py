"""The figures: five on top, then by hour, reasons, vendors and where units go; a second leaf shows people."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspection_station.i18n import translate
from inspection_station.station import theme
from inspection_station.station.action_button import ActionButton
from inspection_station.station.empty_state import EmptyState
from inspection_station.station.figures_charts import Chart, HourBars, MixBars, ReasonBars, VendorTable
from inspection_station.station.figures_people import PeopleLeaf
from inspection_station.station.history_list import Chip
from inspection_station.station.page import Page
from inspection_station.station.presenting.figures import (
    DISPOSITIONS,
    PERIOD_WORDS,
    PERIODS,
    REASONS,
    VENDORS,
    FiguresView,
    FiguresWish,
    HeadView,
)
from inspection_station.station.presenting.figures_people import PeopleView
from inspection_station.station.surfaces import Bar, Card, clear, column, row
from inspection_station.station.tags import Tag
from inspection_station.station.text import TextLabel
from inspection_station.station.views import ActionView, TagView

PERIOD_KEYS = dict(zip("1234", PERIODS, strict=True))


class HeadCard(Card):
    """One figure of the five."""

    def __init__(self, parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__(20 if regular else 10, parent=parent)
        self._label = TextLabel("", "label", colour="text.secondary")
        self._value = TextLabel("", "h1", weight=800, keep=True)
        self._unit = TextLabel("", "label", colour="text.secondary")
        line = row(spacing=8)
        line.addWidget(self._value, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        self._note = Tag(TagView(""), size="small", plain=True)
        self.column.addWidget(self._label)
        self.column.addLayout(line)
        self.column.addWidget(self._note)

    def show_view(self, view: HeadView) -> None:
        """Show another figure."""
        self._label.set_text(view.label)
        self._value.set_text(view.value)
        self._unit.set_text(view.unit)
        self._note.set_view(TagView(view.note, view.tone, view.icon))
        self.setAccessibleName(f"{view.label} {view.value} {view.unit} {view.note}")


class ChartCard(Card):
    """A chart under its title, with a note at the right."""

    def __init__(self, chart: Chart, title: str = "", parent: QWidget | None = None) -> None:
        regular = theme.current().density == "regular"
        super().__init__(20 if regular else 12, 10 if regular else 4, parent)
        self.chart = chart
        head = row(spacing=12)
        self._title = TextLabel(title, "h2" if regular else "bodyL", weight=700, keep=True)
        self._note = TextLabel("", "label", colour="text.secondary", align=Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._title)
        head.addWidget(self._note, 1)
        self.column.addLayout(head)
        self.column.addWidget(chart, 1)

    def say(self, title: str, note: str) -> None:
        """Show another title and note; an empty title keeps the one there is."""
        if title:
            self._title.set_text(title)
        self._note.set_text(note)


class FiguresPage(Page):
    """See the module.

    Signals:
        wished(FiguresWish): other figures are wanted.
        history_wanted(HistoryWishFor): what stands behind a bar or a row is wanted.
        leaf_wanted(bool): True: the people's leaf.
    """

    wished = Signal(object)
    history_wanted = Signal(object)
    leaf_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = theme.current()
        gap = look.size("gap")
        self._wish = FiguresWish()
        self.view: FiguresView | None = None
        outer = column(self)
        outer.addWidget(self._build_head())
        gutter = look.size("gutter")
        whole = column(spacing=gap, margins=(gutter, gap, gutter, gap))
        outer.addLayout(whole, 1)
        self._tags = row(spacing=8)
        below = row(spacing=8)
        below.addLayout(self._tags, 1)
        if look.density != "regular":  # beside the title there is no room for all
            below.addWidget(self._people)
            below.addWidget(self._vendor)
        whole.addLayout(below)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_charts(gap))
        self._empty = EmptyState(
            "mdi6.chart-bar", translate("No data in this shift yet"),
            translate("Figures come with the first decision. 1 2 3 4 choose another period"),
        )  # fmt: skip
        self._none = EmptyState("mdi6.chart-bar", translate("No data in this period"))
        self.people = PeopleLeaf()
        for widget in (self._empty, self._none, self.people):
            self._stack.addWidget(widget)
        whole.addWidget(self._stack, 1)
        for key, period in PERIOD_KEYS.items():
            self.bind(key, partial(self._want, period=period))
        for key, name in (("B", "bench"), ("E", "export"), ("Ctrl+E", "export"), ("V", "vendor")):
            self.bind(key, partial(self._act, name))
        self.bind("PgDn", lambda: self._turn(True))
        self.bind("PgUp", lambda: self._turn(False))
        self.bind("P", lambda: self._turn(not self.shows_people))
        self.bind("H", self._open_history)
        for key, across, down in (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1)):
            self.bind(key, partial(self._move, across, down))

    @property
    def wish(self) -> FiguresWish:
        """What was last asked for."""
        return self._wish

    @property
    def shows_people(self) -> bool:
        """Whether the leaf of people is shown."""
        return self._stack.currentWidget() is self.people

    def _build_head(self) -> Bar:
        gutter = theme.current().size("gutter")
        bar = Bar()
        line = row(bar, spacing=8, margins=(gutter, 0, gutter, 1))
        self._title = TextLabel("", "h1")
        line.addWidget(self._title, 1)
        self._chips = {}
        for key, period in PERIOD_KEYS.items():
            chip = Chip(f"{key} · {translate(PERIOD_WORDS[period])}")
            chip.clicked.connect(lambda _=False, period=period: self._want(period=period))
            self._chips[period] = chip
            line.addWidget(chip)
        self._bench = ActionButton(ActionView("bench", "", "mdi6.desktop-classic", "B"), size="small")
        self._people = ActionButton(ActionView("people", translate("People"), "mdi6.account-group-outline", "P"),
                                    size="small")  # fmt: skip
        self._vendor = ActionButton(ActionView("vendor", translate("Feedback"), "mdi6.truck-outline", "V"),
                                    size="small")  # fmt: skip
        self._export = ActionButton(ActionView("export", translate("Export"), "mdi6.file-export-outline", "E"),
                                    size="small")  # fmt: skip
        for button, name in ((self._bench, "bench"), (self._vendor, "vendor"), (self._export, "export")):
            button.clicked.connect(lambda _=False, name=name: self._act(name))
        self._people.clicked.connect(lambda: self._turn(not self.shows_people))
        roomy = theme.current().density == "regular"
        for button in (self._bench, *((self._people, self._vendor) if roomy else ()), self._export):
            line.addWidget(button)
        return bar

    def _build_charts(self, gap: int) -> QWidget:
        holder = QWidget()
        lines = column(holder, spacing=gap)
        heads = row(spacing=gap)
        self._heads = [HeadCard() for _ in range(5)]
        for card in self._heads:
            heads.addWidget(card, 1)
        lines.addLayout(heads)
        self.hours, self.reasons, self.vendors, self.mix = HourBars(), ReasonBars(), VendorTable(), MixBars()
        self._hours_card = ChartCard(self.hours)
        self._reasons_card = ChartCard(self.reasons, translate("Reasons of return"))
        self._vendors_card = ChartCard(self.vendors, translate("Defect rate by vendor"))
        self._mix_card = ChartCard(self.mix, translate("Where they go"))
        for left, right in ((self._hours_card, self._reasons_card), (self._vendors_card, self._mix_card)):
            pair = row(spacing=gap)
            pair.addWidget(left, 61)
            pair.addWidget(right, 39)
            lines.addLayout(pair, 1)
        self._charts: list[list[Chart]] = [[self.hours, self.reasons], [self.vendors, self.mix]]
        for chart in (self.hours, self.reasons, self.vendors, self.mix):
            chart.chosen.connect(self.history_wanted)
        return holder

    def show_view(self, view: FiguresView) -> None:
        """Show other figures."""
        self.view, self._wish = view, view.wish
        self._title.set_text(view.title)
        for period, chip in self._chips.items():
            chip.set_on(period == view.wish.period)
        bench = view.wish.station or translate("All {n} benches", n=len(view.stations))
        self._bench.set_view(ActionView("bench", bench, "mdi6.desktop-classic", "B"))
        clear(self._tags)
        for tag in view.tags:
            self._tags.addWidget(Tag(tag, size="small"))
        self._tags.addStretch(1)
        for card, head in zip(self._heads, view.heads, strict=False):
            card.show_view(head)
        self.hours.show_bars(view.bars, view.target, view.target_text)
        self.reasons.show_bars(view.reasons[:REASONS])
        self.vendors.show_vendors(view.vendors[:VENDORS])
        self.mix.show_mix(view.mix[:DISPOSITIONS])
        self._hours_card.say(view.bars_title, view.bars_note)
        self._reasons_card.say("", view.reasons_note)
        self._vendors_card.say("", view.vendors_note)
        self._mix_card.say("", view.mix_note)
        for chart in (self.hours, self.reasons, self.vendors, self.mix):
            chart.select(chart.selected)
        if not self.shows_people:
            self._show_figures()

    def show_people(self, view: PeopleView | None) -> None:
        """The people's leaf; None: the figures again."""
        if view is None:
            self._show_figures()
        else:
            self.people.show_view(view)
            self._stack.setCurrentWidget(self.people)

    def _show_figures(self) -> None:
        if self.view is not None and self.view.is_empty:
            self._stack.setCurrentWidget(self._empty if self._wish.period == "shift" else self._none)
        else:
            self._stack.setCurrentIndex(0)

    def _want(self, period: str) -> None:
        self.wished.emit(FiguresWish(period, self._wish.station))  # type: ignore[arg-type]

    def _act(self, name: str) -> bool:
        if name == "vendor" and (self.view is None or not self.view.vendors):
            return False
        self.action_pressed.emit(name)
        return True

    def _turn(self, people: bool) -> bool:
        if people == self.shows_people:
            return False
        self.leaf_wanted.emit(people)
        return True

    def _at(self) -> tuple[int, int] | None:
        return next(
            ((r, c) for r, charts in enumerate(self._charts) for c, one in enumerate(charts) if one.selected >= 0), None
        )

    def _move(self, across: int, down: int) -> bool:
        """The next bar or row; from a card's edge to the card beside it."""
        if self._stack.currentIndex() != 0:
            return False
        at = self._at()
        if at is None:
            self.hours.select(0)
            return True
        chart = self._charts[at[0]][at[1]]
        step = across if chart is self.hours else down
        other = down if chart is self.hours else across
        wanted = chart.selected + step
        if step and 0 <= wanted < len(chart.wishes()):
            chart.select(wanted)
            return True
        lines, places = (other, step) if chart is self.hours else (step, other)
        line, place = at[0] + lines, at[1] + places
        if not (0 <= line < 2 and 0 <= place < 2) or not self._charts[line][place].wishes():
            return False
        chart.select(-1)
        self._charts[line][place].select(0)
        return True

    def _open_history(self) -> bool:
        at = self._at()
        if at is None:
            return False
        chart = self._charts[at[0]][at[1]]
        self.history_wanted.emit(chart.wishes()[chart.selected])
        return True
