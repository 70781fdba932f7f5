"""Network cameras that speak RTSP, read by OpenCV's FFmpeg."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from inspection_station.devices.camera import Camera, Frame, pictures_unreadable
from inspection_station.devices.camera_http import camera_unreachable, shown_address
from inspection_station.devices.opencv_capture import Capture, declares_too_much, is_picture, quiet_opencv
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture

if TYPE_CHECKING:
    import cv2
else:
    cv2 = on_first_use("cv2")

OPEN_WITHIN_MS = 2500
READ_WITHIN_MS = 2000


class RtspCamera(Camera):
    """An ``rtsp://`` or ``rtsps://`` stream; its pictures are decoded by FFmpeg, so none has a JPEG of its own.

    Opening and reading end after their times at the latest; FFmpeg cannot be interrupted earlier.
    """

    def __init__(self, address: str, capture: Capture | None = None) -> None:
        self.name = shown_address(address)
        self._address = address
        self._host = urlsplit(address).hostname or ""
        self._capture = capture
        self._device: Any = None
        self._interrupted = threading.Event()

    def open(self) -> None:
        """Connect and wait for the description of the stream.

        Raises:
            StationProblem: camera.unreachable, or camera.pictures_unreadable when its pictures are too large.
        """
        self.close()
        self._interrupted.clear()
        quiet_opencv()
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_WITHIN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_WITHIN_MS]
        try:
            device = (self._capture or cv2.VideoCapture)(self._address, cv2.CAP_FFMPEG, limits)
        except cv2.error as error:
            raise camera_unreachable(self._host) from error
        if not device.isOpened():
            device.release()
            raise camera_unreachable(self._host)
        if declares_too_much(device):
            device.release()
            raise pictures_unreadable()
        self._device = device

    def read(self) -> Frame | None:
        """The next picture."""
        device = self._device
        if device is None or self._interrupted.is_set():
            return None
        try:
            delivered, image = device.read()
        except cv2.error:
            return None
        taken = time.monotonic()
        if not delivered:
            return None
        if not is_picture(image):
            raise pictures_unreadable()
        return Frame(cast(Picture, image), taken)

    def close(self) -> None:
        """End the connection."""
        device, self._device = self._device, None
        if device is not None:
            device.release()

    def interrupt(self) -> None:
        """The next `read` delivers nothing; one that waits ends in its own time."""
        self._interrupted.set()
