"""The figures at the window by keys: periods, benches, what stands behind a bar, people, exports, vendor sheets."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gui.house_at_work import VENDOR, decided_item, tell
from gui.working_bench import INSPECTOR, LEAD, SECOND, WorkingBench

from inspection_station.domain.custody.acts import Act, ActKind, hash_of
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.storage.print_jobs import PAPER
from inspection_station.workflows.clock import moment_of, utc_text

KINDS = ("restock", "restock", "restock", "refurbish", "return_to_vendor", "scrap", "hold")
REASONS = ("size_mismatch", "size_mismatch", "unwanted", "quality_defect", "not_as_described")


def shift_of(now: str, count: int = 42) -> list[HouseItem]:
    """Items of the running day and of the days before, as several benches decided them."""
    stained = ({"id": "f", "question": "q", "code": "stain", "severity": "major", "place": "", "part": ""},)
    found = []
    for number in range(count):
        at = moment_of(now) - timedelta(seconds=90 * (number % 30) + 5, days=number // 30)
        found.append(
            decided_item(
                number, KINDS[number % 7], f"B0{7 + number % 2}", decided_at=utc_text(at),
                arrived_at=utc_text(at - timedelta(minutes=4 + number)), reason=REASONS[number % 5],
                person=(INSPECTOR, SECOND)[number % 2].id, findings=stained if number % 4 == 0 else (),
                waived=("label",) if number == 3 else (),
            )
        )  # fmt: skip
    return found


def begin(bench: WorkingBench, items: list[HouseItem]) -> Any:
    bench.on_bench(lambda: tell(bench.app.station, items))
    bench.sign_in_with_pin(LEAD)
    bench.press("Ctrl+F")
    bench.until(lambda: bench.app.window.area == "figures")
    bench.quiet()
    return page(bench)


def page(bench: WorkingBench) -> Any:
    return bench.app.house.area("figures").page


def panel(bench: WorkingBench, kind: type) -> Any:
    bench.quiet()
    return next(one for one in bench.app.window.findChildren(kind) if one.isVisible())


def kept(bench: WorkingBench, ending: str) -> Path:
    folder = bench.app.station.folder / "exports"
    bench.until(lambda: any(folder.glob(f"*.{ending}")))
    bench.quiet()
    [path] = folder.glob(f"*.{ending}")
    return path


def test_a_shift_without_anything_says_so(bench: WorkingBench) -> None:
    shown = begin(bench, [])
    assert shown.view.is_empty and shown._stack.currentWidget() is shown._empty


def test_a_key_chooses_the_period_and_a_digit_the_bench(bench: WorkingBench) -> None:
    items = shift_of(bench.app.station.clock.now())
    shown = begin(bench, items)
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    assert sum(one.units for one in shown.view.bars) == len(items)
    assert shown.view.heads[0].value == str(len(items))
    assert shown.view.stations == ("B07", "B08")
    bench.press("B")
    assert panel(bench, ChoicePanel)
    bench.press("2")
    bench.until(lambda: shown.view.wish.station == "B07")
    assert shown.view.heads[0].value == str(sum(one.station == "B07" for one in items))


def test_arrows_and_a_key_lead_from_a_row_to_its_items_in_the_history(bench: WorkingBench) -> None:
    items = shift_of(bench.app.station.clock.now())
    shown = begin(bench, items)
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    vendor = shown.view.vendors[0]
    bench.press("Down", "Down", "H")
    history = bench.app.history.page
    bench.until(lambda: bench.app.window.area == "history" and len(history.rows) == vendor.units)
    assert history.wish.vendor == vendor.vendor and history.wish.closed
    chips = {name: chip.accessibleName() for name, chip in history.column._chips.items() if chip.on}
    assert chips["vendor"] == vendor.name and set(chips) == {"vendor", "days"}
    bench.until(lambda: history.case is not None and history.case.item_id == history.rows[0].item_id)
    bench.press("X")
    bench.until(lambda: not history.wish.is_filtered)
    bench.press("Ctrl+F")
    bench.until(lambda: bench.app.window.area == "figures")


def test_each_bar_leads_to_as_many_items_as_it_counts(bench: WorkingBench) -> None:
    shown = begin(bench, shift_of(bench.app.station.clock.now()))
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    view, history = shown.view, bench.app.history
    bars = [one for one in (*view.bars, *view.reasons, *view.mix) if one.units]
    assert len(bars) > len(REASONS)
    for one in bars:
        shown.history_wanted.emit(one.wish)
        bench.until(lambda one=one: len(history.page.rows) == one.units)
        bench.press("Ctrl+F")


def test_what_waits_to_be_graded_blind_is_not_shown_behind_a_figure(bench: WorkingBench) -> None:
    items = [replace(one, random_check=True) for one in shift_of(bench.app.station.clock.now(), 3)]
    shown = begin(bench, items)
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    bench.press("Down", "Down", "H")
    bench.until(lambda: bench.app.window.area == "history")
    bench.quiet()
    assert bench.app.history.page.rows == () and bench.app.history.page.case is None


def test_people_are_a_leaf_of_their_own(bench: WorkingBench) -> None:
    items = shift_of(bench.app.station.clock.now())
    shown = begin(bench, items)
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    bench.press("P")
    bench.until(lambda: shown.shows_people)
    assert "42" not in shown.people.people.accessibleName().split()
    assert sum(int(row[1][0]) for row in shown.people.people._rows) == len(items)
    for digit, ending in (("1", "csv"), ("2", "xlsx"), ("3", "pdf")):
        bench.press("E")
        panel(bench, ChoicePanel)
        bench.press(digit)
        assert kept(bench, ending).name.startswith("people_")
    rows = list(csv.reader(kept(bench, "csv").read_text(encoding="utf-8-sig").splitlines()))
    names = [row[0][0] for row in shown.people.people._rows]
    assert [row[0] for row in rows[2 : 2 + len(names)]] == names
    bench.press("Esc")
    bench.quiet()
    assert not shown.shows_people and bench.app.window.area == "figures"


def test_an_inspector_does_not_reach_them(bench: WorkingBench) -> None:
    bench.sign_in(INSPECTOR)
    before = bench.app.window.area
    bench.press("Ctrl+F")
    bench.quiet()
    bench.scan("CMD-FIGURES")
    bench.quiet()
    assert bench.app.window.area == before


@pytest.mark.parametrize(("digit", "ending", "begins"), [("1", "csv", b"\xef\xbb\xbf"), ("2", "xlsx", b"PK"),
                                                         ("3", "pdf", b"%PDF")])  # fmt: skip
def test_what_is_shown_is_exported(bench: WorkingBench, digit: str, ending: str, begins: bytes) -> None:
    shown = begin(bench, shift_of(bench.app.station.clock.now()))
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    bench.press("E")
    panel(bench, ChoicePanel)
    bench.press(digit)
    path = kept(bench, ending)
    assert path.read_bytes().startswith(begins)
    if ending == "csv":
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        first = shown.view.reasons[0]
        assert [first.label, str(first.units), first.share] in rows
        for title, count in (("退货原因", len(shown.view.reasons)), ("处置构成", len(shown.view.mix))):
            at = rows.index([title]) + 2
            whole = sum(int(row[1]) for row in rows[at : at + count])
            assert whole == int(shown.view.heads[0].value), "rows that the screen has no room for are in the file"
        assert all(any(tag.text in row for row in rows) for tag in shown.view.tags)


def test_the_vendors_sheet_is_kept_and_printed(bench: WorkingBench) -> None:
    shown = begin(bench, shift_of(bench.app.station.clock.now()))
    bench.press("3")
    bench.until(lambda: shown.view.wish.period == "week")
    assert shown.view.vendors[0].vendor == VENDOR.vendor
    bench.press("V")
    panel(bench, ChoicePanel)
    bench.press("1")
    assert kept(bench, "pdf").read_bytes().startswith(b"%PDF")
    jobs = bench.on_bench(lambda: bench.app.station.documents[PAPER])
    assert jobs is not None


def test_a_shift_begins_where_the_one_before_was_handed_over(bench: WorkingBench) -> None:
    station = bench.app.station
    now = moment_of(station.clock.now())
    handed = utc_text(now - timedelta(seconds=100))
    items = [decided_item(n, decided_at=utc_text(now - timedelta(seconds=30 + 50 * n))) for n in range(4)]
    facts = {"shift": "day", "to": SECOND.id, "facts": {}}
    here = station.desk.station.code
    act = Act("a-1", ActKind.SHIFT_HANDED_OVER, "shift:s-1", 1, (), handed, 0, here, "s", "p", facts)
    bench.on_bench(lambda: station.custody.do([replace(act, hash=hash_of(act))]))
    shown = begin(bench, items)
    bench.until(lambda: shown.view is not None and not shown.view.is_empty)
    assert shown.view.period.since == handed
    assert shown.view.heads[0].value == "2"
