"""From a camera frame to a photo that can be kept: quality, codes, ruler, JPEG. Runs on the shutter lane; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection

from inspection_station.devices.barcodes import ITF_LENGTHS, read_codes
from inspection_station.devices.camera import Frame
from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits, assess, encode_jpeg
from inspection_station.evidence.ruler import find_ruler
from inspection_station.evidence.shot_gate import Demand, no_parcel, quality_facts, verdict_of
from inspection_station.settings import Settings
from inspection_station.workflows.inspecting import TakenPhoto
from inspection_station.workflows.ports import PhotoStore, StoredPhoto

CLOSE_UP = "close_up"


def limits_for(settings: Settings, camera: str, place: str = "") -> QualityLimits:
    """The limits of the camera called `camera` at `place`: those measured with it, else the usual ones."""
    limits = settings.side_photo_limits if place == "side" else settings.photo_limits
    if limits.camera not in ("", camera):
        return QualityLimits()
    return QualityLimits(
        limits.sharpness / 1000, limits.dark_mean, limits.dark_highlights, limits.bright_mean,
        limits.bright_share / 1000, limits.glare_share / 1000,
    )  # fmt: skip


def jpeg_of(frame: Frame) -> bytes:
    """The camera's own JPEG as it came where there is one (no second loss), else the picture encoded.

    Raises:
        StationProblem: ``picture.not_encodable``.
    """
    return frame.jpeg or encode_jpeg(frame.image)


def keep_frame(photos: PhotoStore, frame: Frame) -> StoredPhoto:
    """Make the picture of `frame` durable, while it is still being judged; raises what `jpeg_of` and `keep` raise."""
    return photos.keep(jpeg_of(frame))


def prepare_photo(
    frame: Frame,
    shot: str,
    expected: Collection[str] = (),
    *,
    label: str = "",
    carriers: Carriers = NO_CARRIERS,
    is_parcel: Callable[[str], bool] = no_parcel,
    finding_id: str = "",
    automatic: bool = False,
    ruler: bool = False,
    limits: QualityLimits | None = None,
    itf_lengths: Collection[int] = ITF_LENGTHS,
    camera: str = "",
    captured_at: str = "",
    trigger: str = "",
    encode: bool = True,
    judge: Callable[[], PhotoQuality] | None = None,
) -> TakenPhoto:
    """Judge and encode `frame` as the shot `shot`.

    Codes are read from photos of the parcel's outside, whose proof they are; one of `expected` must be among them,
    by the shapes of `carriers`; a number that `is_parcel` is another label. `label` is what the code that was scanned
    says in full, so that it is believed at once.
    In close-ups a ruler is looked for, and with `ruler` there must be one. Without `encode` the bytes are left to
    `keep_frame`. `judge` gives what `assess` says of the frame where that is found out meanwhile.

    Raises:
        StationProblem: ``picture.not_encodable``.
    """
    codes: tuple[str, ...] = ()
    if shot == SHOT_OF_PARCEL:
        awaited = (*expected, label) if label else expected
        codes = tuple(read.text for read in read_codes(frame.image, awaited, itf_lengths=itf_lengths)
                      if read.accepted)  # fmt: skip
    found = find_ruler(frame.image) if shot == CLOSE_UP or ruler else None
    quality = judge() if judge else assess(frame.image, limits)
    demand = Demand(tuple(expected) if shot == SHOT_OF_PARCEL else (), ruler, carriers, is_parcel)
    verdict = verdict_of(quality, demand, codes, found)
    facts = quality_facts(quality, verdict, found)
    if frame.place:
        facts["camera"] = frame.place
    return TakenPhoto(
        jpeg_of(frame) if encode else b"", shot, facts, verdict == "ok", automatic, finding_id, codes, captured_at,
        camera, trigger,
    )  # fmt: skip
