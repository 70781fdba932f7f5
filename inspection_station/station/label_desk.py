"""Labels of inspected items: what stands on one, its print job, and the trace in the item's chain."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from inspection_station.devices.printers import Printer, PrintOutcome
from inspection_station.documents import inspection_label
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layout_files import shipped_layouts
from inspection_station.documents.label_layouts import LabelLayouts
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.domain.identifiers import is_practice_number, uuid7
from inspection_station.domain.inspection import Inspection, InspectionState, Item
from inspection_station.domain.people import Person, Role
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station.lead_labels import LeadLabels
from inspection_station.station.presenting.words import defect_name
from inspection_station.station.print_desk import (
    NO_INSPECTION,
    NOT_SEEN,
    VOID,
    PrintDesk,
    Recovered,
    passes_by,
)
from inspection_station.station.printers import Dpi, SizeMm, text_of_size
from inspection_station.storage.print_jobs import INSPECTION_LABEL, SEEN, JobEntry, PrintJob, PrintJobs, PrintState
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.clock import SystemClock, moment_of, utc_text
from inspection_station.workflows.deciding import decision_payload, label_printed, proposed_tote
from inspection_station.workflows.ports import HistoryFilter

log = logging.getLogger(__name__)

ELSEWHERE = "elsewhere"
"""What a reprint repeats whose first print is another station's."""

RECENT_ITEMS = 50  # how many of the newest items are looked through for a label that was never queued


def findings_line(desk: Desk, item: Item) -> str:
    """The item's defects in short; what it is when it is not the expected item; or that all is well."""
    parts = []
    for finding in item.findings:
        severity = localised(desk.book.lists.word("severities", finding.severity).texts)
        parts.append(f"{defect_name(desk, item, finding)}·{severity}")
    if parts:
        return " / ".join(parts)
    if item.identity not in ("", "match"):
        return localised(desk.book.lists.word("identity_findings", item.identity).texts)
    return translate("All good")


def content_of(desk: Desk, clock: SystemClock, case: Case, item: Item, *, preview: bool = False) -> LabelContent:
    """What the item's label says; for a `preview` as the decision would be now.

    Raises:
        StationProblem: ``print.undecided`` when the item has no decision and no preview is asked for.
    """
    decision = item.decision if item.decision is not None and not preview else None
    if decision is None and not preview:
        raise StationProblem("print.undecided", N_("This item has no result yet."), N_("Finish it first."))
    facts = decision or decision_payload(desk, case, item, "")
    lists = desk.book.lists
    expected = case.expected(item)
    at: datetime = clock.local(case.inspection.closed_at or clock.now())
    tote = str(facts["tote"] or facts["proposed_tote"])
    if not tote and (proposal := proposed_tote(desk, case, item, str(facts["disposition"]))):
        tote = proposal.code
    slot = translate("Tote {slot}", slot=facts["slot"]) if facts["slot"] else ""
    parties = [localised(lists.word("liable_parties", share["party"]).texts) for share in facts["liability"]]
    if parties:
        liability = translate("Liable: {who}", who="/".join(parties))
    else:
        liability = localised(lists.word("reasons", expected.reason).texts) if expected else ""
    name = localised({"zh": item.name_zh, "en": item.name_en}) or translate("Unknown item")
    return LabelContent(
        rt_number=item.rt_number,
        issue=int(facts["label_issue"]),
        grade=str(facts["grade"]),
        disposition=str(facts["disposition"]),
        disposition_words=localised(lists.word("dispositions", str(facts["disposition"])).texts),
        tote_line=f"{slot} {tote}".strip(),
        item_name=f"{name} {item.variant.replace(' / ', ' ')}".strip(),
        sku=item.sku or case.inspection.tracking_number,
        findings_line=findings_line(desk, item),
        liability_line=liability,
        time_text=f"{at:%m-%d %H:%M}",
        station=desk.station.code,
        fingerprint=case.inspection.head,
        order_number=expected.order_number if expected else "",
        practice=is_practice_number(item.rt_number),
        photos=len(case.inspection.counted_photos(item.id)),
        inspector=_inspector(desk, case),
    )


def _inspector(desk: Desk, case: Case) -> str:
    """The name of who opened the parcel, where this bench knows it."""
    person = next((one for one in desk.reference.people() if one.id == case.inspection.person), None)
    return localised({"zh": person.name, "en": person.name_en or person.name}) if person else ""


def is_void(inspection: Inspection, item: Item, issue: int) -> bool:
    """Whether label `issue` of `item` counts no more: undone, decided anew since, or the inspection is void."""
    return item.decision is None or item.label_issue != issue or inspection.state is InspectionState.VOIDED


class LabelDesk(PrintDesk):
    """Makes the jobs of inspection labels, and notes in the item's chain what became of each.

    `trained`: this is practice mode, where labels are only seen.
    """

    trained = False

    def __init__(
        self, desk: Desk, clock: SystemClock, jobs: PrintJobs, printer: Printer, size_mm: SizeMm, dpi: Dpi,
        layouts: Callable[[], LabelLayouts] = shipped_layouts, house: LeadLabels | None = None,
    ) -> None:  # fmt: skip
        """`layouts` gives the designs in force: the shipped ones, or the client's in their place; `house` knows what
        leads decided since."""
        super().__init__(INSPECTION_LABEL, clock, jobs, printer, (size_mm, dpi))
        self._desk, self._house = desk, house
        self.size_mm, self.dpi = size_mm, dpi
        self.layouts = layouts

    def at(self, desk: Desk) -> LabelDesk:
        """The same for a station that has learnt who it is."""
        return LabelDesk(
            desk, self._clock, self._jobs, self.printer, self.size_mm, self.dpi, self.layouts, self._house
        )

    def preview_png(self, case: Case, item: Item) -> bytes:
        """The true raster that would be printed, as PNG."""
        content = replace(content_of(self._desk, self._clock, case, item, preview=True), trained=self.trained)
        return _png(inspection_label.layout(content, self.size_mm, self.dpi, self.layouts()))

    def queue(self, inspection_id: str, item_id: str, person: Person) -> PrintJob:
        """Store the job of an item's newest label: the exact bitmap, before anything is sent."""
        case = load_case(self._desk, inspection_id)
        return self._queue(case, case.inspection.item(item_id), person.id)

    def queue_decided(self, content: LabelContent, item_id: str, person: Person) -> PrintJob:
        """Store the job of a label that a lead's decision made necessary; it belongs to no inspection of this bench."""
        job = self._of_house(content, item_id, person)
        self._jobs.add(job)
        return job

    def _of_house(self, content: LabelContent, item_id: str, person: Person, repeats: str = "") -> PrintJob:
        raster = _png(inspection_label.layout(content, self.size_mm, self.dpi, self.layouts()))
        return PrintJob(
            id=uuid7(), inspection_id="", item_id=item_id, rt_number=content.rt_number, issue=content.issue,
            title=content.rt_number, printer=self.printer.name, created_at=self._clock.now(), by=person.id,
            raster_png=reprint_of(raster, self.size_mm, self.dpi) if repeats else raster, reprint_of=repeats,
            size=text_of_size(self.size_mm), dpi_x=self.dpi[0], dpi_y=self.dpi[1],
        )  # fmt: skip

    def _queue(self, case: Case, item: Item, by: str) -> PrintJob:
        job = self._drawn(case, item, by)
        self._jobs.add(job)
        return job

    def _drawn(self, case: Case, item: Item, by: str, repeats: str = "") -> PrintJob:
        """A job of the item's newest label, drawn now; `repeats`: id of the job it is a reprint of."""
        content = content_of(self._desk, self._clock, case, item)
        raster = _png(inspection_label.layout(content, self.size_mm, self.dpi, self.layouts()))
        return PrintJob(
            id=uuid7(),
            inspection_id=case.inspection.id,
            item_id=item.id,
            rt_number=item.rt_number,
            issue=content.issue,
            title=item.rt_number,
            printer=self.printer.name,
            raster_png=reprint_of(raster, self.size_mm, self.dpi) if repeats else raster,
            created_at=self._clock.now(),
            by=by,
            size=text_of_size(self.size_mm),
            dpi_x=self.dpi[0],
            dpi_y=self.dpi[1],
            reprint_of=repeats,
        )

    # --- reprints ----------------------------------------------------------------------------------------

    def repeat(self, rt_number: str, person: Person) -> PrintJob:
        """Store a reprint of the item's newest label: the same bitmap, marked as reprinted, as a new job.

        A label that was never queued (the program ended right after the item was finished) is made now, and one
        whose bitmap is not kept any more is drawn anew, with the same codes.

        Raises:
            StationProblem: ``print.nothing`` for an unknown number, ``print.undecided``, ``print.void`` when the
                item's result was undone.
        """
        newest = self._jobs.newest(rt_number)
        known = self._house.content(rt_number, person) if self._house is not None else None
        if known is not None and (newest is None or newest.issue < known[1].issue) and not self._is_own(known[1]):
            job = self._of_house(known[1], known[0], person, newest.id if newest is not None else ELSEWHERE)
            self._jobs.add(job)
            return job
        inspection_id = self._desk.store.inspection_of_item(rt_number)
        if inspection_id is not None:
            case = load_case(self._desk, inspection_id)
            item = next(one for one in case.inspection.items if one.rt_number == rt_number)
            if item.label_issue:
                _must_count(case.inspection, item, item.label_issue)
            if newest is None or newest.issue < item.label_issue:
                return self._queue(case, item, person.id)
        job = self._again(self.newest(rt_number), person)
        self._jobs.add(job)
        return job

    def _is_own(self, content: LabelContent) -> bool:
        """Whether an inspection of this bench has that very label."""
        inspection_id = self._desk.store.inspection_of_item(content.rt_number)
        if inspection_id is None:
            return False
        items = load_case(self._desk, inspection_id).inspection.items
        return any(one.rt_number == content.rt_number and one.label_issue == content.issue for one in items)

    def _again(self, job: PrintJob, person: Person) -> PrintJob:
        """The same label once more, with the mark of a reprint: two labels of one item can be told apart."""
        if not job.raster_png:
            return self._drawn_anew(replace(job, reprint_of=job.id), person)
        return replace(
            job, id=uuid7(), raster_png=reprint_of(job.raster_png, *self._drawn_for(job)), state=PrintState.QUEUED,
            created_at=self._clock.now(), by=person.id, printer=self.printer.name, attempts=0, detail="",
            reprint_of=job.id, ticket="",
        )  # fmt: skip

    def _once_more(self, job: PrintJob, person: Person) -> PrintJob:
        if job.inspection_id:
            self._counting(job)
        return self._again(job, person)

    def _drawn_anew(self, job: PrintJob, person: Person) -> PrintJob:
        known = None if job.inspection_id or self._house is None else self._house.content(job.rt_number, person)
        if known is not None:
            return self._of_house(known[1], known[0], person, job.reprint_of)
        case, item = self._counting(job)
        return self._drawn(case, item, person.id, job.reprint_of)

    def _counting(self, job: PrintJob) -> tuple[Case, Item]:
        """The case and item of a label that counts; raises StationProblem ``print.void``, ``print.no_inspection``."""
        case = self._case_of(job)
        if case is None:
            raise StationProblem(
                NO_INSPECTION,
                N_("The inspection of label {number} cannot be read."),
                N_("Say that it came out or did not; an administrator looks after the data."),
                number=job.rt_number,
            )
        item = case.inspection.item(job.item_id)
        _must_count(case.inspection, item, job.issue)
        return case, item

    def _is_done_with(self, job: PrintJob) -> bool:
        if self._house is not None and not self._house.counts(job.rt_number, job.issue):
            return True  # a lead decided otherwise since
        if not job.inspection_id:
            return False
        inspection = load_case(self._desk, job.inspection_id).inspection
        return is_void(inspection, inspection.item(job.item_id), job.issue)

    # --- what became of them -----------------------------------------------------------------------------

    def recover(self) -> Recovered:
        """See `PrintDesk`; then queues labels that a sudden end kept from being queued.

        Looks at the newest items of today and yesterday.
        """
        found = super().recover()
        since = utc_text(moment_of(self._clock.start_of_day()) - timedelta(days=1))
        queued = []
        for row in reversed(self._desk.store.history(HistoryFilter(since=since), RECENT_ITEMS)):
            if not row.item_id:
                continue
            try:
                case = load_case(self._desk, row.inspection_id)
                item = case.inspection.item(row.item_id)
                if (
                    item.label_verified
                    or item.identity == "missing"
                    or is_void(case.inspection, item, item.label_issue)
                ):
                    continue
                if not self._jobs.has_issue(item.rt_number, item.label_issue):
                    queued.append(self._queue(case, item, row.person))
            except Exception as error:
                if passes_by(error):
                    raise
                log.warning(
                    "inspection %s cannot be read; its labels stay as they are", row.inspection_id, exc_info=True
                )
        return replace(found, queued=tuple(queued))

    def settle(self, job: PrintJob | JobEntry, outcome: PrintOutcome) -> Case | None:
        """See `PrintDesk`; also noted in the item's chain, where one that failed again has its note already."""
        super().settle(job, outcome)
        if outcome.state == "failed" and job.state is PrintState.FAILED:
            return None
        return self._trace(job, self._author(job), outcome.state)

    def _seen(self, job: PrintJob, person: Person, came_out: bool) -> None:
        case = self._case_of(job)
        void = case is not None and is_void(case.inspection, case.inspection.item(job.item_id), job.issue)
        self._jobs.mark(job.id, PrintState.DONE, SEEN if came_out else VOID if void else NOT_SEEN)
        self._trace(job, person, SEEN if came_out else NOT_SEEN)

    def _trace(self, job: PrintJob | JobEntry, person: Person, state: str) -> Case | None:
        """Note in the item's chain what is known of a label; not where its inspection cannot be read or written."""
        case = self._case_of(job)
        try:
            if case is None:
                if self._house is not None and not job.inspection_id and state in ("sent", SEEN):
                    self._house.came_out(job.rt_number, job.issue, person, again=bool(job.reprint_of))
                return None
            return label_printed(
                self._desk, case, person, job.item_id, job.issue, job.id, state,
                by=job.by, reprint=bool(job.reprint_of),
            )  # fmt: skip
        except Exception as error:
            if passes_by(error):
                raise
            log.warning("print job %s: its trace cannot be written", job.id, exc_info=True)
            return None

    def _case_of(self, job: PrintJob | JobEntry) -> Case | None:
        """The case of a label; None where it cannot be read, or the label is a lead's."""
        if not job.inspection_id:
            return None
        try:
            case = load_case(self._desk, job.inspection_id)
            case.inspection.item(job.item_id)
        except Exception as error:
            if passes_by(error):
                raise
            log.warning("print job %s: its inspection cannot be read", job.id, exc_info=True)
            return None
        return case

    def _author(self, job: PrintJob | JobEntry) -> Person:
        """Who had the label printed, whoever is signed in now; by their id alone where this bench knows no more."""
        people = self._desk.reference.people()
        return next((one for one in people if one.id == job.by), Person(job.by, "", "", Role.INSPECTOR))

    def newest(self, rt_number: str) -> PrintJob:
        """The newest job of an item's label; raises StationProblem ``print.nothing`` when there is none."""
        job = self._jobs.newest(rt_number)
        if job is None:
            raise StationProblem("print.nothing", N_("No label has been printed yet."))
        return job

    def void_labels(self, entries: Sequence[JobEntry]) -> frozenset[str]:
        """See `PrintDesk`."""
        return frozenset(entry.id for entry in entries if self._is_void(entry))

    def _is_void(self, entry: JobEntry) -> bool:
        if self._house is not None and not self._house.counts(entry.rt_number, entry.issue):
            return True
        case = self._case_of(entry)
        return case is not None and is_void(case.inspection, case.inspection.item(entry.item_id), entry.issue)

    def verified(self, rt_number: str, issue: int) -> None:
        """The label was scanned: one of its jobs came out, whatever was known of it."""
        self._jobs.verified(rt_number, issue)


def _must_count(inspection: Inspection, item: Item, issue: int) -> None:
    if is_void(inspection, item, issue):
        raise StationProblem(
            "print.void",
            N_("This label is void: the result was undone."),
            N_("Finish the item again; its new label prints by itself."),
        )


def _png(label: inspection_label.Layout) -> bytes:
    buffer = io.BytesIO()
    inspection_label.raster(label).save(buffer, "PNG")
    return buffer.getvalue()
