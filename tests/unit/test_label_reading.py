"""Labels are read back: from a camera's picture, from a PDF that another program draws, as text and as codes."""

from __future__ import annotations

import random
import subprocess
from dataclasses import replace
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import zxingcpp
from camera_pictures import camera_picture
from PIL import Image

from inspection_station.documents import inspection_label
from inspection_station.documents.drawing import BarSymbol, TextLine
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.documents.label_layouts import SIZES
from inspection_station.documents.reprint_mark import reprint_of
from inspection_station.documents.sample_labels import sample_label
from inspection_station.i18n import set_language

PICTURES = 20
needs_poppler = pytest.mark.skipif(
    not all(map(which, ("pdftoppm", "pdftotext", "pdffonts"))), reason="poppler-utils are not installed"
)


def content_of(name: str = "flawed") -> LabelContent:
    content = sample_label(name)
    return replace(content, practice=False, rt_number=content.rt_number.replace("-000", "-012"))


def read(image: object) -> set[tuple[str, str]]:
    return {(str(found.format), found.text) for found in zxingcpp.read_barcodes(image)}


def test_both_codes_are_read_from_twenty_of_twenty_camera_pictures() -> None:
    seed = random.SystemRandom().randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    unread = []
    for number in range(PICTURES):
        content = replace(content_of(chance.choice(("restock", "flawed", "hold", "long"))),
                          rt_number=f"RT-261121-012{chance.randrange(10**5):05d}")  # fmt: skip
        label = inspection_label.raster(inspection_label.layout(content, (60, 40), 203))
        missing = {("QR Code", content.code), ("Code 128", content.code)} - read(camera_picture(label, chance))
        if missing:
            unread.append((number, missing))
    assert unread == [], f"seed {seed}"


def test_a_bar_one_dot_too_wide_would_be_noticed() -> None:
    """The pictures are hard enough to tell a good label from one that a driver has scaled."""
    chance = random.Random(7)
    content = content_of()
    label = inspection_label.raster(inspection_label.layout(content, (60, 40), 203))
    bars = next(part for part in inspection_label.layout(content).operations if isinstance(part, BarSymbol))
    pixels = np.array(label)
    box = pixels[bars.box.top : bars.box.bottom, bars.box.left : bars.box.right + 1]
    box[:, 1:] &= box[:, :-1].copy()  # 0 is black: every bar grows by a dot
    wide = Image.fromarray(pixels)
    read_of = sum(("Code 128", content.code) in read(camera_picture(wide, chance)) for _ in range(PICTURES))
    assert read_of < PICTURES


@needs_poppler
@pytest.mark.parametrize(
    ("size", "dpi"), [(size, dpi) for size in SIZES for dpi in (203, (203, 300))] + [((60, 40), 600)]
)
def test_the_pdf_drawn_by_poppler_reads_too(
    tmp_path: Path, size: tuple[int, int], dpi: int | tuple[int, int]
) -> None:
    content = content_of()
    layout = inspection_label.layout(content, size, dpi)
    (tmp_path / "label.pdf").write_bytes(inspection_label.pdf(layout))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "label.pdf", "page"], cwd=tmp_path, check=True)
    expected = {("QR Code", content.code)}
    if any(isinstance(part, BarSymbol) for part in layout.operations):
        expected.add(("Code 128", content.code))
    assert read(Image.open(tmp_path / "page-1.pgm")) == expected


@needs_poppler
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pdfs_text_is_the_same_and_every_font_is_inside(
    tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    layout = inspection_label.layout(content_of("long"), size)
    (tmp_path / "label.pdf").write_bytes(inspection_label.pdf(layout))
    said = subprocess.run(["pdftotext", "-raw", "label.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    text = "".join(said.stdout.decode().split())
    for part in layout.operations:
        if isinstance(part, TextLine):
            assert "".join(part.line.text.split()) in text
    fonts = subprocess.run(["pdffonts", "label.pdf"], cwd=tmp_path, check=True, capture_output=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    for row in rows:
        assert row.split()[-5:-3] == ["yes", "yes"], row  # embedded, subset
        assert any(family in row for family in ("Inter", "NotoSansSC")), row


@needs_poppler
def test_the_page_of_a_reprint_reads(tmp_path: Path) -> None:
    from inspection_station.documents import drawing
    from inspection_station.documents.bitmap_pdf import pdf_of_bitmap

    content = content_of()
    layout = inspection_label.layout(content)
    again = reprint_of(drawing.png(inspection_label.raster(layout), layout), (60, 40), 203)
    (tmp_path / "label.pdf").write_bytes(pdf_of_bitmap(again, (60, 40), "RT"))
    subprocess.run(["pdftoppm", "-r", "203.2", "-gray", "label.pdf", "page"], cwd=tmp_path, check=True)
    assert read(Image.open(tmp_path / "page-1.pgm")) == {("QR Code", content.code), ("Code 128", content.code)}
