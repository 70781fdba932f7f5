"""What lies over a stored photo shown in place of the live picture: its name, its marks, that it is sealed."""

from __future__ import annotations

from pathlib import Path

from inspection_station.domain.inspection import Mark, Photo
from inspection_station.i18n import localised, translate
from inspection_station.station.presenting.parcel import shot_name
from inspection_station.station.presenting.words import Showing
from inspection_station.station.views import ArrowView, CameraView, EllipseView, TagView
from inspection_station.workflows.case import Case, template_of
from inspection_station.workflows.inspecting import WantedShot


def stored_photo(case: Case | None, shown: Path | None) -> Photo | None:
    """The photo of the case whose file is shown."""
    if case is None or shown is None:
        return None
    return next((photo for photo in reversed(case.inspection.photos) if photo.sha256 == shown.stem), None)


def size_words(mark: Mark) -> str:
    """The size of a marked place by the photo's ruler; empty where there was none."""
    if not mark.width_mm or not mark.height_mm:
        return ""
    return translate("≈ {width} × {height} cm", width=f"{mark.width_mm / 10:.1f}", height=f"{mark.height_mm / 10:.1f}")


def over_stored(showing: Showing, case: Case, photo: Photo) -> CameraView:
    """The plates and marks over a stored photo."""
    marks = case.inspection.marks_of(photo.id)
    badges = [TagView(translate("Sealed"), "ok", "mdi6.shield-check")]
    if photo.pixels_per_mm:
        badges.insert(0, TagView(translate("With ruler"), "neutral", "mdi6.ruler"))
    return CameraView(
        TagView(_name(showing, case, photo), "neutral", "mdi6.image-outline"),
        tuple(badges),
        ellipses=tuple(_ellipse(photo, mark) for mark in marks if mark.shape == "ellipse"),
        arrows=tuple(
            ArrowView(mark.x1 / photo.width, mark.y1 / photo.height, mark.x2 / photo.width, mark.y2 / photo.height)
            for mark in marks
            if mark.shape == "arrow"
        ),
    )


def _ellipse(photo: Photo, mark: Mark) -> EllipseView:
    return EllipseView(
        (mark.x1 + mark.x2) / 2 / photo.width, (mark.y1 + mark.y2) / 2 / photo.height,
        abs(mark.x2 - mark.x1) / 2 / photo.width, abs(mark.y2 - mark.y1) / 2 / photo.height, size_words(mark),
    )  # fmt: skip


def _name(showing: Showing, case: Case, photo: Photo) -> str:
    item = case.inspection.item()
    if any(finding.id == photo.finding_id for finding in item.findings):
        return shot_name(showing, case, item, WantedShot(photo.shot, False, photo.finding_id))
    names = {shot.id: {"zh": shot.zh, "en": shot.en} for shot in template_of(showing.desk, item).shots}
    return localised(names[photo.shot]) if photo.shot in names else translate("Photo")
