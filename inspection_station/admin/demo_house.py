"""What other benches of the demo's house decided: a month that has left, and this shift's goods in their totes.

A lead who opens the demo finds a board, a queue and figures to work with. The items are told as benches tell theirs;
which ones a lead must see is left to the rules.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inspection_station.admin.demo_catalogue import CURRENCY, DemoProduct, demo_products
from inspection_station.admin.demo_people import DemoTote, demo_people, demo_totes
from inspection_station.admin.demo_photos import pictures_of, with_photos
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.identifiers import rt_number
from inspection_station.domain.people import Role
from inspection_station.server.centre import open_centre
from inspection_station.server.custody import knows_items, tell_decided
from inspection_station.workflows.clock import utc_text

BENCHES = ("B07", "B09")
SEED = 20261121
DAYS, EACH_DAY, THIS_SHIFT = 29, 9, 52
WITH_PHOTOS = 12  # of this shift, the newest; and all that waits for a lead
FIRST_NUMBER = 70_000  # far from what the demo's own bench counts
_NAMESPACE = uuid.UUID("7a4b6f30-2f55-5b0b-9f3b-6d1e2c3a9b10")

Way = tuple[str, tuple[str, str] | None, str, str, str]
"""Stated reason, finding (code, severity), grade, disposition, who bears it."""
_WAYS: tuple[tuple[Way, int], ...] = (  # and how often
    (("size_mismatch", None, "A", "restock", "buyer"), 30),
    (("unwanted", None, "A", "restock", "buyer"), 27),
    (("no_reason_7d", None, "A", "restock", "buyer"), 12),
    (("unwanted", ("retail_box_damaged", "minor"), "B", "restock_open_box", "buyer"), 8),
    (("colour_or_style", ("creases", "minor"), "B", "refurbish", "buyer"), 6),
    (("quality_defect", ("stain", "major"), "C", "return_to_vendor", "vendor"), 5),
    (("quality_defect", ("deformation", "major"), "C", "return_to_vendor", "vendor"), 3),
    (("function_fault", ("function_fault", "major"), "C", "refurbish", "vendor"), 3),
    (("not_as_described", ("discolouration", "major"), "C", "return_to_vendor", "vendor"), 2),
)
# What lies before a lead now.
_WAITING: tuple[Way, ...] = (
    ("quality_defect", None, "A", "restock", "undetermined"),
    ("quality_defect", ("stain", "major"), "C", "hold", "undetermined"),
    ("function_fault", ("crack", "critical"), "D", "scrap", "vendor"),
    ("size_mismatch", ("washed", "major"), "C", "hold", "buyer"),
    ("unwanted", None, "A", "restock", "buyer"),
)


def demo_house(now: datetime) -> list[HouseItem]:
    """The items, those decided first in front; the same for the same `now` (aware)."""
    chance = random.Random(SEED)
    quiet = [one for one in demo_products().values() if one.price < 100_000 and one.vendor]
    items = list(_month(chance, quiet, now))
    totes = {(one.disposition, one.vendor): one for one in demo_totes()}
    for place in range(THIS_SHIFT):
        way = _way(chance)
        at = now - timedelta(minutes=4 * (THIS_SHIFT - place) + chance.randrange(3))
        one = _item(chance, len(items), chance.choice(_pictured(quiet, way)), way, at)
        items.append(_lying(with_photos(one) if place >= THIS_SHIFT - WITH_PHOTOS else one, totes))
    for place, way in enumerate(_WAITING):
        at = now - timedelta(minutes=25 - 4 * place)
        shown = _pictured(quiet, way)
        one = with_photos(_item(chance, len(items), shown[(7 * place) % len(shown)], way, at))
        items.append(_lying(replace(one, random_check=place == len(_WAITING) - 1), totes))
    return items


def _pictured(products: list[DemoProduct], way: Way) -> list[DemoProduct]:
    """Those of which a picture shows what was found; all of them where none does."""
    code = way[1][0] if way[1] else ""
    return [one for one in products if pictures_of(one.sku, code)] or products


def _month(chance: random.Random, products: list[DemoProduct], now: datetime) -> Iterator[HouseItem]:
    number = 0
    for back in range(DAYS, 0, -1):
        for _ in range(chance.randint(EACH_DAY - 4, EACH_DAY + 4)):
            way = _way(chance)
            at = now - timedelta(days=back, minutes=chance.randrange(480))
            yield _item(chance, number, chance.choice(products), way, at)
            number += 1


def _way(chance: random.Random) -> Way:
    return chance.choices([way for way, _often in _WAYS], [often for _way, often in _WAYS])[0]


def _item(chance: random.Random, number: int, product: DemoProduct, way: Way, at: datetime) -> HouseItem:
    reason, finding, grade, disposition, bearer = way
    inspectors = [one for one in demo_people() if one.role is Role.INSPECTOR]
    found = {"id": f"f{number}", "question": "", "place": "", "part": ""}
    found |= {"code": finding[0], "severity": finding[1]} if finding else {}
    return HouseItem(
        str(uuid.uuid5(_NAMESPACE, f"item {number}")), str(uuid.uuid5(_NAMESPACE, f"inspection {number}")),
        rt_number(at.date(), 0, FIRST_NUMBER + number), tracking_number=f"SF{7_000_000_000_000 + number * 7919}",
        order_number=f"TB2026{number * 7919 % 10**8:08d}", return_number=f"RMA-7{number:05d}",
        phone_tail=f"{chance.randrange(10_000):04d}", client="demo", platform="tmall",
        station=chance.choice(BENCHES), person=chance.choice(inspectors).id,
        arrived_at=utc_text(at - timedelta(minutes=chance.randint(20, 400))), decided_at=utc_text(at),
        sku=product.sku, name_zh=product.name_zh, name_en=product.name_en, variant=product.variant,
        category=product.category, vendor=product.vendor, vendor_name=product.vendor_name,
        price_minor=product.price, currency=CURRENCY, reason=reason, identity="match", grade=grade,
        disposition=disposition, liability=((bearer, 100),), findings=(found,) if finding else (),
        bulk=0 if finding else 8, single=8 if finding else 0, label_issue=1,
    )  # fmt: skip


def _lying(item: HouseItem, totes: dict[tuple[str, str], DemoTote]) -> HouseItem:
    """The item in the tote that takes it; goods whose vendor has none stay with those to be repaired."""
    tote = totes.get((item.disposition, "")) or totes.get((item.disposition, item.vendor))
    if tote is None:
        return _lying(replace(item, disposition="refurbish"), totes)
    return replace(item, tote=tote.code, slot=tote.slot)


def tell_demo_house(folder: Path) -> None:
    """Have the demo's centre in `folder` tell these items, unless it knows any."""
    centre = open_centre(folder, practice=True)
    try:
        with centre.database.writer.begin() as connection:
            if not knows_items(connection):
                tell_decided(connection, demo_house(datetime.now(UTC)))
    finally:
        centre.close()
