"""Pictures of unknown origin: refused by what they say about themselves, before anything is decoded."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from inspection_station import picture_files
from inspection_station.errors import StationProblem
from inspection_station.picture_files import open_picture, read_header, read_picture_file

PROJECT = Path(__file__).resolve().parents[2]


def encoded(kind: str, width: int = 64, height: int = 48) -> bytes:
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(image).save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small valid PNG of one colour that unfolds to width × height pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(1)
    row = bytes(1 + width) * 100
    body = b"".join(packer.compress(row) for _ in range(height // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_the_formats_of_cameras_and_files_open(kind: str) -> None:
    data = encoded(kind)
    assert (read_header(data).width, read_header(data).height) == (64, 48)
    assert open_picture(data).shape == (48, 64, 3)


def test_a_picture_that_unfolds_to_400_megapixels_is_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(cv2, "imdecode", never)
    for width, height in [(20_000, 20_000), (9_500, 9_500), (8_000, 7_000)]:
        with pytest.raises(StationProblem) as problem:
            open_picture(bomb(width, height))
        assert problem.value.code == "picture.too_large"


def test_opencv_itself_has_the_same_limit(tmp_path: Path) -> None:
    """In a process of its own: OpenCV reads the limit when it is first imported."""
    picture = tmp_path / "bomb.png"
    picture.write_bytes(bomb(10_000, 6_000))
    program = (
        "import sys, inspection_station, cv2\n"
        "try:\n    image = cv2.imread(sys.argv[1])\n"
        "except cv2.error as error:\n    image = None\n"
        "print('refused' if image is None else image.shape)"
    )
    command = [sys.executable, "-c", program, str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=PROJECT)
    assert done.stdout.strip() == "refused"
    from_inspection_station = int(os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"])
    assert from_inspection_station == picture_files.LARGEST_PICTURE_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_a_picture_that_ends_too_early_is_refused(kind: str) -> None:
    data = encoded(kind)
    with pytest.raises(StationProblem) as problem:
        open_picture(data[: len(data) * 2 // 3])
    assert problem.value.code in ("picture.truncated", "picture.wrong_type")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture.empty"),
        (b"hello", "picture.wrong_type"),
        (b"%PDF-1.7\n", "picture.wrong_type"),
        (b"GIF89a\x10\x00\x10\x00\x80\x00\x00", "picture.wrong_type"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "picture.wrong_type"),
    ],
)
def test_what_is_no_picture_is_told(data: bytes, code: str) -> None:
    with pytest.raises(StationProblem) as problem:
        open_picture(data)
    assert problem.value.code == code


def test_damaged_bytes_never_raise_anything_else() -> None:
    random = np.random.default_rng(5)
    for kind in ("JPEG", "PNG", "WEBP", "BMP"):
        whole = encoded(kind)
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(8):
                data[random.integers(len(data))] = random.integers(256)
            try:
                image = open_picture(bytes(data))
            except StationProblem as problem:
                assert problem.code.startswith("picture.")
            else:
                assert image.ndim == 3


def test_folders_and_missing_files_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jpg", Path("bad\0name")):
        with pytest.raises(StationProblem) as problem:
            read_picture_file(path)
        assert problem.value.code == "picture.no_file"


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as handle:
        handle.truncate(picture_files.LARGEST_PICTURE_BYTES + 1)
    with pytest.raises(StationProblem) as problem:
        read_picture_file(path)
    assert problem.value.code == "picture.too_large"
