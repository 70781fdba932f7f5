"""Every demo product intact with its code, and with the defects that inspectors meet."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import apparel, devices, general, goods
from . import footwear_bags as fb
from .engine import Bench
from .plan import Code, Scene, ean, item
from .products import PRODUCTS, Product

Extra = Callable[[Bench, Product, Any], object]

INTACT: dict[str, str] = {
    "YL-T101-WH": "tee_tagged",
    "YL-T101-GY": "tee_grey",
    "YL-T101-NV": "tee_navy",
    "YL-H220-BE": "hoodie",
    "YL-H220-GN": "hoodie_green",
    "YL-8821-NV": "jacket_tagged",
    "YL-8821-BK": "jacket_black",
    "YL-8821-RD": "jacket_red",
    "YL-J330-IN": "jeans",
    "YL-J330-KH": "chinos",
    "TB-S700-BL": "sneakers",
    "TB-S700-BK": "sneakers_black",
    "TB-S700-PK": "sneakers_pink",
    "HM-B410-BR": "handbag",
    "HM-B410-BK": "handbag_black",
    "HM-B410-WR": "handbag_red",
    "YX-A17-SV": "phone",
    "YX-A17-GD": "phone_gold",
    "YX-P33-KIT": "kit_complete",
    "YX-E5-WH": "earbuds",
    "YX-E5-GR": "earbuds_grey",
    "FY-D18-PK": "hair_dryer",
    "FY-D18-WH": "hair_dryer_blue",
    "FY-D18-GN": "hair_dryer_green",
    "QH-S30-AM": "serum_sealed",
    "QH-S30-GN": "serum_green",
    "QH-S30-BL": "serum_blue",
    "SM-T15-OL": "tea_sealed",
    "SM-T15-BK": "tea_black",
    "SM-T15-JS": "tea_jasmine",
    "MK-L268": "bricks",
    "MK-P40-BR": "plush",
    "MK-P40-GY": "plush_grey",
    "MY-Q4-BL": "bed_linen",
    "MY-Q4-SA": "bed_linen_apricot",
    "MY-C35-BL": "mug",
    "MY-C35-RD": "mug_red",
    "YS-BK-0711": "book",
    "YS-BK-0712": "book_sea",
}
"""The intact scene of each product."""

TAGS: dict[str, tuple[tuple[int, int], int, tuple[int, int], str]] = {
    "YL-T101": ((842, 322), -7, (760, 214), "YUNLU 云鹿"),
    "YL-H220": ((880, 330), -8, (742, 282), "YUNLU 云鹿"),
    "YL-8821": ((470, 330), 5, (596, 190), "YUNLU 云鹿"),
    "YL-J330": ((826, 250), -6, (744, 148), "YUNLU 云鹿"),
    "HM-B410": ((1010, 300), 5, (930, 372), "HEMAI 禾麦"),
    "MK-P40-": ((1016, 330), -6, (700, 416), "MOKU 木库"),
}
"""Eyelet, angle, where the string is tied, and brand of the hang tag, by the first letters of the SKU."""


def tag_middle(sku: str) -> tuple[float, float]:
    """Middle of the product's hang tag on the bench, in design units."""
    (x, y), degrees, _, _ = TAGS[sku[:7]]
    turn = math.radians(degrees)
    return x - 144 * math.sin(turn), y + 144 * math.cos(turn)


def code_beside(sku: str) -> Extra:
    """What carries the product's EAN-13 when its drawing does not: hang tag, box, sticker."""
    if sku[:7] in TAGS:
        at, degrees, tied, brand = TAGS[sku[:7]]

        def tag(b: Bench, p: Product, _: Any) -> None:
            size = p.variant.replace(" / ", "  ")
            apparel.hang_tag(b, p.gtin, at, degrees, string_from=tied, name=p.zh, size=size, brand=brand)

        return tag
    if sku.startswith("TB-"):
        return lambda b, p, _: general.shoe_label(b, p.gtin, "轻跑鞋 " + p.variant)
    if sku.startswith("YX-P33"):
        return lambda b, p, _: goods.product_sticker(b, p.gtin, p.zh, p.variant, at=(1186, 400), width=290, degrees=90)
    boxes: dict[str, dict[str, Any]] = {
        "YX-A17": {"title": "A17", "brand": "YUNXI 云析"},
        "YX-E5": {"title": "E5", "brand": "YUNXI", "at": (1050, 440), "w": 280, "h": 360},
        "FY-D18": {"title": "D18", "brand": "FENGYU 风屿", "at": (236, 690), "w": 290, "h": 350, "degrees": -3},
        "MY-C35": {"title": "C35", "brand": "MIANYU 棉屿", "at": (1084, 430), "w": 290, "h": 350},
    }
    box = next(value for start, value in boxes.items() if sku.startswith(start))
    return lambda b, p, _: general.retail_box(b, p.gtin, sub=f"{p.zh}  {p.variant}", **box)


def _intact(sku: str) -> Scene:
    product = PRODUCTS[sku]
    if product.category == "cosmetics":
        return _serum(INTACT[sku], sku, "封签完好", "seal intact", "intact")
    extras = [] if product.code_in_art else [code_beside(sku)]
    args = {"on": False} if sku.startswith("YX-A17") else {}
    return item(INTACT[sku], sku, "完好", "intact", *extras, args=args, codes=ean(sku))


def _serum(name: str, sku: str, zh: str, en: str, seal: str, **fields: Any) -> Scene:
    p = PRODUCTS[sku]
    drawn = {key: value for key, value in p.args.items() if key in ("color", "title")}
    scene = item(name, sku, zh, en, codes=ean(sku), **fields)
    scene.draw = lambda b: goods.cosmetic_scene(b, p.gtin, seal, **drawn)
    return scene


def _defect(
    name: str,
    sku: str,
    zh: str,
    en: str,
    defects: list[str],
    *extras: Extra,
    args: dict[str, Any] | None = None,
    code: bool = True,
    finding: str = "",
) -> Scene:
    """A front picture with defects; `code` False where the tag is gone."""
    drawn = list(extras)
    if code and not PRODUCTS[sku].code_in_art:
        drawn.append(code_beside(sku))
    codes: list[Code] = ean(sku) if code else []
    fields: dict[str, Any] = {"state": name, "defects": defects, "finding": finding, "codes": codes}
    return item(name, sku, zh, en, *drawn, args=args, **fields)


def _stain(x: int, y: int, w: int, h: int, *more: Any) -> Extra:
    return lambda b, p, _: apparel.stain(b, x, y, w, h, *more)


def intact() -> list[Scene]:
    """One front picture of each product, its code readable."""
    return [_intact(sku) for sku in PRODUCTS]


def apparel_defects() -> list[Scene]:
    """Garments: stains, washing, tags cut off."""
    gone = ["tag_missing"]

    def cut(b: Bench, p: Product, painted: Any) -> None:
        apparel.cut_string(b, (592, 206))

    return [
        _defect("tee_stained", "YL-T101-WH", "胸前咖啡渍", "coffee stain", ["stain"], _stain(560, 566, 74, 56)),
        _defect("tee_grey_stained", "YL-T101-GY", "下摆污渍", "stain near the hem", ["stain"],
                _stain(706, 690, 56, 44, (96, 66, 40), 0.9, 11)),
        _defect("tee_washed", "YL-T101-NV", "洗涤褪色，无吊牌", "washed and faded, tag gone", ["washed", "faded", *gone],
                args={"faded": 0.8}, code=False),
        _defect("hoodie_washed_stained", "YL-H220-BE", "洗涤发白、油渍", "washed out, oil stain", ["washed", "stain", *gone],
                _stain(720, 660, 60, 46, (128, 108, 70), 0.8, 8), args={"faded": 0.75}, code=False),
        _defect("hoodie_green_washed", "YL-H220-GN", "水洗发白，吊牌缺失", "washed out, tag gone", ["washed", "faded", *gone],
                args={"faded": 0.85}, code=False),
        _defect("jacket_tag_cut", "YL-8821-NV", "吊牌被剪，仅剩吊绳", "tag cut off, string left", ["tag_removed"], cut, code=False),
        _defect("jacket_black_tag_cut", "YL-8821-BK", "吊牌被剪，仅剩吊绳", "tag cut off, string left", ["tag_removed"], cut,
                code=False),
        _defect("jacket_red_washed", "YL-8821-RD", "洗涤发白，吊牌缺失", "washed out, tag gone", ["washed", "faded", *gone],
                args={"faded": 0.8}, code=False),
        _defect("jeans_washed", "YL-J330-IN", "洗涤褪色，吊牌缺失", "washed and faded", ["washed", "faded", *gone],
                args={"faded": 0.95}, code=False),
        _defect("chinos_stained", "YL-J330-KH", "裤腿污渍", "stain on the leg", ["stain"],
                _stain(548, 600, 50, 62, (104, 72, 40), 0.9, 6)),
        item("tee_wrong_item", "YL-T101-GY", "实物为灰色T恤（应为白色），吊牌 GTIN 不符", "grey tee sent back for the white one",
             codes=ean("YL-T101-GY"), file="items/tee_grey.jpg", state="tee_wrong_item", finding="wrong_item",
             stands_for="YL-T101-WH"),
    ]  # fmt: skip


def worn_and_broken() -> list[Scene]:
    """Shoes, bags, electronics and appliances."""

    def cracked(b: Bench, p: Product, painted: Any) -> None:
        devices.cracks(b, (742, 196), painted)

    def scratched(b: Bench, p: Product, painted: Any) -> None:
        fb.scratches(b, 742, 436, 170)

    dirt, dent = {"dirt": 0.75}, {"dent": True}
    worn = ["stain", "sole_worn"]
    rows: list[Scene] = []
    for name, sku in (("sneakers", "TB-S700-BL"), ("sneakers_black", "TB-S700-BK"), ("sneakers_pink", "TB-S700-PK")):
        rows.append(_defect(f"{name}_dirty", sku, "鞋面脏污，鞋底磨损", "soiled uppers, worn soles", worn, args=dirt))
    for name, sku in (("handbag", "HM-B410-BR"), ("handbag_black", "HM-B410-BK"), ("handbag_red", "HM-B410-WR")):
        rows.append(_defect(f"{name}_scratched", sku, "翻盖划痕", "scratched flap", ["scratch"], scratched))
    for name, sku in (("phone", "YX-A17-SV"), ("phone_gold", "YX-A17-GD")):
        rows.append(
            _defect(f"{name}_cracked", sku, "屏幕碎裂", "cracked screen", ["crack"], cracked, args={"on": False})
        )
    for name, sku in (("earbuds", "YX-E5-WH"), ("earbuds_grey", "YX-E5-GR")):
        rows.append(_defect(f"{name}_one_missing", sku, "缺一只耳机，外壳划伤", "one bud missing, case scuffed",
                            ["accessory_missing", "scratch"], args={"missing": True, "scuffed": True}, finding="missing"))  # fmt: skip
    rows.append(_defect("kit_no_charger", "YX-P33-KIT", "缺充电器", "charger missing", ["accessory_missing"],
                        args={"missing": ("charger",)}, finding="missing"))  # fmt: skip
    for name, sku in (("hair_dryer", "FY-D18-PK"), ("hair_dryer_blue", "FY-D18-WH"), ("hair_dryer_green", "FY-D18-GN")):
        rows.append(_defect(f"{name}_dented", sku, "外壳凹陷开裂", "dented and cracked", ["dent", "crack"], args=dent))
    return rows


def sealed_and_soft() -> list[Scene]:
    """Cosmetics, food, toys, home and books."""
    rows: list[Scene] = []
    for name, sku in (("serum", "QH-S30-AM"), ("serum_green", "QH-S30-GN"), ("serum_blue", "QH-S30-BL")):
        zh, en = "封签破损、漏液", "seal broken, leaking"
        rows.append(
            _serum(f"{name}_seal_broken", sku, zh, en, "broken", state=f"{name}_seal_broken", defects=["seal_broken"])
        )
    for name, sku in (("tea", "SM-T15-OL"), ("tea_black", "SM-T15-BK"), ("tea_jasmine", "SM-T15-JS")):
        rows.append(_defect(f"{name}_torn", sku, "包装撕破", "box torn open", ["retail_box_damaged", "seal_broken"],
                            args={"torn": True}))  # fmt: skip
    rows.append(_defect("bricks_missing", "MK-L268", "缺件", "pieces missing", ["accessory_missing"],
                        args={"missing": True}, finding="missing"))  # fmt: skip
    for name, sku in (("plush", "MK-P40-BR"), ("plush_grey", "MK-P40-GY")):
        rows.append(
            _defect(
                f"{name}_torn", sku, "缝线开裂露棉", "seam torn, stuffing out", ["deformation"], args={"torn": True}
            )
        )
    for name, sku in (("bed_linen", "MY-Q4-BL"), ("bed_linen_apricot", "MY-Q4-SA")):
        rows.append(_defect(f"{name}_stained", sku, "污渍", "stained", ["stain"], args={"stained": True}))
    for name, sku in (("mug", "MY-C35-BL"), ("mug_red", "MY-C35-RD")):
        rows.append(_defect(f"{name}_chipped", sku, "杯口缺损开裂", "chipped rim", ["crack"], args={"chip": True}))
    for name, sku in (("book", "YS-BK-0711"), ("book_sea", "YS-BK-0712")):
        rows.append(_defect(f"{name}_damaged", sku, "折角、撕裂、水渍", "bent, torn, ring mark", ["deformation", "stain"],
                            args={"damaged": True}))  # fmt: skip
    return rows


def fronts() -> list[Scene]:
    """All front pictures of articles."""
    return [*intact(), *apparel_defects(), *worn_and_broken(), *sealed_and_soft()]
