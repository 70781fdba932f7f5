"""A network camera over HTTP: its own bytes handed on, and everything else it might send told in words."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from mjpeg_server import MjpegServer, multipart_header, part

from inspection_station.devices import camera_http
from inspection_station.devices.camera import Frame
from inspection_station.devices.camera_feed import CameraFeed
from inspection_station.devices.camera_http import HttpCamera, shown_address
from inspection_station.errors import StationProblem


def jpeg(tone: int = 90, width: int = 64, height: int = 48) -> bytes:
    image = np.full((height, width, 3), tone, np.uint8)
    image[10:20] = 200
    return cv2.imencode(".jpg", image)[1].tobytes()


def claiming(data: bytes, width: int, height: int) -> bytes:
    """`data`, a JPEG, with another size in its frame header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.fixture
def serve() -> Iterator[Callable[..., HttpCamera]]:
    running: list[MjpegServer] = []
    cameras: list[HttpCamera] = []

    def start(server: MjpegServer, address: Callable[[str], str] = str) -> HttpCamera:
        server.plug_in()
        running.append(server)
        cameras.append(HttpCamera(address(server.address)))
        return cameras[-1]

    yield start
    for camera in cameras:
        camera.close()
    for server in running:
        server.unplug()


def saying(*data: bytes, then_wait: bool = True) -> MjpegServer:
    """A server that sends `data`, then holds the line or ends it."""

    def say(connection: socket.socket, _asked: bytes) -> None:
        for one in data:
            connection.sendall(one)
        if then_wait:
            server.wait(30)

    server = MjpegServer(say=say)
    return server


def problem_of(camera: HttpCamera) -> str:
    """The code of what `camera` says when opened and read from."""
    with pytest.raises(StationProblem) as problem:
        camera.open()
        while camera.read() is not None:
            pass
    assert str(problem.value), "it is told in words"
    return problem.value.code


def test_the_cameras_own_jpeg_comes_through_unchanged(serve: Callable[..., HttpCamera]) -> None:
    own = jpeg()
    camera = serve(MjpegServer([own], 100))
    camera.open()
    frames = [camera.read() for _ in range(3)]
    assert all(frame is not None and frame.jpeg == own and frame.image.shape == (48, 64, 3) for frame in frames)
    camera.close()
    assert camera.read() is None


def test_a_stream_in_chunks_is_read(serve: Callable[..., HttpCamera]) -> None:
    own = jpeg()
    body = part(own) * 2
    pieces = [body[start : start + 99] for start in range(0, len(body), 99)]
    chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    header = multipart_header().replace(b"Connection", b"Transfer-Encoding: chunked\r\nConnection")
    camera = serve(saying(header, chunks, b"0\r\n\r\n"))
    camera.open()
    frame = camera.read()
    assert frame is not None and frame.jpeg == own
    assert camera.read() is None, "the last chunk ends it"


def test_a_reader_that_was_busy_gets_the_newest_picture(serve: Callable[..., HttpCamera]) -> None:
    old, new = jpeg(20), jpeg(220)
    camera = serve(saying(multipart_header(), part(old) * 40 + part(new)))
    camera.open()
    time_is_up = threading.Event()
    time_is_up.wait(0.2)
    frame = camera.read()
    assert frame is not None and frame.jpeg == new


def test_name_and_password_are_sent_and_never_told(
    serve: Callable[..., HttpCamera], caplog: pytest.LogCaptureFixture
) -> None:
    def say(connection: socket.socket, asked: bytes) -> None:
        if b"Authorization: Basic " + base64.b64encode(b"bench:s3cret @") in asked:
            connection.sendall(multipart_header() + part(jpeg()) + part(jpeg()))
            server.wait(30)
        else:
            connection.sendall(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="camera"\r\n\r\n')

    server = MjpegServer(say=say)
    camera = serve(server, lambda address: address.replace("//", "//bench:s3cret%20%40@") + "?token=hidden")
    caplog.set_level(logging.DEBUG)
    feed = CameraFeed(camera)
    feed.start()
    deadline = time.monotonic() + 10
    while feed.latest() is None and time.monotonic() < deadline:
        server.wait(0.01)
    assert feed.latest() is not None
    assert feed.stop()
    assert "s3cret" not in caplog.text + camera.name and "hidden" not in caplog.text + camera.name
    assert "bench" not in camera.name
    assert b"?token=hidden" in server.requests[0]


def test_a_digest_password_is_answered(serve: Callable[..., HttpCamera]) -> None:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def say(connection: socket.socket, asked: bytes) -> None:
        told = dict(re.findall(r'(\w+)="?([^",\r]*)', asked.decode().partition("Authorization: Digest ")[2]))
        if told:
            first, second = md5("bench:camera:secret"), md5(f"GET:{told['uri']}")
            right = md5(f"{first}:n0nce:{told['nc']}:{told['cnonce']}:auth:{second}")
            if told["response"] == right and told["uri"] == "/stream":
                connection.sendall(multipart_header() + part(jpeg()))
                server.wait(30)
                return
        connection.sendall(
            b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="camera", nonce="n0nce", qop="auth"\r\n\r\n'
        )

    server = MjpegServer(say=say)
    camera = serve(server, lambda address: address.replace("//", "//bench:secret@"))
    camera.open()
    assert camera.read() is not None


@pytest.mark.parametrize("challenge", [b"Basic realm=x", b"Digest", b"Digest realm=\x00", b"", b"Bearer"])
@pytest.mark.parametrize("account", ["", "bench:wrong@"])
def test_a_wrong_password_is_told(serve: Callable[..., HttpCamera], challenge: bytes, account: str) -> None:
    camera = serve(
        saying(b"HTTP/1.1 401 No\r\nWWW-Authenticate: " + challenge + b"\r\n\r\n", then_wait=False),
        lambda address: address.replace("//", f"//{account}"),
    )
    assert problem_of(camera) == "camera.refuses"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>Log in</body></html>",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg(),
        b"HTTP/1.1 200 OK\r\n\r\n" + part(jpeg()),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        b"HTTP/1.1 500 \x1b[31mInternal\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 20\xb2 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=" + b"x" * 9000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 40_000,
    ],
)
def test_what_is_no_picture_stream_is_told(serve: Callable[..., HttpCamera], said: bytes) -> None:
    assert problem_of(serve(saying(said))) == "camera.no_stream"


@pytest.mark.parametrize(
    "pictures",
    [
        claiming(jpeg(), 60_000, 60_000),
        jpeg()[: len(jpeg()) // 2] + b"\xff\xd9",
        b"\xff\xd8\xff\xd9",
        b"<html>busy</html>",
        b"",
        png(20_000, 20_000),
        png(64, 48),
    ],
    ids=["size bomb", "cut", "empty jpeg", "html", "nothing", "png bomb", "png"],
)
def test_parts_that_are_no_pictures_are_told(serve: Callable[..., HttpCamera], pictures: bytes) -> None:
    assert problem_of(serve(MjpegServer([pictures], 200))) == "camera.pictures_unreadable"


def test_a_broken_picture_among_good_ones_is_passed_over(serve: Callable[..., HttpCamera]) -> None:
    good = jpeg()
    camera = serve(MjpegServer([good[: len(good) // 2], good], 200))
    camera.open()
    frames = [camera.read() for _ in range(3)]
    assert all(frame is not None and frame.jpeg == good for frame in frames)


def test_a_picture_without_end_ends_in_words(serve: Callable[..., HttpCamera]) -> None:
    def say(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(multipart_header() + b"--frame\r\n\r\n\xff\xd8")
        while True:
            connection.sendall(bytes(1 << 20))

    assert problem_of(serve(MjpegServer(say=say))) == "camera.pictures_unreadable"


@pytest.mark.parametrize(
    "before", [b"", b"HTTP/1.1 200 OK\r\nContent-", multipart_header(), multipart_header() + b"--frame"]
)
def test_a_camera_that_drips_bytes_is_given_up_in_time(
    serve: Callable[..., HttpCamera], before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(before)
        while not server.wait(0.02):
            connection.sendall(b"x")

    server = MjpegServer(say=say)
    monkeypatch.setattr(camera_http, "ANSWER_WITHIN", 0.2)
    monkeypatch.setattr(camera_http, "PICTURE_WITHIN", 0.2)
    begun = time.monotonic()
    assert problem_of(serve(server)) == "camera.unreachable"
    assert time.monotonic() - begun < 5


def test_a_camera_that_is_away_and_one_that_hangs_up_are_unreachable(serve: Callable[..., HttpCamera]) -> None:
    server = saying(then_wait=False)
    assert problem_of(serve(server)) == "camera.unreachable"
    server.unplug()
    assert problem_of(HttpCamera(server.address)) == "camera.unreachable"
    assert problem_of(HttpCamera(server.address.replace("http:", "https:"))) == "camera.unreachable"


def test_a_server_that_does_not_speak_tls_is_unreachable(
    serve: Callable[..., HttpCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_http, "ANSWER_WITHIN", 0.2)
    camera = serve(saying(b"HTTP/1.1 400 Bad\r\n\r\n"), lambda address: address.replace("http:", "https:"))
    assert problem_of(camera) == "camera.unreachable"


def test_waiting_for_a_picture_is_interrupted_at_once(serve: Callable[..., HttpCamera]) -> None:
    server = saying(multipart_header())
    feed = CameraFeed(serve(server))
    feed.start()
    while not server.requests:
        server.wait(0.01)
    assert feed.stop(), "the thread has ended within its second though no picture came"


def test_the_feed_says_why_there_is_no_picture(serve: Callable[..., HttpCamera]) -> None:
    feed = CameraFeed(serve(saying(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")), place="side")
    feed.start()
    deadline = time.monotonic() + 10
    while (problem := feed.problem) is None or problem.code == "camera.absent":
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    assert problem.code == "camera.no_stream" and feed.state == "absent"
    assert feed.stop()


def test_frames_carry_the_place_of_their_camera(serve: Callable[..., HttpCamera]) -> None:
    arrived: list[Frame] = []
    there = threading.Event()
    feed = CameraFeed(
        serve(MjpegServer([jpeg()], 100)), on_frame=lambda frame: (arrived.append(frame), there.set())[1], place="side"
    )
    feed.start()
    assert there.wait(10)
    assert feed.problem is None
    assert feed.stop()
    assert {frame.place for frame in arrived} == {"side"} and arrived[0].jpeg == jpeg()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://a:b@cam.local:8080/video?pwd=x#y", "http://cam.local:8080/video"),
        ("rtsp://a:b@[fe80::1]/1", "rtsp://[fe80::1]/1"),
    ],
)
def test_an_address_is_shown_without_secrets(address: str, shown: str) -> None:
    assert shown_address(address) == shown
