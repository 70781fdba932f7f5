"""The demo: a centre of its own on loopback with believable data, and a station enrolled at it.

Everything is real but the goods: the centre is the same process as in the field, the station enrols with a code,
and its data come by the feed. Numbers are those of practice work (station 000) and match no real case.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inspection_station.admin.demo_cases import ShownParcel
from inspection_station.admin.demo_csv import csv_bytes
from inspection_station.admin.demo_people import demo_people, demo_totes
from inspection_station.admin.demo_photos import keep_photos
from inspection_station.admin.demo_returns import demo_returns, demo_script
from inspection_station.errors import N_, StationProblem
from inspection_station.server import reference_import
from inspection_station.server.centre import open_centre
from inspection_station.settings import Settings
from inspection_station.workflows.history_wish import HouseFilter

TODAY_FILE = "demo_day"
CENTRE_SECONDS = 90.0  # a slow machine makes its first database and compiles byte code
LOOK_SECONDS = 0.02
NEWEST = 60  # items of other benches whose photos are looked for


@dataclass(frozen=True)
class RunningCentre:
    """A centre in a process of its own: where it answers, and the code with which a station enrols."""

    url: str
    enrolment_code: str


def fill_centre(folder: Path, today: date) -> None:
    """Give the centre in `folder` the demo's expected returns, people and totes; the same data twice changes nothing.

    The day of the first run stays with the folder, so that a second run brings no other dates.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day_file = folder / TODAY_FILE
    if day_file.exists():
        today = date.fromisoformat(day_file.read_text().strip())
    else:
        day_file.write_text(today.isoformat())
    people = [
        {"id": one.id, "number": one.number, "name": one.name, "name_en": one.name_en, "role": one.role.value,
         "shift": one.shift, "badge": one.badge, "pin": one.pin}
        for one in demo_people()
    ]  # fmt: skip
    totes = [
        {"code": one.code, "slot": str(one.slot), "disposition": one.disposition, "vendor": one.vendor,
         "capacity": str(one.capacity)}
        for one in demo_totes()
    ]  # fmt: skip
    centre = open_centre(folder, practice=True)
    try:
        for report in (
            reference_import.import_returns(centre, csv_bytes(demo_returns(today=today))),
            reference_import.import_people(centre, _csv(people)),
            reference_import.import_totes(centre, _csv(totes)),
        ):
            if report.faults:
                raise AssertionError(f"the demo's own data are refused: {report.faults[:3]}")
    finally:
        centre.close()


def begin_anew_unless_of(today: date, folder: Path) -> None:
    """Clear a demo of another day: its dates are past and its parcels are done. Only ever the demo's own folder."""
    day_file = folder / "centre" / TODAY_FILE
    if day_file.exists() and day_file.read_text().strip() != today.isoformat():
        for part in ("centre", "station"):
            shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@contextmanager
def running_centre(folder: Path, log: Path) -> Iterator[RunningCentre]:
    """The centre of `folder` in a process of its own on a free port of this machine, ended with the block.

    Raises:
        StationProblem: ``demo.centre_failed``, ``demo.centre_slow``.
    """
    command = [sys.executable, "-m", "inspection_station", "central", "serve", "--demo", "--port", "0"]
    says = log.with_suffix(".ready")  # a file, not a pipe: it can be looked at without waiting, and never fills up
    with log.open("ab") as errors, says.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--data", str(folder)], stdout=output, stderr=errors, stdin=subprocess.DEVNULL
        )
    try:
        yield _when_ready(process, says, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()
            process.wait()
        with suppress(OSError):
            says.unlink()


def _when_ready(
    process: subprocess.Popen[bytes], says: Path, log: Path, seconds: float = CENTRE_SECONDS
) -> RunningCentre:
    """What the centre tells on its first line; waits for it no longer than `seconds`.

    Raises:
        StationProblem: ``demo.centre_failed``: it ended or told something else; ``demo.centre_slow``: it told nothing.
    """
    ends = time.monotonic() + seconds
    while True:
        has_ended = process.poll() is not None  # before the look: what it wrote last is there then
        line, whole, _ = says.read_bytes().partition(b"\n")
        if whole or has_ended:
            break
        if time.monotonic() > ends:
            raise StationProblem(
                "demo.centre_slow",
                N_("The demo's centre did not get ready within {n} seconds."),
                N_("Start the demo again; if it happens again, look into {log}."),
                n=round(seconds),
                log=log,
            )
        time.sleep(LOOK_SECONDS)
    try:
        ready = json.loads(line)
        return RunningCentre(str(ready["url"]), str(ready.get("enrolment_code", "")))
    except (ValueError, KeyError, TypeError) as error:
        raise StationProblem(
            "demo.centre_failed", N_("The demo's centre did not start."), N_("Look into {log}."), log=log
        ) from error


def prepare_station(settings: Settings, folder: Path, url: str, code: str) -> None:
    """Enrol the demo's station once and fetch what the centre tells, so that the window opens on a filled queue."""
    from inspection_station.station.assembly import Station
    from inspection_station.station.centre_link import CentreLink, enrol_station, is_enrolled

    station = Station(settings, folder)
    try:
        if not is_enrolled(station):
            enrol_station(station, url, code)
        link = CentreLink(station, lambda state: None)
        try:
            link.engine.run_once()
        finally:
            link.close()
        known = [one.item for one in station.house.find(HouseFilter(), NEWEST)]
        keep_photos([one for one in known if one.photos], station.photos, station.database)
    finally:
        station.close()


def parcels() -> dict[str, ShownParcel]:
    """What the simulated camera shows, by tracking number."""
    return demo_script()
