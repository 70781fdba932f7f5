"""Streams of pictures taken apart: as cameras really send them, and as nobody should."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjpeg_server import part

from inspection_station.devices import mjpeg_stream
from inspection_station.devices.mjpeg_stream import BadStream, Chunks, PictureStream, boundary_of

FIRST = b"\xff\xd8" + b"first" * 50 + b"\xff\xd9"
SECOND = b"\xff\xd8" + b"second" * 70 + b"\xff\xd9"


def taken(data: bytes, step: int, boundary: bytes = b"--frame") -> list[bytes]:
    """The pictures that come out when `data` arrives in pieces of `step` bytes."""
    stream = PictureStream(boundary)
    pictures = []
    for start in range(0, len(data), step):
        stream.feed(data[start : start + step])
        if (picture := stream.take()) is not None:
            pictures.append(picture)
    return pictures


@pytest.mark.parametrize("step", [1, 7, 100])
@pytest.mark.parametrize("length", [-1, None])
def test_pictures_come_out_as_they_went_in_however_the_bytes_arrive(step: int, length: int | None) -> None:
    data = b"preface\r\n" + part(FIRST, length=length) + part(SECOND, length=length) + b"--frame--\r\n"
    assert taken(data, step) == [FIRST, SECOND]


def test_a_picture_whose_length_is_told_is_there_before_the_next_one_begins() -> None:
    stream = PictureStream(b"--frame")
    stream.feed(part(FIRST)[:-2])
    assert stream.take() == FIRST


@pytest.mark.parametrize("length", [1, 60, len(FIRST) + 3, 5000])
def test_a_length_that_lies_is_not_believed(length: int) -> None:
    data = part(FIRST, length=length) * 30 + part(SECOND, length=length) + b"--frame--\r\n"
    assert taken(data, 50)[-1] == SECOND
    assert set(taken(data, 50)) == {FIRST, SECOND}


def test_only_the_newest_picture_is_kept() -> None:
    stream = PictureStream(b"--frame")
    stream.feed(part(FIRST) * 5 + part(SECOND) + part(FIRST)[:80])
    assert stream.take() == SECOND
    assert stream.take() is None


def test_what_follows_the_end_of_a_picture_in_its_part_is_left_out() -> None:
    assert taken(part(FIRST + bytes(40), length=None) + b"--frame", 1000) == [FIRST]


def test_line_ends_without_carriage_returns_are_taken() -> None:
    assert taken(b"--frame\nContent-Type: image/jpeg\n\n" + FIRST + b"\n--frame\n", 10) == [FIRST]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=frame", b"--frame"),
        ('Multipart/X-Mixed-Replace;boundary="--my frame"', b"--my frame"),
        ("multipart/x-mixed-replace; charset=x; Boundary=--frame", b"--frame"),
        ("multipart/mixed;boundary=a", b"--a"),
    ],
)
def test_boundaries_as_cameras_name_them(header: str, boundary: bytes) -> None:
    assert boundary_of(header) == boundary


@pytest.mark.parametrize(
    "header",
    ["", "text/html", "image/jpeg", "multipart/x-mixed-replace", "multipart/x-mixed-replace; boundary=",
     "multipart/x-mixed-replace; boundary=--", "multipart/x-mixed-replace; boundary=" + "x" * 101,
     "multipart/x-mixed-replace; boundary=\u8fb9", 'multipart/x-mixed-replace; boundary="a\x00b"'],
)  # fmt: skip
def test_what_is_no_stream_or_names_no_boundary_is_refused(header: str) -> None:
    with pytest.raises(BadStream):
        boundary_of(header)


def test_a_picture_without_end_is_given_up_with_little_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mjpeg_stream, "LARGEST_PART", 200_000)
    stream = PictureStream(b"--frame")
    tracemalloc.start()
    with pytest.raises(BadStream):
        stream.feed(part(FIRST, length=None)[:-10])
        for _ in range(100_000):
            stream.feed(b"\x55" * 1000)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_length_beyond_any_picture_is_refused_at_once() -> None:
    with pytest.raises(BadStream):
        PictureStream(b"--frame").feed(part(FIRST, length=mjpeg_stream.LARGEST_PART + 1))


def test_parts_that_are_no_pictures_are_given_up_after_a_while() -> None:
    stream = PictureStream(b"--frame")
    with pytest.raises(BadStream):
        stream.feed(part(b"<html>busy</html>") * 30)
    assert stream.take() is None


def test_a_header_without_end_and_a_preface_without_end_hold_little() -> None:
    stream = PictureStream(b"--frame")
    tracemalloc.start()
    for _ in range(2000):
        stream.feed(b"no boundary here " * 100)
    with pytest.raises(BadStream):
        for _ in range(2000):
            stream.feed(b"--frame\r\n" + b"X-Endless: yes" * 500)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@given(st.binary(max_size=3000), st.integers(1, 200))
def test_any_bytes_give_pictures_or_a_refusal_and_nothing_else(noise: bytes, step: int) -> None:
    data = b"--frame\r\n\r\n" + noise + b"--frame" + noise + part(FIRST) + noise
    try:
        for picture in taken(data, step):
            assert picture.startswith(b"\xff\xd8") and picture.endswith(b"\xff\xd9")
    except BadStream:
        pass


@given(st.lists(st.binary(min_size=1, max_size=300)), st.integers(1, 100))
def test_chunks_come_out_whole(pieces: list[bytes], step: int) -> None:
    data = b"".join(f"{len(piece):x};note\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
    chunks = Chunks()
    content = b"".join(chunks.feed(data[start : start + step]) for start in range(0, len(data), step))
    assert content == b"".join(pieces)
    assert chunks.ended


@pytest.mark.parametrize("data", [b"zz\r\n", b"-5\r\nab", b"123456789\r\n", b"\r\n", b"5\r\nabcdeX\r\n", b"1" * 2000])
def test_what_are_no_chunks_is_refused(data: bytes) -> None:
    with pytest.raises(BadStream):
        Chunks().feed(data)
