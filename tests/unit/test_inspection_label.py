"""The printed label: both symbols decode at printer resolution, bars are whole dots, nothing runs into anything."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyzbar import pyzbar

from inspection_station.documents import drawing, inspection_label
from inspection_station.documents.code_symbols import code128, qr
from inspection_station.documents.drawing import BarSymbol, Box, Layout, SquareSymbol, TextLine
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layouts import SIZES
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language

JACKET = LabelContent(
    rt_number="RT-261121-01200042", issue=1, grade="C", disposition="refurbish", disposition_words="翻新",
    tote_line="干洗 · 3 号箱 F-0087", item_name="轻薄羽绒服 藏青 M", sku="YL-8821-NV-M",
    findings_line="污渍 · 明显 / 吊牌被摘", liability_line="责任：买家", time_text="11-21 10:43", station="B12",
    fingerprint="9f3a71c05be2", order_number="2411-0866-5604",
)  # fmt: skip
PRACTICE = replace(JACKET, rt_number="RT-261121-00000042", practice=True)
CONTENTS = (JACKET, PRACTICE, replace(JACKET, issue=2, rt_number="RT-270101-99999999"))


def _read(image: Image.Image) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    grey = image.convert("L")
    zbar = {(found.type.replace("CODE128", "Code 128").replace("QRCODE", "QR Code"), found.data.decode())
            for found in pyzbar.decode(grey)}  # fmt: skip
    return zbar, {(str(found.format), found.text) for found in zxingcpp.read_barcodes(grey)}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("content", CONTENTS, ids=["real", "practice", "second issue"])
def test_both_decoders_read_both_symbols(content: LabelContent, size: tuple[int, int], dpi: int) -> None:
    image = inspection_label.raster(inspection_label.layout(content, size, dpi))
    expected = {("QR Code", content.code)} | ({("Code 128", content.code)} if size != (50, 30) else set())
    assert _read(image) == (expected, expected)


def test_the_label_of_60_by_40_has_the_dots_of_the_design() -> None:
    layout = inspection_label.layout(JACKET)
    image = inspection_label.raster(layout)
    assert (image.size, image.mode) == ((480, 320), "1")
    bars = next(part for part in layout.operations if isinstance(part, BarSymbol))
    square = next(part for part in layout.operations if isinstance(part, SquareSymbol))
    assert (bars.module, bars.symbol.modules, square.module, square.symbol.modules) == (2, 200, 4, 21)
    assert bars.box.left >= 20
    assert layout.width - bars.box.right >= 20


def test_every_bar_and_space_is_a_whole_number_of_modules_on_paper() -> None:
    layout = inspection_label.layout(JACKET)
    pixels = np.array(inspection_label.raster(layout))
    bars = next(part for part in layout.operations if isinstance(part, BarSymbol))
    for row in (bars.box.top, bars.box.top + bars.box.height // 2, bars.box.bottom - 1):
        runs = [(bool(dark), len(list(group))) for dark, group in groupby(pixels[row] == 0)]
        assert [length for _, length in runs[1:-1]] == [width * 2 for width in code128(JACKET.code).widths]
        assert not runs[0][0]
        assert not runs[-1][0]
    square = next(part for part in layout.operations if isinstance(part, SquareSymbol))
    box = square.box
    matrix = pixels[box.top : box.bottom, box.left : box.right] == 0
    assert (matrix == np.kron(np.array(qr(JACKET.code).rows), np.ones((4, 4), dtype=bool))).all()


def _ink(layout: Layout) -> list[Box]:
    return [part.box for part in layout.operations if not isinstance(part, BarSymbol | SquareSymbol)]


def _check_nothing_collides(layout: Layout) -> None:
    page = Box(0, 0, layout.width, layout.height)
    for place, quiet in enumerate(layout.quiet):
        assert page.holds(quiet)
        assert not any(quiet.overlaps(box) for box in _ink(layout))
        assert not any(quiet.overlaps(other) for other in layout.quiet[:place])
    texts = [part for part in layout.operations if isinstance(part, TextLine)]
    for place, text in enumerate(texts):
        assert page.holds(text.box)
        assert not any(text.box.overlaps(other.box) for other in texts[:place])
    pixels = np.array(drawing.raster(layout)) == 0
    # What the texts say they ink is what they do ink: nothing is cut through and nothing reaches beyond.
    without = replace(layout, operations=tuple(part for part in layout.operations if not isinstance(part, TextLine)))
    changed = pixels != (np.array(drawing.raster(without)) == 0)
    for text in texts:
        box = text.box
        changed[max(box.top, 0) : box.bottom, max(box.left, 0) : box.right] = False
    assert not changed.any()


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.text("轻薄羽绒服藏青女款加厚中长款", min_size=20, max_size=300),
    st.text("WMQgjy_|/", min_size=20, max_size=200),
    st.sampled_from(["", " ", "Ẫ" * 80, "﷽" * 9, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "\u202eevil", "{name} %s <b>x</b>", "👨‍👩‍👧" * 20]),
)


@settings(deadline=None, max_examples=25)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(SIZES), st.booleans())
def test_hostile_texts_touch_no_symbol_and_no_other_text(
    name: str, sku: str, findings: str, words: str, size: tuple[int, int], practice: bool
) -> None:
    content = replace(
        PRACTICE if practice else JACKET,
        item_name=name, sku=sku, findings_line=findings, disposition_words=words, tote_line=name,
        liability_line=findings, grade=words[:2], station=sku, time_text=name, issue=99, order_number=sku,
    )  # fmt: skip
    layout = inspection_label.layout(content, size)
    _check_nothing_collides(layout)
    assert ("QR Code", content.code) in _read(inspection_label.raster(layout))[1]


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("content", CONTENTS, ids=["real", "practice", "second issue"])
def test_ordinary_texts_are_not_shortened_and_collide_with_nothing(
    content: LabelContent, size: tuple[int, int], dpi: int
) -> None:
    layout = inspection_label.layout(content, size, dpi)
    assert layout.shortened == ()
    _check_nothing_collides(layout)


def test_a_practice_label_says_so_and_cannot_carry_a_real_number() -> None:
    texts = {part.line.text for part in inspection_label.layout(PRACTICE).operations if isinstance(part, TextLine)}
    assert "演示 DEMO · 非真实案件" in texts
    set_language("en")
    texts = {part.line.text for part in inspection_label.layout(PRACTICE).operations if isinstance(part, TextLine)}
    assert "DEMO · not a real case" in texts
    with pytest.raises(ValueError, match="station 000"):
        replace(JACKET, practice=True)
    with pytest.raises(ValueError, match="station 000"):
        replace(PRACTICE, practice=False)


def test_an_unknown_size_and_too_coarse_a_printer_are_refused() -> None:
    with pytest.raises(StationProblem) as size:
        inspection_label.layout(JACKET, (61, 40))
    assert size.value.code == "label.size_unknown"
    with pytest.raises(StationProblem) as coarse:
        inspection_label.layout(JACKET, (60, 40), 100)
    assert coarse.value.code == "label.resolution_too_low"


def test_the_png_says_its_resolution_and_keeps_every_dot() -> None:
    layout = inspection_label.layout(JACKET)
    image = inspection_label.raster(layout)
    again = Image.open(io.BytesIO(drawing.png(image, layout)))
    assert again.info["dpi"] == pytest.approx((203.2, 203.2), abs=0.02)
    assert (np.array(again) == np.array(image)).all()


def test_the_pdf_is_the_same_label_with_all_fonts_inside(tmp_path: Path) -> None:
    layout = inspection_label.layout(JACKET)
    first, second = inspection_label.pdf(layout), inspection_label.pdf(layout)
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"Helvetica" not in first
    if not which("pdftoppm"):
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    (tmp_path / "label.pdf").write_bytes(first)
    subprocess.run(["pdftoppm", "-r", "203.2", "-mono", "label.pdf", "page"], cwd=tmp_path, check=True)
    page = np.array(Image.open(tmp_path / "page-1.pbm").convert("L")) < 128
    bars = next(part for part in layout.operations if isinstance(part, BarSymbol))
    bitmap = np.array(inspection_label.raster(layout)) == 0
    middle = bars.box.top + bars.box.height // 2
    assert (page[middle] == bitmap[middle]).all()


@given(st.text([chr(code) for code in range(32, 127)], min_size=1, max_size=24))
def test_code_128_holds_any_printable_text(text: str) -> None:
    symbol = code128(text)
    assert symbol.modules <= 11 * (len(text) + 2) + 13
    row = np.repeat([255, *([0, 255] * len(symbol.widths))[: len(symbol.widths)], 255], [20, *symbol.widths, 20])
    image = Image.fromarray(np.tile(row.astype(np.uint8), (40, 1))).resize(((symbol.modules + 40) * 3, 120), 0)
    options = {"formats": zxingcpp.BarcodeFormat.Code128}
    assert [found.text for found in zxingcpp.read_barcodes(image, **options)] == [text]


def test_code_128_refuses_what_it_cannot_hold() -> None:
    for text in ("", "箱", "\x1d"):
        with pytest.raises(ValueError, match="printable ASCII"):
            code128(text)
