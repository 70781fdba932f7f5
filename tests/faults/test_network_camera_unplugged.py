"""A network camera that is unplugged again and again while photos are taken: back within 3 s, and nothing left over."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from mjpeg_server import MjpegServer, multipart_header
from rtsp_server import RtspServer

from inspection_station.devices.camera import Camera
from inspection_station.devices.camera_feed import CameraFeed
from inspection_station.devices.camera_http import HttpCamera
from inspection_station.devices.camera_rtsp import RtspCamera
from inspection_station.station.shutter import prepare_photo

BACK_WITHIN = 3.0  # seconds
TICK = 0.005


def jpegs(width: int, height: int, count: int) -> list[bytes]:
    chance = np.random.default_rng(4)
    scene = cv2.resize(chance.integers(0, 255, (height // 24, width // 24, 3), np.uint8), (width, height))
    return [cv2.imencode(".jpg", cv2.convertScaleAbs(scene, beta=number))[1].tobytes() for number in range(count)]


def handles() -> int:
    """Open files and sockets of this process."""
    gc.collect()
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


class Shooting:
    """Takes photos of whatever is live, as fast as they are prepared."""

    def __init__(self, feed: CameraFeed) -> None:
        self.photos: set[bytes] = set()
        self.taken = 0
        self.stale = 0
        self._feed = feed
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shooting")
        self._thread.start()

    def _run(self) -> None:
        while not self._ending.wait(TICK):
            asked = time.monotonic()
            frame = self._feed.latest()
            if frame is None:
                continue
            self.stale += asked - frame.taken_monotonic > 1.5
            self.photos.add(prepare_photo(frame, "front").jpeg)
            self.taken += 1

    def end(self) -> None:
        self._ending.set()
        self._thread.join()


def wait_for(true: Callable[[], bool], within: float) -> float:
    """Seconds until `true()` was; fails when it was not within `within`."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < within, f"not within {within} s"
        time.sleep(TICK)
    return time.monotonic() - begun


def unplug_and_restore(camera: Camera, take_out: Callable[[int], None], put_back: Callable[[], None], count: int
                       ) -> tuple[list[float], Shooting]:  # fmt: skip
    """How long each return took, and the photos taken meanwhile; threads and handles are as before."""
    feed = CameraFeed(camera)
    put_back()
    feed.start()
    wait_for(lambda: feed.latest() is not None, 10)
    take_out(0)
    wait_for(lambda: feed.state == "lost", 10)
    threads, open_files = threading.active_count(), handles()
    put_back()
    shooting = Shooting(feed)
    returns = [wait_for(lambda: feed.latest() is not None, BACK_WITHIN)]
    for number in range(1, count + 1):
        before = shooting.taken
        wait_for(lambda before=before: shooting.taken > before, 10)
        take_out(number)
        wait_for(lambda: feed.state == "lost", 10)
        problem = feed.problem
        assert problem is not None and problem.what, "the screen has something to say"
        time.sleep(0.3 * (number % 8))  # the longer it is away, the more seldom it is tried
        put_back()
        returns.append(wait_for(lambda: feed.latest() is not None, BACK_WITHIN))
    take_out(0)
    shooting.end()
    wait_for(lambda: feed.state == "lost", 10)
    wait_for(lambda: threading.active_count() <= threads, 5)
    wait_for(lambda: handles() <= open_files, 5)
    assert feed.stop()
    assert shooting.stale == 0, "no old picture is taken for a new one"
    return returns, shooting


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles are counted where Linux lists them")
@pytest.mark.timeout(600)
def test_an_http_camera_comes_back_within_three_seconds_and_leaves_nothing(
    rounds: Callable[[int, int], int], capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = jpegs(1920, 1080, 4)
    server = MjpegServer(pictures, 30)

    def take_out(number: int) -> None:
        if number % 3 == 1:
            server.silent.set()  # the cable: the connection stays, nothing comes
        else:
            server.unplug()

    def put_back() -> None:
        if server.silent.is_set():
            server.silent.clear()
        else:
            server.plug_in()

    server.plug_in()
    server.unplug()
    count = rounds(3, 50)
    returns, shooting = unplug_and_restore(HttpCamera(server.address), take_out, put_back, count)
    server.unplug()
    with capsys.disabled():
        print(f" [{count} times: back after {max(returns):.2f} s at most, {shooting.taken} photos]", end="")
    assert shooting.photos <= set(pictures), "every photo is the camera's own bytes"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles are counted where Linux lists them")
@pytest.mark.timeout(600)
def test_an_rtsp_camera_comes_back_within_three_seconds_and_leaves_nothing(
    rounds: Callable[[int, int], int], capsys: pytest.CaptureFixture[str]
) -> None:
    server = RtspServer(jpegs(1280, 720, 1)[0])
    server.plug_in()
    server.unplug()
    count = rounds(2, 50)
    returns, shooting = unplug_and_restore(
        RtspCamera(server.address), lambda _number: server.unplug(), server.plug_in, count
    )
    with capsys.disabled():
        print(f" [{count} times: back after {max(returns):.2f} s at most, {shooting.taken} photos]", end="")


def test_a_camera_that_comes_back_as_something_else_is_told_and_found_when_it_is_itself_again() -> None:
    server = MjpegServer(jpegs(640, 480, 1), 60)
    with server:
        feed = CameraFeed(HttpCamera(server.address))
        feed.start()
        wait_for(lambda: feed.latest() is not None, 10)
    sick = {
        "camera.no_stream": "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Starting</html>",
        "camera.refuses": "HTTP/1.1 403 Forbidden\r\n\r\n",
        "camera.unreachable": "",
    }
    usual = server._say
    for code, said in sick.items():
        server._say = lambda connection, _asked, said=said: connection.sendall(said.encode())
        with server:
            wait_for(lambda code=code: feed.problem is not None and feed.problem.code == code, 10)
    server._say = usual
    with server:
        wait_for(lambda: feed.latest() is not None, BACK_WITHIN)
        assert feed.problem is None
    assert feed.stop()


def memory_held() -> int:
    """Bytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="memory is read where Linux tells it")
def test_an_endless_picture_costs_no_memory_round_after_round() -> None:
    def say(connection: object, _asked: bytes) -> None:
        connection.sendall(multipart_header() + b"--frame\r\n\r\n\xff\xd8")  # type: ignore[attr-defined]
        while not server.wait(0):
            connection.sendall(bytes(1 << 20))  # type: ignore[attr-defined]

    with MjpegServer(say=say) as server:
        feed = CameraFeed(HttpCamera(server.address), first_wait=0.01)
        feed.start()
        wait_for(lambda: len(server.requests) > 1, 20)
        before, most = memory_held(), 0
        while len(server.requests) < 5:
            most = max(most, memory_held())
            time.sleep(TICK)
        assert feed.problem is not None and feed.problem.code == "camera.pictures_unreadable"
        assert feed.stop()
    assert most - before < 80 * 2**20
