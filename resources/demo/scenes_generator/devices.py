"""Phone, serial plate, earbuds, kit tray, hair dryer."""

import numpy as np
from PIL import Image, ImageDraw

from inspection_station.devices.simulated_label import PLATE_PAPER, PLATE_SIZE, serial_plate

from . import labels
from . import shapes as sh
from .text import font


def _sheen(b, s, degrees=28, at=-40, width=120, power=0.05):
    """A window mirrored in flat glass: a soft diagonal band."""
    u, _ = s.local(640, 440, degrees)
    band = np.clip((u - at) / 10, 0, 1) * np.clip((at + width - u) / 26, 0, 1)
    wide = np.clip(0.5 - u / 700, 0, 1) * 0.35
    b.tint(s, (205, 214, 226), power * band + power * wide)


def screen_on(w=560, h=1200, clock="14:26"):
    """Home screen of a powered-on phone."""
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    t = yy / h
    base = np.stack([30 + 190 * t**1.5, 60 + 70 * t, 130 + 30 * np.sin(t * 3)], 2)
    for i, (cy, c) in enumerate(((0.62, (235, 130, 90)), (0.74, (150, 70, 110)), (0.86, (60, 40, 90)))):
        hill = yy > h * cy + 60 * np.sin(xx / 120 + i * 2) + 26 * np.sin(xx / 50 + i)
        base = np.where(hill[..., None], np.float32(c), base)
    im = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    d = ImageDraw.Draw(im)
    d.text((40, 20), clock, font=font(34, True), fill="white")
    d.text((w - 40, 20), "5G  86%", font=font(32), fill="white", anchor="ra")
    d.text((w // 2, 120), clock, font=font(150), fill="white", anchor="ma")
    d.text((w // 2, 310), "11月22日 星期日", font=font(42), fill="white", anchor="ma")
    cols = [
        (52, 152, 219),
        (46, 204, 113),
        (231, 76, 60),
        (241, 196, 15),
        (155, 89, 182),
        (230, 126, 34),
        (236, 240, 241),
        (26, 188, 156),
    ]
    names = ["电话", "短信", "相机", "相册", "设置", "地图", "时钟", "天气"]
    for i, (c, n) in enumerate(zip(cols, names, strict=True)):
        x, y = 50 + (i % 4) * 122, 760 + (i // 4) * 170
        d.rounded_rectangle([x, y, x + 94, y + 94], 24, fill=c)
        d.ellipse([x + 28, y + 28, x + 66, y + 66], outline="white" if sum(c) < 650 else (60, 60, 60), width=7)
        d.text((x + 47, y + 98), n, font=font(26), fill="white", anchor="ma")
    d.rounded_rectangle([w // 2 - 90, h - 26, w // 2 + 90, h - 18], 4, fill="white")
    return im


def phone(b, on=False, frame=(150, 154, 160), degrees=-3, cx=640, cy=440, scale=1.0, seed=4):
    """Phone face up; on shows the lit home screen."""
    w, h = 312 * scale, 664 * scale
    s = b.rect(cx, cy, w, h, 46 * scale, degrees)
    b.put(s, sh.dome(s.d, 9, 20), frame, metal=0.85, rough=0.32, base=0)
    for dy, ln in ((-120, 46), (-50, 84)):
        p = sh.turn(sh.rect_points(cx + w / 2, cy + dy * scale, 5, ln * scale), cx, cy, degrees)
        q = b.shape(sh.round_poly(p, 2), smooth=False)
        b.put(q, 12, np.array(frame) * 0.9, metal=0.85, rough=0.3, base=0)
    g = b.rect(cx, cy, w - 12 * scale, h - 12 * scale, 40 * scale, degrees)
    b.put(g, sh.dome(g.d, 5, 2.2), (9, 10, 12), rough=0.05, spec=0.045, base=19)
    quad = sh.rect_points(cx, cy, w - 26 * scale, h - 26 * scale, degrees)
    scr = b.shape(sh.round_poly(quad, 32 * scale), smooth=False)
    if on:
        im = screen_on()
        mask = Image.new("L", im.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle([0, 0, im.width - 1, im.height - 1], 62, fill=255)
        im.putalpha(mask)
        b.decal(im, quad, 0, 0.05, 0.045, base="rest", glow=0.62)
    else:
        b.tint(scr, (15, 16, 19), 1)
    cam = sh.turn([(cx, cy - h / 2 + 34 * scale)], cx, cy, degrees)[0]
    c = b.ellipse(*cam, 8 * scale)
    b.tint(c, (2, 2, 3), 1)
    if b.emit is not None:
        b.emit[c.y0 : c.y0 + c.size[0], c.x0 : c.x0 + c.size[1]] *= (1 - c.m)[..., None]
    c = b.ellipse(*cam, 3 * scale)
    b.tint(c, (26, 34, 60), 1)
    _sheen(b, g, power=0.10 if not on else 0.03)
    rng = np.random.default_rng(seed)
    for _ in range(5):  # fingerprints
        x, y = cx + rng.uniform(-90, 90), cy + rng.uniform(-200, 240)
        f = b.ellipse(x, y, 17, 23, rng.uniform(-30, 30))
        u, v = f.local(x, y, 0)
        b.tint(f, (120, 128, 138), np.clip(0.5 + 0.5 * np.sin(np.hypot(u, v * 0.8) * 1.6), 0, 1) * 0.05)
    return scr


def cracks(b, at, inside, reach=420, rays=13, seed=6):
    """Shattered glass from an impact point; inside is the Shape the cracks stay in."""
    rng = np.random.default_rng(seed)
    x0, y0 = at
    lines = []

    def ray(x, y, a, ln, width):
        pts = [(x, y)]
        n = max(3, int(ln / 26))
        for _ in range(n):
            a += rng.normal(0, 0.13)
            x, y = x + np.cos(a) * ln / n, y + np.sin(a) * ln / n
            pts.append((x, y))
            if rng.random() < 0.16 and width > 0.9:
                ray(x, y, a + rng.choice([-1, 1]) * rng.uniform(0.4, 0.9), ln * rng.uniform(0.2, 0.45), width * 0.7)
        lines.append((pts, width))

    angles = np.arange(rays) * 2 * np.pi / rays + rng.normal(0, 0.12, rays)
    for a in angles:
        ray(x0, y0, a, reach * rng.uniform(0.35, 1.1), rng.uniform(1.0, 1.7))
    for r in (16, 30, 52, 88):
        for i in range(rays):
            if rng.random() < (0.85 if r < 60 else 0.45):
                a, c = angles[i], angles[(i + 1) % rays] + (2 * np.pi if i == rays - 1 else 0)
                q = r * rng.uniform(0.85, 1.2), r * rng.uniform(0.85, 1.2)
                lines.append(
                    (
                        [
                            (x0 + np.cos(a) * q[0], y0 + np.sin(a) * q[0]),
                            (x0 + np.cos(c) * q[1], y0 + np.sin(c) * q[1]),
                        ],
                        0.9,
                    )
                )

    def clip(s):
        keep = np.zeros(s.size, np.float32)
        ya, xa = max(s.y0, inside.y0), max(s.x0, inside.x0)
        yb = min(s.y0 + s.size[0], inside.y0 + inside.size[0])
        xb = min(s.x0 + s.size[1], inside.x0 + inside.size[1])
        if yb > ya and xb > xa:
            keep[ya - s.y0 : yb - s.y0, xa - s.x0 : xb - s.x0] = inside.m[
                ya - inside.y0 : yb - inside.y0, xa - inside.x0 : xb - inside.x0
            ]
        return s.times(keep)

    crush = clip(b.ellipse(x0, y0, 34, 30))
    b.tint(crush, (196, 202, 208), np.clip(0.34 + 0.5 * crush.noise(2.2, seed), 0, 0.9) * np.clip(crush.d / 18, 0, 1))
    b.push(crush, crush.noise(2.5, seed + 1) * 0.8 - 1.2)
    for pts, width in lines:
        halo = clip(b.stroke(pts, width * 3.2))
        b.tint(halo, (150, 158, 168), 0.16)
        s = clip(b.stroke(pts, width))
        b.tint(s, (222, 228, 234), np.clip(0.66 + 0.25 * s.noise(9, seed), 0, 1))
        if b.emit is not None:
            b.emit[s.y0 : s.y0 + s.size[0], s.x0 : s.x0 + s.size[1]] *= (1 - 0.8 * s.m)[..., None]
        b.push(s, -0.8)


def plate_closeup(b, serial, scratched=False, **kw):
    """Close-up of the rating plate on the back of a device; without a serial number the plate is blank."""
    s = b.rect(640, 440, 1500, 1200)
    b.put(
        s,
        s.noise(1.6, 3) * 0.22 + s.noise(200, 4) * 3,
        np.float32((46, 48, 52))[None, None] * (1 + s.noise(1.2, 5) * 0.05)[..., None],
        rough=0.55,
        spec=0.045,
        base=0,
    )
    b.push(b.stroke([(0, 82), (1280, 70)], 5), -5)
    for x, y in ((96, 180), (1190, 170), (96, 742), (1190, 738)):
        c = b.ellipse(x, y, 30)
        b.put(c, -sh.dome(c.d, 6, 8), (40, 42, 46), rough=0.5)
        c = b.ellipse(x, y, 21)
        b.put(c, -3 + sh.dome(c.d, 5, 3), (150, 152, 156), metal=0.9, rough=0.3)
        for a in (0, 90):
            b.put(b.rect(x, y, 26, 5, 1, a + 20), -2.5, (44, 44, 46), rough=0.5)
    quad = sh.rect_points(640, 452, 900, 525, -1.2)
    b.label_quad = quad
    plate = serial_plate(serial, **kw) if serial else Image.new("RGB", PLATE_SIZE, PLATE_PAPER)
    b.decal(plate, quad, height=1.4, rough=0.42, spec=0.05, ripple=0.25)
    if scratched:
        from .footwear_bags import scratches

        scratches(b, 520, 500, 560, -8, 42, (150, 152, 156), 5, 0.5)
        s = b.rect(500, 494, 560, 120, 40)
        b.tint(s, (150, 150, 150), np.clip(s.streaks(2.0, 60, -7, 3) * 0.5 + 0.25, 0, 0.9) * np.clip(s.d / 24, 0, 1))


def _bud(b, x, y, degrees, color, seed):
    stem = b.stroke(sh.turn([(x, y), (x + 4, y + 96)], x, y, degrees), 26)
    b.put(stem, sh.dome(stem.d, 13, 22), color, rough=0.16, spec=0.045, base=0)
    head = b.ellipse(x, y, 38, 33, degrees)
    b.put(head, sh.dome(head.d, 32, 44), color, rough=0.16, spec=0.045, base=0)
    tx, ty = sh.turn([(x - 26, y - 8)], x, y, degrees)[0]
    tip = b.ellipse(tx, ty, 25, 28, degrees)
    b.put(tip, sh.dome(tip.d, 22, 14), (206, 207, 209), rough=0.6, base="drape")
    mesh = b.ellipse(tx - 6, ty, 9, 12, degrees)
    b.put(mesh, -4, (56, 58, 62), metal=0.4, rough=0.5)
    p = sh.turn([(x + 4, y + 104)], x, y, degrees)[0]
    e = b.ellipse(*p, 9)
    b.put(e, 1, (150, 152, 156), metal=0.8, rough=0.3, base="drape")


def earbuds(b, color=(240, 240, 240), missing=False, scuffed=False, seed=7):
    """Charging case with its two earbuds; missing leaves one out."""
    s = b.rect(640, 330, 430, 330, 128)
    h = s.smooth(sh.dome(s.d, 120, 118), 9)
    b.put(s, h, np.array(color) * 0.95, rough=0.14, spec=0.05, base=0)
    u = s.y - 300 - ((s.x - 640) / 215) ** 2 * 8
    b.push(s, sh.groove(u, 4.5, 4.5))
    hinge = b.rect(640, 180, 120, 10, 4)
    b.put(hinge, 3, (178, 180, 184), metal=0.8, rough=0.3)
    led = b.ellipse(640, 376, 5)
    b.put(led, 0.3, (96, 214, 120), rough=0.2)
    im = Image.new("RGBA", (300, 70), (0, 0, 0, 0))
    ImageDraw.Draw(im).text((150, 4), "YUNXI", font=font(52, True), fill=(150, 152, 156, 255), anchor="ma")
    b.decal(im, sh.rect_points(640, 420, 110, 26), 0)
    if scuffed:
        from .footwear_bags import scratches

        scratches(b, 560, 262, 130, -18, 14, (150, 148, 144), 4, 0.7)
        scratches(b, 740, 410, 90, 40, 9, (150, 148, 144), 9, 0.7)
    _bud(b, 560, 640, 14, color, seed)
    if not missing:
        _bud(b, 740, 644, -12, color, seed + 1)


def kit_tray(b, missing=(), seed=9):
    """Open product box with a moulded tray: phone, charger, cable, papers; missing names
    parts left out ('charger', 'cable', 'papers', 'phone')."""
    s = b.rect(640, 440, 900, 720, 10)
    b.put(s, 93 + sh.bevel(s.d, 3, 3), (236, 236, 234), rough=0.6, base=0)
    t = b.rect(640, 440, 872, 692, 6)
    b.put(
        t,
        t.noise(1.2, seed) * 0.08,
        np.float32((190, 191, 190))[None, None] * (1 + t.noise(0.8, seed) * 0.03)[..., None],
        rough=0.9,
        base=62,
    )

    def well(cx, cy, w, h, r, depth=42):
        q = b.rect(cx, cy, w, h, r)
        b.put(
            q,
            -sh.bevel(q.d, 7, depth),
            np.float32((182, 183, 182))[None, None] * (1 + q.noise(0.8, seed + 1) * 0.03)[..., None],
            rough=0.9,
        )

    well(440, 440, 330, 640, 40, 26)
    well(850, 280, 330, 250, 30)
    well(850, 560, 330, 220, 30)
    well(850, 728, 330, 74, 12, 20)
    if "phone" not in missing:
        phone_in = b.rect(440, 440, 288, 600, 40)
        b.put(phone_in, sh.dome(phone_in.d, 8, 18), (150, 154, 160), metal=0.85, rough=0.3, base=40)
        g = b.rect(440, 440, 278, 590, 36)
        b.put(g, sh.dome(g.d, 4, 1.5), (10, 11, 13), rough=0.05, spec=0.045, base=57)
        _sheen(b, g, power=0.10, at=-260)
    if "charger" not in missing:
        c = b.rect(850, 280, 190, 190, 26)
        b.put(c, sh.dome(c.d, 16, 66), (243, 243, 242), rough=0.22, spec=0.045, base=24)
        p = b.rect(850, 345, 66, 20, 8)
        b.put(p, -10, (60, 62, 66), rough=0.5)
        im = Image.new("RGBA", (360, 200), (0, 0, 0, 0))
        d = ImageDraw.Draw(im)
        for i, tx in enumerate(("YUNXI 电源适配器", "型号 YX-P33  33W", "输入 220V~50Hz 0.8A")):
            d.text((180, 10 + i * 58), tx, font=font(40, i == 0), fill=(120, 122, 126, 255), anchor="ma")
        b.decal(im, sh.rect_points(850, 262, 140, 78), 0, 0.25)
    if "cable" not in missing:
        for i in range(5):
            r = 88 - i * 11
            tt = np.linspace(0, 2 * np.pi, 40)
            cb = b.stroke(np.stack([850 + (r + 40) * np.cos(tt), 560 + r * 0.82 * np.sin(tt)], 1), 9)
            b.put(cb, sh.dome(cb.d, 5, 9), (238, 238, 237), rough=0.5, base=26 + (i % 2) * 4)
        tie = b.rect(724, 562, 70, 18, 6, 4)
        b.put(tie, sh.bevel(tie.d, 4, 8), (52, 54, 58), rough=0.8, base=34)
        for x, a in ((880, 6), (905, -4)):
            pl = b.rect(x, 600, 26, 56, 6, a)
            b.put(pl, sh.dome(pl.d, 8, 14), (240, 240, 239), rough=0.35, base=28)
            m = b.rect(x, 637, 16, 22, 4, a)
            b.put(m, sh.dome(m.d, 5, 8), (186, 188, 192), metal=0.9, rough=0.25, base=28)
    if "papers" not in missing:
        im = labels.panel(640, 130, (250, 250, 249), "快速指南 · 三包凭证", "", "", (50, 52, 56), big=3.2)
        b.decal(im, sh.rect_points(850, 728, 312, 60, -1), 4, 0.6)


def hair_dryer(b, color=(214, 92, 110), dent=False, seed=13):
    """Hair dryer lying on its side, cord coiled."""
    cord = [
        (760, 760),
        (800, 830),
        (900, 850),
        (1010, 800),
        (1050, 690),
        (1010, 590),
        (930, 570),
        (880, 640),
        (900, 740),
        (980, 790),
        (1080, 760),
        (1140, 640),
    ]
    c = b.stroke(cord, 15, True)
    b.put(c, sh.dome(c.d, 7.5, 15), (38, 38, 40), rough=0.5, base=0)
    pl = b.rect(1146, 596, 58, 84, 14, 8)
    b.put(pl, sh.dome(pl.d, 16, 40), (40, 40, 42), rough=0.45, base=0)
    for dx in (-12, 14):
        pr = b.rect(1152 + dx, 534, 8, 44, 3, 8 + dx)
        b.put(pr, 20, (200, 190, 150), metal=0.9, rough=0.25, base=0)
    hd = b.shape(
        [(600, 420), (700, 420), (738, 520), (776, 700), (790, 752), (750, 782), (700, 776), (668, 720), (628, 560)]
    )
    b.put(hd, hd.smooth(sh.dome(hd.d, 52, 60), 6), np.array(color) * 0.97, rough=0.20, spec=0.05, base=0)
    sw = b.rect(694, 610, 30, 84, 12, -14)
    b.put(sw, sh.bevel(sw.d, 5, 5), (48, 48, 50), rough=0.45)
    for i, y in enumerate((584, 606, 628)):
        k = b.rect(688 + i * 6, y, 22, 10, 4, -14)
        b.put(k, sh.dome(k.d, 4, 4), (80, 80, 84), rough=0.5, base="drape")
    body = b.shape(
        [
            (400, 236),
            (520, 196),
            (660, 182),
            (780, 200),
            (850, 256),
            (866, 330),
            (846, 404),
            (776, 458),
            (650, 474),
            (520, 456),
            (400, 424),
        ]
    )
    h = body.smooth(sh.dome(body.d, 136, 132), 10)
    b.put(body, h, color, rough=0.17, spec=0.05, base=0)
    b.push(b.stroke([(528, 200), (540, 326), (528, 452)], 4, True), -3)
    ring = b.shape([(512, 206), (526, 203), (537, 326), (526, 450), (512, 447), (522, 326)])
    b.put(ring, 2.5, (196, 198, 202), metal=0.9, rough=0.2)
    noz = b.shape(
        sh.round_poly([(410, 232), (330, 244), (262, 226), (250, 326), (262, 434), (330, 416), (410, 428)], 16),
        smooth=False,
    )
    b.put(
        noz,
        noz.smooth(np.sqrt(np.clip(1 - ((noz.y - 330) / 112) ** 2, 0, 1)) * 100, 3),
        (44, 44, 47),
        rough=0.3,
        spec=0.045,
        base=0,
    )
    gr = b.ellipse(826, 330, 34, 92)
    b.put(gr, -2, (46, 46, 49), rough=0.4, base="drape")
    for i in range(-5, 6):
        y = 330 + i * 15
        w = 30 * np.sqrt(max(0, 1 - (i / 6.2) ** 2))
        b.put(b.stroke([(826 - w, y), (826 + w, y)], 5), 3, (30, 30, 32), rough=0.4)
    im = Image.new("RGBA", (400, 110), (0, 0, 0, 0))
    ImageDraw.Draw(im).text((200, 0), "FENGYU 风屿", font=font(60, True), fill=(250, 246, 246, 235), anchor="ma")
    b.decal(im, sh.rect_points(672, 372, 200, 55, 2), 0, 0.2, 0.05)
    if dent:
        d = b.ellipse(650, 258, 92, 66, -14)
        u, v = d.local(650, 258, -14)
        r = np.hypot(u / 66, v / 44)
        b.push(d, -34 * np.exp(-(r**2) * 1.6) + 5 * np.exp(-(((r - 1.12) / 0.2) ** 2)))
        for p in ([(612, 246), (640, 262), (668, 252), (704, 270)], [(640, 262), (634, 288), (648, 306)]):
            q = b.stroke(p, 1.4)
            b.tint(q, (70, 30, 36), 0.8)
            b.push(q, -2)
        from .footwear_bags import scratches

        scratches(b, 650, 262, 110, -20, 6, (238, 190, 196), 8, 0.8)
