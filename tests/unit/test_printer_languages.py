"""Every language carries a label's dots to the paper: not one more, not one less, moved and turned as it is set."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import label_decoders
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from label_decoders import Dots, Printed
from PIL import Image

from inspection_station.devices.printers.bitmap import MOST_DOTS, read_bitmap
from inspection_station.devices.printers.description import LanguageName, Media, dots
from inspection_station.devices.printers.languages import LANGUAGES, encode
from inspection_station.documents import inspection_label
from inspection_station.documents.sample_labels import sample_label

EVERY_LANGUAGE: tuple[LanguageName, ...] = ("zpl", "tspl", "escpos")
SIZES = ((50, 30), (60, 40), (100, 100), (100, 150))


def decoded(language: LanguageName, data: bytes, width: int, dpi: tuple[int, int]) -> Printed:
    """What comes out of the printer, `width` dots wide."""
    if language == "zpl":
        return label_decoders.decode_zpl(data)
    printed = label_decoders.decode_tspl(data, dpi) if language == "tspl" else label_decoders.decode_escpos(data)
    return replace(printed, dots=printed.dots[:, :width])


def black(image: Image.Image) -> Dots:
    return ~np.array(image)


def moved(label: Dots, x: int, y: int) -> Dots:
    """The label with each dot `x` to the right and `y` down; what leaves it is lost."""
    out = np.zeros_like(label)
    for row, column in np.argwhere(label):
        if 0 <= row + y < label.shape[0] and 0 <= column + x < label.shape[1]:
            out[row + y, column + x] = True
    return out


def random_label(width: int, height: int, seed: int = 1) -> Image.Image:
    bits = np.random.default_rng(seed).integers(0, 2, (height, width), np.uint8).astype(bool)
    return Image.fromarray(np.where(bits, 255, 0).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
@pytest.mark.parametrize("dpi", [(203, 203), (300, 300), (600, 600), (203, 300)], ids=str)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_size_and_resolution_comes_out_dot_by_dot(
    language: LanguageName, dpi: tuple[int, int], size: tuple[int, int]
) -> None:
    width, height = dots(size[0], dpi[0]), dots(size[1], dpi[1])
    image = random_label(width, height)
    data = LANGUAGES[language].encode(image, Media(*size), dpi)
    assert (decoded(language, data, width, dpi).dots == black(image)).all()


@pytest.mark.parametrize("compressed", [True, False], ids=["Z64", "hex"])
def test_a_real_label_comes_out_of_zpl_either_way(compressed: bool) -> None:
    image = inspection_label.raster(inspection_label.layout(sample_label("flawed")))
    data = encode("zpl", image, Media(60, 40, compressed=compressed))
    assert (label_decoders.decode_zpl(data).dots == black(image)).all()
    assert len(data) < 5000 if compressed else len(data) > 38_000


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 70), height=st.integers(1, 300), seed=st.integers(0, 1000), density=st.floats(0, 1),
    language=st.sampled_from(EVERY_LANGUAGE), offset=st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
    turned=st.booleans(), compressed=st.booleans(),
)  # fmt: skip
def test_any_bitmap_comes_out_moved_and_turned_as_it_is_set(
    width: int, height: int, seed: int, density: float, language: LanguageName, offset: tuple[float, float],
    turned: bool, compressed: bool,
) -> None:  # fmt: skip
    dpi = (203, 300)
    bits = np.random.default_rng(seed).random((height, width)) < density
    image = Image.fromarray(np.where(bits, 0, 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)
    media = Media(
        width / dpi[0] * 25.4, height / dpi[1] * 25.4, offset_x_mm=offset[0], offset_y_mm=offset[1],
        direction="turned" if turned else "normal", compressed=compressed,
    )  # fmt: skip
    x, y = (max(1 - most, min(dots(mm, at), most - 1)) for mm, at, most in zip(offset, dpi, image.size, strict=True))
    label = moved(bits, x, y)
    found = decoded(language, LANGUAGES[language].encode(image, media, dpi), width, dpi).dots
    assert (found == (label[::-1, ::-1] if turned else label)).all()


def test_zpl_tells_the_printer_what_is_set_and_no_more() -> None:
    image = random_label(480, 320)
    plain = label_decoders.decode_zpl(encode("zpl", image, Media(60, 40))).told
    assert (plain["MN"], plain["PO"], plain["PW"], plain["LL"]) == ("Y", "N", "480", "320")
    assert "SD" not in plain and "PR" not in plain
    media = Media(60, 40, darkness=12, speed=4, offset_x_mm=1, sensing="mark")
    told = label_decoders.decode_zpl(encode("zpl", image, media)).told
    assert (told["SD"], told["PR"], told["LH"], told["MN"]) == ("12", "4", "8,0", "M")
    assert b"^MNN" in encode("zpl", image, replace(media, sensing="continuous"))
    assert b"~SD30" in encode("zpl", image, replace(media, darkness=99))


def test_tspl_tells_size_gap_and_what_is_set() -> None:
    image = random_label(484, 320)
    media = Media(60.5, 40, gap_mm=2.5, darkness=8, speed=4, offset_y_mm=1, direction="turned")
    told = label_decoders.decode_tspl(encode("tspl", image, media), (203, 203)).told
    assert told["SIZE"] == "60.5 mm,40 mm"
    assert told["GAP"] == "2.5 mm,0 mm"
    assert (told["DENSITY"], told["SPEED"], told["REFERENCE"], told["DIRECTION"]) == ("8", "4", "0,8", "1")
    plain = label_decoders.decode_tspl(encode("tspl", image, Media(60.5, 40)), (203, 203)).told
    assert "DENSITY" not in plain and "SPEED" not in plain
    assert b"BLINE 2 mm,0 mm" in encode("tspl", image, replace(media, sensing="mark", gap_mm=2))
    assert b"GAP 0 mm,0 mm" in encode("tspl", image, replace(media, sensing="continuous"))


def test_the_filling_of_the_last_byte_is_white_in_every_language() -> None:
    image = Image.new("1", (9, 2), 0)  # all black: seven bits of filling in each row
    assert b"FF80FF80" in encode("zpl", image, Media(2, 1, compressed=False))
    assert b"BITMAP 0,0,2,2,0,\x00\x7f\x00\x7f\r\n" in encode("tspl", image)
    assert b"\x1dv0\x00\x02\x00\x02\x00\xff\x80\xff\x80" in encode("escpos", image)


def test_escpos_goes_to_the_next_label_or_cuts() -> None:
    image = random_label(64, 300)
    assert label_decoders.decode_escpos(encode("escpos", image)).told["end"] == "form feed"
    assert encode("escpos", image).count(b"\x1dv0\x00") == 3
    endless = encode("escpos", image, Media(8, 40, sensing="continuous"))
    assert label_decoders.decode_escpos(endless).told["end"] == "cut"


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_greys_are_refused_and_never_made_black_or_white_here(language: LanguageName) -> None:
    with pytest.raises(ValueError, match="black and white"):
        encode(language, Image.new("L", (16, 16), 128))


def test_what_is_no_label_bitmap_is_refused() -> None:
    grey, huge = io.BytesIO(), io.BytesIO()
    Image.new("L", (8, 8)).save(grey, "PNG")
    Image.new("1", (MOST_DOTS // 1000 + 1, 1000)).save(huge, "PNG")
    for png in (b"", b"%PDF-1.4", grey.getvalue(), huge.getvalue(), grey.getvalue()[:40]):
        with pytest.raises(ValueError):
            read_bitmap(png)


RENDER = """
const { ready } = await import(process.argv[1]);
const fs = await import('node:fs');
const { api } = await ready;
const zpl = fs.readFileSync(0, 'utf8');
process.stdout.write(JSON.stringify(await api.zplToBase64Async(zpl, 60, 40, 8)));
process.exit(0);
"""


@pytest.fixture
def rendered() -> Callable[[bytes], Image.Image]:
    """Draws ZPL by a program that others wrote; needs Node and npm's zpl-renderer-js, which NODE_PATH leads to."""
    node = shutil.which("node")
    package = Path(os.environ.get("NODE_PATH", "node_modules")) / "zpl-renderer-js" / "dist" / "index.esm.js"
    if node is None or not package.is_file():
        pytest.skip("Node or the npm package zpl-renderer-js (NODE_PATH) is not here")

    def render(commands: bytes) -> Image.Image:
        done: Any = subprocess.run(
            [node, "--input-type=module", "-e", RENDER, package.resolve().as_uri()],
            input=commands, capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        with Image.open(io.BytesIO(base64.b64decode(json.loads(done.stdout)))) as page:
            return page.convert("L")

    return render


def test_an_independent_zpl_renderer_draws_the_same_dots(rendered: Callable[[bytes], Image.Image]) -> None:
    content = sample_label("restock")
    image = inspection_label.raster(inspection_label.layout(content))
    page = rendered(encode("zpl", image))
    assert page.size == image.size
    assert int((np.array(page) != np.array(image.convert("L"))).sum()) == 0
    assert {found.text for found in zxingcpp.read_barcodes(page)} == {content.code}
    aside = rendered(encode("zpl", image, Media(60, 40, offset_x_mm=2, offset_y_mm=-1, compressed=False)))
    assert (~(np.array(aside) > 128) == moved(black(image), 16, -8)).all()


@pytest.mark.parametrize("order", ["1014020108", "10140801031401060208"])
def test_escpos_dots_that_would_switch_a_printer_off_get_one_dot_more(order: str) -> None:
    bits = bytes.fromhex(order).ljust(10, b"\0")
    image = Image.frombytes("1", (80, 2), bytes(~byte & 0xFF for byte in bits) + b"\xff" * 10)
    data = encode("escpos", image)
    assert bytes.fromhex(order) not in data
    different = label_decoders.decode_escpos(data).dots != (np.array(image) == 0)
    assert int(different.sum()) == 1
