"""Cameras named by settings, and what is made of what their drivers deliver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inspection_station.devices.camera import NoCamera
from inspection_station.devices.camera_http import HttpCamera
from inspection_station.devices.camera_recording import RecordedCamera
from inspection_station.devices.camera_rtsp import RtspCamera
from inspection_station.devices.camera_sources import open_camera
from inspection_station.devices.camera_usb import UsbCamera
from inspection_station.errors import StationProblem
from inspection_station.picture_files import Picture


def picture(tone: int = 90) -> Picture:
    image = np.full((48, 64, 3), tone, np.uint8)
    image[10:20] = 200
    return image


def jpeg(tone: int = 90) -> bytes:
    return cv2.imencode(".jpg", picture(tone))[1].tobytes()


class FakeCapture:
    """Stands for cv2.VideoCapture: delivers what it was given, then fails."""

    def __init__(self, delivers: list[Any], opens: bool = True, raw: bool = True) -> None:
        self.delivers, self.opens, self.raw = delivers, opens, raw
        self.wanted: dict[int, float] = {}
        self.released = False

    def __call__(self, index: int, backend: int) -> FakeCapture:
        self.index = index
        return self

    def isOpened(self) -> bool:
        return self.opens

    def set(self, key: int, value: float) -> bool:
        self.wanted[key] = value
        return self.raw if key == cv2.CAP_PROP_CONVERT_RGB else True

    def read(self) -> tuple[bool, Any]:
        if not self.delivers:
            return False, None
        data = self.delivers.pop(0)
        if isinstance(data, Exception):
            raise data
        return True, data

    def get(self, key: int) -> float:
        return self.wanted.get(key, 0.0)

    def getBackendName(self) -> str:
        return "V4L2"

    def release(self) -> None:
        self.released = True


def raw(data: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(data, np.uint8).reshape(1, -1)


def test_the_cameras_own_jpeg_comes_through_unchanged() -> None:
    own = jpeg()
    device = FakeCapture([raw(own + bytes(500))])
    camera = UsbCamera(2, 1920, 1080, device)
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg == own, "the zeros behind the picture are the driver's buffer"
    assert frame.image.shape == (48, 64, 3)
    assert (device.index, camera.name) == (2, "usb:2")
    assert device.wanted[cv2.CAP_PROP_FRAME_WIDTH] == 1920
    assert device.wanted[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    camera.close()
    assert device.released and camera.read() is None


def test_a_driver_that_decodes_by_itself_delivers_pictures_without_jpeg() -> None:
    camera = UsbCamera(0, capture=FakeCapture([picture()], raw=False))
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg is None and frame.image.shape == (48, 64, 3)


def test_a_broken_picture_is_passed_over() -> None:
    own = jpeg()
    camera = UsbCamera(0, capture=FakeCapture([raw(own[: len(own) // 2]), raw(b"garbage"), raw(own)]))
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg == own


def test_a_driver_that_lied_about_jpeg_is_asked_to_decode() -> None:
    device = FakeCapture([raw(bytes(6000)), raw(bytes(6000)), raw(bytes(6000)), picture()])
    camera = UsbCamera(0, capture=device)
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg is None
    assert device.wanted[cv2.CAP_PROP_CONVERT_RGB] == 1


def test_a_jpeg_without_its_tables_is_shown_but_not_kept_as_a_file() -> None:
    own = jpeg()
    start = own.index(b"\xff\xc4")
    bare = own
    while b"\xff\xc4" in bare:
        start = bare.index(b"\xff\xc4")
        length = int.from_bytes(bare[start + 2 : start + 4], "big")
        bare = bare[:start] + bare[start + 2 + length :]
    camera = UsbCamera(0, capture=FakeCapture([raw(bare), picture(), picture()]))
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg is None


@pytest.mark.parametrize("fault", [None, cv2.error("driver")])
def test_a_camera_that_is_gone_delivers_none(fault: Exception | None) -> None:
    camera = UsbCamera(0, capture=FakeCapture([fault] if fault else []))
    camera.open()
    assert camera.read() is None


def test_a_device_that_does_not_open_is_a_problem_in_words() -> None:
    device = FakeCapture([], opens=False)
    with pytest.raises(StationProblem) as problem:
        UsbCamera(0, capture=device).open()
    assert problem.value.code == "camera.absent"
    assert device.released


@pytest.mark.parametrize(
    ("source", "kind"), [
        ("usb:0", UsbCamera), ("usb:046d_HD Webcam:1.0", UsbCamera), ("none", NoCamera), ("file:/x", RecordedCamera),
        ("http://10.0.0.9:8080/video", HttpCamera), ("https://cam/x", HttpCamera), ("rtsp://cam/1", RtspCamera),
    ],
)  # fmt: skip
def test_a_setting_names_the_camera(source: str, kind: type) -> None:
    camera = open_camera(source)
    assert isinstance(camera, kind)
    assert camera.name == source


@pytest.mark.parametrize(
    "source",
    ["", "usb:", "usb:a", "usb:-1", "usb:123", "usb:no;thing", "file:", "rtsp://", "http:///x", "ftp://x", "USB:0",
     "usb:１", "http://h:99999/", "http://a b/"],
)  # fmt: skip
def test_a_setting_that_names_none_is_told(source: str) -> None:
    with pytest.raises(StationProblem) as problem:
        open_camera(source)
    assert problem.value.code == "camera.source_unknown"


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    with pytest.raises(StationProblem) as problem:
        open_camera("http://bench:s3cret@:99999/")
    assert "s3cret" not in str(problem.value)


def test_no_camera_never_opens() -> None:
    with pytest.raises(StationProblem) as problem:
        NoCamera().open()
    assert problem.value.code == "camera.absent"
    assert NoCamera().read() is None


def test_a_folder_of_pictures_plays_in_order_and_again(tmp_path: Path) -> None:
    for name, tone in (("b.jpg", 140), ("a.jpg", 60)):
        (tmp_path / name).write_bytes(jpeg(tone))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("nothing")
    camera = RecordedCamera(tmp_path, seconds_a_picture=0.002, frames_a_second=500)
    camera.open()
    tones = []
    for _ in range(4):
        frame = camera.read()
        assert frame is not None
        tones.append(round(float(frame.image[30:, :, 0].mean()) / 20))
    assert tones == [3, 7, 3, 7]
    camera.close()
    assert camera.read() is None


def test_a_folder_without_a_picture_delivers_none(tmp_path: Path) -> None:
    camera = RecordedCamera(tmp_path)
    camera.open()
    assert camera.read() is None


def test_a_video_plays(tmp_path: Path) -> None:
    file = tmp_path / "bench.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 60.0, (64, 48))
    for _ in range(3):
        writer.write(picture())
    writer.release()
    camera = RecordedCamera(file)
    camera.open()
    frames = [camera.read() for _ in range(5)]
    camera.close()
    assert all(frame is not None and frame.image.shape == (48, 64, 3) for frame in frames), "it starts again"


def test_a_recording_that_is_not_there_is_absent(tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as problem:
        RecordedCamera(tmp_path / "gone.avi").open()
    assert problem.value.code == "camera.absent"
