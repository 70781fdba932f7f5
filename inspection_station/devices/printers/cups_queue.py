"""Queues of CUPS (Linux, macOS): raw ones get the printer's language, those with a driver get PDF, never crosswise.

Source: RFC 8011 (Print-Job, Get-Printer-Attributes, ``printer-state-reasons``), PWG 5101.1 (names of media),
CUPS's own operations and its ``application/vnd.cups-raw``. CUPS calls a queue without a driver (``lpadmin -m raw``,
or none given) "Local Raw Printer"; what such a queue gets goes to the printer as it is.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from inspection_station.devices.printers import ipp, vocabulary
from inspection_station.devices.printers.bitmap import read_bitmap
from inspection_station.devices.printers.description import Media, PrinterDescription
from inspection_station.devices.printers.ipp import Attribute, Operation, Tag, Value
from inspection_station.devices.printers.languages import LANGUAGES
from inspection_station.devices.printers.print_service import PrintService, ServiceLost
from inspection_station.devices.printers.queues import (
    QueueFacts,
    given_up,
    queue_changed,
    queue_missing,
    queue_refused,
    queue_stopped,
    spooler_lost,
)
from inspection_station.devices.printers.vocabulary import PrinterStatus, PrintJob, PrintOutcome, broke_off
from inspection_station.errors import N_, StationProblem

RAW_MAKE = "Local Raw Printer"
REMOTE_MAKE = "Remote Printer"  # a queue without a driver that leads to another print service
IDLE, PROCESSING, STOPPED = 3, 4, 5  # printer-state
JOB_STOPPED, CANCELED, ABORTED, COMPLETED = 6, 7, 8, 9  # job-state; lower ones have not ended
WITH_ERRORS = "job-completed-with-errors"  # job-state-reasons of a stopped job whose filter failed: it stays so
ORIENTATION = {"normal": 3, "turned": 6}  # orientation-requested: as the page is, or by 180°
ASKED = (
    "printer-name", "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "printer-make-and-model",
    "device-uri",
)  # fmt: skip
NAMED_MEDIA = {(210.0, 297.0): "iso_a4_210x297mm", (148.0, 210.0): "iso_a5_148x210mm"}

Facts = Mapping[str, tuple[Value, ...]]


def cups_queues(service: PrintService | None = None) -> list[QueueFacts]:
    """All queues of CUPS whose rawness is certain, by name; raises StationProblem ``printer.spooler``."""
    asked = service or PrintService()
    request = ipp.message(Operation.CUPS_GET_PRINTERS, [(Tag.KEYWORD, "requested-attributes", ASKED)])
    try:
        found = asked.ask("/", request)
        default = asked.ask("/", ipp.message(Operation.CUPS_GET_DEFAULT, []))
    except ServiceLost as lost:
        raise spooler_lost(lost.reason) from lost
    if found.refused and found.status != ipp.NOT_FOUND:  # which it says when it has no queue
        raise spooler_lost(f"IPP {found.status:04X}")
    named = {_text(one, "printer-name") for one in default.printers}
    queues = [
        QueueFacts(name, raw, _text(one, "printer-make-and-model"), name in named)
        for one in found.printers
        if (name := _text(one, "printer-name")) and (raw := is_raw(one)) is not None
    ]
    return sorted(queues, key=lambda one: one.name)


def is_raw(facts: Facts) -> bool | None:
    """Whether a queue passes bytes on as they are; None when that depends on another print service behind it."""
    make = _text(facts, "printer-make-and-model")
    if make in ("", REMOTE_MAKE):
        return None
    if make != RAW_MAKE:
        return False
    device = _text(facts, "device-uri")
    elsewhere = device.startswith(("ipp:", "ipps:", "http:", "https:")) or "._ipp" in device
    return None if elsewhere else True


class CupsQueue:
    """One queue; how its kind was set up is compared with what CUPS says before every job."""

    def __init__(self, description: PrinterDescription, service: PrintService | None = None) -> None:
        self.name = description.queue
        self._description = description
        self._raw = description.kind == "queue_raw"
        self._service = service or PrintService()
        self._path = f"/printers/{quote(self.name, safe='')}"
        self.takes: Literal["raster", "pdf"] = "raster" if self._raw else "pdf"

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Give the job to the queue once. "Sent" means that CUPS has it; it prints it as soon as the printer can."""
        if not (job.raster_png if self._raw else job.pdf):
            return vocabulary.unsuited()
        document = self._commands(job) if self._raw else job.pdf
        try:
            facts = self._facts()
        except StationProblem as problem:
            return PrintOutcome("failed", problem)
        if (otherwise := self._otherwise(facts)) is not None:
            return PrintOutcome("failed", otherwise)
        try:
            response = self._service.ask(self._path, self._print_job(job), document)
        except ServiceLost as lost:
            if lost.began:
                return PrintOutcome("unknown", broke_off(lost.reason))
            return PrintOutcome("failed", spooler_lost(lost.reason))
        if response.refused:
            return PrintOutcome("failed", queue_refused(self.name, f"IPP {response.status:04X}"))
        number = _number_of(response.jobs, "job-id")
        return PrintOutcome("sent", ticket=str(number) if number else "")

    def end_of(self, ticket: str, job_id: str) -> PrintOutcome | None:
        """See `FollowsJobs`: a job that CUPS gave up, or somebody took from it, may have come out in part.

        Of a job that CUPS does not know any more, nothing but that it took it is ever known.
        """
        path = f"/jobs/{quote(ticket, safe='')}"
        operation: list[Attribute] = [
            (Tag.URI, "job-uri", self._service.uri(path)),
            (Tag.NAME, "requesting-user-name", _user()),
            (Tag.KEYWORD, "requested-attributes", ("job-state", "job-state-reasons", "job-name")),
        ]
        try:
            response = self._service.ask("/jobs/", ipp.message(Operation.GET_JOB_ATTRIBUTES, operation))
        except ServiceLost:
            return None
        if response.status == ipp.NOT_FOUND:
            return PrintOutcome("sent")
        if response.refused or not response.jobs:
            return None
        (facts,) = response.jobs[:1]
        if (name := _text(facts, "job-name")) and job_id not in name:  # numbers begin anew with CUPS's history
            return PrintOutcome("sent")
        state = _number_of(response.jobs, "job-state")
        broken = state == JOB_STOPPED and WITH_ERRORS in facts.get("job-state-reasons", ())
        if state in (CANCELED, ABORTED) or broken:
            return PrintOutcome("unknown", given_up(self.name))
        return PrintOutcome("sent") if state == COMPLETED else None

    def _commands(self, job: PrintJob) -> bytes:
        said = self._description
        return LANGUAGES[said.language].encode(read_bitmap(job.raster_png), said.media, (said.dpi_x, said.dpi_y))

    def _print_job(self, job: PrintJob) -> bytes:
        form = "application/vnd.cups-raw" if self._raw else "application/pdf"
        operation: list[Attribute] = [
            (Tag.URI, "printer-uri", self._service.uri(self._path)),
            (Tag.NAME, "requesting-user-name", _user()),
            (Tag.NAME, "job-name", f"{job.title} {job.id}"[:120]),
            (Tag.MIME_TYPE, "document-format", form),
        ]
        return ipp.message(Operation.PRINT_JOB, operation, [] if self._raw else page_of(self._description.media))

    def status(self) -> PrinterStatus:
        """What CUPS knows of the printer, which is what its driver or port has told."""
        try:
            facts = self._facts()
        except StationProblem as problem:
            return PrinterStatus("offline", problem)
        if (otherwise := self._otherwise(facts)) is not None:
            return PrinterStatus("offline", otherwise)
        return read_status(self.name, facts)

    def _facts(self) -> Facts:
        operation: list[Attribute] = [
            (Tag.URI, "printer-uri", self._service.uri(self._path)),
            (Tag.NAME, "requesting-user-name", _user()),
            (Tag.KEYWORD, "requested-attributes", ASKED),
        ]
        try:
            response = self._service.ask(self._path, ipp.message(Operation.GET_PRINTER_ATTRIBUTES, operation))
        except ServiceLost as lost:
            raise spooler_lost(lost.reason) from lost
        if response.status == ipp.NOT_FOUND:
            raise queue_missing(self.name)
        if response.refused or not response.printers:
            raise spooler_lost(f"IPP {response.status:04X}")
        return response.printers[0]

    def _otherwise(self, facts: Facts) -> StationProblem | None:
        """What to tell when the queue is not what it was set up as."""
        raw = is_raw(facts)
        if raw is self._raw:
            return None
        if raw is not None:
            return queue_changed(self.name, raw)
        return StationProblem(
            "printer.queue_elsewhere",
            N_("The print queue “{queue}” leads to another print service"),
            N_("Saved; the label is queued. Set up a queue that leads to the printer itself."),
            queue=self.name,
        )


def page_of(media: Media) -> list[Attribute]:
    """How a driver prints the PDF: on media of its size, one to one. Offset and darkness are the driver's own."""
    return [
        (Tag.KEYWORD, "media", media_name(media.width_mm, media.height_mm)),
        (Tag.KEYWORD, "print-scaling", "none"),
        (Tag.ENUM, "orientation-requested", ORIENTATION[media.direction]),
        (Tag.INTEGER, "copies", 1),
    ]


def media_name(width_mm: float, height_mm: float) -> str:
    """What CUPS calls media of a size (PWG 5101.1): ``custom_label_60x40mm``."""
    named = NAMED_MEDIA.get((width_mm, height_mm))
    return named or f"custom_label_{_number(width_mm)}x{_number(height_mm)}mm"


def read_status(queue: str, facts: Facts) -> PrinterStatus:
    """What a queue's state and its reasons say; a reason counts whether it is called a warning or an error.

    A queue that names no reason is ready, but whether there is paper it has not said.
    """
    told = facts.get("printer-state-reasons", ())
    reasons = {str(one).removesuffix("-error").removesuffix("-warning") for one in told}
    state = next(iter(facts.get("printer-state", ())), 0)
    for words, status in REASONS:
        if reasons & words:
            return status()
    closed = facts.get("printer-is-accepting-jobs") == (False,)
    if state == STOPPED or closed or reasons & {"paused", "moving-to-paused"}:
        return queue_stopped(queue)
    if reasons & {"offline", "offline-report", "timed-out", "shutdown", "connecting-to-device"}:
        return PrinterStatus("offline", vocabulary.lost(next(iter(sorted(reasons)))))
    if reasons & {"cups-missing-filter", "cups-insecure-filter", "other"}:
        return vocabulary.faulty()
    if state not in (IDLE, PROCESSING):
        return vocabulary.SILENT
    return PrinterStatus("printing" if state == PROCESSING else "ready", checked=False)


REASONS = (
    (frozenset({"cover-open", "door-open", "interlock-open"}), vocabulary.head_open),
    (frozenset({"media-jam"}), vocabulary.jammed),
    (frozenset({"media-empty", "media-needed", "input-tray-missing"}), vocabulary.out_of_labels),
    (frozenset({"marker-supply-empty", "marker-supply-missing"}), vocabulary.out_of_ribbon),
)


def _text(facts: Facts, name: str) -> str:
    return str(next(iter(facts.get(name, ())), ""))


def _number_of(jobs: Sequence[Facts], name: str) -> int:
    """A number that a job says of itself; 0 where it does not."""
    value = next(iter(jobs[0].get(name, ())), 0) if jobs else 0
    return value if isinstance(value, int) else 0


def _number(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return "inspection-station"
