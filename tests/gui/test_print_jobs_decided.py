"""Jobs that something is wrong with: each is told and decided by a person, and stops none of those behind it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from gui.printing_bench import FIRST, SECOND, Bench, running
from gui.printing_bench import Printer as FakePrinter
from PIL import Image
from station_cases import PEOPLE, PERSON

from inspection_station.devices.printers import PrintOutcome
from inspection_station.devices.printers.queues import given_up
from inspection_station.devices.printers.vocabulary import broke_off, lost
from inspection_station.errors import StationProblem
from inspection_station.station.flow import finishing
from inspection_station.station.flow.state import LastDone
from inspection_station.station.presenting.settings import print_jobs
from inspection_station.station.print_desk import Answer
from inspection_station.storage.print_jobs import SENDING, PrintJob, PrintState

UNSURE = PrintOutcome("unknown", broke_off("reset"))
UNREADABLE = pytest.mark.expects_log("cannot be (read|written)")


@pytest.fixture
def bench(tmp_path: Path, qtbot: object) -> Iterator[Bench]:
    with running(tmp_path) as made:
        yield made


Damage = Callable[[LastDone], None]


@pytest.fixture
def damage(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Damage:
    """Make the inspection of an item unreadable."""
    whole = bench.station.store.events_of

    def damage(last: LastDone) -> None:
        def events_of(inspection_id: str) -> object:
            if inspection_id == last.inspection_id:
                raise ValueError("a damaged row")
            return whole(inspection_id)

        monkeypatch.setattr(bench.station.store, "events_of", events_of)

    return damage


def newest(bench: Bench, last: LastDone) -> PrintJob:
    return bench.jobs.of_item(last.rt_number)[-1]


def answers(bench: Bench) -> list[tuple[Answer, ...]]:
    """What a person can say of each open job."""
    labels = bench.station.labels
    undecided = labels.undecided()
    return [one.answers for one in print_jobs(
        undecided, labels.waiting(), labels.void_labels(undecided), bench.station.clock)]  # fmt: skip


def traces(bench: Bench, last: LastDone) -> list[dict[str, object]]:
    events = bench.station.case(last.inspection_id).events
    return [dict(event.payload) for event in events if event.kind == "label_printed"]


def codes_of(job: PrintJob) -> set[str]:
    with Image.open(io.BytesIO(job.raster_png)) as image:
        large = image.convert("L").resize((image.width * 2, image.height * 2))
        return {one.text for one in zxingcpp.read_barcodes(large)}


# --- an inspection that cannot be read -----------------------------------------------------------------------


@UNREADABLE
def test_a_job_whose_inspection_cannot_be_read_waits_for_a_person_and_the_next_one_goes_out(
    bench: Bench, damage: Damage
) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    first, second = bench.print(FIRST), bench.print(SECOND)
    damage(first)
    bench.printer.state = "ready"
    bench.queue.ask()
    assert bench.states(first) == [("unknown", "print.no_inspection")]
    assert bench.states(second) == [("sent", "")] and len(bench.printer.tried) == 1
    assert bench.told[-1] == "print.no_inspection" and answers(bench) == [("seen", "not_seen")]
    job = newest(bench, first)
    with pytest.raises(StationProblem, check=lambda problem: problem.code == "print.no_inspection"):
        bench.station.labels.answer(job.id, "again", PERSON)
    bench.queue.decide(job.id, "not_seen", PERSON)
    assert bench.states(first) == [("done", "not_seen")]


@UNREADABLE
def test_a_start_recovers_what_it_can_though_one_inspection_cannot_be_read(bench: Bench, damage: Damage) -> None:
    first, second = bench.finish(FIRST), bench.finish(SECOND)
    bench.station.labels.queue(first.inspection_id, first.item_id, PERSON)
    assert bench.station.labels.take_next() is not None  # killed while it was sent
    damage(first)
    bench.queue.start()
    bench.queue.stop()
    assert bench.states(first) == [("unknown", "print.unknown")]
    assert bench.states(second) == [("sent", "")], "never queued before the kill"


@UNREADABLE
def test_an_inspection_that_cannot_be_read_when_its_label_is_out_stops_no_other_label(
    bench: Bench, damage: Damage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = bench.finish(FIRST), bench.finish(SECOND)
    printed = bench.printer.print_label

    def and_damaged(job: object) -> PrintOutcome:
        damage(first)
        outcome: PrintOutcome = printed(job)
        return outcome

    monkeypatch.setattr(bench.printer, "print_label", and_damaged)
    bench.queue.print_item(first.inspection_id, first.item_id, PERSON)
    bench.queue.print_item(second.inspection_id, second.item_id, PERSON)
    assert bench.states(first) == bench.states(second) == [("sent", "")]


# --- another printer or other labels -------------------------------------------------------------------------


def other_stock(bench: Bench, size: tuple[float, float] = (60, 40), dpi: tuple[int, int] = (300, 300)) -> None:
    """The printer is another one, or has other labels in it."""
    settings = bench.station.settings
    bench.station.settings = replace(
        settings,
        printer=replace(settings.printer, dpi=dpi[0], dpi_along=0 if dpi[0] == dpi[1] else dpi[1]),
        label=replace(settings.label, size="x".join(f"{side:g}" for side in size)),
    )
    bench.station.labels = bench.station._label_desk()


@pytest.mark.parametrize(("size", "dpi"), [((60, 40), (300, 300)), ((100, 100), (203, 203)), ((60, 40), (203, 300))])
def test_a_label_drawn_for_another_printer_is_not_sent_and_drawn_anew_with_the_same_codes(
    bench: Bench, size: tuple[float, float], dpi: tuple[int, int]
) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    first = bench.print(FIRST)
    other_stock(bench, size, dpi)
    second = bench.print(SECOND)
    bench.printer.state = "ready"
    bench.queue.ask()
    assert bench.states(first) == [("failed", "print.other_stock")] and bench.states(second) == [("sent", "")]
    assert len(bench.printer.tried) == 1 and bench.told.count("print.other_stock") == 1
    bench.queue.ask()
    assert bench.told.count("print.other_stock") == 1, "told once"
    assert answers(bench) == [("anew", "discard")] and bench.noted(first) == []
    old = newest(bench, first)
    bench.queue.decide(old.id, "anew", PERSON)
    assert bench.states(first) == [("done", "replaced"), ("sent", "")]
    anew = newest(bench, first)
    assert (anew.dpi_x, anew.dpi_y) == dpi and anew.size == f"{size[0]:g}x{size[1]:g}"
    assert anew.reprint_of == "" and codes_of(anew) == codes_of(old) != set()


def test_a_reprint_for_a_printer_that_is_another_one_now_is_not_called_sent(bench: Bench) -> None:
    last = bench.print(FIRST)
    other_stock(bench)
    bench.queue.print_again(last.inspection_id, last.item_id, PERSON)
    assert bench.states(last) == [("sent", ""), ("failed", "print.other_stock")]
    bench.queue.decide(newest(bench, last).id, "anew", PERSON)
    assert bench.states(last)[1:] == [("done", "replaced"), ("sent", "")]
    assert newest(bench, last).reprint_of == bench.jobs.of_item(last.rt_number)[0].id, "still a reprint"


def test_a_label_nobody_wants_any_more_is_discarded(bench: Bench) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    last = bench.print(FIRST)
    other_stock(bench)
    assert bench.station.labels.take_next() is None
    bench.queue.decide(newest(bench, last).id, "discard", PERSON)
    assert bench.states(last) == [("done", "discarded")] and answers(bench) == [] and bench.noted(last) == []


def test_jobs_of_older_programs_are_measured_by_their_dots(bench: Bench) -> None:
    last = bench.finish(FIRST)
    job = bench.station.labels.queue(last.inspection_id, last.item_id, PERSON)
    old = replace(job, id="old", dpi_x=0, dpi_y=0, size="")
    bench.jobs.mark(job.id, PrintState.DONE)
    bench.jobs.add(old)
    other_stock(bench)
    assert bench.station.labels.take_next() is None
    other_stock(bench, dpi=(203, 203))
    taken = bench.station.labels.take_next()
    assert taken is not None and taken.id == "old", "the printer is the old one again"


# --- what a person says --------------------------------------------------------------------------------------


def test_a_label_of_unknown_end_whose_result_was_undone_can_be_settled_truthfully(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.outcome = UNSURE
    last = bench.print(FIRST)
    bench.hands.state = replace(bench.hands.state, case=None)
    assert answers(bench) == [("seen", "again", "not_seen")]
    bench.hands.do(finishing.undo)
    assert answers(bench) == [("seen", "not_seen")], "it is void: it is not printed again"
    bench.queue.decide(newest(bench, last).id, "not_seen", PERSON)
    assert bench.states(last) == [("done", "void")] and len(bench.printer.tried) == 1
    assert bench.noted(last) == ["unknown", "not_seen"] and answers(bench) == []


def test_the_job_asked_about_is_printed_again_and_not_the_newest_of_its_item(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.outcome = UNSURE
    last = bench.print(FIRST)
    asked = newest(bench, last)
    other = replace(
        asked, id="other", raster_png=png((8, 8)), state=PrintState.QUEUED, created_at="2026-11-21T09:00:00.000Z"
    )
    bench.jobs.add(other)
    bench.jobs.mark("other", PrintState.SENT)
    bench.printer.outcome = PrintOutcome("sent")
    bench.queue.decide(asked.id, "again", PERSON)
    bench.queue.ask()
    anew = newest(bench, last)
    assert anew.reprint_of == asked.id and codes_of(anew) == codes_of(asked) != set()
    assert bench.states(last) == [("done", "replaced"), ("sent", ""), ("sent", "")]


def test_printing_again_and_noting_it_happen_both_or_not_at_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.queue.ask()
    bench.printer.outcome = UNSURE
    last = bench.print(FIRST)
    labels, job = bench.station.labels, newest(bench, last)

    def full(*_: object, **__: object) -> None:
        raise StationProblem("disk.full", "full")

    with monkeypatch.context() as broken:
        broken.setattr("inspection_station.storage.print_jobs._insert", full)
        with pytest.raises(StationProblem):
            labels.answer(job.id, "again", PERSON)
    assert bench.states(last) == [("unknown", "printer.broke_off")]
    assert labels.answer(job.id, "again", PERSON) is not None
    with pytest.raises(StationProblem, check=lambda problem: problem.code == "print.settled"):
        labels.answer(job.id, "again", PERSON)
    assert len(bench.jobs.of_item(last.rt_number)) == 2


def test_a_scan_proves_a_job_only_where_no_other_one_can_have_made_the_label(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.outcome = UNSURE
    last = bench.print(FIRST)
    bench.queue.print_again(last.inspection_id, last.item_id, PERSON)
    bench.queue.ask()
    labels = bench.station.labels
    two = bench.states(last)
    labels.verified(last.rt_number, 1)
    assert bench.states(last) == two == [("unknown", "printer.broke_off")] * 2, "either of them came out, or both"
    labels.answer(bench.jobs.of_item(last.rt_number)[0].id, "not_seen", PERSON)
    labels.verified(last.rt_number, 1)
    assert bench.states(last) == [("done", "not_seen"), ("done", "seen")]


def test_a_scan_of_the_label_that_is_out_says_nothing_about_its_reprint(bench: Bench) -> None:
    last = bench.print(FIRST)
    bench.printer.outcome = UNSURE
    bench.queue.print_again(last.inspection_id, last.item_id, PERSON)
    bench.station.labels.verified(last.rt_number, 1)
    assert bench.states(last) == [("sent", ""), ("unknown", "printer.broke_off")]


def test_a_reprint_leaves_a_trace_with_who_asked_for_it_and_not_who_was_there_when_it_went_out(bench: Bench) -> None:
    last = bench.print(FIRST)
    bench.printer.state = "offline"
    bench.queue.ask()
    lead = PEOPLE[1]
    bench.queue.print_again(last.inspection_id, last.item_id, lead)
    bench.printer.state = "ready"
    bench.queue.ask()
    first, second = traces(bench, last)
    assert first["by"] == PERSON.id and "reprint" not in first
    assert second["by"] == lead.id and second["reprint"] is True
    events = [one for one in bench.station.case(last.inspection_id).events if one.kind == "label_printed"]
    assert [one.person for one in events] == [PERSON.id, lead.id]
    jobs = bench.jobs.of_item(last.rt_number)
    assert [job.reprint_of for job in jobs] == ["", jobs[0].id]


def test_a_label_whose_bitmap_is_not_kept_any_more_is_reprinted_by_drawing_it_anew(bench: Bench) -> None:
    last = bench.print(FIRST)
    old = newest(bench, last)
    assert bench.jobs.let_bits_go("2999-01-01T00:00:00.000Z") == 1
    assert newest(bench, last).raster_png == b"" and bench.states(last) == [("sent", "")]
    bench.queue.print_again(last.inspection_id, last.item_id, PERSON)
    assert newest(bench, last).reprint_of == old.id and codes_of(newest(bench, last)) == codes_of(old) != set()


def test_bitmaps_of_open_jobs_stay_however_old_they_are(bench: Bench) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    last = bench.print(FIRST)
    bench.jobs.let_bits_go("2999-01-01T00:00:00.000Z")
    assert newest(bench, last).raster_png != b""
    assert bench.jobs.let_bits_go("2026-01-01T00:00:00.000Z") == 0, "nothing is older"


# --- a print service that takes a label and gives it up later ------------------------------------------------


class Service(FakePrinter):
    """A printer behind a print service; `ends` is what it says of jobs it took."""

    ends: PrintOutcome | None = None

    def end_of(self, ticket: str, job_id: str) -> PrintOutcome | None:
        assert ticket == "7" and self.jobs is not None and self.jobs.get(job_id) is not None
        return self.ends


@pytest.fixture
def service(tmp_path: Path, qtbot: object) -> Iterator[Bench]:
    printer = Service()
    printer.outcome = PrintOutcome("sent", ticket="7")
    with running(tmp_path, printer) as made:
        yield made


def test_a_label_the_print_service_gives_up_is_of_unknown_end_and_told(service: Bench) -> None:
    last = service.print(FIRST)
    service.queue.follow()
    assert service.states(last) == [("sent", "")] and newest(service, last).ticket == "7", "it has not ended yet"
    service.printer.ends = PrintOutcome("unknown", given_up("labels"))
    service.queue.follow()
    assert service.states(last) == [("unknown", "printer.given_up")] and newest(service, last).ticket == ""
    assert service.told == ["printer.given_up"] and service.noted(last) == ["sent", "unknown"]
    service.queue.follow()
    assert service.told == ["printer.given_up"], "told once"


def test_a_label_the_print_service_printed_stays_sent_and_is_not_asked_about_again(service: Bench) -> None:
    last = service.print(FIRST)
    service.printer.ends = PrintOutcome("sent")
    service.queue.follow()
    assert service.states(last) == [("sent", "")] and service.station.labels.with_ticket() == []
    assert service.noted(last) == ["sent"] and service.told == []


def test_what_a_person_has_seen_stays_seen_whatever_the_print_service_says(service: Bench) -> None:
    last = service.print(FIRST)
    job = newest(service, last)
    service.jobs.mark(job.id, PrintState.DONE, "seen", ticket="7")
    service.printer.ends = PrintOutcome("unknown", given_up("labels"))
    service.queue.follow()
    assert service.states(last) == [("done", "seen")] and service.told == []


# --- the rows ------------------------------------------------------------------------------------------------


def test_the_newest_job_of_an_item_is_the_newest_of_any_number(bench: Bench) -> None:
    last = bench.print(FIRST)
    job = newest(bench, last)
    for number in range(120):
        bench.jobs.add(replace(job, id=f"j{number}", raster_png=b"x"))
    assert bench.station.labels.newest(last.rt_number).id == "j119"
    assert [one.id for one in bench.jobs.of_item(last.rt_number)][-1] == "j119"


def test_a_hundred_jobs_that_cannot_go_out_do_not_hide_one_that_can(bench: Bench) -> None:
    first, second = bench.finish(FIRST), bench.finish(SECOND)
    labels = bench.station.labels
    job = labels.queue(first.inspection_id, first.item_id, PERSON)
    for number in range(110):
        bench.jobs.add(replace(job, id=f"j{number}", dpi_x=600, dpi_y=600))
    bench.jobs.mark(job.id, PrintState.DONE)
    good = labels.queue(second.inspection_id, second.item_id, PERSON)
    taken = labels.take_next()
    assert taken is not None and taken.id == good.id
    assert bench.jobs.unknown(SENDING)[0].id == good.id and labels.count_waiting() == 110


def test_counting_and_listing_jobs_loads_no_bitmaps(bench: Bench) -> None:
    import sqlalchemy as sa

    bench.printer.state = "offline"
    bench.queue.ask()
    bench.print(FIRST)
    asked: list[str] = []
    engine = bench.station.database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    labels = bench.station.labels
    assert (labels.count_waiting(), len(labels.waiting()), labels.undecided()) == (1, 1, [])
    selects = [one for one in asked if "print_jobs" in one]
    assert len(selects) == 3 and not any("raster_png" in one or "document" in one for one in selects)


def test_a_printer_that_fails_every_label_is_asked_again_later_and_keeps_their_order(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.outcome = PrintOutcome("failed", lost("no route"))
    first, second = bench.print(FIRST), bench.print(SECOND)
    bench.printer.outcome = PrintOutcome("sent")
    bench.queue.ask()
    assert [one[:18] for one in bench.printer.tried[-2:]] == [first.rt_number, second.rt_number]


def png(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size, 1).save(out, "PNG")
    return out.getvalue()
