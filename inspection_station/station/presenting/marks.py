"""Marks on a photo as they are painted over it: on the stored photo, its thumbnails, in the history."""

from __future__ import annotations

from inspection_station.domain.inspection import Inspection, Mark, Photo
from inspection_station.i18n import translate
from inspection_station.station.views import ArrowView, EllipseView, MarkView


def size_words(mark: Mark) -> str:
    """The size of a marked place by the photo's ruler; empty where there was none, or nobody sized the mark."""
    if not mark.width_mm or not mark.height_mm:
        return ""
    return translate("≈ {width} × {height} cm", width=f"{mark.width_mm / 10:.1f}", height=f"{mark.height_mm / 10:.1f}")


def mark_views(inspection: Inspection, photo: Photo) -> tuple[MarkView, ...]:
    """The marks of `photo` in the order they were set."""
    if photo.width <= 0 or photo.height <= 0:
        return ()
    return tuple(_view(photo, mark) for mark in inspection.marks_of(photo.id))


def marks_of_file(inspection: Inspection, sha256: str) -> tuple[MarkView, ...]:
    """The marks over the picture `sha256`, whichever photos of the inspection it stands for."""
    return tuple(
        view for photo in inspection.photos if photo.sha256 == sha256 for view in mark_views(inspection, photo)
    )


def _view(photo: Photo, mark: Mark) -> MarkView:
    wide, high = photo.width, photo.height
    if mark.shape == "arrow":
        return ArrowView(mark.x1 / wide, mark.y1 / high, mark.x2 / wide, mark.y2 / high)
    return EllipseView(
        (mark.x1 + mark.x2) / 2 / wide, (mark.y1 + mark.y2) / 2 / high,
        abs(mark.x2 - mark.x1) / 2 / wide, abs(mark.y2 - mark.y1) / 2 / high, size_words(mark),
    )  # fmt: skip
