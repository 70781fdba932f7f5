"""Recordings that stand for a camera: a video file, or a folder of pictures, in real time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from inspection_station.devices.camera import Camera, Frame, camera_absent, pictures_unreadable
from inspection_station.devices.opencv_capture import declares_too_much, is_picture, quiet_opencv
from inspection_station.errors import StationProblem
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture, open_picture, read_picture_file

if TYPE_CHECKING:
    import cv2
else:
    cv2 = on_first_use("cv2")

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp")


class RecordedCamera(Camera):
    """A video file, or a picture or folder of pictures one after the other, in real time and again from the start."""

    def __init__(self, path: Path, *, seconds_a_picture: float = 3.0, frames_a_second: float = 15.0) -> None:
        self.name = f"file:{path}"
        self._path = path
        self._seconds = seconds_a_picture
        self._pace = frames_a_second
        self._pictures: Iterator[Picture] | None = None
        self._closed = threading.Event()
        self._next = 0.0

    def open(self) -> None:
        """Start from the first picture."""
        self.close()
        self._closed.clear()
        if not self._path.exists():
            raise camera_absent()
        self._pictures = self._of_video() if self._is_video() else self._of_pictures()
        self._next = time.monotonic()

    def _is_video(self) -> bool:
        return self._path.is_file() and self._path.suffix.lower() not in PICTURE_ENDINGS

    def _of_pictures(self) -> Iterator[Picture]:
        while True:
            try:
                files = [self._path] if self._path.is_file() else sorted(self._path.iterdir())
            except OSError:
                return
            shown = False
            for file in files:
                if file.suffix.lower() not in PICTURE_ENDINGS:
                    continue
                try:
                    image = open_picture(read_picture_file(file))
                except StationProblem:
                    continue
                shown = True
                for _ in range(max(1, round(self._seconds * self._pace))):
                    yield image
            if not shown:
                return

    def _of_video(self) -> Iterator[Picture]:
        quiet_opencv()
        while True:
            # FFmpeg alone: other readers of OpenCV would take a picture file for a video, without any limit.
            video = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
            if declares_too_much(video):
                video.release()
                raise pictures_unreadable()
            self._pace = min(60.0, max(1.0, video.get(cv2.CAP_PROP_FPS) or self._pace))
            shown = False
            try:
                while True:
                    delivered, image = video.read()
                    if not delivered or not is_picture(image):
                        break
                    shown = True
                    yield cast(Picture, image)
            finally:
                video.release()
            if not shown:
                raise pictures_unreadable()

    def read(self) -> Frame | None:
        """The next picture when its time has come."""
        pictures = self._pictures
        image = next(pictures, None) if pictures is not None else None
        if image is None or self._closed.wait(max(0.0, self._next - time.monotonic())):
            return None
        self._next = max(self._next + 1 / self._pace, time.monotonic() - 1.0)
        return Frame(image, time.monotonic())

    def close(self) -> None:
        """End a waiting `read`."""
        self._closed.set()
        self._pictures = None

    def interrupt(self) -> None:
        """End a waiting `read`."""
        self._closed.set()
