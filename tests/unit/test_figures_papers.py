"""Figures and vendor feedback on paper and in files: every character stands there, hostile names do nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pages_of_pdf
import pytest
from PIL import Image

from inspection_station.documents.paper.figures_sheet import FiguresTable, figures_sheet
from inspection_station.documents.paper.vendor_feedback import (
    Feedback,
    FeedbackDefect,
    FeedbackPhoto,
    vendor_feedback_sheet,
)
from inspection_station.documents.spreadsheets import write_csv, write_xlsx
from inspection_station.i18n import set_language

TABLE = FiguresTable("退货原因", ("原因", "件数", "累计占比"), (("尺寸不符", "168", "38%"), ("=1+1", "97", "60%")))
TOLD = Feedback(
    "V-YL", "云鹿服饰（嘉兴）", "B12", "2026-10-23 – 2026-11-21", "2026-11-21 15:38", "周敏", 142, 24, "16.9%",
    "¥4,776 + $129", (FeedbackDefect("缝线开裂", 14, "9.9%", "¥2,786"), FeedbackDefect("污渍", 10, "7.0%", "¥1,990")),
)  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("language", "title"), [("zh_CN", "供应商反馈单"), ("en", "Vendor feedback sheet")])
def test_the_vendors_sheet_says_what_was_counted(language: str, title: str) -> None:
    set_language(language)
    text = squeezed("".join(pages_of_pdf.texts(vendor_feedback_sheet(TOLD))))
    told = (title, TOLD.vendor, TOLD.name, TOLD.period, "142", "24·16.9%", TOLD.money, TOLD.made_by)
    for part in (*told, *(word for one in TOLD.defects for word in (one.name, str(one.units), one.share, one.money))):
        assert squeezed(part) in text


def test_photos_stand_on_the_sheet_and_missing_ones_are_counted(tmp_path: Path) -> None:
    shown, broken = tmp_path / "a.jpg", tmp_path / "b.jpg"
    Image.new("RGB", (640, 480), "red").save(shown)
    broken.write_bytes(b"no picture")
    photos = tuple(
        FeedbackPhoto(f"RT-{number}", path) for number, path in enumerate((shown, tmp_path / "gone.jpg", broken, shown))
    )
    paper = vendor_feedback_sheet(replace(TOLD, defects=(replace(TOLD.defects[0], photos=photos),)))
    text = "".join(pages_of_pdf.texts(paper))
    assert "RT-0" in text and "RT-3" in text
    assert "RT-1" not in text and "RT-2" not in text
    assert "存于中心的照片：2张" in text
    whole = replace(TOLD, defects=(replace(TOLD.defects[0], photos=photos[:1]),))
    assert "存于中心" not in "".join(pages_of_pdf.texts(vendor_feedback_sheet(whole)))


def test_a_vendor_with_many_photos_gets_more_pages(tmp_path: Path) -> None:
    shown = tmp_path / "a.jpg"
    Image.new("RGB", (640, 480), "red").save(shown)
    photos = (FeedbackPhoto("RT-1", shown), FeedbackPhoto("RT-2", shown))
    defects = tuple(FeedbackDefect(f"缺陷 {n}", 1, "1%", "", photos) for n in range(12))
    pages = pages_of_pdf.texts(vendor_feedback_sheet(replace(TOLD, defects=defects)))
    assert len(pages) > 2 and all(TOLD.name in squeezed(page) for page in pages)


def test_the_figures_on_paper_hold_every_row() -> None:
    rows = tuple((f"供应商 {number}", str(number), "1%") for number in range(120))
    tables = (TABLE, replace(TABLE, rows=rows))
    pages = pages_of_pdf.texts(figures_sheet("早班 · 11 月 21 日", "2026-11-21 15:38", "B12", tables))
    text = squeezed("".join(pages))
    assert len(pages) > 1
    assert all(squeezed(row[0]) in text for row in (*TABLE.rows, *rows))


def test_a_vendors_name_is_never_reckoned_by_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(write_csv([TABLE, TABLE]).decode("utf-8-sig"))))
    assert rows[0] == ["退货原因"] and rows[2] == ["尺寸不符", "168", "38%"]
    assert rows[3][0] == "'=1+1" and rows[4] == [] and len(rows) == 10
    alone = list(csv.reader(io.StringIO(write_csv([TABLE]).decode("utf-8-sig"))))
    assert alone == rows[1:4], "a file of one table begins with its headings"
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([TABLE])))
    [sheet] = book.worksheets
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1] == ["尺寸不符", 168, "38%"] and cells[2][0] == "'=1+1"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
