"""Sorting at the window: an item's label and then a tote put it there; both are answered before the item drops."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject

from inspection_station.domain.check_digits import is_sscc
from inspection_station.domain.command_codes import COMMAND_PREFIX, disposition_named
from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.domain.custody.tote_state import VENDOR_BOUND, Refusal
from inspection_station.domain.identifiers import Scan, ScanKind, parse_return_label, recognise
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.flow.commands import not_here
from inspection_station.station.manifest_desk import ManifestDesk
from inspection_station.station.page import Page
from inspection_station.station.presenting import sorting
from inspection_station.station.presenting.house_items import name_of, short_number
from inspection_station.station.presenting.refusals import old_label, refused
from inspection_station.station.presenting.words import DISPOSITION_ICONS, word
from inspection_station.station.review_sides import ReviewSides
from inspection_station.station.sorting_page import SortingPage, VerdictView
from inspection_station.workflows.clock import moment_of, utc_text
from inspection_station.workflows.custody_port import ToteRow
from inspection_station.workflows.sorting import BY_KEY, BY_SCAN, Misplaced, Placed, Sorting

log = logging.getLogger(__name__)
VENDORS_OF_DAYS = 90
NOT_KNOWN = StationProblem(
    "scan.not_for_sorting", N_("This code means nothing here"),
    N_("Scan an item's label, then the tote it goes into."),
)  # fmt: skip


@dataclass(frozen=True)
class InHand:
    """The item whose label was scanned, until its tote is."""

    rt_number: str
    name: str


@dataclass(frozen=True)
class ActionOn:
    """Something to be done with a tote."""

    tote: str
    kind: ActKind
    facts: Mapping[str, Any]


class SortingArea(Area):
    """Runs one sorting page."""

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._hand: InHand | None = None
        self._tote = ""  # the tote looked at
        self._selected = ""
        self._said = VerdictView("")
        self._undo: tuple[str, str] | None = None  # an item, and the tote it came from
        self.review = ReviewSides(parts, self)
        self.review.changed.connect(self._refresh)
        self.review.told.connect(lambda view: self._board.verdict.show_view(view))
        self.review.stopped.connect(self._stop)
        self.review.record_wanted.connect(self.record_wanted)
        self.review.panel_wanted.connect(self.panel_wanted)
        self.review.row_chosen.connect(self._choose)

    # --- the page ------------------------------------------------------------------------------------------

    def _make(self) -> Page:
        page = self._board = SortingPage(*self.review.make_widgets())
        page.wished.connect(self._refresh)
        page.item_chosen.connect(self._choose)
        page.item_dropped.connect(self._dropped)
        page.action_pressed.connect(self._action)
        page.bind("M", self._move)
        page.bind("K", lambda: self._tote_key("close_tote"))
        page.bind("O", lambda: self._tote_key("open_tote"))
        self.review.bind(page)
        return page

    def open(self) -> None:
        """Show the board as it stands."""
        assert self.page is self._board
        if self._hand is None and not self._tote:
            self._show_rest()
        else:
            self._board.verdict.show_view(self._said)  # the page was made anew meanwhile
            if self._tote:
                self._look_at(self._tote)
        self.synced()

    def close(self) -> None:
        """What was begun is not done."""
        self._hand, self._tote = None, ""
        self.review.forget()

    def synced(self) -> None:
        """Other benches sorted something."""
        self._refresh()
        self.review.refresh()

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """Esc leaves what is begun before it leaves the screen; F12 puts the last item back."""
        begun = self._hand is not None or self._tote
        return {"F12": self._undo_last, **({"Esc": self._leave} if begun else {})}

    def _leave(self) -> None:
        self._hand, self._tote = None, ""
        self._board.show_tote(None)
        self._show_rest()

    def _refresh(self) -> None:
        parts, wish = self._parts, self._board.wish
        station, since = parts.station, self._offline_since()
        parts.background.run(
            lambda: sorting.board(station.showing, station.custody, wish, station.desk.station.code, since),
            lambda view: self._board.show_board(view, self._selected),
        )

    def _offline_since(self) -> str | None:
        """When the centre last told something; None while it answers, or there is none to ask."""
        state = self._parts.sync.state
        return state.last_success if state.kind == "offline" else None

    # --- scans ---------------------------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """An item's label, a tote, a disposition code, or the code of a key."""
        try:
            code = recognise(text, self._parts.station.desk.book.carriers)
        except StationProblem as problem:
            self._stop(problem)
            return
        if code.kind is ScanKind.RETURN_LABEL:
            self._take_item(code)
        elif code.kind is ScanKind.TOTE:  # in its turn: the item scanned just before may still be looked up
            self._parts.background.run(lambda: code.text, self._take_tote)
        elif code.kind is ScanKind.COMMAND:
            self._command(code.text.removeprefix(COMMAND_PREFIX))
        elif code.names:
            self._take_named(code)
        else:
            self._stop(NOT_KNOWN)

    def _take_named(self, code: Scan) -> None:
        """A tote may be named by a number of the trade (SSCC), a new one too; what is none of ours is refused."""
        names = {code.text, *code.names}
        new = next((number for number in code.numbers if is_sscc(number)), "")
        self._parts.background.run(
            lambda: next((tote.code for tote in self._parts.station.custody.totes() if tote.code in names), new),
            lambda found: self._take_tote(found) if found else self._stop(NOT_KNOWN),
        )

    def _command(self, name: str) -> None:
        disposition = disposition_named(name, self._parts.station.desk.book.lists.words["dispositions"])
        if disposition and self._tote:
            self._open_tote(self._tote, disposition)
        elif not self.press_command(name):
            self._stop(not_here())

    def _take_item(self, code: Scan) -> None:
        label = parse_return_label(code.text)
        assert label is not None
        custody = self._parts.station.custody
        self._parts.background.run(
            lambda: custody.item(label.rt_number), lambda found: self._took_item(label.rt_number, label.issue, found)
        )

    def _took_item(self, rt_number: str, issue: int, found: tuple[HouseItem | None, ItemState] | None) -> None:
        if found is None:
            self._hand = None
            self._parts.sounds.play("error")
            self._show_refusal(Misplaced(Refusal("item.unknown", (("rt_number", rt_number),))))
            return
        known, state = found
        self._hand, self._tote = InHand(state.rt_number, name_of(known) if known is not None else ""), ""
        self._choose(state.rt_number)
        if old := old_label(state, issue):
            self._parts.sounds.play("warn")
            self._verdict(*old, "warn", "mdi6.label-off-outline", "Esc")
            self.review.scanned_out(rt_number, issue)
            return
        self._parts.sounds.play("accept")
        if issue == state.label_issue and not state.printed:
            self.review.came_out(rt_number, issue)
        title, icon = sorting.in_hand(self._parts.station.desk, self._hand.name, known, state)
        self._verdict(title, translate("Scan the tote it goes into"), "info", icon, "Esc")

    def _take_tote(self, code: str) -> None:
        if self._hand is not None:
            self._place(self._hand.rt_number, code, BY_SCAN)
        else:
            self._parts.sounds.play("accept")
            self._look_at(code)

    # --- acts ----------------------------------------------------------------------------------------------

    def _sorting(self) -> Sorting | None:
        person, station = self._parts.person(), self._parts.station
        if person is None:
            return None
        return Sorting(station.custody, station.clock, station.desk.station, person)

    def _place(self, rt_number: str, tote: str, by: str) -> None:
        work = self._sorting()
        if work is not None:
            self._parts.background.run(lambda: work.place(rt_number, tote, by), self._placed, self._failed)

    def _placed(self, outcome: Placed | Misplaced) -> None:
        if isinstance(outcome, Misplaced):
            self._parts.sounds.play("error")  # the item stays in hand: the right tote may be scanned next
            self._show_refusal(outcome)
            return
        self._hand = None
        self.review.forget()
        self._parts.sounds.play("done" if outcome.moved else "accept")
        self._undo = (outcome.rt_number, outcome.before) if outcome.moved and outcome.before else None
        text = translate("{number} lies in {tote}", number=short_number(outcome.rt_number), tote=outcome.tote)
        before = translate("It came from {tote}. F12 puts it back.", tote=outcome.before)
        again = translate("It lay there already.")
        detail = again if not outcome.moved else before if outcome.before else ""
        self._verdict(text, detail, "ok", "mdi6.check-circle")
        self._parts.sync.wake()
        self._refresh()

    def _undo_last(self) -> bool:
        if self.review.can_undo or self._undo is None:
            return self.review.undo()
        rt_number, tote = self._undo
        self._undo = None
        self._place(rt_number, tote, BY_KEY)
        return True

    def _dropped(self, rt_number: str, disposition: str) -> None:
        """Dropped on a column: into the tote of it that takes items now."""
        column = next((one for one in self._board.columns if one.disposition == disposition), None)
        tote = column.tote if column is not None else ""
        self._select(rt_number)
        if tote:
            self._place(rt_number, tote, BY_KEY)
        else:
            self._stop(StationProblem("tote.none_open", N_("No tote takes it now"), N_("Open one for it.")))

    def _move(self) -> bool:
        """M: the chosen item into a tote out of a list, as a drag would."""
        number = self._selected
        if not number:
            return False
        custody = self._parts.station.custody
        self._parts.background.run(
            lambda: [one for one in custody.totes() if one.step == "open"], lambda totes: self._offer(number, totes)
        )
        return True

    def _offer(self, rt_number: str, totes: list[ToteRow]) -> None:
        desk = self._parts.station.desk
        choices = []
        for one in totes:
            what, fill = word(desk, "dispositions", one.disposition), f"{one.contents} / {one.capacity}"
            icon = DISPOSITION_ICONS.get(one.disposition, "")
            choices.append((one.code, f"{sorting.tote_title(one)} · {what} · {fill}", icon))
        panel = ChoicePanel(
            self._board.window(), translate("Move {number} to …", number=short_number(rt_number)), choices,
            translate("No tote is open"),
        )  # fmt: skip
        panel.chosen.connect(lambda tote: self._place(rt_number, tote, BY_KEY))
        self.panel_wanted.emit(panel)

    # --- totes ---------------------------------------------------------------------------------------------

    def _look_at(self, code: str) -> None:
        self._tote = code
        station = self._parts.station
        self._parts.background.run(
            lambda: sorting.tote_panel(station.showing, station.custody, code), self._look_at_view
        )

    def _look_at_view(self, view: sorting.TotePanelView) -> None:
        if view.code != self._tote:
            return
        self._board.show_tote(view)
        self._verdict(f"{view.title} · {view.tag.text}", view.hint, "info", "mdi6.tray", "Esc")

    def _tote_key(self, action: str) -> bool:
        if not self._tote or action not in self._board.tote.possible:
            return False
        self._action(action)
        return True

    def _action(self, name: str) -> None:
        if name == "containers":
            self.area_wanted.emit("containers")
        elif name == "close_tote" and self._tote:
            self._change(ActionOn(self._tote, ActKind.TOTE_CLOSED, {"grams": 0}))
        elif name == "open_tote" and self._tote:
            desk, tote = self._parts.station.desk, self._tote
            codes = desk.book.lists.words["dispositions"]
            choices = [(code, word(desk, "dispositions", code), DISPOSITION_ICONS.get(code, "")) for code in codes]
            panel = ChoicePanel(self._board.window(), translate("Open {tote} for …", tote=tote), choices)
            panel.chosen.connect(lambda disposition: self._open_tote(tote, disposition))
            self.panel_wanted.emit(panel)

    def _open_tote(self, tote: str, disposition: str) -> None:
        if disposition != VENDOR_BOUND:
            self._change(ActionOn(tote, ActKind.TOTE_OPENED, {"disposition": disposition, "vendor": ""}))
            return
        station = self._parts.station
        since = utc_text(moment_of(station.clock.now()) - timedelta(days=VENDORS_OF_DAYS))
        self._parts.background.run(
            lambda: station.custody.vendors_since(since), lambda vendors: self._ask_vendor(tote, vendors)
        )

    def _ask_vendor(self, tote: str, vendors: list[tuple[str, str]]) -> None:
        """A tote for goods that go back is for one vendor; without a choice it is for that of the first item in it."""
        choices = [("", translate("The vendor of the first item put in"), "mdi6.tray-arrow-down")]
        choices += [(code, f"{name} {code}".strip(), "mdi6.truck-outline") for code, name in vendors]
        panel = ChoicePanel(self._board.window(), translate("Open {tote} for which vendor?", tote=tote), choices)
        panel.chosen.connect(
            lambda vendor: self._change(
                ActionOn(tote, ActKind.TOTE_OPENED, {"disposition": VENDOR_BOUND, "vendor": vendor})
            )
        )
        self.panel_wanted.emit(panel)

    def _change(self, action: ActionOn) -> None:
        work, custody = self._sorting(), self._parts.station.custody
        if work is None:
            return

        def change() -> StationProblem | None:
            facts = dict(action.facts)
            if action.kind is ActKind.TOTE_CLOSED:
                facts["items"] = next((one.contents for one in custody.totes() if one.code == action.tote), 0)
            refusal = work.change_tote(action.kind, action.tote, facts)
            return refused(self._parts.station.desk, refusal) if refusal else None

        self._parts.background.run(change, lambda problem: self._changed(action, problem), self._failed)

    def _changed(self, action: ActionOn, problem: StationProblem | None) -> None:
        if problem is not None:
            self._stop(problem)
            return
        self._parts.sounds.play("done")
        person = self._parts.person()
        if action.kind is ActKind.TOTE_CLOSED and person is not None:
            ManifestDesk(self._parts.station, person).print_tote(self._parts.printing.queues, action.tote)
        self._parts.sync.wake()
        self._look_at(action.tote)
        self._refresh()

    # --- what is told --------------------------------------------------------------------------------------

    def _choose(self, rt_number: str) -> None:
        self._tote = ""
        self._board.show_tote(None)
        self._select(rt_number)
        self.review.select(rt_number)

    def _select(self, rt_number: str) -> None:
        self._selected = rt_number
        self._board.select(rt_number)

    def _show_rest(self) -> None:
        self._verdict(translate("Scan an item, then the tote it goes into"), translate("A tote alone shows what it is"))

    def _verdict(self, text: str, detail: str = "", tone: str = "neutral", icon: str = "mdi6.barcode-scan",
                 key: str = "") -> None:  # fmt: skip
        self._said = VerdictView(text, detail, tone, icon, key)  # type: ignore[arg-type]
        self._board.verdict.show_view(self._said)

    def _show_refusal(self, outcome: Misplaced) -> None:
        problem = refused(self._parts.station.desk, outcome.refusal, outcome.right)
        what, to_do = sentences(problem)
        self._verdict(what, to_do, "error", "mdi6.close-octagon", "Esc" if self._hand else "")

    def _stop(self, problem: StationProblem) -> None:
        self._parts.sounds.play("error")
        what, to_do = sentences(problem)
        self._verdict(what, to_do, "error", "mdi6.close-octagon", "Esc" if self._hand or self._tote else "")

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, StationProblem):
            self._parts.notices.bug(error)
        else:
            self._stop(error)
