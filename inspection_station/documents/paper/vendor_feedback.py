"""The vendor feedback sheet: a vendor's returned goods in a period, its commonest defects, photos, money."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inspection_station.documents.fonts import Weight
from inspection_station.documents.paper.flow import Column, Flow, Table
from inspection_station.documents.paper.page import A4, GREY, HAIR, MARGIN, Pad, page_words
from inspection_station.documents.paper.setting import Style
from inspection_station.documents.report_parts import reduced
from inspection_station.i18n import language, translate, translate_into

WIDTH = A4[0] - 2 * MARGIN
BOTTOM = 280.0
PHOTO, CAPTION = 52.0, 8.0  # mm high
LARGEST_PHOTO = 64 * 1024 * 1024  # bytes; larger files are not read
CELL, STRONG, BESIDE = Style(9), Style(9, Weight.BOLD), Style(8, grey=GREY)


@dataclass(frozen=True)
class FeedbackPhoto:
    """A photo of a defect; `caption` names the item."""

    caption: str
    path: Path


@dataclass(frozen=True)
class FeedbackDefect:
    """One kind of defect: its units, their share, and what they were sold for, by currency in words."""

    name: str
    units: int
    share: str
    money: str
    photos: tuple[FeedbackPhoto, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """What the sheet tells; texts are in the language of the document, `made_at` is local.

    `practice`: of demo or practice work; every page says so.
    """

    vendor: str
    name: str
    site: str
    period: str
    made_at: str
    made_by: str
    units: int
    defective: int
    rate: str
    money: str
    defects: tuple[FeedbackDefect, ...] = ()
    practice: bool = False


def vendor_feedback_sheet(told: Feedback) -> bytes:
    """The sheet as PDF; photos that are not on this station are counted at its end.

    Raises:
        StationProblem: ``fonts.*`` when the installation lacks a font.
    """
    title = translate("Vendor feedback sheet")

    def foot(number: int, total: int) -> None:
        pad.rule(MARGIN, 284.0, WIDTH, 0.2)
        pad.line(MARGIN, 289.0, f"{told.site} · {told.made_at} · {told.made_by}", BESIDE, within=WIDTH * 0.7)
        pad.line(A4[0] - MARGIN, 289.0, page_words(number, total), STRONG, align="right")

    pad = Pad(f"{title} {told.name}", practice=told.practice, foot=foot)

    def later_head() -> float:
        pad.line(MARGIN, 13.4, f"{title} · {told.name} · {told.period}", STRONG, within=WIDTH)
        pad.rule(MARGIN, 15.4, WIDTH, 0.35)
        return 18.0

    other = translate_into("zh_CN" if language() == "en" else "en", "Vendor feedback sheet")
    pad.line(MARGIN, 19.0, title, Style(21, Weight.BOLD), within=WIDTH)
    pad.line(MARGIN, 25.0, other, Style(10, grey=GREY), within=WIDTH)
    pad.rule(MARGIN, 30.0, WIDTH, 0.6)
    flow = Flow(pad, _facts(pad, told, 36.0), BOTTOM, later_head)
    columns = [
        Column("#", 10.0, "right"), Column(translate("Kind of finding"), 72.0),
        Column(translate("Units"), 22.0, "right"),
        Column(translate("Share"), 24.0, "right"), Column(translate("Value"), WIDTH - 128.0, "right"),
    ]  # fmt: skip
    table = Table(flow, MARGIN, columns)
    for number, one in enumerate(told.defects, 1):
        table.row([[(str(number), BESIDE)], [(one.name, STRONG)], [(str(one.units), CELL)], [(one.share, CELL)],
                   [(one.money or "—", CELL)]])  # fmt: skip
    if not told.defects:
        pad.line(MARGIN, flow.y + 5.0, translate("No defects in this period"), CELL)
        flow.y += 8.0
    _photos(flow, told)
    return pad.pdf()


def _facts(pad: Pad, told: Feedback, y: float) -> float:
    """Who, when and how much, two beside each other; returns where the rest begins."""
    facts = [
        (translate("Vendor"), f"{told.name} {told.vendor}".strip()), (translate("Period"), told.period),
        (translate("Returned units"), str(told.units)), (translate("With a defect"), f"{told.defective} · {told.rate}"),
        (translate("Value of these"), told.money or "—"), (translate("From"), told.site),
    ]  # fmt: skip
    beside = 32.0 if language() == "en" else 24.0
    for place, (name, value) in enumerate(facts):
        x = MARGIN + place % 2 * WIDTH / 2
        line = y + place // 2 * 6.0
        pad.line(x, line, name, BESIDE, within=beside - 2)
        pad.line(x + beside, line, value, Style(10, Weight.BOLD), within=WIDTH / 2 - beside - 4)
    return y + 18.0


def _photos(flow: Flow, told: Feedback) -> None:
    """Photos of the defects, two beside each other."""
    width, place, absent = (WIDTH - 6.0) / 2, 0, 0
    for one in told.defects:
        for photo in one.photos:
            picture = _picture(photo.path)
            if picture is None:
                absent += 1
                continue
            if place % 2 == 0:
                flow.y += 5.0 if not place else PHOTO + CAPTION + 3.0
                flow.need(PHOTO + CAPTION)
            x = MARGIN + place % 2 * (width + 6.0)
            flow.pad.box(x, flow.y, width, PHOTO, thick=0.15, fill=0.97, stroke=HAIR)
            flow.pad.picture(picture, x + 0.3, flow.y + 0.3, width - 0.6, PHOTO - 0.6)
            flow.pad.line(x, flow.y + PHOTO + 4.2, one.name, STRONG, within=width * 0.45)
            flow.pad.line(x + width, flow.y + PHOTO + 4.2, photo.caption, BESIDE, align="right", within=width * 0.5)
            place += 1
    if absent:
        flow.y += PHOTO + CAPTION + 4.0 if place else 3.0
        flow.need(8.0)
        told_so = translate("Photos not enclosed, kept at the centre: {n}", n=absent)
        flow.pad.line(MARGIN, flow.y + 4.0, told_so, BESIDE, within=WIDTH)


def _picture(path: Path) -> bytes | None:
    try:
        return reduced(path.read_bytes()) if path.stat().st_size <= LARGEST_PHOTO else None
    except OSError:
        return None
