"""The containers' screen driven by scans and keys: totes closed, manifests drawn, scanned, signed, closed, printed."""

from __future__ import annotations

from typing import Any

import pytest
from gui.house_at_work import VENDOR, decided_item, house_of
from gui.working_bench import INSPECTOR, LEAD, SECOND, WorkingBench, tote_of
from pages_of_pdf import texts
from sqlalchemy import select

from inspection_station.devices.printers import PrintOutcome
from inspection_station.devices.serial_scale import ScaleReading
from inspection_station.errors import StationProblem
from inspection_station.station.manifest_desk import ManifestDesk
from inspection_station.station.manifest_papers import content_list, paper_of
from inspection_station.station.presenting.words import word
from inspection_station.storage.print_jobs import PAPER, TOTE_LABEL
from inspection_station.storage.tables import print_jobs

RESTOCK, SCRAP, BACK = tote_of("restock"), tote_of("scrap"), VENDOR.code


def page(bench: WorkingBench) -> Any:
    return bench.app.house.area("containers").page


def verdict(bench: WorkingBench) -> str:
    return str(page(bench).verdict.accessibleName())


def scan(bench: WorkingBench, *codes: str) -> None:
    for code in codes:
        bench.scan(code)
        bench.quiet()


def press(bench: WorkingBench, *keys: str) -> None:
    for key in keys:
        bench.press(key)
        bench.quiet()


def step(bench: WorkingBench, code: str) -> str:
    return next(one.step for one in bench.on_bench(bench.app.station.custody.totes) if one.code == code)


def manifests(bench: WorkingBench) -> list[Any]:
    return list(bench.on_bench(lambda: bench.app.station.containers.manifests(10)))


def at_containers(bench: WorkingBench, disposition: str, count: int = 2, tote: str = "", **facts: Any) -> list[str]:
    """Items sorted into the tote of their disposition by scans; the lead is at the containers' screen."""
    items = [decided_item(number, disposition, **facts) for number in range(1, count + 1)]
    house_of(bench, items)
    for item in items:
        scan(bench, item.rt_number + "01")
        if disposition == "scrap":
            press(bench, "Space")  # the lead agrees
        scan(bench, item.rt_number + "01", tote or tote_of(disposition))
    press(bench, "F7")
    bench.until(lambda: bench.app.window.area == "containers")
    bench.quiet()
    bench.heard.clear()
    bench.scans = bench.presses = 0
    return [item.rt_number for item in items]


def papers(bench: WorkingBench, purpose: str) -> list[str]:
    def titles() -> list[str]:
        with bench.app.station.database.reading() as connection:
            return list(connection.execute(select(print_jobs.c.title).where(print_jobs.c.purpose == purpose)).scalars())

    return list(bench.on_bench(titles))


def test_closing_a_tote_is_a_scan_and_a_key_and_prints_label_and_list(bench: WorkingBench) -> None:
    at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "K")
    assert (bench.scans, bench.presses) == (1, 1)
    assert step(bench, RESTOCK) == "closed"
    assert RESTOCK in papers(bench, PAPER) and RESTOCK in papers(bench, TOTE_LABEL)


def test_a_content_list_tells_nothing_of_what_is_to_be_graded_blind_but_the_closed_document_does(
    bench: WorkingBench,
) -> None:
    defect = next(iter(bench.app.station.desk.book.lists.words["defects"]))
    said = word(bench.app.station.desk, "defects", defect).replace(" ", "")
    [number] = at_containers(bench, "restock", 1, random_check=True, findings=({"code": defect},))
    scan(bench, RESTOCK)

    def list_of(code: str) -> str:
        station = bench.app.station
        contents = station.containers.contents(code)
        return "".join(texts(content_list(station, code, contents, 0, "")))

    shown = bench.on_bench(lambda: list_of(RESTOCK))
    assert number in shown and "?" in shown and said not in shown
    scan(bench, number + "01")
    press(bench, "K", "Esc")
    scan(bench, "CMD-RESTOCK", RESTOCK)

    def document() -> str:
        station = bench.app.station
        found = station.containers.manifests(1)[0].id
        return "".join(texts(paper_of(station, ManifestDesk(station, LEAD).work.sheet(found))))

    drawn = bench.on_bench(document)
    assert number in drawn and said not in drawn
    press(bench, "K")
    assert manifests(bench)[0].step == "closed"
    assert said in bench.on_bench(document)


def test_a_manifest_of_k_counted_totes_takes_k_scans_a_destination_and_a_key(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock")
    scan(bench, RESTOCK, *(number + "01" for number in numbers))  # counted while the tote is closed
    press(bench, "K", "Esc")
    bench.scans = bench.presses = 0
    scan(bench, "CMD-RESTOCK", RESTOCK)
    press(bench, "K")
    assert (bench.scans, bench.presses) == (2, 1), "destination, one tote, print"
    [manifest] = manifests(bench)
    assert (manifest.step, manifest.units) == ("closed", 2)
    assert step(bench, RESTOCK) == "handed_over"
    assert papers(bench, PAPER).count(manifest.number) == 2


def test_a_tote_drawn_by_mistake_goes_off_the_manifest_by_a_key_and_is_claimed_again(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "K", "Esc")
    scan(bench, "CMD-RESTOCK", RESTOCK, numbers[0] + "01")
    press(bench, "T")
    bench.until(lambda: step(bench, RESTOCK) == "closed")
    [manifest] = manifests(bench)
    assert bench.on_bench(lambda: bench.app.station.containers.items_of(manifest.id)) == []
    scan(bench, RESTOCK)
    assert step(bench, RESTOCK) == "claimed"


def test_each_item_is_scanned_once_more_and_what_does_not_belong_is_refused(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "K", "Esc")
    scan(bench, "CMD-RESTOCK", RESTOCK, numbers[0] + "01")
    assert not page(bench).primary.isEnabled() and "1" in page(bench).primary.view.consequence
    assert [row.ticked for row in page(bench).table.rows] == [True, False]
    bench.heard.clear()
    scan(bench, "RT-261121-0079999901")
    assert "error" in bench.heard
    scan(bench, numbers[1] + "01")
    assert page(bench).primary.isEnabled()
    press(bench, "K")
    assert manifests(bench)[0].step == "closed"


def test_an_item_of_another_tote_stops_with_its_totes_name(bench: WorkingBench) -> None:
    other = decided_item(9, "restock", proposed_tote="T-000999X")
    at_containers(bench, "restock")
    bench.on_bench(lambda: _tell(bench, other))
    scan(bench, RESTOCK)
    press(bench, "K", "Esc")
    scan(bench, "CMD-RESTOCK", RESTOCK)
    bench.heard.clear()
    scan(bench, other.rt_number + "01")
    assert "error" in bench.heard and "T-000999X" in verdict(bench)


def _tell(bench: WorkingBench, item: Any) -> None:
    station = bench.app.station
    with station.database.writing() as connection:
        station.ledger.keep_items(connection, [item])


def test_scrap_is_signed_by_two_badges_with_a_photo_method_and_weight(bench: WorkingBench) -> None:
    [number] = at_containers(bench, "scrap", 1)
    scan(bench, SCRAP)
    press(bench, "K", "2")
    scan(bench, number + "01")
    bench.press("D")
    bench.until(lambda: bench.app.overlay is not None)
    press(bench, "1", "Space")
    bench.press("W")
    bench.until(lambda: bench.app.overlay is not None)
    bench.type("1000")
    press(bench, "Enter")
    scan(bench, LEAD.badge)
    bench.heard.clear()
    scan(bench, LEAD.badge)
    assert "error" in bench.heard, "one person twice is not two"
    assert not page(bench).primary.isEnabled()
    scan(bench, SECOND.badge)
    bench.until(lambda: page(bench).primary.isEnabled())
    press(bench, "K")
    assert manifests(bench)[0].step == "closed"


def test_goods_go_back_with_seal_photo_and_weight(bench: WorkingBench) -> None:
    [number] = at_containers(bench, "return_to_vendor", 1, BACK)
    scan(bench, BACK)
    press(bench, "K", "1")
    assert manifests(bench)[0].vendor == VENDOR.vendor
    scan(bench, number + "01")
    for key, text in (("S", "S-771204"), ("W", "9860")):
        bench.press(key)
        bench.until(lambda: bench.app.overlay is not None)
        bench.type(text)
        press(bench, "Enter")
    bench.press("Space")
    bench.until(lambda: page(bench).primary.isEnabled())
    press(bench, "K", "X")
    folder = bench.app.station.folder / "exports"
    assert {path.suffix for path in folder.iterdir()} == {".pdf", ".csv", ".xlsx"}
    assert number.encode() in next(folder.glob("*.csv")).read_bytes()


def test_what_rests_on_the_scale_is_the_weight_a_tote_closes_with_and_a_manifests(bench: WorkingBench) -> None:
    [number] = at_containers(bench, "return_to_vendor", 1, BACK)
    scale = bench.app.devices.scale
    scale._show(ScaleReading(9860, True, "text"))
    scan(bench, BACK)
    bench.press("W")
    bench.until(lambda: bench.app.overlay is not None)
    press(bench, "Enter")
    assert bench.on_bench(lambda: bench.app.station.containers.grams_of(BACK)) == 9860
    scan(bench, BACK)
    press(bench, "K", "1")
    scan(bench, number + "01")
    scale._show(ScaleReading(9700, True, "text"))
    press(bench, "W")
    [begun] = manifests(bench)
    desk = bench.on_bench(lambda: bench.app.station.custody.manifest(begun.id))
    weighed = desk.weighings[BACK]
    assert (weighed.grams, weighed.expected_g, weighed.is_far_off) == (9700, 9860, False)


def test_a_closed_tote_reopens_by_a_reason_and_a_leads_badge(bench: WorkingBench) -> None:
    at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "K")
    bench.press("R")
    bench.until(lambda: bench.app.overlay is not None)
    press(bench, "1")
    assert step(bench, RESTOCK) == "closed"
    scan(bench, INSPECTOR.badge)
    assert step(bench, RESTOCK) == "closed"
    bench.press("R")
    bench.until(lambda: bench.app.overlay is not None)
    press(bench, "1")
    scan(bench, LEAD.badge)
    assert step(bench, RESTOCK) == "open"


def test_a_closed_manifest_is_corrected_by_a_new_document(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "K", "4")
    scan(bench, *(number + "01" for number in numbers))
    press(bench, "K", "C")
    found = manifests(bench)
    assert sorted(one.step for one in found) == ["closed", "open"]
    assert found[0].corrects == found[1].number
    press(bench, "Down", "Backspace", "U", "K")
    assert [one.units for one in manifests(bench)] == [1, 2]


def test_an_inspector_has_no_way_to_the_containers(bench: WorkingBench) -> None:
    bench.sign_in(INSPECTOR)
    bench.press("F7")
    bench.quiet()
    bench.scan("CMD-CONTAINERS")
    bench.quiet()
    assert bench.app.window.area != "containers"


@pytest.mark.parametrize("code", ["SF1390447120865", "nothing at all", "CMD-NO-SUCH", "T-999999X"])
def test_what_means_nothing_here_is_refused_aloud(bench: WorkingBench, code: str) -> None:
    at_containers(bench, "restock", 1)
    scan(bench, code)
    assert "error" in bench.heard


def test_a_printer_that_cannot_print_keeps_the_document_waiting(
    bench: WorkingBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tote is closed all the same."""
    at_containers(bench, "restock")
    station = bench.app.station
    problem = StationProblem("printer.offline", "Printer off", "Switch it on.")
    monkeypatch.setattr(station.documents[PAPER], "send", lambda _job: PrintOutcome("failed", problem))
    scan(bench, RESTOCK)
    press(bench, "K")
    assert step(bench, RESTOCK) == "closed"
    assert bench.on_bench(lambda: station.documents[PAPER].count_waiting()) == 1
