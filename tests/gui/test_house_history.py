"""The history of the whole house by keys and scans, as those who lead see it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
from gui.house_at_work import decided_item, tell
from gui.working_bench import CLEAN, INSPECTOR, LEAD, SECOND, WorkingBench

from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.station.administration_panels import FormPanel
from inspection_station.station.choice_panel import ChoicePanel
from inspection_station.station.flow.state import Screen
from inspection_station.workflows.clock import moment_of, utc_text

KINDS = ("restock", "refurbish", "return_to_vendor", "scrap", "hold")


def items_of(now: str, count: int = 20) -> list[HouseItem]:
    """Items of two benches and two people: one every minute back from now, and from the eleventh on a day older."""
    found = []
    for number in range(count):
        at = utc_text(moment_of(now) - timedelta(minutes=number, days=10 * (number // 10)))
        found.append(
            decided_item(
                number, KINDS[number % 5], f"B0{7 + number % 2}", decided_at=at, arrived_at=at,
                person=(INSPECTOR, SECOND)[number % 2].id, phone_tail=f"{1000 + number}",
            )
        )  # fmt: skip
    return found


def page(bench: WorkingBench) -> Any:
    return bench.app.history.page


def shown(bench: WorkingBench) -> list[str]:
    return [row.item_id for row in page(bench).rows]


def panel(bench: WorkingBench, kind: type) -> Any:
    bench.quiet()
    return next(one for one in bench.app.window.findChildren(kind) if one.isVisible())


def begin(bench: WorkingBench, items: list[HouseItem], person: Any = LEAD) -> None:
    """The person is in the history of a station that knows `items`."""
    bench.on_bench(lambda: tell(bench.app.station, items))
    bench.sign_in_with_pin(person) if person is LEAD else bench.sign_in(person)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history")
    bench.quiet()
    bench.quiet()


def ids(items: list[HouseItem], keep: Any = lambda item: True) -> list[str]:
    return [one.id for one in sorted(items, key=lambda one: one.decided_at, reverse=True) if keep(one)]


def test_a_lead_sees_the_items_of_all_benches_and_an_inspector_those_of_this_one(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now(), 5)
    begin(bench, items)
    assert set(shown(bench)) <= set(ids(items)) and page(bench).house
    bench.press("2")
    bench.until(lambda: shown(bench) == ids(items))
    assert {row.bench for row in page(bench).rows} == {"B07", "B08"}
    assert page(bench).case is not None and page(bench).case.item_id == shown(bench)[0]
    bench.press("Ctrl+L")
    bench.sign_in(INSPECTOR)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history" and not page(bench).house)
    bench.quiet()
    assert page(bench).rows == () and page(bench).case is None


def test_keys_filter_by_day_bench_person_vendor_grade_and_what_waits(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now())
    begin(bench, items)
    bench.press("2")
    bench.until(lambda: len(shown(bench)) == 10)
    bench.press("2")
    bench.until(lambda: shown(bench) == ids(items))
    bench.press("B")
    assert len(panel(bench, ChoicePanel)._choices) == 3
    bench.press("2")
    bench.until(lambda: shown(bench) == ids(items, lambda one: one.station == "B07"))
    bench.press("B")
    panel(bench, ChoicePanel)
    bench.press("1")
    bench.until(lambda: shown(bench) == ids(items))
    bench.press("N")
    names = [text for _name, text, _icon in panel(bench, ChoicePanel)._choices]
    bench.press(str(1 + next(place for place, text in enumerate(names) if text.startswith(SECOND.name))))
    bench.until(lambda: shown(bench) == ids(items, lambda one: one.person == SECOND.id))
    held = ("hold", "scrap")  # a lead looks at both
    bench.press("W")
    bench.until(lambda: shown(bench) == ids(items, lambda one: one.person == SECOND.id and one.disposition in held))
    bench.press("X")
    bench.until(lambda: page(bench).wish.period == "today" and not page(bench).wish.is_filtered)
    bench.press("2", "2", "G")
    panel(bench, ChoicePanel)
    bench.press("2")
    bench.until(lambda: shown(bench) == ids(items, lambda one: one.grade == "A"))
    bench.press("V")
    panel(bench, ChoicePanel)
    bench.press("2")
    bench.until(lambda: page(bench).wish.vendor == items[0].vendor)
    bench.press("X", "D")
    panel(bench, ChoicePanel)
    bench.press("Esc")
    bench.quiet()
    assert page(bench).isVisible() and bench.app.overlay is None


def test_days_are_typed_and_what_is_none_is_said(bench: WorkingBench) -> None:
    station = bench.app.station
    items = items_of(station.clock.now())
    begin(bench, items)
    bench.press("3")
    form = panel(bench, FormPanel)
    day = f"{station.clock.local(items[12].decided_at):%Y-%m-%d}"
    form.fields["last"].setText(day)
    form.fields["first"].setText("gestern")
    bench.press("Ctrl+S")
    bench.until(lambda: form._trouble.isVisible())
    form.fields["first"].setText(day)
    bench.press("Ctrl+S")
    expected = ids(items, lambda one: f"{station.clock.local(one.decided_at):%Y-%m-%d}" == day)
    bench.until(lambda: shown(bench) == expected)
    assert page(bench).column._chips["days"].accessibleName() == day[5:]


def test_a_scan_a_tail_a_name_and_a_defect_find_items_of_all_days(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now())
    stained = ({"id": "f", "question": "q", "code": "stain", "severity": "major", "place": "", "part": ""},)
    items[15] = replace(items[15], findings=stained)
    begin(bench, items)
    bench.scan(items[12].rt_number + "01")
    bench.until(lambda: shown(bench) == [items[12].id])
    bench.until(lambda: page(bench).case is not None and page(bench).case.item_id == items[12].id)
    for text in (items[7].tracking_number, items[7].phone_tail, items[7].tracking_number[-9:]):
        page(bench).column.field.setFocus()
        page(bench).column.field.clear()
        bench.type(text)
        bench.press("Enter")
        bench.until(lambda: shown(bench) == [items[7].id])
    page(bench).look_for("污渍")
    bench.until(lambda: shown(bench) == [items[15].id])
    page(bench).look_for("no such thing")
    bench.until(lambda: page(bench).rows == ())
    bench.until(lambda: page(bench).case is None)


def test_a_parked_parcel_stands_among_the_items_of_the_house(bench: WorkingBench) -> None:
    begin(bench, items_of(bench.app.station.clock.now(), 3))
    bench.press("Esc")
    bench.open_parcel(CLEAN)
    bench.press("F9")
    bench.until_screen(Screen.WAITING)
    bench.press("F8")
    bench.until(lambda: bench.app.window.area == "history")
    bench.until(lambda: any(row.mark is not None and row.mark.text == "已暂存" for row in page(bench).rows))
    bench.scan(CLEAN)
    bench.until(lambda: len(page(bench).rows) == 1 and page(bench).case is not None)
    bench.until(lambda: page(bench).case.verdict.text == "未完成")


def test_nothing_of_what_is_to_be_graded_blind_is_told(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now(), 4)
    items[0] = replace(items[0], random_check=True)
    begin(bench, items)
    bench.press("2")
    bench.until(lambda: len(shown(bench)) == 4)
    row = page(bench).rows[0]
    assert (row.item_id, row.grade, row.disposition) == (items[0].id, "", None)
    bench.until(lambda: page(bench).case is not None and page(bench).case.item_id == items[0].id)
    view = page(bench).case
    assert view.grade == "" and view.photos == view.timeline == view.tags == () and not view.can_inspect_again
    bench.press("G")
    panel(bench, ChoicePanel)
    bench.press("2")
    bench.until(lambda: page(bench).wish.grade == "A")
    bench.quiet()
    assert items[0].id not in shown(bench), "who asks for a grade would learn it"


def test_pages_of_keys_open_the_line_before_and_after(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now(), 4)
    begin(bench, items)
    bench.press("2")
    bench.until(lambda: page(bench).case is not None and page(bench).case.item_id == items[0].id)
    for item in items[1:]:
        bench.press("PageDown")
        bench.until(lambda item=item: page(bench).case.item_id == item.id)
        assert [row.item_id for row in page(bench).rows if row.selected] == [item.id]
    bench.press("PageUp")
    bench.until(lambda: page(bench).case.item_id == items[2].id)


def test_the_list_goes_into_a_file_as_filtered_without_what_is_to_be_graded_blind(bench: WorkingBench) -> None:
    items = items_of(bench.app.station.clock.now())
    items[1] = replace(items[1], random_check=True)
    items[3] = replace(items[3], vendor_name="=HYPERLINK(1)", tracking_number="0012345678901")
    begin(bench, items)
    bench.press("2", "2", "B")
    panel(bench, ChoicePanel)
    bench.press("3")
    bench.until(lambda: page(bench).wish.station == "B08")
    folder = bench.app.station.folder / "exports"
    for key, ending in (("1", "csv"), ("2", "xlsx")):
        bench.press("E")
        panel(bench, ChoicePanel)
        bench.press(key)
        bench.until(lambda ending=ending: list(folder.glob(f"*.{ending}")))
        bench.quiet()
    rows = list(csv.DictReader(io.StringIO(next(folder.glob("*.csv")).read_bytes().decode("utf-8-sig"))))
    wanted = ids(items, lambda one: one.station == "B08")
    number_of = {one.id: one.rt_number for one in items}
    assert [row["商品"] for row in rows] == [number_of[one] for one in wanted]
    blind = next(row for row in rows if row["商品"] == items[1].rt_number)
    assert (blind["等级"], blind["处置"], blind["周转箱"]) == ("", "", "")
    hostile = next(row for row in rows if row["商品"] == items[3].rt_number)
    assert hostile["供应商"] == "'=HYPERLINK(1)" and hostile["等级"] == items[3].grade
    [sheet] = openpyxl.load_workbook(next(folder.glob("*.xlsx"))).worksheets
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells[1:]] == [number_of[one] for one in wanted]
    assert "0012345678901" in cells[1 + wanted.index(items[3].id)], "a number that begins with nought stays whole"
