"""Smaller copies of photos for the evidence page; a photo that shows a parcel's label comes blurred.

Originals are never altered and never shown by a link (DECISIONS.md 19): names and addresses on a waybill are
nobody's business outside the house.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.domain.inspection import Mark, Photo
from inspection_station.picture_files import FORMATS, check_picture, picture_damaged

SIZES = {"small": 480, "large": 1600}  # longest side, pixels
BLURRED_TO = 40  # pixels of the longest side: a parcel can be told, no letter on it
QUALITY = 82


def must_be_blurred(photo: Photo) -> bool:
    """Whether the photo may show a parcel's label: the shot of the waybill, and every photo of the parcel itself."""
    return photo.shot == SHOT_OF_PARCEL or not photo.item_id


def rendition(data: bytes, size: str, *, blurred: bool, marks: Sequence[Mark] = ()) -> bytes:
    """A JPEG of the photo `data`, at most `SIZES[size]` pixels long, without any of the original's metadata.

    `marks` are drawn on it; the original has none.

    Raises:
        StationProblem: ``picture.*``; it is no whole picture, or one of absurd size.
    """
    check_picture(data)
    longest = SIZES[size]
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as original:
            whole = original.size
            original.draft("RGB", (longest, longest))
            picture = ImageOps.exif_transpose(original.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise picture_damaged() from error
    picture.thumbnail((longest, longest))
    if blurred:
        shown = picture.size
        picture.thumbnail((BLURRED_TO, BLURRED_TO), Image.Resampling.BOX)
        picture = picture.resize(shown, Image.Resampling.BICUBIC)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    for mark in marks:
        _draw(ImageDraw.Draw(clean), mark, clean.width / whole[0], clean.height / whole[1])
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, mark: Mark, across: float, down: float) -> None:
    """One mark, white with a dark rim; `across` and `down` bring pixels of the photo to those of the copy."""
    x1, x2, y1, y2 = mark.x1 * across, mark.x2 * across, mark.y1 * down, mark.y2 * down
    if mark.shape == "ellipse":
        box = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        pen.ellipse((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1), None, "black", 5)
        pen.ellipse(box, None, "white", 3)
        return
    back = math.atan2(y1 - y2, x1 - x2)
    heads = [(x2 + math.cos(back + aside) * 18, y2 + math.sin(back + aside) * 18) for aside in (-0.5, 0.5)]
    for colour, thick in (("black", 6), ("white", 3)):
        for end in ((x1, y1), *heads):
            pen.line(((x2, y2), end), colour, thick)
