"""USB cameras: found by name, opened by it, and told what they do not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inspection_station.devices.camera_usb import SETTLING_FRAMES, UsbCamera, UsbDevice, find_usb_cameras, number_of
from inspection_station.errors import StationProblem

IMAGE = np.full((1080, 1920, 3), 90, np.uint8)


class Device:
    """Stands for cv2.VideoCapture with a driver that has its own will."""

    def __init__(self, backend: str = "V4L2", obeys: bool = True, image: Any = IMAGE) -> None:
        self.backend, self.obeys, self.image = backend, obeys, image
        self.values: dict[int, float] = {cv2.CAP_PROP_EXPOSURE: 156.0, cv2.CAP_PROP_FOCUS: 40.0}
        self.set_to: list[tuple[int, float]] = []
        self.number = -1

    def __call__(self, number: int, _backend: int) -> Device:
        self.number = number
        return self

    def isOpened(self) -> bool:
        return True

    def set(self, key: int, value: float) -> bool:
        self.set_to.append((key, value))
        own = key in (cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_FOCUS)
        if own and self.obeys:
            self.values[key] = value
        return key != cv2.CAP_PROP_CONVERT_RGB

    def get(self, key: int) -> float:
        return self.values.get(key, 0.0)

    def getBackendName(self) -> str:
        return self.backend

    def read(self) -> tuple[bool, Any]:
        return True, self.image

    def release(self) -> None:
        pass


def node(
    devices: Path, links: Path, number: int, name: str, index: int = 0, by_id: str = "", by_path: str = ""
) -> None:
    folder = devices / f"video{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(name + "\n")
    (folder / "index").write_text(f"{index}\n")
    for kind, link in (("by-id", by_id), ("by-path", by_path)):
        (links / kind).mkdir(parents=True, exist_ok=True)
        if link:
            (links / kind / link).symlink_to(f"../../video{number}")


@pytest.fixture
def linux(tmp_path: Path) -> tuple[UsbDevice, ...]:
    devices, links = tmp_path / "video4linux", tmp_path / "v4l"
    node(devices, links, 10, "Side: 侧面", by_path="pci-0000:00:14.0-usb-0:2:1.0-video-index0")
    node(devices, links, 2, "HD Pro Webcam C920", by_id="usb-046d_HD_Pro_Webcam_C920_5F3A-video-index0",
         by_path="pci-0000:00:14.0-usb-0:1:1.0-video-index0")  # fmt: skip
    node(devices, links, 3, "HD Pro Webcam C920", 1, by_id="usb-046d_HD_Pro_Webcam_C920_5F3A-video-index1")
    (devices / "radio0").mkdir()
    return find_usb_cameras("linux", devices, links)


def test_linux_lists_each_camera_once_with_the_name_that_stays(linux: tuple[UsbDevice, ...]) -> None:
    assert linux == (
        UsbDevice(2, "HD Pro Webcam C920", "046d_HD_Pro_Webcam_C920_5F3A"),
        UsbDevice(10, "Side: 侧面", "pci-0000:00:14.0-usb-0:2:1.0"),
    )
    assert [one.source for one in linux] == ["usb:046d_HD_Pro_Webcam_C920_5F3A", "usb:pci-0000:00:14.0-usb-0:2:1.0"]


def test_a_machine_without_cameras_has_none(tmp_path: Path) -> None:
    assert find_usb_cameras("linux", tmp_path / "none", tmp_path / "neither") == ()
    (tmp_path / "there" / "video0").mkdir(parents=True)
    assert find_usb_cameras("linux", tmp_path / "there", tmp_path) == (UsbDevice(0, "video0"),), "no name, but there"


def test_elsewhere_numbers_are_tried() -> None:
    class Two(Device):
        def isOpened(self) -> bool:
            return self.number in (0, 2)

    assert [one.source for one in find_usb_cameras("win32", capture=Two())] == ["usb:0", "usb:2"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("7", 7), ("046d_HD_Pro_Webcam_C920_5F3A", 2), ("HD Pro Webcam C920", 2), ("Another", None)],
)
def test_a_camera_is_found_by_number_stable_name_and_label(
    linux: tuple[UsbDevice, ...], wanted: str, number: int | None
) -> None:
    assert number_of(wanted, lambda: linux) == number


def test_a_label_that_two_cameras_have_means_neither() -> None:
    twins = UsbDevice(0, "Twin", "left"), UsbDevice(1, "Twin", "right")
    assert number_of("Twin", lambda: twins) is None
    assert number_of("right", lambda: twins) == 1


def test_a_named_camera_is_opened_wherever_it_came_back() -> None:
    there = [UsbDevice(2, "Cam", "serial-1")]
    device = Device()
    camera = UsbCamera("serial-1", capture=device, find=lambda: tuple(there))
    camera.open()
    assert device.number == 2 and camera.name == "usb:serial-1"
    there[:] = [UsbDevice(4, "Cam", "serial-1")]
    camera.open()
    assert device.number == 4
    there.clear()
    with pytest.raises(StationProblem) as problem:
        camera.open()
    assert problem.value.code == "camera.absent"


def refused(camera: UsbCamera) -> list[str]:
    camera.open()
    for _ in range(SETTLING_FRAMES):
        assert camera.read() is not None
    return [problem.code for problem in camera.refusals]


@pytest.mark.parametrize(("backend", "automatic", "manual"), [("V4L2", 3.0, 1.0), ("MSMF", 1.0, 0.0)])
def test_locking_keeps_what_the_camera_found_by_itself(backend: str, automatic: float, manual: float) -> None:
    device = Device(backend)
    assert refused(UsbCamera(0, capture=device, exposure="locked", focus="locked")) == []
    exposure = [value for key, value in device.set_to if key == cv2.CAP_PROP_AUTO_EXPOSURE]
    assert exposure == [automatic, manual]
    assert (cv2.CAP_PROP_EXPOSURE, 156.0) in device.set_to
    assert [value for key, value in device.set_to if key == cv2.CAP_PROP_AUTOFOCUS] == [1.0, 0.0]
    assert (cv2.CAP_PROP_FOCUS, 40.0) in device.set_to


def test_numbers_are_set_at_once() -> None:
    device = Device()
    camera = UsbCamera(0, capture=device, exposure="250", focus="0")
    camera.open()
    assert (device.values[cv2.CAP_PROP_EXPOSURE], device.values[cv2.CAP_PROP_FOCUS]) == (250.0, 0.0)
    assert camera.refusals == ()


def test_what_the_driver_does_not_do_is_told() -> None:
    device = Device(obeys=False, image=IMAGE[:720, :1280])
    camera = UsbCamera(0, capture=device, exposure="250", focus="10")
    assert refused(camera) == ["camera.exposure_refused", "camera.focus_refused", "camera.size_refused"]
    assert "1280 × 720" in str(camera.refusals[2])
    camera.open()
    assert len(camera.refusals) == 2, "a new connection begins anew"


def test_a_driver_that_claims_a_huge_picture_is_not_believed() -> None:
    class Huge:
        ndim, shape = 3, (20_000, 20_000, 3)

        def tobytes(self) -> bytes:
            return b"no jpeg"

    camera = UsbCamera(0, capture=Device(image=Huge()))
    camera.open()
    with pytest.raises(StationProblem) as problem:
        camera.read()
    assert problem.value.code == "camera.pictures_unreadable"
