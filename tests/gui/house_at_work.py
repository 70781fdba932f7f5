"""Items that other benches decided, as the centre tells them, on a station whose window is driven by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gui.working_bench import LEAD, WorkingBench, tote_of

from inspection_station.admin.demo_catalogue import demo_products
from inspection_station.admin.demo_people import demo_totes
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState
from inspection_station.station.assembly import Station

VENDOR = next(one for one in demo_totes() if one.disposition == "return_to_vendor")
GRADES = {"restock": "A", "return_to_vendor": "C", "refurbish": "B", "scrap": "D", "hold": "C"}


def decided_item(number: int, disposition: str = "restock", station: str = "B07", **facts: Any) -> HouseItem:
    """An item of the demo's catalogue that a bench decided so; `facts` over the usual ones."""
    products = list(demo_products().values())
    product = products[number % len(products)]
    usual: dict[str, Any] = {
        "rt_number": f"RT-261121-007{number:05d}", "tracking_number": f"SF{number:013d}", "station": station,
        "person": "person-1", "arrived_at": "2026-11-21T02:00:00.000Z", "decided_at": "2026-11-21T02:03:00.000Z",
        "sku": product.sku, "name_zh": product.name_zh, "name_en": product.name_en, "variant": product.variant,
        "vendor": VENDOR.vendor, "vendor_name": VENDOR.vendor_name,
        "grade": GRADES.get(disposition, "C"), "disposition": disposition,
        "identity": "match", "price_minor": 19900, "currency": "CNY", "reason": "size", "label_issue": 1,
        "proposed_tote": tote_of(disposition),
    }  # fmt: skip
    return HouseItem(f"item-{number}", f"inspection-{number}", **{**usual, **facts})


def tell(station: Station, items: Iterable[HouseItem]) -> None:
    """Keep items as the centre's feed tells them; MUST run on the bench lane, or before the window is there."""
    with station.database.writing() as connection:
        station.ledger.keep_items(connection, list(items))


def house_of(bench: WorkingBench, items: Sequence[HouseItem]) -> None:
    """The lead signs in at a station that knows `items`, and goes to the sorting board."""
    bench.on_bench(lambda: tell(bench.app.station, items))
    bench.sign_in_with_pin(LEAD)
    bench.press("F6")
    bench.until(lambda: bench.app.window.area == "sorting")
    bench.quiet()
    bench.heard.clear()
    bench.scans = bench.presses = 0


def standing(bench: WorkingBench, rt_number: str) -> ItemState:
    """How an item stands now."""
    found = bench.on_bench(lambda: bench.app.station.custody.item(rt_number))
    assert found is not None
    return found[1]  # type: ignore[no-any-return]
