"""The printers in the settings: each by its purpose, tried on the card, with what a person has to decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gui.working_bench import CLEAN, LEAD, WorkingBench

from inspection_station.devices.printers.vocabulary import broke_off
from inspection_station.station.action_button import ActionButton
from inspection_station.station.flow.state import Screen
from inspection_station.station.print_desk import OTHER_STOCK
from inspection_station.station.settings_printing import PrinterPanel
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL, PrintJobs, PrintState


def printers(bench: WorkingBench, purpose: str = INSPECTION_LABEL) -> PrinterPanel:
    """The printer of a purpose in the settings."""
    bench.press("F10")
    bench.until(lambda: bench.app.window.area == "settings")
    page = bench.app.options.page
    page.show_section("printing")
    page.printing.show_purpose(purpose)
    bench.quiet()
    return page.printing.panel


def click(panel: PrinterPanel, text: str) -> None:
    next(one for one in panel.findChildren(ActionButton) if one.view.text == text and one.isVisible()).click()


def unsure_label(bench: WorkingBench) -> str:
    """A label that was sent, and nobody knows whether it came out; the item's number."""
    case = bench.work_clean()
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    rt_number = case.inspection.items[0].rt_number
    jobs = PrintJobs(bench.app.station.database)
    job = bench.on_bench(lambda: jobs.of_item(rt_number)[0])
    bench.on_bench(lambda: jobs.mark(job.id, PrintState.UNKNOWN, broke_off("reset").code))
    return rt_number


def states(bench: WorkingBench, rt_number: str) -> list[tuple[str, str]]:
    jobs = PrintJobs(bench.app.station.database)
    return [(one.state.value, one.detail) for one in bench.on_bench(lambda: jobs.of_item(rt_number))]


def test_a_kind_of_printer_shows_what_it_needs_and_nothing_else(waiting: WorkingBench) -> None:
    printers(waiting)

    def seen() -> set[str]:
        rows = waiting.app.options.page.printing.panel.rows
        return {name for name, one in rows.items() if one.isVisible()}

    assert {"kind", "folder", "size", "dpi"} <= seen() and not {"address", "language", "gap", "baud"} & seen()
    waiting.app.options.page.setting_changed.emit("printer.kind", "serial")
    waiting.until(lambda: "baud" in seen())
    assert {"device", "language"} <= seen() and not {"address", "folder", "queue"} & seen()
    assert {"gap", "darkness", "offset_across"} <= seen(), "what the printer itself is told"


def test_a_person_says_that_a_label_of_unknown_end_came_out(waiting: WorkingBench) -> None:
    bench = waiting
    rt_number = unsure_label(bench)
    panel = printers(bench)
    bench.until(lambda: panel._shown_jobs)
    click(panel, "已出纸")
    bench.until(lambda: states(bench, rt_number) == [("done", "seen")])
    bench.until(lambda: not panel._shown_jobs)
    assert len(bench.labels) == 1


def test_a_label_that_did_not_come_out_is_printed_again_once(waiting: WorkingBench) -> None:
    bench = waiting
    rt_number = unsure_label(bench)
    panel = printers(bench)
    bench.until(lambda: panel._shown_jobs)
    click(panel, "重新打印")
    bench.until(lambda: len(bench.labels) == 2)
    bench.quiet()
    assert states(bench, rt_number) == [("done", "replaced"), ("sent", "")]


def test_a_label_that_did_not_come_out_can_be_left_at_that(waiting: WorkingBench) -> None:
    bench = waiting
    rt_number = unsure_label(bench)
    panel = printers(bench)
    bench.until(lambda: panel._shown_jobs)
    click(panel, "没有出纸")
    bench.until(lambda: states(bench, rt_number) == [("done", "not_seen")])
    bench.until(lambda: not panel._shown_jobs)
    assert len(bench.labels) == 1


def test_a_label_for_another_printer_is_drawn_anew_from_the_settings(waiting: WorkingBench) -> None:
    bench = waiting
    case = bench.work_clean()
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    rt_number = case.inspection.items[0].rt_number
    jobs = PrintJobs(bench.app.station.database)
    old = bench.on_bench(lambda: jobs.of_item(rt_number)[0])
    printers(bench)
    bench.app.options.page.setting_changed.emit("printer.kind", "none")  # else the folder would take it as it is
    bench.until(lambda: bench.app.prints.status and bench.app.prints.status.state == "none")
    bench.on_bench(lambda: jobs.mark(old.id, PrintState.FAILED, OTHER_STOCK))
    panel = bench.app.options.page.printing.panel
    bench.app.options.printing.look()
    buttons = lambda: [one.view.text for one in panel.findChildren(ActionButton) if one.isVisible()]  # noqa: E731
    bench.until(lambda: "重新绘制" in buttons())
    click(panel, "重新绘制")
    bench.until(lambda: states(bench, rt_number) == [("done", "replaced"), ("queued", "")])


def test_old_bitmaps_go_and_their_rows_stay(waiting: WorkingBench) -> None:
    bench = waiting
    case = bench.work_clean()
    bench.until(lambda: len(bench.labels) == 1)
    bench.quiet()
    rt_number = case.inspection.items[0].rt_number
    jobs = PrintJobs(bench.app.station.database)
    (new,) = bench.on_bench(lambda: jobs.of_item(rt_number))
    for number in range(60):
        one = replace(new, id=f"old{number}", rt_number="RT-OLD", created_at="2020-01-01T00:00:00.000Z")
        bench.on_bench(lambda one=one: (jobs.add(one), jobs.mark(one.id, PrintState.SENT)))
    bench.app.printing.purge()
    bench.quiet()
    bench.until(lambda: all(not one.raster_png for one in bench.on_bench(lambda: jobs.of_item("RT-OLD"))))
    assert len(bench.on_bench(lambda: jobs.of_item("RT-OLD"))) == 60
    assert bench.on_bench(lambda: jobs.of_item(rt_number))[0].raster_png


def test_scanning_a_label_proves_that_its_job_came_out(waiting: WorkingBench) -> None:
    bench = waiting
    rt_number = unsure_label(bench)
    bench.clock.now += 2000
    bench.scan(f"{rt_number}01")
    bench.until(lambda: states(bench, rt_number) == [("done", "seen")])


def test_the_command_sheet_goes_to_the_paper_printer(waiting: WorkingBench) -> None:
    bench = waiting
    panel = printers(bench, PAPER)
    folder = Path(bench.app.station.folder) / "paper"
    click(panel, "打印命令码表")
    bench.until(lambda: list(folder.glob("*.pdf")))
    bench.quiet()
    jobs = PrintJobs(bench.app.station.database)
    assert bench.on_bench(lambda: jobs.to_send(PAPER)) == []
    (sheet,) = folder.glob("*.pdf")
    assert sheet.read_bytes().startswith(b"%PDF")


def test_tote_labels_are_printed_on_the_label_printer(waiting: WorkingBench) -> None:
    bench = waiting
    panel = printers(bench, TOTE_LABEL)
    here = [one for one in bench.on_bench(bench.app.station.reference.totes) if one.slot]
    click(panel, "打印本台箱标")
    bench.until(lambda: len(bench.labels) == len(here) > 0)


def test_the_calibration_label_is_a_trial_and_no_job(waiting: WorkingBench) -> None:
    bench = waiting
    panel = printers(bench)
    click(panel, "打印校准标签")
    bench.until(lambda: len(bench.labels) == 1)
    bench.until_told("printer.calibrated")
    bench.quiet()
    assert panel._shown_jobs == ()


def test_only_a_lead_changes_what_lies_in_a_printer(waiting: WorkingBench) -> None:
    bench = waiting
    panel = printers(bench)
    assert panel.rows["kind"].control.isEnabled() and not panel.rows["dpi"].control.isEnabled()


def test_labels_of_another_size_are_drawn_at_once(waiting: WorkingBench) -> None:
    bench = waiting
    bench.press("Ctrl+L")
    bench.until(lambda: bench.app.window.area == "sign_in")
    bench.sign_in_with_pin(LEAD)
    printers(bench)
    bench.app.options.page.setting_changed.emit("label.size", "100x100")
    bench.until(lambda: bench.app.station.labels.size_mm == (100.0, 100.0))
    bench.app.options.page.setting_changed.emit("label.size", "3x3")
    bench.quiet()
    assert bench.app.station.labels.size_mm == (100.0, 100.0), "what cannot be is not taken"
    bench.press("Esc")
    bench.until_screen(Screen.WAITING)
    bench.open_parcel(CLEAN)
