"""Sneakers (from above and soles up) and a handbag."""

import numpy as np

from . import shapes as sh
from .apparel import _stitch

SOLE = [
    (0, -285),
    (52, -276),
    (92, -232),
    (104, -160),
    (94, -70),
    (78, 20),
    (80, 120),
    (84, 200),
    (62, 268),
    (10, 288),
    (-44, 272),
    (-72, 204),
    (-74, 110),
    (-82, 10),
    (-100, -90),
    (-104, -180),
    (-84, -246),
    (-44, -280),
]


def _place(points, side, cx, cy, degrees, grow=1.0):
    p = np.array(points, float) * (side, 1) * grow
    return sh.turn(p + (cx, cy), cx, cy, degrees)


def sneaker(
    b, cx, cy, side=1, degrees=0, color=(214, 216, 218), accent=(44, 74, 120), sole=(240, 239, 234), seed=5, dirt=0.0
):
    """One shoe seen from above, toe up; side -1 is the other foot."""

    def P(pts, g=1.0):
        return _place(pts, side, cx, cy, degrees, g)

    s = b.shape(P(SOLE, 1.04))
    edge = s.noise(10, seed) * 0.02
    b.put(s, sh.dome(s.d, 8, 26), np.float32(sole)[None, None] * (1 + edge)[..., None], rough=0.6, spec=0.04, base=0)
    b.push(b.stroke(np.vstack([P(SOLE, 0.985), P(SOLE[:1], 0.985)]), 2.2, True), -2)
    s = b.shape(P(SOLE, 0.95))
    u, v = s.local(cx, cy, degrees)
    lift = 34 + 22 * np.clip((v + 120) / 260, 0, 1)
    knit = np.sin(u * 1.1) * np.sin(v * 1.1) * 0.35
    wr = s.creases(9, 50, degrees + 4, seed + 1) * 4 * np.exp(-(((v + 120) / 46) ** 2))
    h = sh.dome(s.d, 66, 1) * lift + knit + wr + s.noise(20, seed + 2) * 0.8
    tex = 1 + np.sin(u * 1.1) * np.sin(v * 1.1) * 0.05 + s.noise(0.8, seed) * 0.02
    b.put(s, h, np.clip(np.float32(color)[None, None] * tex[..., None], 0, 255), rough=0.85, spec=0.02, base=16)
    toe = b.shape(
        P(
            [
                (0, -268),
                (56, -256),
                (88, -206),
                (86, -176),
                (40, -196),
                (0, -200),
                (-42, -196),
                (-86, -186),
                (-86, -222),
                (-46, -262),
            ]
        )
    )
    b.put(toe, sh.bevel(toe.d, 5, 3.4), np.array(accent) * 0.98, rough=0.55, spec=0.04)
    heel = b.shape(
        P(
            [
                (-70, 150),
                (-62, 236),
                (0, 278),
                (56, 250),
                (78, 170),
                (84, 214),
                (60, 268),
                (8, 286),
                (-44, 270),
                (-72, 210),
            ]
        )
    )
    b.put(heel, sh.bevel(heel.d, 5, 3.5), accent, rough=0.55, spec=0.04)
    for q in (
        [(84, -60), (70, 20), (70, 110), (52, 60), (50, -20), (66, -90)],
        [(-94, -70), (-76, 20), (-68, 110), (-50, 60), (-52, -20), (-72, -90)],
    ):
        w = b.shape(P(q))
        b.put(w, sh.bevel(w.d, 4, 3), accent, rough=0.55, spec=0.04)
    mouth = [
        (0, 44),
        (40, 62),
        (54, 120),
        (50, 196),
        (26, 238),
        (0, 246),
        (-28, 236),
        (-48, 190),
        (-52, 118),
        (-38, 62),
    ]
    col = b.shape(P([(x * 1.2, 144 + (y - 144) * 1.12) for x, y in mouth]))
    b.put(col, sh.dome(col.d, 16, 13) + col.noise(14, seed) * 0.6, np.array(color) * 0.84, rough=0.9, base="drape")
    hole = b.shape(P(mouth))
    u, v = hole.local(cx, cy, degrees)
    b.put(
        hole,
        14 + 6 * hole.noise(20, seed + 4) - sh.dome(hole.d, 30, 12),
        np.float32((52, 54, 58))[None, None] * (1 + hole.noise(0.8, seed) * 0.06)[..., None],
        rough=0.95,
        base=0,
    )
    ins = b.shape(P([(0, 120), (34, 140), (38, 190), (20, 226), (-20, 226), (-38, 188), (-34, 140)]))
    b.put(ins, 10, np.array(accent) * 0.7, rough=0.95, base=0)
    tongue = b.shape(
        P([(0, 84), (34, 76), (40, 20), (40, -100), (22, -138), (-22, -138), (-42, -100), (-42, 20), (-36, 78)])
    )
    b.put(tongue, sh.dome(tongue.d, 14, 8) + tongue.noise(10, seed + 5) * 0.6, np.array(color) * 0.93, rough=0.9)
    for i in range(6):
        y = -118 + i * 32
        for x in (-38 - i, 38 + i):
            e = b.ellipse(*P([(x, y)])[0], 6)
            b.put(e, 1.5, (176, 178, 180), metal=0.7, rough=0.4)
        for a, z in (
            ((-38 - i, y), (39 + i, y - (0 if i == 0 else 22))),
            ((38 + i, y), (-39 - i, y - (0 if i == 0 else 22))),
        ):
            lace = b.stroke(P([a, (0, (a[1] + z[1]) / 2 - 2), z]), 11, True)
            b.put(lace, sh.dome(lace.d, 5.5, 7) + np.sin((lace.x + lace.y) * 1.4) * 0.3, (243, 242, 238), rough=0.9)
    knot = (0, 50)
    for q in (
        [(0, 50), (-40, 66), (-64, 40), (-40, 22), (0, 48)],
        [(0, 50), (42, 70), (66, 44), (40, 24), (0, 48)],
        [(0, 50), (-26, 96), (-58, 120)],
        [(0, 50), (30, 100), (54, 132)],
    ):
        lace = b.stroke(P(q), 10, True)
        b.put(lace, sh.dome(lace.d, 5, 7), (243, 242, 238), rough=0.9)
    k = b.ellipse(*P([knot])[0], 11, 9)
    b.put(k, sh.dome(k.d, 8, 6), (238, 237, 232), rough=0.9, base="rest")
    if dirt:
        s = b.shape(P(SOLE, 1.04))
        a = np.clip(s.noise(26, seed + 8) * 0.6 + 0.35 * np.exp(-s.d / 26) + 0.25 * s.noise(5, seed + 9), 0, 1) * dirt
        b.tint(s, (112, 94, 72), a)


def sneakers(b, **kw):
    """A pair from above."""
    sneaker(b, 500, 440, 1, -5, **kw)
    sneaker(b, 770, 440, -1, 4, **kw)


def outsole(b, cx, cy, side=1, degrees=0, color=(232, 230, 224), accent=(46, 76, 122), worn=0.0, seed=8):
    """Bottom of one shoe; worn 0 is new, 1 is worn smooth at heel and ball."""

    def P(pts, g=1.0):
        return _place(pts, side, cx, cy, degrees, g)

    s = b.shape(P(SOLE, 1.06))
    b.put(s, sh.dome(s.d, 16, 40), np.array(color) * 0.94, rough=0.7, base=0)
    s = b.shape(P(SOLE, 0.97))
    u, v = s.local(cx, cy, degrees)
    u = u * side
    wear = (
        np.clip(
            np.exp(-(((u + 6) / 66) ** 2) - ((v + 150) / 74) ** 2) * 1.2
            + np.exp(-(((u + 26) / 46) ** 2) - ((v - 230) / 56) ** 2) * 1.4,
            0,
            1,
        )
        * worn
    )
    wear = np.clip(wear + wear * s.noise(12, seed) * 0.25, 0, 1)
    zig = np.abs(((v + np.abs(((u / 26) % 2) - 1) * 26) % 22) - 11)
    tread = np.clip((zig - 3.2) / 1.6, 0, 1)
    arch = np.exp(-(((v - 50) / 40) ** 4))
    rings = np.hypot(u + 2, v + 165)
    ball = rings < 52
    tread = np.where(ball, np.clip((np.abs((rings % 16) - 8) - 2.2) / 1.4, 0, 1), tread)
    h = (
        (tread * 7 * (1 - 0.93 * wear)) * (1 - arch)
        - arch * 9
        + sh.dome(s.d, 8, 5)
        - wear * 3
        + s.noise(1, seed + 1) * (0.05 + 0.15 * wear)
    )
    base = np.float32(color)[None, None] * (1 + s.noise(1.0, seed + 2) * 0.015)[..., None]
    mark = ((v < -60) & (np.abs(u) > 40) | (v > 180) & (s.d < 26))[..., None]
    base = np.where(mark, np.float32(accent), base)
    base = np.where((arch > 0.5)[..., None], np.float32(accent) * 1.15, base)
    if worn:
        g = np.clip(
            0.30 * worn
            + wear * 0.42
            + s.noise(18, seed + 3) * 0.10
            + (1 - tread) * 0.30 * worn
            + s.noise(3, seed + 4) * 0.05,
            0,
            0.9,
        )[..., None]
        base = base * (1 - g) + np.float32((104, 96, 86)) * g
        scr = (s.streaks(1.0, 40, degrees + 96, seed + 6) > 2.1) * np.clip(wear + 0.2, 0, 1) * 0.5
        base = base * (1 - scr[..., None]) + np.float32((70, 66, 60)) * scr[..., None]
    b.put(s, h, np.clip(base, 0, 255), rough=0.75, base=30)
    if worn:
        rng = np.random.default_rng(seed)
        for _ in range(7):
            p = P([(rng.uniform(-60, 60), rng.uniform(-230, 250))])[0]
            st = b.ellipse(*p, rng.uniform(3, 6), rng.uniform(3, 5))
            b.put(st, sh.dome(st.d, 4, 4), (92, 88, 84), rough=0.8)


def soles(b, worn=0.0, **kw):
    """A pair, soles up."""
    outsole(b, 500, 445, -1, 3, worn=worn, **kw)
    outsole(b, 775, 445, 1, -4, worn=worn, seed=19, **kw)


def leather(s, seed, color, grain=0.35):
    """Height and colour of pebbled leather."""
    n = s.noise(2.2, seed) * 0.5 + s.noise(1.2, seed + 1) * 0.3
    h = -np.abs(n) * grain * 2
    c = np.float32(color)[None, None] * (1 + n * 0.03 + s.noise(40, seed + 2) * 0.02)[..., None]
    return h, np.clip(c, 0, 255)


def handbag(b, color=(146, 84, 48), seed=15, metal=(196, 164, 96)):
    """Flap handbag lying on its back."""
    dark = np.array(color) * 0.72
    for o in (0, 1):
        pts = [
            (500 - o * 16, 330),
            (486 - o * 20, 190),
            (560, 96 - o * 20),
            (640, 84 - o * 20),
            (720, 96 - o * 20),
            (794 + o * 20, 190),
            (780 + o * 16, 330),
        ]
        hd = b.stroke(pts, 26, True)
        h, c = leather(hd, seed + o, color)
        b.put(hd, sh.dome(hd.d, 13, 15 + 9 * o) + h, c, rough=0.5, spec=0.045, base=4 + 4 * o)
    strap = b.stroke(
        [
            (350, 380),
            (276, 470),
            (262, 640),
            (330, 780),
            (520, 868),
            (760, 872),
            (940, 800),
            (1010, 650),
            (1000, 480),
            (930, 380),
        ],
        17,
        True,
    )
    h, c = leather(strap, seed + 3, color)
    b.put(strap, sh.bevel(strap.d, 3, 6) + h, c, rough=0.5, spec=0.045, base=0)
    body = b.shape(sh.round_poly([(378, 300), (902, 300), (942, 760), (338, 760)], 46), smooth=False)
    h, c = leather(body, seed + 5, color)
    b.put(body, sh.dome(body.d, 60, 62) + body.noise(60, seed) * 2 + h, c, rough=0.48, spec=0.045, base=0)
    b.push(b.stroke([(352, 716), (928, 716)], 5), -3)
    flap = b.shape(
        sh.round_poly([(372, 282), (908, 282), (930, 470), (800, 584), (480, 584), (350, 470)], 54), smooth=False
    )
    h, c = leather(flap, seed + 7, np.clip(np.array(color) * 1.05, 0, 255))
    b.put(flap, sh.dome(flap.d, 14, 10) + flap.noise(80, seed + 2) * 2.2 + h, c, rough=0.46, spec=0.05)
    ins = [(390, 300), (890, 300), (910, 464), (792, 568), (488, 568), (370, 464)]
    _stitch(
        b,
        list(sh.round_poly(ins, 46)) + [sh.round_poly(ins, 46)[0]],
        tuple(np.clip(np.array(color) * 1.45 + 20, 0, 255)),
        9,
        1.9,
        1.2,
    )
    for x in (392, 888):
        ring = b.ellipse(x, 372, 20, 24).cut(b.ellipse(x, 372, 12, 16))
        b.put(ring, sh.dome(ring.d, 4, 8), metal, metal=0.95, rough=0.22, base="rest")
    for x in (508, 772):
        t = b.rect(x, 310, 44, 76, 10)
        b.put(t, sh.bevel(t.d, 4, 6), dark, rough=0.5)
        st = b.ellipse(x, 334, 8)
        b.put(st, sh.dome(st.d, 8, 5), metal, metal=0.95, rough=0.2)
    pl = b.rect(640, 566, 96, 60, 12)
    b.put(pl, sh.bevel(pl.d, 6, 10), metal, metal=0.95, rough=0.22, base="rest")
    tw = b.rect(640, 566, 18, 44, 8)
    b.put(tw, sh.dome(tw.d, 8, 10), np.array(metal) * 0.95, metal=0.95, rough=0.18, base="rest")
    return flap


def scratches(b, cx, cy, length=150, degrees=-24, n=7, color=(214, 188, 160), seed=3, depth=1.2):
    """A bundle of scratches: pale torn surface in grooves."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        ox, oy = rng.normal(0, 16), rng.normal(0, 15)
        ln = length * rng.uniform(0.3, 1.0)
        p = [
            (cx + ox - ln / 2, cy + oy),
            (cx + ox - ln * 0.1, cy + oy + rng.normal(0, 3)),
            (cx + ox + ln / 2, cy + oy + rng.normal(0, 7)),
        ]
        p = sh.turn(p, cx, cy, degrees + rng.normal(0, 5))
        s = b.stroke(p, rng.choice([1.2, 1.8, 2.6]), True)
        b.tint(s, color, np.clip(0.55 + 0.4 * s.noise(4, seed + i), 0, 0.95))
        b.push(s, -depth)
