"""F3: the live picture is the scanner, and what it reads goes the way of every scan."""

from __future__ import annotations

import pytest
from factories import SHIPPED
from gui.working_bench import CLEAN, SECOND, UNKNOWN, WorkingBench

from inspection_station.data_files import load_yaml
from inspection_station.domain.carriers import parse_carriers
from inspection_station.station.camera_scan import CameraScan, code_meant
from inspection_station.station.flow.state import Screen

CARRIERS = parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))
SF, JT = "SF1234567890123", "JT3045678901234"


def panel(bench: WorkingBench) -> CameraScan | None:
    shown = bench.app.bench._overlay
    return shown if isinstance(shown, CameraScan) else None


def test_f3_reads_the_parcel_under_the_camera_and_opens_it(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.camera.show_parcel(CLEAN, "SF")
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.tracking_number == CLEAN
    assert panel(bench) is None
    scan = bench.app.wedge.last_scan
    assert scan is not None and (scan.source, scan.text) == ("camera", CLEAN)


def test_f3_may_be_left_and_a_scan_of_the_handheld_goes_before(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.camera.empty_bench()
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.press("Esc")
    bench.until(lambda: panel(bench) is None)
    assert not bench.app.camera._wants_code
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert panel(bench) is None


def test_f3_does_nothing_while_a_parcel_is_open(bench: WorkingBench) -> None:
    bench.sign_in(SECOND)
    bench.open_parcel(CLEAN)
    bench.press("F3")
    bench.quiet()
    assert panel(bench) is None and bench.screen is Screen.PARCEL


def test_a_camera_that_is_gone_is_told_in_the_panel_and_comes_back(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.until_screen(Screen.WAITING)
    bench.press("F3")
    bench.until(lambda: panel(bench) is not None)
    bench.camera.lost()
    bench.until(lambda: (shown := panel(bench)) is not None and shown.view._lost is not None)
    bench.camera.back()
    bench.camera.show_parcel(UNKNOWN, "ZT")
    bench.until_screen(Screen.NO_MATCH)
    assert bench.state.text == UNKNOWN


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ([SF], SF),
        (["https://weixin.qq.com/r/x", "6901234567892", SF], SF),
        ([f"https://sf.example/w?no={SF}", SF], SF),
        ([f"https://sf.example/w?no={SF}"], SF),
        (["6901234567892", "75312345678903"], "75312345678903"),
        (["6901234567892", "https://weixin.qq.com/r/x"], "6901234567892"),
        ([JT, SF], f"{JT} {SF}"),
        (["75312345678903", "TB-2026-1"], "75312345678903 TB-2026-1"),
        (["AB\x00CD"], ""),
        ([], ""),
    ],
)
def test_of_several_codes_of_a_label_the_parcels_number_is_meant(read: list[str], meant: str) -> None:
    assert code_meant(read, CARRIERS) == meant
