"""A reprint is the same label with one word in a free corner; the calibration label shows size, edges and darkness."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from label_checks import corner_of
from PIL import Image

from inspection_station.documents import drawing, inspection_label
from inspection_station.documents.calibration_label import calibration_code, calibration_label
from inspection_station.documents.drawing import BarSymbol, Box, SquareSymbol, TextLine
from inspection_station.documents.label_layouts import SIZES
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.documents.sample_labels import sample_label
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language

DPIS: tuple[int | tuple[int, int], ...] = (203, 300, 600, (203, 300))
ALL_SIZES = (*SIZES, (30, 20), (40, 30), (40, 60), (58, 40), (110, 30))


def pixels_of(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        assert image.mode == "1"
        return np.array(image) == 0


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", ALL_SIZES)
def test_a_reprint_differs_in_the_free_corner_only(size: tuple[int, int], language: str) -> None:
    set_language(language)
    practice = sample_label("long")
    real = replace(practice, practice=False, rt_number="RT-261121-01200042")
    cases = [(real, 203), (practice, 203), (real, (203, 300))]
    if size == (60, 40):
        cases += [(real, 300), (real, 600)]
    for content, dpi in cases:
        layout = inspection_label.layout(content, size, dpi)
        first = drawing.png(inspection_label.raster(layout), layout)
        before, after = pixels_of(first), pixels_of(reprint_of(first, size, dpi))
        corner = corner_of(layout, size)
        inside = np.zeros_like(before)
        inside[corner.top : corner.bottom, corner.left : corner.right] = True
        assert not before[inside].any(), "no layout draws there"
        assert (before[~inside] == after[~inside]).all(), "codes and all else, dot for dot"
        assert after[inside].mean() > 0.05, "the word is there"


def test_a_reprint_of_a_reprint_is_the_same() -> None:
    layout = inspection_label.layout(sample_label("flawed"))
    once = reprint_of(drawing.png(inspection_label.raster(layout), layout), (60, 40), 203)
    assert (pixels_of(reprint_of(once, (60, 40), 203)) == pixels_of(once)).all()


def test_the_mark_is_the_word_of_the_language() -> None:
    layout = inspection_label.layout(sample_label("flawed"))
    plain = drawing.png(inspection_label.raster(layout), layout)
    marks = []
    for language in ("zh_CN", "en"):
        set_language(language)
        marks.append(pixels_of(reprint_of(plain, (60, 40), 203)))
    assert (marks[0] != marks[1]).any()


def test_a_bitmap_of_another_resolution_is_marked_in_the_same_corner() -> None:
    layout = inspection_label.layout(sample_label("flawed"), (60, 40), 300)
    plain = drawing.png(inspection_label.raster(layout), layout)
    changed = np.argwhere(pixels_of(plain) != pixels_of(reprint_of(plain, (60, 40), 203)))
    corner = corner_of(layout, (60, 40))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert corner.holds(Box(int(left), int(top), int(right - left + 1), int(bottom - top + 1)))
    with Image.open(io.BytesIO(reprint_of(plain, (60, 40), 203))) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize(
    ("size", "dpi"), [(size, dpi) for size in ALL_SIZES for dpi in DPIS if dpi != 600 or size in ((60, 40), (100, 150))]
)
def test_the_calibration_label_frames_measures_and_scans_back(
    size: tuple[int, int], dpi: int | tuple[int, int]
) -> None:
    layout = calibration_label(size, dpi)
    image = drawing.raster(layout)
    dark = np.array(image) == 0
    assert dark[0].all()
    assert dark[-1].all()
    assert dark[:, 0].all()
    assert dark[:, -1].all()
    across, down = layout.dots_per_mm
    for place in range(1, size[0]):
        assert dark[: round(1.3 * down), round(place * across)].all(), f"tick at {place} mm"
        if place > 3:  # further left the ticks of both rulers cross
            assert not dark[2 : round(1.3 * down), round(place * across) + 2].any()
    for place in range(1, size[1]):
        assert dark[round(place * down), : round(1.3 * across)].all(), f"tick at {place} mm"
    code = calibration_code(size, dpi)
    found = {(str(one.format), one.text) for one in zxingcpp.read_barcodes(image.convert("L"))}
    expected = {("QR Code", code)}
    if any(isinstance(part, BarSymbol) for part in layout.operations):
        expected.add(("Code 128", code))
    assert found == expected
    page = Box(0, 0, layout.width, layout.height)
    ink = [part.box for part in layout.operations if not isinstance(part, BarSymbol | SquareSymbol)]
    for quiet in layout.quiet:
        assert page.holds(quiet)
        assert not any(quiet.overlaps(box) for box in ink)
    words = [part.line.text for part in layout.operations if isinstance(part, TextLine)]
    assert f"{size[0]} × {size[1]} mm" in " ".join(words)
    assert "dpi" in " ".join(words)


def test_code_128_is_on_the_usual_calibration_labels() -> None:
    for size, dpi in (((60, 40), 203), ((100, 100), 203), ((100, 150), 600), ((50, 30), 300)):
        assert any(isinstance(part, BarSymbol) for part in calibration_label(size, dpi).operations)


@pytest.mark.parametrize(
    ("size", "dpi", "code"),
    [((10, 10), 203, "label.too_small"), ((120, 40), 203, "label.too_large"),
     ((60, 40), 100, "label.resolution_too_low"), ((60, 40), (203, 90), "label.resolution_too_low")],
)  # fmt: skip
def test_a_calibration_label_that_cannot_be_is_refused(
    size: tuple[int, int], dpi: int | tuple[int, int], code: str
) -> None:
    with pytest.raises(StationProblem) as problem:
        calibration_label(size, dpi)
    assert problem.value.code == code
