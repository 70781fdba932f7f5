"""What a place in a picture looks like: contrast, thickness of its bars, sharpness of its edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspection_station.devices.barcodes.engines import Grey
from inspection_station.on_first_use import on_first_use

if TYPE_CHECKING:
    import cv2
    import numpy as np
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")


@dataclass(frozen=True)
class Look:
    """Measures of a band whose bars stand upright.

    Attributes:
        contrast: grey levels between its dark and its light parts.
        bar: mean width of a bar or space in pixels of the band (a module is about half of it).
        edge: the steepest steps between neighbouring pixels, as a part of the contrast: 1 = sharp, 0.1 = blurred.
    """

    contrast: float
    bar: float
    edge: float


def look_of(band: Grey) -> Look:
    """Measure the middle of `band`, without its quiet zones."""
    width = band.shape[1]
    inner = np.ascontiguousarray(band[:, width // 6 : max(width - width // 6, width // 6 + 2)])
    low, high = np.percentile(inner, (4, 96))
    contrast = float(high - low) + 1.0
    steps = cv2.absdiff(inner[:, 1:], inner[:, :-1])
    return Look(contrast, contrast / max(0.5, float(steps.mean())), float(np.percentile(steps, 97)) / contrast)


def sharpened(grey: Grey, sigma: float, amount: float, *, across: bool = False) -> Grey:
    """Edges brought up; `across`: only across upright bars."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigmaX=sigma, sigmaY=0.5 if across else sigma)
    return np.asarray(cv2.addWeighted(grey, 1.0 + amount, soft, -amount, 0.0), np.uint8)


def smoothed(grey: Grey, sigma: float) -> Grey:
    """Noise taken out."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)


def evened(grey: Grey) -> Grey:
    """Local contrast brought up (dark corners, grey print, glare)."""
    return np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(grey), np.uint8)


def evened_band(band: Grey) -> Grey:
    """A band whose dark and light parts are brought to 0 and 255 everywhere (shadow, glare, grey print)."""
    reach = max(15, band.shape[1] // 6) | 1
    element = np.ones((1, max(3, reach // 2) | 1), np.uint8)
    low = cv2.blur(cv2.erode(band, element), (reach, 3)).astype(np.float32)
    high = cv2.blur(cv2.dilate(band, element), (reach, 3)).astype(np.float32)
    even = (band.astype(np.float32) - low) * (255.0 / np.maximum(high - low, 20.0))
    return np.asarray(np.clip(even, 0, 255), np.uint8)
