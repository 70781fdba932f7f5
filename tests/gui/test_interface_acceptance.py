"""Checks of the interface as a whole: Enter held down, every target, and each fault during each step of a parcel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from centre_cases import CentreProcess
from gui import gallery, working_bench
from gui.test_complaints import OTHER_TAG, PLACES
from gui.working_bench import CLEAN, TWO_ITEMS, UNKNOWN, WorkingBench, is_whole, kinds
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from inspection_station.domain.inspection import InspectionState
from inspection_station.station import print_queue, theme
from inspection_station.station.centre_link import enrol_station
from inspection_station.station.flow.state import Screen
from inspection_station.station.surfaces import SMALLEST_TARGET

# --- Enter held down ------------------------------------------------------------------------------------------------


def test_enter_held_down_on_the_result_decides_once_and_opens_nothing(waiting: WorkingBench) -> None:
    bench = waiting
    PLACES["grade"](bench)
    inspection_id = bench.case.inspection.id
    bench.hold("Enter")
    bench.until_screen(Screen.WAITING)
    bench.hold("Enter")
    bench.quiet()
    case = bench.stored(inspection_id)
    assert kinds(case).count("item_decided") == kinds(case).count("inspection_closed") == 1
    assert len(bench.inspections()) == 1 and bench.heard.count("done") == 1


def test_enter_held_down_on_the_first_of_two_items_leaves_the_second_alone(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    bench.until_identified()
    bench.take_required_photos()
    bench.until_primary("Enter")
    inspection_id = bench.case.inspection.id
    bench.hold("Enter")
    bench.until(lambda: bench.case.inspection.items[0].decision is not None)
    bench.hold("Enter")
    bench.quiet()
    case = bench.stored(inspection_id)
    assert kinds(case).count("item_decided") == 1 and case.inspection.state is InspectionState.OPEN
    assert case.inspection.items[1].decision is None and not case.inspection.items[1].answers


def test_enter_held_down_where_nothing_matches_opens_one_parcel_and_no_more(waiting: WorkingBench) -> None:
    bench = waiting
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.hold("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    (case,) = bench.inspections()
    done = [kind for kind in kinds(case) if kind != "photo_taken"]
    assert done == ["parcel_opened", "item_opened", "item_identified"]


def test_enter_held_down_at_a_wrong_item_records_it_once_and_decides_nothing(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    before = len(bench.case.events)
    bench.scan(OTHER_TAG)
    bench.until_screen(Screen.WRONG_ITEM)
    bench.hold("Enter")
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    assert kinds(bench.case)[before:] == ["item_identified"]


# --- every target -----------------------------------------------------------------------------------------------------

MOUSE = ("mousePressEvent", "mouseReleaseEvent", "mouseDoubleClickEvent")


def targets(window: QWidget) -> list[QWidget]:
    """What can be pressed or have the focus: buttons, fields, and widgets that take the mouse themselves."""

    def takes(widget: QWidget) -> bool:
        if isinstance(widget.parent(), QLineEdit):
            return False  # the sign within a field does nothing
        if isinstance(widget, QAbstractButton | QLineEdit) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return True
        ours = [one for one in type(widget).__mro__ if one.__module__.startswith("inspection_station")]
        return any(name in one.__dict__ for one in ours for name in MOUSE)

    return [one for one in window.findChildren(QWidget) if one.isVisible() and takes(one)]


def too_small_or_nameless(window: QWidget) -> list[str]:
    return [
        f"{type(one).__name__} {one.accessibleName()!r} {one.width()}x{one.height()}" for one in targets(window)
        if min(one.width(), one.height()) < SMALLEST_TARGET or not one.accessibleName()
    ]  # fmt: skip


@pytest.mark.parametrize("name", gallery.PAGES)
def test_every_target_of_every_page_is_large_enough_and_named(qtbot: object, name: str) -> None:
    size = (1280, 720)  # the smallest window
    theme.use(theme.Theme("light", theme.density_for(*size), 100, reduce_motion=True))
    window = gallery.window(name, *size)
    qtbot.addWidget(window)  # type: ignore[attr-defined]
    window.show()
    qtbot.waitExposed(window)  # type: ignore[attr-defined]
    window.grab()
    assert targets(window) and too_small_or_nameless(window) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_target_of_the_running_station_is_large_enough_and_named(waiting: WorkingBench, place: str) -> None:
    PLACES[place](waiting)
    waiting.quiet()
    QApplication.processEvents()
    assert too_small_or_nameless(waiting.app.window) == []


# --- each fault during each step of an open parcel ------------------------------------------------------------------


@pytest.fixture
def at_work(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingBench]:
    """A station that asks its printer often, with an inspector signed in."""
    monkeypatch.setattr(print_queue, "ASK_MS", 50)
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        bench.sign_in()
        bench.until(lambda: bench.app.prints.status and bench.app.prints.status.state == "ready")
        yield bench


def chip(bench: WorkingBench, name: str) -> str:
    """How a chip of the status strip looks."""
    return next(str(one.view.state) for one in bench.app.window.frame.strip.chips if one.view.name == name)


class Camera:
    """The camera's plug is pulled."""

    def happens(self, bench: WorkingBench) -> None:
        bench.camera.lost()
        bench.until(lambda: bench.app.camera.state == "lost" and chip(bench, "camera") == "fault")

    def is_told(self, bench: WorkingBench) -> None:
        if bench.screen is Screen.PARCEL and bench.case.inspection.item().decision is None:
            assert bench.app.bench.pages.parcel.camera._lost is not None or not bench.primary.isEnabled()

    def is_over(self, bench: WorkingBench) -> None:
        bench.camera.back()
        bench.until(lambda: bench.app.camera.state == "live" and chip(bench, "camera") == "ok")


class Printer:
    """The folder of the labels is gone: no label can be written."""

    def happens(self, bench: WorkingBench) -> None:
        self.labels = bench.app.station.folder / "labels"
        away = self.labels.with_name("labels-away")
        aside = self.labels.with_name("no-folder")
        aside.write_bytes(b"")
        while not self.labels.is_file():  # whoever looks whether the folder is there makes it again
            self.labels.rename(away / str(len(list(away.iterdir()))) if away.exists() else away)
            with suppress(OSError):
                aside.rename(self.labels)

    def is_told(self, bench: WorkingBench) -> None:
        bench.until(lambda: chip(bench, "printer") == "fault")

    def is_over(self, bench: WorkingBench) -> None:
        self.labels.unlink()
        bench.until(lambda: chip(bench, "printer") != "fault")


class Disk:
    """There is no room for a photo any more."""

    def happens(self, bench: WorkingBench) -> None:
        self.before = bench.app.station.photos._minimum_free
        bench.app.station.photos._minimum_free = 1 << 62

    def is_told(self, bench: WorkingBench) -> None:
        if bench.screen is Screen.PARCEL and bench.primary.view.key == "Space":
            bench.press("Space")
            assert bench.until_told("disk.full") == ("存储已满，不能拍照", "连接网络同步，或找组长")

    def is_over(self, bench: WorkingBench) -> None:
        bench.app.station.photos._minimum_free = self.before


def _opened(bench: WorkingBench) -> None:
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)


def _a_photo_missing(bench: WorkingBench) -> None:
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.until_primary("Space")


def _all_photos(bench: WorkingBench) -> None:
    _a_photo_missing(bench)
    bench.take_required_photos()
    bench.until_primary("Enter")


FAULTS: Mapping[str, Callable[[], Camera | Printer | Disk]] = {"camera": Camera, "printer": Printer, "disk": Disk}
BEFORE: Mapping[str, Callable[[WorkingBench], None]] = {
    "while it is opened": lambda bench: None, "while a photo is missing": _a_photo_missing,
    "while it is confirmed": _all_photos,
}  # fmt: skip


def goes_on(bench: WorkingBench) -> None:
    """What the screen asks for is done as far as the fault lets it be."""
    if bench.screen is Screen.WAITING and not bench.inspections():
        _opened(bench)
        bench.quiet()
        if not bench.case.inspection.item().identity:
            bench.press("T")
            bench.until_identified()
    for _ in range(4):
        bench.quiet()
        if bench.screen is not Screen.PARCEL or not bench.primary.isEnabled():
            return
        bench.press(bench.primary.view.key)


@pytest.mark.parametrize("step", BEFORE)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_during_a_step_loses_nothing_and_work_goes_on_without_a_restart(
    at_work: WorkingBench, fault: str, step: str
) -> None:
    bench, broken = at_work, FAULTS[fault]()
    BEFORE[step](bench)
    before = [event.id for event in bench.state.case.events] if bench.state.case else []
    broken.happens(bench)
    goes_on(bench)
    broken.is_told(bench)
    (during,) = bench.inspections()
    assert [event.id for event in during.events][: len(before)] == before and is_whole(during)
    broken.is_over(bench)
    bench.quiet()
    for _ in range(4):
        bench.quiet()
        if bench.screen is Screen.PARCEL:
            bench.until(lambda: bench.primary.isEnabled())
            bench.press(bench.primary.view.key)
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    (case,) = bench.inspections()
    assert [event.id for event in case.events][: len(during.events)] == [event.id for event in during.events]
    assert case.inspection.state is InspectionState.CLOSED and is_whole(case)
    shots = [photo.shot for photo in case.inspection.photos if photo.counted]
    assert shots == ["waybill", "front"]
    assert all(bench.app.station.photos.verify(photo.sha256) for photo in case.inspection.photos)


@pytest.mark.timeout(300)
def test_the_network_goes_during_each_step_and_everything_arrives_afterwards(
    at_work: WorkingBench, tmp_path: Path
) -> None:
    bench = at_work
    centre = CentreProcess(tmp_path / "centre").start()
    try:
        bench.on_bench(lambda: enrol_station(bench.app.station, centre.url, centre.code))
        bench.app._enrolled()
        sent(bench)
        for offline, online in ((_opened, _identified), (_photographed, _confirmed)):  # it goes before each first one
            centre.kill()
            bench.app.sync.hurry()
            bench.until(lambda: bench.app.session.offline)
            offline(bench)
            bench.quiet()
            strip = {one.view.name: one.view.value for one in bench.app.window.frame.strip.chips}
            assert "离线" in strip["sync"]
            centre.start()
            online(bench)
            sent(bench)
        (case,) = bench.inspections()
        assert case.inspection.state is InspectionState.CLOSED and is_whole(case)
        assert not bench.on_bench(lambda: bench.app.station.outbox.pending_records(1000))
        assert not bench.on_bench(lambda: bench.app.station.outbox.pending_photos(1000))
    finally:
        centre.kill()


def _identified(bench: WorkingBench) -> None:
    bench.until_identified()


def _photographed(bench: WorkingBench) -> None:
    bench.take_required_photos()


def _confirmed(bench: WorkingBench) -> None:
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()


def sent(bench: WorkingBench) -> None:
    """Wait until nothing waits to be sent."""
    bench.app.sync.hurry()
    bench.until(lambda: not bench.app.session.offline and bench.app.sync.state.last_success)
    bench.until(lambda: not any(_waiting(bench)))


def _waiting(bench: WorkingBench) -> tuple[int, int]:
    counts = bench.on_bench(bench.app.station.outbox.counts)
    return counts.records, counts.photos
