"""Codes drawn for tests: clean ones, and bench frames with one on it."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from inspection_station.picture_files import Picture


def symbol(kind: str, text: str | bytes, module: int = 3, **how: object) -> Picture:
    """A clean picture of one code, `module` pixels a module."""
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind), **how)
    image = np.array(code.to_image(scale=module, add_quiet_zones=True))
    return np.ascontiguousarray(image.reshape(image.shape[:2]))


def bench(code: Picture, angle: float = 0.0, width: int = 1280, height: int = 720) -> Picture:
    """A bench frame in colour with `code` lying on it, turned by `angle` degrees, with sensor noise."""
    noise = np.random.default_rng(7).normal(0, 3, (height, width, 1))
    frame = np.full((height, width, 3), (96, 128, 150), np.float64) + noise
    rows, columns = code.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    turn[:, 2] += (width / 2 - columns / 2, height / 2 - rows / 2)
    label = cv2.warpAffine(code, turn, (width, height), flags=cv2.INTER_LINEAR)
    where = cv2.warpAffine(np.full_like(code, 255), turn, (width, height)) > 127
    frame[where] = label[where][:, None]
    return np.clip(frame, 0, 255).astype(np.uint8)
