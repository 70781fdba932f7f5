"""From a camera frame to a photo that can be kept: quality, codes, JPEG. Runs on the photo lane; no Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from inspection_station.devices.barcodes import read_codes
from inspection_station.devices.camera import Frame
from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.evidence.imaging import assess, encode_jpeg
from inspection_station.workflows.inspecting import TakenPhoto


def prepare_photo(
    frame: Frame, shot: str, expected: Collection[str] = (), *, finding_id: str = "", automatic: bool = False
) -> TakenPhoto:
    """Judge and encode `frame` as the shot `shot`.

    The camera's own JPEG is kept as it came where there is one (no second loss). Codes are read from photos of the
    parcel's outside, whose proof they are; `expected` are the texts that would be right.

    Raises:
        StationProblem: ``picture.not_encodable``.
    """
    quality = assess(frame.image)
    codes: tuple[str, ...] = ()
    if shot == SHOT_OF_PARCEL:
        codes = tuple(read.text for read in read_codes(frame.image, expected) if read.accepted)
    jpeg = frame.jpeg or encode_jpeg(frame.image)
    facts = {**asdict(quality), "verdict": quality.verdict}
    if frame.place:
        facts["camera"] = frame.place
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in facts.items()}
    return TakenPhoto(jpeg, shot, rounded, quality.verdict == "ok", automatic, finding_id, codes)
