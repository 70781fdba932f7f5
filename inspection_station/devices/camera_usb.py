"""Cameras on USB: which there are, and one of them through OpenCV."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from inspection_station.devices.camera import Camera, Frame, camera_absent, pictures_unreadable
from inspection_station.devices.opencv_capture import Capture, is_picture, quiet_opencv
from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture, open_picture

if TYPE_CHECKING:
    import cv2
else:
    cv2 = on_first_use("cv2")

SETTLING_FRAMES = 30  # pictures after which a camera's own exposure and focus have settled: one second
MOST_PROBED = 6  # device numbers tried where the system gives no list
AUTOMATIC, LOCKED = "automatic", "locked"


@dataclass(frozen=True)
class UsbDevice:
    """A camera that is plugged in.

    Attributes:
        number: what OpenCV calls it; may be another one after the next start.
        label: its name as its maker gave it.
        stable_name: stays the same wherever its plug is and in whatever order devices are found; "" where the system
            has none.
    """

    number: int
    label: str
    stable_name: str = ""

    @property
    def source(self) -> str:
        """The setting that means this camera."""
        return f"usb:{self.stable_name or self.number}"


def find_usb_cameras(
    system: str = sys.platform,
    devices: Path = Path("/sys/class/video4linux"),
    links: Path = Path("/dev/v4l"),
    capture: Capture | None = None,
) -> tuple[UsbDevice, ...]:
    """The cameras that are plugged in now, in the order of their numbers. May take seconds outside Linux."""
    return _listed_by_linux(devices, links) if system.startswith("linux") else _probed(capture)


def _listed_by_linux(devices: Path, links: Path) -> tuple[UsbDevice, ...]:
    # One camera has several nodes; that with index 0 delivers the pictures, others its metadata.
    stable = {**_linked(links / "by-path"), **_linked(links / "by-id")}
    found = []
    try:
        nodes = list(devices.iterdir())
    except OSError:
        return ()
    for node in nodes:
        match = re.fullmatch(r"video([0-9]{1,3})", node.name)
        if match is None or _first_line(node / "index") not in ("0", ""):
            continue
        number = int(match[1])
        label = _first_line(node / "name") or node.name
        found.append(UsbDevice(number, label, stable.get(number, "")))
    return tuple(sorted(found, key=lambda one: one.number))


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as handle:
            return handle.read(200).decode("utf-8", "replace").partition("\n")[0].strip()
    except OSError:
        return ""


def _linked(folder: Path) -> dict[int, str]:
    """Device number → name of the link to it, without what udev adds to each."""
    names: dict[int, str] = {}
    try:
        for link in sorted(folder.iterdir()):
            node = re.fullmatch(r"video([0-9]{1,3})", link.readlink().name)
            name = re.fullmatch(r"(?:usb-)?([A-Za-z0-9 ._:,()+#@-]{3,200})-video-index0", link.name)
            if node and name:
                names.setdefault(int(node[1]), name[1])
    except OSError:
        pass
    return names


def _probed(capture: Capture | None) -> tuple[UsbDevice, ...]:
    quiet_opencv()
    found = []
    for number in range(MOST_PROBED):
        try:
            device = (capture or cv2.VideoCapture)(number, cv2.CAP_ANY)
        except cv2.error:
            continue
        if device.isOpened():
            found.append(UsbDevice(number, f"USB {number}"))
        device.release()
    return tuple(found)


def number_of(wanted: str, find: Callable[[], tuple[UsbDevice, ...]] = find_usb_cameras) -> int | None:
    """The number of the camera called `wanted`: a number, a stable name, or the maker's name where only one has it."""
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 2:
        return int(wanted)
    there = find()
    for device in there:
        if device.stable_name == wanted:
            return device.number
    same = [device.number for device in there if device.label == wanted]
    return same[0] if len(same) == 1 else None


class UsbCamera(Camera):
    """A camera on USB through OpenCV: MJPEG at the wanted size, its own JPEG bytes handed on unchanged.

    Args:
        device: its number, or its name (see `number_of`), looked up each time it is opened.
        exposure, focus: ``automatic``; ``locked`` (as the camera itself set it once it has settled); or a number in
            the driver's own unit.
    """

    def __init__(
        self,
        device: int | str,
        width: int = 1920,
        height: int = 1080,
        capture: Capture | None = None,
        *,
        exposure: str = AUTOMATIC,
        focus: str = AUTOMATIC,
        find: Callable[[], tuple[UsbDevice, ...]] = find_usb_cameras,
    ) -> None:
        self.name = f"usb:{device}"
        self._wanted = str(device)
        self._size = width, height
        self._capture = capture
        self._exposure, self._focus = exposure, focus
        self._find = find
        self._device: Any = None
        self._raw = False
        self._frames = 0
        self._refusals: tuple[StationProblem, ...] = ()

    @property
    def refusals(self) -> tuple[StationProblem, ...]:
        """What was asked of the device and it does not do; complete a second after it began to deliver."""
        return self._refusals

    def open(self) -> None:
        """Open the device and ask for MJPEG at the wanted size (see `refusals` for what it does not do)."""
        self.close()
        quiet_opencv()
        number = number_of(self._wanted, self._find)
        if number is None:
            raise camera_absent()
        try:
            device = (self._capture or cv2.VideoCapture)(number, cv2.CAP_ANY)
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
        self._device, self._frames, self._refusals = device, 0, ()
        self._set_automatic()

    def read(self) -> Frame | None:
        """The next picture; a broken one is passed over, None means the device is gone."""
        for _ in range(3):
            data = self._delivered()
            taken = time.monotonic()
            if data is None:
                return None
            frame = self._frame(data, taken)
            if frame is not None:
                self._look_at(frame)
                return frame
        if self._raw and self._device is not None:
            # Not JPEG after all, though the driver agreed: let OpenCV decode from now on.
            self._raw = False
            self._device.set(cv2.CAP_PROP_CONVERT_RGB, 1)
            return self.read()
        raise pictures_unreadable()

    def _delivered(self) -> Any:
        if self._device is None:
            return None
        try:
            delivered, data = self._device.read()
        except cv2.error:
            return None
        return data if delivered else None

    def _frame(self, data: Any, taken: float) -> Frame | None:
        if is_picture(data):
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

    def interrupt(self) -> None:
        """Nothing: drivers do not bear being closed while they read."""

    # ---- size, exposure, focus ----------------------------------------------------------

    def _look_at(self, frame: Frame) -> None:
        self._frames += 1
        if self._frames == 1:
            rows, columns = frame.image.shape[:2]
            if (columns, rows) != self._size:
                self._refusals += (StationProblem(
                "camera.size_refused", N_("The camera sends {width} × {height} pixels."),
                N_("Choose this size, or another camera."), width=columns, height=rows,
            ),)  # fmt: skip
        elif self._frames == SETTLING_FRAMES:
            if self._exposure == LOCKED:
                self._lock(cv2.CAP_PROP_EXPOSURE)
            if self._focus == LOCKED:
                self._lock(cv2.CAP_PROP_FOCUS)

    def _set_automatic(self) -> None:
        """Leave exposure and focus to the camera, or set what is given as a number."""
        for wanted, key in ((self._exposure, cv2.CAP_PROP_EXPOSURE), (self._focus, cv2.CAP_PROP_FOCUS)):
            if wanted in (AUTOMATIC, LOCKED):
                self._device.set(*self._switch(key, automatic=True))
            else:
                self._fix(key, float(wanted))

    def _switch(self, key: int, *, automatic: bool) -> tuple[int, float]:
        """The property that gives exposure or focus to the camera or takes it away, and its value for that."""
        if key == cv2.CAP_PROP_FOCUS:
            return cv2.CAP_PROP_AUTOFOCUS, 1.0 if automatic else 0.0
        if self._device.getBackendName() == "V4L2":  # the values of V4L2_CID_EXPOSURE_AUTO
            return cv2.CAP_PROP_AUTO_EXPOSURE, 3.0 if automatic else 1.0
        return cv2.CAP_PROP_AUTO_EXPOSURE, 1.0 if automatic else 0.0

    def _lock(self, key: int) -> None:
        self._fix(key, self._device.get(key))

    def _fix(self, key: int, value: float) -> None:
        switch, manual = self._switch(key, automatic=False)
        held = self._device.set(switch, manual) and self._device.set(key, value)
        if held and abs(self._device.get(key) - value) < 0.5 + abs(value) * 0.05:
            return
        if key == cv2.CAP_PROP_EXPOSURE:
            self._refusals += (StationProblem(
                "camera.exposure_refused", N_("This camera does not let its exposure be locked."),
                N_("Keep the light over the bench even."),
            ),)  # fmt: skip
        else:
            self._refusals += (StationProblem(
                "camera.focus_refused", N_("This camera does not let its focus be locked."),
                N_("Wait until the picture is sharp before each photo."),
            ),)  # fmt: skip
