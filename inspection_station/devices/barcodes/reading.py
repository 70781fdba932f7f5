"""Reading a picture: the cheap look first, then only where codes are likely, in the way each place's look asks for.

What is tried next is decided by measures of the picture (noise, contrast, thickness of the bars, sharpness, direction
of edges), and all of it ends when a read is accepted or the effort for one picture is used up.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from inspection_station.devices.barcodes.acceptance import ITF_LENGTHS, CodeRead, Findings, expects_any, same_code
from inspection_station.devices.barcodes.bytes_to_text import full_ascii
from inspection_station.devices.barcodes.effort import Effort
from inspection_station.devices.barcodes.engines import (
    EngineRead,
    Grey,
    Points,
    Threshold,
    has_zbar,
    read_with_zbar,
    read_with_zxing,
)
from inspection_station.devices.barcodes.frame_measures import Look, evened, evened_band, look_of, sharpened, smoothed
from inspection_station.devices.barcodes.places import (
    STRONG,
    Crop,
    EdgeMap,
    Place,
    alike,
    cut_band,
    cut_out,
    cut_square,
    noise_of,
    pixels_of,
    place_of,
    widened,
)
from inspection_station.devices.barcodes.symbologies import LINEAR, LINEAR_IN_ZBAR, Kinds, zbar_symbols
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import LARGEST_PICTURE_PIXELS, Picture

if TYPE_CHECKING:
    import cv2
    import numpy as np
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

LONGEST_SIDE = 65_535  # pixels: zxing-cpp's limit
HALVED_FROM = 4_000_000  # pixels: larger pictures are looked at in half size first
SHRUNK_FROM = 1_500_000  # pixels: a still in which a certain code is expected is too: a label lies near the camera
LARGE_SIDE = 1000  # pixels of the longer side from which a noisy picture is looked at in half size first
NOISY = 5.0  # grey levels: from here on noise is taken out before anything else
SOFT_EDGE = 0.35  # `Look.edge` below which a place is out of focus or moved
BAND_ROWS = 48
CONFIRMING_ROWS = 16
CONFIRMING_SIDE = 240.0  # pixels: a QR code is brought down to this size for the second engine
MOST_CONFIRMED = 8  # reads of one look that the second engine is asked about
FAINT = 12.0  # grey levels of contrast below which there is nothing to read
FEWEST_BARS = 14  # bars and spaces: the shortest code, a two-digit ITF, has more
WEAKER = 0.35  # of the strongest edges: places of the second search, see `places.STRONG`
BARS_FROM = 0.3  # coherence of a place: from here on it may be bars
SMALL_PICTURE = 150_000  # pixels: up to here the whole picture is tried once more as one enlarged matrix code
MIDDLING_PICTURE = 400_000  # pixels: up to here it is tried once more as bars that fill it
RATHER_BARS = 0.6  # from here on bars are tried first
SQUARES_TO = 0.75  # up to here it may be a matrix code
STACKED_TO = 0.93  # and up to here a stacked one
SMALL_SIDE = 140.0  # pixels: smaller matrix codes are enlarged at once


def _grey(image: Picture) -> Grey:
    if image.ndim == 3 and image.shape[2] >= 3:
        return cast(Grey, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY if image.shape[2] == 3 else cv2.COLOR_BGRA2GRAY))
    return cast(Grey, np.ascontiguousarray(image.reshape(image.shape[:2])))


class _Reader:
    """One picture being read."""

    def __init__(self, grey: Grey, findings: Findings, thorough: bool, expecting: bool) -> None:
        self._grey = grey
        self._found = findings
        self._thorough = thorough
        self._expecting = expecting
        self._effort = Effort(grey.size, thorough)
        self._bands: dict[Place, tuple[Crop, Look]] = {}

    def _done(self) -> bool:
        """True when a read was accepted, or one is likely and nothing particular is looked for."""
        return self._found.settled or (self._found.likely and not self._expecting)

    def read(self, near: Points | None) -> None:
        """Fill the findings."""
        if near is not None:
            self._near(near)
            if self._done():
                return
        grey = self._grey
        noise = noise_of(grey) if max(grey.shape) >= LARGE_SIDE else 0.0
        halved = grey.size >= HALVED_FROM or noise >= NOISY
        if self._expecting and self._thorough and not halved and grey.size >= SHRUNK_FROM:
            self._whole(2)
            if self._done():
                return
        self._whole(2 if halved else 1)
        if self._done():
            return
        edges = EdgeMap(grey)
        seen: list[Place] = []
        for strong in (STRONG, WEAKER) if self._thorough else (STRONG,):
            places = edges.places(4 if self._thorough else 3, strong)
            places = [place for place in places if not any(alike(place, other) for other in seen)]
            seen += places
            for place in places:
                self._first_try(place)
                if self._found.settled:
                    return
            if self._done() or not self._thorough or (self._expecting and self._found.likely):
                return
            for place in places:
                self._second_try(place)
                if self._done():
                    return
        self._last_tries(halved)

    def _near(self, points: Points) -> None:
        """Where the frame before had a code, with room for it to have moved; a line that was read stands for bars."""
        place = place_of(points, bars=True)
        place = replace(place, width=1.2 * place.width, height=max(1.2 * place.height, 0.5 * place.width))
        if self._effort.may_read(Kinds.EVERY, pixels_of(place), cut=True):
            crop = cut_out(self._grey, place)
            self._take(_moved(read_with_zxing(crop.image), crop))

    def _whole(self, shrink: int) -> None:
        grey = self._grey
        if shrink > 1:
            size = (max(1, grey.shape[1] // shrink), max(1, grey.shape[0] // shrink))
            grey = cast(Grey, cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
        if self._effort.may_read(Kinds.EVERY, grey.size):
            self._take(_scaled(read_with_zxing(grey), float(shrink)))

    # One place

    def _first_try(self, place: Place) -> None:
        bars, squares = self._likely_kinds(place)
        rather_bars = place.coherence > RATHER_BARS
        if bars and rather_bars:
            self._first_linear(place)
        if squares and not self._done():
            side = max(place.width, place.height)
            self._square(place, Kinds.MATRIX, 2.0 if side < SMALL_SIDE else 1.0, rotate=True)
        if BARS_FROM < place.coherence <= STACKED_TO and not self._done():
            self._stacked(place, 1.0)
        if bars and not rather_bars and not self._done():
            self._first_linear(place)

    def _likely_kinds(self, place: Place) -> tuple[bool, bool]:
        """Whether it may be bars, and whether it may be a matrix or stacked code."""
        noisy = place.noise >= NOISY  # noise has no direction and hides one
        return noisy or place.coherence >= BARS_FROM, place.coherence <= SQUARES_TO

    def _band_of(self, place: Place) -> tuple[Crop, Look] | None:
        """The place as upright bars, and how they look; None when they are too few or too faint for a code."""
        if place not in self._bands:
            band = cut_band(self._grey, place, BAND_ROWS)
            self._effort.spend_on_cutting(band.image.size)
            self._bands[place] = (band, look_of(band.image))
        band, look = self._bands[place]
        if look.contrast < FAINT or place.width / look.bar < FEWEST_BARS:
            return None
        return band, look

    def _first_linear(self, place: Place) -> None:
        known = self._band_of(place)
        if known is None:
            return
        band, look = known
        if place.noise >= NOISY:
            self._linear(band, 2.0, "plain")
        else:
            self._linear(band, 3.0 if look.bar < 5 else 2.0 if look.bar < 8 else 1.0, "sharp")

    def _second_try(self, place: Place) -> None:
        bars, squares = self._likely_kinds(place)
        known = self._band_of(place) if bars else None
        if known is not None:
            band, look = known
            soft = look.edge < SOFT_EDGE
            tries = [(2.0, "even"), (1.0, "sharper") if soft else (2.0, "plain"), (3.0, "sharp")]
            for scale, how in tries:
                if not self._done():
                    self._linear(band, scale, how)
            if not self._done():
                self._zbar_linear(band, soft)
        if squares and not self._done():
            self._square(place, Kinds.MATRIX, 1.5, "global")
        if BARS_FROM < place.coherence <= STACKED_TO and not self._done():
            self._stacked(place, 2.0)

    def _linear(self, band: Crop, scale: float, how: str) -> None:
        wide = widened(band, scale)
        image = wide.image
        if not self._effort.may_read(Kinds.LINEAR, image.size):
            return
        if how == "sharp":
            image = sharpened(image, 2 * scale, 1.5, across=True)
        elif how == "sharper":
            image = sharpened(image, 2 * scale, 4.0, across=True)
        elif how == "even":
            image = evened_band(image)
        self._take(
            _moved(read_with_zxing(image, Kinds.LINEAR, threshold="fixed" if how == "even" else "local"), wide), image
        )

    def _zbar_linear(self, band: Crop, soft: bool) -> None:
        wide = widened(band, 2.0)
        image = sharpened(wide.image, 4.0, 1.5, across=True) if soft else wide.image
        if has_zbar() and self._effort.may_ask_zbar(image.size / 2):
            self._found.add(_moved(read_with_zbar(image[::2], LINEAR_IN_ZBAR), wide))

    def _square(
        self, place: Place, kinds: Kinds, scale: float, threshold: Threshold = "local", *, rotate: bool = False
    ) -> None:
        if not self._effort.may_read(kinds, (1 + rotate) * pixels_of(place, scale, square=True)):
            return
        crop = cut_square(self._grey, place, scale)
        square = smoothed(crop.image, 0.7 * scale) if place.noise >= NOISY else crop.image
        self._take(_moved(read_with_zxing(square, kinds, threshold=threshold, rotate=rotate), crop))

    def _stacked(self, place: Place, scale: float) -> None:
        if self._effort.may_read(Kinds.STACKED, pixels_of(place, scale), cut=True):
            crop = cut_out(self._grey, place, scale)
            self._take(_moved(read_with_zxing(crop.image, Kinds.STACKED, rotate=True), crop))

    # The whole picture once more

    def _last_tries(self, halved: bool) -> None:
        grey = self._grey
        if halved:
            self._whole(1)
        if not self._done() and self._effort.may_read(Kinds.LINEAR, grey.size):
            # Bars that lie down, in pictures too narrow for places.
            self._take(read_with_zxing(grey, Kinds.LINEAR, rotate=True))
        if not self._done() and self._effort.may_read(Kinds.MATRIX, 2 * grey.size):
            self._take(read_with_zxing(grey, Kinds.MATRIX, invert=True))
        if grey.size <= SMALL_PICTURE and not self._done():
            rows, columns = grey.shape
            whole = Place((columns / 2, rows / 2), columns, rows, 0.0, 0.0, 0.0, 0.0)
            self._square(whole, Kinds.MATRIX, 2.0, "global")
        if grey.size <= MIDDLING_PICTURE:
            self._whole_as_bars()
        if not self._done() and has_zbar() and self._effort.may_ask_zbar(grey.size):
            self._found.add(read_with_zbar(grey))

    def _whole_as_bars(self) -> None:
        """Bars that fill the picture, so that no place stands out."""
        grey = self._grey
        if not self._done() and self._effort.may_read(Kinds.LINEAR, 1.3 * grey.size):
            self._take(read_with_zxing(evened(grey), Kinds.LINEAR))
        if not self._done() and self._effort.may_read(Kinds.LINEAR, 2 * grey.size):
            wide = widened(Crop(grey, np.eye(2, 3)), 2.0)
            self._take(_moved(read_with_zxing(wide.image, Kinds.LINEAR), wide))

    # The second engine

    def _take(self, reads: list[EngineRead], band: Grey | None = None) -> None:
        """Take up what zxing-cpp read (in `band`, where there was one), and ask zbar about what is new."""
        for read in self._found.add(reads)[:MOST_CONFIRMED]:
            self._confirm(read, band)

    def _confirm(self, read: CodeRead, band: Grey | None) -> None:
        symbols = zbar_symbols(read.symbology)
        if not symbols or not has_zbar():
            return
        bars = read.symbology in LINEAR
        place = place_of(read.points, bars)
        if band is not None:
            seen = self._asked_zbar(band, symbols)
        elif bars:
            crop = cut_band(self._grey, replace(place, height=max(place.height, 12.0)), CONFIRMING_ROWS)
            seen = self._asked_zbar(widened(crop, 2.0 if place.width < 400 else 1.0).image, symbols)
        else:
            scale = min(1.0, CONFIRMING_SIDE / max(place.width, place.height))
            seen = self._asked_zbar(cut_out(self._grey, place, scale).image, symbols)
        # What differs is not another code: it lies in the same place. It only gives no second ground.
        same = same_code(read.text, read.symbology)
        self._found.add(
            replace(one, text=read.text, points=read.points)
            for one in seen
            if same in (same_code(one.text, one.symbology), same_code(full_ascii(one.text), one.symbology))
        )
        if self._found.agreed_only(read):
            # Both engines can misread the same soft bars; once more enlarged they then usually read something else.
            again = cut_out(self._grey, replace(place, height=max(place.height, 12.0)), 2.0)
            others = {same_code(one.text, one.symbology) for one in read_with_zxing(again.image, Kinds.LINEAR)}
            if others - {same_code(read.text, read.symbology)}:
                self._found.dispute(read)

    def _asked_zbar(self, image: Grey, symbols: frozenset[str]) -> list[EngineRead]:
        return read_with_zbar(image, symbols) if self._effort.may_ask_zbar(image.size) else []


def _scaled(reads: Iterable[EngineRead], factor: float) -> list[EngineRead]:
    """`reads` with their points multiplied by `factor`."""
    return [
        replace(read, points=cast(Points, tuple((round(x * factor), round(y * factor)) for x, y in read.points)))
        for read in reads
    ]


def _moved(reads: Iterable[EngineRead], crop: Crop) -> list[EngineRead]:
    """`reads` of a crop with their points in the whole picture."""
    return [replace(read, points=crop.points_in_picture(read.points)) for read in reads]


def read_codes(
    image: Picture,
    expected: Container[str] = (),
    *,
    itf_lengths: Collection[int] = ITF_LENGTHS,
    thorough: bool = True,
    near: Points | None = None,
) -> list[CodeRead]:
    """All codes found in a still or a frame, accepted ones first.

    Stops as soon as a read is accepted: other codes in the picture may then be missing from the result.

    Args:
        image: rows × columns × 3 (blue, green, red) or rows × columns, 8 bits.
        expected: the codes the bench expects now; a set, or what looks them up, when there are many.
        itf_lengths: lengths in digits at which an ITF code may be accepted without being expected.
        thorough: False for live frames: the cheap steps only.
        near: corner points of a code in the frame before (`FrameAgreement.near`): looked at first.

    Raises:
        ValueError: the array is no 8-bit picture, larger than pictures may be, or longer than engines take.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise ValueError("a picture is an array of 8-bit grey or blue, green, red")
    if image.shape[0] * image.shape[1] > LARGEST_PICTURE_PIXELS:
        raise ValueError("the picture has more pixels than a picture may have")
    if max(image.shape[:2]) > LONGEST_SIDE:
        raise ValueError("the picture is longer than a decoder takes")
    if min(image.shape[:2]) < 4:
        return []
    findings = Findings(expected, itf_lengths)
    _Reader(_grey(image), findings, thorough, expects_any(expected)).read(near)
    return findings.result()
