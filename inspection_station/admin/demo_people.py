"""The people and totes of the demo warehouse. Badges and PINs are given in the clear: they open nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.domain.identifiers import tote_code
from inspection_station.domain.people import Role

FIRST_TOTE = 100201


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in to the demo: the badge's text and the six-digit PIN as they are."""

    id: str
    name: str
    name_en: str
    role: Role
    number: str
    shift: str
    badge: str
    pin: str


@dataclass(frozen=True)
class DemoTote:
    """A tote of the demo site; `slot` is its place at the bench, said as "1 号箱"."""

    code: str
    disposition: str
    slot: int
    vendor: str = ""
    vendor_name: str = ""
    capacity: int = 60


def demo_people() -> list[DemoPerson]:
    """Three inspectors, a shift lead, the dispute desk and an administrator; the ids never change."""
    rows = (
        (12, "陈晓雯", "Chen Xiaowen", Role.INSPECTOR, "day", "260012"),
        (17, "林志强", "Lin Zhiqiang", Role.INSPECTOR, "day", "260017"),
        (23, "吴佳", "Wu Jia", Role.INSPECTOR, "night", "260023"),
        (5, "周敏", "Zhou Min", Role.LEAD, "day", "260005"),
        (31, "何琳", "He Lin", Role.DISPUTE_DESK, "day", "260031"),
        (2, "许东", "Xu Dong", Role.ADMINISTRATOR, "day", "260002"),
    )
    return [
        DemoPerson(
            id=f"01938000-0000-7000-8000-{number:012d}",
            name=name,
            name_en=name_en,
            role=role,
            number=f"E{number:05d}",
            shift=shift,
            badge=f"BADGE-E{number:05d}",
            pin=pin,
        )
        for number, name, name_en, role, shift, pin in rows
    ]


_TOTES = (
    ("restock", 1, "", ""),
    ("restock_open_box", 2, "", ""),
    ("refurbish", 3, "", ""),
    ("return_to_vendor", 4, "V-YUNLU", "云鹿服饰"),
    ("return_to_vendor", 4, "V-YUNXI", "云析科技"),
    ("return_to_vendor", 4, "V-FENGYE", "风屿电器"),
    ("scrap", 5, "", ""),
    ("hold", 6, "", ""),
    ("return_to_buyer", 7, "", ""),
    ("carrier_claim", 8, "", ""),
    ("unclaimed", 9, "", ""),
    ("donate", 10, "", ""),
)


def demo_totes() -> list[DemoTote]:
    """One tote for each disposition, for return to vendor one for each vendor that takes goods back."""
    return [
        DemoTote(
            tote_code(FIRST_TOTE + at), disposition, slot, vendor, vendor_name, 40 if disposition == "hold" else 60
        )
        for at, (disposition, slot, vendor, vendor_name) in enumerate(_TOTES)
    ]
