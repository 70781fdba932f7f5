"""A PDF as others see it: poppler's texts, fonts and pictures of its pages, and the codes that are read off them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image


def _poppler(tool: str, pdf: bytes, *options: str) -> bytes:
    if not shutil.which(tool):
        pytest.skip(f"{tool} (poppler-utils) is not installed")
    done = subprocess.run([tool, *options], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout


def texts(pdf: bytes) -> list[str]:
    """The text of each page, all blanks and line ends taken out."""
    pages = _poppler("pdftotext", pdf, "-", "-").decode().split("\f")[:-1]
    return [re.sub(r"\s+", "", page) for page in pages]


def fonts(pdf: bytes) -> list[tuple[str, bool]]:
    """Each font's name, and whether it is embedded."""
    rows = _poppler("pdffonts", pdf, "-").decode().splitlines()[2:]
    return [(row.split()[0], bool(re.search(r" yes yes yes ", row))) for row in rows]


def pictures(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page as a grey picture."""
    stream = io.BytesIO(_poppler("pdftoppm", pdf, "-r", str(dpi), "-gray", "-"))
    found = []
    while (magic := stream.readline()) == b"P5\n":
        width, height = map(int, stream.readline().split())
        stream.readline()
        found.append(Image.frombytes("L", (width, height), stream.read(width * height)))
    assert not magic
    return found


def codes(picture: Image.Image) -> set[str]:
    """The texts of all codes that zxing-cpp reads in a picture."""
    return {found.text for found in zxingcpp.read_barcodes(picture)}
