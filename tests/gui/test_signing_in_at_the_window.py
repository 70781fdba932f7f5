"""Who is at the bench: badge, PIN, lock-out, lock, and the next person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from gui import working_bench
from gui.working_bench import CLEAN, INSPECTOR, LEAD, OFFICE, SECOND, WorkingBench, settings_of

from inspection_station.station import theme
from inspection_station.station.flow.state import Screen
from inspection_station.station.overlay import KeySheet, all_keys
from inspection_station.sync.identity import Enrolment, keep_enrolment
from inspection_station.workflows.ports import StationIdentity

NOBODY = "http://127.0.0.1:9"  # nothing listens there
IDENTITY = StationIdentity("01938000-0000-7000-8000-00000000b012", "B12", 12, "华东退货中心", b"k" * 32)


@pytest.fixture
def bench(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingBench]:
    """A station with a number of its own (no demo: names alone sign nobody in), its centre out of reach."""
    keep_enrolment(station_folder, Enrolment(IDENTITY, NOBODY, "epoch"))
    settings = settings_of(station_folder, centre={"url": NOBODY})
    with working_bench.running(station_folder, qtbot, monkeypatch, settings=settings) as working:
        yield working


def choose(bench: WorkingBench, name: str) -> None:
    """Press a name on the page."""
    person = next(one for one in bench.app.sign_in._people if one.name == name)
    bench.app.sign_in.page.person_chosen.emit(person.id)
    bench.until(lambda: bench.app.sign_in._chosen is not None)


def message(bench: WorkingBench) -> str:
    """What the page says below the dots."""
    return str(bench.app.sign_in.page._message.text())


def test_an_inspectors_badge_signs_in_at_once_without_an_error(bench: WorkingBench) -> None:
    bench.sign_in()
    assert bench.app.person is not None
    assert bench.app.person.id == INSPECTOR.id
    assert bench.screen is Screen.WAITING
    assert bench.heard == ["accept"]
    assert bench.told == []


def test_an_unknown_badge_and_a_parcel_sign_nobody_in(bench: WorkingBench) -> None:
    bench.scan("BADGE-E99999")
    bench.until(lambda: message(bench))
    assert bench.heard == ["error"]
    bench.scan(CLEAN)
    bench.until(lambda: len(bench.heard) == 2)
    assert bench.app.window.area == "sign_in"
    assert bench.app.person is None


def test_a_name_and_the_pin_sign_in_and_a_wrong_pin_does_not(bench: WorkingBench) -> None:
    choose(bench, INSPECTOR.name)
    bench.type("000000")
    bench.until(lambda: message(bench))
    assert message(bench) == "PIN 不对，还可试 4 次"
    assert bench.app.person is None
    bench.type(INSPECTOR.pin[:3])
    bench.press("Backspace")
    bench.type(INSPECTOR.pin[2:])
    bench.until(lambda: bench.app.person is not None)
    assert bench.app.person.id == INSPECTOR.id


def test_five_wrong_pins_lock_and_a_leads_badge_unlocks(bench: WorkingBench) -> None:
    choose(bench, INSPECTOR.name)
    for left in (4, 3, 2, 1):
        bench.type("000000")
        bench.until(lambda left=left: message(bench) == f"PIN 不对，还可试 {left} 次")
    bench.type("000000")
    bench.until(lambda: message(bench).startswith("已锁定 05:00"))
    bench.type(INSPECTOR.pin)
    bench.quiet()
    assert bench.app.person is None
    bench.scan(LEAD.badge)
    bench.until(lambda: bench.app.sign_in._chosen is not None and bench.app.sign_in._chosen.id == LEAD.id)
    choose(bench, INSPECTOR.name)
    bench.until(lambda: bench.app.sign_in._chosen.id == INSPECTOR.id)
    bench.type(INSPECTOR.pin)
    bench.until(lambda: bench.app.person is not None)


def test_a_leads_badge_needs_the_pin_too(bench: WorkingBench) -> None:
    page = bench.app.sign_in.page
    before = page._question.text()
    bench.scan(LEAD.badge)
    bench.until(lambda: bench.app.sign_in._chosen is not None)
    bench.quiet()
    assert bench.app.person is None
    assert page._question.text() == f"{LEAD.name}，输入你的 PIN"
    assert page._question_hint.text() == "这个角色还要输入 PIN；输完第 6 位即登录"
    assert before != page._question.text() and message(bench) == ""
    bench.type(LEAD.pin)
    bench.until(lambda: bench.app.person is not None)
    assert bench.app.person.id == LEAD.id


def test_the_dispute_desk_may_look_but_inspects_nothing(bench: WorkingBench) -> None:
    bench.scan(OFFICE.badge)
    bench.until(lambda: bench.app.sign_in._chosen is not None)
    bench.type(OFFICE.pin)
    bench.until_screen(Screen.WAITING)
    bench.scan(CLEAN)
    bench.until_told("role.denied")
    assert bench.screen is Screen.WAITING
    assert bench.inspections() == []


def test_ctrl_l_locks_over_the_kept_work_and_the_same_badge_goes_on(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.open_parcel(CLEAN)
    bench.until_identified()
    bench.take_required_photos()
    before = bench.case
    bench.press("Ctrl+L")
    bench.until(lambda: bench.app.window.area == "sign_in")
    bench.press("Enter", "D")
    bench.quiet()
    assert bench.app.window.area == "sign_in"
    bench.scan(INSPECTOR.badge)
    bench.until_screen(Screen.PARCEL)
    bench.quiet()
    assert bench.case.events == before.events


def test_another_person_signing_in_parks_what_was_open(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.open_parcel(CLEAN)
    inspection_id = bench.case.inspection.id
    bench.scan("CMD-LOCK")
    bench.until(lambda: bench.app.window.area == "sign_in")
    bench.sign_in(SECOND)
    bench.until_screen(Screen.WAITING)
    case = bench.stored(inspection_id)
    assert case.inspection.state == "parked"
    assert case.events[-1].person == INSPECTOR.id
    assert "recovered" not in [code for code, *_ in bench.told]
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert (bench.case.events[-1].kind, bench.case.events[-1].person) == ("inspection_resumed", SECOND.id)


def test_ten_minutes_without_a_key_lock_and_every_key_counts(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.open_parcel(CLEAN)
    timer = bench.app._idle
    assert timer.isActive()
    timer.setInterval(100_000)
    timer.stop()
    bench.press("D")
    assert timer.isActive()
    timer.timeout.emit()
    bench.until(lambda: bench.app.window.area == "sign_in")
    assert bench.app.person is not None


def test_the_centre_out_of_reach_changes_one_chip_and_nothing_in_the_work(bench: WorkingBench) -> None:
    bench.sign_in()
    chips = {chip.view.name: chip for chip in bench.app.window.frame.strip.chips}
    bench.until(lambda: "离线" in chips["sync"].view.value)
    case = bench.work_clean()
    counts = bench.on_bench(bench.app.station.outbox.counts)
    assert counts.records >= len(case.events)
    assert counts.photos == 2
    assert bench.told == []
    bench.scan("ZC6401882290437")
    bench.until_screen(Screen.NO_MATCH)
    assert bench.shown.view.banner.title == "离线中，本机没有这个退货单"  # type: ignore[union-attr]


def test_the_key_sheet_lies_over_the_work_and_escape_or_a_scan_takes_it_away(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.press("F1")
    bench.until(lambda: isinstance(bench.app.overlay, KeySheet))
    bench.press("F2", "D", "F1")
    bench.quiet()
    assert bench.screen is Screen.WAITING
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    bench.press("F1")
    bench.until(lambda: bench.app.overlay is not None)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)
    assert bench.app.overlay is None


def test_the_sheet_stays_on_top_when_the_pages_are_made_anew(bench: WorkingBench) -> None:
    bench.sign_in()
    bench.press("F1")
    bench.until(lambda: bench.app.overlay is not None)
    bench.app.take_settings(replace(bench.app.settings, station=replace(bench.app.settings.station, theme="dark")))
    bench.press("Enter", "D")
    bench.press("Esc")
    bench.until(lambda: bench.app.overlay is None)
    bench.scan(CLEAN)
    bench.until_screen(Screen.PARCEL)


def test_the_welcome_card_stays_over_the_sign_in_page_until_escape(
    station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working_bench.running(
        station_folder, qtbot, monkeypatch, welcome=lambda parent: KeySheet(parent, all_keys())
    ) as bench:
        assert bench.app.overlay is not None
        bench.app.window.resize(1920, 1080)  # another density: every page is made anew below the card
        bench.until(lambda: theme.current().density == "regular")
        bench.quiet()
        bench.press("Enter", "1")
        assert bench.app.overlay is not None
        bench.press("Esc")
        bench.until(lambda: bench.app.overlay is None)
        bench.sign_in()
        assert bench.screen is Screen.WAITING
