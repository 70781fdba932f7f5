"""`sheet` writes the bench's papers from the station's data, from a file or as samples, and says what is missing."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from dataclasses import asdict
from pathlib import Path

import pages_of_pdf
import pytest
import zxingcpp
from factories import INSPECTOR, Bench, expected
from PIL import Image

from inspection_station.admin import sheet_command
from inspection_station.admin.command_line import CommandLine
from inspection_station.admin.demo_people import demo_people, demo_totes
from inspection_station.domain.people import Person, person_to_json
from inspection_station.errors import StationProblem
from inspection_station.locations import machine_data_folder
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.workflows.deciding import confirm
from inspection_station.workflows.ports import FeedItem, Tote


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    sheet_command.register(parser.add_subparsers())
    parsed = parser.parse_args(["sheet", *arguments], argparse.Namespace(command_line=CommandLine({})))
    code: int = parsed.handler(parsed)
    return code


@pytest.fixture
def stored() -> None:
    """A station that knows the demo's people, by the hashes of their badges, and its totes."""
    database = open_database(machine_data_folder())
    items = []
    for one in demo_people():
        digest = hashlib.sha256(one.badge.encode()).hexdigest()
        person = Person(one.id, one.name, one.name_en, one.role, number=one.number, badge_hash=digest)
        items.append(FeedItem("person", one.id, person_to_json(person)))
    for tote in demo_totes():
        body = asdict(Tote(tote.code, tote.slot, tote.disposition, tote.vendor))
        items.append(FeedItem("tote", tote.code, body))
    StoredFeed(database).apply_page("epoch", "1", items)
    database.close()


@pytest.mark.parametrize("kind", sheet_command.KINDS)
def test_a_sample_of_everything_can_be_written(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "纸张.pdf"
    assert run(kind, "--sample", "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert out.read_bytes().startswith(b"%PDF-") and told["bytes"] == out.stat().st_size


def test_the_command_sheet_needs_no_station(tmp_path: Path) -> None:
    assert run("command", "--out", str(tmp_path / "a.pdf")) == 0
    assert run("command", "--size", "100x150", "--out", str(tmp_path / "b.pdf")) == 0


def codes_of(png: Path) -> set[str]:
    with Image.open(io.BytesIO(png.read_bytes())) as image:
        assert image.mode == "1"
        return {found.text for found in zxingcpp.read_barcodes(image.convert("L"))}


def test_a_stored_tote_and_a_stored_persons_badge_as_the_printers_dots(stored: None, tmp_path: Path) -> None:
    person, tote = demo_people()[0], demo_totes()[0]
    assert run("tote", "--totes", tote.code.lower(), "--out", str(tmp_path / "t.png")) == 0
    assert codes_of(tmp_path / "t.png") == {tote.code}
    assert run("badge", "--badge", person.badge, "--size", "60x40", "--out", str(tmp_path / "b.png")) == 0
    assert codes_of(tmp_path / "b.png") == {person.badge}
    assert run("tote", "--out", str(tmp_path / "all.pdf")) == 0


def test_badge_cards_of_a_file(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("badge,name,name_en,role,number\nbadge-77,李雷,Li Lei,lead,77\n", encoding="gb18030")
    assert run("badge", "--people", str(people), "--out", str(tmp_path / "b.png")) == 0
    assert codes_of(tmp_path / "b.png") == {"BADGE-77"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("BADGE-77,李雷,,boss,1", "role"),
        (",李雷,,,1", "badge"),
        ("B77,李雷,,,1", "badge"),
        ("BADGE-77,,,,1", "badge"),
        ("BADGE-77,a\x07b,,,1", "name"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(row: str, column: str, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(f"badge,name,name_en,role,number\nBADGE-1A,Ok,,,\n{row}\n", encoding="utf-8")
    with pytest.raises(StationProblem) as told:
        run("badge", "--people", str(people), "--out", str(tmp_path / "b.pdf"))
    assert (told.value.code, told.value.values["line"], told.value.values["column"]) == ("people.row", 3, column)
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["badge"], "badge.whose"),
        (["badge", "--badge", "BADGE-NOBODY"], "badge.nobodys"),
        (["tote", "--totes", "T-000001X"], "tote.unknown"),
        (["scrap"], "cli.usage"),
        (["command", "--size", "50x30"], "cli.usage"),
        (["tote", "--size", "0x0"], "cli.usage"),
        (["tote", "--size", "15x15"], "tote.no_room"),
        (["restock", "--sample", "9999999"], "cli.usage"),
        (["restock", "--sample", "--number", "单号"], "document.number"),
    ],
)
def test_what_cannot_be_printed_is_told(arguments: list[str], code: str, stored: None, tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as told:
        run(*arguments, "--out", str(tmp_path / "x.pdf"))
    assert told.value.code == code
    assert list(tmp_path.glob("x.pdf")) == []


def test_an_unwritable_file_and_an_unknown_ending_are_told(tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as told:
        run("command", "--out", str(tmp_path / "no" / "folder.pdf"))
    assert told.value.code == "sheet.unwritable"
    with pytest.raises(StationProblem) as told:
        run("command", "--out", str(tmp_path / "a.docx"))
    assert told.value.code == "cli.usage"


def test_the_content_list_of_a_stored_tote_without_items_says_so(stored: None, tmp_path: Path) -> None:
    out = tmp_path / "list.pdf"
    assert run("container-list", "--totes", demo_totes()[0].code, "--number", "cl-1001", "--out", str(out)) == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_content_list_names_the_items_that_were_scanned_into_the_tote(stored: None, tmp_path: Path) -> None:
    tote = next(one.code for one in demo_totes() if one.disposition == "restock")
    bench = Bench(expected(), expected("r2", tracking_numbers=("JT3045678901234",)), station_number=43)
    bench.has_totes(Tote(tote, 1, "restock"))
    inside = confirm(bench.desk, bench.ready(), INSPECTOR, tote)
    outside = confirm(bench.desk, bench.ready(bench.opened("JT3045678901234")), INSPECTOR)
    database = open_database(machine_data_folder())
    for case in (inside, outside):
        StoredInspections(database).append(case.inspection, case.events)
    database.close()
    out = tmp_path / "list.pdf"
    assert run("container-list", "--totes", tote, "--number", "M-CL-20261121-0001", "--out", str(out)) == 0
    [page] = pages_of_pdf.texts(out.read_bytes())
    assert inside.inspection.items[0].rt_number in page and outside.inspection.items[0].rt_number not in page
    assert "合计：1件，1行" in page and tote in page and "演示" not in page
