"""Garments laid flat on the bench: tee, hoodie, jacket, trousers."""

import numpy as np

from . import labels
from . import shapes as sh

CX = 640


def _cloth(b, s, color, seed, amp=1.0, edge=5, weave=0.02, rough=0.92, creased=1.0, faded=0.0, extra=0):
    """A cloth panel: thin soft edge, broad folds, a few creases, weave and colour unevenness."""
    fold = s.streaks(30, 150, 78, seed) * 3.6 + s.noise(70, seed + 1) * 5.0
    crease = (
        s.creases(20, 130, 66, seed + 2) * 6.5
        + s.creases(14, 90, 114, seed + 3) * 4.5
        + s.creases(11, 60, 12, seed + 4) * 1.4
    ) * creased
    h = sh.dome(s.d, 9, edge) + (fold + crease) * amp * np.clip(s.d / 30, 0.15, 1) + s.noise(0.8, seed + 5) * 0.06
    tex = 1 + s.noise(0.55, seed + 6) * weave * 0.8 + s.noise(40, seed + 7) * 0.012
    c = np.float32(color)[None, None] * tex[..., None]
    if faded:
        f = (
            np.clip(0.40 + 0.08 * s.noise(60, seed + 8) + 0.03 * s.streaks(4, 60, 84, seed + 9) + crease * 0.022, 0, 1)
            * faded
        )
        worn = np.exp(-s.d / 7) * 0.4 * faded
        f = np.clip(f + worn, 0, 1)[..., None]
        c = c * (1 - f) + (c * 0.35 + 150) * f
    b.put(s, h + extra, np.clip(c, 0, 255), rough=rough, spec=0.02)


def _stitch(b, pts, color, gap=5, width=1.3, depth=0.8):
    """A seam line: a shallow valley with a row of stitches."""
    p = np.array(pts, float)
    seg = np.hypot(*np.diff(p, axis=0).T)
    t = np.concatenate([[0], np.cumsum(seg)])
    b.push(b.stroke(pts, 4), -depth)
    for a in np.arange(0, t[-1] - gap * 0.6, gap):
        q = [[np.interp(v, t, p[:, i]) for i in (0, 1)] for v in (a, a + gap * 0.62)]
        b.put(b.stroke(q, width), 0.7, color, rough=0.7)


def hang_tag(b, gtin, at, degrees=9, scale=0.45, string_from=None, **kw):
    """Swing tag with its EAN-13; at is the eyelet.  Scale .45 makes it 220 units wide, which a scanner
    reads from a 1280 pixel frame."""
    # from near, light eats less of the bars
    im = labels.hangtag(gtin, spread=0.10 if b.k < 2 else 0.02, **kw)
    w, h = im.width * scale, im.height * scale
    x, y = at
    quad = sh.turn(
        [
            (x - w / 2, y - 50 * scale),
            (x + w / 2, y - 50 * scale),
            (x + w / 2, y - 50 * scale + h),
            (x - w / 2, y - 50 * scale + h),
        ],
        x,
        y,
        degrees,
    )
    outline = b.shape(sh.round_poly(quad, 8), smooth=False)
    level = b.top(outline) * 0.8 + 2
    b.put(outline, 0, (225, 222, 215), base=level)
    b.decal(im, quad, height=2.2, rough=0.45, base=level)
    if string_from:
        sx, sy = string_from
        b.put(b.stroke([(sx, sy), ((sx + x) / 2 + 8, (sy + y) / 2 - 8), (x, y)], 2.6, True), 2.5, (226, 218, 200))


def cut_string(b, at, seed=1):
    """What is left of a tag that was cut off: a plastic loop end and a short string."""
    x, y = at
    b.put(b.stroke([(x, y), (x - 12, y + 20), (x - 8, y + 46), (x - 20, y + 62)], 3, True), 2.4, (232, 226, 210))
    for i in range(4):
        b.put(b.stroke([(x - 20, y + 62), (x - 27 + i * 5, y + 74 + i % 2 * 4)], 1.1), 2, (232, 226, 210))


def stain(b, cx, cy, rx, ry, color=(150, 98, 46), strength=0.9, seed=5):
    """A dried liquid stain: uneven body, darker rim, a few drops."""
    s = b.ellipse(cx, cy, rx * 1.8, ry * 1.8)
    d = np.hypot((s.x - cx) / rx, (s.y - cy) / ry) + s.noise(24, seed) * 0.16 + s.noise(7, seed + 1) * 0.05
    body = np.clip((1.02 - d) * 7, 0, 1) * (0.52 + 0.10 * s.noise(16, seed + 2))
    rim = np.exp(-(((d - 0.97) / 0.055) ** 2)) * 0.55
    a = np.clip((body + rim) * strength, 0, 1)
    b.soak(s, color, a)
    b.tint(s, color, a * 0.22)
    rng = np.random.default_rng(seed)
    for _ in range(6):
        a, r = rng.uniform(0, 6.3), rng.uniform(1.15, 1.6)
        q = b.ellipse(cx + np.cos(a) * rx * r, cy + np.sin(a) * ry * r, rng.uniform(3, 9))
        b.soak(q, color, strength * 0.7)


def tee(b, color=(206, 206, 202), seed=21, faded=0.0, print_=None, neck_label=True):
    """Crew-neck T-shirt."""
    dark = tuple(np.array(color) * 0.8)
    back = b.shape(sh.mirror([(CX - 30, 128), (CX - 86, 134), (CX - 96, 150), (CX - 60, 186), (CX - 20, 196)]))
    b.put(back, sh.dome(back.d, 6, 4), tuple(np.array(color) * 0.62), rough=0.95)
    if neck_label:
        b.put(b.rect(CX, 158, 52, 26, 2), 1, (238, 236, 230), rough=0.6)
    out = sh.round_poly(
        sh.mirror(
            [
                (CX - 6, 212),
                (CX - 58, 196),
                (CX - 96, 140),
                (CX - 176, 166),
                (CX - 262, 222),
                (CX - 372, 388),
                (CX - 274, 452),
                (CX - 218, 378),
                (CX - 208, 520),
                (CX - 214, 846),
                (CX - 40, 856),
            ]
        ),
        22,
    )
    s = b.shape(out, smooth=False)
    _cloth(b, s, color, seed, faded=faded, amp=0.95)
    for sx in (-1, 1):
        sleeve = [(CX + sx * 186, 178), (CX + sx * 214, 270), (CX + sx * 216, 372)]
        b.push(b.stroke(sleeve, 9, True), -1.6)
        b.push(b.stroke([(x + sx * 4, y) for x, y in sleeve], 4, True), 1.2)
        _stitch(b, [(CX + sx * 348, 366), (CX + sx * 262, 428)], dark, 6)
    for dy in (0, 6):
        _stitch(b, [(CX - 209, 822 + dy), (CX, 832 + dy), (CX + 209, 822 + dy)], dark, 6)
    rib = b.shape(
        sh.round_poly(
            sh.mirror([(CX - 6, 218), (CX - 66, 200), (CX - 108, 137), (CX - 84, 129), (CX - 46, 184), (CX - 6, 196)]),
            16,
        ),
        smooth=False,
    )
    ang = np.arctan2(rib.y - 120, rib.x - CX)
    b.put(rib, sh.dome(rib.d, 9, 4) + np.sin(ang * 150) * 0.35, np.clip(np.array(color) * 0.97, 0, 255), rough=0.92)
    if print_:
        s = b.rect(CX, 430, 230, 230)
        r = np.hypot(s.x - CX, s.y - 430)
        yy = s.y - 430
        wave = np.abs(yy - 24 - np.sin((s.x - CX) / 24) * 16) < 8
        ring = np.abs(r - 96) < 7
        sun = np.hypot(s.x - CX - 26, yy + 30) < 26
        a = (ring | (wave & (r < 94)) | sun).astype(np.float32)
        a *= np.clip(1.0 + 0.12 * s.noise(1.2, 9) - (np.clip(s.noise(5, 8) - 0.2, 0, 1) * 1.2 if faded else 0), 0, 1)
        b.tint(s, print_, a * 0.9)


def hoodie(b, color=(168, 158, 140), seed=31, faded=0.0):
    """Pull-over hoodie with pouch pocket."""
    kw = dict(faded=faded, weave=0.035, edge=9)
    slv = [
        (CX - 170, 222),
        (CX - 236, 262),
        (CX - 316, 420),
        (CX - 384, 640),
        (CX - 402, 742),
        (CX - 398, 776),
        (CX - 346, 790),
        (CX - 322, 770),
        (CX - 282, 640),
        (CX - 226, 480),
        (CX - 206, 360),
    ]
    for sx in (1, -1):
        p = slv if sx == 1 else [(2 * CX - x, y) for x, y in slv]
        s = b.shape(p)
        _cloth(b, s, color, seed + sx, amp=1.2, **kw)
        cuff = b.shape(
            sh.round_poly(
                [(CX - sx * (408), 738), (CX - sx * 336, 756), (CX - sx * 340, 806), (CX - sx * 404, 792)], 10
            ),
            smooth=False,
        )
        u, _ = cuff.local(CX - sx * 370, 770, 12 * sx)
        b.put(
            cuff,
            sh.dome(cuff.d, 8, 8) + np.sin(u * 1.5) * 0.6,
            np.clip(np.array(color) * 0.93, 0, 255),
            rough=0.95,
            base=2,
        )
    body = sh.round_poly(
        sh.mirror(
            [
                (CX - 40, 190),
                (CX - 168, 222),
                (CX - 222, 270),
                (CX - 232, 480),
                (CX - 234, 790),
                (CX - 222, 800),
                (CX - 40, 806),
            ]
        ),
        16,
    )
    s = b.shape(body, smooth=False)
    _cloth(b, s, color, seed + 5, amp=1.15, extra=4, **kw)
    hem = b.shape(
        sh.round_poly(sh.mirror([(CX - 40, 790), (CX - 226, 784), (CX - 218, 846), (CX - 40, 852)]), 12), smooth=False
    )
    b.put(
        hem,
        sh.dome(hem.d, 10, 8) + np.sin(hem.x * 1.5) * 0.6,
        np.clip(np.array(color) * 0.93, 0, 255),
        rough=0.95,
        base=5,
    )
    pocket = sh.mirror([(CX - 40, 566), (CX - 112, 566), (CX - 182, 690), (CX - 182, 784), (CX - 40, 786)])
    ps = b.shape(sh.round_poly(pocket, 8), smooth=False)
    b.push(ps, sh.bevel(ps.d, 7, 3.2))
    dark = np.array(color) * 0.75
    _stitch(b, [(CX - 106, 578), (CX + 106, 578)], dark, 6)
    for sx in (-1, 1):
        _stitch(b, [(CX + sx * 104, 578), (CX + sx * 170, 692)], dark, 6)
        _stitch(b, [(CX + sx * 112, 574), (CX + sx * 180, 692)], dark, 6)
        b.push(b.stroke([(CX + sx * 176, 226), (CX + sx * 208, 330), (CX + sx * 212, 420)], 8, True), -2)
    hood = sh.mirror([(CX - 50, 84), (CX - 122, 112), (CX - 160, 190), (CX - 138, 262), (CX - 84, 312), (CX - 8, 344)])
    s = b.shape(hood)
    _cloth(b, s, color, seed + 9, amp=1.3, faded=faded, weave=0.035, edge=16, extra=3)
    inner = b.shape(
        sh.mirror([(CX - 40, 128), (CX - 92, 156), (CX - 110, 214), (CX - 86, 262), (CX - 36, 296), (CX - 4, 306)])
    )
    depth = -sh.dome(inner.d, 34, 20) + inner.streaks(12, 70, 84, seed) * 1.6
    b.put(inner, depth, np.array(color) * 0.78, rough=0.95)
    for sx in (-1, 1):
        b.put(b.ellipse(CX + sx * 40, 316, 5), 1, (150, 150, 152), metal=0.9, rough=0.3)
        cord = [(CX + sx * 40, 316), (CX + sx * 46, 366), (CX + sx * 38, 412), (CX + sx * 46, 468)]
        c = b.stroke(cord, 8, True)
        b.put(c, sh.dome(c.d, 4, 6), (232, 228, 218), rough=0.9)
        b.put(b.rect(CX + sx * 46, 474, 9, 18, 3), 6, (160, 160, 162), metal=0.8, rough=0.35, base="rest")


def trousers(b, color=(62, 74, 104), seed=41, faded=0.0, stitch=None):
    """Straight trousers or jeans."""
    out = sh.round_poly(
        [
            (CX - 152, 108),
            (CX + 152, 108),
            (CX + 180, 300),
            (CX + 194, 560),
            (CX + 186, 852),
            (CX + 62, 856),
            (CX + 34, 560),
            (CX + 4, 380),
            (CX - 4, 380),
            (CX - 34, 560),
            (CX - 62, 856),
            (CX - 186, 852),
            (CX - 194, 560),
            (CX - 180, 300),
        ],
        18,
    )
    s = b.shape(out, smooth=False)
    _cloth(b, s, color, seed, faded=faded, weave=0.05, edge=7, amp=1.0)
    st = stitch or tuple(np.clip(np.array(color) * 0.6, 0, 255))
    inside = b.shape(
        sh.round_poly([(CX - 136, 104), (CX + 136, 104), (CX + 110, 120), (CX, 128), (CX - 110, 120)], 6), smooth=False
    )
    b.put(inside, -3, np.array(color) * 0.55, rough=0.95)
    band = b.shape(
        sh.round_poly(
            [
                (CX - 154, 106),
                (CX - 110, 122),
                (CX, 130),
                (CX + 110, 122),
                (CX + 154, 106),
                (CX + 160, 146),
                (CX, 166),
                (CX - 160, 146),
            ],
            5,
        ),
        smooth=False,
    )
    b.push(band, sh.bevel(band.d, 5, 3))
    for y in (6, 34):
        _stitch(b, [(CX - 152 - y * 0.1, 108 + y), (CX, 128 + y), (CX + 152 + y * 0.1, 108 + y)], st, 5)
    for x in (-96, 96, 0):
        lp = b.rect(CX + x, 144 - abs(x) * 0.09, 13, 52, 2)
        if x:
            b.put(lp, sh.bevel(lp.d, 3, 4), np.array(color) * 0.96, rough=0.92)
    b.put(b.ellipse(CX, 150, 10), 4, (176, 150, 104), metal=0.9, rough=0.3)
    b.put(b.ellipse(CX, 150, 5), 1.5, (150, 126, 84), metal=0.9, rough=0.3)
    fly = [(CX, 170), (CX, 372)]
    b.push(b.stroke(fly, 6), -2)
    for o in (26, 31):
        _stitch(b, [(CX + o, 168), (CX + o, 290), (CX + o - 14, 326), (CX + 2, 346)], st, 5)
    for sx in (-1, 1):
        pk = [(CX + sx * 92, 160), (CX + sx * 104, 214), (CX + sx * 170, 236)]
        b.push(b.stroke(pk, 6, True), -2.4)
        for o in (0, 6):
            _stitch(b, [(CX + sx * (88 - o), 164 + o), (CX + sx * (100 - o), 218 + o), (CX + sx * 172, 242 + o)], st, 5)
        for o in (0, 6):
            _stitch(b, [(CX + sx * 64, 830 + o), (CX + sx * 185, 826 + o)], st, 6)
        b.push(b.stroke([(CX + sx * 170, 330), (CX + sx * 178, 820)], 5), -1)


def jacket(b, color=(34, 48, 78), seed=11, faded=0.0, brand=True):
    """Quilted down jacket with zip."""
    from PIL import Image, ImageDraw

    from .text import font

    def quilt(s, spacing, phase, degrees, sd):
        _, v = s.local(CX, 480, degrees)
        v = v + s.noise(30, sd) * 2.0
        t = ((v + phase) % spacing) / spacing
        puff = np.sqrt(np.clip(1 - (2 * t - 1) ** 2, 0, 1)) * 17
        line = np.minimum(t, 1 - t) * spacing
        pucker = s.streaks(5, 26, degrees + 90, sd + 1) * np.exp(-line / 12) * 1.6
        wr = (
            s.creases(13, 42, degrees + 62, sd + 2) * 8
            + s.creases(9, 30, degrees + 116, sd + 3) * 5
            + s.noise(14, sd + 4) * 2.2
            + s.streaks(8, 24, degrees + 70, sd + 9) * 1.2
        )
        h = (puff + pucker + wr * np.clip(line / 10, 0.1, 1)) * np.clip(s.d / 22, 0.1, 1) + sh.dome(s.d, 26, 15)
        c = np.float32(color)[None, None] * (1 + s.noise(30, sd + 5) * 0.02)[..., None]
        if faded:
            f = np.clip(np.exp(-line / 5) * 0.45 + 0.25 * s.noise(34, sd + 6), 0, 1)[..., None] * faded
            c = c * (1 - f) + (c * 0.4 + 130) * f
        b.put(s, h, np.clip(c, 0, 255), rough=0.40 + 0.35 * faded, spec=0.075, base="drape")

    slv = [
        (CX - 172, 200),
        (CX - 232, 232),
        (CX - 292, 320),
        (CX - 350, 480),
        (CX - 394, 640),
        (CX - 408, 720),
        (CX - 372, 756),
        (CX - 324, 742),
        (CX - 288, 640),
        (CX - 250, 520),
        (CX - 222, 420),
        (CX - 196, 300),
    ]
    for sx in (1, -1):
        quilt(b.shape(slv if sx == 1 else [(2 * CX - x, y) for x, y in slv]), 60, 12, -21 * sx * -1, seed + 20 * sx)
    body = sh.round_poly(
        sh.mirror(
            [
                (CX - 40, 150),
                (CX - 150, 178),
                (CX - 224, 226),
                (CX - 234, 420),
                (CX - 238, 640),
                (CX - 232, 838),
                (CX - 40, 846),
            ]
        ),
        30,
    )
    quilt(b.shape(body, smooth=False), 66, 20, 0, seed + 7)
    z = b.stroke([(CX, 150), (CX, 842)], 26)
    b.push(z, -sh.bevel(z.d, 12, 11))
    tape = b.stroke([(CX, 150), (CX, 842)], 15)
    b.put(tape, 1, np.array(color) * 0.8, rough=0.9)
    col = b.shape(
        sh.round_poly(sh.mirror([(CX - 20, 110), (CX - 92, 116), (CX - 104, 164), (CX - 86, 206), (CX - 20, 222)]), 22),
        smooth=False,
    )
    t = ((col.y - 108) % 38) / 38
    b.put(
        col,
        np.sqrt(np.clip(1 - (2 * t - 1) ** 2, 0, 1)) * 9 + sh.dome(col.d, 18, 14) + col.creases(10, 30, 70, seed) * 4,
        np.clip(np.array(color) * 1.04, 0, 255),
        rough=0.46,
        spec=0.05,
    )
    b.put(b.stroke([(CX, 112), (CX, 220)], 13), 0, np.array(color) * 0.8, rough=0.9)
    for y in np.arange(116, 840, 5.2):
        b.put(
            b.rect(CX + (1.6 if int(y / 5.2) % 2 else -1.6), y, 8, 3, 1), 1.6, (170, 172, 176), metal=0.85, rough=0.35
        )
    b.put(b.rect(CX, 214, 15, 32, 5), 7, (176, 178, 182), metal=0.9, rough=0.25)
    b.put(b.rect(CX + 1, 244, 11, 38, 5), 4, (168, 170, 174), metal=0.9, rough=0.25, base="rest")
    for sx in (-1, 1):
        p = [(CX + sx * 122, 606), (CX + sx * 176, 706)]
        b.push(b.stroke(p, 12), -5)
        b.put(b.stroke(p, 4), 0, (26, 28, 32), rough=0.6)
    if brand:
        im = Image.new("RGB", (240, 90), (206, 209, 213))
        ImageDraw.Draw(im).text((120, 8), "YUNLU", font=font(58, True), fill=(30, 40, 60), anchor="ma")
        b.decal(im, sh.rect_points(CX + 116, 342, 66, 25), 1.5, rough=0.5)
