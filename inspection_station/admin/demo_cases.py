"""What the demo's parcels hold, and the cases that the demo, the tests and the manual name by tracking number."""

from __future__ import annotations

from dataclasses import dataclass

from inspection_station.devices.simulated_scenes import INTACT, SERIAL_MISMATCH

UNKNOWN_PARCEL = "ZC6401882290437"
"""Printed on a parcel of the pictures and in no expected return: the parcel that matches nothing."""


@dataclass(frozen=True)
class ShownItem:
    """One article that the simulated camera shows: arguments of `SceneLibrary.item`, and the line it answers to."""

    return_number: str
    line: int
    sku: str
    state: str = INTACT
    serial_number: str = ""


@dataclass(frozen=True)
class ShownParcel:
    """What is in a parcel.

    `case` is clean, defect, wrong_item, serial_mismatch, missing, empty_parcel or outer_damaged; `condition` is the
    outside for `SceneLibrary.parcel`; an empty parcel has no `items`.
    """

    case: str
    condition: str = ""
    items: tuple[ShownItem, ...] = ()


@dataclass(frozen=True)
class SettledCase:
    """A return that is settled beforehand; an empty reason, text or case is left to chance."""

    tracking: tuple[str, ...]
    skus: tuple[str, ...]
    case: str = "clean"
    state: str = INTACT
    reason: str = ""
    text: str = ""
    condition: str = ""
    due_hours: float = 30.0


SETTLED_CASES: tuple[SettledCase, ...] = (
    SettledCase(
        tracking=("SF1390447120865",),
        skus=("YL-8821-NV",),
        reason="size_mismatch",
        text="偏大，换小一码",
        due_hours=5,
    ),
    SettledCase(
        tracking=("JT5284019937712",),
        skus=("YL-T101-WH",),
        case="defect",
        state="tee_stained",
        reason="quality_defect",
        text="收到就有污渍",
        due_hours=6,
    ),
    SettledCase(
        tracking=("HD7730021846509",),
        skus=("YL-T101-WH",),
        case="wrong_item",
        state="tee_wrong_item",
        reason="no_reason_7d",
        text="没拆吊牌，不喜欢",
        due_hours=8,
    ),
    SettledCase(
        tracking=("SF1390447120866",),
        skus=("FY-D18-PK",),
        case="empty_parcel",
        reason="no_reason_7d",
        text="没有使用过",
        due_hours=9,
    ),
    SettledCase(
        tracking=("JT5284019938804",),
        skus=("YL-H220-BE", "YL-J330-IN"),
        reason="size_mismatch",
        text="两件都偏大",
        due_hours=11,
    ),
    SettledCase(
        tracking=("ZC6401882290455",),
        skus=("YL-J330-KH",),
        case="outer_damaged",
        reason="unwanted",
        condition="torn",
        due_hours=12,
    ),
    SettledCase(
        tracking=("SF1390447120873",),
        skus=("YX-A17-SV",),
        case="serial_mismatch",
        state=SERIAL_MISMATCH,
        reason="function_fault",
        text="开机没反应",
        due_hours=13,
    ),
    SettledCase(
        tracking=("JT5284019938811",),
        skus=("TB-S700-BL",),
        case="defect",
        state="sneakers_dirty",
        reason="no_reason_7d",
        text="没穿过",
        due_hours=14,
    ),
    SettledCase(
        tracking=("HD7730021846517",),
        skus=("YX-P33-KIT",),
        case="defect",
        state="kit_no_charger",
        reason="short_shipped",
        text="没有充电器",
        due_hours=15,
    ),
    SettledCase(
        tracking=("JT5284019939100",),
        skus=("QH-S30-AM",),
        case="defect",
        state="serum_seal_broken",
        reason="allergic_skin",
        text="用后脸上发红",
        due_hours=16,
    ),
    SettledCase(
        tracking=("ZC6401882290461",),
        skus=("MK-P40-BR",),
        reason="unwanted",
        due_hours=18,
    ),
    SettledCase(
        tracking=("SF1390447120891",),
        skus=("MY-C35-BL",),
        case="defect",
        state="mug_chipped",
        reason="damaged_on_arrival",
        text="收到时已经破损",
        due_hours=20,
    ),
    SettledCase(
        tracking=("HD7730021846525",),
        skus=("HM-B410-BR",),
        reason="colour_or_style",
        text="颜色比图片深",
        due_hours=22,
    ),
    SettledCase(
        tracking=("YT5310077420116", "YT5310077420124"),
        skus=("MY-Q4-BL", "MY-Q4-SA"),
        reason="material",
        due_hours=26,
    ),
)
"""The first are on pictures of parcels."""
