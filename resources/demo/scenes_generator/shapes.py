"""Shapes, noise and height profiles that every item drawing is built from.

A Shape is a small cut-out of the bench: a soft mask, the distance to its edge and the
coordinates of its points, all in design units (the frame is 1280 x 960 units, whatever the
size rendered).  Everything random takes a seed; the same seed draws the same picture.
"""

import math

import cv2
import numpy as np


def spline(points, steps=14):
    """Closed Catmull-Rom curve through the points."""
    pts = np.array(points, float)
    p0, p2, p3 = np.roll(pts, 1, 0), np.roll(pts, -1, 0), np.roll(pts, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = p0[:, None], pts[:, None], p2[:, None], p3[:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (-a + 3 * b - 3 * c + d) * t**3)
    return curve.reshape(-1, 2)


def round_poly(points, radius):
    """Polygon with its corners rounded (quadratic corners)."""
    pts = np.array(points, float)
    out = []
    for i, p in enumerate(pts):
        a, b = pts[i - 1], pts[(i + 1) % len(pts)]
        ua, ub = a - p, b - p
        la, lb = np.hypot(*ua), np.hypot(*ub)
        r = min(radius, la * 0.48, lb * 0.48)
        s, e = p + ua / la * r, p + ub / lb * r
        for t in np.linspace(0, 1, 9):
            out.append((1 - t) ** 2 * s + 2 * t * (1 - t) * p + t * t * e)
    return np.array(out)


def mirror(points, cx=640):
    """The points followed by their mirror image about x = cx (a symmetric outline)."""
    return list(points) + [(2 * cx - x, y) for x, y in reversed(points)]


def turn(points, cx, cy, degrees, scale=1.0, dx=0, dy=0):
    """Points rotated about (cx, cy), scaled, then moved by (dx, dy)."""
    a = math.radians(degrees)
    p = (np.array(points, float) - (cx, cy)) * scale
    r = np.stack([p[:, 0] * math.cos(a) - p[:, 1] * math.sin(a), p[:, 0] * math.sin(a) + p[:, 1] * math.cos(a)], 1)
    return r + (cx + dx, cy + dy)


def rect_points(cx, cy, w, h, degrees=0):
    """Corners of a rectangle: top left, top right, bottom right, bottom left."""
    p = [(cx - w / 2, cy - h / 2), (cx + w / 2, cy - h / 2), (cx + w / 2, cy + h / 2), (cx - w / 2, cy + h / 2)]
    return turn(p, cx, cy, degrees)


def ellipse_points(cx, cy, rx, ry, degrees=0, n=96):
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return turn(np.stack([cx + rx * np.cos(t), cy + ry * np.sin(t)], 1), cx, cy, degrees)


def noise(size, sigma, seed):
    """Smooth noise of unit deviation; size is (height, width) in pixels."""
    h, w = size
    rng = np.random.default_rng(abs(int(seed)))
    f = max(1, int(sigma / 2.5))
    hh, ww = h // f + 8, w // f + 8
    n = rng.standard_normal((hh, ww)).astype(np.float32)
    n = cv2.GaussianBlur(n, (0, 0), max(0.3, sigma / f), borderType=cv2.BORDER_REFLECT)
    if f > 1:
        n = cv2.resize(n, (ww * f, hh * f), interpolation=cv2.INTER_CUBIC)
    n = n[2 * f : 2 * f + h, 2 * f : 2 * f + w] if f > 1 else n[:h, :w]
    return n / (n.std() + 1e-6)


def streaks(size, across, along, degrees, seed):
    """Noise drawn out along a direction: folds, grain, brushed metal."""
    h, w = size
    s = int(math.hypot(h, w)) + 8
    f = max(1, int(across / 2.5))
    n = np.random.default_rng(abs(int(seed))).standard_normal((s // f + 4, s // f + 4)).astype(np.float32)
    n = cv2.GaussianBlur(n, (0, 0), sigmaX=max(0.3, along / f), sigmaY=max(0.3, across / f))
    c = n.shape[0] / 2
    m = cv2.getRotationMatrix2D((c, c), -degrees, f)
    m[0, 2] += w / 2 - c
    m[1, 2] += h / 2 - c
    n = cv2.warpAffine(n, m, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return n / (n.std() + 1e-6)


def creases(size, across, along, degrees, seed, sharp=1.0):
    """Cloth folds: ridges with one steep side, bent by slower noise."""
    n = streaks(size, across, along, degrees, seed)
    r = np.exp(-np.abs(n) * 2.2 * sharp)
    keep = np.clip(noise(size, across * 4, seed + 1) * 0.9 + 0.1, 0, 1)
    return cv2.GaussianBlur(r * keep, (0, 0), max(0.8, across * 0.10))


def soften(a, sigma):
    """Gaussian blur, done small when it is wide."""
    if sigma < 6:
        return cv2.GaussianBlur(a, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    f = int(sigma / 3)
    h, w = a.shape
    b = cv2.resize(a, (max(2, w // f), max(2, h // f)), interpolation=cv2.INTER_AREA)
    b = cv2.GaussianBlur(b, (0, 0), sigma / f, borderType=cv2.BORDER_REPLICATE)
    b = cv2.resize(b, (w, h), interpolation=cv2.INTER_CUBIC)
    return cv2.GaussianBlur(b, (0, 0), f * 0.8, borderType=cv2.BORDER_REPLICATE)


def dome(d, radius, amp):
    """Height that rises round from the edge and is flat further in than radius."""
    t = np.clip(d / radius, 0, 1)
    return np.sqrt(np.clip(1 - (1 - t) ** 2, 0, 1)) * amp


def bevel(d, width, amp):
    t = np.clip(d / width, 0, 1)
    return t * t * (3 - 2 * t) * amp


def groove(dist, width, depth):
    """A valley of the given width where dist (distance to a line) is small."""
    return -depth * np.exp(-((dist / (width * 0.5)) ** 2))


class Shape:
    """A cut-out of the bench: mask m, inner distance d, coordinates x and y, offset x0, y0."""

    def __init__(self, mask, x0, y0, k):
        self.m, self.x0, self.y0, self.k = mask, x0, y0, k
        b = cv2.copyMakeBorder((mask > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        d = cv2.distanceTransform(b, cv2.DIST_L2, 5)[1:-1, 1:-1]
        self.d = cv2.GaussianBlur(d, (0, 0), 1.3) / k
        h, w = mask.shape
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        self.x, self.y = (xx + x0) / k, (yy + y0) / k

    @property
    def size(self):
        return self.m.shape

    def noise(self, sigma, seed):
        return noise(self.size, sigma * self.k, seed)

    def streaks(self, across, along, degrees, seed):
        return streaks(self.size, across * self.k, along * self.k, degrees, seed)

    def creases(self, across, along, degrees, seed, sharp=1.0):
        return creases(self.size, across * self.k, along * self.k, degrees, seed, sharp)

    def local(self, cx, cy, degrees):
        """Coordinates in a frame centred at (cx, cy) and turned by degrees."""
        a = math.radians(degrees)
        dx, dy = self.x - cx, self.y - cy
        return dx * math.cos(a) + dy * math.sin(a), -dx * math.sin(a) + dy * math.cos(a)

    def smooth(self, height, sigma):
        """A height blurred inside the shape only (takes ridges out of rounded bodies)."""
        w = soften(self.m, sigma * self.k)
        return (
            soften(np.asarray(height, np.float32) * self.m, sigma * self.k)
            / np.maximum(w, 0.02)
            * np.clip(w * 1.9 - 0.6, 0.0, 1)
        )

    def line(self, points, closed=False):
        """Distance (design units) of every point to a drawn line."""
        p = np.array(points, float) * self.k - (self.x0, self.y0)
        img = np.full(self.size, 255, np.uint8)
        cv2.polylines(img, [np.round(p * 16).astype(np.int32)], closed, 0, 1, cv2.LINE_8, 4)
        d = cv2.distanceTransform(img, cv2.DIST_L2, 5)
        return cv2.GaussianBlur(d, (0, 0), 0.8) / self.k

    def cut(self, other):
        """This shape without another one (a hole)."""
        m = self.m.copy()
        h, w = other.size
        ya, xa = max(other.y0, self.y0), max(other.x0, self.x0)
        yb = min(other.y0 + h, self.y0 + m.shape[0])
        xb = min(other.x0 + w, self.x0 + m.shape[1])
        if yb > ya and xb > xa:
            m[ya - self.y0 : yb - self.y0, xa - self.x0 : xb - self.x0] *= (
                1 - other.m[ya - other.y0 : yb - other.y0, xa - other.x0 : xb - other.x0]
            )
        return Shape(m, self.x0, self.y0, self.k)

    def times(self, array):
        """This shape with its mask multiplied by an array (wear, torn edges)."""
        return Shape((self.m * array).astype(np.float32), self.x0, self.y0, self.k)
