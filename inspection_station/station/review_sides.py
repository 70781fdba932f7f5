"""What stands beside the sorting board's columns: the review queue at the left, the item under review at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.review import CHANGE_REASONS
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Right
from inspection_station.errors import StationProblem
from inspection_station.i18n import translate
from inspection_station.station.area import AreaParts
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.lead_labels import content_of_decision
from inspection_station.station.overlay import ReasonPanel
from inspection_station.station.presenting import review as words
from inspection_station.station.presenting.house_items import short_number
from inspection_station.station.presenting.refusals import refused
from inspection_station.station.presenting.review import KEYS, ReviewQueueView, ReviewView, Wish
from inspection_station.station.presenting.words import DISPOSITION_ICONS, disposition_tag, word
from inspection_station.station.review_panel import ReviewPanel
from inspection_station.station.review_queue import ReviewQueue
from inspection_station.station.review_record_desk import ReviewRecordDesk
from inspection_station.station.sorting_page import SortingPage, VerdictView
from inspection_station.station.views import PrimaryView
from inspection_station.workflows.reviewing import Reviewed, Reviewing

MOST_RECALLS = 100


class ReviewSides(QObject):
    """Makes and fills both sides, and does what is decided there.

    Signals:
        changed(): something was recorded; the board stands otherwise.
        told(VerdictView): what came of it.
        stopped(StationProblem): what was asked for cannot be.
        record_wanted(str, str): open this inspection and item in History.
        panel_wanted(Overlay): lay a panel over the work.
        row_chosen(str): an item of the queue, by RT number.
    """

    changed = Signal()
    told = Signal(object)
    stopped = Signal(object)
    record_wanted = Signal(str, str)
    panel_wanted = Signal(object)
    row_chosen = Signal(str)

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._number = ""
        self._found: tuple[HouseItem, ItemState] | None = None
        self._wish = Wish()
        self._view: ReviewView | None = None
        self._last: tuple[str, str] | None = None  # decided last here: item's number, the act's id (none: it was kept)
        self.record = ReviewRecordDesk(parts.station, parts.background, self)
        self.record.sheet_wanted.connect(self.panel_wanted)
        self.record.photos_came.connect(self.refresh)
        parts.printing.labels.label_ended.connect(self._label_ended)

    # --- widgets -------------------------------------------------------------------------------------------

    def make_widgets(self) -> tuple[QWidget, QWidget]:
        """A new queue and a new panel in the language and theme in force."""
        self.queue, self.panel = ReviewQueue(), ReviewPanel()
        self.queue.chosen.connect(self.row_chosen)
        self.panel.disposition_chosen.connect(self.want_disposition)
        self.panel.grade_chosen.connect(self._grade_blind)
        self.panel.reason_chosen.connect(self._want_reason)
        self.panel.agreed.connect(self.agree)
        self.panel.version_chosen.connect(self._take_version)
        self.panel.why_wanted.connect(self._show_known)
        self.panel.record_wanted.connect(self._show_record)
        return self.queue, self.panel

    def bind(self, page: SortingPage) -> None:
        """Give the page the keys of the review."""
        self._page = page
        page.take_primary(self.panel.primary)
        page.primary_pressed.connect(self.decide)
        page.bind("Space", self.agree)
        page.bind("L", self._show_record)
        page.bind("W", self._show_known)
        page.bind("F11", self.reprint)
        for key in words.VERSION_KEYS:
            page.bind(key, partial(self._take_version, key))
        page.bind("G", self._more)
        for code, key in KEYS.items():
            page.bind(key, partial(self._letter, key, code))
        for grade in self._parts.station.desk.book.lists.words["grades"]:
            page.bind(f"Shift+{grade}", partial(self._want_grade, grade))
        for digit in range(1, 10):
            page.bind(str(digit), partial(self._digit, digit))
            page.bind(f"Num{digit}", partial(self._digit, digit))

    def refresh(self) -> None:
        """Show the queue as it stands, and the item chosen."""
        self._parts.background.run(self._read_queue, self._show_queue)
        if self._number:
            self._read(self._number)

    def _read_queue(self) -> ReviewQueueView:
        station = self._parts.station
        rows, count = station.custody.to_review(words.AT_ONCE), station.custody.count_to_review()
        return words.queue(station.showing, rows, count, len(station.custody.recalls(MOST_RECALLS)))

    def _show_queue(self, view: ReviewQueueView) -> None:
        self.queue.show_view(view)
        self.queue.select(self._number)

    # --- the item ------------------------------------------------------------------------------------------

    def select(self, rt_number: str) -> None:
        """The item chosen on the board; an empty number for none."""
        self._number, self._wish, self._found = rt_number, Wish(), None
        self.queue.select(rt_number)
        if rt_number:
            self._read(rt_number)
        else:
            self._show(None)

    def _read(self, rt_number: str) -> None:
        station, wish = self._parts.station, self._wish
        person = self._parts.person()
        may = person is not None and person.may(Right.REVIEW)
        work = self._reviewing()

        def read() -> tuple[tuple[HouseItem, ItemState], ReviewView] | None:
            found = station.custody.item(rt_number)
            if found is None or found[0] is None:
                return None
            people = {one.id: one for one in station.reference.people()}
            known = (found[0], found[1])
            doubles = work.doubles(known[0].id) if work is not None else []
            return known, words.review(station.showing, *known, wish, people, may, doubles)

        self._parts.background.run(read, lambda found: self._took(rt_number, found))

    def _took(self, rt_number: str, found: tuple[tuple[HouseItem, ItemState], ReviewView] | None) -> None:
        if rt_number == self._number:
            self._found = found[0] if found else None
            self._show(found[1] if found else None)

    def _show(self, view: ReviewView | None) -> None:
        self._view = view
        here = self._page.has_focus
        self.panel.show_view(view)
        primary = view.primary if view is not None else None
        self._page.show_primary(primary or PrimaryView(translate("Change and relabel"), enabled=False))
        if self._page.isVisible() and here:
            self._page.rest_focus()  # a primary that went would leave it to a button elsewhere

    def _again(self, wish: Wish) -> None:
        self._wish = wish
        self._read(self._number)

    # --- what is wanted ------------------------------------------------------------------------------------

    @property
    def _is_changing(self) -> bool:
        return self._view is not None and bool(self._view.reasons)

    def _letter(self, key: str, code: str) -> bool:
        if self._view is not None and self._view.blind:
            return self._grade_blind(key)
        return self.want_disposition(code)

    def want_disposition(self, code: str) -> bool:
        """The item is to go there instead; chosen twice, it is left as it is."""
        if self._found is None or self._view is None or self._view.blind:
            return False
        if code not in self._parts.station.desk.book.lists.words["dispositions"]:
            return False
        state = self._found[1]
        again = code == self._wish.disposition or (code == state.disposition and not words.in_conflict(state))
        self._again(replace(self._wish, disposition="" if again else code))
        return True

    def _want_grade(self, grade: str) -> bool:
        if self._view is not None and self._view.blind:
            return self._grade_blind(grade)
        if self._found is None:
            return False
        again = grade in (self._wish.grade, self._found[1].grade)
        self._again(replace(self._wish, grade="" if again else grade))
        return True

    def _take_version(self, key: str) -> bool:
        """Q, E: one of the versions that speak against each other is to hold; a reason decides. Of two records of one
        thing the one chosen counts, at once."""
        version = next((one for one in self._view.versions if one.key == key), None) if self._view else None
        if version is None:
            return False
        work = self._reviewing()
        if version.counts:
            if work is not None:
                self._do(lambda: work.keep(version.counts))
            return True
        taken = Wish() if version.selected else replace(self._wish, grade=version.grade, disposition=version.code)
        self._again(taken)
        return True

    def _digit(self, digit: int) -> bool:
        """A reason while something is changed, and that decides; else a row of the queue."""
        if self._is_changing:
            codes = list(CHANGE_REASONS)
            if digit <= len(codes):
                self._wish = replace(self._wish, reason=codes[digit - 1])
                self.decide()
                return True
            if digit == len(codes) + 1:
                self._own_words()
                return True
            return False
        number = self.queue.number_of(digit)
        if number:
            self.row_chosen.emit(number)
        return bool(number)

    def _want_reason(self, code: str) -> None:
        if code:
            self._again(replace(self._wish, reason=code))
        else:
            self._own_words()

    def _own_words(self) -> None:
        panel = ReasonPanel(self._page.window(), translate("Why otherwise?"), ())
        panel.given.connect(lambda reason: self._again(replace(self._wish, reason=reason)))
        self.panel_wanted.emit(panel)

    def _more(self) -> bool:
        """G: every disposition there is."""
        if self._found is None or self._view is None or self._view.blind:
            return False
        desk = self._parts.station.desk
        codes = desk.book.lists.words["dispositions"]
        choices = [(code, word(desk, "dispositions", code), DISPOSITION_ICONS.get(code, "")) for code in codes]
        panel = ChoicePanel(self._page.window(), translate("Where does it go instead?"), choices)
        panel.chosen.connect(self.want_disposition)
        self.panel_wanted.emit(panel)
        return True

    def _show_known(self) -> bool:
        """W: why, all photos, what was done; nothing of it before a blind grade."""
        if self._found is None or self._view is None or self._view.blind:
            return False
        self.record.open(self._page.window(), self._found[0])
        return True

    def _show_record(self) -> bool:
        if self._found is None or self._view is None or self._view.blind:
            return False
        self.record_wanted.emit(self._found[0].inspection_id, self._found[0].id)
        return True

    # --- what is decided -----------------------------------------------------------------------------------

    def _reviewing(self) -> Reviewing | None:
        person, station = self._parts.person(), self._parts.station
        if person is None:
            return None
        lists = station.desk.book.lists.words
        return Reviewing(
            station.custody, station.clock, station.desk.station, person, frozenset(lists["dispositions"]),
            frozenset(lists["grades"]),
        )  # fmt: skip

    def agree(self) -> bool:
        """Space: the bench's decision stands."""
        work, number = self._reviewing(), self._number
        if work is None or self._view is None or not self._view.can_agree:
            return False
        self._do(lambda: work.agree(number))
        return True

    def decide(self) -> None:
        """Enter: what is wanted is decided, and the new label printed."""
        work, number, wish = self._reviewing(), self._number, self._wish
        if work is not None and self._found is not None:
            self._do(lambda: work.change(number, wish.grade, wish.disposition, wish.reason))

    def _grade_blind(self, grade: str) -> bool:
        work, number = self._reviewing(), self._number
        if work is None or grade not in self._parts.station.desk.book.lists.words["grades"]:
            return False
        self._do(lambda: work.grade_blind(number, grade), silent=True)
        return True

    @property
    def can_undo(self) -> bool:
        """Whether what was done here last is a decision of this person that can be taken back."""
        return self._last is not None

    def undo(self) -> bool:
        """F12: take back the last decision, by one more act; a label that says it is replaced once more."""
        work, last = self._reviewing(), self._last
        if work is None or last is None:
            return False
        self._last = None
        self._do(lambda: work.undo(*last) if last[1] else work.keep_all(last[0]), undone=True)
        return True

    def forget(self) -> None:
        """Something else was done since, or somebody else is here: F12 is no more about the last decision."""
        self._last = None

    def _do(
        self, act: Callable[[], Reviewed | Refusal], *, silent: bool = False, undone: bool = False
    ) -> None:
        self._parts.background.run(act, lambda outcome: self._done(outcome, silent, undone), self._failed)

    def _done(self, outcome: Reviewed | Refusal, silent: bool, undone: bool) -> None:
        station = self._parts.station
        if isinstance(outcome, Refusal):
            self.stopped.emit(refused(station.desk, outcome))
            return
        state = outcome.state
        self._wish = Wish()
        self._last = None if silent or undone else (state.rt_number, outcome.act_id)
        self._parts.sounds.play("accept" if silent else "done")
        if outcome.needs_label:
            self._print(outcome)
        if not silent:
            detail = (
                translate("A new label is printed; the old one is out until it is scanned")
                if outcome.needs_label
                else translate("It leaves the queue")
            )
            if undone:
                detail = translate("Taken back; a label that said otherwise is replaced")
            elif not outcome.act_id:
                detail = translate("The other record counts no more; its label is to come off")
            tag = disposition_tag(station.desk, state.disposition)
            text = f"{short_number(state.rt_number)} · {state.grade} · {tag.text}"
            self.told.emit(VerdictView(text, detail, "ok", "mdi6.check-circle"))
        self._parts.sync.wake()
        if state.rt_number != self._number:
            self.row_chosen.emit(state.rt_number)
        self.refresh()
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self.stopped.emit(error)
        else:
            self._parts.notices.bug(error)

    def _print(self, outcome: Reviewed) -> None:
        station, person = self._parts.station, self._parts.person()
        if person is None:
            return
        item, state = outcome.item, outcome.state
        content = content_of_decision(station.desk, station.clock, item, state, person)
        self._parts.printing.labels.print_made(lambda: station.labels.queue_decided(content, item.id, person), person)

    def reprint(self) -> bool:
        """F11: the label of the item chosen once more, whoever inspected it; a label waits for no grade."""
        station, person, number = self._parts.station, self._parts.person(), self._number
        if person is None or not number or self._found is None:
            return False
        self._parts.sounds.play("accept")
        self._parts.printing.labels.print_made(lambda: station.labels.repeat(number, person), person)
        return True

    def _label_ended(self, item_id: str, how: str) -> None:
        """A label came out, which the bench has noted: it stands in the record, and the board may be looked at."""
        if how == "sent" and self._found is not None and self._found[0].id == item_id:
            self._read(self._number)

    def came_out(self, rt_number: str, issue: int) -> None:
        """The newer label was printed or scanned."""
        work = self._reviewing()
        if work is not None:
            self._parts.background.run(lambda: work.label_came_out(rt_number, issue), lambda _none: None, self._failed)

    def scanned_out(self, rt_number: str, issue: int) -> None:
        """An old label was scanned: it is out no more."""
        work = self._reviewing()
        if work is not None:
            self._parts.background.run(
                lambda: work.scan_out(rt_number, issue), lambda out: self.refresh() if out else None, self._failed
            )
