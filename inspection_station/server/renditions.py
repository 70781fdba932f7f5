"""Smaller copies of photos for the evidence page; a photo that shows a parcel's label comes blurred.

Originals are never altered and never shown by a link (DECISIONS.md 19): names and addresses on a waybill are
nobody's business outside the house.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps

from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.domain.inspection import Photo
from inspection_station.picture_files import FORMATS, check_picture, picture_damaged, read_picture_file

SIZES = {"small": 480, "large": 1600}  # longest side, pixels
BLURRED_TO = 40  # pixels of the longest side: a parcel can be told, no letter on it
QUALITY = 82


def must_be_blurred(photo: Photo) -> bool:
    """Whether the photo may show a parcel's label: the shot of the waybill, and every photo of the parcel itself."""
    return photo.shot == SHOT_OF_PARCEL or not photo.item_id


def rendition(path: Path, size: str, *, blurred: bool) -> bytes:
    """A JPEG of the photo at `path`, at most `SIZES[size]` pixels long, without any of the original's metadata.

    Raises:
        StationProblem: ``picture.*``; the file cannot be read, is no whole picture, or one of absurd size.
    """
    data = read_picture_file(path)
    check_picture(data)
    longest = SIZES[size]
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as original:
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
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
