"""Practice mode at the real window, by keys and scans: entered, worked, its sheet read, left; nothing of it stays."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from gui import working_bench
from gui.working_bench import CLEAN, EMPTY, INSPECTOR, LEAD, SECOND, STAINED, WorkingBench, tote_of

from inspection_station.domain.practice_files import PracticeCase
from inspection_station.station import practice_station
from inspection_station.station.action_button import ActionButton
from inspection_station.station.flow.state import Screen
from inspection_station.station.page_views import WaitingView
from inspection_station.station.presenting.practice import tag
from inspection_station.station.shown import Shown
from inspection_station.workflows.ports import HistoryFilter
from inspection_station.workflows.practice import NUMBER


class Practising(WorkingBench):
    """The same hands and eyes, on what is practised."""

    @property
    def shown(self) -> Shown:
        shown = self.app.practice.shown
        assert shown is not None
        return shown

    @property
    def screen(self) -> Screen | None:
        return self.app.practice.shown.state.screen if self.app.practice.shown else None

    def until_screen(self, screen: Screen) -> None:
        self.until(lambda: self.screen is screen and self.app.window.area == "practice")

    @property
    def primary(self) -> object:
        return self.app.practice.bench.pages.page._primary

    @property
    def waiting_view(self) -> WaitingView:
        view = self.shown.view
        assert isinstance(view, WaitingView)
        return view


def asked(monkeypatch: pytest.MonkeyPatch, *ids: str) -> None:
    """Ask these cases, in this order."""

    def drawn(cases: tuple[PracticeCase, ...], _count: int, _seed: int) -> tuple[PracticeCase, ...]:
        return tuple(next(case for case in cases if case.id == name) for name in ids)

    monkeypatch.setattr(practice_station, "drawn", drawn)


def hands(bench: WorkingBench) -> Practising:
    return Practising(bench.app, bench.camera, bench.clock, bench.qtbot, bench.heard, bench.told)


def practise(bench: WorkingBench, digit: str = "1") -> Practising:
    """Press P and the digit of the panel; wait for the first practice parcel."""
    bench.press("P")
    bench.until(lambda: bench.app.overlay is not None)
    bench.press(digit)
    practising = hands(bench)
    bench.until(lambda: bench.app.window.area == "practice" and practising.screen is Screen.WAITING)
    bench.quiet()
    return practising


def take(practising: Practising) -> None:
    """Take the next parcel with Enter and wait until its outside photo is kept."""
    practising.press("Enter")
    practising.until_screen(Screen.PARCEL)
    practising.until(lambda: practising.case.inspection.photos)


def pass_clean(practising: Practising) -> None:
    """A clean garment: its tag is read in the picture, Space, Enter."""
    take(practising)
    practising.until_identified()
    practising.take_required_photos()
    practising.until_primary("Enter")
    practising.press("Enter")
    practising.until_screen(Screen.WAITING)
    practising.quiet()


def confirm(practising: Practising) -> None:
    """Enter until the item is decided, by the grade page where there is one."""
    if practising.screen is not Screen.GRADE:
        practising.until_primary("Enter")
        practising.press("Enter")
        practising.until(lambda: practising.screen in (Screen.GRADE, Screen.WAITING))
    if practising.screen is Screen.GRADE:
        practising.until_primary("Enter")
        practising.press("Enter")
    practising.until_screen(Screen.WAITING)
    practising.quiet()


def leave(practising: Practising) -> None:
    practising.scan("CMD-PRACTICE")
    practising.until(lambda: not practising.app.practice.is_on or practising.app.practice.sheet is not None)
    if practising.app.practice.is_on:
        practising.press("Enter")
    practising.until(lambda: practising.app.window.area == "inspect")
    practising.quiet()
    practising.until(lambda: not (practising.app.station.folder / practice_station.FOLDER).exists())


def fingerprint(bench: WorkingBench) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, str], object]:
    """Every row of the real database, every photo and label, and what waits for the centre and the printer."""
    station = bench.app.station

    def rows() -> dict[str, list[tuple[object, ...]]]:
        with station.database.reading() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            return {
                name: sorted((tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
                for (name,) in list(names)
            }

    files = {
        str(path.relative_to(station.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(station.folder.rglob("*"))
        if path.is_file() and path.parts[len(station.folder.parts)] in ("photos", "labels", "evidence", "catalogue")
    }
    return bench.on_bench(rows), files, bench.on_bench(lambda: (station.outbox.counts(), station.labels.waiting()))


# --- entering and leaving -----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["key", "code", "button"])
def test_practice_is_entered_from_the_waiting_screen_and_left_at_once(waiting: WorkingBench, way: str) -> None:
    if way == "key":
        waiting.press("P")
    elif way == "code":
        waiting.scan("CMD-PRACTICE")
    else:
        page = waiting.app.bench.pages.waiting
        next(one for one in page.findChildren(ActionButton) if one.view.name == "practise").click()
    waiting.until(lambda: waiting.app.overlay is not None)
    waiting.press("2")
    practising = hands(waiting)
    waiting.until(lambda: waiting.app.window.area == "practice" and practising.screen is Screen.WAITING)
    assert practising.waiting_view.tally.goal == 12
    practising.press("Esc")
    waiting.until(lambda: waiting.app.window.area == "inspect")
    assert not waiting.app.practice.is_on
    waiting.quiet()
    waiting.until(lambda: not (waiting.app.station.folder / practice_station.FOLDER).exists())
    waiting.work_clean(CLEAN)  # the real bench goes on, its camera too


def test_practice_is_not_begun_while_a_parcel_is_open(waiting: WorkingBench) -> None:
    waiting.open_parcel(CLEAN)
    waiting.scan("CMD-PRACTICE")
    waiting.until_told("practice.not_now")
    assert waiting.app.overlay is None and not waiting.app.practice.is_on
    assert waiting.screen is Screen.PARCEL


def test_escape_at_the_panel_begins_nothing(waiting: WorkingBench) -> None:
    waiting.press("P")
    waiting.until(lambda: waiting.app.overlay is not None)
    waiting.press("Esc")
    waiting.until(lambda: waiting.app.overlay is None)
    assert not waiting.app.practice.is_on


def test_it_can_be_left_in_the_middle_of_a_parcel(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean", "chinos_stained")
    practising = practise(waiting)
    take(practising)
    leave(practising)
    assert waiting.screen is Screen.WAITING


def test_what_a_sudden_end_left_is_gone_at_the_next_start(
    station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = station_folder / practice_station.FOLDER
    (left / "photos").mkdir(parents=True)
    (left / "photos" / "one.jpg").write_bytes(b"x")
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        bench.until(lambda: not left.exists())
        bench.sign_in()
        practise(bench)
        assert left.is_dir()
    assert not left.exists(), "closing the window in the middle leaves nothing either"


# --- marked, and apart from real work -------------------------------------------------------------------------


def marks(bench: WorkingBench) -> list[str]:
    """Where the window says that it is practice mode: the bar's plate, the bar's name, the title, the pages' name."""
    bar = bench.app.window.frame.top_bar
    said = [bar._practice.accessibleName() if bar._practice is not None and bar._practice.isVisible() else ""]
    said += [bar.accessibleName(), bench.app.window.windowTitle(), bench.app.practice.pages.accessibleName()]
    return said


def test_every_screen_says_so_and_no_other_area_can_be_had(
    waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch, "chinos_stained", "tee_clean")
    assert not any("练习" in text for text in marks(waiting)[:3])
    practising = practise(waiting)
    seen = []

    def look() -> None:
        seen.append(practising.screen)
        assert all("练习" in text for text in marks(practising)), (practising.screen, marks(practising))
        assert practising.app.window.frame.top_bar.tabs == ()

    look()
    take(practising)
    practising.until_identified()
    practising.take_required_photos()
    look()
    practising.press("E")
    practising.until_screen(Screen.EXCEPTIONS)
    look()
    practising.press("Esc", "D")
    practising.until_screen(Screen.CHECKLIST)
    look()
    practising.press("W", "X")
    practising.until(lambda: practising.case.inspection.item().findings)
    practising.take_required_photos()
    practising.until_primary("Enter")
    practising.press("Enter")
    practising.until_screen(Screen.GRADE)
    look()
    practising.press("F8")
    practising.until_told("practice.leave_first")
    assert practising.app.window.area == "practice"
    practising.press("Enter")
    practising.until_screen(Screen.WAITING)
    leave(practising)
    assert not any("练习" in text for text in marks(waiting)[:3])
    assert tag().text not in waiting.app.window.windowTitle()


def test_a_real_parcel_is_told_to_wait(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean", "chinos_stained")
    practising = practise(waiting)
    for code in (CLEAN, "YT9988776655443", "RT-261121-01200001"):
        practising.told.clear()
        practising.scan(code)
        practising.until_told("practice.is_on")
        assert practising.screen is Screen.WAITING
    take(practising)
    practising.told.clear()
    practising.clock.now += 3000
    practising.scan(CLEAN)
    practising.until_told("practice.is_on")
    assert practising.screen is Screen.PARCEL
    leave(practising)
    assert waiting.inspections() == []


def test_nothing_of_it_stays_counts_or_leaves(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean", "chinos_stained")
    waiting.work_clean(CLEAN)
    waiting.until(lambda: waiting.labels)
    waiting.quiet()
    before = fingerprint(waiting)
    practising = practise(waiting)
    pass_clean(practising)
    number = waiting.on_bench(lambda: practising.app.practice.practised.store.history(HistoryFilter(), 5)[0].rt_number)
    assert number[10:13] == "000", "a number no centre gives out"
    practising.press("F11")
    leave(practising)
    assert fingerprint(waiting) == before
    tally = waiting.shown.view
    assert isinstance(tally, WaitingView) and tally.tally.done == 1
    assert not (waiting.app.station.folder / "practice_results").exists()


def test_another_person_begins_without_it(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean")
    practising = practise(waiting)
    take(practising)
    practising.press("Ctrl+L")
    practising.until(lambda: practising.app.window.area == "sign_in")
    waiting.scan(INSPECTOR.badge)
    waiting.until(lambda: waiting.app.window.area == "practice")
    assert practising.screen is Screen.PARCEL, "one's own goes on"
    practising.press("Ctrl+L")
    practising.until(lambda: practising.app.window.area == "sign_in")
    waiting.scan(SECOND.badge)
    waiting.until(lambda: waiting.app.window.area == "inspect")
    assert not waiting.app.practice.is_on


# --- a whole practice -----------------------------------------------------------------------------------------


def test_a_practice_from_the_first_parcel_to_the_sheet(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean", "chinos_stained", "nothing_in_it")
    practising = practise(waiting)
    view = practising.waiting_view
    assert NUMBER.format(1)[:4] in view.hint and len(view.queue.rows) == 3
    pass_clean(practising)
    assert practising.waiting_view.tally.done == 1
    practising.clock.now += 3000
    practising.scan(NUMBER.format(1))
    practising.until_told("practice.done")
    practising.scan(NUMBER.format(2))  # by its number as well as by Enter
    practising.until_screen(Screen.PARCEL)
    practising.until(lambda: practising.case.inspection.photos)
    practising.until_identified()
    practising.take_required_photos()
    practising.press("D")
    practising.until_screen(Screen.CHECKLIST)
    practising.press("W", "Z")  # oil, but called minor
    practising.until(lambda: practising.case.inspection.item().findings)
    practising.take_required_photos()
    practising.until_primary("Enter")
    practising.press("Enter")
    practising.until_screen(Screen.GRADE)
    confirm(practising)
    take(practising)
    practising.scan("CMD-EMPTY")
    practising.until_identified("empty_parcel")
    practising.take_required_photos()
    confirm(practising)
    practising.quiet()
    assert practising.waiting_view.queue.rows == ()
    practising.press("Enter")
    practising.until(lambda: practising.app.practice.sheet is not None)
    results = practising.app.practice.results
    assert [result.task.id for result in results] == ["tee_clean", "chinos_stained", "nothing_in_it"]
    agreements = [{one.question: str(one.agreement) for one in result.compared} for result in results]
    assert set(agreements[0].values()) == {"right"} and len(agreements[0]) == 9
    assert agreements[1].pop("no_stains") == "severity_differs" and set(agreements[1].values()) == {"right"}
    assert agreements[2] == {"identity": "right"}
    assert [result.grade.agrees for result in results] == [True, False, True]
    assert results[1].grade.known == "C" and results[1].grade.found == "B"
    sheet = practising.app.practice.sheet
    assert sheet is not None and sheet._percent.text() == "87 %"  # one and a half of two, and all that is sound
    assert all("练习" in text for text in marks(practising))
    practising.press("Down")
    practising.until(lambda: sheet._place == 1)
    practising.press("S")
    practising.until_told("practice.saved")
    saved = list((practising.app.station.folder / "practice_results").glob("*.csv"))
    lines = list(csv.reader(io.StringIO(saved[0].read_text(encoding="utf-8-sig"))))
    assert len(lines) == 1 + 9 + 9 + 1 + 3 * 3 + 1
    practising.press("Enter")
    practising.until(lambda: practising.app.window.area == "inspect")
    assert not practising.app.practice.is_on


def test_ones_own_badge_stands_for_the_second_persons(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "other_unit")
    practising = practise(waiting)
    take(practising)
    practising.press("E")
    practising.until_screen(Screen.EXCEPTIONS)
    practising.press("7")
    practising.until_screen(Screen.WRONG_ITEM)
    practising.press("1")
    practising.until_identified("serial_mismatch")
    practising.take_required_photos()
    practising.quiet()
    practising.scan(INSPECTOR.badge)
    practising.until(lambda: practising.case.inspection.item().second_person)
    confirm(practising)


def test_f3_reads_the_next_parcel_in_the_picture(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean", "plush_torn")
    practising = practise(waiting)
    practising.press("F3")
    practising.until_screen(Screen.PARCEL)
    practising.until(lambda: practising.case.inspection.tracking_number == NUMBER.format(1))


def test_a_mistaken_step_is_undone_as_in_real_work(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "tee_clean")
    practising = practise(waiting)
    pass_clean(practising)
    assert practising.waiting_view.queue.rows == ()
    practising.press("F12")
    practising.until_screen(Screen.PARCEL)
    practising.press("F9")
    practising.until_screen(Screen.WAITING)
    practising.quiet()
    assert [row.parked for row in practising.waiting_view.queue.rows] == [True]


# --- past cases -----------------------------------------------------------------------------------------------


def test_a_lead_practises_with_past_cases_of_the_bench(waiting: WorkingBench) -> None:
    waiting.work_clean(CLEAN)
    waiting.find_stain()
    waiting.take_required_photos()
    stained = waiting.case.inspection.id
    waiting.until_primary("Enter")
    waiting.press("Enter")
    waiting.until_screen(Screen.GRADE)
    waiting.press("Enter")
    waiting.until_screen(Screen.WAITING)
    waiting.open_parcel(EMPTY)  # which a lead has yet to decide, so its answer is not known
    waiting.scan("CMD-EMPTY")
    waiting.until_identified("empty_parcel")
    waiting.take_required_photos()
    waiting.scan(tote_of("hold"))
    waiting.until_screen(Screen.WAITING)
    waiting.until(lambda: len(waiting.labels) == 3)
    waiting.quiet()
    waiting.press("P")
    waiting.until(lambda: waiting.app.overlay is not None)
    waiting.press("3")
    waiting.quiet()
    assert waiting.app.overlay is not None and not waiting.app.practice.is_on, (
        "an inspector is offered the shipped ones"
    )
    waiting.press("Esc", "Ctrl+L")
    waiting.until(lambda: waiting.app.window.area == "sign_in")
    waiting.sign_in_with_pin(LEAD)
    before = fingerprint(waiting)
    practising = practise(waiting, "3")
    tasks = {task.tracking_number: task for task in practising.app.practice.practised.tasks}
    assert set(tasks) == {CLEAN, STAINED}
    assert [one.code for one in tasks[STAINED].known.defects] == ["makeup_stain"]
    for _ in range(2):
        take(practising)
        practising.until_identified()
        practising.take_required_photos()
        number = practising.case.inspection.tracking_number
        if number == STAINED:
            assert tasks[STAINED].id == stained
            practising.press("D")
            practising.until_screen(Screen.CHECKLIST)
            practising.press("Q", "X")
            practising.until(lambda: practising.case.inspection.item().findings)
            practising.take_required_photos()
        confirm(practising)
    practising.press("Enter")
    practising.until(lambda: practising.app.practice.sheet is not None)
    assert practising.app.practice.sheet is not None and practising.app.practice.sheet._percent.text() == "100 %"
    assert all(result.grade.agrees and result.disposition.agrees for result in practising.app.practice.results)
    leave(practising)
    assert fingerprint(waiting) == before


def test_without_past_cases_a_lead_is_told_so(bench: WorkingBench) -> None:
    bench.sign_in_with_pin(LEAD)
    bench.press("P")
    bench.until(lambda: bench.app.overlay is not None)
    bench.press("3")
    bench.until_told("practice.no_past")
    assert not bench.app.practice.is_on and bench.screen is Screen.WAITING
    practise(bench)
