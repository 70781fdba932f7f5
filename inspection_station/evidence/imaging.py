"""Pictures on their way from the camera to the store and to the screen: coded, judged, made small.

Pure functions for worker threads; pictures are rows × columns × 3 arrays, blue, green, red, 8 bits. A stored JPEG is
never changed here: thumbnails and previews are new pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from inspection_station.errors import N_, StationProblem
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import Picture, open_picture

if TYPE_CHECKING:
    import cv2
    import numpy as np
    import numpy.typing as npt
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

JPEG_QUALITY = 92
Verdict = Literal["ok", "blurred", "dark", "bright", "glare"]

SHARPNESS_WIDTH = 960  # pixels to which a picture is brought before its edges are judged
LIGHT_WIDTH = 480  # pixels to which a picture is brought before its light is judged
BLOWN_OUT = 254  # all three channels at least this: the sensor saw more than it can tell
NEARLY_BLOWN_OUT = 249
SMALLEST_SPOT = 30  # pixels of the scaled picture; smaller ones are the glints of zips and buttons


@dataclass(frozen=True)
class QualityLimits:
    """From where on a photo is not counted (DECISIONS.md 46). Defaults found on drawn bench pictures.

    Attributes:
        sharpness: least steepness of the clearest edges, 0–0.7 (sharp pictures: from 0.34, blurred: to 0.29).
        dark_mean: least mean brightness, 0–255.
        dark_highlights: least brightness of the brightest hundredth: a bench with a black coat on it still shows
            its ruler and mat.
        bright_mean: greatest mean brightness.
        bright_share: greatest share of blown-out pixels.
        glare_share: greatest share of the picture in blown-out spots that fade out softly, as reflections do.
    """

    sharpness: float = 0.315
    dark_mean: float = 45.0
    dark_highlights: float = 125.0
    bright_mean: float = 235.0
    bright_share: float = 0.25
    glare_share: float = 0.016


@dataclass(frozen=True)
class PhotoQuality:
    """What was measured on a photo and the verdict; see `QualityLimits` for the units."""

    sharpness: float
    brightness: float
    glare_share: float
    verdict: Verdict
    highlights: float = 0.0  # brightness of the brightest hundredth
    blown_out_share: float = 0.0


# What the badge and the notice say for each verdict but "ok": what happened, what to do. The last three come from
# what the shot must show (`shot_gate`).
VERDICT_SENTENCES: dict[str, tuple[str, str]] = {
    "blurred": (N_("Blurred; not counted"), N_("Lay the item flat, press Space again")),
    "dark": (N_("Too dark; not counted"), N_("Adjust the light or the angle, press Space again")),
    "bright": (N_("Too bright; not counted"), N_("Adjust the light or the angle, press Space again")),
    "glare": (N_("Glare; not counted"), N_("Adjust the light or the angle, press Space again")),
    "label_unreadable": (N_("Label not readable; not counted"), N_("Lay it flat in the picture, press Space again")),
    "label_other": (N_("Another number on the label; not counted"), N_("Lay the scanned parcel there, press Space")),
    "no_ruler": (N_("No ruler in the close-up"), N_("Put the ruler card beside the defect")),
}


def encode_jpeg(image: Picture, quality: int = JPEG_QUALITY) -> bytes:
    """`image` as JPEG.

    Raises:
        StationProblem: picture.not_encodable (an empty or impossible array).
    """
    try:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error:
        done = False
    if not done:
        raise StationProblem(
            "picture.not_encodable", N_("The camera's picture cannot be stored."), N_("Take the photo again.")
        )
    return data.tobytes()


def _to_width(image: Picture, width: int) -> Picture:
    rows, columns = image.shape[:2]
    if columns <= width:
        return image
    # Halves first, by throwing away nothing but noise: INTER_AREA at exactly 2 is the fast path.
    while columns >= 2 * width and rows >= 2:
        rows, columns = rows // 2, columns // 2
        image = cast(Picture, cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA))
    if columns > width:
        size = (width, max(1, round(rows * width / columns)))
        image = cast(Picture, cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    return image


def _sharpness(grey: Picture) -> float:
    """How steep the clearest edges are: gradient over the contrast around it, so that light does not matter.

    A sharp edge rises within two pixels of the scaled picture, a blurred one over many. Judged across and down by
    itself, and the worse one counts: a moved camera blurs edges of one direction only. 0 without any edge.
    """
    calm = cv2.GaussianBlur(grey, (3, 3), 0)
    worst: float | None = None
    for across, down in ((1, 0), (0, 1)):
        window = np.ones((7, 1) if down else (1, 7), np.uint8)
        contrast = cv2.subtract(cv2.dilate(calm, window), cv2.erode(calm, window))
        # Whole numbers are compared ten times as quickly as whole numbers with a fraction.
        clear = np.flatnonzero(contrast > np.uint8(max(12.0, 0.6 * _percentile(contrast[::2, ::2], 97))))
        if clear.size < 64:
            continue
        steepness = cv2.dilate(np.abs(cv2.Sobel(calm, cv2.CV_16S, across, down, ksize=3)), window)
        # The better quarter: fur, knitwear and folds are soft of themselves, what is printed or cut is not.
        ratios = steepness.ravel()[clear] / np.float32(8) / contrast.ravel()[clear]
        place = round(0.75 * (ratios.size - 1))
        ratio = float(np.partition(ratios, place)[place])
        worst = ratio if worst is None else min(worst, ratio)
    return worst or 0.0


def _percentile(values: npt.NDArray[Any], share: float) -> float:
    """The least value that `share` per cent of 8-bit `values` do not exceed, by counting instead of sorting."""
    upto = np.cumsum(cv2.calcHist([values], [0], None, [256], [0, 256]))
    return float(np.searchsorted(upto, share / 100 * values.size))


def _least_channel(image: Picture) -> Picture:
    """The smallest channel of each pixel."""
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    return cast(Picture, cv2.min(cv2.min(blue, green), red))


def _glare_share(least: Picture) -> float:
    """Share of the picture in blown-out spots with a soft rim; `least` holds the smallest channel of each pixel.

    White paper that is blown out ends at a hard edge; a reflection fades out.
    """
    calm = cv2.blur(least, (3, 3))
    blown_out = (calm >= BLOWN_OUT).astype(np.uint8)
    if not blown_out.any():
        return 0.0
    # Grown to all that is nearly white, a spot of blown-out paper reaches the paper's edge or its print.
    bright = cv2.morphologyEx((calm >= NEARLY_BLOWN_OUT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright)
    glare = 0
    for spot in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[spot])
        if area < SMALLEST_SPOT:
            continue
        view = (slice(max(0, top - 5), top + height + 5), slice(max(0, left - 5), left + width + 5))
        here = (labels[view] == spot).astype(np.uint8)
        rim = cv2.dilate(here, np.ones((7, 7), np.uint8)) - cv2.dilate(here, np.ones((3, 3), np.uint8))
        around = least[view][rim > 0]
        if around.size and float(np.percentile(around, 30)) > 195:
            glare += int(blown_out[view][here > 0].sum())
    return glare / float(least.size)


def assess(image: Picture, limits: QualityLimits | None = None) -> PhotoQuality:
    """Whether a photo is fit to be evidence: light first, then glare, then sharpness.

    The picture is brought to fixed widths first, so that the limits hold for every resolution.
    """
    limits = limits or QualityLimits()
    scaled = _to_width(image, SHARPNESS_WIDTH)
    grey = cast(Picture, cv2.cvtColor(scaled, cv2.COLOR_BGR2GRAY)) if scaled.ndim == 3 else scaled
    small = _to_width(scaled, LIGHT_WIDTH)
    least = _least_channel(small)
    light = _to_width(grey, LIGHT_WIDTH)
    brightness = float(light.mean())
    highlights = _percentile(light, 99)
    blown_out = float((least >= BLOWN_OUT).mean())
    glare_share = _glare_share(least)
    sharpness = _sharpness(grey)
    verdict: Verdict = "ok"
    if brightness < limits.dark_mean or highlights < limits.dark_highlights:
        verdict = "dark"
    elif brightness > limits.bright_mean or blown_out > limits.bright_share:
        verdict = "bright"
    elif glare_share > limits.glare_share:
        verdict = "glare"
    elif sharpness < limits.sharpness:
        verdict = "blurred"
    return PhotoQuality(sharpness, brightness, glare_share, verdict, highlights, blown_out)


def preview(image: Picture, width: int, height: int) -> npt.NDArray[np.uint8]:
    """`image` fitted into width × height (whole, never cropped) as contiguous rows × columns × 4: what QImage calls
    Format_RGB32. The result may be smaller on one side; it is never enlarged.
    """
    rows, columns = image.shape[:2]
    scale = min(width / columns, height / rows, 1.0)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    fitted = image if size == (columns, rows) else cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    code = cv2.COLOR_GRAY2BGRA if fitted.ndim == 2 else cv2.COLOR_BGR2BGRA
    return cast("npt.NDArray[np.uint8]", cv2.cvtColor(fitted, code))


def thumbnail(jpeg: bytes, width: int = 352, height: int = 264) -> bytes:
    """A small JPEG that fits into width × height, made from the bytes of a photo.

    Raises:
        StationProblem: ``picture.*`` when the bytes are no whole picture.
    """
    image = open_picture(jpeg)
    rows, columns = image.shape[:2]
    scale = min(width / columns, height / rows, 1.0)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return encode_jpeg(cast(Picture, cv2.resize(image, size, interpolation=cv2.INTER_AREA)), 82)
