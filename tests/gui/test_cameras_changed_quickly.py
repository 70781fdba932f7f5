"""Cameras changed twice before the first is there: the last wish wins, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest

from inspection_station.devices.camera import Camera, NoCamera
from inspection_station.errors import StationProblem
from inspection_station.settings import Settings
from inspection_station.station import setting_changes
from inspection_station.station.notices import Notices
from inspection_station.station.setting_changes import SettingChanges


class Named(NoCamera):
    """A camera that is known by its setting."""

    def __init__(self, source: str) -> None:
        self.name = source


class OutOfOrder:
    """A background whose work ends when the test says so."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self.begun: list[Callable[[], None]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Any = None, **_lane: str) -> None:
        def end() -> None:
            try:
                result = work()
            except Exception as error:
                (failed or self._notices.failure)(error)
                return
            done(result)

        self.begun.append(end)


class Quick:
    """A station whose cameras a person changes quickly."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.notices = Notices()
        self.background = OutOfOrder(self.notices)
        self.station = SimpleNamespace(settings=Settings())
        self.used: list[str] = []
        bench = SimpleNamespace(use=self._use, use_side=self._use)
        monkeypatch.setattr(setting_changes, "side_camera_of", self._side)
        given: Any = (self.station, self.background, self.notices, bench, SimpleNamespace(), SimpleNamespace())
        self.changes = SettingChanges(*given, make_camera=self._overhead)

    def _use(self, camera: Camera | None) -> None:
        self.used.append(camera.name if camera is not None else "none")

    @staticmethod
    def _overhead(settings: Settings) -> Camera:
        if settings.camera.source == "usb:9":
            raise StationProblem("camera.source_unknown", "No such camera", "Choose another")
        return Named(settings.camera.source)

    @staticmethod
    def _side(settings: Settings) -> Camera | None:
        source = settings.side_camera.source
        return None if source == "none" else Named(source)

    def choose(self, section: str, source: str) -> None:
        now = self.station.settings
        self.station.settings = replace(now, **{section: replace(getattr(now, section), source=source)})
        self.renew(section)

    def renew(self, section: str) -> None:
        self.changes.renew_camera() if section == "camera" else self.changes.renew_side_camera()

    def end(self, *order: int) -> None:
        begun = self.background.begun
        for place in order:
            begun[place]()


@pytest.fixture
def quick(qtbot, monkeypatch: pytest.MonkeyPatch) -> Quick:
    return Quick(monkeypatch)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("section", ["camera", "side_camera"])
def test_the_last_camera_chosen_is_the_one_used(quick: Quick, section: str, order: tuple[int, ...]) -> None:
    for source in ("usb:0", "usb:1", "http://cam.local/mjpeg"):
        quick.choose(section, source)
    quick.end(*order)
    assert quick.used == ["http://cam.local/mjpeg"]


def test_a_second_camera_taken_away_again_does_not_come_back(quick: Quick) -> None:
    quick.choose("side_camera", "usb:1")
    quick.choose("side_camera", "none")
    quick.end(1, 0)
    assert quick.used == ["none"]


def test_the_two_cameras_do_not_hold_each_other_up(quick: Quick) -> None:
    quick.choose("camera", "usb:0")
    quick.choose("side_camera", "usb:1")
    quick.end(1, 0)
    assert quick.used == ["usb:1", "usb:0"]


def test_a_camera_wished_for_twice_is_used_once(quick: Quick) -> None:
    quick.choose("camera", "usb:0")
    quick.renew("camera")
    quick.end(1, 0)
    assert quick.used == ["usb:0"]


def test_nothing_is_said_of_a_camera_nobody_wants_any_more(quick: Quick) -> None:
    quick.choose("camera", "usb:9")
    quick.choose("camera", "usb:1")
    quick.end(1, 0)
    assert (quick.used, quick.notices.standing) == (["usb:1"], ())
    quick.choose("camera", "usb:9")
    quick.end(2)
    assert [notice.code for notice in quick.notices.standing] == ["camera.source_unknown"]


def test_settings_in_force_before_their_camera_is_asked_for_are_waited_for(quick: Quick) -> None:
    quick.choose("camera", "usb:0")
    now = quick.station.settings
    quick.station.settings = replace(now, camera=replace(now.camera, source="usb:1"))
    quick.end(0)
    assert quick.used == []
    quick.renew("camera")
    quick.end(1)
    assert quick.used == ["usb:1"]
