"""Close-ups: defects, hang tags and box labels, serial plates, switched-on screens, soles."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image, ImageDraw

from . import apparel, devices
from . import footwear_bags as fb
from . import shapes as sh
from .engine import Bench
from .item_scenes import TAGS, fronts, tag_middle
from .plan import Scene, ean, item, look_at
from .products import PRODUCTS
from .text import font

CLOSE = 2.4  # zoom: the frame shows 533 x 400 design units
FINE = 3.0  # pixels per design unit while drawing, so that the zoomed picture is still sharp

DEFECT_AT: dict[str, tuple[int, int]] = {
    "tee_grey_stained": (706, 690),
    "tee_washed": (640, 430),
    "hoodie_washed_stained": (700, 640),
    "hoodie_green_washed": (660, 620),
    "jacket_tag_cut": (600, 260),
    "jacket_black_tag_cut": (600, 260),
    "jacket_red_washed": (560, 500),
    "jeans_washed": (560, 420),
    "chinos_stained": (560, 600),
    "sneakers_dirty": (520, 330),
    "sneakers_black_dirty": (520, 330),
    "sneakers_pink_dirty": (520, 330),
    "handbag_scratched": (742, 436),
    "handbag_black_scratched": (742, 436),
    "handbag_red_scratched": (742, 436),
    "phone_cracked": (700, 270),
    "phone_gold_cracked": (700, 270),
    "earbuds_one_missing": (640, 380),
    "earbuds_grey_one_missing": (640, 380),
    "kit_no_charger": (850, 300),
    "hair_dryer_dented": (650, 280),
    "hair_dryer_blue_dented": (650, 280),
    "hair_dryer_green_dented": (650, 280),
    "serum_seal_broken": (880, 470),
    "serum_green_seal_broken": (880, 470),
    "serum_blue_seal_broken": (880, 470),
    "tea_torn": (420, 290),
    "tea_black_torn": (420, 290),
    "tea_jasmine_torn": (420, 290),
    "bricks_missing": (560, 600),
    "plush_torn": (760, 600),
    "plush_grey_torn": (760, 600),
    "bed_linen_stained": (830, 550),
    "bed_linen_apricot_stained": (830, 550),
    "mug_chipped": (740, 360),
    "mug_red_chipped": (740, 360),
    "book_damaged": (800, 200),
    "book_sea_damaged": (800, 200),
}
"""Where on the bench the defect of a front scene is, in design units."""


def scale_card(b: Bench, at: tuple[float, float] = (330, 800), degrees: float = -3, width: float = 560) -> None:
    """A short centimetre card for close-ups."""
    im = Image.new("RGB", (1120, 160), (246, 243, 232))
    d = ImageDraw.Draw(im)
    for i in range(61):
        x = 34 + i * 16
        d.line([x, 0, x, 66 if i % 10 == 0 else 46 if i % 5 == 0 else 28], fill=(30, 30, 30), width=3)
        if i % 10 == 0:
            d.text((x + 6, 66), str(i // 10), font=font(48, True), fill=(30, 30, 30))
    d.text((1052, 76), "cm", font=font(44), fill=(30, 30, 30))
    b.decal(im, sh.rect_points(*at, width, width / 7, degrees), 3, 0.4, 0.04)


def tee_stain(b: Bench) -> None:
    """Cloth filling the frame with a stain and a scale card."""
    s = b.rect(640, 480, 1500, 1200)
    weave = np.sin(s.x * 1.35) * np.sin(s.y * 1.35) * 0.5
    h = s.streaks(60, 300, 70, 3) * 9 + s.creases(40, 260, 60, 4) * 16 + s.creases(26, 160, 118, 5) * 9 + weave * 0.35
    c = np.float32((206, 206, 202))[None, None] * (1 + weave * 0.035 + s.noise(0.8, 6) * 0.02)[..., None]
    b.put(s, h, np.clip(c, 0, 255), rough=0.93, spec=0.02, base=0)
    apparel.stain(b, 640, 420, 190, 130, (150, 98, 46), 0.95, 9)
    scale_card(b)


def _closer(scene: Scene) -> Scene:
    """The defect of a front scene from near, with a scale card below it."""
    x, y = DEFECT_AT[scene.name]
    front = scene.draw

    def draw(b: Bench) -> None:
        front(b)
        scale_card(b, (x - 110, y + 168), -3, 200)

    code = [(kind, text, None) for kind, text, _ in scene.codes]
    return dataclasses.replace(
        scene,
        name=f"{scene.name}_close",
        file="",
        shows=f"{scene.shows}, close-up",
        shows_zh=f"{scene.shows_zh}（近景）",
        draw=draw,
        shot="close_up",
        codes=code,
        ruler=True,
        fine=FINE,
        camera=look_at(x, y, CLOSE),
    )


def defects() -> list[Scene]:
    """One close-up for every front picture with a defect that can be seen."""
    closer = [_closer(scene) for scene in fronts() if scene.name in DEFECT_AT]
    tee = Scene("tee_stained_close", "items", "Crew-neck print tee: stain close-up with scale card",
                "圆领印花T恤：污渍近景，带比例尺", tee_stain, "apparel", "YL-T101-WH", "tee_stained", "close_up", ["stain"],
                ruler=False, camera={"exposure": 0.8})  # fmt: skip
    return [tee, *closer]


def tags() -> list[Scene]:
    """Hang tags of garments and bags, box labels of shoes."""
    rows: list[Scene] = []
    for scene in fronts():
        if scene.state != "intact" or scene.category not in ("apparel", "bags", "footwear"):
            continue
        tagged = scene.sku[:7] in TAGS
        x, y = tag_middle(scene.sku) if tagged else (1030.0, 620.0)
        turn = -TAGS[scene.sku[:7]][1] if tagged else 4  # held straight, as a person does
        rows.append(
            dataclasses.replace(
                scene,
                name=f"{scene.name}_tag" if not scene.name.endswith("_tagged") else f"{scene.name[:-7]}_tag",
                file="",
                shows=f"{scene.shows}, label close-up",
                shows_zh=f"{scene.shows_zh}（吊牌或标签近景）",
                shot="tag",
                codes=ean(scene.sku),
                fine=FINE,
                camera=look_at(x, y, CLOSE, turn),
            )
        )
    return rows


def plates() -> list[Scene]:
    """Serial plates: the shipped unit's, another unit's, and a blank one for the product to print on."""
    rows = []
    for name, serial, zh, en, finding in (
        ("serial_plate", "YX17A26110042", "铭牌近景，序列号可读", "Serial plate close-up", ""),
        (
            "serial_plate_other",
            "YX17A26093317",
            "铭牌近景，序列号与发货不符",
            "Serial plate of another unit",
            "serial_mismatch",
        ),
    ):
        rows.append(Scene(name, "items", en, zh, lambda b, s=serial: devices.plate_closeup(b, s), "electronics", "YX-A17-SV",
                          name if finding else "intact", "serial", finding=finding, serial=serial,
                          codes=[("Code128", serial, True)], ruler=False))  # fmt: skip
    rows.append(Scene("plate", "bases", "Blank serial plate", "空白铭牌", lambda b: devices.plate_closeup(b, ""), shot="serial",
                      base_of="plate", ruler=False))  # fmt: skip
    return rows


def screens() -> list[Scene]:
    """Phones switched on, whole and cracked."""
    on = {"shot": "screen", "args": {"on": True}}
    rows = [
        item("phone_on", "YX-A17-SV", "开机画面正常", "powered on", **on),
        item("phone_gold_on", "YX-A17-GD", "开机画面正常", "powered on", **on),
    ]
    kit = Scene("kit_phone_on", "items", "Phone kit A17: phone powered on", "手机套装 A17：手机开机画面正常",
                lambda b: devices.phone(b, on=True, frame=(92, 96, 104), degrees=2), "electronics", "YX-P33-KIT",
                shot="screen")  # fmt: skip
    rows.append(kit)
    for name, sku in (("phone", "YX-A17-SV"), ("phone_gold", "YX-A17-GD")):
        frame = PRODUCTS[sku].args.get("frame", (150, 154, 160))
        rows.append(Scene(f"{name}_on_cracked", "items", "Phone A17: on, screen cracked", "智能手机 A17：开机，屏幕碎裂",
                          lambda b, f=frame: devices.cracks(b, (556, 660), devices.phone(b, on=True, frame=f), seed=8),
                          "electronics", sku, f"{name}_cracked", "screen", ["crack"]))  # fmt: skip
    return rows


def soles() -> list[Scene]:
    """Running shoes, soles up."""
    rows = []
    for name, sku in (("sneakers", "TB-S700-BL"), ("sneakers_black", "TB-S700-BK"), ("sneakers_pink", "TB-S700-PK")):
        accent = PRODUCTS[sku].args["accent"]
        for worn, zh, en in ((0.0, "鞋底未穿", "soles, unworn"), (1.0, "鞋底磨损", "soles, worn")):
            rows.append(Scene(f"{name}_soles_{'worn' if worn else 'clean'}", "items", f"Running shoes: {en}", f"轻跑鞋：{zh}",
                              lambda b, w=worn, a=accent: fb.soles(b, worn=w, accent=a), "footwear", sku,
                              f"{name}_dirty" if worn else "intact", "back", ["sole_worn"] if worn else []))  # fmt: skip
    return rows


def closes() -> list[Scene]:
    """All pictures from near."""
    return [*defects(), *tags(), *plates(), *screens(), *soles()]
