"""``inspection-station central``: what an administrator types, and what comes back in words or for a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from centre_cases import in_process_centre, inspection_events, line_of

from inspection_station.admin.main import main
from inspection_station.server import ledger

HEADING = "return_number,tracking_numbers,sku,name_zh,quantity,category,unit_price_minor\n"


@pytest.fixture
def data(tmp_path: Path) -> str:
    centre = in_process_centre(tmp_path / "centre")
    ledger.take(centre, "s", [line_of(event) for event in inspection_events()])
    centre.close()
    return str(tmp_path / "centre")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["--language", "en", "central", *words])
    out, errors = capsys.readouterr()
    return code, out, errors


def test_good_returns_go_in_and_bad_rows_are_named_and_written_to_correct(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, errors = tmp_path / "returns.csv", tmp_path / "errors.csv"
    table.write_text(HEADING + "R1,SF1,S,耳机,1,electronics,100\nR2,SF2,=S,耳机,none,electronics,100\n", "utf-8")
    words = ("import-returns", str(table), "--data", data)
    code, out, _ = run(capsys, *words, "--preview")
    assert code == 1 and "1 new, 0 changed, 0 as they were" in out and "R1  return  SF1" in out
    code, out, _ = run(capsys, *words, "--errors-to", str(errors))
    assert code == 1
    assert "2 rows read, 1 of them not right" in out and "line 3, quantity: must be a whole number" in out
    heading, bad = errors.read_text("utf-8-sig").splitlines()
    assert heading.endswith("error_line,error_column,error") and bad.startswith("R2,SF2,'=S,") and ",3,quantity," in bad
    errors.write_text(errors.read_text("utf-8-sig").replace(",none,", ",2,"), "utf-8")
    code, out, _ = run(capsys, "import-returns", str(errors), "--data", data, "--json")
    told = {"preview": False, "rows": 1, "taken": 1, "new": 1, "changed": 0, "unchanged": 0, "bad_rows": 0}
    assert (code, json.loads(out)) == (0, {**told, "faults": []})
    errors.write_text("number,name,role\nE1,a,boss\n", "utf-8")
    code, out, _ = run(capsys, "import-people", str(errors), "--data", data)
    assert code == 1 and "Nothing was taken; 1 rows are not right" in out


def test_stats_search_and_link_know_the_inspection(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, "stats", "--verify", "--data", data, "--json")[1])
    assert (told["records"], told["inspections"], told["photos_damaged"]) == (4, 1, 0)
    found = json.loads(run(capsys, "search", "SF1234", "--data", data, "--json")[1])["inspections"][0]
    assert (found["state"], found["items"][0]["grade"]) == ("closed", "A")
    assert found["id"] in run(capsys, "search", "--data", data)[1]
    for name in (found["id"], "RT-261121-04300001"):
        linked = json.loads(run(capsys, "link", name, "--viewer", "He Lin", "--data", data, "--json")[1])
        assert linked["inspection"] == found["id"]
        assert linked["url"].startswith("http://127.0.0.1:8765/evidence/") and "He" not in linked["url"][-40:]


def test_secrets_are_shown_once_and_an_epoch_can_be_renewed(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(
        run(capsys, "enrolment-code", "--station-code", "B12", "--site", "s", "--data", data, "--json")[1]
    )
    assert len(made["enrolment_code"]) == 19
    first = json.loads(run(capsys, "create-administrator", "Xu Dong", "--data", data, "--json")[1])
    second = json.loads(run(capsys, "create-administrator", "Xu Dong", "--data", data, "--json")[1])
    assert first["token"] != second["token"]
    assert len(json.loads(run(capsys, "new-epoch", "--data", data, "--json")[1])["epoch"]) == 36


def test_what_is_not_there_is_told_with_its_code(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, told in (
        (("link", "RT-000000-00000000", "--viewer", "v"), "centre.no_inspection"),
        (("revoke-station", "--station-code", "B99"), "centre.no_station"),
        (("import-people", "/nowhere.csv"), "import.unreadable"),
    ):
        code, _, errors = run(capsys, *words, "--data", data)
        assert code == 1 and told in errors


def test_results_are_written_as_the_ending_of_the_file_says_and_no_file_is_replaced_unasked(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending in ("csv", "json", "xlsx"):
        path = tmp_path / f"results.{ending}"
        told = json.loads(run(capsys, "export", str(path), "--data", data, "--json")[1])
        assert told == {"file": str(path), "results": 1}
        code, _, errors = run(capsys, "export", str(path), "--data", data)
        assert code == 1 and "export.file_exists" in errors
    assert "RT-261121-04300001" in (tmp_path / "results.csv").read_text("utf-8-sig")
    assert (tmp_path / "results.xlsx").read_bytes().startswith(b"PK")
    words = ("export", str(tmp_path / "results.csv"), "--replace", "--data", data, "--json")
    assert json.loads(run(capsys, *words, "--to", "2020-01-01")[1])["results"] == 0
    assert json.loads(run(capsys, *words, "--grade", "A,B")[1])["results"] == 1
    assert "export.no_kind" in run(capsys, "export", "results.pdf", "--data", data)[2]
    assert "export.malformed" in run(capsys, *words, "--from", "?")[2]
