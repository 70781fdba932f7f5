"""OpenCV's doors to devices, files and streams, each with its limits set before it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import LARGEST_PICTURE_PIXELS

if TYPE_CHECKING:
    import cv2
else:
    cv2 = on_first_use("cv2")

Capture = Callable[..., Any]
"""Opens a device as `cv2.VideoCapture(index or address, backend[, settings])` does."""


def quiet_opencv() -> None:
    """Keep OpenCV and FFmpeg from writing to the terminal: a camera that is away is tried again and again.

    It also shortens the 10 s that OpenCV waits for a USB camera on Linux. MUST be called before the first capture.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    logging_of_opencv = getattr(getattr(cv2, "utils", None), "logging", None)
    if logging_of_opencv is not None:
        logging_of_opencv.setLogLevel(logging_of_opencv.LOG_LEVEL_SILENT)


def declares_too_much(device: Any) -> bool:
    """Whether an opened video says that its pictures are larger than any this program decodes."""
    width, height = device.get(cv2.CAP_PROP_FRAME_WIDTH), device.get(cv2.CAP_PROP_FRAME_HEIGHT)
    return bool(width * height > LARGEST_PICTURE_PIXELS)


def is_picture(data: Any) -> bool:
    """Whether what a capture delivered is rows × columns × 3 pixels of a size this program takes."""
    return bool(
        data is not None
        and data.ndim == 3
        and data.shape[2] == 3
        and min(data.shape[:2]) > 1
        and data.shape[0] * data.shape[1] <= LARGEST_PICTURE_PIXELS
    )
