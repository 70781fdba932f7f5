"""Marks are drawn over copies, in the report and on the evidence page; the original keeps its bytes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from inspection_station.documents.evidence_case import CaseMark
from inspection_station.documents.report_parts import Picture
from inspection_station.domain.inspection import Mark
from inspection_station.server.renditions import rendition

ELLIPSE = Mark("m1", "p1", "ellipse", 200, 100, 600, 500)
ARROW = Mark("m2", "p1", "arrow", 700, 100, 500, 300)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (800, 600), (90, 90, 90)).save(path, "JPEG")
    return path


def bright(data: bytes, box: tuple[int, int, int, int]) -> bool:
    with Image.open(io.BytesIO(data)) as picture:
        return max(high for _, high in picture.convert("RGB").crop(box).getextrema()) > 220


def test_the_page_shows_marks_on_its_copy_only(photo: Path) -> None:
    before = hashlib.sha256(photo.read_bytes()).hexdigest()
    plain = rendition(photo.read_bytes(), "small", blurred=False)
    marked = rendition(photo.read_bytes(), "small", blurred=False, marks=(ELLIPSE, ARROW))
    edge = (118, 170, 126, 190)  # the ellipse's left end, at 0.6 of the size
    head = (296, 176, 304, 184)
    assert not bright(plain, edge) and not bright(plain, head)
    assert bright(marked, edge) and bright(marked, head)
    assert not bright(marked, (225, 170, 255, 190)), "what is marked stays to be seen"
    assert hashlib.sha256(photo.read_bytes()).hexdigest() == before


def test_the_report_draws_marks_over_its_copy(photo: Path) -> None:
    def drawn(*marks: CaseMark) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pageCompression=0, invariant=1)
        picture = Picture(photo.read_bytes(), "", 172, marks=marks)
        picture.canv = canvas
        picture.wrap(240, 172)
        picture.draw()
        canvas.save()
        return out.getvalue()

    plain = drawn()
    ellipse, arrow = drawn(CaseMark("ellipse", 0.2, 0.2, 0.6, 0.6)), drawn(CaseMark("arrow", 0.9, 0.1, 0.6, 0.4))
    assert ellipse.count(b" c") > plain.count(b" c")
    assert arrow.count(b" l") > plain.count(b" l")
