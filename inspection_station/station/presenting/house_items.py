"""An item of the house as screens show it: its name, a picture of it, its number in short."""

from __future__ import annotations

from pathlib import Path

from inspection_station.domain.checklist import OUTSIDE, SHOT_OF_PARCEL
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.money import Money
from inspection_station.domain.returns import ReturnLine
from inspection_station.i18n import translate
from inspection_station.station.presenting.words import Showing, product_name

PARCEL_SHOTS = (SHOT_OF_PARCEL, OUTSIDE.id)


def name_of(item: HouseItem) -> str:
    """What it is called, with its variant."""
    variant = item.variant.replace(" / ", " ")
    return f"{product_name(item.name_zh, item.name_en)} {variant}".strip() or translate("Unknown item")


def short_number(rt_number: str) -> str:
    """The end of an RT number, as it stands on cards."""
    return f"…{rt_number[-4:]}"


def picture_of(showing: Showing, item: HouseItem) -> Path | None:
    """A picture of the item that is on this station: one taken of it, else its catalogue picture; None without any."""
    ranked = sorted(item.photos, key=lambda photo: (photo["shot"] in PARCEL_SHOTS, bool(photo.get("finding_id"))))
    for photo in ranked:
        if (path := showing.photo(photo["sha256"])).is_file():
            return path
    return showing.catalogue(line_of(item)) if item.sku else None


def line_of(item: HouseItem) -> ReturnLine:
    """The line of its return as far as the house knows it: enough for its catalogue picture."""
    currency = item.currency or "CNY"
    return ReturnLine(
        1, item.sku, (), item.name_zh, item.name_en, item.variant, 1, item.category, Money(0, currency),
        picture=f"{item.sku}.jpg",  # of a catalogue that names its files by SKUs, as the demo's does
    )  # fmt: skip
