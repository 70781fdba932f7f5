"""Labels when the printer fails: queued, and printed by themselves in their order when it is back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from gui import working_bench
from gui.working_bench import CLEAN, UNKNOWN, WorkingBench

from inspection_station.station import print_queue
from inspection_station.station.flow.state import Screen
from inspection_station.storage.print_jobs import PrintJobs, PrintState

RT_LENGTH = len("RT-261121-01200042")


@pytest.fixture
def waiting(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingBench]:
    """A station that asks its printer often, with an inspector signed in."""
    monkeypatch.setattr(print_queue, "ASK_MS", 50)
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        bench.sign_in()
        yield bench


def block(bench: WorkingBench) -> Path:
    """Take the label folder away: a file lies where it was, so that no label can be written."""
    labels = bench.app.station.folder / "labels"
    while not labels.is_file():  # the printer is asked often, and makes the folder anew
        shutil.rmtree(labels)
        with suppress(IsADirectoryError):
            labels.write_bytes(b"")
    return labels


def unclaimed(bench: WorkingBench, number: str) -> None:
    """Inspect a parcel that matches nothing, with its two photos."""
    bench.scan(number)
    bench.until_screen(Screen.NO_MATCH)
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)


def test_labels_wait_for_the_printer_and_come_out_in_their_order(waiting: WorkingBench) -> None:
    bench = waiting
    bench.until(lambda: bench.app.prints.status and bench.app.prints.status.state == "ready")
    labels = block(bench)
    first = bench.work_clean(CLEAN)
    what, to_do = bench.until_told("printer.folder_unwritable")
    assert "标签" in what + to_do
    bench.until(lambda: bench.app.prints.status.state == "offline")
    assert not bench.app.station.printer_is_ready
    toast = bench.app.bench.pages.waiting.toast
    bench.until(lambda: toast._view.detail == "标签已排队")
    unclaimed(bench, UNKNOWN)
    bench.until(lambda: len(bench.on_bench(bench.app.station.labels.waiting)) == 2)
    strip = {chip.view.name: chip.view for chip in bench.app.window.frame.strip.chips}
    assert strip["printer"].state == "fault"
    assert toast._view.detail == "标签已排队"
    labels.unlink()
    bench.until(lambda: len(bench.labels) == 2)
    bench.until(lambda: toast._view.detail == "标签已打印")
    bench.quiet()
    assert bench.on_bench(bench.app.station.labels.waiting) == []
    printed = sorted(bench.labels, key=lambda path: path.stat().st_mtime_ns)
    stored = PrintJobs(bench.app.station.database)
    jobs = bench.on_bench(lambda: [job for path in printed for job in stored.of_item(path.name[:RT_LENGTH])])
    jobs.sort(key=lambda job: job.id)
    assert [job.state for job in jobs] == [PrintState.SENT, PrintState.SENT]
    assert [path.name[:RT_LENGTH] for path in printed] == [job.rt_number for job in jobs]
    events = bench.stored(first.inspection.id).events
    ends = [event.payload["state"] for event in events if event.kind == "label_printed"]
    assert ends in (["sent"], ["failed", "sent"])  # tried once at most while the folder was away, as far as noted
