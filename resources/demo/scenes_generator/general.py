"""Everything else: a book, and what carries a barcode beside an item: shoe-box label, retail box."""

import numpy as np
from PIL import Image, ImageDraw

from . import codes, labels
from . import shapes as sh
from .text import font


def book(b, gtin, damaged=False, base=(148, 52, 44), title="山间来信", author="林秋 著", degrees=-3, seed=4):
    """Paperback, cover up, EAN-13 on a sticker at the foot; damaged: bent corner, tear, ring."""
    im = Image.new("RGB", (760, 1060), base)
    yy, xx = np.mgrid[0:1060, 0:760].astype(np.float32)
    art = np.float32(base)[None, None] * (1 + 0.10 * np.sin(yy / 300))[..., None]
    for i, c in enumerate(((226, 170, 110), (196, 110, 80), (96, 40, 44))):
        ridge = 560 + i * 110 + 60 * np.sin(xx / (150 - i * 22) + i * 1.7) + 22 * np.sin(xx / 37 + i)
        art = np.where((yy > ridge)[..., None], np.float32(c), art)
    sun = np.hypot(xx - 540, yy - 420) < 92
    art = np.where(sun[..., None], np.float32((246, 214, 150)), art)
    im = Image.fromarray(np.clip(art, 0, 255).astype(np.uint8))
    d = ImageDraw.Draw(im)
    d.text((70, 80), title, font=font(120, True), fill=(250, 240, 222))
    d.text((74, 250), author, font=font(46), fill=(250, 240, 222))
    d.text((70, 996), "云杉出版社", font=font(30), fill=(250, 240, 222))
    bc = codes.ean13_image(gtin, 4, 96)
    im.paste(bc, (760 - bc.width - 36, 1060 - bc.height - 34))
    w, h = 470, 656
    pages = b.rect(644, 442, w - 6, h - 8, 2, degrees)
    u, _ = pages.local(644, 442, degrees)
    b.put(
        pages,
        30 + pages.noise(30, 1) * 0.6,
        np.float32((236, 230, 214))[None, None] * (1 + pages.streaks(0.7, 90, 90 + degrees, 2) * 0.03)[..., None],
        rough=0.9,
        base=0,
    )
    q = sh.rect_points(640, 438, w, h, degrees)
    cover = b.shape(sh.round_poly(q, 3), smooth=False)
    b.put(cover, 34 + sh.bevel(cover.d, 3, 2) + cover.noise(130, 3) * 1.2, base, rough=0.4, spec=0.045, base=0)
    b.decal(im, sh.rect_points(640, 438, w - 2, h - 2, degrees), 0.1, 0.35, 0.05)
    u, v = cover.local(640, 438, degrees)
    b.push(cover, sh.groove(np.abs(u + w / 2 - 22), 6, 1.6))
    if damaged:
        bend = np.clip(((u - w / 2) + 175 - (v + h / 2)) / 175, 0, 1)
        b.push(cover, bend**1.4 * 42 - np.exp(-np.abs((u - w / 2) + 175 - (v + h / 2)) / 5) * 2.5)
        b.tint(
            cover,
            (238, 228, 214),
            np.exp(-((((u - w / 2) + 175 - (v + h / 2)) / 2.2) ** 2))
            * np.clip(0.55 + 0.4 * cover.noise(6, seed), 0, 1),
        )
        tear = b.shape(
            sh.turn(
                [
                    (640 - w / 2 - 3, 640),
                    (640 - w / 2 + 92, 612),
                    (640 - w / 2 + 70, 640),
                    (640 - w / 2 + 124, 664),
                    (640 - w / 2 + 60, 676),
                    (640 - w / 2 - 3, 716),
                ],
                640,
                438,
                degrees,
            ),
            smooth=False,
        )
        b.put(tear, -3, np.float32((232, 226, 212))[None, None] * (1 + tear.noise(2, 3) * 0.04)[..., None], rough=0.95)
        ring = np.abs(np.hypot(cover.x - 600, cover.y - 330) - 84 - cover.noise(30, 5) * 1.5)
        b.tint(
            cover,
            (92, 58, 30),
            np.exp(-((ring / 4.5) ** 2)) * 0.5 + (np.hypot(cover.x - 600, cover.y - 330) < 84) * 0.10,
        )


def shoe_label(b, gtin, name, at=(1030, 620), degrees=-4, line2="42 码  255(2.5)"):
    """A small shoe box end-label card lying beside the pair."""
    s = b.rect(at[0], at[1], 274, 166, 6, degrees)
    b.put(s, 3, (220, 216, 206), rough=0.7, base=0)
    b.decal(
        labels.sticker(gtin, name, line2, spread=0.10 if b.k < 2 else 0.02),
        sh.rect_points(at[0], at[1], 262, 144, degrees),
        0.5,
        0.5,
        0.04,
    )


def retail_box(
    b,
    gtin,
    title,
    sub,
    brand,
    base=(244, 244, 242),
    ink=(40, 42, 46),
    at=(1010, 400),
    w=330,
    h=430,
    degrees=3,
    height=60,
):
    """A retail box beside the item, with its EAN-13."""
    im = labels.panel(int(w * 3), int(h * 3), base, title, sub, brand, ink, big=1.2)
    bc = codes.ean13_image(gtin, min(7, (im.width - 20) // 117), 170)
    im.paste(bc, ((im.width - bc.width) // 2, im.height - bc.height - 40))
    p = sh.rect_points(*at, w, h, degrees)
    s = b.shape(sh.round_poly(p, 4), smooth=False)
    b.put(s, height - 2 + sh.bevel(s.d, 3, 2), np.array(base) * 0.95, rough=0.4, base=0)
    b.decal(im, sh.rect_points(*at, w - 3, h - 3, degrees), 0.2, 0.36, 0.05, base=height)
