"""Boxes and stickers, cosmetics and food."""

import numpy as np
from PIL import Image, ImageDraw

from . import codes, labels
from . import shapes as sh
from .text import font


def gift_box(b, image, cx=640, cy=430, w=520, h=400, degrees=-2, height=70, side=(230, 228, 222), rough=0.42):
    """A closed retail box with a printed lid; returns its corner points."""
    p = sh.rect_points(cx, cy, w, h, degrees)
    s = b.shape(sh.round_poly(p, 5), smooth=False)
    b.put(s, height - 2 + sh.bevel(s.d, 3.5, 2) + s.noise(90, 3) * 0.8, side, rough=rough, base=0)
    b.decal(image, sh.rect_points(cx, cy, w - 5, h - 5, degrees), 0.2, rough, 0.045, base=height)
    return p


def product_sticker(b, gtin, title, line2="", at=(1030, 560), width=250, degrees=3):
    """EAN-13 sticker on whatever is at that place."""
    im = labels.sticker(gtin, title, line2, spread=0.05)
    b.decal(im, sh.rect_points(*at, width, width * im.height / im.width, degrees), 0.8, 0.5, 0.04, base="rest")


def serum(b, gtin=None, seal="intact", color=(178, 104, 38), seed=5, title="焕亮精华液"):
    """Dropper bottle lying on the mat; seal 'intact', 'broken' or None."""
    cy = 430
    off = 62 if seal == "broken" else 0
    glass = b.shape(
        sh.round_poly(
            [(330, 320), (790, 320), (834, 372), (834, 488), (790, 540), (330, 540), (310, 520), (310, 340)], 30
        ),
        smooth=False,
    )
    v = (glass.y - cy) / 110
    hcyl = np.sqrt(np.clip(1 - v * v, 0, 1)) * 108
    h = glass.smooth(np.minimum(hcyl, sh.dome(glass.d, 60, 112)), 5)
    liq = np.clip((560 - glass.x) / 400 + 0.9, 0.6, 1.1)
    rim = np.exp(-(((np.abs(v) - 0.84) / 0.12) ** 2))
    c = (
        np.float32(color)[None, None]
        * (liq * (0.62 + 0.5 * rim) * (1 + 0.25 * np.exp(-(((v - 0.42) / 0.2) ** 2))))[..., None]
    )
    b.put(glass, h, np.clip(c, 0, 255), rough=0.06, spec=0.06, base=0)
    neck = b.rect(852, cy, 46, 120, 6)
    hn = np.sqrt(np.clip(1 - ((neck.y - cy) / 62) ** 2, 0, 1)) * 60 + np.sin(neck.x * 0.8) * 1.5
    b.put(neck, hn + 44, np.array(color) * 0.8, rough=0.08, spec=0.06, base=0)
    cap = b.rect(908 + off, cy + off * 0.25, 92, 148, 10, off * 0.12)
    u, w = cap.local(908 + off, cy + off * 0.25, off * 0.12)
    hc = np.sqrt(np.clip(1 - (w / 76) ** 2, 0, 1)) * 72 + np.abs((w * 0.45) % 2 - 1) * 1.2
    b.put(cap, hc + 30, (206, 174, 112), metal=0.92, rough=0.26, base=0)
    bulb = b.rect(1010 + off, cy + off * 0.4, 124, 96, 44, off * 0.12)
    b.put(bulb, sh.dome(bulb.d, 46, 60) + 22, (40, 40, 43), rough=0.55, base=0)
    lab = Image.new("RGB", (1000, 560), (255, 255, 255))
    d = ImageDraw.Draw(lab)
    d.text((60, 40), "QINGHE 清禾", font=font(70, True), fill=(92, 62, 34))
    d.text((60, 150), title, font=font(84, True), fill=(50, 44, 40))
    d.text((60, 268), "净含量 30 mL    限期使用 2028-05", font=font(42), fill=(80, 74, 68))
    if gtin:
        bc = codes.ean13_image(gtin, 6, 130)
        lab.paste(bc, (60, 340))
    else:
        d.text((60, 360), "玻尿酸 · 烟酰胺", font=font(48), fill=(80, 74, 68))
    b.decal(lab, [(400, 346), (716, 346), (716, 523), (400, 523)], 0.8, 0.5, 0.04)
    if seal == "intact":
        film = b.rect(862, cy, 66, 156, 6)
        hf = np.sqrt(np.clip(1 - ((film.y - cy) / 82) ** 2, 0, 1)) * 80 + film.creases(5, 30, 20, seed) * 3
        b.put(film, hf + 26, (232, 236, 238), rough=0.10, spec=0.09, base=0, alpha=0.42)
        for y in np.arange(362, 502, 9):
            b.tint(b.ellipse(848, y, 1.6), (90, 70, 50), 0.6)
        im = Image.new("RGB", (240, 90), (168, 36, 40))
        ImageDraw.Draw(im).text((120, 2), "封 签", font=font(60, True), fill=(250, 236, 220), anchor="ma")
        b.decal(im, sh.rect_points(866, cy, 74, 30, 0), 0.6, 0.4, 0.05)
    elif seal == "broken":
        for k, q in enumerate(
            (
                [(846, 352), (884, 356), (872, 384), (890, 402), (868, 424), (846, 420)],
                [(848, 452), (880, 446), (870, 478), (886, 500), (850, 506)],
            )
        ):
            f = b.shape(q, smooth=False)
            b.put(
                f,
                84 - np.abs(f.y - cy) * 0.6 + f.creases(4, 20, 40, seed + k) * 6,
                (236, 238, 240),
                rough=0.1,
                spec=0.09,
                base=0,
                alpha=0.6,
            )
        im = Image.new("RGBA", (150, 90), (0, 0, 0, 0))
        d = ImageDraw.Draw(im)
        d.polygon([(0, 0), (112, 0), (96, 20), (118, 36), (90, 58), (104, 90), (0, 90)], fill=(168, 36, 40, 255))
        d.text((14, 2), "封", font=font(60, True), fill=(250, 236, 220, 255))
        b.decal(im, sh.rect_points(856, cy + 4, 46, 28, 10), 1.5, 0.4)
        for x, y, r in ((900, 560, 30), (946, 590, 18), (880, 606, 11), (966, 558, 8), (912, 622, 6)):
            q = b.ellipse(x, y, r, r * 0.82)
            b.put(q, sh.dome(q.d, r * 0.8, min(7, r * 0.4)), (176, 150, 112), rough=0.04, spec=0.07, alpha=0.3)


def cosmetic_scene(b, gtin, seal="intact", **kw):
    """Bottle with its carton behind it."""
    title = kw.get("title", "焕亮精华液") + " 30mL"
    im = labels.panel(900, 300, (246, 242, 234), title, "玻尿酸 · 烟酰胺", "QINGHE 清禾", (92, 62, 34), big=1.5)
    gift_box(b, im, 640, 196, 560, 176, 1.2, 60, (240, 236, 228))
    serum(b, gtin, seal, **kw)


def food_box(b, gtin, torn=False, base=(34, 92, 66), title="桂花乌龙茶", sub="15 袋 × 3g    原香烘焙", seed=8):
    """Tea carton, sealed or torn open at a corner."""
    im = labels.panel(
        1200,
        840,
        base,
        title,
        sub,
        "SHANMING 山茗",
        (240, 214, 150),
        ("净含量 45g   保质期 18 个月", "生产日期 2026-09-12"),
    )
    d = ImageDraw.Draw(im)
    rng = np.random.default_rng(seed)
    for _ in range(46):
        x, y, r = rng.uniform(640, 1170), rng.uniform(60, 560), rng.uniform(5, 12)
        for a in np.arange(4) * np.pi / 2 + rng.uniform(0, 1.5):
            d.ellipse(
                [
                    x + np.cos(a) * r - r * 0.7,
                    y + np.sin(a) * r - r * 0.7,
                    x + np.cos(a) * r + r * 0.7,
                    y + np.sin(a) * r + r * 0.7,
                ],
                fill=(244, 190, 70),
            )
    d.rectangle([20, 20, 1179, 819], outline=(240, 214, 150), width=5)
    bc = codes.ean13_image(gtin, 6, 150)
    im.paste(bc, (1200 - bc.width - 50, 840 - bc.height - 46))
    gift_box(b, im, 640, 430, 640, 448, -2.5, 84, np.array(base) * 0.9)
    if not torn:
        s = b.ellipse(334, 436, 30)
        b.put(s, 0.6, (222, 190, 104), metal=0.6, rough=0.3, base="rest")
        t = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
        ImageDraw.Draw(t).text((50, 14), "封", font=font(60, True), fill=(120, 40, 20, 255), anchor="ma")
        b.decal(t, sh.rect_points(334, 436, 48, 48, -2), 0, 0.4, base="rest")
        return
    edge = [
        (318, 214),
        (480, 200),
        (524, 222),
        (508, 252),
        (540, 274),
        (512, 300),
        (470, 292),
        (446, 330),
        (408, 324),
        (398, 366),
        (362, 372),
        (352, 420),
        (324, 410),
    ]
    rag = b.shape(sh.turn(edge, 430, 300, 0, 1.05), smooth=False)
    b.put(
        rag,
        rag.noise(3, seed) * 1.2 + 0.6,
        np.float32((206, 194, 172))[None, None] * (1 + rag.noise(2, seed) * 0.05)[..., None],
        rough=0.9,
        base="rest",
    )
    hole = b.shape(edge, smooth=False)
    b.put(hole, 20 + hole.noise(8, 3) * 2, (70, 62, 50), rough=0.95, base=0)
    bag = b.shape([(330, 236), (450, 224), (486, 262), (430, 300), (380, 350), (334, 380)])
    b.put(
        bag,
        40 + sh.dome(bag.d, 30, 22) + bag.creases(8, 40, 30, 4) * 12 + bag.creases(6, 30, 110, 5) * 9,
        (206, 208, 212),
        metal=0.85,
        rough=0.24,
        base=0,
    )
    curl = b.shape(
        [(322, 214), (268, 190), (262, 150), (300, 128), (352, 140), (420, 132), (452, 160), (478, 204), (400, 210)],
        smooth=False,
    )
    u, v = curl.local(390, 200, 0)
    b.put(
        curl,
        84 + np.clip((214 - curl.y) * 0.35, 0, 30) + curl.noise(14, 5) * 2 + curl.noise(3, 6) * 0.4,
        np.float32((202, 190, 168))[None, None] * (1 + curl.noise(2, 7) * 0.03)[..., None],
        rough=0.9,
        base=0,
    )
