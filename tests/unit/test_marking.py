"""Marks on photos: events beside the photo, sized by its ruler, undone like any step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import INSPECTOR, Bench, expected

from inspection_station.domain.events import broken_link
from inspection_station.domain.folding import fold
from inspection_station.errors import StationProblem
from inspection_station.workflows import deciding, inspecting
from inspection_station.workflows.marking import mark_photo


def test_an_ellipse_is_kept_beside_the_photo_with_its_size_by_the_ruler() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "close_up", quality={"ruler_pixels_per_mm": 2.0})
    photo = case.inspection.photos[-1]
    after = mark_photo(bench.desk, case, INSPECTOR, photo.id, "ellipse", (30, 22, 10, 2))
    (mark,) = after.inspection.marks_of(photo.id)
    assert (mark.shape, mark.x1, mark.y1, mark.x2, mark.y2) == ("ellipse", 10, 2, 30, 22)
    assert (mark.width_mm, mark.height_mm) == (10, 10)
    assert after.inspection.photos == case.inspection.photos
    assert broken_link(after.events) is None and fold(after.events) == after.inspection
    undone = inspecting.undo_step(bench.desk, after, INSPECTOR)
    assert undone.inspection.marks == () and undone.inspection.photos == case.inspection.photos


def test_a_mark_that_nobody_made_so_large_says_where_and_not_how_large() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "close_up", quality={"ruler_pixels_per_mm": 2.0})
    photo = case.inspection.photos[-1]
    after = mark_photo(bench.desk, case, INSPECTOR, photo.id, "ellipse", (10, 2, 30, 22), sized=False)
    (mark,) = after.inspection.marks_of(photo.id)
    assert (mark.x1, mark.y2, mark.width_mm, mark.height_mm) == (10, 22, 0, 0)
    facts = after.events[-1].payload
    assert (facts["width_mm"], facts["height_mm"]) == (0, 0), "no size is in the record"


def test_a_mark_recorded_without_sizes_is_read_as_one_without() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "close_up", quality={"ruler_pixels_per_mm": 2.0})
    after = mark_photo(bench.desk, case, INSPECTOR, case.inspection.photos[-1].id, "ellipse", (10, 2, 30, 22))
    last = after.events[-1]
    bare = {name: fact for name, fact in last.payload.items() if name not in ("width_mm", "height_mm", "sha256")}
    (mark,) = fold([*after.events[:-1], replace(last, payload=bare)]).marks
    assert (mark.x1, mark.width_mm, mark.height_mm) == (10, 0, 0)


def test_an_arrow_keeps_its_direction_and_has_no_size() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "close_up", quality={"ruler_pixels_per_mm": 2.0})
    photo = case.inspection.photos[-1]
    after = mark_photo(bench.desk, case, INSPECTOR, photo.id, "arrow", (30, 22, 10, 2))
    mark = after.inspection.marks[0]
    assert (mark.x1, mark.x2, mark.width_mm, mark.height_mm) == (30, 10, 0, 0)


def test_without_a_ruler_there_is_no_size_and_nothing_lies_outside_the_photo() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "front")
    photo = case.inspection.photos[-1]
    mark = mark_photo(bench.desk, case, INSPECTOR, photo.id, "ellipse", (-50, -50, 9999, 9999)).inspection.marks[0]
    assert (mark.x1, mark.y1, mark.x2, mark.y2) == (0, 0, photo.width - 1, photo.height - 1)
    assert (mark.width_mm, mark.height_mm) == (0, 0)


@pytest.mark.parametrize("quality", [{"ruler_pixels_per_mm": "7"}, {"ruler_pixels_per_mm": -1}, {}])
def test_a_scale_that_is_none_gives_no_size(quality: dict[str, object]) -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "close_up", quality=quality)
    assert case.inspection.photos[-1].pixels_per_mm == 0


def test_a_slip_of_the_hand_an_unknown_photo_or_shape_marks_nothing() -> None:
    bench = Bench(expected())
    case = bench.shot(bench.opened(), "front")
    photo = case.inspection.photos[-1].id
    for shape, box in (("ellipse", (5, 5, 20, 6)), ("arrow", (5, 5, 6, 6)), ("cross", (0, 0, 20, 20))):
        with pytest.raises(ValueError):
            mark_photo(bench.desk, case, INSPECTOR, photo, shape, box)
    with pytest.raises(KeyError):
        mark_photo(bench.desk, case, INSPECTOR, "no such photo", "arrow", (0, 0, 20, 20))


def test_a_closed_inspection_takes_no_marks() -> None:
    bench = Bench(expected())
    case = deciding.confirm(bench.desk, bench.ready(), INSPECTOR)
    with pytest.raises(StationProblem) as problem:
        mark_photo(bench.desk, case, INSPECTOR, case.inspection.photos[0].id, "arrow", (0, 0, 20, 20))
    assert problem.value.code == "inspection.closed"
