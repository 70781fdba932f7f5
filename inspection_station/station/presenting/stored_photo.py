"""What lies over a stored photo shown in place of the live picture: its name, its marks, that it is sealed."""

from __future__ import annotations

from pathlib import Path

from inspection_station.domain.checklist import OUTSIDE
from inspection_station.domain.inspection import Photo
from inspection_station.i18n import localised, translate
from inspection_station.station.presenting.marks import mark_views
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


def over_stored(showing: Showing, case: Case, photo: Photo) -> CameraView:
    """The plates and marks over a stored photo."""
    marks = mark_views(case.inspection, photo)
    badges = [TagView(translate("Sealed"), "ok", "mdi6.shield-check")]
    if photo.pixels_per_mm:
        badges.insert(0, TagView(translate("With ruler"), "neutral", "mdi6.ruler"))
    return CameraView(
        TagView(_name(showing, case, photo), "neutral", "mdi6.image-outline"),
        tuple(badges),
        ellipses=tuple(mark for mark in marks if isinstance(mark, EllipseView)),
        arrows=tuple(mark for mark in marks if isinstance(mark, ArrowView)),
    )


def _name(showing: Showing, case: Case, photo: Photo) -> str:
    item = case.inspection.item()
    if any(finding.id == photo.finding_id for finding in item.findings):
        return shot_name(showing, case, item, WantedShot(photo.shot, False, photo.finding_id))
    names = {shot.id: {"zh": shot.zh, "en": shot.en} for shot in (*template_of(showing.desk, item).shots, OUTSIDE)}
    return localised(names[photo.shot]) if photo.shot in names else translate("Photo")
