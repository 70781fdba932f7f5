"""Parcels with printed labels, parcels with a blank label to print on, and the same article well and badly taken."""

from __future__ import annotations

import dataclasses
from typing import Any

from . import parcels
from .item_scenes import code_beside
from .opened import opened_empty
from .plan import Code, Draw, Scene, ean, item

FULL_HD = (1920, 1080)
DARK = (70, 74, 82)  # a dark mailing bag


def _parcel(
    name: str,
    number: str,
    zh: str,
    en: str,
    draw: Draw,
    defects: tuple[str, ...] = (),
    quality: tuple[str, ...] = (),
    readable: bool | None = True,
    qr: bool | None = True,
    size: tuple[int, int] = FULL_HD,
    finding: str = "",
    **camera: Any,
) -> Scene:
    """A parcel; `qr` None where the QR may or may not be read."""
    codes: list[Code] = [("Code128", number, readable), ("QRCode", number, qr)]
    shot = "inside" if finding == "empty_parcel" else "outside"
    return Scene(name, "parcels", en, zh, draw, "parcel", "", name if defects or finding else "intact", shot, list(defects),
                 finding, quality=list(quality), codes=codes, bench="parcel", size=size, camera=camera)  # fmt: skip


def labelled() -> list[Scene]:
    """Parcels whose label is part of the picture."""
    box, bag = parcels.carton, parcels.mailer
    wet, torn = ("outer_wet", "outer_damaged"), ("outer_damaged",)
    a, c, d, e = "SF1390447120865", "JT5284019937712", "HD7730021846509", "ZC6401882290437"
    f, g, h, i = "SF1390447120866", "JT5284019938804", "ZC6401882290455", "SF1390447120873"
    j, k, m, n = "JT5284019938811", "HD7730021846517", "JT5284019939100", "ZC6401882290461"
    p, q = "SF1390447120891", "HD7730021846525"
    return [
        _parcel("carton", a, "纸箱，面单清晰", "Carton, clear label", lambda b: box(b, a)),
        _parcel("carton_4k", g, "纸箱，4K", "Carton at 4K",
                lambda b: box(b, g, -3, at=(1010, 440), width=420, sender="李*", sender_phone="139****0827"), size=(3840, 2160)),
        _parcel("mailer", e, "快递袋", "Poly mailer", lambda b: bag(b, e)),
        _parcel("mailer_torn", h, "快递袋破损", "Poly mailer, torn open", lambda b: bag(b, h, DARK, -4, torn=True), torn),
        _parcel("carton_wet", d, "纸箱受潮破损", "Carton, wet and crushed", lambda b: parcels.wet_carton(b, d), wet),
        _parcel("carton_tape_torn", c, "封箱胶带撕开", "Carton with its tape torn open", lambda b: box(b, c, 2, torn_tape=True),
                torn),
        _parcel("carton_empty", f, "开箱为空，仅有填充纸", "Opened carton, empty", lambda b: opened_empty(b, f), readable=None,
                qr=None, finding="empty_parcel"),
        _parcel("carton_tilted", i, "倾斜拍摄", "Carton, tilted camera", lambda b: box(b, i, 3), quality=("tilted",), rotate=3,
                tilt=(0.20, 0.14), zoom=0.9),
        _parcel("carton_turned", j, "斜放 24 度，一维码要先摆正，二维码可读", "Carton turned by 24 degrees: Code 128 after deskewing",
                lambda b: box(b, j, 9), quality=("turned",), readable=None, rotate=15, tilt=(0.12, 0.10), zoom=0.9),
        _parcel("carton_upside_down", k, "面单倒置", "Carton upside down", lambda b: box(b, k, 176)),
        _parcel("carton_low_light", m, "光线不足，仍可读", "Low light, still readable", lambda b: box(b, m, 3), quality=("dark",),
                exposure=0.16, warm=1.06),
        _without_qr(_parcel("carton_glare", n, "反光盖住条码", "Glare over the barcode", lambda b: bag(b, n, degrees=-2, qr=False),
                            quality=("glare",), readable=False, glare=(0.46, 0.33, 0.15))),
        _parcel("carton_blurred", p, "运动模糊", "Motion blur", lambda b: box(b, p, 4), quality=("blurred",), readable=False,
                qr=False, motion=26, blur=3.6),
        _parcel("carton_label_cropped", q, "面单残缺", "Label torn off at the right", lambda b: box(b, q, -3, cropped=0.36), torn,
                ("cropped_label",), readable=False, qr=False),
    ]  # fmt: skip


def _without_qr(scene: Scene) -> Scene:
    return dataclasses.replace(scene, codes=scene.codes[:1])


def bases() -> list[Scene]:
    """Parcels with a blank label, onto which the product prints any tracking number at run time."""
    box, bag = parcels.carton, parcels.mailer

    def base(
        name: str, kind: str, zh: str, en: str, draw: Draw, defects: list[str] | None = None, **camera: Any
    ) -> Scene:
        return Scene(name, "bases", f"{en}, blank label", f"{zh}，空白面单", draw, "parcel", "", "intact", "outside", defects or [],
                     base_of=kind, bench="parcel", size=FULL_HD, camera=camera)  # fmt: skip

    return [
        base("carton_straight", "carton", "纸箱", "Carton", lambda b: box(b, "", -2)),
        base("carton_left", "carton", "纸箱", "Carton", lambda b: box(b, "", -4, at=(850, 440), width=660), tilt=(0.06, 0.05), zoom=0.96),
        base("carton_right", "carton", "纸箱", "Carton", lambda b: box(b, "", 3, at=(1070, 430), width=640), tilt=(-0.08, 0.06), zoom=0.95),
        base("mailer_light", "mailer", "快递袋", "Poly mailer", lambda b: bag(b, "", degrees=2)),
        base("mailer_dark", "mailer", "快递袋", "Poly mailer", lambda b: bag(b, "", DARK, -3, seed=16), tilt=(0.05, -0.04)),
        base("carton_wet", "wet", "纸箱受潮", "Wet carton", lambda b: parcels.wet_carton(b, ""), ["outer_wet", "outer_damaged"]),
        base("opened_empty", "opened", "开箱为空", "Opened carton", lambda b: opened_empty(b, None)),
        base("carton_torn", "torn", "封箱胶带撕开", "Carton, tape torn", lambda b: box(b, "", 2, torn_tape=True), ["outer_damaged"]),
    ]  # fmt: skip


def quality() -> list[Scene]:
    """One article, well taken and badly taken."""
    sku = "YL-T101-WH"

    def scene(
        name: str, zh: str, en: str, faults: list[str], readable: bool | None, ruler: bool = True, **camera: Any
    ) -> Scene:
        return item(name, sku, zh, en, code_beside(sku), codes=ean(sku, readable), folder="quality", quality=faults,
                    ruler=ruler, camera=camera)  # fmt: skip

    return [
        scene("ok", "合格样张", "reference, all well", [], True),
        scene("blurred", "失焦", "out of focus", ["blurred"], False, blur=4.2),
        scene("motion", "手抖", "motion blur", ["blurred"], False, motion=22, blur=1.6),
        scene("dark", "过暗", "too dark", ["dark"], None, exposure=0.05),
        scene("bright", "过曝", "too bright", ["bright"], None, exposure=3.4),
        scene("glare", "反光", "glare on the tag", ["glare"], False, glare=(0.675, 0.56, 0.115)),
        scene("no_ruler", "无标尺", "no ruler, no colour card", ["no_ruler"], True, ruler=False),
        scene("cropped", "主体出框", "item and tag cut by the frame", ["cropped"], False, zoom=1.5, shift=(300, 70)),
        scene("too_small", "距离太远", "item too far away", ["too_small"], False, zoom=0.42, margin=900),
    ]


def parcels_and_quality() -> list[Scene]:
    """Everything that is not an article."""
    return [*labelled(), *bases(), *quality()]
