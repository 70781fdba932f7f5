"""Network cameras over RTSP, read by FFmpeg from a real stream on loopback."""

from __future__ import annotations

import socket
import time
from typing import Any

import cv2
import numpy as np
import pytest
from mjpeg_server import MjpegServer
from rtsp_server import RtspServer

from inspection_station.devices import camera_rtsp
from inspection_station.devices.camera_rtsp import RtspCamera
from inspection_station.errors import StationProblem


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    image = np.full((480, 640, 3), 90, np.uint8)
    image[100:200] = 200
    return cv2.imencode(".jpg", image)[1].tobytes()


def test_a_stream_is_shown_and_let_go(jpeg: bytes) -> None:
    with RtspServer(jpeg) as server:
        camera = RtspCamera(server.address.replace("//", "//bench:s3cret@"))
        camera.open()
        frame = camera.read()
        assert frame is not None and frame.image.shape == (480, 640, 3) and frame.jpeg is None
        assert abs(int(frame.image[150, 300, 1]) - 200) < 6 and abs(int(frame.image[300, 300, 1]) - 90) < 6
        assert camera.name == server.address, "without the password"
        camera.interrupt()
        assert camera.read() is None
        camera.close()
        assert camera.read() is None


def test_a_stream_that_ends_or_falls_silent_delivers_none(jpeg: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_rtsp, "READ_WITHIN_MS", 200)
    with RtspServer(jpeg, silent_after=30) as server:
        camera = RtspCamera(server.address)
        camera.open()
        begun = time.monotonic()
        while camera.read() is not None:
            pass
        assert time.monotonic() - begun < 10, "reading never hangs"
        camera.close()
    with pytest.raises(StationProblem) as problem:
        camera.open()
    assert problem.value.code == "camera.unreachable"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n<html>", b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n"]
)
def test_a_server_that_does_not_answer_rightly_is_given_up(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_rtsp, "OPEN_WITHIN_MS", 300)

    def say(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(answer)
        server.wait(30)

    with MjpegServer(say=say) as server:
        begun = time.monotonic()
        with pytest.raises(StationProblem) as problem:
            RtspCamera(server.address.replace("http:", "rtsp:")).open()
        assert problem.value.code == "camera.unreachable"
        assert time.monotonic() - begun < 10, "opening never hangs"


class Capture:
    """Stands for cv2.VideoCapture."""

    def __init__(self, width: int, height: int, image: Any) -> None:
        self.size, self.image, self.released = (width, height), image, False

    def __call__(self, _address: str, backend: int, limits: list[int]) -> Capture:
        assert backend == cv2.CAP_FFMPEG and len(limits) == 4
        return self

    def isOpened(self) -> bool:
        return True

    def get(self, key: int) -> float:
        return float(self.size[key == cv2.CAP_PROP_FRAME_HEIGHT])

    def read(self) -> tuple[bool, Any]:
        return True, self.image

    def release(self) -> None:
        self.released = True


def test_a_stream_of_huge_pictures_is_refused_before_one_is_read() -> None:
    capture = Capture(20_000, 20_000, None)
    with pytest.raises(StationProblem) as problem:
        RtspCamera("rtsp://cam/1", capture).open()
    assert problem.value.code == "camera.pictures_unreadable"
    assert capture.released


def test_a_stream_that_turns_into_something_else_is_refused() -> None:
    camera = RtspCamera("rtsp://cam/1", Capture(640, 480, np.zeros((480, 640), np.uint8)))
    camera.open()
    with pytest.raises(StationProblem) as problem:
        camera.read()
    assert problem.value.code == "camera.pictures_unreadable"
