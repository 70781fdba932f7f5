"""Exceptions at the window, by keys and scans: held goods, one item more, a waived photo, shares of liability."""

from __future__ import annotations

import threading

from gui.test_late_match import pin_panel
from gui.working_bench import CLEAN, LEAD, SECOND, STAINED, TWO_ITEMS, WorkingBench, is_whole

from inspection_station.station.flow import exception_acts
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import ReasonPanel

REFUSED = "ZT7310604095381"
FIRST_OF_TWO = "YT5310077420116"


def reason_panel(bench: WorkingBench) -> ReasonPanel | None:
    return next((one for one in bench.app.window.findChildren(ReasonPanel) if one.isVisible()), None)


def finished(bench: WorkingBench) -> dict[str, object]:
    """The open item photographed, gone to the result and confirmed; its decision."""
    bench.take_required_photos()
    bench.quiet()
    bench.until_primary("Enter")
    inspection_id, place = bench.case.inspection.id, bench.case.inspection.items.index(bench.case.inspection.item())
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.quiet()
    case = bench.stored(inspection_id)
    decision = case.inspection.items[place].decision
    assert decision is not None and is_whole(case)
    return dict(decision)


def test_hazardous_goods_are_held_at_once(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("E", "8")
    bench.until(lambda: bench.case.inspection.item().held == "hazardous")
    bench.until_screen(Screen.PARCEL)
    decision = finished(bench)
    assert (decision["grade"], decision["disposition"]) == ("U", "hold")


def test_keys_pressed_while_the_camera_reads_the_tag_are_not_lost(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(REFUSED)
    bench.until_identified()
    bench.quiet()
    go_on = threading.Event()
    bench.app.background.run(go_on.wait, lambda _done: None)  # the bench is busy
    bench.app.session.do(exception_acts.still_sealed)  # what happens meanwhile
    bench.press("E", "8")
    go_on.set()
    bench.until(lambda: bench.case.inspection.item().held == "hazardous")
    assert bench.case.inspection.item().identified_by == "sealed"


def test_a_key_counts_though_the_tag_is_read_before_it_is_done(waiting: WorkingBench) -> None:
    bench = waiting
    bench.camera.lost()  # it reads what this test says
    bench.scan(REFUSED)
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    [code, *_] = bench.shown.expected_codes
    for key in ("Enter", "S"):
        go_on = threading.Event()
        bench.app.background.run(go_on.wait, lambda _done: None)  # the bench is busy
        bench.app.session.camera_read(code)
        bench.press(key)
        go_on.set()
        bench.quiet()
        if key == "Enter":
            assert bench.case.inspection.item().identified_by == "camera" and bench.screen is Screen.PARCEL
            bench.press("F12")
            bench.quiet()
    assert bench.case.inspection.item().identified_by == "sealed"


def test_something_else_is_held_with_its_words(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()  # else F12 would take that back
    bench.press("E", "9")
    bench.until(lambda: reason_panel(bench) is not None)
    bench.press("2")
    bench.until(lambda: bench.case.inspection.item().held == "other")
    assert bench.case.inspection.item().held_note
    bench.press("F12")
    bench.until(lambda: bench.case.inspection.item().held == "")


def test_the_words_for_something_else_may_be_left_unsaid(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.press("E", "9")
    bench.until(lambda: reason_panel(bench) is not None)
    bench.press("Esc")
    bench.until(lambda: reason_panel(bench) is None)
    bench.quiet()
    assert bench.screen is Screen.PARCEL and not bench.case.inspection.item().held


def test_one_item_more_is_inspected_by_itself(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("E", "3")
    bench.until(lambda: len(bench.case.inspection.items) == 2)
    assert bench.case.inspection.item().identity == "extra"
    decision = finished(bench)
    assert (decision["identity"], decision["disposition"]) == ("extra", "hold")
    bench.until_screen(Screen.PARCEL)
    assert bench.case.inspection.item().identity == "match", "the announced item comes next"


def test_what_is_offered_depends_on_the_parcel(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.press("E")
    bench.until_screen(Screen.EXCEPTIONS)
    keys = {one.key for one in bench.shown.view.candidates}  # type: ignore[union-attr]
    assert "5" not in keys and "0" not in keys, "damage outside counts only before opening"
    assert "7" not in keys, "a T-shirt has no serial number"
    bench.press("5")
    bench.quiet()
    assert bench.screen is Screen.EXCEPTIONS and bench.case.inspection.outside == ()


def test_a_lead_waives_a_required_photo_by_badge_reason_and_pin(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.until_primary("Space")
    bench.scan(LEAD.badge)
    bench.until(lambda: reason_panel(bench) is not None)
    bench.press("1")
    bench.until(lambda: pin_panel(bench) is not None)
    bench.type(LEAD.pin)
    bench.until(lambda: bench.case.inspection.item().waived)
    waived = bench.case.events[-1]
    assert (waived.kind, waived.person, waived.payload["shot"]) == ("shot_waived", LEAD.id, "front")
    bench.until_primary("Enter")
    assert bench.app.person is not None and bench.app.person.id != LEAD.id, "the inspector works on"


def test_an_inspectors_badge_waives_nothing(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.until_primary("Space")
    bench.scan(SECOND.badge)
    bench.until_told("badge.not_now")
    assert reason_panel(bench) is None


def test_shares_of_liability_are_set_by_digits_and_signs(waiting: WorkingBench) -> None:
    bench = waiting
    bench.find_stain()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    assert bench.case.inspection.tracking_number == STAINED
    bench.press("L")
    bench.until(lambda: bench.app.bench._overlay is not None)
    bench.press("3")
    bench.type("+")
    bench.press("Enter")
    bench.until(lambda: "liability" in bench.case.inspection.item().changes)
    shares = bench.case.inspection.item().changes["liability"]["value"]
    assert shares["carrier"] == 60 and sum(shares.values()) == 100
    assert bench.screen is Screen.GRADE, "Enter in the panel confirms nothing behind it"


def test_every_disposition_has_a_digit(waiting: WorkingBench) -> None:
    bench = waiting
    bench.find_stain()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    first = bench.shown.view.dispositions  # type: ignore[union-attr]
    bench.press("PageDown")
    bench.until(lambda: bench.shown.view.dispositions != first)  # type: ignore[union-attr]
    second = bench.shown.view.dispositions  # type: ignore[union-attr]
    assert [one.key for one in (*first, *second)] == list("123456789")
    assert len({one.name for one in (*first, *second)}) == 9
    assert any(one.blocked and one.note for one in first)


def test_the_whole_of_several_items_can_wait_parked_and_come_back(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(TWO_ITEMS)
    bench.press("E", "3")
    bench.until(lambda: len(bench.case.inspection.items) == 3)
    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    bench.clock.now += 2000
    bench.scan(TWO_ITEMS)
    bench.until_screen(Screen.PARCEL)
    assert [item.identity for item in bench.case.inspection.items][-1] == "extra"


def test_a_refused_delivery_stays_closed(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(REFUSED)
    bench.until_identified()  # its tag shows through the window of the box: that opens nothing
    bench.press("S")
    bench.until(lambda: bench.case.inspection.item().identified_by == "sealed")
    while sum(photo.shot == "outside" for photo in bench.case.inspection.photos) < 2:
        before = bench.photos_by_hand
        bench.until_primary("Space")
        bench.press("Space")
        bench.until(lambda before=before: bench.photos_by_hand > before)
        bench.quiet()
    inspection_id = bench.case.inspection.id
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    decision = bench.stored(inspection_id).inspection.items[0].decision
    assert decision is not None and decision["sealed"] and decision["disposition"] == "restock"


def test_a_unit_of_a_return_in_two_parcels_comes_in_the_other_one(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(FIRST_OF_TWO)
    assert len(bench.case.inspection.items) == 2
    bench.scan("CMD-MISSING")
    bench.until(lambda: len(bench.case.inspection.items) == 1)
    bench.press("F12")
    bench.until(lambda: len(bench.case.inspection.items) == 2)


def test_a_suspected_counterfeit_needs_a_second_badge(waiting: WorkingBench) -> None:
    bench = waiting
    bench.open_parcel(CLEAN)
    bench.press("E", "C")
    bench.until(lambda: bench.case.inspection.item().identity == "counterfeit_suspected")
    bench.take_required_photos()
    bench.scan(SECOND.badge)
    bench.until(lambda: bench.case.inspection.item().second_person == SECOND.id)
    assert finished(bench)["disposition"] == "hold"
