"""`label` writes a sample label as picture, PDF or printer commands, and says what is wrong with its options."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from factories import INSPECTOR, Bench, expected
from PIL import Image

from inspection_station.admin import label_command
from inspection_station.admin.command_line import CommandLine
from inspection_station.documents.inspection_label import layout
from inspection_station.documents.sample_labels import SAMPLES, sample_label
from inspection_station.domain.identifiers import is_practice_number
from inspection_station.errors import StationProblem
from inspection_station.i18n import in_language, one_line
from inspection_station.locations import machine_data_folder, resources
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.workflows.case import Case
from inspection_station.workflows.deciding import confirm


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    label_command.register(parser.add_subparsers())
    parsed = parser.parse_args(["label", *arguments], argparse.Namespace(command_line=CommandLine({})))
    code: int = parsed.handler(parsed)
    return code


def test_the_picture_is_the_printers_raster_and_decodes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "标签.png"
    assert run("--sample", "flawed", "--out", str(out), "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    with Image.open(out) as image:
        assert (image.size, image.mode) == ((480, 320), "1")
        assert {found.text for found in zxingcpp.read_barcodes(image.convert("L"))} == {told["code"]}
    assert told["dots"] == [480, 320]
    assert told["bytes"] == out.stat().st_size


def test_pdf_and_zpl_are_chosen_by_the_name_or_the_option(tmp_path: Path) -> None:
    assert run("--sample", "--out", str(tmp_path / "a.pdf")) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert run("--size", "50x30", "--dpi", "300", "--format", "zpl", "--out", str(tmp_path / "b")) == 0
    assert b"^PW591^LL354" in (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("kind", label_command.FORMATS)
def test_every_format_is_written_for_dots_that_differ_across_and_down(kind: str, tmp_path: Path) -> None:
    for source in (["--sample", "long"], ["--calibration"]):
        out = tmp_path / f"label.{kind}"
        assert run(*source, "--size", "58.5x40", "--dpi", "203x300", "--out", str(out)) == 0
        data = out.read_bytes()
        begin = {"png": b"\x89PNG", "pdf": b"%PDF-", "zpl": b"^XA", "tspl": b"SIZE 58.5", "escpos": b"\x1b@"}[kind]
        assert begin in data[:40]
        if kind == "zpl":
            assert b"^PW468^LL472" in data


def test_the_calibration_label_scans_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--calibration", "--out", str(tmp_path / "c.png"), "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    with Image.open(tmp_path / "c.png") as image:
        assert {found.text for found in zxingcpp.read_barcodes(image.convert("L"))} == {told["code"]}


def test_a_clients_design_counts_and_a_broken_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = machine_data_folder() / "rules" / "labels"
    folder.mkdir(parents=True)
    shipped = (resources() / "labels" / "60x40.yaml").read_text(encoding="utf-8")
    assert run("--out", str(tmp_path / "shipped.png")) == 0
    (folder / "ours.yaml").write_text(shipped.replace("[2, 14.8, 56, 5.2]", "[2, 14.8, 56, 5]"), encoding="utf-8")
    assert run("--out", str(tmp_path / "own.png")) == 0
    assert (tmp_path / "own.png").read_bytes() != (tmp_path / "shipped.png").read_bytes()
    (folder / "ours.yaml").write_text(shipped.replace("[2, 14.8, 56, 5.2]", "[2, 14.8, 560, 5]"), encoding="utf-8")
    capsys.readouterr()
    assert run("--out", str(tmp_path / "again.png")) == 0
    assert "ours.yaml:" in capsys.readouterr().err
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "shipped.png").read_bytes()


@pytest.mark.parametrize("name", SAMPLES)
def test_no_sample_can_match_a_real_case(name: str) -> None:
    content = sample_label(name)
    assert is_practice_number(content.rt_number)
    assert layout(content).quiet


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--sample", "nothing", "--out", "x.png"], "label.sample_unknown"),
        (["--size", "huge", "--out", "x.png"], "cli.usage"),
        (["--size", "20x30", "--out", "x.png"], "label.too_small"),
        (["--size", "60x400", "--out", "x.png"], "label.too_large"),
        (["--calibration", "--size", "9x9", "--out", "x.png"], "label.too_small"),
        (["--calibration", "--dpi", "100", "--out", "x.png"], "label.resolution_too_low"),
        (["--dpi", "203x9", "--out", "x.png"], "cli.usage"),
        (["--dpi", "0", "--out", "x.png"], "cli.usage"),
        (["--out", "x.docx"], "cli.usage"),
        (["--out", "no/such/folder/x.png"], "label.unwritable"),
    ],
)
def test_wrong_options_are_told_and_nothing_is_written(
    arguments: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StationProblem) as problem:
        run(*arguments)
    assert problem.value.code == code
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def stored() -> Case:
    """A finished inspection of station 043 in this station's database."""
    bench = Bench(expected())
    case = confirm(bench.desk, bench.ready(), INSPECTOR)
    database = open_database(machine_data_folder())
    try:
        StoredInspections(database).append(case.inspection, case.events)
    finally:
        database.close()
    return case


def test_a_stored_items_label_carries_its_own_number_and_issue(stored: Case, tmp_path: Path) -> None:
    number = stored.inspection.items[0].rt_number
    for name in (number, number.lower(), stored.inspection.id):
        assert run("--inspection", name, "--out", str(tmp_path / "stored.png")) == 0
        with Image.open(tmp_path / "stored.png") as image:
            assert {found.text for found in zxingcpp.read_barcodes(image.convert("L"))} == {f"{number}01"}


def test_an_unknown_item_and_a_machine_without_data_are_told(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with pytest.raises(StationProblem) as empty:
        run("--inspection", "RT-261121-04300001", "--out", str(tmp_path / "x.png"))
    assert empty.value.code == "station.no_data"
    assert not machine_data_folder().exists()
    request.getfixturevalue("stored")
    with pytest.raises(StationProblem) as unknown:
        run("--inspection", "RT-261121-04399999", "--out", str(tmp_path / "x.png"))
    assert unknown.value.code == "inspection.unknown"


def test_an_empty_id_is_a_wrong_id_and_never_a_sample(tmp_path: Path) -> None:
    with pytest.raises(StationProblem):
        run("--inspection", "", "--out", str(tmp_path / "label.png"))
    assert not (tmp_path / "label.png").exists()


def test_characters_without_a_glyph_are_told_to_the_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unusual = replace(sample_label("restock"), item_name="\U00020bb7野家")
    monkeypatch.setattr(label_command, "_sample", lambda _name: unusual)
    assert run("--sample", "--out", str(tmp_path / "label.png")) == 0
    assert "\U00020bb7" in capsys.readouterr().err


def test_the_reason_of_the_system_is_said_in_the_persons_language_with_every_sentence_ended(tmp_path: Path) -> None:
    with pytest.raises(StationProblem) as told:
        run("--sample", "--out", str(tmp_path / "absent" / "label.png"))
    with in_language("zh_CN"):
        assert "没有这个文件或文件夹。" in one_line(told.value)
    with in_language("en"):
        assert "No such file or directory. Name" in one_line(told.value)
