"""The simulated camera: a bench on which the scenes change with scans and photos (DECISIONS.md 13).

The whole job can be done, shown and tested without hardware. Frames come in real time and carry live noise, as a
sensor's do; a scene is drawn once, with a few noises, so that delivering costs next to nothing.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import cv2
import numpy as np

from inspection_station.devices.camera import Camera, Frame, camera_lost
from inspection_station.errors import StationProblem
from inspection_station.picture_files import Picture

log = logging.getLogger(__name__)

FRAMES_A_SECOND = 15.0
WIDEST_CROP = 1.34  # 16:9 scenes in a 4:3 frame
NOISES = 4  # different noises a scene is drawn with
NOISE = 2.2  # standard deviation of the noise, in steps of 255
PARCEL_SHOT = "waybill"
OUTSIDE_SHOT = "outside"
MAT = (146, 148, 150)  # blue, green, red of the empty bench


class Scenes(Protocol):
    """Where the pictures come from; see `simulated_scenes.SceneLibrary`."""

    def parcel(self, tracking_number: str, carrier: str = "", condition: str = "") -> Picture:
        """The closed parcel with its label."""

    def item(self, sku: str, state: str = "intact", shot: str = "front", serial_number: str = "") -> Picture:
        """An article; raises KeyError when it is unknown."""

    def has_item(self, sku: str) -> bool:
        """Whether there is a picture of the product."""


@dataclass(frozen=True)
class SimulatedItem:
    """What lies in a simulated parcel: a product and the state of this unit (a name of the scene library)."""

    sku: str
    state: str = "intact"
    serial_number: str = ""


class SimulatedCamera(Camera):
    """A camera over a bench that plays along. `show_*`, `lost` and `back` may be called from any thread at once."""

    name = "simulated"

    def __init__(
        self, scenes: Scenes, width: int = 1920, height: int = 1080, frames_a_second: float = FRAMES_A_SECOND
    ) -> None:
        self._scenes = scenes
        self._size = width, height
        self._pace = 1 / frames_a_second
        self._changed = threading.Condition()
        self._draw: Callable[[], Picture] = self._bare_bench
        self._stale = True
        self._unplugged = False
        self._open = False
        self._parcel = ("", "", "")
        self._contents: tuple[SimulatedItem, ...] = ()
        self._current = 0
        self._frames: itertools.cycle[Picture] | None = None
        self._next = 0.0
        self._noise = _noise_tile()

    # ---- the script ---------------------------------------------------------------------

    def empty_bench(self) -> None:
        """Nothing lies under the camera."""
        self._show(self._bare_bench)

    def show_parcel(self, tracking_number: str, carrier: str = "", condition: str = "") -> None:
        """A closed parcel lies under the camera, its label up."""
        self._show(lambda: self._scenes.parcel(tracking_number, carrier, condition))

    def show_item(self, sku: str, state: str = "intact", shot: str = "front", serial_number: str = "") -> None:
        """An article lies under the camera, as `shot` wants it; an unknown one leaves the bench empty."""
        self._show(lambda: self._scenes.item(sku, state, shot, serial_number))

    def parcel_scanned(
        self, tracking_number: str, carrier: str = "", contents: Sequence[SimulatedItem] = (), condition: str = ""
    ) -> None:
        """Somebody put a parcel on the bench and scanned it; `contents` is what will come out of it."""
        with self._changed:
            self._parcel = (tracking_number, carrier, condition)
            self._contents, self._current = tuple(contents), 0
        self.show_parcel(tracking_number, carrier, condition)

    def item_taken(self, sku: str) -> None:
        """The inspector took this article of the parcel to hand."""
        with self._changed:
            for place, item in enumerate(self._contents):
                if item.sku == sku:
                    self._current = place
                    break
            else:
                return
        self.shot_wanted("front")

    def shot_wanted(self, shot: str) -> None:
        """What lies there is turned for the next photo (a shot id of the checklist): the parcel, or the article."""
        if shot in (PARCEL_SHOT, OUTSIDE_SHOT):
            if self._parcel[0]:
                self.show_parcel(*self._parcel)
            return
        if self._current < len(self._contents):
            item = self._contents[self._current]
            self.show_item(item.sku, item.state, shot, item.serial_number)

    def photo_taken(self, shot: str) -> None:
        """A photo was taken: after the parcel's the box is opened and the article laid out."""
        if shot == PARCEL_SHOT:
            self.shot_wanted("front")

    def lost(self) -> None:
        """Somebody pulled the plug."""
        with self._changed:
            self._unplugged = True
            self._changed.notify_all()

    def back(self) -> None:
        """The plug is in again."""
        with self._changed:
            self._unplugged = False

    def _show(self, draw: Callable[[], Picture]) -> None:
        with self._changed:
            self._draw = draw
            self._stale = True
            self._changed.notify_all()

    # ---- the camera ---------------------------------------------------------------------

    def open(self) -> None:
        """Start delivering.

        Raises:
            StationProblem: camera.lost while unplugged.
        """
        with self._changed:
            if self._unplugged:
                raise camera_lost()
            self._open = True
            self._next = time.monotonic()

    def read(self) -> Frame | None:
        """The next frame at its time (a changed scene at once); None when unplugged or closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._unplugged or not self._open or self._stale, max(0.0, self._next - time.monotonic())
            )
            if self._unplugged or not self._open:
                return None
            draw, redraw, self._stale = self._draw, self._stale, False
        if redraw or self._frames is None:
            self._frames = itertools.cycle(self._with_noise(self._drawn(draw)))
        now = time.monotonic()
        self._next = max(self._next + self._pace, now)
        return Frame(next(self._frames), now)

    def close(self) -> None:
        """Stop delivering."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def interrupt(self) -> None:
        """End a waiting `read`."""
        self.close()

    # ---- drawing, on the camera's thread ------------------------------------------------

    def _drawn(self, draw: Callable[[], Picture]) -> Picture:
        try:
            return self._fitted(draw())
        except (KeyError, ValueError, StationProblem) as error:
            log.info("the simulated bench stays empty: %s", error)
            return self._bare_bench()

    def _fitted(self, picture: Picture) -> Picture:
        """The whole picture in the camera's size; beside it the mat goes on."""
        width, height = self._size
        rows, columns = picture.shape[:2]
        if (columns, rows) == self._size:
            return picture
        beyond = columns / rows * height / width  # how much wider than the frame, both at the frame's height
        if 1 < beyond <= WIDEST_CROP:  # a parcel lies in the middle: the mat at its sides may go
            cut = round(columns * (1 - 1 / beyond) / 2)
            picture = picture[:, cut : columns - cut]
            rows, columns = picture.shape[:2]
        scale = min(width / columns, height / rows)
        inner = max(1, round(columns * scale)), max(1, round(rows * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        picture = cast(Picture, cv2.resize(picture, inner, interpolation=how))
        left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
        frame = np.full((height, width, 3), np.median(picture[:, :6].reshape(-1, 3), axis=0), np.uint8)
        frame[top : top + inner[1], left : left + inner[0]] = picture
        return cast(Picture, frame)

    def _bare_bench(self) -> Picture:
        width, height = self._size
        bench = np.full((height, width, 3), MAT, np.uint8)
        step = max(20, height // 18)
        bench[step // 2 :: step, :] = bench[:, step // 2 :: step] = tuple(tone - 14 for tone in MAT)
        ruler = max(8, height // 30)
        bench[-ruler:, :] = (225, 228, 230)
        bench[-ruler : -ruler // 2, :: max(4, step // 5)] = (40, 40, 40)
        return bench

    def _with_noise(self, picture: Picture) -> list[Picture]:
        """The scene with each of the noises; clipped pixels stay clipped, as on a sensor."""
        rows, columns = picture.shape[:2]
        side = self._noise.shape[0]
        clipped = picture >= 254
        frames = []
        for number in range(NOISES):
            moved = np.roll(self._noise, (number * 37, number * 61), axis=(0, 1))
            noise = np.tile(moved, (rows // side + 1, columns // side + 1, 1))[:rows, :columns]
            frame = cv2.add(picture, noise, dtype=cv2.CV_8U)
            np.copyto(frame, picture, where=clipped)
            frame.flags.writeable = False
            frames.append(cast(Picture, frame))
        return frames


def _noise_tile(side: int = 256) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    noise = np.random.default_rng(13).normal(0, NOISE, (side, side, 3))
    return cast(np.ndarray[tuple[int, ...], np.dtype[np.int16]], np.round(noise).astype(np.int16))
