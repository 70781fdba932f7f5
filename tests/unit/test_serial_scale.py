"""Scales on a serial line: the usual continuous formats, noise, a weight that comes to rest, a plug that is pulled."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from queue import Queue

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.devices.scale_frames import MOST_BYTES, FrameSplitter, ScaleFrame
from inspection_station.devices.serial_scale import (
    RESTS_FOR,
    SILENT_AFTER,
    Resting,
    ScaleReading,
    SerialScale,
    open_scale,
)
from inspection_station.errors import StationProblem


def yaohua(grams: int) -> bytes:
    """A frame of an XK3190-A9 with three decimals."""
    body = f"{'-' if grams < 0 else '+'}{abs(grams):06d}3".encode()
    check = 0
    for byte in body:
        check ^= byte
    return b"\x02" + body + f"{check >> 4:X}{check & 15:X}".encode() + b"\x03"


def backwards(grams: int) -> bytes:
    """A frame of an XK3190-A12: the display from its end."""
    return b"=" + f"{grams / 1000:08.3f}"[-8:][::-1].encode()


def mettler(grams: int, *, moving: bool = False, over: bool = False) -> bytes:
    """A frame of Mettler Toledo's continuous output, in kilograms with three decimals."""
    second = 0x30 | (0x02 if grams < 0 else 0) | (0x04 if over else 0) | (0x08 if moving else 0)
    return bytes([0x02, 0x2D, second, 0x20]) + f"{abs(grams):6d}".encode() + b"000000\r"


def text(grams: int) -> bytes:
    return f"ST,GS,{'-' if grams < 0 else '+'}{abs(grams) / 1000:09.3f}kg\r\n".encode()


@pytest.mark.parametrize(
    ("sent", "grams", "stable"),
    [
        (b"ST,GS,+00001.234kg\r\n", 1234, True),
        (b"US,GS,+00001.250kg\r\n", 1250, False),
        (b"ST,NT,-  0.120kg\r\n", -120, True),
        (b"ST,+00123.45  g\r\n", 123, True),
        (b"OL,GS,+\r\n", None, None),
        (b"S S    1234.5 g\r\n", 1235, True),
        (b"S D      0.35 kg\r\n", 350, False),
        (b"S I\r\n", None, None),
        (b"S +\r\n", None, None),
        (b"wn001.234kg\r\n", 1234, None),
        (b"   0.980 kg\r\n", 980, None),
        (b"2.5 lb\r\n", 1134, None),
        (b"1.20\r\n", 1200, None),
        (yaohua(-4321), -4321, None),
        (b"=432.1000", 1234, None),
        (mettler(2045), 2045, True),
        (mettler(2045, moving=True), 2045, False),
        (mettler(0, over=True), None, None),
    ],
)
def test_the_usual_formats_are_read(sent: bytes, grams: int | None, stable: bool | None) -> None:
    assert FrameSplitter().feed(sent * 2) == [ScaleFrame(grams, stable)] * 2


@pytest.mark.parametrize("make", [yaohua, backwards, mettler, text])
@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=8), st.integers(1, 20))
@properties(40)
def test_weights_come_through_in_pieces_of_any_size(make, weights: list[int], piece: int) -> None:  # type: ignore[no-untyped-def]
    stream = b"".join(map(make, weights))
    splitter, found = FrameSplitter(), []
    for start in range(0, len(stream), piece):
        found += splitter.feed(stream[start : start + piece])
    assert [frame.grams for frame in found] == weights


@pytest.mark.parametrize("make", [yaohua, mettler, text])
@given(st.lists(st.binary(max_size=40), max_size=10))
@properties(60)
def test_noise_never_crashes_is_bounded_and_the_weight_is_read_soon_after(make, noise: list[bytes]) -> None:  # type: ignore[no-untyped-def]
    splitter = FrameSplitter()
    for piece in noise:
        splitter.feed(piece)
        assert len(splitter._held) <= MOST_BYTES
    found = [frame.grams for _ in range(4) for frame in splitter.feed(make(1234))]
    assert found[-1] == 1234


def test_a_frame_whose_check_is_wrong_is_passed_over() -> None:
    broken = bytearray(yaohua(1234))
    broken[4] ^= 1
    assert FrameSplitter().feed(bytes(broken) + yaohua(500)) == [ScaleFrame(500, None)]


def test_a_weight_that_does_not_change_for_a_while_is_stable() -> None:
    resting = Resting()
    assert resting.take(ScaleFrame(800), 1.0) == ScaleReading(800, False)
    assert resting.take(ScaleFrame(810), 1.2) == ScaleReading(810, False)
    assert resting.take(ScaleFrame(810), 1.2 + RESTS_FOR) == ScaleReading(810, True)
    assert not resting.is_silent(1.2 + RESTS_FOR + SILENT_AFTER)
    assert resting.is_silent(1.3 + RESTS_FOR + SILENT_AFTER)
    assert resting.take(ScaleFrame(810), 9.0) == ScaleReading(810, False), "it was silent: it must rest anew"
    assert resting.take(ScaleFrame(None), 9.1) == ScaleReading(None, False)
    assert resting.take(ScaleFrame(4, stable=True), 9.2) == ScaleReading(4, True), "the scale says so itself"


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: what is written to the first is read from the port at the second."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals on Windows")
    import tty

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield ours, os.ttyname(theirs)
    for descriptor in (ours, theirs):
        os.close(descriptor)


def until(readings: Queue[ScaleReading], wanted: ScaleReading) -> None:
    while readings.get(timeout=10) != wanted:
        pass


def test_a_scale_on_a_port_tells_what_lies_on_it_and_nothing_when_it_is_silent(terminal: tuple[int, str]) -> None:
    ours, port = terminal
    readings: Queue[ScaleReading] = Queue()
    live = threading.Event()
    scale = SerialScale(port, on_reading=readings.put, on_state=lambda state: live.set())
    scale.start()
    try:
        assert live.wait(10), "what came before the port was open is not read"
        os.write(ours, mettler(1500, moving=True) + mettler(1520))
        until(readings, ScaleReading(1500, False))
        until(readings, ScaleReading(1520, True))
        assert scale.reading == ScaleReading(1520, True)
        until(readings, ScaleReading())
    finally:
        assert scale.stop()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (PermissionError(13, "denied"), "scale.denied"),
        (BlockingIOError(11, "busy"), "scale.busy"),
        (FileNotFoundError(2, "none"), "scale.absent"),
        (ValueError("no such speed"), "scale.absent"),
    ],
)
def test_a_port_that_cannot_be_opened_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str
) -> None:
    def refuse(_port: str, _baud: int) -> None:
        raise fault

    monkeypatch.setattr("inspection_station.devices.serial_scale.open_port", refuse)
    with pytest.raises(StationProblem) as told:
        open_scale("/dev/nowhere", 9600)
    assert told.value.code == code


def test_a_scale_that_is_not_there_is_told_once_and_tried_again() -> None:
    problems: Queue[StationProblem] = Queue()
    scale = SerialScale("/dev/nowhere", on_reading=lambda reading: None, on_problem=problems.put, first_wait=0.01)
    scale.start()
    try:
        assert problems.get(timeout=10).code == "scale.absent"
        assert scale.state == "absent" and scale.reading == ScaleReading()
    finally:
        assert scale.stop()
    assert problems.empty()
