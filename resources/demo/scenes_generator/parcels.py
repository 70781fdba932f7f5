"""Return parcels on the bench, each with a carrier label that scans.

Frames are 1920 x 1080 design units; render at k = 1 for 1080p, k = 2 for 4K.
"""

import numpy as np
from PIL import Image, ImageDraw

from inspection_station.devices.simulated_label import LABEL_SIZE, PAPER, carrier_label

from . import shapes as sh
from .engine import Bench

CX, CY = 960, 520
KRAFT = (182, 142, 98)


def bench(k=1.0, ruler=True, seed=1, margin=150):
    """An empty receiving bench; the margin leaves room for a turned or tilted camera."""
    return Bench(1920, 1080, k, seed, ruler=ruler, card=False, margin=margin)


def _kraft(s, seed, color=KRAFT):
    rib = np.sin(s.y * 2 * np.pi / 9) * 0.008
    speck = np.where(s.noise(1.3, seed) > 2.4, -0.10, 0)
    t = (
        1
        + s.noise(1.2, seed + 1) * 0.02
        + s.streaks(1.1, 22, 0, seed + 2) * 0.009
        + s.noise(120, seed + 3) * 0.02
        + rib
        + speck
    )
    return np.clip(np.float32(color)[None, None] * t[..., None], 0, 255)


def box_top(b, w=1240, h=800, height=150, degrees=0, seed=5, color=KRAFT, crushed=0.0):
    """The closed top of a carton: two flaps meeting in the middle, soft edges."""
    p = sh.rect_points(CX, CY, w, h, degrees)
    s = b.shape(sh.round_poly(p, 7), smooth=False)
    u, v = s.local(CX, CY, degrees)
    hgt = height - 5 + sh.bevel(s.d, 7, 5) + s.noise(160, seed) * 2.0 + np.sin(s.y * 2 * np.pi / 9) * 0.10
    hgt -= np.exp(-np.abs(v) / 90) * 1.5
    if crushed:
        for cx, cy, r in ((w / 2, h / 2, 210), (-w / 2, -h / 2, 130)):
            d = np.hypot(u - cx, v - cy) / r
            hgt -= np.clip(1 - d, 0, 1) ** 1.3 * 90 * crushed
            hgt += (
                np.clip(1.25 - d, 0, 1)
                * (s.creases(16, 90, 45, seed + 4) * 16 + s.creases(11, 60, -30, seed + 5) * 10)
                * crushed
            )
    c = _kraft(s, seed, color)
    wear = np.clip(np.exp(-s.d / 5) * 0.5 + np.exp(-s.d / 16) * 0.18 * s.noise(14, seed + 6), 0, 0.6)[..., None]
    c = c * (1 - wear) + np.float32((206, 172, 130)) * wear
    b.put(s, hgt, c, rough=0.9, spec=0.02, base=0)
    b.push(b.stroke(sh.turn([(CX - w / 2 + 4, CY), (CX + w / 2 - 4, CY)], CX, CY, degrees), 3.2), -4)
    b.shade(b.stroke(sh.turn([(CX - w / 2, CY), (CX + w / 2, CY)], CX, CY, degrees), 3), 0.45)
    return s


def tape(b, x0, x1, degrees=0, width=110, torn=None, seed=7, color=(196, 158, 104)):
    """Packing tape along the seam from x0 to x1 (from the carton centre); torn leaves a
    ragged end there."""
    s = b.rect(CX + (x0 + x1) / 2, CY, x1 - x0, width, 0)
    p = sh.turn(
        [(CX + x0, CY - width / 2), (CX + x1, CY - width / 2), (CX + x1, CY + width / 2), (CX + x0, CY + width / 2)],
        CX,
        CY,
        degrees,
    )
    s = b.shape(p, smooth=False)
    u, v = s.local(CX, CY, degrees)
    m = np.ones(s.size, np.float32)
    if torn is not None:
        rag = torn + s.noise(5, seed) * 7 + np.sin(v / 9) * 9 + v * 0.25
        m = np.clip((rag - u) / 1.5, 0, 1) if torn > x0 else m
    bubbles = np.clip(s.noise(9, seed + 1) - 1.5, 0, 1)
    b.put(
        s.times(m),
        0.5 + s.streaks(3, 90, degrees, seed + 2) * 0.16 + bubbles * 1.2,
        np.float32(color)[None, None] * (1 + bubbles * 0.15)[..., None],
        rough=0.16,
        spec=0.06,
        alpha=0.55,
    )


def stick_label(b, number, at=(CX, CY - 30), width=760, degrees=-2, wrinkle=0.5, cropped=0.0, scuffed=False, **kw):
    """Carrier label on the parcel; cropped tears off that part of its right side.

    An empty number sticks blank paper on, into which the product prints at run time; where it lies is kept in
    ``b.label_quad`` (design units, top left, top right, bottom right, bottom left).
    """
    im = carrier_label(number, **kw) if number else Image.new("RGB", LABEL_SIZE, PAPER)
    if scuffed:
        im = im.convert("RGBA")
        d = ImageDraw.Draw(im)
        rng = np.random.default_rng(3)
        for _ in range(26):
            y = rng.integers(140, 345)
            d.line(
                [(rng.integers(60, 400), y), (rng.integers(700, 1150), y + rng.integers(-60, 60))],
                fill=(244, 240, 232, 255),
                width=int(rng.integers(5, 13)),
            )
    if cropped:
        im = im.convert("RGBA")
        a = Image.new("L", im.size, 255)
        n = int(im.width * (1 - cropped))
        rng = np.random.default_rng(4)
        edge = [(n + rng.integers(-22, 22), y) for y in range(0, 901, 30)]
        ImageDraw.Draw(a).polygon(edge + [(1200, 900), (1200, 0)], fill=0)
        im.putalpha(a)
    q = sh.rect_points(*at, width, width * 0.75, degrees)
    b.label_quad = q
    under = b.shape(sh.turn(q, *at, 0, 1.012), smooth=False)
    film = under.creases(12, 160, 20, 4) * wrinkle * 2.2 + under.noise(90, 3) * wrinkle
    s = b.decal(im, q, 0.7, rough=0.38, spec=0.045, ripple=wrinkle * 0.5)
    b.push(under, film, None)
    return s


def marks(b, degrees=0):
    """Printed handling marks: this way up, fragile, keep dry."""
    im = Image.new("RGBA", (520, 170), (0, 0, 0, 0))
    d = ImageDraw.Draw(im)
    ink = (52, 42, 34, 225)
    for i in range(3):
        d.rectangle([8 + i * 172, 8, 158 + i * 172, 158], outline=ink, width=6)
    for x in (50, 104):
        d.polygon([(x, 28), (x - 24, 64), (x + 24, 64)], fill=ink)
        d.rectangle([x - 7, 62, x + 7, 124], fill=ink)
    d.rectangle([26, 130, 140, 138], fill=ink)
    d.polygon(
        [
            (220, 30),
            (290, 30),
            (278, 84),
            (260, 96),
            (260, 128),
            (282, 138),
            (228, 138),
            (250, 128),
            (250, 96),
            (232, 84),
        ],
        fill=ink,
    )
    d.pieslice([372, 32, 484, 132], 180, 360, fill=ink)
    d.line([428, 80, 428, 132], fill=ink, width=7)
    d.arc([404, 116, 430, 142], 0, 180, fill=ink, width=7)
    at = sh.turn([(CX - 420, CY + 318)], CX, CY, degrees)[0]
    b.decal(im, sh.rect_points(*at, 260, 85, degrees), 0, 0.9, 0.02)


def carton(b, number, degrees=-2, crushed=0.0, torn_tape=False, **label):
    """A taped carton; torn_tape leaves the seam half open."""
    box_top(b, degrees=degrees, crushed=crushed)
    marks(b, degrees)
    at = label.pop("at", (CX + 60, CY - 60))
    if torn_tape:
        gap = b.shape(
            sh.turn(
                [(CX + 90, CY + 2), (CX + 330, CY - 18), (CX + 618, CY - 34), (CX + 618, CY + 30), (CX + 330, CY + 16)],
                CX,
                CY,
                degrees,
            ),
            smooth=False,
        )
        b.put(gap, 60 + gap.noise(20, 3) * 4, (40, 30, 22), rough=0.95, base=0)
        for y0, y1 in ((-20, -120), (18, 110)):
            lip = b.shape(
                sh.turn(
                    [
                        (CX + 90, CY),
                        (CX + 330, CY + y0),
                        (CX + 616, CY + y0 * 1.8),
                        (CX + 616, CY + y1),
                        (CX + 200, CY + y1),
                    ],
                    CX,
                    CY,
                    degrees,
                ),
                smooth=False,
            )
            _, v = lip.local(CX, CY, degrees)
            u, _ = lip.local(CX, CY, degrees)
            b.push(
                lip,
                np.clip(1 - np.abs(v - (y0 * (u - 90) / 300)) / 90, 0, 1)
                * np.clip((u - 90) / 400, 0, 1)
                * 26
                * np.clip(lip.d / 6, 0, 1),
            )
        tape(b, -612, 330, degrees, torn=110)
        flap = b.shape(
            sh.turn(
                [
                    (CX + 100, CY - 62),
                    (CX + 196, CY - 92),
                    (CX + 236, CY - 50),
                    (CX + 214, CY + 6),
                    (CX + 240, CY + 34),
                    (CX + 150, CY + 50),
                    (CX + 104, CY + 48),
                ],
                CX,
                CY,
                degrees,
            ),
            smooth=False,
        )
        b.put(
            flap,
            6 + sh.dome(flap.d, 40, 16) + flap.creases(10, 60, 70, 3) * 9,
            (206, 176, 130),
            rough=0.16,
            spec=0.07,
            alpha=0.75,
        )
        at = (CX - 250, CY - 172)
        label.setdefault("width", 560)
    else:
        tape(b, -614, 614, degrees)
    return stick_label(b, number, at, degrees=degrees + 0.8, **label)


def wet_carton(b, number, degrees=2, **label):
    """A carton that got wet: tide mark, softened and buckled board, crushed corner."""
    s = box_top(b, degrees=degrees, crushed=1.0, seed=9)
    tape(b, -614, 614, degrees, seed=3)
    marks(b, degrees)
    out = stick_label(b, number, (CX - 130, CY - 70), degrees=degrees - 2.5, wrinkle=1.0, **label)
    u, v = s.local(CX, CY, degrees)
    front = (u * 0.62 + v * 0.8) / 300 + s.noise(70, 5) * 0.22 + s.noise(20, 6) * 0.06
    wet = np.clip((front - 0.92) * 9, 0, 1)
    tide = np.exp(-(((front - 0.93) / 0.035) ** 2)) + 0.6 * np.exp(-(((front - 1.2) / 0.03) ** 2))
    b.shade(s, 1 - 0.45 * wet - 0.28 * np.clip(tide, 0, 1))
    b.push(s, wet * (s.creases(24, 130, 20, 7) * 7 + s.noise(40, 8) * 2.4))
    y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
    b.rough[y, x] = b.rough[y, x] * (1 - wet * 0.45 * s.m)
    b.spec[y, x] += 0.02 * wet * s.m
    puddle = b.shape(
        [
            (CX + 560, CY + 330),
            (CX + 700, CY + 300),
            (CX + 730, CY + 400),
            (CX + 640, CY + 470),
            (CX + 430, CY + 474),
            (CX + 470, CY + 400),
        ]
    )
    ring = np.clip(puddle.d / 14, 0, 1)
    outside = b.height[puddle.y0 : puddle.y0 + puddle.size[0], puddle.x0 : puddle.x0 + puddle.size[1]] < 14 * b.k
    b.tint(puddle.times(outside.astype(np.float32)), (96, 94, 92), 0.55 * ring)
    return out


def mailer(b, number, color=(176, 180, 186), degrees=3, seed=6, torn=False, **label):
    """A soft plastic mailing bag; torn shows a slit and the goods inside."""
    p = sh.rect_points(CX, CY, 1220, 800, degrees)
    s = b.shape(sh.round_poly(p, 14), smooth=False)
    u, v = s.local(CX, CY, degrees)
    fill = s.smooth(np.clip(np.minimum(1 - (u / 600) ** 4, 1 - (v / 390) ** 4), 0, 1) * 74, 14)
    wr = (
        s.creases(26, 190, 30 + degrees, seed) * 15
        + s.creases(18, 130, 118, seed + 1) * 12
        + s.creases(12, 80, 74, seed + 2) * 6
        + s.streaks(16, 70, 96, seed + 3) * 0.9
        + s.noise(60, seed + 4) * 5
    )
    rim = np.exp(-(((np.hypot(u / 560, v / 340)) - 1) ** 2) / 0.04)
    h = 4 + fill * np.clip(s.d / 80, 0, 1) ** 0.7 + wr * np.clip(s.d / 40, 0.08, 1) * (0.7 + 0.5 * rim)
    b.put(
        s,
        h,
        np.float32(color)[None, None] * (1 + s.noise(30, seed + 5) * 0.01)[..., None],
        rough=0.25,
        spec=0.06,
        base=0,
    )
    for x in (-592, 592):
        q = b.stroke(sh.turn([(CX + x, CY - 394), (CX + x, CY + 394)], CX, CY, degrees), 12)
        b.push(q, -2 + np.sin(q.y * 1.3) * 0.5)
    flap = b.shape(
        sh.turn(
            [(CX - 600, CY + 322), (CX + 600, CY + 322), (CX + 600, CY + 388), (CX - 600, CY + 388)], CX, CY, degrees
        ),
        smooth=False,
    )
    b.push(flap, sh.bevel(flap.d, 4, 4))
    b.tint(flap, tuple(np.clip(np.array(color) * 1.1, 0, 255)), 0.35)
    out = stick_label(b, number, (CX - 20, CY - 40), 740, degrees - 1.5, 0.9, **label)
    if torn:
        t = b.shape(
            sh.turn(
                [
                    (CX + 392, CY + 120),
                    (CX + 470, CY + 90),
                    (CX + 560, CY + 130),
                    (CX + 586, CY + 196),
                    (CX + 520, CY + 250),
                    (CX + 430, CY + 214),
                ],
                CX,
                CY,
                degrees,
            )
        )
        b.put(
            t,
            30 + t.creases(14, 70, 40, 3) * 8 + t.noise(30, 4) * 3,
            np.float32((60, 92, 128))[None, None] * (1 + t.noise(0.8, 4) * 0.05)[..., None],
            rough=0.92,
            base=0,
        )
        edge = b.stroke(
            list(
                sh.turn(
                    [
                        (CX + 392, CY + 120),
                        (CX + 470, CY + 90),
                        (CX + 560, CY + 130),
                        (CX + 586, CY + 196),
                        (CX + 520, CY + 250),
                        (CX + 430, CY + 214),
                        (CX + 392, CY + 120),
                    ],
                    CX,
                    CY,
                    degrees,
                )
            ),
            12,
            True,
        )
        b.put(edge, 8 + edge.noise(6, 3) * 3, np.clip(np.array(color) * 1.12, 0, 255), rough=0.25, spec=0.06)
    return out
