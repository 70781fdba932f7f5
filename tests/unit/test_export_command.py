"""``central export`` writes results to a file, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from centre_cases import inspection_events, line_of

from inspection_station.admin.main import main
from inspection_station.server import ledger
from inspection_station.server.centre import open_centre


@pytest.fixture
def data(tmp_path: Path) -> Path:
    centre = open_centre(tmp_path / "centre")
    ledger.take(centre, "s", [line_of(event) for event in inspection_events()])
    centre.close()
    return tmp_path / "centre"


def export(data: Path, *arguments: str) -> int:
    return main(["central", "export", "--data", str(data), *arguments])


def test_results_go_to_a_file_of_the_kind_its_name_says(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("json", b'{"results"')):
        target = tmp_path / f"out.{kind}"
        assert export(data, str(target), "--json", "--grade", "A", "--from", "2026-11-21") == 0
        assert json.loads(capsys.readouterr().out) == {"results": 1, "file": str(target)}
        assert target.read_bytes().startswith(start)
    assert export(data, str(tmp_path / "out"), "--format", "csv", "--grade", "U") == 0
    assert (tmp_path / "out").read_bytes().count(b"\n") == 1


def test_what_is_there_is_not_written_over_unasked(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    assert export(data, str(target)) != 0
    assert target.read_text() == "mine"
    assert export(data, str(target), "--replace") == 0
    assert "RT-261121" in target.read_text(encoding="utf-8-sig")
    for wrong in ([str(tmp_path / "out.pdf")], [str(target), "--from", "soon"], [str(tmp_path / "no" / "out.csv")]):
        assert export(data, *wrong) != 0
    assert capsys.readouterr().err
