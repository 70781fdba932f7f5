"""Two cameras at one bench: F5 shows and shoots with the other one, and the photo says which it was."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from gui.working_bench import CLEAN, WorkingBench
from mjpeg_server import MjpegServer

from inspection_station.devices.camera_http import HttpCamera
from inspection_station.station.flow.state import Screen


@pytest.fixture
def side() -> Iterator[MjpegServer]:
    scene = np.random.default_rng(3).integers(0, 2, (27, 48, 3), np.uint8) * 160 + 40
    jpeg = cv2.imencode(".jpg", cv2.resize(scene, (960, 540), interpolation=cv2.INTER_NEAREST))[1].tobytes()
    with MjpegServer([jpeg], 30) as server:
        yield server


def test_f5_shows_and_shoots_with_the_side_camera_and_the_next_parcel_begins_overhead(
    waiting: WorkingBench, side: MjpegServer
) -> None:
    bench, camera = waiting, waiting.app.camera
    camera.use_side(HttpCamera(side.address))
    bench.open_parcel(CLEAN)
    bench.until_identified()
    assert bench.case.inspection.photos[0].quality["camera"] == "overhead"
    bench.press("F5")
    bench.until(lambda: camera.state == "live" and camera.latest() is not None)
    assert camera.place == "side"
    bench.until_primary("Space")
    before = len(bench.case.inspection.photos)
    bench.press("Space")
    bench.until(lambda: len(bench.case.inspection.photos) > before)
    photo = bench.case.inspection.photos[-1]
    assert photo.quality["camera"] == "side"
    assert bench.app.station.photos.read(photo.sha256) == side.pictures[0], "the camera's own bytes"
    bench.press("F5")
    bench.until(lambda: camera.state == "live" and camera.latest() is not None)
    assert camera.place == "overhead"
    bench.press("F5", "F9")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: camera.place == "overhead")


def test_a_side_camera_that_does_not_answer_is_told_in_its_own_words_and_f5_goes_back(
    waiting: WorkingBench, side: MjpegServer
) -> None:
    bench, camera = waiting, waiting.app.camera
    side.unplug()
    camera.use_side(HttpCamera(side.address))
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("F5")
    bench.until(lambda: not bench.primary.isEnabled())
    view = bench.app.bench.pages.camera
    assert view is not None and "127.0.0.1" in view.accessibleName()
    side.plug_in()
    bench.until(lambda: camera.state == "live")
    bench.press("F5")
    bench.until_primary("Space")


def test_f5_at_a_bench_with_one_camera_says_so(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("F5")
    bench.until(lambda: "camera.alone" in [notice.code for notice in bench.app.notices.standing])
    assert bench.app.camera.place == "overhead" and bench.app.camera.state == "live"


def test_a_side_camera_that_is_taken_away_in_settings_leaves_the_one_overhead(
    waiting: WorkingBench, side: MjpegServer
) -> None:
    camera = waiting.app.camera
    camera.use_side(HttpCamera(side.address))
    assert camera.switch() and camera.place == "side"
    waiting.until(lambda: camera.state == "live")
    camera.use_side(None)
    assert camera.place == "overhead" and not camera.switch()
    waiting.until(lambda: camera.state == "live")
