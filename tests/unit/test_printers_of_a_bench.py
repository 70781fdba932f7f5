"""The printers of a bench, one for each purpose: what the settings make of them, and their print jobs."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from factories import INSPECTOR, HandClock
from PIL import Image
from station_cases import fill_station, one_return, station_settings

from inspection_station.devices.printers import (
    NoPrinter,
    PdfFolderPrinter,
    PrinterStatus,
    PrintJob,
    PrintOutcome,
    QueueFacts,
    SharedPrinter,
)
from inspection_station.devices.printers.vocabulary import lost
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.errors import StationProblem
from inspection_station.locations import resources
from inspection_station.settings import Settings
from inspection_station.settings.printing import (
    LabelSettings,
    PaperPrinterSettings,
    PrinterSettings,
    TotePrinterSettings,
    size_fault,
)
from inspection_station.station import printers
from inspection_station.station.assembly import Station
from inspection_station.station.document_desk import DocumentDesk
from inspection_station.station.label_trial import trial_label
from inspection_station.station.printers import PURPOSES, SystemQueue, label_dpi, label_size, printer_for
from inspection_station.storage.opening import open_database
from inspection_station.storage.print_jobs import PAPER, TOTE_LABEL, PrintJobs, PrintState

AT = datetime(2026, 11, 21, 10, 43, tzinfo=UTC)
NETWORK = PrinterSettings(kind="raw_9100", address="192.168.1.50", dpi=300, dpi_along=203)


@pytest.mark.parametrize(
    ("text", "right"),
    [("60x40", True), ("57.5x32", True), ("110x160", True), ("30x20", True), ("29x40", False), ("60x200", False),
     ("60", False), ("", False), ("60 x 40", False), ("６０x40", False)],
)  # fmt: skip
def test_a_label_size_is_width_and_height_within_what_printers_take(text: str, right: bool) -> None:
    assert (size_fault(text) == "") is right


def test_tote_labels_come_from_the_label_printer_unless_they_have_their_own(tmp_path: Path) -> None:
    settings = Settings(printer=NETWORK, label=LabelSettings("100x100"))
    shared = printer_for(settings, TOTE_LABEL, tmp_path)
    assert shared.name == "192.168.1.50:9100"
    assert (label_size(settings, TOTE_LABEL), label_dpi(settings, TOTE_LABEL)) == ((100.0, 100.0), (300, 203))
    own = replace(settings, tote_printer=TotePrinterSettings(kind="pdf_folder", size="100x60"))
    assert isinstance(printer_for(own, TOTE_LABEL, tmp_path), PdfFolderPrinter)
    assert (label_size(own, TOTE_LABEL), label_dpi(own, TOTE_LABEL)) == ((100.0, 60.0), (203, 203))


def test_a_printer_that_is_not_set_up_is_none(tmp_path: Path) -> None:
    settings = Settings(printer=PrinterSettings(kind="raw_9100"))
    assert isinstance(printer_for(settings, "inspection_label", tmp_path), NoPrinter)


@dataclass
class Found:
    """A printer the system's queue turned out to be."""

    name: str = "bench"
    takes: Literal["raster", "pdf"] = "raster"
    outcome: PrintOutcome = field(default_factory=lambda: PrintOutcome("sent"))
    got: list[PrintJob] = field(default_factory=list)

    def print_label(self, job: PrintJob) -> PrintOutcome:
        self.got.append(job)
        return self.outcome

    def status(self) -> PrinterStatus:
        return PrinterStatus("ready")


@pytest.mark.parametrize(("is_raw", "kind"), [(True, "queue_raw"), (False, "queue_driver")])
def test_the_system_says_whether_a_queue_is_raw_and_is_asked_again_after_it_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_raw: bool, kind: str
) -> None:
    opened: list[str] = []
    found = Found()

    def open_it(described: object) -> Found:
        opened.append(described.kind)  # type: ignore[attr-defined]
        return found

    queues = [QueueFacts("other", not is_raw), QueueFacts("bench", is_raw)]
    monkeypatch.setattr(printers, "system_queues", lambda: queues)
    monkeypatch.setattr(printers, "open_printer", open_it)
    queue = printer_for(Settings(printer=PrinterSettings(kind="queue", queue="bench")), "inspection_label", tmp_path)
    assert isinstance(queue, SharedPrinter) and isinstance(queue.printer, SystemQueue)
    assert opened == [], "nothing is asked before it is needed"
    job = PrintJob("j", b"", b"", "t")
    assert queue.status().state == "ready" and queue.print_label(job).state == "sent"
    assert opened == [kind]
    found.outcome = PrintOutcome("failed", StationProblem("printer.queue_changed", "changed"))
    queue.print_label(job)
    queue.status()
    assert opened == [kind, kind]


def test_a_queue_the_system_does_not_have_prints_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(printers, "system_queues", list)
    settings = Settings(paper_printer=PaperPrinterSettings(kind="queue", queue="office"))
    queue = printer_for(settings, PAPER, tmp_path)
    outcome = queue.print_label(PrintJob("j", b"", b"%PDF", "t"))
    assert outcome.state == "failed" and outcome.problem is not None
    assert (outcome.problem.code, queue.status().state) == ("printer.queue_missing", "offline")


@pytest.fixture
def desk(tmp_path: Path) -> DocumentDesk:
    database = open_database(tmp_path)
    return DocumentDesk(PAPER, HandClock(), PrintJobs(database), Found(takes="pdf"))  # type: ignore[arg-type]


def test_documents_go_out_in_order_once_each(desk: DocumentDesk) -> None:
    first = desk.queue_paper("Command sheet", b"%PDF-1", INSPECTOR)
    desk.queue_paper("Badges", b"%PDF-2", INSPECTOR)
    assert [job.title for job in desk.waiting()] == ["Command sheet", "Badges"]
    taken = desk.take_next()
    assert taken is not None and taken.id == first.id
    assert desk.send(taken) == PrintOutcome("sent")
    desk.settle(taken, PrintOutcome("sent"))
    assert [job.title for job in desk.waiting()] == ["Badges"]


def test_a_document_nobody_knows_the_end_of_waits_for_a_person(desk: DocumentDesk) -> None:
    desk.queue_paper("Command sheet", b"%PDF-1", INSPECTOR)
    taken = desk.take_next()
    assert taken is not None and desk.take_next() is None, "not sent twice, even after a sudden end"
    assert [job.id for job in desk.recover().unknown] == [taken.id]
    assert [job.id for job in desk.undecided()] == [taken.id] and desk.waiting() == []
    anew = desk.answer(taken.id, "again", INSPECTOR)
    assert anew is not None
    assert (anew.document, anew.id != taken.id) == (b"%PDF-1", True)
    assert [job.id for job in desk.waiting()] == [anew.id] and desk.undecided() == []
    with pytest.raises(StationProblem, check=lambda problem: problem.code == "print.settled"):
        desk.answer(taken.id, "seen", INSPECTOR)


def test_a_person_says_that_a_document_came_out(desk: DocumentDesk) -> None:
    desk.queue_paper("Command sheet", b"%PDF-1", INSPECTOR)
    taken = desk.take_next()
    assert taken is not None
    desk.settle(taken, PrintOutcome("unknown", lost("reset")))
    desk.answer(taken.id, "seen", INSPECTOR)
    assert desk.undecided() == [] and desk.waiting() == []
    assert desk._jobs.get(taken.id).state is PrintState.DONE  # type: ignore[union-attr]


def test_jobs_of_one_printer_are_not_seen_by_another(desk: DocumentDesk) -> None:
    desk.queue_paper("Command sheet", b"%PDF-1", INSPECTOR)
    totes = DocumentDesk(TOTE_LABEL, HandClock(), desk._jobs, Found())  # type: ignore[arg-type]
    totes.queue_label("T-000001X", b"", (60, 40), (203, 203), INSPECTOR)
    assert [job.title for job in totes.waiting()] == ["T-000001X"]
    assert desk._jobs.to_send() == [] and len(PURPOSES) == 3


def test_labels_are_printed_by_the_clients_own_design_and_a_broken_one_is_told(tmp_path: Path) -> None:
    fill_station(tmp_path, [one_return(1)])

    def printed() -> tuple[bytes, list[str]]:
        station = Station(station_settings(tmp_path), tmp_path)
        try:
            label = trial_label(AT, "B12", (60, 40), (203, 203), station.labels.layouts())
            return label.raster_png, [problem.code for problem in station.label_problems]
        finally:
            station.close()

    shipped, told = printed()
    assert told == []
    own = tmp_path / "rules" / "labels"
    own.mkdir(parents=True)
    design = (resources() / "labels" / "60x40.yaml").read_text(encoding="utf-8")
    (own / "ours.yaml").write_text(design.replace("grade: [2, 2, 12, 12]", "grade: [2, 2, 10, 10]"), encoding="utf-8")
    (own / "broken.yaml").write_text("size: [", encoding="utf-8")
    ours, told = printed()
    assert ours != shipped and len(told) == 1


def label_png(size: tuple[int, int] = (480, 320)) -> bytes:
    out = io.BytesIO()
    Image.new("1", size, 1).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def totes(tmp_path: Path) -> DocumentDesk:
    stock = ((60.0, 40.0), (203, 203))
    return DocumentDesk(TOTE_LABEL, HandClock(), PrintJobs(open_database(tmp_path)), Found(), stock)  # type: ignore[arg-type]


def test_a_tote_label_printed_again_bears_the_mark_of_a_reprint(totes: DocumentDesk) -> None:
    job = totes.queue_label("T-000001X", label_png(), (60, 40), (203, 203), INSPECTOR)
    taken = totes.take_next()
    assert taken is not None
    totes.settle(taken, PrintOutcome("unknown", lost("reset")))
    anew = totes.answer(taken.id, "again", INSPECTOR)
    assert anew is not None and anew.reprint_of == job.id
    assert anew.raster_png == reprint_of(job.raster_png, (60, 40), (203, 203)) != job.raster_png
    again = totes.take_next()
    assert again is not None and again.id == anew.id


def test_a_tote_label_for_another_printer_is_not_sent_and_can_be_discarded(totes: DocumentDesk) -> None:
    old = totes.queue_label("T-000001X", label_png((709, 472)), (60, 40), (300, 300), INSPECTOR)
    good = totes.queue_label("T-000002Y", label_png(), (60, 40), (203, 203), INSPECTOR)
    told: list[StationProblem] = []
    taken = totes.take_next(told.append)
    assert taken is not None and taken.id == good.id
    assert [problem.code for problem in told] == ["print.other_stock"]
    assert told[0].values == {
        "number": "T-000001X", "size": "60×40", "dpi": "300", "size_now": "60×40", "dpi_now": "203",
    }  # fmt: skip
    with pytest.raises(StationProblem, check=lambda problem: problem.code == "print.not_drawn"):
        totes.answer(old.id, "anew", INSPECTOR)
    totes.answer(old.id, "discard", INSPECTOR)
    assert totes.waiting() == []


def test_a_paper_that_did_not_come_out_can_be_left_at_that(desk: DocumentDesk) -> None:
    desk.queue_paper("Command sheet", b"%PDF-1", INSPECTOR)
    taken = desk.take_next()
    assert taken is not None
    desk.settle(taken, PrintOutcome("unknown", lost("reset")))
    desk.answer(taken.id, "not_seen", INSPECTOR)
    assert desk.undecided() == [] and desk.waiting() == []
    with pytest.raises(StationProblem, check=lambda problem: problem.code == "print.settled"):
        desk.answer(taken.id, "again", INSPECTOR)
