"""The live picture is searched frame by frame: two frames that agree are two, never one looked at twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Container, Iterator

import numpy as np
import pytest

from inspection_station.devices.barcodes import CodeRead
from inspection_station.devices.camera import Camera, Frame
from inspection_station.station import bench_camera
from inspection_station.station.background import LANES, Background, InlineBackground
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.notices import Notices

OURS, OTHER = "6901234567892", "6909876543217"


class SlowCamera(Camera):
    """Sends a picture each time the test says so."""

    name = "slow"

    def __init__(self) -> None:
        self.next_picture = threading.Semaphore(0)
        self._ended = False

    def open(self) -> None:
        self._ended = False

    def read(self) -> Frame | None:
        self.next_picture.acquire()
        return None if self._ended else Frame(np.zeros((54, 96, 3), np.uint8), time.monotonic())

    def close(self) -> None:
        """Nothing is held."""

    def interrupt(self) -> None:
        self._ended = True
        self.next_picture.release()


class Search:
    """A live picture in which every look reads what the test put there."""

    def __init__(self, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
        self._qtbot = qtbot
        self._device = SlowCamera()
        self.camera = BenchCamera(self._device, InlineBackground(Notices()))
        self.camera._look.setInterval(3_600_000)  # the test looks
        self.text, self.symbology, self.accepted = OTHER, "EAN13", True
        self.told: list[str] = []
        self.proposed: list[str] = []
        self.camera.code_read.connect(lambda read, _size: self.told.append(read.text))
        self.camera.candidate_read.connect(lambda read: self.proposed.append(read.text))
        monkeypatch.setattr(bench_camera, "read_codes", lambda *_args, **_options: [self._read()])
        self.camera.start()
        self.camera.want_code(True, (OURS,))

    def _read(self) -> CodeRead:
        corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
        return CodeRead(self.text, self.text.encode(), self.symbology, "]E0", corners, "zxing", self.accepted, 1.0)

    def picture_comes(self) -> None:
        before = self.camera.latest()
        self._device.next_picture.release()
        self._qtbot.waitUntil(lambda: (now := self.camera.latest()) is not None and now is not before)

    def looks(self, times: int = 1) -> None:
        for _ in range(times):
            self.camera._search()


@pytest.fixture
def search(qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Search]:
    one = Search(qtbot, monkeypatch)
    yield one
    one.camera.stop()


@pytest.mark.parametrize(("text", "accepted"), [(OTHER, True), (OURS, False)])
def test_one_frame_never_agrees_with_itself(search: Search, text: str, accepted: bool) -> None:
    search.text, search.accepted = text, accepted
    search.picture_comes()
    search.looks(5)
    assert search.told == [], "another code, or one a single frame is not enough for, was taken from one frame"
    search.picture_comes()
    search.looks(5)
    assert search.told == [text]


@pytest.mark.parametrize(("lengths", "told"), [((14,), []), ((10, 14), ["1234567890"])])
def test_two_frames_agree_on_an_itf_code_at_the_configured_lengths_only(
    search: Search, lengths: tuple[int, ...], told: list[str]
) -> None:
    search.text, search.symbology, search.accepted = "1234567890", "ITF", False
    search.camera.itf_lengths = lambda: lengths
    for _ in range(4):
        search.picture_comes()
        search.looks()
    assert sorted(set(search.told)) == told


class EndsInSeven:
    """Expects what it is not a list of."""

    def __contains__(self, text: object) -> bool:
        return str(text).endswith("7")


@pytest.mark.parametrize(
    ("expected", "text", "symbology"),
    [
        (EndsInSeven(), "JD0077", "Code128"),
        (("SN-778",), "sn-778", "Code128"),
        (("0012345678905",), "012345678905", "UPCA"),
    ],
)
def test_an_expected_code_is_taken_from_one_frame_however_it_is_written(
    search: Search, expected: Container[str], text: str, symbology: str
) -> None:
    search.camera.want_code(True, expected)
    search.text, search.symbology = text, symbology
    search.picture_comes()
    search.looks()
    assert search.told == [text]


def test_what_is_never_accepted_is_told_as_a_candidate_only(search: Search) -> None:
    search.text, search.symbology, search.accepted = "1234567890", "ITF", False
    for _ in range(3):
        search.picture_comes()
        search.looks()
    assert (search.told, search.proposed) == ([], ["1234567890"] * 3)


def test_a_probe_that_does_not_answer_stops_neither_the_picture_nor_the_search(
    qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    read = CodeRead(OURS, OURS.encode(), "EAN13", "]E0", corners, "zxing", True, 1.0)
    monkeypatch.setattr(bench_camera, "read_codes", lambda *_args, **_options: [read])
    device, answered = SlowCamera(), threading.Event()
    background = Background(Notices())
    camera = BenchCamera(device, background)
    try:
        for _ in range(LANES["photo"]):  # printers and cameras that are asked, and do not answer
            background.run(lambda: answered.wait(30), lambda _none: None, lane="photo")
        camera.want_code(True, (OURS,))
        camera.start()
        with qtbot.waitSignals([camera.pictured, camera.code_read], timeout=5_000):
            device.next_picture.release()
    finally:
        answered.set()
        camera.stop()
        background.close()
