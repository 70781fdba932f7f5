"""The review by keys: a conflict settled by taking one version, a decision taken back, all that is known laid over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gui.eyes import overlaps
from gui.house_at_work import decided_item, house_of, standing, tell
from gui.working_bench import LEAD, WorkingBench, tote_of

from inspection_station.domain.custody.acts import Act, ActKind, hash_of
from inspection_station.domain.custody.item_state import WITHDRAWN
from inspection_station.domain.identifiers import uuid7
from inspection_station.station.review_record_sheet import ReviewRecordSheet
from inspection_station.storage.print_jobs import PrintJobs

HELD = decided_item(1, "hold", reason="quality_defect", bulk=9, single=2)
OTHER = decided_item(2, "hold")


def sides(bench: WorkingBench) -> Any:
    return bench.app.house.area("sorting").review


def rows(bench: WorkingBench) -> list[str]:
    return [one.view.rt_number for one in sides(bench).queue._made]


def settled(bench: WorkingBench) -> None:
    for _ in range(3):
        bench.quiet()


def chosen(bench: WorkingBench, key: str = "1") -> None:
    settled(bench)
    bench.press(key)
    settled(bench)


def decision(station: str, person: str, disposition: str, grade: str) -> Act:
    facts = {"rt_number": HELD.rt_number, "judged_issue": 1, "verdict": "changed", "grade": grade,
             "disposition": disposition, "reason": "misjudged", "label_issue": 2, "note": ""}  # fmt: skip
    act = Act(
        uuid7(), ActKind.ITEM_REVIEWED, f"item:{HELD.id}", 1, (), "2026-11-21T03:00:00.000Z", None, station,
        f"id-{station}", person, facts,
    )  # fmt: skip
    return replace(act, hash=hash_of(act))


def decided_apart(bench: WorkingBench) -> None:
    acts = [decision("B20", "lead-2", "scrap", "D"), decision("B21", "lead-3", "refurbish", "B")]

    def told() -> None:
        with bench.app.station.database.writing() as connection:
            bench.app.station.ledger.keep_acts(connection, acts)

    bench.on_bench(told)
    bench.app.house.synced("sorting")
    settled(bench)


@pytest.mark.parametrize("key", ["Q", "E"])
def test_either_of_two_versions_is_taken_by_its_key_and_a_reason(bench: WorkingBench, key: str) -> None:
    house_of(bench, [HELD])
    decided_apart(bench)
    chosen(bench)
    view = sides(bench)._view
    assert [one.key for one in view.versions] == ["Q", "E"] and not view.can_agree
    wanted = next(one for one in view.versions if one.key == key)
    bench.scans = bench.presses = 0
    bench.press(key)
    settled(bench)
    assert next(one for one in sides(bench)._view.versions if one.key == key).selected
    assert overlaps(bench.app.window) == []
    bench.press("2")
    bench.until(lambda: "done" in bench.heard)
    assert bench.presses == 2
    settled(bench)
    state = standing(bench, HELD.rt_number)
    assert (state.grade, state.disposition) == (wanted.grade, wanted.code)
    assert state.rivals == () and state.reasons == () and state.label_issue == 3
    assert rows(bench) == []


def test_a_bench_that_decides_again_stands_beside_the_lead(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    chosen(bench)
    bench.press("X")
    settled(bench)
    bench.press("2")
    settled(bench)
    again = replace(HELD, grade="A", disposition="restock", label_issue=2)
    bench.on_bench(lambda: tell(bench.app.station, [again]))
    bench.app.house.synced("sorting")
    chosen(bench)
    view = sides(bench)._view
    assert [(one.grade, one.code) for one in view.versions] == [("A", "restock"), ("C", "scrap")]
    assert "B07" in view.versions[0].who
    bench.press("Q")
    settled(bench)
    bench.press("2")
    settled(bench)
    assert (standing(bench, HELD.rt_number).grade, standing(bench, HELD.rt_number).label_issue) == ("A", 3)


def test_f12_takes_the_last_decision_back_and_the_item_waits_again(bench: WorkingBench) -> None:
    house_of(bench, [HELD, OTHER])
    chosen(bench)
    bench.press("Space")
    settled(bench)
    assert rows(bench) == [OTHER.rt_number]
    bench.press("F12")
    settled(bench)
    assert rows(bench) == [HELD.rt_number, OTHER.rt_number]
    decision = standing(bench, HELD.rt_number).decision
    assert decision is not None and (decision.verdict, decision.person) == (WITHDRAWN, LEAD.id)
    assert bench.labels == []
    bench.heard.clear()
    bench.press("F12")
    settled(bench)
    assert rows(bench) == [HELD.rt_number, OTHER.rt_number], "only the last"


def test_a_change_taken_back_prints_the_label_once_more(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    chosen(bench)
    bench.press("X")
    settled(bench)
    bench.press("2")
    bench.until(lambda: standing(bench, HELD.rt_number).printed and standing(bench, HELD.rt_number).label_issue == 2)
    bench.press("F12")
    bench.until(lambda: standing(bench, HELD.rt_number).printed and standing(bench, HELD.rt_number).label_issue == 3)
    assert standing(bench, HELD.rt_number).recalls == (1, 2)
    jobs = bench.on_bench(lambda: PrintJobs(bench.app.station.database).of_item(HELD.rt_number))
    assert [(job.issue, job.inspection_id) for job in jobs] == [(2, ""), (3, "")]


def test_f12_is_about_what_was_done_last(bench: WorkingBench) -> None:
    house_of(bench, [HELD, decided_item(3, tote=tote_of("restock"))])
    chosen(bench)
    bench.press("Space")
    settled(bench)
    bench.scan(HELD.rt_number + "01")
    settled(bench)
    bench.scan(tote_of("hold"))
    settled(bench)
    bench.press("F12")
    settled(bench)
    decision = standing(bench, HELD.rt_number).decision
    assert decision is not None and decision.verdict == "agreed", "the item was put into a tote since"


def test_any_benches_item_is_reprinted_in_two_actions_and_leaves_its_trace(bench: WorkingBench) -> None:
    house_of(bench, [OTHER])
    bench.scan(OTHER.rt_number + "01")
    settled(bench)
    bench.press("F11")
    assert bench.scans + bench.presses == 2
    bench.until(lambda: [one for one in bench.labels if OTHER.rt_number in one.name])

    def traces() -> list[Act]:
        acts = bench.on_bench(lambda: bench.app.station.custody.acts_about(f"item:{OTHER.id}"))
        return [one for one in acts if one.kind == ActKind.NEW_LABEL_PRINTED]

    bench.until(lambda: len(traces()) == 1)
    assert traces()[0].person == LEAD.id and traces()[0].payload["issue"] == 1
    bench.press("F11")
    bench.until(lambda: len(traces()) == 2)
    jobs = bench.on_bench(lambda: PrintJobs(bench.app.station.database).of_item(OTHER.rt_number))
    assert [bool(job.reprint_of) for job in jobs] == [True, True]


def test_a_label_that_a_lead_replaced_meanwhile_is_not_printed_any_more(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    labels = bench.app.station.labels

    def queued_then_replaced() -> str:
        job = labels.repeat(HELD.rt_number, bench.app.person)
        with bench.app.station.database.writing() as connection:
            bench.app.station.ledger.keep_acts(connection, [decision("B20", "lead-2", "scrap", "D")])
        assert labels.take_next() is None
        entry = PrintJobs(bench.app.station.database).get(job.id)
        assert entry is not None
        return f"{entry.state.value} {entry.detail}"

    assert bench.on_bench(queued_then_replaced) == "done void"


def sheet(bench: WorkingBench) -> ReviewRecordSheet | None:
    panel = bench.app.overlay
    return panel if isinstance(panel, ReviewRecordSheet) else None


def test_all_that_is_known_is_laid_over_the_board_by_a_key(bench: WorkingBench) -> None:
    house_of(bench, [HELD])
    chosen(bench)
    bench.press("W")
    bench.until(lambda: sheet(bench) is not None)
    shown = sheet(bench)
    assert shown is not None
    assert "批量 9 项，逐项 2 项" in [line.text for line in shown.view.history]
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    assert bench.app.window.area == "sorting"


@pytest.mark.parametrize("key", ["W", "L", "V", "G", "Shift+Z", "Space"])
def test_before_a_blind_grade_no_key_shows_the_inspectors_answer(bench: WorkingBench, key: str) -> None:
    checked = decided_item(1, "restock", random_check=True)
    house_of(bench, [checked])
    chosen(bench)
    bench.press(key)
    settled(bench)
    assert bench.app.overlay is None and bench.app.window.area == "sorting"
    view = sides(bench)._view
    assert view.blind and not view.grade
    assert standing(bench, checked.rt_number).decision is None


def test_photos_at_the_centre_are_asked_for_by_a_key_and_offline_says_so(bench: WorkingBench) -> None:
    away = {"id": "p1", "sha256": "a" * 64, "shot": "front", "finding_id": "", "taken_at": ""}
    house_of(bench, [replace(HELD, photos=(away,))])
    chosen(bench)
    bench.press("W")
    bench.until(lambda: sheet(bench) is not None)
    shown = sheet(bench)
    assert shown is not None and shown.view.away == ("a" * 64,)
    bench.press("F")
    bench.until(lambda: sides(bench).record.originals.view("a" * 64) is not None)
    bench.until(lambda: sides(bench).record.originals.view("a" * 64).state == "offline")
    assert shown._said.text() == sides(bench).record.originals.view("a" * 64).words.partition("\n")[0]


@pytest.mark.parametrize("key", ["Q", "E"])
def test_of_two_records_a_key_says_which_counts_and_f12_takes_it_back(bench: WorkingBench, key: str) -> None:
    here = decided_item(3)
    there = replace(
        decided_item(3, "refurbish", "B08"), id="item-there", inspection_id="there", rt_number="RT-261121-00800003"
    )
    house_of(bench, [here, there])
    settled(bench)
    assert set(rows(bench)) == {here.rt_number, there.rt_number}
    bench.scan(here.rt_number + "01")
    settled(bench)
    view = sides(bench)._view
    assert [one.counts for one in view.versions] == [there.rt_number, here.rt_number] and view.can_agree
    assert overlaps(bench.app.window) == []
    counts, gone = (there, here) if key == "Q" else (here, there)
    bench.press(key)
    bench.until(lambda: "done" in bench.heard)
    settled(bench)
    assert standing(bench, gone.rt_number).superseded_by == counts.rt_number
    assert standing(bench, counts.rt_number).disposition == counts.disposition
    assert rows(bench) == [] and sides(bench)._view.rt_number == counts.rt_number
    bench.press("F12")
    bench.until(lambda: standing(bench, gone.rt_number).superseded_by == "")
    settled(bench)
    assert set(rows(bench)) == {here.rt_number, there.rt_number}
