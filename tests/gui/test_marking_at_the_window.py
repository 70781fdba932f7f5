"""Marks on a stored photo by keys alone at the whole window: what Enter does is said, nothing is graded by it."""

from __future__ import annotations

import pytest
from gui.working_bench import WorkingBench

from inspection_station.station.camera_view import CameraView
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import all_keys
from inspection_station.station.page_views import GradeView
from inspection_station.station.picture import Picture

SET = "确定标注"


@pytest.fixture
def stained(waiting: WorkingBench) -> WorkingBench:
    """The stain found, its close-up with a ruler taken, and shown in place of the live picture."""
    bench = waiting
    bench.find_stain()
    bench.quiet()
    bench.take_required_photos()
    bench.quiet()
    photo = bench.case.inspection.photos[-1]
    assert photo.shot == "close_up" and photo.pixels_per_mm > 0
    bench.app.bench.pages.show_stored(bench.app.station.photos.path(photo.sha256))
    bench.until(lambda: not camera(bench)._still.isNull())
    return bench


def camera(bench: WorkingBench) -> CameraView:
    shown = bench.app.bench.pages.camera
    assert shown is not None
    return shown


def marked(bench: WorkingBench, count: int) -> None:
    bench.until(lambda: len(bench.case.inspection.marks) == count)
    bench.quiet()


def test_a_mark_put_there_by_keys_has_a_place_and_no_size_until_it_is_given_one(stained: WorkingBench) -> None:
    bench = stained
    photo = bench.case.inspection.photos[-1]
    bench.press("M", "Left", "Enter")
    marked(bench, 1)
    (mark,) = bench.case.inspection.marks
    assert (mark.width_mm, mark.height_mm) == (0, 0) and mark.x1 == round(0.39 * photo.width)
    assert camera(bench)._view.ellipses[0].text == "", "no size is shown"
    bench.press("M")
    bench.type("+")
    bench.press("Enter")
    marked(bench, 2)
    sized = bench.case.inspection.marks[-1]
    assert sized.width_mm == pytest.approx(0.22 * photo.width / photo.pixels_per_mm, abs=1)
    assert "cm" in camera(bench)._view.ellipses[1].text
    assert bench.app.station.photos.verify(photo.sha256)


def test_while_a_mark_is_drawn_the_primary_says_that_enter_sets_it_and_esc_leaves_it(stained: WorkingBench) -> None:
    bench = stained
    meant = bench.primary.view
    assert meant.key == "Enter" and meant.text != SET
    bench.press("M")
    assert (bench.primary.view.text, bench.primary.view.key) == (SET, "Enter")
    assert "大小" in bench.primary.view.consequence and "Esc" in bench.primary.view.consequence
    answers = dict(bench.case.inspection.item().answers)
    bench.press("N", "1", "Space")
    bench.quiet()
    assert camera(bench).draft is not None and dict(bench.case.inspection.item().answers) == answers
    bench.press("A")
    assert "指向" in bench.primary.view.consequence
    bench.press("Esc")
    assert camera(bench).draft is None and bench.primary.view == meant
    assert bench.screen is Screen.CHECKLIST and bench.app.bench.pages._stored is not None
    bench.press("Esc")
    assert bench.app.bench.pages._stored is None and bench.screen is Screen.CHECKLIST
    bench.quiet()
    assert bench.case.inspection.marks == () and bench.screen is Screen.CHECKLIST


def test_the_primary_pressed_by_hand_or_by_its_command_code_sets_the_mark_and_grades_nothing(
    stained: WorkingBench,
) -> None:
    bench = stained
    bench.press("M")
    bench.primary.click()
    marked(bench, 1)
    bench.press("M")
    bench.scan("CMD-OK")
    marked(bench, 2)
    bench.press("M")
    bench.scan("CMD-CANCEL")
    bench.quiet()
    assert camera(bench).draft is None and len(bench.case.inspection.marks) == 2
    assert bench.screen is Screen.CHECKLIST and bench.case.inspection.item().decision is None
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)


def test_a_shot_or_another_photo_leaves_the_mark_that_is_drawn(stained: WorkingBench) -> None:
    bench = stained
    bench.press("M")
    assert camera(bench).draft is not None
    other = bench.case.inspection.photos[0]
    bench.app.bench.pages.show_stored(bench.app.station.photos.path(other.sha256))
    assert camera(bench).draft is None and bench.primary.view.text != SET


def test_the_photo_itself_offers_to_mark_it_and_the_key_sheet_tells_how(stained: WorkingBench) -> None:
    bench = stained
    bar = camera(bench)._bar
    assert bar.isVisible() and bar._idle.isVisible() and not bar._keys.isVisible()
    bar.pressed.emit()
    assert camera(bench).draft is not None and bar._keys.isVisible()
    bench.press("Esc", "Esc")
    assert not bar.isVisible(), "the live picture is not marked"
    keys = [key for key, _, _ in all_keys()]
    assert {"M", "← ↑ ↓ →", "+ −", "A"} <= set(keys)


def test_what_is_marked_is_seen_wherever_the_photo_is_judged(stained: WorkingBench) -> None:
    bench = stained
    bench.press("M", "Enter")
    marked(bench, 1)
    pages = bench.app.bench.pages
    shots = [tile.view for tile in pages.checklist.panel.strip.tiles]
    assert [len(shot.marks) for shot in shots if shot.name == shots[-1].name] == [1]
    assert sum(len(shot.marks) for shot in shots) == 1
    assert "有标注" in pages.checklist.panel.strip.tiles[-1].accessibleDescription()
    bench.press("Esc")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    view = bench.shown.view
    assert isinstance(view, GradeView)
    assert [len(picture.marks) for picture in view.pictures] == [0, 1]
    assert [len(frame._marks) for frame in pages.grade.findChildren(Picture)][-1] == 1


def test_history_shows_the_marks_and_the_photo_as_it_was_taken(stained: WorkingBench) -> None:
    bench = stained
    bench.press("M", "Enter")
    marked(bench, 1)
    photo = bench.case.inspection.photos[-1]
    bytes_before = bench.app.station.photos.read(photo.sha256)
    number = bench.case.inspection.item().rt_number
    bench.press("Esc", "F8")
    page = bench.app.history.page
    bench.until(lambda: page._case is not None and page._case.photos)
    assert number in page.rows[0].number
    while not page._case.photos[page.viewer.place].marks:
        bench.press("Right")
    bench.until(lambda: not page.viewer.picture.image().isNull())
    assert page.viewer.picture._marks and page.viewer.switch.says == "照片上的标注：1"
    seen = page.viewer.picture.grab().toImage()
    bench.press("M")
    assert page.viewer.picture._marks == () and page.viewer.switch.says == "原照片，未显示标注"
    assert page.viewer.picture.grab().toImage() != seen
    bench.press("Left")
    assert page.viewer.switch.says == "", "nothing is marked on this one"
    bench.press("M", "Right")
    assert page.viewer.switch.says == "原照片，未显示标注"
    bench.press("M")
    assert page.viewer.picture._marks and page.viewer.switch.says == "照片上的标注：1"
    assert bench.app.station.photos.read(photo.sha256) == bytes_before
    told = [line.detail for line in page._case.timeline if line.icon == "mdi6.draw"]
    assert len(told) == 1 and told[0] == page._case.photos[page.viewer.place].name
