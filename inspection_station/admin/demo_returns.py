"""The demo warehouse's expected returns, and what lies in each parcel when it is opened at the simulated bench.

Both come from one seed and never differ from run to run, so that a demo, a test and a manual can name a tracking
number and mean the same thing. Dates are those of the given day; people, shops and numbers are invented.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from inspection_station.admin import demo_words as words
from inspection_station.admin.demo_cases import SETTLED_CASES, UNKNOWN_PARCEL, SettledCase, ShownItem, ShownParcel
from inspection_station.admin.demo_catalogue import CURRENCY, DemoProduct, demo_products
from inspection_station.devices.simulated_label import carrier_of, demo_serial
from inspection_station.devices.simulated_scenes import INTACT, SERIAL_MISMATCH, SceneLibrary

SEED = 20261111
COUNT = 260
DEMO_DAY = date(2026, 11, 21)
"""The day that the shipped list is made for; `demo_csv.shifted` moves it."""
PREFIXES = ("SF", "JT", "YT", "ZT", "JD")
Row = dict[str, Any]


def demo_returns(seed: int = SEED, count: int = COUNT, today: date | None = None) -> list[Row]:
    """The expected returns: `count` dicts with the columns of `demo_csv.COLUMNS`, lines nested under ``lines``.

    Dates stand relative to `today` (default: the day of the shipped list). The same arguments give the same list.

    Raises:
        ValueError: fewer than 60 are asked for, too few to show every product and the settled cases.
    """
    if count < 60:
        raise ValueError("at least 60 returns are needed")
    returns, _ = _built(seed, count)
    move = (today or DEMO_DAY) - DEMO_DAY
    return [moved(row, move) for row in returns]


def demo_script(seed: int = SEED, count: int = COUNT) -> dict[str, ShownParcel]:
    """What the simulated camera shows, by tracking number of `demo_returns` with the same seed and count."""
    return dict(_built(seed, count)[1])


def moved(row: Mapping[str, Any], by: timedelta) -> Row:
    """A copy of a return (or of a flat row) with its two dates moved by whole days."""
    out = dict(row)
    if row["delivered_on"]:
        out["delivered_on"] = (date.fromisoformat(row["delivered_on"]) + by).isoformat()
    if row["refund_due"]:
        due = datetime.fromisoformat(row["refund_due"].replace("Z", "+00:00"))
        out["refund_due"] = _iso(due + timedelta(days=by.days))
    return out


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=4)
def _built(seed: int, count: int) -> tuple[tuple[Row, ...], dict[str, ShownParcel]]:
    return _Builder(seed, count).build()


class _Builder:
    """Makes one list; every choice comes from its own random source."""

    def __init__(self, seed: int, count: int) -> None:
        self.chance = random.Random(seed)  # a repeatable demo, no secret
        self.count = count
        library = SceneLibrary()
        self.products = demo_products(library)
        self.defects = {sku: library.defects_of(sku) for sku in self.products}
        self.defect_codes = {state: library.defect_codes(state) for sku in self.defects for state in self.defects[sku]}
        self.taken: set[str] = {UNKNOWN_PARCEL, *(number for wish in SETTLED_CASES for number in wish.tracking)}
        self.units: Counter[str] = Counter()
        self.returns: list[Row] = []
        self.script: dict[str, ShownParcel] = {}

    def build(self) -> tuple[tuple[Row, ...], dict[str, ShownParcel]]:
        for wish in SETTLED_CASES:
            self._add(wish)
        unseen = [sku for sku in self.products if sku not in {line for wish in SETTLED_CASES for line in wish.skus}]
        while len(self.returns) < self.count:
            self._add(self._chosen(unseen.pop(0) if unseen else ""))
        return tuple(self.returns), self.script

    # ---- what to make -------------------------------------------------------------------

    def _chosen(self, first: str) -> SettledCase:
        """A return by chance: 70 % whole, 20 % with a defect that a picture shows, the rest odd."""
        first = first or self._any_sku()
        skus = [first]
        if self.chance.random() < 0.16:
            skus.append(self._any_sku(self.products[first].category))
        draw = self.chance.random()
        case, state, condition = "clean", INTACT, ""
        if draw < 0.20 and self.defects[first]:
            case, state = "defect", self.chance.choice(self.defects[first])
        elif 0.20 <= draw < 0.235:
            case = "wrong_item"
        elif 0.235 <= draw < 0.255:
            case = "missing"
            skus = [first, self._any_sku(self.products[first].category)]
        elif 0.255 <= draw < 0.27:
            case = "empty_parcel"
        elif 0.27 <= draw < 0.29:
            case, condition = "outer_damaged", self.chance.choice(("wet", "torn"))
        elif 0.29 <= draw < 0.42 and self.products[first].has_serial:
            case, state = "serial_mismatch", SERIAL_MISMATCH
        tracking = [self._tracking()]
        if case == "clean" and len(skus) > 1 and self.chance.random() < 0.15:
            tracking.append(self._tracking(tracking[0][:2]))
        elif case == "clean" and self.chance.random() < 0.05 and self.returns:
            tracking = self._shared_parcel() or tracking
        due = -6 + 166 * self.chance.random() ** 1.4
        return SettledCase(tuple(tracking), tuple(skus), case, state, condition=condition, due_hours=due)

    def _shared_parcel(self) -> list[str]:
        """The parcel of an earlier clean return, so that two returns lie in one box."""
        clean = [row for row in self.returns[len(SETTLED_CASES) :] if len(row["tracking_numbers"]) == 1]
        numbers = [row["tracking_numbers"][0] for row in clean[-12:]]
        return next(([n] for n in numbers if self.script[n].case == "clean" and len(self.script[n].items) == 1), [])

    def _any_sku(self, category: str = "") -> str:
        weights = {"apparel": 9, "footwear": 9, "bags": 6, "electronics": 6, "cosmetics": 6}
        skus = [sku for sku, product in self.products.items() if not category or product.category == category]
        return self.chance.choices(skus, [weights.get(self.products[sku].category, 5) for sku in skus])[0]

    def _tracking(self, prefix: str = "") -> str:
        prefix = prefix or self.chance.choices(PREFIXES, (5, 4, 4, 3, 3))[0]
        series = {"SF": "13904", "JT": "52840", "YT": "53100", "ZT": "73106", "JD": "01927"}[prefix]
        while True:
            number = f"{prefix}{series}{self.chance.randrange(10**8):08d}"
            if number not in self.taken:
                self.taken.add(number)
                return number

    # ---- making it ----------------------------------------------------------------------

    def _add(self, wish: SettledCase) -> None:
        number = f"RMA-2611-{len(self.returns) + 1:05d}"
        products = [self.products[sku] for sku in wish.skus]
        main = products[0]
        lines = [self._line(at, product, wish) for at, product in enumerate(products, 1)]
        reason = wish.reason or self._reason(wish, main)
        late = wish.case == "clean" and not wish.reason and self.chance.random() < 0.05
        window = self.chance.choice((7, 7, 7, 15))
        age = self.chance.randint(26, 44) if late else self.chance.randint(3, window)
        flags = {flag for product in products for flag in product.flags}
        if main.category == "food" and self.chance.random() < 0.3:
            flags.add("non_returnable")
        order = f"26{11 if age < 20 else 10}-{self.chance.randrange(10**4):04d}-{self.chance.randrange(10**4):04d}"
        start = datetime(DEMO_DAY.year, DEMO_DAY.month, DEMO_DAY.day, 1, tzinfo=UTC)
        kind = "refused_delivery" if reason == "refused_delivery" else "return"
        if reason == "function_fault" and self.chance.random() < 0.3:
            kind = "repair"
        elif reason == "size_mismatch" and self.chance.random() < 0.25:
            kind = "exchange"
        self.returns.append(
            {
                "return_number": number,
                "order_number": order,
                "kind": kind,
                "platform": self.chance.choice(words.PLATFORMS),
                "shop": self.chance.choice(words.SHOPS[main.vendor]),
                "client": words.CLIENTS.get(main.category, words.OTHER_CLIENT),
                "tracking_numbers": list(wish.tracking),
                "carrier": carrier_of(wish.tracking[0]).name,
                "buyer_masked": self.chance.choice(words.SURNAMES) + self.chance.choice(("*", "**")),
                "buyer_phone_tail": f"{self.chance.randrange(10**4):04d}",
                "reason": reason,
                "reason_text": wish.text or self.chance.choice(words.REASON_TEXTS[reason]),
                "delivered_on": (DEMO_DAY - timedelta(days=age)).isoformat(),
                "return_window_days": window,
                "refund_due": _iso(start + timedelta(minutes=round(wish.due_hours * 60))),
                "policy_flags": sorted(flags),
                "outbound_grams": sum(one["quantity"] * (180 + len(one["name_en"]) * 37) for one in lines) + 120,
                "lines": lines,
            }
        )
        self._lay_out(wish, number, lines)

    def _line(self, at: int, product: DemoProduct, wish: SettledCase) -> Row:
        twice = product.price < 20_000 and not product.has_serial and wish.case == "clean" and not wish.reason
        quantity = 2 if twice and self.chance.random() < 0.10 else 1
        serials = [demo_serial(product.sku, self.units[product.sku])] if product.has_serial else []
        self.units[product.sku] += 1
        return {
            "line": at,
            "sku": product.sku,
            "gtin": product.gtin,
            "name_zh": product.name_zh,
            "name_en": product.name_en,
            "variant": product.variant,
            "quantity": quantity,
            "category": product.category,
            "unit_price_minor": product.price,
            "currency": CURRENCY,
            "vendor": product.vendor,
            "vendor_name": product.vendor_name,
            "serial_numbers": serials,
            "accessories": list(product.accessories),
            "picture": product.picture,
        }

    def _reason(self, wish: SettledCase, product: DemoProduct) -> str:
        if wish.case == "defect":
            codes: Iterable[str] = self.defect_codes[wish.state]
            stated = next((words.DEFECT_REASONS[code] for code in codes if code in words.DEFECT_REASONS), ("other",))
            return self.chance.choice(stated)
        if wish.case == "serial_mismatch":
            return "function_fault"
        if wish.case == "wrong_item":
            return self.chance.choice(("no_reason_7d", "wrong_item_sent", "unwanted"))
        weights = {**words.CLEAN_REASONS, **words.CATEGORY_REASONS.get(product.category, {})}
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _lay_out(self, wish: SettledCase, number: str, lines: list[Row]) -> None:
        """Write down what the camera shows; the lines of a return with two parcels are spread over them."""
        shown: list[ShownItem] = []
        for row in lines[:-1] if wish.case == "missing" else lines:
            first = row["line"] == 1
            state = wish.state if first else INTACT
            sku, serial = row["sku"], (row["serial_numbers"] or [""])[0]
            if first and wish.case == "wrong_item" and wish.state == INTACT:
                sku, serial = self._other_than(sku), ""
            if state == SERIAL_MISMATCH:
                serial = demo_serial(sku, self.units[sku], swapped=True)
            shown += [ShownItem(number, row["line"], sku, state, serial)] * row["quantity"]
        if wish.case == "empty_parcel":
            shown = []
        for at, tracking in enumerate(wish.tracking):
            part = tuple(shown[at :: len(wish.tracking)])
            before = self.script.get(tracking)
            if before:
                part = before.items + part
            self.script[tracking] = ShownParcel(wish.case, wish.condition, part)

    def _other_than(self, sku: str) -> str:
        """A product that is not the expected one, of the same category where there is another."""
        category = self.products[sku].category
        near = [other for other in self.products if other != sku and self.products[other].category == category]
        return self.chance.choice(near or [other for other in self.products if other != sku])
