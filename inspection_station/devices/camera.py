"""What a camera is to the station, without Qt: a picture, the device that delivers pictures, and none at all.

A camera is owned by one thread (see `camera_feed.CameraFeed`); `open` and `read` may block for some seconds. The kinds
are in modules of their own; `camera_sources.open_camera` makes them from settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspection_station.errors import N_, StationProblem
from inspection_station.picture_files import Picture


@dataclass(frozen=True)
class Frame:
    """One picture of a camera.

    Attributes:
        image: rows × columns × 3, blue, green, red, 8 bits. MUST not be written to: others hold it too.
        taken_monotonic: `time.monotonic()` when it arrived.
        jpeg: the camera's own JPEG of this very picture where it sends one that stands by itself, else None.
        place: which of the bench's cameras took it, ``overhead`` or ``side``; "" where there is only one to speak of.
    """

    image: Picture
    taken_monotonic: float
    jpeg: bytes | None = None
    place: str = ""


class Camera(Protocol):
    """A device that delivers pictures; used by one thread at a time."""

    name: str
    """How messages and logs call it, e.g. ``usb:0``; never with a password in it."""

    @property
    def refusals(self) -> tuple[StationProblem, ...]:
        """What was asked of the device and it does not do (size, exposure, focus); known once it delivers."""
        return ()

    def open(self) -> None:
        """Connect to the device.

        Raises:
            StationProblem: ``camera.*``; the camera cannot be used now.
        """

    def read(self) -> Frame | None:
        """Wait for the next picture; None when the device delivers none any more.

        Raises:
            StationProblem: ``camera.*``; as None, with the reason known.
        """

    def close(self) -> None:
        """Let the device go; harmless when it is not open. Called by the thread that reads."""

    def interrupt(self) -> None:
        """End an `open` or `read` that waits, from another thread, where the device allows it; else do nothing.

        The camera can be opened again afterwards.
        """


def camera_lost() -> StationProblem:
    """The problem to show while a camera that was there delivers nothing."""
    return StationProblem(
        "camera.lost", N_("No picture from the camera"), N_("Check the USB cable; reconnecting"), work_goes_on=True
    )


def camera_absent() -> StationProblem:
    """The problem to show while there is no camera at all."""
    return StationProblem("camera.absent", N_("No camera found"), N_("It appears by itself once plugged in"))


def camera_alone() -> StationProblem:
    """The problem to show when the other camera is asked for at a bench that has only one."""
    return StationProblem(
        "camera.alone", N_("There is only one camera at this bench."), N_("A second one is set up under Settings.")
    )


def pictures_unreadable() -> StationProblem:
    """The problem to show while what a camera sends cannot be read as pictures, or is larger than any picture is."""
    return StationProblem(
        "camera.pictures_unreadable",
        N_("The camera sends pictures that cannot be read."),
        N_("Check its picture format and size, then connect it anew."),
    )


class NoCamera(Camera):
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

    def interrupt(self) -> None:
        """Nothing to do."""
