"""Cameras, without Qt: what a camera is to the station, USB devices, recordings, and none at all.

A camera is owned by one thread (see `camera_feed.CameraFeed`); its methods may block as long as its driver does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture, open_picture, read_picture_file

if TYPE_CHECKING:
    import cv2
else:
    cv2 = on_first_use("cv2")

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp")


@dataclass(frozen=True)
class Frame:
    """One picture of a camera.

    Attributes:
        image: rows × columns × 3, blue, green, red, 8 bits. MUST not be written to: others hold it too.
        taken_monotonic: `time.monotonic()` when it arrived.
        jpeg: the camera's own JPEG of this very picture where it sends one that stands by itself, else None.
    """

    image: Picture
    taken_monotonic: float
    jpeg: bytes | None = None


class Camera(Protocol):
    """A device that delivers pictures; used by one thread at a time."""

    @property
    def name(self) -> str:
        """How settings and messages call it, e.g. ``usb:0``."""

    def open(self) -> None:
        """Connect to the device.

        Raises:
            StationProblem: ``camera.*``; the camera cannot be used now.
        """

    def read(self) -> Frame | None:
        """Wait for the next picture; None when the device delivers none any more."""

    def close(self) -> None:
        """Let the device go; harmless when it is not open. May be called from another thread to end `read`."""


def camera_lost() -> StationProblem:
    """The problem to show while a camera that was there delivers nothing."""
    return StationProblem(
        "camera.lost", N_("No picture from the camera"), N_("Check the USB cable; reconnecting"), work_goes_on=True
    )


def camera_absent() -> StationProblem:
    """The problem to show while there is no camera at all."""
    return StationProblem("camera.absent", N_("No camera found"), N_("It appears by itself once plugged in"))


class NoCamera:
    """The camera of a station without one: never opens."""

    name = "none"

    def open(self) -> None:
        """Always says that there is no camera."""
        raise camera_absent()

    def read(self) -> Frame | None:
        """None."""
        return None

    def close(self) -> None:
        """Nothing to do."""


Capture = Callable[[Any, int], Any]
"""Opens a device as `cv2.VideoCapture(index or file, backend)` does."""


def _quiet_opencv() -> None:
    # A camera that is away is tried again and again; OpenCV would write about it to the terminal each time.
    logging_of_opencv = getattr(getattr(cv2, "utils", None), "logging", None)
    if logging_of_opencv is not None:
        logging_of_opencv.setLogLevel(logging_of_opencv.LOG_LEVEL_SILENT)


class UsbCamera:
    """A camera on USB through OpenCV: MJPEG at the wanted size, its own JPEG bytes handed on unchanged."""

    def __init__(self, index: int, width: int = 1920, height: int = 1080, capture: Capture | None = None) -> None:
        self.name = f"usb:{index}"
        self._index = index
        self._size = width, height
        self._capture = capture or cv2.VideoCapture
        self._device: Any = None
        self._raw = False

    def open(self) -> None:
        """Open the device and ask for MJPEG at the wanted size (the driver may give another one)."""
        self.close()
        _quiet_opencv()
        try:
            device = self._capture(self._index, cv2.CAP_ANY)
        except cv2.error as error:
            raise camera_absent() from error
        if not device.isOpened():
            device.release()
            raise camera_absent()
        device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        device.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        device.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        # Undecoded: the bytes the camera made are the photo. Drivers that cannot do it deliver pictures instead.
        self._raw = bool(device.set(cv2.CAP_PROP_CONVERT_RGB, 0))
        self._device = device

    def read(self) -> Frame | None:
        """The next picture; a broken one is passed over, None means the device is gone."""
        for _ in range(3):
            device = self._device
            if device is None:
                return None
            try:
                delivered, data = device.read()
            except cv2.error:
                return None
            taken = time.monotonic()
            if not delivered or data is None:
                return None
            frame = self._frame(data, taken)
            if frame is not None:
                return frame
        if self._raw and self._device is not None:
            # Not JPEG after all, though the driver agreed: let OpenCV decode from now on.
            self._raw = False
            self._device.set(cv2.CAP_PROP_CONVERT_RGB, 1)
            return self.read()
        return None

    def _frame(self, data: Any, taken: float) -> Frame | None:
        if data.ndim == 3 and data.shape[2] == 3 and min(data.shape[:2]) > 1:
            return Frame(cast(Picture, data), taken)
        jpeg = data.tobytes()
        end = jpeg.rfind(b"\xff\xd9")
        if not jpeg.startswith(b"\xff\xd8") or end < 0:
            return None
        jpeg = jpeg[: end + 2]  # drivers hand over the whole buffer, zeros behind the picture included
        try:
            image = open_picture(jpeg)
        except StationProblem:
            return None
        # Some cameras leave the Huffman tables out, as MJPEG allows; such bytes are no JPEG file for others.
        return Frame(image, taken, jpeg if b"\xff\xc4" in jpeg else None)

    def close(self) -> None:
        """Release the device."""
        device, self._device = self._device, None
        if device is not None:
            device.release()


class RecordedCamera:
    """A video file, or a folder of pictures shown one after the other, in real time and again from the start."""

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
        self._pictures = self._of_folder() if self._path.is_dir() else self._of_video()
        self._next = time.monotonic()

    def _of_folder(self) -> Iterator[Picture]:
        while True:
            files = sorted(file for file in self._path.iterdir() if file.suffix.lower() in PICTURE_ENDINGS)
            shown = False
            for file in files:
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
        _quiet_opencv()
        while True:
            video = cv2.VideoCapture(str(self._path))
            self._pace = min(60.0, max(1.0, video.get(cv2.CAP_PROP_FPS) or self._pace))
            shown = False
            try:
                while True:
                    delivered, image = video.read()
                    if not delivered:
                        break
                    shown = True
                    yield cast(Picture, image)
            finally:
                video.release()
            if not shown:
                return

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


def open_camera(source: str, width: int = 1920, height: int = 1080) -> Camera:
    """The camera that a setting names: ``usb:0``, ``simulated``, ``none``, ``file:VIDEO`` or ``file:FOLDER``.

    Nothing is opened yet. `width` and `height` are what is asked of the device, in pixels.

    Raises:
        StationProblem: camera.source_unknown; or ``demo.pictures`` when the simulated camera has no pictures.
    """
    kind, _, rest = source.partition(":")
    if source == "none":
        return NoCamera()
    if source == "simulated":
        # Here, not above: the simulated camera builds on this module, and a real station needs no demo pictures.
        from inspection_station.devices.simulated import SimulatedCamera
        from inspection_station.devices.simulated_scenes import SceneLibrary

        return SimulatedCamera(SceneLibrary(), width, height)
    if kind == "usb" and rest.isascii() and rest.isdigit() and len(rest) <= 2:
        return UsbCamera(int(rest), width, height)
    if kind == "file" and rest:
        return RecordedCamera(Path(rest))
    raise StationProblem(
        "camera.source_unknown",
        N_("There is no camera “{source}”."),
        N_("Set it to usb: and a number, simulated, none, or file: and a path."),
        source=source,
    )
