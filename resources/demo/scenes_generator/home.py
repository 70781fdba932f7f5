"""Home textiles and crockery."""

import numpy as np
from PIL import ImageDraw

from . import codes, labels
from . import shapes as sh
from .text import font


def bed_linen(b, gtin, color=(170, 186, 200), stained=False, seed=6):
    """Folded bed-linen set with a paper band."""
    for i, (w, h, hh) in enumerate(((640, 520, 26), (624, 506, 24), (632, 498, 24), (616, 490, 22))):
        c = np.array(color) * (1 - 0.03 * (i % 2))
        s = b.rect(640 + (i % 2) * 4 - 2, 430 - i * 4, w, h, 26, -0.5 + i * 0.35)
        fold = (
            s.creases(16, 150, 86 + i * 3, seed + i) * 4
            + s.creases(12, 90, 8, seed + 9 + i) * 2.2
            + s.noise(60, seed + i) * 2
        )
        stripe = (np.sin(s.x * 2 * np.pi / 26) > 0.1) * 0.07
        tex = 1 - stripe + s.noise(0.6, seed + 3) * 0.012
        b.put(
            s,
            sh.dome(s.d, 20, hh) + fold * np.clip(s.d / 24, 0.1, 1) + s.noise(0.8, 2) * 0.05,
            np.clip(c[None, None] * tex[..., None], 0, 255),
            rough=0.9,
            spec=0.02,
            base=i * 21.0,
        )
    for y in (556, 566):
        b.push(b.stroke([(342, y), (640, y + 4), (938, y)], 5, True), -2.5)
    band = labels.panel(
        560, 1160, (248, 246, 240), "全棉四件套", "1.8m 床  60 支长绒棉", "MIANYU 棉屿", (70, 84, 96), big=1.15
    )
    d = ImageDraw.Draw(band)
    bc = codes.ean13_image(gtin, 4, 150)
    band.paste(bc, ((560 - bc.width) // 2, 780))
    d.text((280, 990), "被套 200×230  床单 245×250", font=font(32), fill=(90, 98, 106), anchor="ma")
    d.text((280, 1036), "枕套 48×74 × 2", font=font(32), fill=(90, 98, 106), anchor="ma")
    b.decal(band, [(500, 176), (752, 174), (754, 680), (502, 682)], 1.6, 0.55, 0.04)
    if stained:
        from .apparel import stain

        stain(b, 850, 560, 56, 44, (160, 110, 56), 1.0, 12)


def mug(b, color=(232, 230, 224), inside=None, chip=False, cx=600, cy=440, glaze=(46, 92, 122), seed=2):
    """Mug from straight above; chip takes a piece out of the rim."""
    inside = inside or color
    t = np.linspace(-0.55, 0.55, 24)
    hp = np.stack([cx + 190 + 112 * np.cos(t * 2.6), cy + 10 + 116 * np.sin(t * 2.6) * 0.62], 1)
    hp = np.vstack([[(cx + 176, cy - 62)], hp[2:-2], [(cx + 176, cy + 82)]])
    hd = b.stroke(hp, 40, True)
    b.put(hd, sh.dome(hd.d, 20, 40) + 62, glaze, rough=0.10, spec=0.055, base=0)
    out = b.ellipse(cx, cy, 214)
    b.put(
        out,
        sh.dome(out.d, 16, 150),
        np.float32(glaze)[None, None] * (1 + out.noise(30, seed) * 0.03)[..., None],
        rough=0.10,
        spec=0.055,
        base=0,
    )
    rim = b.ellipse(cx, cy, 208)
    b.tint(rim, color, np.clip((rim.d - 2) / 4, 0, 1))
    inn = b.ellipse(cx, cy, 188)
    r = np.hypot(inn.x - cx, inn.y - cy)
    depth = np.where(r < 150, 26 + (r / 150) ** 6 * 12, 38 + ((r - 150) / 38).clip(0, 1) ** 0.8 * 108)
    b.put(
        inn,
        depth + 3,
        np.float32(inside)[None, None] * (1 + inn.noise(50, seed) * 0.008)[..., None],
        rough=0.12,
        spec=0.055,
        base=0,
    )
    if chip:
        a = -0.55
        px, py = cx + 201 * np.cos(a), cy + 201 * np.sin(a)
        q = b.shape(
            [
                (px - 32, py - 44),
                (px + 6, py - 40),
                (px + 24, py - 12),
                (px + 30, py + 22),
                (px + 12, py + 46),
                (px - 8, py + 26),
                (px - 20, py + 4),
                (px - 34, py - 16),
            ]
        )
        b.put(
            q,
            -10 + q.noise(7, 3) * 1.6 + q.noise(3, 4) * 0.25 - sh.dome(q.d, 14, 7),
            np.float32((230, 216, 194))[None, None] * (1 + q.noise(2, 5) * 0.06)[..., None],
            rough=0.95,
            spec=0.01,
        )
        line = b.stroke([(px - 24, py + 6), (px - 60, py + 30), (px - 92, py + 34), (px - 128, py + 62)], 1.3)
        b.tint(line, (96, 84, 70), 0.85)
        for dx, dy, w in ((96, -30, 15), (120, 6, 9), (84, 22, 6)):
            sd = b.shape(
                sh.turn(
                    [
                        (px + dx - w, py + dy),
                        (px + dx, py + dy - w * 0.8),
                        (px + dx + w, py + dy + w * 0.3),
                        (px + dx - w * 0.2, py + dy + w * 0.7),
                    ],
                    px + dx,
                    py + dy,
                    dx * 2,
                ),
                smooth=False,
            )
            b.put(sd, 10, glaze if w > 8 else (214, 200, 178), rough=0.3, base=0)
