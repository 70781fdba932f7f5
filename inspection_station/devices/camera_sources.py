"""From the words of a setting to a camera."""

from __future__ import annotations

from pathlib import Path

from inspection_station.devices.camera import Camera, NoCamera
from inspection_station.devices.camera_http import HttpCamera
from inspection_station.devices.camera_recording import RecordedCamera
from inspection_station.devices.camera_rtsp import RtspCamera
from inspection_station.devices.camera_usb import AUTOMATIC, UsbCamera
from inspection_station.errors import N_, StationProblem
from inspection_station.settings.camera_words import camera_source_fault


def open_camera(
    source: str, width: int = 1920, height: int = 1080, *, exposure: str = AUTOMATIC, focus: str = AUTOMATIC
) -> Camera:
    """The camera that a setting names; nothing is opened yet.

    Args:
        source: ``usb:0``, ``usb:NAME`` (see `camera_usb.UsbDevice.source`), ``http://…`` or ``https://…`` (MJPEG),
            ``rtsp://…``, ``simulated``, ``none``, ``file:VIDEO`` or ``file:FOLDER``.
        width, height: what is asked of the device, in pixels; a network camera sends what it is set to.
        exposure, focus: of a USB camera, see `camera_usb.UsbCamera`.

    Raises:
        StationProblem: camera.source_unknown; or ``demo.pictures`` when the simulated camera has no pictures.
    """
    kind, _, rest = source.partition(":")
    if camera_source_fault(source):
        raise StationProblem(
            "camera.source_unknown",
            N_("There is no camera “{source}”."),
            N_(
                "Set it to usb: and a number or name, an http:// or rtsp:// address, simulated, none, "
                "or file: and a path."
            ),
            source=f"{kind}:" if "@" in rest else source,  # what stands before an @ may be a password
        )
    if source == "none":
        return NoCamera()
    if source == "simulated":
        # Here, not above: a real station needs no demo pictures.
        from inspection_station.devices.simulated import SimulatedCamera
        from inspection_station.devices.simulated_scenes import SceneLibrary

        return SimulatedCamera(SceneLibrary(), width, height)
    if kind == "usb":
        return UsbCamera(int(rest) if rest.isdigit() else rest, width, height, exposure=exposure, focus=focus)
    if kind == "file":
        return RecordedCamera(Path(rest))
    return HttpCamera(source) if kind.startswith("http") else RtspCamera(source)
