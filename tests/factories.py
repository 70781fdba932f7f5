"""Small builders for the tests: expected returns, people, a desk with everything in memory, cases on it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fakes_storage import MemoryStation
from hypothesis import HealthCheck, settings

from inspection_station.admin.demo_answers import look_closely
from inspection_station.domain.inspection import Item
from inspection_station.domain.money import Money
from inspection_station.domain.people import Person, Role
from inspection_station.domain.returns import ExpectedReturn, ReturnLine
from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import StationProblem
from inspection_station.workflows import inspecting, receiving
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.clock import moment_of, utc_text
from inspection_station.workflows.ports import StationIdentity, StoredPhoto, Tote
from inspection_station.workflows.rule_book import load_rule_book

SHIPPED = Path(__file__).resolve().parent.parent / "resources"
SOAK = bool(os.environ.get("SOAK"))

INSPECTOR = Person("p-inspector", "张敏", "Zhang Min", Role.INSPECTOR)
LEAD = Person("p-lead", "李伟", "Li Wei", Role.LEAD)
DISPUTE_DESK = Person("p-desk", "王芳", "Wang Fang", Role.DISPUTE_DESK)

GTIN = "6901234567892"
OTHER_GTIN = "6901234567908"
TRACKING = "SF1234567890123"


def properties(examples: int = 15) -> settings:
    """How a property is tried: a few examples, always the same ones; with SOAK=1 ten times as many, always new ones."""
    return settings(
        max_examples=examples * (10 if SOAK else 1), derandomize=not SOAK, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip


class HandClock:
    """`ports.Clock` that stands still until a test moves it; the site is eight hours before UTC."""

    def __init__(self, moment: datetime = datetime(2026, 11, 21, 2, 42, 33, 120000, UTC)) -> None:
        self.moment = moment
        self.offset: int | None = 250

    def move(self, **parts: float) -> None:
        """Move on by a `timedelta` of `parts`."""
        self.moment += timedelta(**parts)

    def now(self) -> str:
        return utc_text(self.moment)

    def offset_ms(self) -> int | None:
        return self.offset

    def local_day(self) -> str:
        return (self.moment + timedelta(hours=8)).date().isoformat()

    def day_of(self, text: str) -> str:
        return (moment_of(text) + timedelta(hours=8)).date().isoformat()


class MemoryPhotos:
    """`ports.PhotoStore` in memory. `refuse_with` makes the next photo fail as a full disk would."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.refuse_with: StationProblem | None = None

    def keep(self, jpeg: bytes) -> StoredPhoto:
        if self.refuse_with is not None:
            problem, self.refuse_with = self.refuse_with, None
            raise problem
        sha256 = hashlib.sha256(jpeg).hexdigest()
        self.kept[sha256] = jpeg
        return StoredPhoto(sha256, self.path(sha256), len(jpeg), 4000, 3000)

    def path(self, sha256: str) -> Path:
        return Path("photos") / f"{sha256}.jpg"

    def verify(self, sha256: str) -> bool:
        return sha256 in self.kept


@cache
def rule_book() -> RuleBook:
    """The shipped rule book."""
    return load_rule_book(SHIPPED)


def line(number: int = 1, **changes: Any) -> ReturnLine:
    """A line of a return: one white jacket."""
    plain = ReturnLine(
        line=number, sku="JK-01-WHITE-M", gtins=(GTIN,), name_zh="轻薄外套", name_en="Light jacket", variant="白色 M",
        quantity=1, category="apparel", unit_price=Money(25900), vendor="V-LOCAL", vendor_name="本地服饰",
    )  # fmt: skip
    return replace(plain, **changes)


def earphones(number: int = 1, **changes: Any) -> ReturnLine:
    """A line of electronics with a serial number and a vendor who takes faults back."""
    facts: dict[str, Any] = {
        "sku": "EP-300-W", "gtins": (OTHER_GTIN,), "name_zh": "无线耳机 3 代", "name_en": "Earphones 3",
        "variant": "白色", "category": "electronics", "unit_price": Money(59900), "vendor": "V-YUNLU",
        "serial_numbers": ("SN-778-A",),
    }  # fmt: skip
    return line(number, **{**facts, **changes})


def expected(return_id: str = "r1", **changes: Any) -> ExpectedReturn:
    """An announced return of one jacket without a complaint, two days after it was delivered."""
    plain = ExpectedReturn(
        id=return_id, return_number=f"RMA-{return_id}", order_number=f"TB-{return_id}-99", kind="return",
        platform="tmall", shop="旗舰店", client="client-a", tracking_numbers=(TRACKING,), carrier="SF",
        buyer_masked="王**", buyer_phone_tail="4711", reason="no_reason_7d", reason_text="", delivered_on="2026-11-19",
        return_window_days=7, refund_due="2026-11-28T00:00:00.000Z", policy_flags=(), lines=(line(),),
    )  # fmt: skip
    return replace(plain, **changes)


class Bench:
    """A desk with all its fakes in reach, so that a test can fill, break and look into them."""

    def __init__(self, *returns: ExpectedReturn, station_number: int = 43, key: bytes = b"site key") -> None:
        self.stores = MemoryStation()
        self.photos = MemoryPhotos()
        self.clock = HandClock()
        self.expects(*returns)
        identity = StationIdentity("0198-station", "B12", station_number, "杭州仓", key)
        self.desk = Desk(self.stores.inspections, self.stores.reference, self.photos, self.clock, identity, rule_book())

    def expects(self, *returns: ExpectedReturn) -> None:
        """The centre told of these returns."""
        self.stores.reference.returns.update({one.id: one for one in returns})

    def has_totes(self, *totes: Tote) -> None:
        """The centre told of these totes."""
        self.stores.reference.known_totes.update({tote.code: tote for tote in totes})

    def opened(self, code: str = TRACKING, person: Person = INSPECTOR) -> Case:
        """The parcel is scanned and lies open."""
        reception = receiving.receive(self.desk, person, code)
        assert reception.outcome is receiving.Outcome.OPENED, reception.outcome
        assert reception.case is not None
        return reception.case

    def shot(self, case: Case, shot: str, **changes: Any) -> Case:
        """A photo is taken; each has bytes of its own."""
        jpeg = f"{shot} {len(self.photos.kept)}".encode()
        return inspecting.keep_photo(
            self.desk, case, INSPECTOR, inspecting.TakenPhoto(jpeg, shot, **{"quality": {"sharp": 0.9}, **changes})
        )

    def photographed(self, case: Case) -> Case:
        """Every photo that is still required is taken."""
        while missing := inspecting.missing_shots(self.desk, case, case.inspection.item()):
            case = self.shot(case, missing[0].shot, finding_id=missing[0].finding_id)
        return case

    def matched(self, case: Case, code: str = GTIN) -> Case:
        """The item's tag is scanned and says what was expected."""
        found = inspecting.compare(self.desk, case, code)
        return inspecting.identify(self.desk, case, INSPECTOR, found, "scan")

    def absent(self, case: Case) -> Case:
        """The current item is said not to be in the parcel."""
        return inspecting.identify(self.desk, case, INSPECTOR, inspecting.Identification("missing", ""), "manual")

    def ready(self, case: Case | None = None, code: str = GTIN) -> Case:
        """An open parcel whose item is identified and photographed: only the judging is left."""
        return self.photographed(self.matched(case or self.opened(), code))

    def looked_at(self, case: Case) -> Case:
        """Every row that has to be answered itself is, as of an opened article in which nothing is wrong."""
        return self.photographed(look_closely(self.desk, case, INSPECTOR))


def item(category: str = "apparel", **changes: Any) -> Item:
    """An item of `expected()`, identified as what was expected."""
    plain = Item(
        id="i1", rt_number="RT-261121-04300001", return_id="r1", line=1, unit=1, sku="JK-01-WHITE-M",
        name_zh="轻薄外套", name_en="Light jacket", variant="白色 M", category=category, template=category,
        template_version="1", identity="match",
    )  # fmt: skip
    return replace(plain, **changes)


def tote(code: str = "T-000001X", disposition: str = "restock", **changes: Any) -> Tote:
    """An open tote."""
    facts: Mapping[str, Any] = {"slot": 1, **changes}
    return Tote(code=code, disposition=disposition, **facts)
