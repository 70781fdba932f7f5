"""A label's dots on the way to a printer: read from the stored PNG, moved by the offset, packed into bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from inspection_station.devices.printers.description import Media, dots

MOST_DOTS = 40_000_000  # 100 × 150 mm at 1200 dpi has 33 million


@dataclass(frozen=True)
class Placed:
    """The dots of a label that lie on the label once the offset has moved them.

    Attributes:
        image: mode "1", 0 is black.
        x: dots from the label's left edge to the image's.
        y: dots from the label's top edge to the image's.
    """

    image: Image.Image
    x: int
    y: int


def read_bitmap(png: bytes) -> Image.Image:
    """The label in a stored 1-bit PNG.

    Raises:
        ValueError: it is no PNG, has greys, or has more dots than any label.
    """
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            if image.width * image.height > MOST_DOTS:
                raise ValueError("too many dots for a label")
            image.load()
            return black_and_white(image).copy()
    except (OSError, SyntaxError) as error:
        raise ValueError("not a PNG") from error


def black_and_white(image: Image.Image) -> Image.Image:
    """`image` as it is; raises ValueError when it has greys: a label is drawn in black and white, never converted."""
    if image.mode != "1":
        raise ValueError("a label bitmap is black and white")
    return image


def placed(image: Image.Image, media: Media, dpi: tuple[int, int]) -> Placed:
    """`image` moved by the offset of `media`; dots that would leave the label are cut off, and so never printed.

    The program cuts because printers differ in what they do with dots beyond a label, and some print them on the
    next one. What is left always starts on or right of the left edge and on or below the top: no printer command
    for negative places (ZPL ``^LS`` and ``^LT``, TSPL ``SHIFT``) is needed, which some keep when switched off.
    """
    x, y = dots(media.offset_x_mm, dpi[0]), dots(media.offset_y_mm, dpi[1])
    width, height = image.size
    # At least one dot stays, so that there is something to send whatever somebody sets.
    x, y = max(-width + 1, min(x, width - 1)), max(-height + 1, min(y, height - 1))
    box = (max(0, -x), max(0, -y), min(width, width - x), min(height, height - y))
    return Placed(image if (x, y) == (0, 0) else image.crop(box), max(0, x), max(0, y))


def page_of(image: Image.Image, media: Media, dpi: tuple[int, int]) -> Image.Image:
    """The whole label as it is to lie under the head: moved and turned in its dots.

    For printers without commands that would move or turn a raster.
    """
    place = placed(image, media, dpi)
    page = Image.new("1", image.size, 1)
    page.paste(place.image, (place.x, place.y))
    return page.transpose(Image.Transpose.ROTATE_180) if media.direction == "turned" else page


def packed(image: Image.Image) -> tuple[bytes, int]:
    """The dots row by row, eight a byte, the leftmost in the highest bit, 1 is black; and the bytes a row has.

    The last byte of a row is filled with 0.
    """
    import numpy as np  # with the first label, not with the window

    bits = np.packbits(~np.array(black_and_white(image)), axis=1)
    return bits.tobytes(), (image.width + 7) // 8
