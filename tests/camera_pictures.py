"""Pictures of a printed label as a camera over the bench takes them: few pixels a dot, blurred, noisy, tilted."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def camera_picture(label: Image.Image, chance: random.Random) -> NDArray[np.uint8]:
    """The `label` (1-bit, a pixel a dot) at 1 to 3 pixels a dot, with what `chance` makes of light, angle and focus."""
    dots = np.array(label.convert("L")).astype(np.float32)
    border = 40
    dots = np.pad(dots, border, constant_values=150)  # the bench around it
    height, width = dots.shape
    scale = chance.uniform(1.0, 3.0)
    size = int(width * scale * 1.15), int(height * scale * 1.3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-8, 8), scale)
    turn[:, 2] += size[0] / 2 - width / 2, size[1] / 2 - height / 2
    corners = np.float32([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]])
    leaning = np.float32([[x + chance.uniform(-0.015, 0.015) * size[0], y + chance.uniform(-0.015, 0.015) * size[1]]
                          for x, y in corners])  # fmt: skip
    lean = cv2.getPerspectiveTransform(corners, leaning)
    # The lens sees every dot: what lies under one pixel is averaged, as on a sensor.
    finer = 2
    enlarge = np.diag([finer, finer, 1.0])
    seen = cv2.warpPerspective(
        dots, enlarge @ lean @ np.vstack([turn, [0, 0, 1]]), (size[0] * finer, size[1] * finer),
        flags=cv2.INTER_LINEAR, borderValue=150.0,
    )  # fmt: skip
    seen = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), chance.uniform(0.3, 0.45) * scale)
    seen = 30 + seen * chance.uniform(0.6, 0.8)  # ink is not black and paper not white
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, chance.uniform(2, 6), seen.shape)
    light = np.linspace(chance.uniform(0.8, 1.0), chance.uniform(0.8, 1.0), size[0])
    return np.clip(seen * light + noise, 0, 255).astype(np.uint8)
