"""Shift hand-over at the window: counts what lies open, keeps who took over, prints one page to sign."""

from __future__ import annotations

import json
import logging

from PySide6.QtCore import QObject

from inspection_station.documents.paper.shift_sheet import ShiftSheet, shift_sheet
from inspection_station.domain.custody.acts import Act
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import ScanKind, recognise
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.errors import StationProblem
from inspection_station.i18n import translate
from inspection_station.station.area import Area, AreaParts
from inspection_station.station.assembly import Station
from inspection_station.station.flow.commands import not_here
from inspection_station.station.frame_views import bench_words, shift_word
from inspection_station.station.handover_page import HandoverPage, HandoverView, OpenRowView
from inspection_station.station.page import Page
from inspection_station.station.presenting.refusals import refused
from inspection_station.station.presenting.words import clock_time, product_name
from inspection_station.storage.arrivals import StoredArrivals
from inspection_station.storage.containers import StoredContainers
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL, PrintJobs
from inspection_station.workflows.shift_handover import OPEN_ITEMS, HandingShift, ShiftFacts

log = logging.getLogger(__name__)
MOST = 1000  # looked at of each kind
LAST = "last_shift_handover"  # the fact that names the last one made at this station
ICONS = {
    "open_parcels": "mdi6.package-variant", "parked_parcels": "mdi6.pause-circle-outline",
    "arrived_waiting": "mdi6.truck-outline", "held_items": "mdi6.scale-balance",
    "to_review": "mdi6.account-search-outline",
    "recalls": "mdi6.label-off-outline", "conflicts": "mdi6.source-branch", "totes_open": "mdi6.tray-arrow-down",
    "totes_full": "mdi6.tray-full", "manifests_open": "mdi6.clipboard-text-outline",
    "labels_waiting": "mdi6.printer-alert", "papers_waiting": "mdi6.file-clock-outline",
    "unsent_records": "mdi6.cloud-upload-outline", "unsent_photos": "mdi6.image-multiple-outline",
    "needs_attention": "mdi6.alert-circle-outline",
}  # fmt: skip
URGENT = ("to_review", "recalls", "conflicts", "totes_full", "labels_waiting", "needs_attention")


def open_word(code: str) -> str:
    """What lies open, in words."""
    return {
        "open_parcels": translate("Parcels open on this bench"), "parked_parcels": translate("Parcels parked"),
        "arrived_waiting": translate("Arrived, not inspected yet"),
        "held_items": translate("Held or unclaimed"), "to_review": translate("Wait for review"),
        "recalls": translate("Old labels still out"), "conflicts": translate("Changed in two places"),
        "totes_open": translate("Totes taking items"), "totes_full": translate("Totes that are full"),
        "manifests_open": translate("Manifests not closed"), "labels_waiting": translate("Labels not printed"),
        "papers_waiting": translate("Papers not printed"), "unsent_records": translate("Records not sent yet"),
        "unsent_photos": translate("Photos not sent yet"), "needs_attention": translate("Needs attention"),
    }[code]  # fmt: skip


def counted(station: Station) -> dict[str, int]:
    """What lies open now; reads the database, so it MUST run on the bench lane."""
    states = [station.case(one).inspection.state for one in station.store.unfinished()]
    all_totes = station.custody.totes()
    totes = [tote for tote in all_totes if tote.step == "open"]
    apart = sum(tote.apart for tote in all_totes) + station.custody.count_apart()
    jobs, unsent = PrintJobs(station.database), station.outbox.counts()
    manifests = StoredContainers(station.database).manifests(MOST, "open")
    return {
        "open_parcels": states.count(InspectionState.OPEN), "parked_parcels": states.count(InspectionState.PARKED),
        "arrived_waiting": StoredArrivals(station.database).count_waiting(),
        "held_items": station.custody.count_held(), "to_review": station.custody.count_to_review(),
        "recalls": len(station.custody.recalls(MOST)), "conflicts": apart,
        "totes_open": sum(bool(tote.contents) for tote in totes),
        "totes_full": sum(tote.contents >= tote.capacity for tote in totes), "manifests_open": len(manifests),
        "labels_waiting": jobs.count_waiting(INSPECTION_LABEL) + jobs.count_waiting(TOTE_LABEL),
        "papers_waiting": jobs.count_waiting(PAPER), "unsent_records": unsent.records, "unsent_photos": unsent.photos,
        "needs_attention": station.attention.count_open(),
    }  # fmt: skip


def last_words(station: Station) -> str:
    """When the shift was last handed over here, by whom to whom, and what was noted; empty before the first time."""
    kept = station.facts.get(LAST)
    if not kept:
        return ""
    at, leaving, taking, notes = json.loads(kept)
    time = clock_time(station.clock, at, with_day=True)
    told = translate("Last: {time}, {leaving} to {taking}", time=time, leaving=leaving, taking=taking)
    return f"{told}\n{notes}".strip()


class HandoverArea(Area):
    """Runs one hand-over page."""

    def __init__(self, parts: AreaParts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self._taker: Person | None = None
        self._notes = ""

    def _make(self) -> Page:
        page = self._sheet = HandoverPage()
        page.notes.setPlainText(self._notes)
        page.notes_changed.connect(self._noted)
        page.primary_pressed.connect(self._hand_over)
        return page

    def _noted(self) -> None:
        self._notes = self._sheet.notes.toPlainText()

    def open(self) -> None:
        """Count anew what lies open."""
        if self.page is self._sheet:
            self._refresh()

    def close(self) -> None:
        """Whoever was to take over scans again; the notes stay."""
        self._taker = None

    def synced(self) -> None:
        """Something may be done by now."""
        self._refresh()

    def _refresh(self) -> None:
        station, person, taker, state = self._parts.station, self._parts.person(), self._taker, self._parts.sync.state
        if person is None:
            return

        def read() -> HandoverView:
            counts = counted(station)
            rows = tuple(
                OpenRowView(ICONS[one], open_word(one), counts.get(one, 0), one in URGENT) for one in OPEN_ITEMS
            )
            age = ""
            if state.kind == "offline":
                last = state.last_success
                told = clock_time(station.clock, last, with_day=True) if last else ""
                age = translate("Data as of {time}", time=told) if told else translate("This station only")
            return HandoverView(
                rows, product_name(person.name, person.name_en),
                product_name(taker.name, taker.name_en) if taker else "", last_words(station), age,
            )  # fmt: skip

        self._parts.background.run(read, lambda view: self._sheet.show_view(view))

    def scan(self, text: str) -> None:
        """The badge of who takes over, or the code of a key."""
        station = self._parts.station
        try:
            code = recognise(text, station.desk.book.carriers)
        except StationProblem as problem:
            self._stop(problem)
            return
        if code.kind is ScanKind.BADGE:
            self._parts.background.run(
                lambda: station.signing_in().by_badge(text).person, self._took, self._failed
            )
        elif code.kind is not ScanKind.COMMAND or not self.press_command(code.text.removeprefix("CMD-")):
            self._stop(not_here())

    def _took(self, taker: Person) -> None:
        person = self._parts.person()
        if person is not None and taker.id == person.id:
            self._stop(refused(self._parts.station.desk, Refusal("shift.same_person")))
            return
        self._taker = taker
        self._parts.sounds.play("accept")
        self._refresh()

    def _hand_over(self) -> None:
        station, person, taker, notes = self._parts.station, self._parts.person(), self._taker, self._notes
        if person is None or taker is None:
            return
        work = HandingShift(station.custody, station.clock, station.desk.station, person)

        def hand_over() -> Act | Refusal:
            facts = ShiftFacts(counted(station), notes)
            done = work.hand_over(taker, facts)
            if isinstance(done, Act):
                at = f"{station.clock.local(done.at):%Y-%m-%d %H:%M}"
                names = [product_name(one.name, one.name_en) for one in (person, taker)]
                station.facts.put(LAST, json.dumps([done.at, *names, notes]))
                rows = [(open_word(one), facts.counts.get(one, 0)) for one in OPEN_ITEMS]
                sheet = ShiftSheet(bench_words(station), shift_word(person.shift), at, rows, notes, *names)
                self._parts.background.run(
                    lambda: shift_sheet(sheet),
                    lambda pdf: self._parts.printing.queues[PAPER].print_made(
                        lambda: station.documents[PAPER].queue_paper(translate("Shift hand-over"), pdf, person), person
                    ),
                    lane="photo",
                )
            return done

        self._parts.background.run(hand_over, self._done, self._failed)

    def _done(self, outcome: Act | Refusal) -> None:
        if isinstance(outcome, Refusal):
            self._taker = None
            self._stop(refused(self._parts.station.desk, outcome))
            self._refresh()
            return
        self._parts.sounds.play("done")
        what, to_do = translate("The shift is handed over"), translate("One page to sign goes to the printer.")
        self._parts.notices.tell("shift.handed_over", what, to_do)
        self._taker, self._notes = None, ""
        self._sheet.notes.setPlainText("")
        self._parts.sync.wake()
        self._refresh()

    def _stop(self, problem: StationProblem) -> None:
        self._parts.sounds.play("error")
        self._parts.notices.problem(problem)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StationProblem):
            self._stop(error)
        else:
            self._parts.notices.bug(error)
