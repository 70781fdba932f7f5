"""The fonts that ship: every character needed is in every weight, PDFs embed them, Qt finds the families."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from inspection_station.locations import resources

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FONTS = resources() / "fonts"
NOTO = ("NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf", "NotoSansSC-Bold.ttf")
INTER = tuple(f"Inter-{style}.ttf" for style in ("Regular", "Medium", "SemiBold", "Bold", "ExtraBold"))


@pytest.mark.parametrize("name", NOTO)
def test_every_chinese_weight_has_gbk_and_the_signs_on_screens_and_labels(name: str) -> None:
    with TTFont(FONTS / name, lazy=True) as font:
        held = font.getBestCmap()
        assert "glyf" in font and "CFF " not in font
    wanted = "退货检查重新上架暂扣争议喆镕翀堃“”→·①–—≠✓×≥¥￥（），。：ABCxyz0123456789"
    assert [letter for letter in wanted if ord(letter) not in held] == []
    assert sum(0x4E00 <= code <= 0x9FFF for code in held) >= 20_902


@pytest.mark.parametrize("name", INTER)
def test_inter_keeps_the_features_that_numbers_need(name: str) -> None:
    with TTFont(FONTS / name, lazy=True) as font:
        assert {"tnum", "zero"} <= {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert all(ord(sign) in font.getBestCmap() for sign in "→·–—“”≠✓↵×≥¥")


def test_both_licences_stand_beside_the_fonts() -> None:
    for name in ("OFL-Inter.txt", "OFL-NotoSansSC.txt"):
        assert "SIL OPEN FONT LICENSE" in (FONTS / name).read_text(encoding="utf-8").upper()


def test_a_pdf_embeds_them_and_stays_small() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont as PdfFont
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for name in (*NOTO, *INTER):
        pdfmetrics.registerFont(PdfFont(Path(name).stem, str(FONTS / name)))
        canvas.setFont(Path(name).stem, 20)
        canvas.drawString(72, 700, "检查完成 RT-261121-04200217" if name in NOTO else "RT-261121-04200217")
        canvas.showPage()
    canvas.save()
    pdf = out.getvalue()
    assert pdf.count(b"/FontFile2") == len(NOTO) + len(INTER)
    assert len(pdf) < 400_000  # only the glyphs used are embedded


def test_qt_finds_two_families_and_draws_a_rare_character_in_every_weight(qapp: object) -> None:
    from PySide6.QtGui import QFont, QFontDatabase, QTextLayout

    for name in (*NOTO, *INTER):
        assert QFontDatabase.addApplicationFont(str(FONTS / name)) >= 0
    assert {"Inter", "Noto Sans SC"} <= set(QFontDatabase.families())
    for weight in (400, 500, 600, 700, 800):
        font = QFont()
        font.setFamilies(["Inter", "Noto Sans SC"])
        font.setPixelSize(24)
        font.setWeight(QFont.Weight(weight))
        layout = QTextLayout("1 号箱 → 喆镕", font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        runs = layout.glyphRuns()
        assert {run.rawFont().familyName() for run in runs} == {"Inter", "Noto Sans SC"}
        assert all(0 not in run.glyphIndexes() for run in runs), weight
