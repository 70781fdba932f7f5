"""Words and pictures the pages share: names from the lists, products, times, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from inspection_station.domain.identifiers import grouped
from inspection_station.domain.inspection import Finding, Item
from inspection_station.domain.returns import ReturnLine
from inspection_station.i18n import language, localised, translate
from inspection_station.station.page_views import ToteView
from inspection_station.station.views import TagView, Tone
from inspection_station.workflows.case import Desk
from inspection_station.workflows.clock import SystemClock, moment_of

DISPOSITION_TONES: dict[str, Tone] = {
    "restock": "ok", "restock_open_box": "ok", "return_to_vendor": "rtv", "refurbish": "warn", "scrap": "error",
    "hold": "hold", "return_to_buyer": "error", "donate": "warn", "carrier_claim": "rtv", "unclaimed": "hold",
}  # fmt: skip
DISPOSITION_ICONS = {
    "restock": "mdi6.package-up", "restock_open_box": "mdi6.package-variant", "return_to_vendor": "mdi6.truck-outline",
    "refurbish": "mdi6.wrench-outline", "scrap": "mdi6.recycle", "hold": "mdi6.scale-balance",
    "return_to_buyer": "mdi6.keyboard-return", "donate": "mdi6.hand-heart-outline",
    "carrier_claim": "mdi6.truck-alert-outline", "unclaimed": "mdi6.help-rhombus-outline",
}  # fmt: skip


@dataclass(frozen=True)
class Showing:
    """What every presenter needs beside the state: the desk, the site's clock, and where pictures are.

    Attributes:
        catalogue: path of a line's catalogue picture, None when it is not on this station.
        photo: path of a small picture of a stored photo by its SHA-256.
        printer_ready: whether a label would come out now.
        label_size: width and height of the labels in the printer, in mm.
        prints: whether labels are printed at all; not in practice mode.
        outbound: path of the picture of what left for an order, None when it is not on this station.
    """

    desk: Desk
    clock: SystemClock
    catalogue: Callable[[ReturnLine], Path | None]
    photo: Callable[[str], Path]
    printer_ready: Callable[[], bool]
    label_size: Callable[[], tuple[float, float]]
    prints: bool = True
    outbound: Callable[[str], Path | None] = lambda order_number: None


def word(desk: Desk, name: str, code: str) -> str:
    """The word of a list's code in the language in force."""
    return localised(desk.book.lists.word(name, code).texts)


def defect_name(desk: Desk, item: Item, finding: Finding) -> str:
    """What a defect is called: by its row in the item's template, else by the lists; with the part that is missing."""
    try:
        words = desk.book.template_for(item.category).question(finding.question).words_of(finding)
    except KeyError:  # a newer template has dropped the row
        words = None
    name = localised(words) if words else word(desk, "defects", finding.code)
    return f"{name} {finding.part}".strip()


def close_up_name(desk: Desk, item: Item, finding: Finding) -> str:
    """What the photo of a defect is called; of a missing part there is none, so it shows the kit without it."""
    if finding.part:
        return translate("Kit without {part}", part=finding.part)
    return translate("{what} close-up", what=defect_name(desk, item, finding))


def product_name(name_zh: str, name_en: str) -> str:
    """A product's name in the language in force."""
    return localised({"zh": name_zh, "en": name_en})


def item_name(item: Item) -> str:
    """An item's name with its variant; what it is called while nobody knows it."""
    name = product_name(item.name_zh, item.name_en)
    return f"{name} {item.variant}".strip() if name else translate("Unknown item")


def traits(variant: str) -> tuple[str, ...]:
    """Colour and size of a variant such as ``藏青 / M``."""
    return tuple(part.strip() for part in variant.split("/") if part.strip())


def disposition_tag(desk: Desk, code: str) -> TagView:
    """A disposition with its icon and colour."""
    return TagView(
        word(desk, "dispositions", code), DISPOSITION_TONES.get(code, "neutral"), DISPOSITION_ICONS.get(code, "")
    )


def carrier_name(code: str) -> str:
    """What people call a carrier; codes without a name of ours stand for themselves."""
    names = {
        "SF": translate("SF Express"),
        "JD": translate("JD Logistics"),
        "JT": translate("J&T Express"),
        "YT": translate("YTO Express"),
        "ZT": translate("ZTO Express"),
        "DPK": translate("Deppon"),
        "S10": translate("Post"),
    }
    return names.get(code, code)


def number_text(number: str) -> str:
    """A tracking number in groups of four."""
    return grouped(number)


def tote_words(desk: Desk, disposition: str, code: str = "", content: int = 0, capacity: int = 0) -> ToteView:
    """“Put it in tote 1”, with the tote's code and how full it is."""
    slot = desk.book.policies.slots.get(disposition, 0)
    fill = f"{code} · {content}/{capacity}" if code and capacity else code
    text = (
        translate("Put in tote {slot}", slot=slot)
        if slot
        else translate("Put with {what}", what=word(desk, "dispositions", disposition))
    )
    return ToteView(text, fill)


def clock_time(clock: SystemClock, text: str, with_day: bool = False) -> str:
    """A kept time as hours and minutes of the site, with month and day when asked."""
    moment = clock.local(text)
    return f"{moment:%m-%d %H:%M}" if with_day else f"{moment:%H:%M}"


def elapsed(clock: SystemClock, since: str) -> str:
    """Time since `since` as ``m:ss``."""
    seconds = max(0, int((moment_of(clock.now()) - moment_of(since)).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def due_tag(clock: SystemClock, due: str) -> TagView:
    """How long until the refund is due: hours when it is close, otherwise the day."""
    now, when = clock.local(clock.now()), clock.local(due)
    left = when - now
    if left < timedelta(0):
        return TagView(translate("Overdue"), "error", "mdi6.clock-alert-outline")
    if left < timedelta(hours=24):
        hours = max(1, int(left.total_seconds() // 3600))
        close = hours < 6
        return TagView(
            translate("{n} h left", n=hours), "warn" if close else "neutral",
            "mdi6.clock-alert-outline" if close else "",
        )  # fmt: skip
    if when.date() == now.date() + timedelta(days=1):
        return TagView(translate("Tomorrow"))
    return TagView(f"{when:%m-%d}")


def counted(one: str, several: str, n: int) -> str:
    """`one` (a msgid that says 1) or `several` (a msgid with the place n): English has a form for each."""
    return translate(one, n=1) if n == 1 else translate(several, n=n)


def joined(parts: list[str]) -> str:
    """Facts with the mark between them that the product uses everywhere."""
    return " · ".join(part for part in parts if part)


def colon() -> str:
    """The colon of the language in force, with its blank."""
    return ": " if language() == "en" else "："
