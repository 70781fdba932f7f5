"""A parcel's weight at the bench, with a real serial line: set up by hand, taken by itself, flagged before opening."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from gui.working_bench import CLEAN, STAINED, WorkingBench
from PySide6.QtCore import Qt

from inspection_station.domain.inspection import Weighing
from inspection_station.station.flow.state import Screen

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

from terminal_scale import TerminalScale


@pytest.fixture
def scale() -> Iterator[TerminalScale]:
    made = TerminalScale()
    yield made
    made.close()


def plug_in(bench: WorkingBench, scale: TerminalScale) -> None:
    """Type the port on the scale's card, as a person does, and go back to the bench."""
    app = bench.app
    bench.press("F10")
    bench.until(lambda: app.window.area == "settings")
    bench.quiet()
    field = app.options.page.scale.port.control.field  # type: ignore[attr-defined]
    field.setFocus(Qt.FocusReason.TabFocusReason)
    bench.until(field.hasFocus)
    bench.type(scale.device)
    bench.press("Enter")
    bench.until(lambda: app.devices.scale.state == "live")
    bench.until(lambda: app.options.page.scale.accessibleDescription() == "已稳定")
    bench.press("Esc")
    bench.until(lambda: app.window.area == "inspect")


def weighed(bench: WorkingBench) -> Weighing | None:
    return bench.case.inspection.weighed


def left(bench: WorkingBench, code: str) -> int:
    found = bench.on_bench(lambda: bench.app.station.reference.returns_of_parcel(code))
    return int(found[0].outbound_grams)


def test_a_scale_is_plugged_in_and_a_light_parcel_is_flagged_before_it_is_opened(
    waiting: WorkingBench, scale: TerminalScale
) -> None:
    bench, app = waiting, waiting.app
    plug_in(bench, scale)
    outbound = left(bench, CLEAN)
    scale.weigh(outbound // 2, moving=True)
    bench.until(lambda: app.devices.scale.reading.grams == outbound // 2)
    scale.weigh(outbound // 2)
    bench.until(lambda: app.devices.scale.resting)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: weighed(bench) is not None)
    assert weighed(bench) == Weighing(outbound // 2, "scale", outbound, "lighter")
    notice = app.bench.pages.parcel.notice
    bench.until(notice.isVisible)
    assert notice.accessibleName() == "偏轻" and f"{outbound:,} g" in notice.accessibleDescription()
    assert "−50 %" in notice.accessibleDescription() and "warn" in bench.heard
    assert not bench.case.inspection.undoable, "what came by itself is not what F12 takes back"
    bench.until_identified()
    bench.take_required_photos()
    bench.until(lambda: not notice.isVisible())
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.scan(STAINED)  # what lies there still is not the next parcel
    bench.until_screen(Screen.PARCEL)
    bench.until(lambda: bench.case.inspection.photos)
    assert weighed(bench) is None


def test_a_weight_is_typed_with_one_key_and_taken_back_like_any_step(waiting: WorkingBench) -> None:
    bench = waiting
    bench.app.bench._scene.parcel_scanned = lambda _code: None  # nothing lies under the camera yet
    outbound = left(bench, CLEAN)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    bench.press("W")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.type(str(outbound))
    bench.press("Enter")
    bench.until(lambda: weighed(bench) == Weighing(outbound, "typed", outbound))
    bench.until(lambda: bench.app.bench._overlay is None)
    assert not bench.app.bench.pages.parcel.notice.isVisible()
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    bench.press("W")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.type("9")
    bench.press("Enter")
    bench.until(lambda: weighed(bench) == Weighing(9, "typed", outbound, "lighter"))
    bench.until(bench.app.bench.pages.parcel.notice.isVisible)
    bench.press("F12")
    bench.until(lambda: weighed(bench) == Weighing(outbound, "typed", outbound))
    bench.press("W")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.type("kg")
    bench.press("Enter")
    bench.until_told("weight.none")
