"""The review queue driven by scans and keys: agreed, changed with a reason and a new label, blind checks, conflicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gui.house_at_work import decided_item, house_of, standing, tell
from gui.working_bench import LEAD, WorkingBench, tote_of

from inspection_station.domain.custody.acts import Act, ActKind, hash_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.storage.custody import StoredCustody


def page(bench: WorkingBench) -> Any:
    return bench.app.house.area("sorting").page


def sides(bench: WorkingBench) -> Any:
    return bench.app.house.area("sorting").review


def waiting_rows(bench: WorkingBench) -> list[str]:
    return [one.view.rt_number for one in sides(bench).queue._made]


def settled(bench: WorkingBench) -> None:
    for _ in range(3):
        bench.quiet()


HELD = decided_item(1, "hold", reason="quality_defect", reason_text="缝线开裂")


def test_a_held_case_is_agreed_with_in_two_actions(bench: WorkingBench) -> None:
    house_of(bench, [HELD, decided_item(2)])
    settled(bench)
    assert waiting_rows(bench) == [HELD.rt_number]
    bench.scan(HELD.rt_number + "01")
    settled(bench)
    bench.press("Space")
    bench.until(lambda: "done" in bench.heard)
    assert bench.scans + bench.presses == 2
    state = standing(bench, HELD.rt_number)
    assert state.decision is not None and (state.decision.verdict, state.decision.person) == ("agreed", LEAD.id)
    assert state.reasons == () and state.label_issue == 1
    settled(bench)
    assert waiting_rows(bench) == []


def test_a_held_case_is_decided_otherwise_in_three_actions_with_a_new_label(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    settled(bench)
    bench.scan(HELD.rt_number + "01")
    settled(bench)
    bench.press("V")
    settled(bench)
    bench.press("1")
    bench.until(lambda: "done" in bench.heard)
    assert bench.scans + bench.presses == 3
    settled(bench)
    state = standing(bench, HELD.rt_number)
    assert (state.disposition, state.grade, state.label_issue) == ("return_to_vendor", "C", 2)
    assert state.decision is not None and state.decision.reason == "incoming_defect"
    bench.until(lambda: [one for one in bench.labels if HELD.rt_number in one.name])
    bench.until(lambda: standing(bench, HELD.rt_number).printed)
    assert standing(bench, HELD.rt_number).recalls == (1,)
    bench.heard.clear()
    bench.scan(HELD.rt_number + "01")  # the old label turns up
    bench.until(lambda: "warn" in bench.heard)
    settled(bench)
    assert standing(bench, HELD.rt_number).recalls == ()
    bench.scan(tote_of("hold"))  # and would now go into the wrong tote
    bench.until(lambda: "error" in bench.heard)
    bench.scan(tote_of("return_to_vendor"))
    settled(bench)
    assert standing(bench, HELD.rt_number).tote == tote_of("return_to_vendor")


def test_without_a_reason_nothing_is_changed(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    bench.scan(HELD.rt_number + "01")
    settled(bench)
    bench.press("X")
    settled(bench)
    assert not sides(bench).panel.primary.isEnabled()
    bench.press("Enter")
    settled(bench)
    assert standing(bench, HELD.rt_number).decision is None
    bench.press("X")  # left as it is
    settled(bench)
    bench.press("Space")
    settled(bench)
    assert standing(bench, HELD.rt_number).decision is not None


def test_rows_have_digits_and_the_grade_changes_by_shift_and_letter(bench: WorkingBench) -> None:
    scrap = decided_item(2, "scrap")
    house_of(bench, [HELD, scrap])
    settled(bench)
    assert waiting_rows(bench) == [HELD.rt_number, scrap.rt_number]
    bench.press("2")
    settled(bench)
    bench.press("Shift+C")
    settled(bench)
    bench.press("2")  # now it is a reason
    settled(bench)
    state = standing(bench, scrap.rt_number)
    assert (state.grade, state.disposition, state.label_issue) == ("C", "scrap", 2)
    assert state.decision is not None and state.decision.reason == "misjudged"


def test_words_of_ones_own_are_a_reason(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    bench.press("1")
    settled(bench)
    bench.press("F")
    settled(bench)
    bench.press("5")
    bench.until(lambda: bench.app.overlay is not None)
    bench.type("seam")
    bench.press("Enter")
    bench.until(lambda: bench.app.overlay is None)
    settled(bench)
    bench.press("Enter")
    bench.until(lambda: "done" in bench.heard)
    state = standing(bench, HELD.rt_number)
    assert state.decision is not None and state.decision.reason.lower() == "seam"


def test_a_random_check_is_graded_before_the_inspectors_answer_is_seen(bench: WorkingBench) -> None:
    checked = decided_item(1, "restock", random_check=True, findings=({"code": "stain", "severity": "minor"},))
    house_of(bench, [checked])
    settled(bench)
    bench.scan(checked.rt_number + "01")
    settled(bench)
    view = sides(bench)._view
    assert view.blind and not view.grade and not view.choices and not view.now.text
    assert "A" not in "".join(view.lines) and len(view.lines) <= 1
    assert "重新上架" not in page(bench).verdict.accessibleName(), "nor does the board say where it went"
    bench.press("Space")
    settled(bench)
    assert standing(bench, checked.rt_number).decision is None
    bench.press("B")
    settled(bench)
    assert standing(bench, checked.rt_number).blind == (LEAD.id, "B")
    assert sides(bench)._view.grade == "A", "now it is seen"
    bench.press("Space")
    settled(bench)
    assert standing(bench, checked.rt_number).decision is not None


def test_two_leads_who_decided_apart_stand_side_by_side_until_one_decides_again(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    apart = [_decision("B20", "lead-2", "scrap", "D"), _decision("B21", "lead-3", "refurbish", "B")]
    custody: StoredCustody = bench.app.station.custody

    def told() -> None:
        with bench.app.station.database.writing() as connection:
            custody._ledger.keep_acts(connection, apart)

    bench.on_bench(told)
    bench.press("F8", "F6")
    settled(bench)
    assert sides(bench).queue._made[0].view.apart
    bench.press("1")
    settled(bench)
    view = sides(bench)._view
    assert {one.grade for one in view.versions} == {"B", "D"} and not view.can_agree
    bench.press("V")
    settled(bench)
    bench.press("1")
    settled(bench)
    state = standing(bench, HELD.rt_number)
    assert state.disposition == "return_to_vendor" and not state.rivals and not state.reasons


def _decision(station: str, person: str, disposition: str, grade: str) -> Act:
    facts = {"rt_number": HELD.rt_number, "judged_issue": 1, "verdict": "changed", "grade": grade,
             "disposition": disposition, "reason": "misjudged", "label_issue": 2, "note": ""}  # fmt: skip
    act = Act(
        uuid7(), ActKind.ITEM_REVIEWED, f"item:{HELD.id}", 1, (), "2026-11-21T03:00:00.000Z", None, station,
        f"id-{station}", person, facts,
    )  # fmt: skip
    return replace(act, hash=hash_of(act))


def test_what_is_told_while_the_board_is_shown_comes_into_the_queue(bench: WorkingBench) -> None:
    house_of(bench, [decided_item(2)])
    settled(bench)
    assert waiting_rows(bench) == []
    bench.on_bench(lambda: tell(bench.app.station, [HELD]))
    bench.app.house.synced("sorting")
    settled(bench)
    assert waiting_rows(bench) == [HELD.rt_number]


@pytest.mark.parametrize("key", ["1", "Space", "V", "Enter", "L", "G", "M"])
def test_keys_mean_nothing_while_nothing_is_chosen(bench: WorkingBench, key: str) -> None:
    house_of(bench, [])
    bench.press(key)
    settled(bench)
    assert bench.app.window.area == "sorting" and bench.app.overlay is None and "error" not in bench.heard
