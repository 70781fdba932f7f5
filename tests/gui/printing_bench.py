"""A station with its print queue and a printer that does as it is told; everything is done at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, one_return, station_settings

from inspection_station.devices.printers import Printer as AnyPrinter
from inspection_station.devices.printers import PrinterStatus, PrintJob, PrintOutcome
from inspection_station.devices.printers.vocabulary import lost
from inspection_station.station.assembly import Station
from inspection_station.station.background import InlineBackground
from inspection_station.station.flow.state import LastDone
from inspection_station.station.notices import Notices
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import PrintJobs

FIRST, SECOND = "SF0000000000001", "SF0000000000002"


class Printer:
    """Says `state` about itself and ends every job as `outcome`; `tried` are the titles it was given."""

    name = "fake"
    takes: Literal["raster", "pdf"] = "raster"

    def __init__(self) -> None:
        self.state: Any = "ready"
        self.outcome = PrintOutcome("sent")
        self.error: Exception | None = None
        self.tried: list[str] = []
        self.seen: list[str] = []  # the stored state of the job while it is sent
        self.jobs: PrintJobs | None = None

    def print_label(self, job: PrintJob) -> PrintOutcome:
        self.tried.append(job.title)
        stored = self.jobs.get(job.id) if self.jobs else None
        self.seen.append(stored.state if stored else "")
        if self.error is not None:
            raise self.error
        return self.outcome

    def status(self) -> PrinterStatus:
        return PrinterStatus(self.state, None if self.state == "ready" else lost("unplugged"))


@dataclass
class Bench:
    """A station with its print queue, everything done at once; `told` are the codes it told."""

    station: Station
    printer: Any
    queue: PrintQueue
    hands: ScriptedBench
    told: list[str] = field(default_factory=list)

    @property
    def jobs(self) -> PrintJobs:
        return PrintJobs(self.station.database)

    def finish(self, tracking: str) -> LastDone:
        """Inspect a parcel; its label is not queued yet."""
        self.hands.work(tracking)
        assert self.hands.state.last is not None
        return self.hands.state.last

    def print(self, tracking: str) -> LastDone:
        """Inspect a parcel and print its label."""
        last = self.finish(tracking)
        self.queue.print_item(last.inspection_id, last.item_id, PERSON)
        return last

    def noted(self, last: LastDone) -> list[str]:
        """How the item's labels ended, as its chain says."""
        events = self.station.case(last.inspection_id).events
        return [event.payload["state"] for event in events if event.kind == "label_printed"]

    def states(self, last: LastDone) -> list[tuple[str, str]]:
        return [(job.state.value, job.detail) for job in self.jobs.of_item(last.rt_number)]


@contextmanager
def running(folder: Path, printer: AnyPrinter | None = None) -> Iterator[Bench]:
    """A bench with an inspector signed in, over a folder of its own."""
    fill_station(folder, [one_return(1), one_return(2), one_return(3)])
    near = printer or Printer()
    station = Station(station_settings(folder), folder, near)
    if isinstance(near, Printer):
        near.jobs = PrintJobs(station.database)
    notices = Notices()
    background = InlineBackground(notices)
    session = Session(station, background)
    session.begin(PERSON)
    queue = PrintQueue(station, session, background)
    hands = ScriptedBench(station, PERSON)
    hands.label = lambda inspection_id, item_id: None  # type: ignore[method-assign]  # the queue's to do
    made = Bench(station, near, queue, hands)
    queue.told.connect(lambda problem: made.told.append(problem.code))
    notices.raised.connect(lambda notice: made.told.append(notice.code))
    yield made
    background.close()
    station.close()
