"""Point 8 of always listening: a bounce of the trigger is ignored without a sound; what may repeat, repeats."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.working_bench import CLEAN, UNKNOWN, WorkingBench

from inspection_station.station import bench_area
from inspection_station.station.flow.state import Screen


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Seconds pass for the trigger's guard."""
    passed = [0.0]
    real = bench_area.time.monotonic

    class Time:
        """`time`, moved on."""

        monotonic = staticmethod(lambda: real() + passed[0])

    monkeypatch.setattr(bench_area, "time", Time)

    def move(seconds: float) -> None:
        passed[0] += seconds

    return move


@pytest.fixture
def taken(bench: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scans that reached the session."""
    texts: list[str] = []
    monkeypatch.setattr(bench.app.session, "scan", texts.append)
    return texts


@pytest.mark.parametrize(("code", "screen"), [(CLEAN, Screen.PARCEL), (UNKNOWN, Screen.NO_MATCH)])
def test_point_8_a_parcels_code_again_at_once_is_a_bounce(
    bench: WorkingBench, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch, code: str, screen: Screen
) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.scan(code)
    bench.until_screen(screen)
    taken: list[str] = []
    monkeypatch.setattr(bench.app.session, "scan", taken.append)
    bench.scan(code)
    bench.scan(code.lower())
    bench.quiet()
    assert taken == []
    later(1.6)
    bench.scan(code)
    assert taken == [code]


def test_point_8_commands_and_codes_of_items_may_repeat(
    bench: WorkingBench, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.sign_in()
    bench.open_parcel(CLEAN)
    later(2)
    taken: list[str] = []
    monkeypatch.setattr(bench.app.session, "scan", taken.append)
    for code in ("6901234567892", "6901234567892", "CMD-REPRINT", "CMD-REPRINT"):
        bench.scan(code)
    assert taken == ["6901234567892", "6901234567892", "CMD-REPRINT", "CMD-REPRINT"]


def test_point_8_commands_may_repeat_on_the_waiting_screen_too(bench: WorkingBench, taken: list[str]) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.scan("CMD-REPRINT")
    bench.scan("CMD-REPRINT")
    assert taken == ["CMD-REPRINT", "CMD-REPRINT"]
