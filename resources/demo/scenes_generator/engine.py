"""The bench and its light: a height field seen from above, lit by a softbox and a dome.

Items add patches (mask, height, colour, roughness); render() lights the whole field with
real cast shadows (each light sample is marched over the heights), so that soft shadows,
contact shadows and shading agree with each other.  Colours are sRGB 0..255 on the outside,
linear 0..1 inside.
"""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from . import shapes as sh
from .text import font

KEY = [
    (
        -0.48 + 0.27 * math.sqrt((i + 0.5) / 20) * math.cos(i * 2.39996),
        -0.57 + 0.27 * math.sqrt((i + 0.5) / 20) * math.sin(i * 2.39996),
        0.74,
    )
    for i in range(20)
]  # points of a round softbox, upper left
DOME = [
    (math.cos(a) * math.cos(e), math.sin(a) * math.cos(e), math.sin(e))
    for e, n, o in ((0.50, 9, 0.3), (0.85, 7, 0.1), (1.2, 4, 0.8))
    for a in np.arange(n) * 2 * np.pi / n + o
]
DOME.append((0, 0, 1))


def lin(c):
    """sRGB 0..255 to linear 0..1."""
    c = np.clip(np.asarray(c, np.float32) / 255, 0, 1)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


def srgb(x):
    """Linear 0..1 to sRGB 0..255."""
    x = np.clip(x, 0, 1)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.power(x, 1 / 2.4) - 0.055) * 255


class Bench:
    """The scene under the camera.

    w, h   frame in design units;  k  pixels per unit while drawing;  margin  extra units all
    round (for a tilted camera);  bg  'mat' (grey bench) or 'white' (catalogue sweep).
    """

    def __init__(self, w=1280, h=960, k=1.5, seed=1, ruler=True, card=True, bg="mat", margin=0):
        self.w, self.h, self.k, self.seed, self.margin = w, h, k, seed, margin
        self.W, self.H = int((w + 2 * margin) * k), int((h + 2 * margin) * k)
        size = (self.H, self.W)
        self.height = np.zeros(size, np.float32)
        self.rough = np.full(size, 0.8, np.float32)
        self.spec = np.full(size, 0.02, np.float32)
        self.metal = np.zeros(size, np.float32)
        self.emit = None
        self.label_quad = None  # where the blank label or plate lies
        if bg == "white":
            self.color = np.ones((*size, 3), np.float32) * lin((236, 237, 238))
        else:
            self.color = np.ones((*size, 3), np.float32) * lin((138, 140, 142))
            n = 1 + sh.noise(size, 0.7 * k, 1)[..., None] * 0.009 + sh.noise(size, 70 * k, 2)[..., None] * 0.015
            self.color *= n
            self.height += sh.noise(size, 1.0 * k, 5) * 0.012 * k
            self._grid()
            if ruler:
                self._ruler()
            if card:
                self._card()

    # ---- shapes -------------------------------------------------------------------------
    def shape(self, points, smooth=True, pad=4):
        """Shape of an outline (a closed curve through the points, or a plain polygon)."""
        p = sh.spline(points) if smooth else np.array(points, float)
        p = (p + self.margin) * self.k
        x0, y0 = np.clip(np.floor(p.min(0)).astype(int) - pad, 0, (self.W - 2, self.H - 2))
        x1, y1 = np.minimum(np.ceil(p.max(0)).astype(int) + pad, (self.W, self.H))
        x1, y1 = max(x1, x0 + 2), max(y1, y0 + 2)
        m = np.zeros((max(2, y1 - y0), max(2, x1 - x0)), np.uint8)
        cv2.fillPoly(m, [np.round((p - (x0, y0)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return self._mk(m, x0, y0)

    def _mk(self, m, x0, y0):
        s = sh.Shape(m.astype(np.float32) / 255, x0, y0, self.k)
        s.x -= self.margin
        s.y -= self.margin
        s.x0u = self.margin
        return s

    def rect(self, cx, cy, w, h, r=0, degrees=0):
        p = sh.rect_points(cx, cy, w, h, degrees)
        return self.shape(sh.round_poly(p, r) if r else p, smooth=False)

    def ellipse(self, cx, cy, rx, ry=None, degrees=0):
        return self.shape(sh.ellipse_points(cx, cy, rx, ry or rx, degrees), smooth=False)

    def stroke(self, points, width, curve=False):
        """Shape of a thick line (cord, wire, seam tape)."""
        p = np.array(points, float)
        if curve and len(p) > 2:
            q = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
            p = np.vstack([sh.spline(q[i : i + 4], 16)[16:32] for i in range(len(p) - 1)] + [p[-1:]])
        p = (p + self.margin) * self.k
        pad = int(width * self.k) + 6
        x0, y0 = np.clip(np.floor(p.min(0)).astype(int) - pad, 0, (self.W - 2, self.H - 2))
        x1, y1 = np.minimum(np.ceil(p.max(0)).astype(int) + pad, (self.W, self.H))
        x1, y1 = max(x1, x0 + 2), max(y1, y0 + 2)
        m = np.zeros((max(2, y1 - y0), max(2, x1 - x0)), np.uint8)
        cv2.polylines(
            m,
            [np.round((p - (x0, y0)) * 16).astype(np.int32)],
            False,
            255,
            max(1, round(width * self.k)),
            cv2.LINE_AA,
            4,
        )
        return self._mk(m, x0, y0)

    # ---- putting things down ------------------------------------------------------------
    def put(self, s, height, color, rough=0.6, spec=0.04, metal=0.0, base="drape", alpha=None):
        """Lay a patch on the bench.

        height  units above base (number or array);  base  'drape' follows what is under it,
        'rest' lies flat on the highest point under it, or a number;  alpha  extra opacity of
        colour only (prints, stains).
        """
        y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
        m = s.m
        under = self.height[y, x]
        if isinstance(base, str):
            if base == "drape":  # follows the ground below, but not its finest detail
                soft = min(11 * self.k, 0.12 * max(m.shape))
                ref = sh.soften(under, soft) if soft > 1.5 else under
            else:
                ref = np.float32(np.percentile(under[m > 0.5], 96)) if (m > 0.5).any() else 0
        else:
            ref = base * self.k
        self.height[y, x] = under * (1 - m) + (ref + np.asarray(height, np.float32) * self.k) * m
        a = m if alpha is None else m * alpha
        c = np.asarray(color, np.float32)
        c = lin(c)
        self.color[y, x] = self.color[y, x] * (1 - a[..., None]) + c * a[..., None]
        for name, v in (("rough", rough), ("spec", spec), ("metal", metal)):
            arr = getattr(self, name)
            arr[y, x] = arr[y, x] * (1 - a) + v * a

    def tint(self, s, color, alpha):
        """Change colour only (stain, print, dirt)."""
        y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
        a = (s.m * alpha)[..., None]
        self.color[y, x] = self.color[y, x] * (1 - a) + lin(color) * a

    def soak(self, s, color, alpha):
        """Dye what is there with a colour, as a dried liquid does."""
        y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
        self.color[y, x] *= 1 - (s.m * alpha)[..., None] * (1 - lin(color) / 0.8)

    def shade(self, s, factor):
        """Multiply the colour (dirt, fading)."""
        y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
        f = np.asarray(factor, np.float32)
        self.color[y, x] *= (1 + (f - 1) * s.m)[..., None]

    def push(self, s, height, rough=None):
        """Add to the height only (dents, creases, scratches)."""
        y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
        self.height[y, x] += np.asarray(height, np.float32) * self.k * s.m
        if rough is not None:
            self.rough[y, x] = self.rough[y, x] * (1 - s.m) + rough * s.m

    def top(self, s):
        """Highest point under a shape, in units."""
        return float(self.height[s.y0 : s.y0 + s.size[0], s.x0 : s.x0 + s.size[1]][s.m > 0.5].max()) / self.k

    def decal(self, image, quad, height=0.5, rough=0.6, spec=0.04, base="drape", glow=0.0, ripple=0.0):
        """Print or stick a picture (PIL, RGB or RGBA) onto the quad (tl, tr, br, bl)."""
        q = (np.array(quad, np.float32) + self.margin) * self.k
        x0, y0 = np.maximum(np.floor(q.min(0)).astype(int) - 3, 0)
        x1, y1 = np.minimum(np.ceil(q.max(0)).astype(int) + 3, (self.W, self.H))
        if x1 <= x0 + 2 or y1 <= y0 + 2:
            return None
        rgba = np.array(image.convert("RGBA")).astype(np.float32)
        side = max(np.hypot(*(q[1] - q[0])), 1)
        f = rgba.shape[1] / side
        if f > 1.15:  # shrink first, so that small print stays clean
            rgba = cv2.resize(rgba, None, fx=1 / f, fy=1 / f, interpolation=cv2.INTER_AREA)
        ih, iw = rgba.shape[:2]
        src = np.float32([[0, 0], [iw, 0], [iw, ih], [0, ih]])
        P = cv2.getPerspectiveTransform(src, (q - (x0, y0)).astype(np.float32))
        size = (int(x1 - x0), int(y1 - y0))
        out = cv2.warpPerspective(rgba[..., :3], P, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        a = cv2.warpPerspective(rgba[..., 3], P, size, flags=cv2.INTER_LINEAR)
        s = self._mk(np.clip(a, 0, 255), x0, y0)
        hgt = height if not ripple else height + s.noise(26, self.seed + 9) * ripple
        self.put(s, hgt, np.clip(out, 0, 255), rough, spec, base=base)
        if glow:
            if self.emit is None:
                self.emit = np.zeros_like(self.color)
            y, x = slice(s.y0, s.y0 + s.size[0]), slice(s.x0, s.x0 + s.size[1])
            self.emit[y, x] = self.emit[y, x] * (1 - s.m[..., None]) + lin(out) * glow * s.m[..., None]
        return s

    # ---- bench furniture ----------------------------------------------------------------
    def _grid(self):
        for i in range(0, int((self.w + 2 * self.margin) // 80) + 1):
            x = int(i * 80 * self.k)
            self.color[:, x : x + max(1, round(self.k))] *= 0.93
        for i in range(0, int((self.h + 2 * self.margin) // 80) + 1):
            y = int(i * 80 * self.k)
            self.color[y : y + max(1, round(self.k)), :] *= 0.93

    def _ruler(self):
        k, f = 2.0, font(34)
        im = Image.new("RGB", (int(self.w * k), int(52 * k)), (233, 229, 212))
        d = ImageDraw.Draw(im)
        for i, x in enumerate(np.arange(20, self.w - 10, 8)):
            length = 27 if i % 10 == 0 else 20 if i % 5 == 0 else 11
            d.line([x * k, 0, x * k, length * k], fill=(46, 46, 42), width=2)
            if i % 10 == 0:
                d.text((x * k + 5, 25 * k), str(i // 10), font=f, fill=(46, 46, 42))
        y = self.h - 50
        self.decal(im, [(0, y), (self.w, y), (self.w, y + 52), (0, y + 52)], height=5, rough=0.35, spec=0.04, base=0)

    def _card(self):
        cols = [
            (240, 240, 238),
            (190, 190, 189),
            (128, 128, 128),
            (72, 72, 72),
            (175, 54, 60),
            (70, 148, 73),
            (56, 61, 150),
            (231, 199, 31),
        ]
        im = Image.new("RGB", (480, 120), (26, 26, 27))
        d = ImageDraw.Draw(im)
        for i, c in enumerate(cols):
            d.rectangle([16 + i * 57, 16, 16 + i * 57 + 49, 104], fill=c)
        x, y = self.w - 274, self.h - 126
        self.decal(im, [(x, y), (x + 240, y), (x + 240, y + 60), (x, y + 60)], height=2, rough=0.5)

    # ---- light --------------------------------------------------------------------------
    def _visible(self, hm, L, reach):
        dx, dy, dz = L
        r = math.hypot(dx, dy)
        if r < 0.05:
            return 1.0
        slope, dx, dy = dz / r, dx / r, dy / r
        h, w = hm.shape
        best, t = None, 1.5
        cur = hm
        while t < reach:
            m = np.float32([[1, 0, -dx * t], [0, 1, -dy * t]])
            moved = cv2.warpAffine(cur, m, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) - t * slope
            best = moved if best is None else np.maximum(best, moved)
            cur = np.maximum(cur, moved)
            t *= 2
        return cv2.GaussianBlur(np.clip(1 - (best - hm) / 2.2, 0, 1), (0, 0), 2.0)

    def render(self, key=1.0, fill=1.0, warm=1.0):
        """Light the scene: returns linear RGB at drawing size."""
        hm = cv2.GaussianBlur(self.height, (0, 0), 0.6 * self.k)
        gx = cv2.Sobel(hm, cv2.CV_32F, 1, 0, ksize=3) / 8
        gy = cv2.Sobel(hm, cv2.CV_32F, 0, 1, ksize=3) / 8
        inv = 1 / np.sqrt(gx * gx + gy * gy + 1)
        nx, ny, nz = -gx * inv, -gy * inv, inv
        f = 2 if self.W < 2600 else 3
        small = cv2.resize(hm, (self.W // f, self.H // f), interpolation=cv2.INTER_AREA) / f
        reach = 230 * self.k / f
        light = np.zeros((self.H, self.W, 3), np.float32)
        for group, power, tint in (
            (KEY, 0.90 * key, (1.0 * warm, 0.985, 0.955 / warm)),
            (DOME, 0.35 * fill, (0.96, 0.99, 1.04)),
        ):
            acc = np.zeros((self.H, self.W), np.float32)
            for L in group:
                n = math.sqrt(sum(v * v for v in L))
                L = [v / n for v in L]
                v = self._visible(small, L, reach)
                if not np.isscalar(v):
                    v = cv2.resize(v, (self.W, self.H), interpolation=cv2.INTER_LINEAR)
                acc += np.clip(nx * L[0] + ny * L[1] + nz * L[2], 0, 1) * v
            light += (acc * (power * 1.32 / len(group)))[..., None] * np.float32(tint)
        rz = np.maximum(2 * nz * nz - 1, 0.06)
        px, py = 2 * nz * nx / rz, 2 * nz * ny / rz
        env = self._env(px, py, self.rough) * (0.35 + 0.65 * np.clip(light.mean(2) / 0.9, 0, 1))
        fres = self.spec + (1 - self.spec) * np.clip(1 - nz, 0, 1) ** 5 * (1 - self.rough)
        met = self.metal[..., None]
        out = self.color * light * (1 - met) + env[..., None] * fres[..., None] * (1 - met)
        out += met * self.color * (env[..., None] * 0.8 + light * 0.18)
        if self.emit is not None:
            out += self.emit
        return out

    @staticmethod
    def _env(px, py, rough):
        """What a mirror would see: a dim room, a large softbox, a window strip."""
        s = 0.10 + rough * 1.1

        def box(cx, cy, hw, hh):
            u = np.clip(((hw + s) - np.abs(px - cx)) / (2 * s), 0, 1)
            v = np.clip(((hh + s) - np.abs(py - cy)) / (2 * s), 0, 1)
            gain = hw * hh / ((hw + s * 0.6) * (hh + s * 0.6))
            return u * u * (3 - 2 * u) * v * v * (3 - 2 * v) * gain

        return 0.30 - 0.10 * np.clip(py, -1, 1) + 7.5 * box(-0.75, -0.85, 0.50, 0.42) + 2.2 * box(1.15, 0.25, 0.22, 0.8)
