"""Dock arrival at the window: every scan is answered by itself, nothing is asked between two."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.errors import StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.arrival_page import ArrivalPage
from inspection_station.station.flow.commands import not_here
from inspection_station.station.number_entry import NumberEntry
from inspection_station.station.page import Page
from inspection_station.station.presenting import arrival
from inspection_station.station.presenting.arrival import ArrivalVerdict, ArrivalView
from inspection_station.station.presenting.refusals import refused
from inspection_station.station.presenting.words import clock_time, number_text
from inspection_station.station.sounds import Sound
from inspection_station.storage.arrivals import StoredArrivals
from inspection_station.workflows.arriving import DUPLICATE, EXPECTED, Arrived, Arriving

SOUNDS: dict[str, Sound] = {EXPECTED: "done", DUPLICATE: "error"}
"""What is neither is worth a look: it warns."""
GRAMS = 1000


class ArrivalArea(Area):
    """Runs one arrival page."""

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._last = ""  # number of the parcel that came last
        self._said: ArrivalVerdict | None = None
        self._spent = 0  # the load on the scale that was a parcel's weight already

    def _make(self) -> Page:
        page = self._sheet = ArrivalPage()
        page.outside_marked.connect(self._mark)
        page.action_pressed.connect(self._action)
        return page

    def open(self) -> None:
        """Show today's list, and the last verdict."""
        if self.page is self._sheet and self._said is not None:
            self._sheet.show_verdict(self._said)
        self._refresh()

    def synced(self) -> None:
        """Parcels came elsewhere."""
        self._refresh()

    def scan(self, text: str) -> None:
        """A parcel, or the code of a key."""
        try:
            code = recognise(text, self._parts.station.desk.book.carriers)
        except StationProblem as problem:
            self._stop(problem)
            return
        if code.kind is ScanKind.COMMAND:
            if not self.press_command(code.text.removeprefix("CMD-")):
                self._stop(not_here())
            return
        self._register(text)

    def _work(self) -> Arriving | None:
        station, person = self._parts.station, self._parts.person()
        if person is None:
            return None
        return Arriving(
            station.custody, StoredArrivals(station.database), station.reference, station.desk.book.carriers,
            station.clock, station.desk.station, person,
        )  # fmt: skip

    def _register(self, text: str) -> None:
        work = self._work()
        if work is not None:
            grams = self._resting()
            self._do(lambda: work.register(text, grams=grams))

    def _resting(self) -> int:
        """What rests on the scale, in grams; a load is one parcel's weight, not the next one's too."""
        scale = self._parts.scale
        if scale is None or not scale.resting or scale.load == self._spent:
            return 0
        self._spent = scale.load
        return scale.resting

    def _do(self, act: Callable[[], Arrived | Refusal | None], said: str = "") -> None:
        self._parts.background.run(act, lambda outcome: self._done(outcome, said), self._failed)

    def _done(self, outcome: Arrived | Refusal | None, said: str) -> None:
        station = self._parts.station
        if isinstance(outcome, Refusal):
            self._stop(refused(station.desk, outcome))
            return
        if outcome is None:
            self._last = ""
            self._parts.sounds.play("undo")
            self._show(ArrivalVerdict(said, icon="mdi6.undo-variant"))
        else:
            self._last = outcome.number
            view = arrival.verdict(station.showing, outcome)
            if said and not outcome.weight:
                view = ArrivalVerdict(said, view.number, "", "warn", "mdi6.package-variant-remove")
            warns = "warn" if outcome.weight else SOUNDS.get(outcome.found, "warn")
            self._parts.sounds.play("command" if said and not outcome.weight else warns)
            self._show(view)
        self._parts.sync.wake()
        self._refresh()

    def _show(self, view: ArrivalVerdict) -> None:
        self._said = view
        self._sheet.show_verdict(view)

    def _mark(self, code: str) -> None:
        work, number = self._work(), self._last
        if work is None or not number:
            self._parts.sounds.play("error")
            return
        self._do(lambda: work.mark_outside(number, code), arrival.outside_word(code))

    def _action(self, name: str) -> None:
        if name == "undo":
            work, number = self._work(), self._last
            if work is None or not number:
                self._parts.sounds.play("error")
                return
            self._do(lambda: work.withdraw(number), translate("{number} is taken back", number=number_text(number)))
        elif name == "type_number":
            self._ask(translate("Type the number"), translate("Tracking number"), self._register)
        elif name == "weigh" and self._last:
            self._ask(translate("Type the weight in kilograms"), "1.25", self._weigh)

    def _ask(self, title: str, example: str, then: Callable[[str], None]) -> None:
        panel = NumberEntry(self._sheet.window(), title, example)
        panel.entered.connect(lambda text, _scanned: then(text))
        panel.entered.connect(lambda _text, _scanned: panel.close_panel())
        self.panel_wanted.emit(panel)

    def _weigh(self, text: str) -> None:
        work, number = self._work(), self._last
        try:
            grams = round(float(text.replace(",", ".")) * GRAMS)
        except ValueError:
            grams = 0
        if work is not None and number:
            self._do(lambda: work.weigh(number, grams), f"{grams / GRAMS:.2f} kg")

    def _refresh(self) -> None:
        station, state = self._parts.station, self._parts.sync.state
        since = station.clock.start_of_day()

        def read() -> ArrivalView:
            kept = StoredArrivals(station.database)
            age = ""
            if state.kind == "offline":
                last = state.last_success
                told = clock_time(station.clock, last, with_day=True) if last else ""
                age = translate("Data as of {time}", time=told) if told else translate("This station only")
            rows, counts = kept.arrivals_since(since, arrival.LISTED), kept.count_since(since)
            return arrival.arrivals(station.showing, rows, counts, age)

        self._parts.background.run(read, lambda view: self._sheet.show_view(view))

    def _stop(self, problem: StationProblem) -> None:
        self._parts.sounds.play("error")
        what, to_do = sentences(problem)
        self._show(ArrivalVerdict(what, "", to_do, "error", "mdi6.close-octagon"))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self._stop(error)
        else:
            self._parts.notices.bug(error)
