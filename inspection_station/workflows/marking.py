"""Marking places on photos: kept beside the photo as events of their own, undone as any other step."""

from __future__ import annotations

from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.workflows.case import Case, Desk, Step, must_be_open, record

MARK_SHAPES = ("ellipse", "arrow")
SMALLEST_MARK = 4  # pixels; less is a slip of the hand


def mark_photo(
    desk: Desk,
    case: Case,
    person: Person,
    photo_id: str,
    shape: str,
    box: tuple[int, int, int, int],
    *,
    sized: bool = True,
) -> Case:
    """Mark a place on a photo of the case; the photo itself is never touched.

    `box` is x1, y1, x2, y2 in pixels of the photo (see `inspection.Mark`); what lies outside of it is cut off. With a
    ruler in the photo the size of an ellipse is kept in millimetres, unless nobody gave it one: without `sized` the
    box only says where.

    Raises:
        KeyError: the case has no such photo.
        ValueError: another shape, or a mark too small to be meant.
    """
    must_be_open(case)
    photo = {photo.id: photo for photo in case.inspection.photos}[photo_id]
    if shape not in MARK_SHAPES:
        raise ValueError(f"no shape {shape!r}")
    x1, x2 = (min(max(int(x), 0), photo.width - 1) for x in box[::2])
    y1, y2 = (min(max(int(y), 0), photo.height - 1) for y in box[1::2])
    if shape == "ellipse":
        (x1, x2), (y1, y2) = sorted((x1, x2)), sorted((y1, y2))
    wide, high = abs(x2 - x1), abs(y2 - y1)
    if (min if shape == "ellipse" else max)(wide, high) < SMALLEST_MARK:
        raise ValueError("the mark is too small")
    scale = photo.pixels_per_mm if shape == "ellipse" and sized else 0.0
    step: Step = (
        EventKind.PHOTO_MARKED,
        {
            "item_id": photo.item_id,
            "mark_id": uuid7(),
            "photo_id": photo.id,
            "sha256": photo.sha256,
            "shape": shape,
            "x1": x1,
            "y1": y1,
            "x2": x2,
            "y2": y2,
            "width_mm": max(1, round(wide / scale)) if scale else 0,
            "height_mm": max(1, round(high / scale)) if scale else 0,
        },
    )
    return record(desk, case, person, step)
