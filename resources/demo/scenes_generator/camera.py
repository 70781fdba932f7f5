"""From the lit scene to the picture: lens, exposure, tilt, glare, noise, and bad pictures."""

import math

import cv2
import numpy as np
from PIL import Image

from .engine import srgb


def tilted(w, h, margin, k, out, rotate=0.0, tilt=(0.0, 0.0), zoom=1.0, shift=(0, 0)):
    """Homography from the drawing to the frame for a turned and tilted camera."""
    s = out[0] / w
    cx, cy = (margin + w / 2) * k, (margin + h / 2) * k
    to_c = np.array([[1 / k, 0, -cx / k], [0, 1 / k, -cy / k], [0, 0, 1]])
    a = math.radians(rotate)
    rot = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    persp = np.array([[1, 0, 0], [0, 1, 0], [tilt[0] / w, tilt[1] / h, 1]])
    back = np.array([[s * zoom, 0, (w / 2 + shift[0]) * s], [0, s * zoom, (h / 2 + shift[1]) * s], [0, 0, 1]])
    return back @ persp @ rot @ to_c


def shoot(
    bench,
    out=(1280, 960),
    rotate=0.0,
    tilt=(0.0, 0.0),
    zoom=1.0,
    shift=(0, 0),
    key=1.0,
    fill=1.0,
    warm=1.0,
    exposure=1.0,
    blur=0.36,
    motion=0.0,
    glare=None,
    grain=0.55,
    vignette=0.16,
    seed=3,
):
    """Photograph a bench: returns a PIL picture.

    rotate degrees and tilt (perspective, about -.3 .. .3) move the camera; exposure below 1
    is darker, above 1 brighter; blur is defocus and motion the streak length, in pixels of a
    1280 wide frame; glare (x, y, radius) in parts of the frame is a lamp mirrored in film.
    """
    img = bench.render(key, fill, warm)
    f = out[0] / 1280
    scale = out[0] / bench.w / bench.k * zoom
    if scale < 1:
        img = cv2.GaussianBlur(img, (0, 0), max(0.01, 0.42 * math.sqrt(max(1 / scale**2 - 1, 1e-4))))
    P = tilted(bench.w, bench.h, bench.margin, bench.k, out, rotate, tilt, zoom, shift)
    img = cv2.warpPerspective(img, P, out, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    img = np.maximum(img, 0)
    w, h = out
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    if glare:
        gx, gy, gr = glare
        d = np.hypot((xx / w - gx), (yy / h - gy) * h / w * 1.25) / gr
        img += (np.exp(-(d**2) * 2.6) * 3.0 + np.exp(-d * 1.6) * 0.10)[..., None] * np.float32((1, 0.99, 0.96))
    r = np.hypot((xx - w * 0.47) / w, (yy - h * 0.45) / h)
    img *= (1.05 - vignette * (r * 1.7) ** 2)[..., None]
    img *= exposure
    bloom = cv2.GaussianBlur(np.maximum(img - 0.85, 0), (0, 0), 9 * f)
    img = img + bloom * 0.35
    if motion:
        n = max(3, int(motion * f) | 1)
        ker = np.zeros((n, n), np.float32)
        cv2.line(ker, (0, int(n * 0.35)), (n - 1, int(n * 0.65)), 1, 1)
        img = cv2.filter2D(img, -1, ker / ker.sum())
    if blur:
        img = cv2.GaussianBlur(img, (0, 0), blur * f)
    rng = np.random.default_rng(seed)
    gain = grain * (1.0 + 2.5 * max(0, 1 - exposure))
    # soft shoulder, so that whites keep their texture
    img = np.where(img > 0.78, 0.78 + 0.22 * np.tanh((img - 0.78) / 0.30), img)
    img = img * 0.90 + img.mean(2, keepdims=True) * 0.10
    px = srgb(img)
    px = px + 6 * np.sin((px / 255 - 0.5) * 2 * np.pi) * (px / 255 < 1)  # a little contrast
    n = (
        rng.standard_normal((h, w, 1)).astype(np.float32) * 1.3
        + rng.standard_normal((h, w, 3)).astype(np.float32) * 0.6
    )
    n = cv2.GaussianBlur(n, (0, 0), 0.55) * 1.9
    px = px + n * gain
    if exposure < 0.4:
        px += cv2.GaussianBlur(rng.standard_normal((h, w, 3)).astype(np.float32), (0, 0), 1.2) * 3.2
    return Image.fromarray(np.clip(px, 0, 255).astype(np.uint8))
