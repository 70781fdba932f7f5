"""A ruler in a photo is found by its graduation, and nothing else is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import cv2
import numpy as np
import pytest

from inspection_station.devices.simulated_scenes import INTACT, SceneLibrary
from inspection_station.evidence.ruler import find_ruler
from inspection_station.locations import resources
from inspection_station.picture_files import Picture, open_picture, read_picture_file

DEMO = resources() / "demo"
PICTURES: list[dict[str, Any]] = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))["pictures"]
CLOSE_UPS = sorted({row["file"] for row in PICTURES if row["shot"] == "close_up"})
ABOVE_THE_RULER = 790  # rows of a demo close-up: its scale card lies below
PER_MM = 6.857  # pixels


def picture(file: str) -> Picture:
    return open_picture(read_picture_file(DEMO / file))


def drawn(pitch: float = 8.0, lengths: tuple[int, int, int] = (12, 20, 28), jitter: float = 0.0) -> Picture:
    """A grey mat with a strip of paper, on it 60 lines `pitch` apart: usual, every fifth, every tenth."""
    chance = np.random.default_rng(7)
    image = np.full((480, 640, 3), 120, np.uint8)
    cv2.rectangle(image, (20, 300), (620, 380), (230, 235, 236), -1)
    for number in range(60):
        length = lengths[2] if number % 10 == 0 else lengths[1] if number % 5 == 0 else lengths[0]
        x = 40 + number * pitch + chance.uniform(-jitter, jitter)
        if x < 610:
            cv2.line(image, (round(x), 304), (round(x), 304 + length), (40, 40, 40), 2)
    return cast(Picture, np.clip(image + chance.normal(0, 2, image.shape), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("file", CLOSE_UPS)
def test_every_close_up_of_the_demo_shows_its_ruler_and_its_scale(file: str) -> None:
    ruler = find_ruler(picture(file))
    assert ruler is not None
    if "tee_stained_close" not in file:  # drawn at another scale
        assert ruler.pixels_per_mm == pytest.approx(PER_MM, rel=0.005)


@pytest.mark.parametrize("file", [file for file in CLOSE_UPS if "tee_stained_close" not in file])
def test_the_same_without_its_ruler_shows_none(file: str) -> None:
    assert find_ruler(np.ascontiguousarray(picture(file)[:ABOVE_THE_RULER])) is None


def turned(degrees: float) -> Callable[[Picture], Picture]:
    def turn(image: Picture) -> Picture:
        rows, columns = image.shape[:2]
        matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 0.8)
        return cast(Picture, cv2.warpAffine(image, matrix, (columns, rows), borderMode=cv2.BORDER_REFLECT))

    return turn


def sized(width: int, height: int) -> Callable[[Picture], Picture]:
    return lambda image: cast(Picture, cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC))


@pytest.mark.parametrize(
    ("name", "change", "scale"),
    [
        ("upright", lambda image: cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE), 1.0),
        ("upside down", lambda image: cv2.rotate(image, cv2.ROTATE_180), 1.0),
        ("leaning left", turned(8), 0.8),
        ("leaning right", turned(-12), 0.8),
        ("1080p", sized(1440, 1080), 1.125),
        ("4K", sized(2880, 2160), 2.25),
        ("12 megapixels", sized(4000, 3000), 3.125),
        ("small", sized(896, 672), 0.7),
        ("dark", lambda image: (image * 0.4).astype(np.uint8), 1.0),
    ],
)
def test_a_ruler_is_found_however_it_lies_and_at_every_size(
    name: str, change: Callable[[Picture], Picture], scale: float
) -> None:
    for file in CLOSE_UPS[::8]:
        ruler = find_ruler(change(picture(file)))
        assert ruler is not None, (name, file)
        assert ruler.pixels_per_mm == pytest.approx(PER_MM * scale, rel=0.01)


def test_even_lines_without_a_graduation_are_no_ruler() -> None:
    assert find_ruler(drawn()) is not None
    assert find_ruler(drawn(lengths=(16, 16, 16))) is None, "a comb, the ribs of a cuff"
    assert find_ruler(drawn(lengths=(28, 20, 12))) is None
    assert find_ruler(drawn(jitter=4.0)) is None, "lines at odd distances, as in a barcode"


def test_tags_barcodes_and_pictures_without_a_ruler_show_none() -> None:
    assert find_ruler(picture("quality/no_ruler.jpg")) is None
    for row in PICTURES:
        if row["shot"] == "tag":
            assert find_ruler(picture(row["file"])) is None


@pytest.mark.parametrize("shape", [(0, 0, 3), (1, 1, 3), (3, 2000, 3), (2000, 3, 3), (480, 640)])
def test_no_picture_is_too_odd_to_be_looked_at(shape: tuple[int, ...]) -> None:
    assert find_ruler(np.full(shape, 128, np.uint8)) is None


def test_the_demo_puts_a_ruler_into_every_close_up() -> None:
    library = SceneLibrary()
    for sku in ("YL-T101-GY", "YX-A17-SV", "HM-B410-BK"):
        for state in (INTACT, *library.defects_of(sku)):
            assert find_ruler(library.item(sku, state, "close_up")) is not None, (sku, state)
