"""The real window's screens, one after the other, in every size and language: whole, apart, large enough, named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from factories import SOAK
from gui.eyes import ALLOWED, OTHERS, SCREENS, USUAL, Looking, assert_as_kept, changed
from gui.test_answers_by_keys import PHONE, PHONE_NUMBER, TEA, entry, until_answered, until_row
from gui.test_exceptions_by_keys import REFUSED, reason_panel
from gui.test_inspectors_table import OTHER_SERIAL, SWAPPED, SWAPPED_TAG, TORN_BOX, TORN_TAG, photos_of_parcel
from gui.test_late_match import announce, pin_panel
from gui.test_layout import SIZES
from gui.working_bench import CLEAN, EMPTY, LEAD, SECOND, STAINED, TWO_ITEMS, UNKNOWN, WorkingBench
from PIL import Image

from inspection_station.station.checklist_page import ChecklistPage
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import KeySheet

A_PARCEL_OF = {
    "footwear": "SF1390421000189", "bags": "HD7730021846525", "cosmetics": "JT5284019939100",
    "toys": "ZC6401882290461", "home": "SF1390447120891", "appliances": "JD0192751898034",
    "general": "ZT7310615490034", "apparel": "SF1390430739872",
}  # fmt: skip


pytestmark = pytest.mark.timeout(3600 if SOAK else 180)


def walk(eyes: Looking) -> None:
    """Go through a day's screens, looking at each."""
    bench = eyes.bench
    app = bench.app
    eyes.at("sign_in")
    bench.sign_in()
    eyes.at("waiting")
    eyes.at("key_sheet", lambda: open_sheet(bench), lambda: close_sheet(bench))
    eyes.at("typed_number", lambda: open_number(bench), lambda: close_number(bench))
    bench.open_parcel(STAINED)
    bench.until_identified()
    eyes.at("capture")
    bench.camera.lost()
    bench.until(lambda: not bench.primary.isEnabled())
    eyes.at("camera_lost")
    bench.camera.back()
    bench.press("R")
    bench.until_primary("Space")
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    eyes.at("exceptions")
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    bench.take_required_photos()
    bench.until_primary("Enter")
    eyes.at("complete")
    eyes.wear(USUAL)
    bench.scan(CLEAN)
    bench.until(lambda: app.window.frame.notice.isVisible())
    eyes.look("notice", USUAL)
    app.window.frame.hide_notice()
    bench.press("Enter")
    bench.until_screen(Screen.CHECKLIST)
    bench.press("Q", "X")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.press("Num5")
    bench.take_required_photos()
    bench.until_primary("Enter")
    eyes.at("checklist")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    eyes.at("grade")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    eyes.at("done")
    eyes.wear(USUAL)
    bench.scan("CMD-NOTHING")
    bench.until(lambda: app.window.frame.notice.isVisible())
    eyes.look("notice_while_waiting", USUAL)
    app.window.frame.hide_notice()
    bench.clock.now += 2000
    bench.scan(STAINED)
    bench.until_screen(Screen.DUPLICATE)
    eyes.at("duplicate")
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.scan("2900065806389")
    bench.until(lambda: bench.state.candidates)
    eyes.at("no_match")
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.scan("2900015810435")
    bench.until_screen(Screen.WRONG_ITEM)
    eyes.at("wrong_item")
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    bench.press("F8")
    bench.until(lambda: app.history.page._case is not None)
    eyes.at("history")
    bench.press("F10")
    bench.until(lambda: app.window.area == "settings")
    eyes.at("settings")


def walk_exceptions(eyes: Looking) -> None:
    """Go through what is not the usual case, looking at each state."""
    bench = eyes.bench
    bench.sign_in()
    _damaged_on_the_way(eyes)
    eyes.at("parked")
    _suspected_swap(eyes)
    _several_items(eyes)
    _held_and_waived(eyes)
    bench.open_parcel(REFUSED)
    bench.press("S")
    bench.until(lambda: bench.case.inspection.item().identified_by == "sealed")
    eyes.at("left_closed")
    park(bench)
    bench.open_parcel(EMPTY)
    bench.scan("CMD-EMPTY")
    bench.until(lambda: bench.case.inspection.item().identity == "empty_parcel")
    eyes.at("empty_parcel")
    park(bench)
    _unclaimed(eyes)


def park(bench: WorkingBench) -> None:
    """F9."""
    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    bench.quiet()


def _damaged_on_the_way(eyes: Looking) -> None:
    bench = eyes.bench
    bench.open_parcel(TORN_BOX)
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    assert len(bench.shown.view.candidates) >= 8  # type: ignore[union-attr]
    eyes.at("exceptions_unopened")
    eyes.wear(USUAL)
    bench.press("Esc")
    bench.until_screen(Screen.PARCEL)
    bench.scan("CMD-DAMAGED")
    bench.until(lambda: bench.case.inspection.outside == ("outer_damaged",))
    bench.until_primary("Space")
    eyes.look("outside_photos", USUAL)  # at once: the camera reads the tag as soon as the box is opened
    photos_of_parcel(bench)
    bench.scan(TORN_TAG)
    bench.until_screen(Screen.DAMAGE)
    eyes.at("damage")
    bench.press("1")
    bench.until_screen(Screen.PARCEL)
    eyes.at("damaged")
    park(bench)


def _suspected_swap(eyes: Looking) -> None:
    bench = eyes.bench
    bench.open_parcel(SWAPPED)
    bench.scan(SWAPPED_TAG)
    bench.until(lambda: bench.case.inspection.item().identity or bench.screen is Screen.WRONG_ITEM)
    bench.scan(OTHER_SERIAL)
    bench.until_screen(Screen.WRONG_ITEM)
    eyes.at("suspected_swap")
    bench.press("1")
    bench.until_screen(Screen.PARCEL)
    eyes.at("swap_photos")
    bench.take_required_photos()
    bench.until(lambda: bench.primary.view.key == "Enter")
    eyes.at("second_person")
    bench.scan(SECOND.badge)
    bench.until(lambda: bench.case.inspection.item().second_person == SECOND.id)
    bench.until_primary("Enter")
    eyes.at("second_person_seen")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    eyes.at("grade_of_a_swap")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)


def _several_items(eyes: Looking) -> None:
    bench = eyes.bench
    bench.open_parcel(TWO_ITEMS)
    bench.until_identified()
    eyes.at("several_items")
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until(lambda: bench.case.inspection.items[0].decision is not None)
    bench.quiet()
    eyes.at("next_of_several")
    bench.scan(CLEAN)
    bench.until_screen(Screen.REST_MISSING)
    eyes.at("rest_missing")
    bench.press("Enter")
    bench.until(lambda: bench.screen is Screen.PARCEL and bench.case.inspection.tracking_number == CLEAN)
    bench.until(lambda: bench.case.inspection.photos)


def _held_and_waived(eyes: Looking) -> None:
    """With the clean parcel open."""
    bench = eyes.bench
    bench.until_identified()
    eyes.at("hold_note", lambda: open_reason(bench, lambda: bench.press("E", "9")), lambda: close_reason(bench))
    eyes.at("waiver", lambda: open_reason(bench, lambda: bench.scan(LEAD.badge)), lambda: close_reason(bench))
    eyes.at("waiver_pin", lambda: open_waiver_pin(bench), lambda: close_pin(bench))
    bench.press("E", "8")
    bench.until(lambda: bench.case.inspection.item().held == "hazardous")
    eyes.at("hazardous")
    bench.press("F12")
    bench.until(lambda: not bench.case.inspection.item().held)
    bench.press("E", "3")
    bench.until(lambda: len(bench.case.inspection.items) == 2)
    eyes.at("extra_item")
    park(bench)


def _unclaimed(eyes: Looking) -> None:
    bench = eyes.bench
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.NO_MATCH)
    bench.press("Enter")
    bench.until_screen(Screen.PARCEL)
    eyes.at("unclaimed")
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    eyes.at("grade_unclaimed")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.quiet()
    announce(bench, UNKNOWN)
    bench.clock.now += 2000
    bench.scan(UNKNOWN)
    bench.until_screen(Screen.LATE_MATCH)
    eyes.at("late_match")
    eyes.at("late_match_pin", lambda: open_pin(bench), lambda: close_pin(bench))
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)


def walk_answers(eyes: Looking) -> None:
    """Go through the rows of every kind, the result and its panels, looking at each."""
    bench = eyes.bench
    bench.sign_in()
    _every_kind_of_answer(eyes)
    open_checklist(bench, TEA)
    for row in ("seal", "shelf_life", "storage"):
        until_row(bench, row)
        bench.press("N")
        until_answered(bench, row)
    bench.press("5")
    until_row(bench, "best_before")
    eyes.at("answer_text")
    bench.press("Esc")
    park(bench)
    _stained(eyes)


def walk_templates(eyes: Looking) -> None:
    """Go through the checklist of every template, looking at each of its pages."""
    bench = eyes.bench
    bench.sign_in()
    for category, number in A_PARCEL_OF.items():
        open_checklist(bench, number)
        eyes.at(f"checklist_{category}")
        if pages(bench) > 1:
            bench.press("PageDown")
            bench.quiet()
            eyes.at(f"checklist_{category}_2")
        park(bench)


def pages(bench: WorkingBench) -> int:
    """How many pages the checklist shown has."""
    shown = bench.app.bench.pages.page
    assert isinstance(shown, ChecklistPage)
    words = shown._page_words
    return 2 if words.isVisible() and "2" in words.text() else 1


def open_checklist(bench: WorkingBench, number: str) -> None:
    """A parcel opened and its checklist, whatever lies there and is photographed."""
    bench.open_parcel(number)
    bench.press("T")
    bench.until(lambda: bench.case.inspection.item().identity == "match")
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)
    bench.quiet()


def _every_kind_of_answer(eyes: Looking) -> None:
    bench = eyes.bench
    bench.open_parcel(PHONE)
    bench.until_identified()
    bench.take_required_photos()
    bench.press("D")
    bench.until_screen(Screen.CHECKLIST)
    until_row(bench, "opened")
    eyes.at("answer_choice")
    bench.press("W")
    until_answered(bench, "opened")
    until_row(bench, "serial")
    bench.quiet()
    eyes.at("answer_serial")
    bench.scan(PHONE_NUMBER)
    until_answered(bench, "serial")
    until_row(bench, "device")
    bench.press("Q")
    until_row(bench, "powers_on")
    eyes.at("answer_defect")
    bench.press("N")
    bench.until(lambda: bench.primary.view.key == "Space")
    bench.take_required_photos()
    bench.quiet()
    while bench.state.row != "battery":
        before = bench.state.row
        bench.press("N")
        bench.until(lambda before=before: bench.state.row != before)
    bench.quiet()
    bench.until(lambda: entry(bench).field.isVisible() and entry(bench).field.hasFocus())
    eyes.at("answer_number")
    entry(bench).field.setFocus()
    bench.type("7o")
    bench.press("Enter")
    bench.until(lambda: bench.state.fault is not None)
    bench.quiet()
    eyes.at("answer_number_refused")
    entry(bench).field.setFocus()
    entry(bench).field.selectAll()
    bench.type("85")
    bench.press("Enter")
    until_answered(bench, "battery")
    bench.quiet()
    while bench.state.row != "kit":
        before = bench.state.row
        bench.press("N")
        bench.until(lambda before=before: bench.state.row != before)
    bench.quiet()
    eyes.at("answer_count")
    bench.press("W")
    bench.until(lambda: bench.case.inspection.item().findings)
    bench.quiet()
    eyes.at("answer_count_short")
    park(bench)


def _stained(eyes: Looking) -> None:
    bench = eyes.bench
    bench.find_stain()
    bench.quiet()
    eyes.at("close_up_wanted")
    bench.take_required_photos()
    bench.quiet()
    eyes.at("stored_photo", lambda: show_stored(bench), lambda: leave_stored(bench))
    eyes.at("mark_drawn", lambda: draw_mark(bench), lambda: leave_mark(bench))
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    eyes.at("shares", lambda: open_shares(bench), lambda: close_number(bench))
    eyes.at("other_grade", lambda: open_reason(bench, lambda: bench.press("Shift+D")), lambda: close_reason(bench))
    bench.press("PageDown")
    bench.quiet()
    eyes.at("dispositions_2")


def open_reason(bench: WorkingBench, act: Callable[[], None]) -> None:
    """`act` opens the panel that asks for a reason."""
    act()
    bench.until(lambda: reason_panel(bench) is not None)


def close_reason(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: reason_panel(bench) is None)


def open_waiver_pin(bench: WorkingBench) -> None:
    """A lead's badge, the first reason."""
    open_reason(bench, lambda: bench.scan(LEAD.badge))
    bench.press("1")
    bench.until(lambda: pin_panel(bench) is not None)


def open_pin(bench: WorkingBench) -> None:
    """A lead's badge."""
    bench.scan(LEAD.badge)
    bench.until(lambda: pin_panel(bench) is not None)


def close_pin(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: pin_panel(bench) is None)


def open_shares(bench: WorkingBench) -> None:
    """L."""
    bench.press("L")
    bench.until(lambda: bench.app.bench._overlay is not None)


def show_stored(bench: WorkingBench) -> None:
    """The last photo in place of the live picture."""
    photo = bench.case.inspection.photos[-1]
    bench.app.bench.pages.show_stored(bench.app.station.photos.path(photo.sha256))
    camera = bench.app.bench.pages.camera
    assert camera is not None
    bench.until(lambda: not camera._still.isNull())


def leave_stored(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: bench.app.bench.pages._stored is None)


def draw_mark(bench: WorkingBench) -> None:
    """M on the stored photo."""
    show_stored(bench)
    bench.press("M")
    bench.until(lambda: bench.app.bench.pages.camera.draft is not None)  # type: ignore[union-attr]


def leave_mark(bench: WorkingBench) -> None:
    """Esc twice: the mark, the photo."""
    bench.press("Esc")
    leave_stored(bench)


def open_sheet(bench: WorkingBench) -> None:
    """F1."""
    bench.press("F1")
    bench.until(lambda: isinstance(bench.app.overlay, KeySheet))


def close_sheet(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)


def open_number(bench: WorkingBench) -> None:
    """F2."""
    bench.press("F2")
    bench.until(lambda: bench.app.bench._overlay is not None)


def close_number(bench: WorkingBench) -> None:
    """Esc."""
    bench.press("Esc")
    bench.until(lambda: bench.app.bench._overlay is None)


KEPT = ("sign_in", "waiting", "complete", "checklist", "grade", "no_match", "wrong_item", "history")
"""Screens that are compared with a kept picture."""


def in_english(eyes: Looking) -> Looking:
    """The same eyes on a station in English."""
    app = eyes.bench.app
    app.take_settings(replace(app.settings, station=replace(app.settings.station, language="en")))
    return eyes


def test_every_screen_in_chinese_is_whole_and_looks_as_it_did(looking: Looking) -> None:
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)
    assert_as_kept(looking, KEPT)


def test_every_screen_in_english_is_whole(looking: Looking) -> None:
    walk(in_english(looking))
    assert looking.faults == [], "\n".join(looking.faults)


def test_every_exception_in_chinese_is_whole(looking: Looking) -> None:
    walk_exceptions(looking)
    assert looking.faults == [], "\n".join(looking.faults)


def test_every_row_and_result_in_chinese_is_whole(looking: Looking) -> None:
    walk_answers(looking)
    assert looking.faults == [], "\n".join(looking.faults)


def test_every_template_in_chinese_is_whole(looking: Looking) -> None:
    walk_templates(looking)
    assert looking.faults == [], "\n".join(looking.faults)


if SOAK:  # an ordinary run walks through these in Chinese only; English has the same pages

    @pytest.mark.parametrize("way", [walk_exceptions, walk_answers, walk_templates])
    def test_every_other_screen_in_english_is_whole(looking: Looking, way: Callable[[Looking], None]) -> None:
        way(in_english(looking))
        assert looking.faults == [], "\n".join(looking.faults)


def test_an_ordinary_run_looks_in_every_size_and_scheme() -> None:
    for others in OTHERS.values():
        assert {USUAL, *others} == {(size, scheme) for size in SIZES for scheme in ("light", "dark")}


def test_a_gross_change_of_a_screen_is_noticed() -> None:
    kept = {}
    for name in KEPT:
        with Image.open(SCREENS / f"{name}.png") as picture:
            kept[name] = np.asarray(picture.convert("RGB"))
    for one, other in combinations(KEPT, 2):
        assert changed(kept[one], kept[other]) > 2 * ALLOWED, (one, other)
    moved = np.roll(kept["checklist"], 24, axis=1)
    assert changed(kept["checklist"], moved) > 2 * ALLOWED
    assert changed(kept["checklist"], kept["checklist"]) == 0
