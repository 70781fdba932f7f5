"""kill -9 in every state of the bench: what was acknowledged is there after the restart, and the window says so.

The states come from `bench_states`; that they stand for everything is measured against the program's own lists: its
screens, kinds of event, findings, the exceptions of the menu, the types of answer, what a person may change.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
from bench_states import EXCEPTIONS, STATES
from gui.working_bench import WorkingBench, fill, running, settings_of

from inspection_station.domain.checklist import ANSWER_TYPES, VERDICTS
from inspection_station.domain.events import EventKind, broken_link, photo_hashes
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.station.assembly import Station
from inspection_station.station.flow.exception_acts import CHOICES
from inspection_station.station.flow.state import Screen
from inspection_station.station.photo_strip import ShotTile
from inspection_station.workflows.deciding import _CHANGEABLE
from inspection_station.workflows.exceptions import HOLD_REASONS, OUTSIDE

PROJECT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("state_child.py")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "tests"))),
    "QT_QPA_PLATFORM": "offscreen",
}
SILENCE = 60  # seconds without a line: the station hangs
LATEST = 0.03  # seconds after an act: the time in which the next one gets under way

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Stations:
    """The process that makes stations, and what they say."""

    def __init__(self) -> None:
        self._rest = b""
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT
        )

    def close(self) -> None:
        """No further station."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._out.close()
        self.process.wait()

    @property
    def _out(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def start(self, folder: Path, state: str, *, stays: bool) -> None:
        """A station goes to `state`."""
        assert self.process.stdin is not None
        wanted = {"folder": str(folder), "state": state, "stays": stays}
        self.process.stdin.write(json.dumps(wanted).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next thing said."""
        while b"\n" not in self._rest:
            assert select.select([self._out], [], [], SILENCE)[0], "the station hangs"
            piece = os.read(self._out.fileno(), 65536)
            assert piece, "the stations ended"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        assert "fault" not in told, told["fault"]
        return told


@dataclass
class Killed:
    """What a killed station had said last, and everything it had said."""

    last: dict[str, Any] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)


def kill_there(stations: Stations, folder: Path, state: str) -> Killed:
    """A station is killed at once after the last act to `state` was acknowledged."""
    stations.start(folder, state, stays=True)
    pid = stations.hear()["pid"]
    return _killed(stations, pid, lambda killed: "there" in killed.last, 0)


def kill_on_the_way(stations: Stations, folder: Path, state: str, chance: random.Random) -> Killed:
    """A station that goes on and on is killed after some act on the way, the next one perhaps under way."""
    stations.start(folder, state, stays=False)
    pid = stations.hear()["pid"]
    acts = chance.randrange(8)
    return _killed(stations, pid, lambda killed: len(killed.said) > acts, chance.uniform(0, LATEST))


def _killed(stations: Stations, pid: int, enough: Callable[[Killed], bool], wait: float) -> Killed:
    killed = Killed()
    while not enough(killed):
        killed.last = stations.hear()
        killed.said.append(killed.last)
    if wait:
        time.sleep(wait)
    os.kill(pid, signal.SIGKILL)
    while "ended" not in (told := stations.hear()):  # said before the kill
        killed.last = told
        killed.said.append(told)
    assert told["ended"] == -signal.SIGKILL
    return killed


def check(folder: Path, killed: Killed, *, exactly: bool) -> Inspection | None:
    """What was said is there, whole; with `exactly` nothing else is. The inspection it was about."""
    station = Station(settings_of(folder), folder)
    try:
        station.photos.sweep()
        assert not list(folder.rglob("*.part"))
        kept: dict[str, list[str]] = {}
        with station.database.reading() as connection:
            ids = list(connection.exec_driver_sql("SELECT id FROM inspections ORDER BY place").scalars())
        for inspection_id in ids:
            case = station.case(inspection_id)
            assert broken_link(case.events) is None
            kept[inspection_id] = [event.hash for event in case.events]
            named = {sha256 for event in case.events for sha256 in photo_hashes(event)}
            assert all(station.photos.verify(sha256) for sha256 in named), "a photo's bytes are what its name says"
        for told in killed.said:
            if told["inspection"]:
                assert kept[told["inspection"]][: len(told["events"])] == told["events"]
        last = killed.last["inspection"]
        unfinished = set(station.store.unfinished())
        assert len([one for one in unfinished if station.case(one).inspection.state is InspectionState.OPEN]) <= 1
        if not last:
            assert not exactly or not ids, "nothing was begun"
            return None
        now = station.case(last).inspection
        if exactly:
            assert kept[last] == killed.last["events"]
            assert repr(now) == killed.last["whole"]
            assert now.state.value == killed.last["state"]
            assert [photo.sha256 for photo in now.photos] == killed.last["photos"]
            answers = {item.id: {name: repr(one) for name, one in item.answers.items()} for item in now.items}
            assert answers == killed.last["answers"]
        assert (last in unfinished) == (now.state in (InspectionState.OPEN, InspectionState.PARKED))
        return now
    finally:
        station.close()


def check_window(bench: WorkingBench, now: Inspection | None, killed: Killed) -> None:
    """Signed in again, the window shows the unfinished inspection as it was, with its photos, and says so."""
    first: list[Any] = []
    bench.app.session.shown.connect(first.append)
    bench.sign_in()
    told = [one for one in bench.told if one[0] == "recovered"]
    states = [one.state for one in first]
    if now is not None and now.state is InspectionState.OPEN:
        assert [str(len(now.photos)) in what for _code, _said, what in told] == [True]
        back = next(one for one in states if one.case is not None)
        assert repr(back.case.inspection) == killed.last["whole"]
        assert back.screen is (Screen.CHECKLIST if now.item().answers else Screen.PARCEL)
        assert bench.app.window.area == "inspect"
        if bench.screen is not back.screen:
            return  # the camera has read what lies there meanwhile, and asks about it
        mine = {photo.sha256 for photo in now.counted_photos() if not photo.withdrawn}
        tiles = [tile.view for tile in bench.app.bench.pages.page.findChildren(ShotTile) if tile.isVisible()]
        shown = {view.picture.stem for view in tiles if view.state == "stored" and isinstance(view.picture, Path)}
        assert bool(shown) >= bool(mine), "a photo kept before is among those shown; the camera may add its own"
        return
    assert told == [] and bench.screen is Screen.WAITING
    number = killed.last["number"] if now is not None else killed.last["text"]
    if now is not None and now.state is InspectionState.PARKED:
        bench.scan(number)
        bench.until(lambda: bench.state.case is not None)
        assert [event.hash for event in bench.case.events][: len(killed.last["events"])] == killed.last["events"]
        assert bench.case.inspection.id == now.id and bench.case.inspection.photos[: len(now.photos)] == now.photos
    elif killed.last["screen"] in ("no_match", "duplicate", "late_match", "elsewhere"):
        bench.scan(killed.last["text"])
        bench.until_screen(Screen(killed.last["screen"]))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "station"
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def stations() -> Iterator[Stations]:
    made = Stations()
    yield made
    made.close()


@pytest.fixture(scope="module")
def after_kill(filled: Path, stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every state: its folder after a kill there, and what was said."""
    folders = tmp_path_factory.mktemp("killed")
    killed = {}
    for place, name in enumerate(STATES):
        folder = folders / str(place)
        shutil.copytree(filled, folder)
        killed[name] = folder, kill_there(stations, folder, name)
    return killed


# No act of the bench records them: a tote stands in the decision; nothing voids an inspection yet.
NEVER_AT_THE_BENCH = {EventKind.INSPECTION_VOIDED, EventKind.TOTE_SCANNED}
# Outcomes that no act of the bench changes.
NEVER_CHANGED = {"refund"}


def test_the_states_stand_for_everything_the_bench_can_be_in(after_kill: dict[str, Any], filled: Path) -> None:
    there = {mark for _folder, killed in after_kill.values() for mark in killed.last["there"]}
    station = Station(settings_of(filled), filled)
    findings = set(station.desk.book.lists.words["identity_findings"])
    station.close()
    wanted = {
        *(f"screen:{screen.value}" for screen in Screen),
        *(f"event:{kind.value}" for kind in EventKind if kind not in NEVER_AT_THE_BENCH),
        *(f"state:{state.value}" for state in InspectionState if state is not InspectionState.VOIDED),
        *(f"identity:{finding}" for finding in findings),
        *(f"held:{reason}" for reason in HOLD_REASONS),
        *(f"outside:{code}" for code in OUTSIDE),
        *(f"changed:{field}" for field in set(_CHANGEABLE) - NEVER_CHANGED),
        *(f"answered:single:{verdict}" for verdict in VERDICTS),
        "answered:bulk:pass",
    }
    assert wanted - there == set(), "a screen, a kind of event or a finding without a state in which it is killed"
    sources = [*(PROJECT / "inspection_station" / "workflows").glob("*.py")]
    assert not [one for one in sources for kind in NEVER_AT_THE_BENCH if f"EventKind.{kind.name}" in one.read_text()]
    assert set(EXCEPTIONS) == set(CHOICES.values()), "an exception of the menu without one"
    assert {f"answered: {kind}" for kind in ANSWER_TYPES} <= set(STATES), "a type of answer without one"


@pytest.mark.parametrize("name", STATES)
def test_killed_there_all_of_it_is_there_again(after_kill: dict[str, Any], name: str) -> None:
    folder, killed = after_kill[name]
    check(folder, killed, exactly=True)


def _shown_again(after_kill: dict[str, Any], every: bool) -> list[str]:
    """States whose window is opened again: every one, or for each screen one with an inspection and one without."""
    if every:
        return list(STATES)
    first: dict[str, str] = {}
    for name, (_folder, killed) in after_kill.items():
        unfinished = killed.last.get("state") in ("open", "parked")
        for key in (killed.last["screen"], f"{killed.last['screen']} {killed.last.get('state', '')}" * unfinished):
            if key:
                first.setdefault(key, name)
    return list(dict.fromkeys(first.values()))


@pytest.mark.timeout(1200)
def test_the_window_shows_it_again_and_says_so(
    after_kill: dict[str, Any], rounds: Callable[[int, int], int], tmp_path: Path, qtbot: object
) -> None:
    names = _shown_again(after_kill, every=rounds(0, 1) == 1)
    assert {after_kill[name][1].last["screen"] for name in names} == {screen.value for screen in Screen}
    for place, name in enumerate(names):
        folder, killed = after_kill[name]
        again = tmp_path / str(place)
        shutil.copytree(folder, again)
        now = check(again, killed, exactly=True)
        with pytest.MonkeyPatch.context() as patch, running(again, qtbot, patch) as bench:
            try:
                check_window(bench, now, killed)
            except AssertionError as error:
                raise AssertionError(f"after a kill in: {name}") from error


@pytest.mark.timeout(3600)
def test_killed_while_going_on_what_was_said_is_there(
    filled: Path, stations: Stations, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    seed = os.environ.get("INSPECTION_STATION_TEST_SEED") or str(time.time_ns())
    print(f"INSPECTION_STATION_TEST_SEED={seed}")
    chance = random.Random(seed)
    names = list(STATES)
    for repeat in range(rounds(1, 10)):
        for name in chance.sample(names, rounds(10, len(names))):
            folder = tmp_path / "station"
            shutil.copytree(filled, folder)
            killed = kill_on_the_way(stations, folder, name, chance)
            try:
                check(folder, killed, exactly=False)
            except AssertionError as error:
                raise AssertionError(f"round {repeat}, on the way to: {name}") from error
            shutil.rmtree(folder)
