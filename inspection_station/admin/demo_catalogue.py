"""The products of the demo warehouse: what the pictures show, with prices, vendors and kits. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inspection_station.devices.simulated_label import plate_of
from inspection_station.devices.simulated_scenes import SceneLibrary

CURRENCY = "CNY"


@dataclass(frozen=True)
class DemoProduct:
    """One product; `price` is in fen, `accessories` names the parts of the kit, `flags` the policy flags."""

    sku: str
    gtin: str
    name_zh: str
    name_en: str
    variant: str
    category: str
    price: int
    vendor: str
    vendor_name: str
    accessories: tuple[str, ...]
    flags: tuple[str, ...]
    picture: str

    @property
    def has_serial(self) -> bool:
        """Whether each unit carries a serial number."""
        return plate_of(self.sku) is not None


@dataclass(frozen=True)
class _Terms:
    """What is the same for all variants: price in fen, vendor, kit, flags."""

    price: int
    vendor: str
    vendor_name: str
    accessories: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


_YUNLU = ("V-YUNLU", "云鹿服饰")
_YUNXI = ("V-YUNXI", "云析科技")
_FENGYU = ("V-FENGYE", "风屿电器")  # the vendor with an agreement on returning appliances
_SEALED = ("sealed_hygiene",)

_TERMS: dict[str, _Terms] = {
    "YL-T101": _Terms(12900, *_YUNLU),
    "YL-H220": _Terms(25900, *_YUNLU),
    "YL-8821": _Terms(69900, *_YUNLU, ("收纳袋",)),
    "YL-J330": _Terms(23900, *_YUNLU),
    "TB-S700": _Terms(45900, "V-TABU", "踏步体育", ("鞋盒", "备用鞋带")),
    "HM-B410": _Terms(89900, "V-HEMAI", "禾麦皮具", ("防尘袋", "肩带")),
    "YX-A17-": _Terms(329900, *_YUNXI, ("充电器", "数据线", "取卡针", "三包卡"), ("high_value",)),
    "YX-P33-": _Terms(349900, *_YUNXI, ("手机", "充电器", "数据线", "快速指南"), ("high_value",)),
    "YX-E5-W": _Terms(39900, *_YUNXI, ("充电盒", "左耳机", "右耳机", "数据线")),
    "YX-E5-G": _Terms(39900, *_YUNXI, ("充电盒", "左耳机", "右耳机", "数据线")),
    "FY-D18-": _Terms(59900, *_FENGYU, ("集风嘴", "说明书", "三包卡")),
    "QH-S30-": _Terms(26900, "V-QINGHE", "清禾美妆", (), _SEALED),
    "SM-T15-": _Terms(5800, "V-SHANMING", "山茗茶业", (), _SEALED),
    "MK-L268": _Terms(16900, "V-MOKU", "木库玩具", ("说明书",)),
    "MK-P40-": _Terms(9900, "V-MOKU", "木库玩具"),
    "MY-Q4-B": _Terms(39900, "V-MIANYU", "棉屿家居", ("被套", "床单", "枕套两只")),
    "MY-Q4-S": _Terms(39900, "V-MIANYU", "棉屿家居", ("被套", "床单", "枕套两只")),
    "MY-C35-": _Terms(4900, "V-MIANYU", "棉屿家居"),
    "YS-BK-0": _Terms(4500, "V-YUNSHAN", "云杉出版社"),
}
"""By the first seven characters of the SKU."""


def demo_products(library: SceneLibrary | None = None) -> dict[str, DemoProduct]:
    """All demo products by SKU, in the order of the manifest."""
    found: dict[str, DemoProduct] = {}
    for row in (library or SceneLibrary()).products():
        terms = _TERMS[row["sku"][:7]]
        found[row["sku"]] = DemoProduct(
            row["sku"],
            row["gtin"],
            row["name_zh"],
            row["name_en"],
            row["variant"],
            row["category"],
            terms.price,
            terms.vendor,
            terms.vendor_name,
            terms.accessories,
            terms.flags,
            Path(row["picture"]).name,
        )
    return found
