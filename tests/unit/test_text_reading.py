"""Reading text in a worker process: answers, faults of the worker, and the real reader where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from inspection_station.devices import text_reading
from inspection_station.devices.text_reading import TextReader, can_read_text
from inspection_station.domain.numbers_in_text import proposed_numbers
from inspection_station.errors import StationProblem
from inspection_station.locations import resources

WORKER = """
import sys
while head := sys.stdin.buffer.read(8):
    size = int.from_bytes(head, "big")
    picture = sys.stdin.buffer.read(size)
    assert len(picture) == size
    {answer}
    sys.stdout.flush()
"""
ONE_LINE = 'print(\'{"lines": [{"text": "SF1390 4471", "score": 0.9, "points": [[0,0],[9,0],[9,5],[0,5]]}]}\')'


def reader(answer: str, *, time_limit: float = 20.0) -> TextReader:
    return TextReader((sys.executable, "-c", WORKER.replace("{answer}", answer)), time_limit=time_limit)


@pytest.fixture
def label(tmp_path: Path) -> bytes:
    picture = Image.new("L", (900, 220), 255)
    font = ImageFont.truetype(next(iter(sorted((resources() / "fonts").glob("*.ttf")))), 64)
    ImageDraw.Draw(picture).text((40, 70), "SF1390 4471 2086 5", font=font, fill=0)
    file = tmp_path / "label.png"
    picture.save(file)
    return file.read_bytes()


def test_one_worker_answers_picture_after_picture(label: bytes) -> None:
    one = reader(ONE_LINE)
    try:
        first, worker = one.read(label), one._worker
        assert [line.text for line in first] == ["SF1390 4471"]
        assert one.read(label) == first
        assert one._worker is worker
    finally:
        one.close()
    assert worker is not None and worker.poll() is not None


def test_a_worker_that_ended_is_started_again(label: bytes) -> None:
    one = reader(ONE_LINE + "\n    sys.stdout.flush(); sys.exit()")
    try:
        assert one.read(label)
        assert one._worker is not None
        one._worker.wait(20)
        assert one.read(label)
    finally:
        one.close()


@pytest.mark.parametrize(
    "answer",
    [
        "sys.exit(3)",
        "print('not JSON')",
        "print('[1, 2]')",
        "print('{}')",
        'print(\'{"lines": [{"text": 5, "points": []}]}\')',
        'print(\'{"lines": [{"text": "a", "score": NaN, "points": []}]}\')',
        "sys.stdout.write('x' * 2_000_000)",
        'print(\'{"error": "picture.unreadable"}\')',
    ],
)
def test_a_worker_that_fails_is_told_in_a_sentence_and_the_next_picture_is_read_anew(label: bytes, answer: str) -> None:
    one = reader(answer)
    with pytest.raises(StationProblem) as told:
        one.read(label)
    assert told.value.code == "text.failed"
    one.close()


def test_a_worker_that_hangs_is_ended_after_its_time(label: bytes) -> None:
    one = reader("import time; time.sleep(600)", time_limit=0.5)
    with pytest.raises(StationProblem) as told:
        one.read(label)
    assert told.value.code == "text.failed"
    assert one._worker is None


def test_a_hostile_file_never_reaches_the_worker() -> None:
    one = reader(ONE_LINE)
    with pytest.raises(StationProblem) as told:
        one.read(b"<html>not a picture</html>")
    assert told.value.code == "picture.wrong_type"
    assert one._worker is None


def test_without_the_extra_a_sentence_says_so(label: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_reading, "can_read_text", lambda: False)
    with pytest.raises(StationProblem) as told:
        TextReader().read(label)
    assert told.value.code == "text.not_installed"


@pytest.mark.skipif(not can_read_text(), reason="the extra ocr is not installed")
def test_the_real_reader_reads_a_printed_number(label: bytes) -> None:
    one = TextReader(time_limit=120)
    try:
        assert proposed_numbers([line.text for line in one.read(label)]) == ("SF1390447120865",)
    finally:
        one.close()
