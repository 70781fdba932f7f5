"""A 500-row Chinese manifest; the floor writes the same texts with reportlab, one a line, without setting any."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from datetime import date

from reportlab.pdfgen.canvas import Canvas

from inspection_station.documents.fonts import CHINESE, Weight, register_for_pdf
from inspection_station.documents.paper.contents import Container, Handover, HandoverRow, Party, Signatory
from inspection_station.documents.paper.handover import handover
from inspection_station.domain.identifiers import rt_number
from inspection_station.domain.money import Money

NAMES = ("轻薄羽绒服", "直筒裤", "蓝牙降噪耳机 长续航 主动降噪 头戴式", "全棉四件套", "连帽卫衣", "不粘煎锅带盖")
FOUND = ("缝线开裂·明显", "拉链损坏·严重 / 面料起球·轻微", "无法开机·严重", "印花脱落·明显", "污渍·轻微")


@dataclass(frozen=True)
class Ran:
    """Seconds: the first manifest of a process (it reads the fonts), the middle of the later ones, the floor."""

    first: float
    later: float
    floor: float


def manifest(rows: int, day: int = 21) -> Handover:
    """A return-to-vendor manifest of so many items, no two days' alike."""
    items = tuple(
        HandoverRow(
            rt_number(date(2026, 11, day), 43, number + 1), f"YL-{day}{number:04d}-RD",
            f"{NAMES[number % len(NAMES)]} 第 {number + day} 款", "酒红 / S", "BCD"[number % 3],
            FOUND[number % len(FOUND)], "收到商品破损", Money(12950 + number), f"YX{day}A{number:08d}",
        )
        for number in range(rows)
    )  # fmt: skip
    return Handover(
        "return_to_vendor", f"M-RTV-202611{day:02d}-0012", "2026-11-21 10:52", Signatory("周敏", "E00005"),
        Party("华东退货中心 3 号库"), Party("云鹿服饰（嘉兴）"), items,
        (Container("T-100204N", "S-771204", 9820, 9860),),
    )  # fmt: skip


def _floor(paper: Handover) -> float:
    begun = time.perf_counter()
    register_for_pdf()
    page = Canvas(io.BytesIO(), initialFontName=CHINESE[Weight.REGULAR])  # type: ignore[arg-type, unused-ignore]
    for place, row in enumerate(paper.rows):
        page.setFont(CHINESE[Weight.REGULAR], 8)
        for line, text in enumerate((row.rt_number, row.sku, row.item, row.variant, row.findings, row.reason)):
            page.drawString(40, 800 - line * 12, text)
        if place % 20 == 19:
            page.showPage()
    page.save()
    return time.perf_counter() - begun


def measure(times: int, rows: int = 500) -> Ran:
    """Make manifests of `rows` items, each with texts not set before."""
    taken, least = [], []
    for number in range(times + 1):
        paper = manifest(rows, 1 + number % 28)
        begun = time.perf_counter()
        handover(paper)
        taken.append(time.perf_counter() - begun)
        least.append(_floor(paper))
    later = sorted(taken[1:])
    return Ran(taken[0], later[len(later) // 2], sorted(least[1:])[len(later) // 2])
