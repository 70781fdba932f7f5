"""The demo asks its running centre what it holds and believes nothing else; a centre that stays silent is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, one_return, station_settings, tracking_number

from inspection_station.admin import demo_station
from inspection_station.admin.demo_station import RunningCentre, running_centre
from inspection_station.admin.held_at_centre import held_at_centre
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import CentreLink, enrol_station


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[RunningCentre]:
    with running_centre(tmp_path / "centre", tmp_path / "centre.log") as running:
        yield running


def test_only_what_the_centre_really_holds_counts_as_held(centre: RunningCentre, tmp_path: Path) -> None:
    folder = tmp_path / "station"
    fill_station(folder, [one_return(1), one_return(2)])
    station = Station(station_settings(folder, centre={"url": centre.url}), folder)
    enrol_station(station, centre.url, centre.enrolment_code)
    bench, link = ScriptedBench(station, PERSON), CentreLink(station, lambda state: None)
    try:
        bench.scan(tracking_number(1))
        bench.photo("front")
        bench.photo("back")
        photos = {photo.sha256 for photo in bench.case.inspection.photos}
        events = list(station.store.events_of(bench.case.inspection.id))
        ids = {event.id for event in events}
        assert len(photos) == 2
        assert held_at_centre(station, events, photos) == (set(), set())

        link.engine.run_once()
        assert held_at_centre(station, events, photos) == (ids, photos)

        gone = min(photos)
        (tmp_path / "centre" / "photos" / gone[:2] / gone).unlink()
        assert held_at_centre(station, events, photos)[1] == photos - {gone}, "not what was once acknowledged"

        bench.photo("front")
        later = list(station.store.events_of(bench.case.inspection.id))
        assert held_at_centre(station, later, ())[0] == ids
    finally:
        link.close()
        station.close()


def test_a_centre_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    fill_station(folder, [])
    with running_centre(tmp_path / "centre", tmp_path / "centre.log") as centre:
        station = Station(station_settings(folder, centre={"url": centre.url}), folder)
        enrol_station(station, centre.url, centre.enrolment_code)
    try:
        with pytest.raises(StationProblem) as told:
            held_at_centre(station, (), ())
    finally:
        station.close()
    assert told.value.code == "demo.centre_silent"
    assert not (tmp_path / "centre.ready").exists()


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import time; time.sleep(60)", "demo.centre_slow"),
        ("print('{\"ready\": true', end='', flush=True); import time; time.sleep(60)", "demo.centre_slow"),
        ("print('Welcome')", "demo.centre_failed"),
        ("print('[1]')", "demo.centre_failed"),
        ("raise SystemExit(1)", "demo.centre_failed"),
    ],
)
def test_a_centre_that_never_says_it_is_ready_is_not_waited_for_without_end(
    tmp_path: Path, program: str, code: str
) -> None:
    says = tmp_path / "says"
    with says.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", program], stdout=output, stderr=subprocess.DEVNULL)
    try:
        with pytest.raises(StationProblem) as told:
            seconds = 0.3 if code == "demo.centre_slow" else 30.0
            demo_station._when_ready(process, says, tmp_path / "centre.log", seconds)
        assert told.value.code == code
        str(told.value)
    finally:
        process.kill()
        process.wait()
