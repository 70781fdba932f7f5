"""Whatever a scanner or keyboard sends: never a crash, never a half-done step, and the next real scan works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, gtin, one_return, station_settings, tracking_number

from inspection_station.domain.events import broken_link
from inspection_station.domain.identifiers import tote_code
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.flow import acts, commands, exception_acts, finishing
from inspection_station.station.flow.state import Effects, Screen

RETURNS = 400

TRADE = st.sampled_from(
    [
        *(f"CMD-{name}" for name in (*commands.COMMANDS, "PHOTO", "", "ok", "OK ", "DROP TABLE", "\x00", "确认")),
        "BADGE-E00012", "BADGE-", "T-000001X", tote_code(100201), "RT-261121-04300001", "RT-261121-04300001-01", "RT-",
        gtin(1), gtin(2), "6901234567890", "0" * 512, "1" * 513, "SF", "sf0000000000001 ",
        "ＳＦ０００００００００００００１",
        "'; DROP TABLE inspections; --", "%", "_", "\\", "\"", "../../etc/passwd", "\x1d010690123456789\x1d21ABC",
        "]C1010690123456789", "^XA^XZ", "\ud800", "\u202e123", "SF\x000001", "💣" * 40, " ", "\n", "",
    ]
)  # fmt: skip
SCANS = st.lists(st.one_of(TRADE, st.text(max_size=600), st.integers(1, 40).map(tracking_number)), max_size=12)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("garbage")
    fill_station(folder, (one_return(number) for number in range(1, RETURNS)))
    station = Station(station_settings(folder), folder)
    yield station
    station.close()


def scan(bench: ScriptedBench, text: str) -> Effects:
    """As the session takes a scan: a problem is told, and the state stays."""
    before = bench.state
    try:
        return bench.do(lambda desk, state: commands.scan(desk, state, text))
    except StationProblem as problem:
        bench.state = before
        return Effects(problem=problem)


def stays_whole(bench: ScriptedBench) -> None:
    """What is stored is whole, and what lies open is what is stored."""
    case = bench.state.case
    if case is not None:
        stored = bench.station.store.events_of(case.inspection.id)
        assert broken_link(stored) is None
        assert [event.id for event in stored] == [event.id for event in case.events]


def leave(bench: ScriptedBench) -> None:
    """Go back to the waiting screen as a person would."""
    for _ in range(4):
        if bench.state.screen is Screen.WAITING:
            return
        bench.do(acts.back)
        if bench.state.screen is not Screen.WAITING and bench.state.case is not None:
            bench.do(finishing.park)
    raise AssertionError(f"no way back from {bench.state.screen}")


@properties(60)
@given(texts=SCANS)
def test_garbage_from_the_waiting_screen_on(station: Station, texts: list[str]) -> None:
    bench = ScriptedBench(station, PERSON)
    for text in texts:
        scan(bench, text)
        stays_whole(bench)
    leave(bench)
    scan(bench, tracking_number(RETURNS - 1))
    assert bench.state.screen is Screen.PARCEL
    assert bench.case.inspection.tracking_number == tracking_number(RETURNS - 1)
    bench.do(finishing.park)


SCREENS = ("parcel", "checklist", "no_match", "wrong_item", "exceptions", "duplicate")


def at(bench: ScriptedBench, screen: str) -> None:
    """Bring the bench to `screen`."""
    if screen == "no_match":
        scan(bench, "YT0000000000000")
    elif screen == "duplicate":
        if not station_has_closed(bench, tracking_number(300)):
            bench.work(tracking_number(300))
        scan(bench, tracking_number(300))
    else:
        scan(bench, tracking_number(200 + SCREENS.index(screen)))
        if screen == "checklist":
            bench.do(acts.problem)
        elif screen == "wrong_item":
            scan(bench, gtin(399))
        elif screen == "exceptions":
            bench.do(exception_acts.menu)
    assert bench.state.screen.value in (screen, "checklist", "parcel")


def station_has_closed(bench: ScriptedBench, tracking: str) -> bool:
    ids = bench.station.store.inspections_of_parcel(tracking)
    return bool(ids) and ids[0] not in bench.station.store.unfinished()


@pytest.mark.parametrize("screen", SCREENS)
@properties(15)
@given(texts=SCANS)
def test_garbage_on_a_screen_with_something_open(station: Station, screen: str, texts: list[str]) -> None:
    bench = ScriptedBench(station, PERSON)
    at(bench, screen)
    for text in texts:
        scan(bench, text)
        stays_whole(bench)
    leave(bench)


