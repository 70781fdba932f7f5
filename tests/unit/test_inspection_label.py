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
from hypothesis import given
from hypothesis import strategies as st
from label_checks import check_inked_where_said, check_nothing_collides
from PIL import Image
from pyzbar import pyzbar

from inspection_station.documents import drawing, inspection_label
from inspection_station.documents.code_symbols import code128, qr
from inspection_station.documents.drawing import BarSymbol, SquareSymbol, TextLine
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


def _across(dpi: int | tuple[int, int]) -> int:
    return dpi if isinstance(dpi, int) else dpi[0]


CASES = [
    pytest.param(content, size, dpi, id=f"{name}-{size[0]}x{size[1]}-{dpi}")
    for size in SIZES
    for dpi in (203, 300, 600, (203, 300))
    for name, content in zip(("real", "practice", "second issue"), CONTENTS, strict=True)
    if dpi == 203 or name == "real"
]


def _read(image: Image.Image) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    grey = image.convert("L")
    zbar = {(found.type.replace("CODE128", "Code 128").replace("QRCODE", "QR Code"), found.data.decode())
            for found in pyzbar.decode(grey)}  # fmt: skip
    return zbar, {(str(found.format), found.text) for found in zxingcpp.read_barcodes(grey)}


@pytest.mark.parametrize(("content", "size", "dpi"), CASES)
def test_both_decoders_read_both_symbols(
    content: LabelContent, size: tuple[int, int], dpi: int | tuple[int, int]
) -> None:
    image = inspection_label.raster(inspection_label.layout(content, size, dpi))
    expected = {("QR Code", content.code)}
    if (size, _across(dpi)) != ((50, 30), 203):  # there it gives way: 220 modules of 2 dots are 55 mm
        expected.add(("Code 128", content.code))
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


@pytest.mark.parametrize(("content", "size", "dpi"), CASES)
def test_every_bar_and_module_is_whole_dots_on_paper(
    content: LabelContent, size: tuple[int, int], dpi: int | tuple[int, int]
) -> None:
    layout = inspection_label.layout(content, size, dpi)
    pixels = np.array(inspection_label.raster(layout)) == 0
    bars = next((part for part in layout.operations if isinstance(part, BarSymbol)), None)
    if bars:
        assert bars.module >= 2
        quiet = 10 * bars.module
        for row in (bars.box.top, bars.box.top + bars.box.height // 2, bars.box.bottom - 1):
            around = pixels[row, bars.box.left - quiet : bars.box.right + quiet]
            runs = [(bool(dark), len(list(group))) for dark, group in groupby(around)]
            assert [length for _, length in runs[1:-1]] == [w * bars.module for w in code128(content.code).widths]
            assert [runs[0], runs[-1]] == [(False, quiet), (False, quiet)]
    else:
        assert (size, _across(dpi)) == ((50, 30), 203)
    square = next(part for part in layout.operations if isinstance(part, SquareSymbol))
    box, across, down = square.box, square.module, square.module_down
    modules = np.kron(np.array(qr(content.code).rows), np.ones((down, across), dtype=bool))
    around = pixels[box.top - 4 * down : box.bottom + 4 * down, box.left - 4 * across : box.right + 4 * across]
    assert (around == np.pad(modules, ((4 * down, 4 * down), (4 * across, 4 * across)))).all()
    wide, tall = across / layout.dots_per_mm[0], down / layout.dots_per_mm[1]
    assert max(wide, tall) / min(wide, tall) < 1.1


@pytest.mark.parametrize(("content", "size", "dpi"), CASES)
def test_ordinary_texts_are_not_shortened_and_collide_with_nothing(
    content: LabelContent, size: tuple[int, int], dpi: int | tuple[int, int]
) -> None:
    layout = inspection_label.layout(content, size, dpi)
    assert layout.shortened == ()
    check_nothing_collides(layout, size)
    check_inked_where_said(layout)


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


def test_a_size_without_room_and_too_coarse_a_printer_are_refused() -> None:
    for size, code in (((20, 30), "label.too_small"), ((30, 12), "label.too_small"), ((60, 200), "label.too_large")):
        with pytest.raises(StationProblem) as problem:
            inspection_label.layout(JACKET, size)
        assert problem.value.code == code
    for dpi in (100, (203, 100)):
        with pytest.raises(StationProblem) as coarse:
            inspection_label.layout(JACKET, (60, 40), dpi)
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
