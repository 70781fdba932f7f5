"""Totes at the containers' screen: emptied into another, one item moved, put elsewhere, lost and found; foreign ids."""

from __future__ import annotations

import pytest
from gui.house_at_work import standing
from gui.test_containers_at_the_window import RESTOCK, at_containers, page, press, scan, step, verdict
from gui.working_bench import WorkingBench

from inspection_station.domain.identifiers import tote_code

OTHER = tote_code(780)
GRAI = "4006381333931A17"  # of an asset type with a right check digit, and its serial
GRAI_SCANNED = "]C18003" + "0" + GRAI
SSCC = "106141412345678908"


def opened(bench: WorkingBench, code: str, shown: str) -> None:
    """Open another restock tote on the board, by two scans, and go back to the containers."""
    press(bench, "F6")
    bench.until(lambda: bench.app.window.area == "sorting")
    scan(bench, code, "CMD-RESTOCK")
    assert step(bench, shown) == "open"
    press(bench, "F7")
    bench.until(lambda: bench.app.window.area == "containers")
    bench.quiet()
    bench.heard.clear()


def into(bench: WorkingBench, code: str) -> None:
    """Choose the tote in the panel that lies over the screen, by its digit."""
    bench.until(lambda: bench.app.overlay is not None)
    names = [name for name, _text, _icon in bench.app.overlay._choices]
    press(bench, str(names.index(code) + 1))


def test_all_of_a_tote_moves_into_another_by_a_key_and_a_digit(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock", 3)
    opened(bench, OTHER, OTHER)
    scan(bench, RESTOCK)
    press(bench, "J")
    into(bench, OTHER)
    assert {standing(bench, number).tote for number in numbers} == {OTHER}
    assert OTHER in verdict(bench) and bench.heard == ["accept", "done"]


def test_one_item_of_a_tote_moves_and_the_others_stay(bench: WorkingBench) -> None:
    numbers = at_containers(bench, "restock", 3)
    opened(bench, OTHER, OTHER)
    scan(bench, RESTOCK)
    press(bench, "Down")
    chosen = page(bench).chosen_name
    press(bench, "M")
    into(bench, OTHER)
    assert chosen in numbers and standing(bench, chosen).tote == OTHER
    assert {standing(bench, number).tote for number in numbers if number != chosen} == {RESTOCK}


def test_a_tote_that_is_not_found_is_lost_with_a_reason_and_found_again_by_a_key(bench: WorkingBench) -> None:
    at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "L", "1")
    assert step(bench, RESTOCK) == "lost"
    scan(bench, RESTOCK)
    press(bench, "L")
    assert step(bench, RESTOCK) == "open"


def test_where_a_tote_stands_is_typed(bench: WorkingBench) -> None:
    at_containers(bench, "restock")
    scan(bench, RESTOCK)
    press(bench, "O")
    bench.until(lambda: bench.app.overlay is not None)
    bench.type("A-12")
    press(bench, "Enter")
    assert next(one.place for one in bench.on_bench(bench.app.station.custody.totes) if one.code == RESTOCK) == "A-12"


@pytest.mark.parametrize(("scanned", "code"), [(GRAI_SCANNED, GRAI), ("]C100" + SSCC, SSCC)])
def test_a_number_of_the_trade_is_a_totes_id(bench: WorkingBench, scanned: str, code: str) -> None:
    [number] = at_containers(bench, "restock", 1)
    opened(bench, scanned, code)
    scan(bench, RESTOCK)
    press(bench, "J")
    into(bench, code)
    assert standing(bench, number).tote == code
    scan(bench, scanned)
    press(bench, "K")
    assert step(bench, code) == "closed"
