"""The command sheet: every code on it is one the program takes, is read off the paper, and stands apart from others."""

from __future__ import annotations

import pages_of_pdf
import pytest
import zxingcpp
from factories import INSPECTOR, Bench, expected

from inspection_station.documents.paper.command_sheet import (
    Sheet,
    TotePlace,
    command_sheet,
    pocket_sheet,
    sheet_codes,
)
from inspection_station.domain.identifiers import ScanKind, recognise, tote_code
from inspection_station.domain.lists import Word
from inspection_station.errors import StationProblem
from inspection_station.i18n import set_language
from inspection_station.station.flow import acts, answer_acts, commands
from inspection_station.station.flow.state import BenchState, Screen, Sound

DISPOSITIONS = tuple(Bench(expected()).desk.book.lists.words["dispositions"].values())
TOTES = tuple(TotePlace(tote_code(100 + n), n, "重新上架", "restock", "云鹿服饰") for n in range(1, 4))
SHEET = Sheet("B12", DISPOSITIONS, TOTES)
NAMES = [one.code.removeprefix("CMD-") for one in sheet_codes(SHEET) if one.code.startswith("CMD-")]
SCREENS = ("parcel", "checklist", "menu", "grade", "no match")


def at(bench: Bench, screen: str) -> BenchState:
    """A bench that shows `screen`."""
    if screen == "no match":
        return commands.scan(bench.desk, BenchState(person=INSPECTOR), "SF9999999999999")
    state = BenchState(screen=Screen.PARCEL, person=INSPECTOR, case=bench.ready())
    if screen == "menu":
        return commands.command(bench.desk, state, "EXCEPTION")
    if screen in ("checklist", "grade"):
        state = acts.problem(bench.desk, state)
    return acts.to_grading(bench.desk, state) if screen == "grade" else state


def told(bench: Bench, state: BenchState, name: str) -> str:
    """Code of what is said of a command, empty when nothing is."""
    try:
        problem = commands.command(bench.desk, state, name).effects.problem
    except StationProblem as raised:  # as the session tells it
        problem = raised
    return problem.code if problem else ""


@pytest.mark.parametrize("name", NAMES)
def test_every_command_on_the_sheet_is_taken(name: str) -> None:
    bench = Bench(expected())
    assert recognise(f"CMD-{name}").kind is ScanKind.COMMAND
    if name in commands.BY_THE_WINDOW:
        return  # shown at the window: tests/gui/test_gloved_work.py
    assert told(bench, at(bench, "parcel"), name) != "command.unknown"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in commands.BY_THE_WINDOW])
def test_every_command_on_the_sheet_does_something_on_some_screen(name: str) -> None:
    said = set()
    for screen in SCREENS:
        bench = Bench(expected())
        said.add(told(bench, at(bench, screen), name))
    bench = Bench(expected())
    state = at(bench, "checklist")
    for row in answer_acts.asked(bench.desk, state):  # kinds belong to rows
        said.add(told(bench, answer_acts.at_row(state, row.id), name))
    assert said - {"command.not_here"}


def test_every_tote_on_the_sheet_is_a_tote() -> None:
    found = [one.code for one in sheet_codes(SHEET) if not one.code.startswith("CMD-")]
    assert found == [one.code for one in TOTES]
    assert {recognise(code).kind for code in found} == {ScanKind.TOTE}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("dpi", [150, 203])
def test_every_code_is_read_off_the_paper(language: str, dpi: int) -> None:
    set_language(language)
    pages = pages_of_pdf.pictures(command_sheet(SHEET), dpi)
    assert len(pages) == 5
    read = [pages_of_pdf.codes(page) for page in pages]
    assert set.union(*read) == {one.code for one in sheet_codes(SHEET)}
    assert [len(codes) for codes in read] == [10, 21, 10, 12, 3]


def test_another_decoder_reads_them_too() -> None:
    pyzbar = pytest.importorskip("pyzbar.pyzbar", exc_type=ImportError)
    pages = pages_of_pdf.pictures(command_sheet(SHEET), 203)
    read = {found.data.decode() for page in pages for found in pyzbar.decode(page)}
    assert read == {one.code for one in sheet_codes(SHEET)}


def test_symbols_stand_twenty_millimetres_apart() -> None:
    for page in pages_of_pdf.pictures(command_sheet(SHEET), 150):
        places = []
        for found in zxingcpp.read_barcodes(page):
            at = found.position
            places.append((at.top_left.x, at.top_left.y, at.bottom_right.x, at.bottom_right.y))
        mm = 150 / 25.4
        for one in places:
            assert one[3] - one[1] > 12 * mm  # what is left of bars of 14 mm between the outermost scan lines
            for other in places:
                beside = max(other[0] - one[2], one[0] - other[2])
                below = max(other[1] - one[3], one[1] - other[3])
                assert one == other or max(beside, below) >= 19.5 * mm


def test_the_pocket_sheet_holds_the_same_codes() -> None:
    pages = pages_of_pdf.pictures(pocket_sheet(SHEET), 203)
    read: set[str] = set().union(*(pages_of_pdf.codes(page) for page in pages))
    assert read == {one.code for one in sheet_codes(SHEET)}


def test_it_says_in_both_languages_what_each_code_does() -> None:
    pages = pages_of_pdf.texts(command_sheet(SHEET))
    wanted = ("命令条码", "确认/全部正常", "Confirm/allgood", "空格", "Backspace", "B12台", "第1/5页", "CMD-EXCEPTION")
    assert [part for part in wanted if part not in pages[0]] == []
    assert "严重" in pages[1] and "退供应商" in pages[2] and "1号箱·重新上架" in pages[4]
    assert all(embedded for _name, embedded in pages_of_pdf.fonts(command_sheet(SHEET)))
    set_language("en")
    assert "Page2/5" in pages_of_pdf.texts(command_sheet(SHEET))[1]


def test_a_command_without_a_primary_action_sounds_wrong() -> None:
    bench = Bench(expected())
    after = commands.command(bench.desk, BenchState(person=INSPECTOR), "OK")
    assert after.effects.sound is Sound.ERROR


def test_a_clients_own_lists_and_totes_are_on_the_sheet_when_a_symbol_holds_them() -> None:
    sale = Word("employee_sale", "员工内购", "Employee sale")
    own = (Word("特殊", "特殊", "Special"), Word("x" * 60, "长", "Long"), sale)
    grai = "4012345123456A17"
    sheet = Sheet("🙂" * 40, own, (TotePlace(grai, 1, "\u202e" * 9, "own", "名" * 5000), TotePlace("箱", 2, "", "")))
    found = [one.code for one in sheet_codes(sheet)]
    assert "CMD-EMPLOYEE-SALE" in found and found[-1] == "80030" + grai
    assert (recognise(found[-1]).kind, recognise(found[-1]).text) == (ScanKind.TOTE, grai)
    for pdf in (command_sheet(sheet), pocket_sheet(sheet)):
        read: set[str] = set().union(*(pages_of_pdf.codes(page) for page in pages_of_pdf.pictures(pdf, 203)))
        assert read == set(found)
