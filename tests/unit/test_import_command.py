"""``inspection-station import-returns``: a bench without a centre takes its expected returns from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inspection_station.admin import import_command
from inspection_station.admin.main import main
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference

HEADING = "return_number,tracking_numbers,sku,name_zh,quantity,category,unit_price\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["--language", "en", "import-returns", *words, "--set", f"station.data_folder={tmp_path / 'data'}"])
        return code, *capsys.readouterr()

    return run


def waiting(folder: Path) -> int:
    database = open_database(folder)
    count = StoredReference(database).queue()[1]
    database.close()
    return count


def test_a_file_comes_in_and_a_second_time_changes_nothing(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "returns.csv"
    rows = [f"R{n},SF{n},S,外套,1,apparel,599.00\n" for n in range(1200)]
    table.write_text(HEADING + "".join(rows) + "R9999,,S,外套,1,apparel,1\n", "utf-8")
    code, out, _ = run(str(table), "--preview")
    assert code == 1 and "1200 new, 0 changed" in out and "line 1202, tracking_numbers: must not be empty" in out
    assert waiting(tmp_path / "data") == 0
    code, out, _ = run(str(table), "--errors-to", str(tmp_path / "wrong.csv"))
    assert code == 1 and waiting(tmp_path / "data") == 1200
    assert (tmp_path / "wrong.csv").read_text("utf-8-sig").count("\n") == 2
    table.write_text(HEADING + rows[0].replace("外套", "裤子") + rows[1], "utf-8")
    told = json.loads(run(str(table), "--json")[1])
    assert (told["new"], told["changed"], told["unchanged"], told["faults"]) == (0, 1, 1, [])
    assert waiting(tmp_path / "data") == 1200


def test_a_mapping_that_is_wrong_is_named_by_line_and_key(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("fields: {colour: x}\n")
    (tmp_path / "r.csv").write_text(HEADING)
    code, _, errors = run(str(tmp_path / "r.csv"), "--mapping", str(tmp_path / "m.yaml"))
    assert code == 1 and "m.yaml" in errors and "fields.colour" in errors


def test_a_bench_of_a_centre_takes_no_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inspection_station.sync import identity

    monkeypatch.setattr(identity, "load_enrolment", lambda _folder: object())
    (tmp_path / "r.csv").write_text(HEADING)
    code, _, errors = run(str(tmp_path / "r.csv"))
    assert code == 1 and "[import.has_centre]" in errors


def test_where_the_wrong_rows_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADING + "R1,,S,x,1,apparel,1\n")
    code, _, errors = run(str(tmp_path / "r.csv"), "--errors-to", str(tmp_path / "no" / "such" / "folder.csv"))
    assert code == 1 and "[import.errors_unwritable]" in errors
    assert import_command.PAGE <= 500
