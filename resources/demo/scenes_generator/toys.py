"""Toys: building blocks and a plush bear."""

import numpy as np
from PIL import ImageDraw

from . import codes, labels
from . import shapes as sh
from .goods import gift_box


def brick(b, cx, cy, nx=2, ny=2, color=(200, 40, 40), degrees=0, unit=26, base="rest", height=26):
    """One toy building brick with studs."""
    s = b.rect(cx, cy, nx * unit, ny * unit, 2, degrees)
    b.put(s, sh.bevel(s.d, 2, height), color, rough=0.18, spec=0.05, base=base)
    top = b.top(s)
    for i in range(nx):
        for j in range(ny):
            p = sh.turn([(cx + (i - nx / 2 + 0.5) * unit, cy + (j - ny / 2 + 0.5) * unit)], cx, cy, degrees)[0]
            st = b.ellipse(*p, unit * 0.31)
            b.put(st, sh.bevel(st.d, 1.6, 6), color, rough=0.18, spec=0.05, base=top - 0.5)


BRICK_COLORS = [
    (196, 36, 40),
    (24, 92, 176),
    (244, 196, 36),
    (40, 142, 74),
    (236, 236, 232),
    (238, 120, 34),
    (60, 62, 66),
]


def blocks_scene(b, gtin, missing=False, seed=4):
    """Building-block box with bricks laid out; missing leaves gaps in the sorted rows."""
    im = labels.panel(
        1300,
        620,
        (28, 96, 180),
        "城市积木 268 件",
        "适合 6 岁以上",
        "MOKU 木库",
        (255, 255, 255),
        ("警告：内含小零件，不适合 3 岁以下儿童",),
    )
    d = ImageDraw.Draw(im)
    rng = np.random.default_rng(seed)
    d.polygon([(760, 0), (1300, 0), (1300, 620), (620, 620)], fill=(250, 206, 60))
    for i in range(9):
        x, hgt = 740 + i * 56, int(rng.uniform(120, 330))
        c = BRICK_COLORS[i % len(BRICK_COLORS)]
        for j in range(hgt // 40):
            y = 440 - j * 40
            d.rectangle([x, y - 38, x + 52, y], fill=c, outline=tuple(int(v * 0.7) for v in c), width=2)
        for j in range(2):
            d.rectangle(
                [x + 6 + j * 24, 440 - (hgt // 40) * 40 - 8, x + 22 + j * 24, 440 - (hgt // 40) * 40 + 2], fill=c
            )
    bc = codes.ean13_image(gtin, 4, 92)
    im.paste(bc, (1300 - bc.width - 24, 620 - bc.height - 16))
    gift_box(b, im, 640, 230, 760, 362, 1.0, 88, (24, 80, 150))
    n = 0
    for row in range(3):
        for col in range(10):
            nx, ny = [(2, 2), (2, 3), (1, 2), (2, 4)][(row * 3 + col) % 4]
            n += 1
            if missing and n in (5, 6, 14, 15, 16, 23, 27, 28, 29):
                continue
            brick(
                b,
                250 + col * 84 + rng.normal(0, 3),
                500 + row * 122 + rng.normal(0, 3),
                nx,
                min(ny, 3),
                BRICK_COLORS[(col + row * 2) % 7],
                rng.normal(0, 4),
                26,
                0,
            )


def _fur(b, s, amp, color, seed, radius=None):
    f = s.streaks(1.1, 7, 70, seed) * 0.9 + s.streaks(1.2, 8, 110, seed + 1) * 0.9 + s.noise(5, seed + 2) * 0.8
    r = radius or float(s.d.max())
    h = sh.dome(s.d + f * 0.6, r, amp) + f * 1.1
    tone = 1 + f * 0.055 + s.noise(14, seed + 3) * 0.03
    ragged = np.clip((s.d + s.streaks(1.0, 6, 90, seed + 4) * 2.2) / 2.2, 0, 1)
    b.put(
        s.times(ragged),
        h,
        np.clip(np.float32(color)[None, None] * tone[..., None], 0, 255),
        rough=0.97,
        spec=0.01,
        base="drape",
    )


def plush(b, color=(176, 126, 78), torn=False, seed=3):
    """Plush bear lying on its back."""
    light = np.clip(np.array(color) * 1.22 + 14, 0, 255)
    for sx in (-1, 1):
        _fur(b, b.ellipse(640 + sx * 112, 782, 78, 92, sx * -14), 86, color, seed + sx + 2)
        _fur(b, b.ellipse(640 + sx * 178, 516, 60, 128, sx * -38), 70, color, seed + sx + 5)
        _fur(b, b.ellipse(640 + sx * 118, 130, 58, 58), 52, color, seed + sx + 8)
        _fur(b, b.ellipse(640 + sx * 116, 138, 34, 34), 4, light, seed + sx + 9, 20)
        _fur(b, b.ellipse(640 + sx * 116, 806, 48, 54, sx * -14), 8, light, seed + sx + 11, 26)
    _fur(b, b.ellipse(640, 590, 166, 206), 112, color, seed + 12)
    _fur(b, b.ellipse(640, 610, 104, 132), 6, light, seed + 13, 50)
    _fur(b, b.ellipse(640, 248, 170, 150), 118, color, seed + 14)
    _fur(b, b.ellipse(640, 300, 80, 62), 40, light, seed + 15)
    for sx in (-1, 1):
        e = b.ellipse(640 + sx * 66, 226, 17)
        b.put(e, sh.dome(e.d, 16, 16), (18, 15, 14), rough=0.05, spec=0.06)
    n = b.ellipse(640, 272, 28, 19)
    b.put(n, sh.dome(n.d, 17, 14), (30, 22, 20), rough=0.3)
    for q in ([(640, 290), (640, 318)], [(640, 318), (622, 332), (600, 328)], [(640, 318), (658, 332), (680, 328)]):
        b.put(b.stroke(q, 4, True), 1.5, (40, 28, 24), rough=0.9)
    bow = (170, 40, 48)
    for sx in (-1, 1):
        w = b.shape([(640, 408), (640 + sx * 70, 372), (640 + sx * 92, 410), (640 + sx * 72, 450), (640, 420)])
        b.put(w, sh.dome(w.d, 26, 22) + w.creases(7, 40, 4 * sx, seed) * 7, bow, rough=0.5, base="drape")
    k = b.rect(640, 412, 36, 38, 10)
    b.put(k, sh.dome(k.d, 14, 12), np.array(bow) * 0.95, rough=0.5, base="drape")
    if torn:
        t = b.shape([(742, 520), (760, 546), (764, 592), (752, 640), (738, 664), (730, 620), (732, 566)])
        b.put(t, -14, (120, 84, 52), rough=0.95)
        w = b.shape([(744, 528), (776, 540), (800, 580), (790, 628), (756, 656), (736, 640), (738, 570)])
        f = w.noise(9, seed) * 3 + w.noise(4, seed + 1) * 1.2
        b.put(
            w.times(np.clip((w.d + w.noise(4, 5) * 3) / 4, 0, 1)),
            sh.dome(w.d, 26, 24) + f,
            (248, 246, 242),
            rough=0.97,
            base="drape",
        )
        for i in range(5):
            q = b.ellipse(850 + i * 30, 690 + (i * 37) % 60, 9 + i % 3 * 4, 8)
            b.put(q, sh.dome(q.d, 8, 8) + q.noise(3, i) * 0.8, (248, 246, 242), rough=0.97)
