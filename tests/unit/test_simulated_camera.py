"""The simulated bench: scenes that follow scans and shots, with live noise, in real time; it can be unplugged."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from inspection_station.devices.camera import Frame
from inspection_station.devices.simulated import SimulatedCamera, SimulatedItem
from inspection_station.errors import StationProblem
from inspection_station.picture_files import Picture


class FakeScenes:
    """Each scene is one tone, so that a frame tells what it shows."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def _tone(self, tone: int, *asked: str) -> Picture:
        self.asked.append(asked)
        return np.full((96, 128, 3), tone, np.uint8)

    def parcel(self, tracking_number: str, carrier: str = "", condition: str = "") -> Picture:
        if "\n" in tracking_number:
            raise ValueError("not printable")
        return self._tone(40, "parcel", tracking_number, carrier, condition)

    def item(self, sku: str, state: str = "intact", shot: str = "front", serial_number: str = "") -> Picture:
        if sku == "unknown":
            raise KeyError(sku)
        return self._tone(
            {"front": 80, "tag": 110, "close_up": 200}.get(shot, 170), "item", sku, state, shot, serial_number
        )

    def has_item(self, sku: str) -> bool:
        return sku != "unknown"


@pytest.fixture
def scenes() -> FakeScenes:
    return FakeScenes()


@pytest.fixture
def camera(scenes: FakeScenes) -> SimulatedCamera:
    camera = SimulatedCamera(scenes, 160, 90, frames_a_second=1000)
    camera.open()
    return camera


def shown(camera: SimulatedCamera) -> int:
    frame = camera.read()
    assert frame is not None
    return round(float(frame.image[40:50, 70:90].mean()) / 10) * 10


def read(camera: SimulatedCamera) -> Frame:
    frame = camera.read()
    assert frame is not None
    return frame


def test_the_bench_is_empty_at_first(camera: SimulatedCamera, scenes: FakeScenes) -> None:
    assert read(camera).image.shape == (90, 160, 3)
    assert scenes.asked == []


def test_scan_and_shots_lead_from_the_parcel_to_the_article(camera: SimulatedCamera, scenes: FakeScenes) -> None:
    camera.parcel_scanned("SF1390447120865", "顺丰", [SimulatedItem("YL-1", "stained", "S1"), SimulatedItem("YL-2")])
    assert shown(camera) == 40
    camera.photo_taken("waybill")
    assert shown(camera) == 80
    camera.photo_taken("front")
    assert shown(camera) == 80, "what lies there stays until another photo is wanted"
    camera.shot_wanted("tag")
    assert shown(camera) == 110
    camera.item_taken("YL-2")
    assert shown(camera) == 80
    camera.item_taken("not in the parcel")
    camera.shot_wanted("waybill")
    assert shown(camera) == 40
    camera.empty_bench()
    assert shown(camera) in (130, 140, 150)
    assert scenes.asked == [
        ("parcel", "SF1390447120865", "顺丰", ""),
        ("item", "YL-1", "stained", "front", "S1"),
        ("item", "YL-1", "stained", "tag", "S1"),
        ("item", "YL-2", "intact", "front", ""),
        ("parcel", "SF1390447120865", "顺丰", ""),
    ]


def test_an_article_or_number_that_cannot_be_shown_leaves_the_bench_empty(camera: SimulatedCamera) -> None:
    camera.show_item("unknown")
    assert shown(camera) in (130, 140, 150)
    camera.show_parcel("two\nlines")
    assert shown(camera) in (130, 140, 150)


def test_a_still_scene_has_live_noise_and_keeps_clipped_pixels(camera: SimulatedCamera) -> None:
    camera.show_item("YL-1", shot="front")
    frames = [read(camera).image for _ in range(3)]
    assert not np.array_equal(frames[0], frames[1]) and not np.array_equal(frames[1], frames[2])
    spread = np.abs(frames[0].astype(int) - frames[1]).max()
    assert 2 <= spread < 40
    white = SimulatedCamera(FakeScenes(), 128, 96, frames_a_second=1000)
    white._scenes = type("White", (FakeScenes,), {"item": lambda *_a, **_k: np.full((96, 128, 3), 255, np.uint8)})()
    white.open()
    white.show_item("any")
    assert read(white).image.min() == 255


def test_a_picture_of_another_shape_is_shown_whole(camera: SimulatedCamera) -> None:
    camera.show_item("YL-1")
    image = read(camera).image
    assert image.shape == (90, 160, 3)
    assert abs(float(image[:, :10].mean()) - 80) < 6, "beside the picture the mat goes on"


def test_frames_cannot_be_written_to(camera: SimulatedCamera) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read(camera).image[0, 0] = 0


def test_frames_come_at_the_pace_of_a_camera() -> None:
    camera = SimulatedCamera(FakeScenes(), 64, 48, frames_a_second=50)
    camera.open()
    read(camera)
    started = time.monotonic()
    for _ in range(5):
        read(camera)
    assert time.monotonic() - started >= 0.08


def test_a_changed_scene_comes_at_once() -> None:
    camera = SimulatedCamera(FakeScenes(), 64, 48, frames_a_second=0.01)
    camera.open()
    read(camera)
    changed = threading.Timer(0.01, lambda: camera.show_item("YL-1"))
    changed.start()
    started = time.monotonic()
    read(camera)
    assert time.monotonic() - started < 50
    changed.join()


def test_an_unplugged_camera_delivers_nothing_until_it_is_back(camera: SimulatedCamera) -> None:
    camera.lost()
    assert camera.read() is None
    camera.close()
    with pytest.raises(StationProblem) as problem:
        camera.open()
    assert problem.value.code == "camera.lost"
    camera.back()
    camera.open()
    assert camera.read() is not None


def test_pulling_the_plug_ends_a_waiting_read() -> None:
    camera = SimulatedCamera(FakeScenes(), 64, 48, frames_a_second=0.01)
    camera.open()
    read(camera)
    pull = threading.Timer(0.01, camera.lost)
    pull.start()
    assert camera.read() is None
    pull.join()
