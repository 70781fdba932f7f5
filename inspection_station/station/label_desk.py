"""Labels of inspected items: what stands on one, its print job, and the trace in the item's chain."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from inspection_station.devices import printers
from inspection_station.devices.printers import PdfFolderPrinter, Printer, PrinterStatus
from inspection_station.documents import inspection_label
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layout_files import shipped_layouts
from inspection_station.documents.label_layouts import LabelLayouts
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.domain.identifiers import is_practice_number, uuid7
from inspection_station.domain.inspection import Inspection, InspectionState, Item
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station.document_desk import REPLACED
from inspection_station.station.presenting.words import defect_name
from inspection_station.station.print_desk import Recovered, note_seen, undecided_job
from inspection_station.station.printers import Dpi, SizeMm, size_of
from inspection_station.storage.print_jobs import SEEN, SENDING, PrintJob, PrintJobs, PrintState
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.clock import SystemClock, moment_of, utc_text
from inspection_station.workflows.deciding import decision_payload, label_printed, proposed_tote
from inspection_station.workflows.ports import HistoryFilter

VOID = "void"  # detail of a job that was never sent because its label counts no more
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


class LabelDesk:
    """Makes print jobs and gives them to the printer; every job is a stored row before anything is sent.

    `trained`: this is practice mode, where labels are only seen.
    """

    trained = False

    def __init__(
        self, desk: Desk, clock: SystemClock, jobs: PrintJobs, printer: Printer, size_mm: SizeMm, dpi: Dpi,
        layouts: Callable[[], LabelLayouts] = shipped_layouts,
    ) -> None:  # fmt: skip
        """`layouts` gives the designs in force: the shipped ones, or the client's in their place."""
        self._desk, self._clock, self._jobs, self._printer = desk, clock, jobs, printer
        self.size_mm, self.dpi = size_mm, dpi
        self.layouts = layouts

    def at(self, desk: Desk) -> LabelDesk:
        """The same for a station that has learnt who it is."""
        return LabelDesk(desk, self._clock, self._jobs, self._printer, self.size_mm, self.dpi, self.layouts)

    @property
    def printer_name(self) -> str:
        """What the printer is called; a PDF folder is one too."""
        return self._printer.name

    def status(self) -> PrinterStatus:
        """How the printer is; may wait for its answer."""
        return self._printer.status()

    def preview_png(self, case: Case, item: Item) -> bytes:
        """The true raster that would be printed, as PNG."""
        content = replace(content_of(self._desk, self._clock, case, item, preview=True), trained=self.trained)
        return _png(inspection_label.layout(content, self.size_mm, self.dpi, self.layouts()))

    def queue(self, inspection_id: str, item_id: str, person: Person) -> PrintJob:
        """Store the job of an item's newest label: the exact bitmap, before anything is sent."""
        case = load_case(self._desk, inspection_id)
        return self._queue(case, case.inspection.item(item_id), person.id)

    def _queue(self, case: Case, item: Item, by: str) -> PrintJob:
        content = content_of(self._desk, self._clock, case, item)
        label = inspection_label.layout(content, self.size_mm, self.dpi, self.layouts())
        job = PrintJob(
            id=uuid7(),
            inspection_id=case.inspection.id,
            item_id=item.id,
            rt_number=item.rt_number,
            issue=content.issue,
            title=item.rt_number,
            printer=self._printer.name,
            raster_png=_png(label),
            created_at=self._clock.now(),
            by=by,
            size="x".join(f"{side:g}" for side in self.size_mm),
        )
        self._jobs.add(job)
        return job

    def repeat(self, rt_number: str, person: Person) -> PrintJob:
        """Store a reprint of the item's newest label: the same bitmap, marked as reprinted, as a new job.

        A label that was never queued (the program ended right after the item was finished) is made now.

        Raises:
            StationProblem: ``print.nothing`` for an unknown number, ``print.undecided``, ``print.void`` when the
                item's result was undone.
        """
        inspection_id = self._desk.store.inspection_of_item(rt_number)
        jobs = self._jobs.of_item(rt_number)
        if inspection_id is not None:
            inspection = load_case(self._desk, inspection_id).inspection
            item = next(one for one in inspection.items if one.rt_number == rt_number)
            if item.label_issue and is_void(inspection, item, item.label_issue):
                raise StationProblem(
                    "print.void",
                    N_("This label is void: the result was undone."),
                    N_("Finish the item again; its new label prints by itself."),
                )
            if not jobs or jobs[-1].issue < item.label_issue:
                return self.queue(inspection_id, item.id, person)
        return self._again(self.newest(rt_number), person)

    def _again(self, job: PrintJob, person: Person) -> PrintJob:
        """The same label once more, with the mark of a reprint: two labels of one item can be told apart."""
        size = self._size_of(job)
        again = replace(
            job, id=uuid7(), raster_png=reprint_of(job.raster_png, size, self.dpi), state=PrintState.QUEUED,
            created_at=self._clock.now(), by=person.id, printer=self._printer.name, attempts=0, detail="reprint",
        )  # fmt: skip
        self._jobs.add(again)
        return again

    def send(self, job: PrintJob) -> tuple[str, StationProblem | None]:
        """Give the job to the printer once and say how it ended; blocks, so never on the bench lane or the screen's."""
        pdf = pdf_of_bitmap(job.raster_png, self._size_of(job), job.title)
        sent = printers.PrintJob(job.id, job.raster_png, pdf, f"{job.title}-{job.issue:02d}")
        outcome = self._printer.print_label(sent)
        return outcome.state, outcome.problem

    def _size_of(self, job: PrintJob) -> SizeMm:
        return size_of(job.size) if job.size else self.size_mm  # jobs of older programs name no size

    def take_next(self) -> PrintJob | None:
        """The oldest label to send now, as it stood, noted as being sent: after a sudden end it is not sent again.

        Labels that became void while they waited are done with and never sent.
        """
        for job in self._jobs.to_send():
            inspection = load_case(self._desk, job.inspection_id).inspection
            if is_void(inspection, inspection.item(job.item_id), job.issue):
                self._jobs.mark(job.id, PrintState.DONE, VOID)
                continue
            self._jobs.mark(job.id, PrintState.UNKNOWN, SENDING)
            return job
        return None

    def recover(self) -> Recovered:
        """At a start: queue labels that a sudden end kept from being queued, and look at what was being sent.

        A file in a folder can be written again under the same name; whether a printer's label came out only a
        person can see. Looks at the newest items of today and yesterday.
        """
        unknown = []
        for job in self._jobs.unknown(SENDING):
            if isinstance(self._printer, PdfFolderPrinter) and job.printer == self._printer.name:
                self._jobs.mark(job.id, PrintState.QUEUED)
            else:
                self._jobs.mark(job.id, PrintState.UNKNOWN, "print.unknown")
                unknown.append(job)
        since = utc_text(moment_of(self._clock.start_of_day()) - timedelta(days=1))
        queued = []
        for row in reversed(self._desk.store.history(HistoryFilter(since=since), RECENT_ITEMS)):
            if not row.item_id:
                continue
            case = load_case(self._desk, row.inspection_id)
            item = case.inspection.item(row.item_id)
            if item.label_verified or item.identity == "missing" or is_void(case.inspection, item, item.label_issue):
                continue
            if all(job.issue != item.label_issue for job in self._jobs.of_item(item.rt_number)):
                queued.append(self._queue(case, item, row.person))
        return Recovered(tuple(queued), tuple(unknown))

    def settle(self, job: PrintJob, state: str, problem: StationProblem | None, person: Person) -> Case:
        """Note how the job ended, in its row and in the item's chain; one that failed again has its note there."""
        self._jobs.mark(job.id, PrintState(state), problem.code if problem else "")
        case = load_case(self._desk, job.inspection_id)
        if state == PrintState.FAILED and job.state is PrintState.FAILED:
            return case
        return label_printed(self._desk, case, person, job.item_id, job.issue, job.id, state)

    def newest(self, rt_number: str) -> PrintJob:
        """The newest job of an item's label; raises StationProblem ``print.nothing`` when there is none."""
        jobs = self._jobs.of_item(rt_number)
        if not jobs:
            raise StationProblem("print.nothing", N_("No label has been printed yet."))
        return jobs[-1]

    def waiting(self) -> list[PrintJob]:
        """Jobs that were never sent, the oldest first; those with an unknown end are a person's to decide."""
        return self._jobs.to_send()

    def undecided(self) -> list[PrintJob]:
        """Jobs of which a person has to say whether their label came out, the oldest first."""
        return self._jobs.undecided()

    def came_out(self, job_id: str, person: Person) -> None:
        """A person saw the label; raises StationProblem ``print.settled``."""
        job = undecided_job(self._jobs, job_id)
        note_seen(self._jobs, job)
        case = load_case(self._desk, job.inspection_id)
        label_printed(self._desk, case, person, job.item_id, job.issue, job.id, SEEN)

    def again(self, job_id: str, person: Person) -> PrintJob:
        """A person says that the label did not come out: it is printed once more; raises as `came_out`, `repeat`."""
        job = undecided_job(self._jobs, job_id)
        anew = self.repeat(job.rt_number, person)
        self._jobs.mark(job.id, PrintState.DONE, REPLACED)
        return anew

    def verified(self, rt_number: str, issue: int) -> None:
        """The label was scanned: it came out, whatever was known of its jobs."""
        self._jobs.verified(rt_number, issue)


def _png(label: inspection_label.Layout) -> bytes:
    buffer = io.BytesIO()
    inspection_label.raster(label).save(buffer, "PNG")
    return buffer.getvalue()
