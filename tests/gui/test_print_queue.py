"""The print queue: retries at its own pace, waits for a printer, prints no void label, forgets none at a kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gui.printing_bench import FIRST, SECOND, Bench, running
from station_cases import PERSON

from inspection_station.devices.printers import PdfFolderPrinter, PrintOutcome
from inspection_station.devices.printers.vocabulary import lost
from inspection_station.documents.bitmap_pdf import pdf_of_bitmap
from inspection_station.errors import StationProblem
from inspection_station.station.flow import acts, finishing
from inspection_station.storage.print_jobs import PrintState


@pytest.fixture
def bench(tmp_path: Path, qtbot: object) -> Iterator[Bench]:
    with running(tmp_path) as made:
        yield made


def test_a_label_that_fails_on_a_ready_printer_rests_until_the_next_look(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.outcome = PrintOutcome("failed", lost("no route"))
    last = bench.print(FIRST)
    assert len(bench.printer.tried) == 1
    for _ in range(3):
        bench.queue.ask()  # the timer's tick
    assert len(bench.printer.tried) == 4
    assert bench.noted(last) == ["failed"] and bench.told == ["printer.lost"]
    bench.printer.outcome = PrintOutcome("sent")
    bench.queue.ask()
    assert bench.noted(last) == ["failed", "sent"]
    (job,) = bench.jobs.of_item(last.rt_number)
    assert (job.state, job.attempts) == (PrintState.SENT, 5)


def test_without_a_printer_new_labels_only_wait_and_one_notice_says_so(bench: Bench) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    first, second = bench.print(FIRST), bench.print(SECOND)
    assert bench.printer.tried == [] and bench.told == ["printer.lost"]
    assert bench.noted(first) == bench.noted(second) == []
    bench.printer.state = "ready"
    bench.queue.ask()
    assert [title[:14] for title in bench.printer.tried] == [first.rt_number[:14], second.rt_number[:14]]
    assert bench.states(second) == [("sent", "")]


def test_the_label_of_an_undone_item_is_never_sent(bench: Bench) -> None:
    bench.printer.state = "offline"
    bench.queue.ask()
    last = bench.print(FIRST)
    bench.hands.do(finishing.undo)
    assert bench.hands.state.last is not None and bench.hands.state.last.undone
    bench.printer.state = "ready"
    bench.queue.ask()
    assert bench.printer.tried == [] and bench.states(last) == [("done", "void")]
    with pytest.raises(StationProblem) as refused:
        bench.station.labels.repeat(last.rt_number, PERSON)
    assert refused.value.code == "print.void"
    again = acts.reprint(bench.station.desk, bench.hands.state).effects
    assert again.problem is not None and again.problem.code == "print.void" and again.reprints == ()
    bench.hands.do(finishing.confirm)
    bench.queue.print_item(last.inspection_id, last.item_id, PERSON)
    assert len(bench.printer.tried) == 1 and bench.printer.tried[0].endswith("-02")
    assert bench.states(last) == [("done", "void"), ("sent", "")]


def test_a_label_that_a_kill_kept_from_being_queued_prints_by_itself(bench: Bench) -> None:
    first, second = bench.finish(FIRST), bench.print(SECOND)
    assert len(bench.printer.tried) == 1
    bench.queue.start()
    bench.queue.stop()
    assert len(bench.printer.tried) == 2
    assert bench.states(first) == bench.states(second) == [("sent", "")]
    bench.queue.start()
    bench.queue.stop()
    assert len(bench.printer.tried) == 2


def test_a_job_is_noted_before_it_is_sent_and_not_sent_again_after_a_kill(bench: Bench) -> None:
    last = bench.finish(FIRST)
    bench.station.labels.queue(last.inspection_id, last.item_id, PERSON)
    assert bench.station.labels.take_next() is not None  # killed while it was sent
    bench.queue.start()
    bench.queue.stop()
    assert bench.printer.tried == [] and bench.told == ["print.unknown"]
    assert bench.states(last) == [("unknown", "print.unknown")]
    bench.queue.print_again(last.inspection_id, last.item_id, PERSON)
    assert bench.printer.seen == [PrintState.UNKNOWN]


def test_a_job_in_a_folder_is_written_again_after_a_kill(bench: Bench, tmp_path: Path) -> None:
    bench.station.printer = PdfFolderPrinter(tmp_path / "labels")
    bench.station.labels = bench.station._label_desk()
    labels = bench.station.labels
    last = bench.finish(FIRST)
    labels.queue(last.inspection_id, last.item_id, PERSON)
    job = labels.take_next()
    assert job is not None and labels.send(job) == PrintOutcome("sent")  # killed before it was noted
    bench.queue.start()
    bench.queue.stop()
    assert bench.states(last) == [("sent", "")] and bench.told == []
    assert len(list((tmp_path / "labels").glob("*.pdf"))) == 1


@pytest.mark.expects_log("bug")
def test_a_printer_that_breaks_does_not_stop_the_labels_after_it(bench: Bench) -> None:
    bench.queue.ask()
    bench.printer.error = RuntimeError("broken driver")
    first = bench.print(FIRST)
    assert bench.states(first) == [("unknown", "print.broken")] and "print.broken" in bench.told
    bench.printer.error = None
    second = bench.print(SECOND)
    bench.queue.ask()
    assert bench.states(second) == [("sent", "")] and len(bench.printer.tried) == 2


def test_the_same_bitmap_makes_the_same_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    last = bench.print(FIRST)
    (job,) = bench.jobs.of_item(last.rt_number)
    before = pdf_of_bitmap(job.raster_png, (60, 40), job.title)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert pdf_of_bitmap(job.raster_png, (60, 40), job.title) == before


def test_a_full_disk_shows_before_a_label_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printer = PdfFolderPrinter(tmp_path)
    assert printer.status().state == "ready"
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if content:  # a name still fits, its bytes do not
            write(path, b"")
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert printer.status().state == "offline" and list(tmp_path.iterdir()) == []
