"""``rules check`` and ``rules dry-run`` on the command line: what they say in both languages, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factories import SHIPPED
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, one_return, station_settings, tracking_number

from inspection_station.admin import rules_command
from inspection_station.admin.main import main
from inspection_station.station.assembly import Station

TABLE = "rules/decision_table.yaml"
LANGUAGES = ("en", "zh_CN")


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INSPECTION_STATION_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("INSPECTION_STATION_CONFIG", str(tmp_path / "config"))


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def written(folder: Path, text: str, name: str = "candidate.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


@pytest.mark.parametrize(
    "name", [TABLE, "rules/lists.yaml", "policies/default.yaml", "rules/carriers.yaml", "checklists/food.yaml"]
)
def test_a_right_file_of_every_kind_is_said_to_be_right(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SHIPPED / name)
    said = set()
    for language in LANGUAGES:
        assert main(["rules", "check", path, "--language", language]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 2 and all(path in one for one in said)
    assert main(["rules", "check", path, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True and told["kind"] in rules_command.KIND_WORDS and told["version"]


def test_a_broken_file_is_told_with_file_line_key_and_what_would_be_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = shipped(TABLE).replace("    then: B\n", "    then: E\n", 1)
    line = broken[: broken.index("    then: E\n")].count("\n") + 1
    path = written(tmp_path, broken)
    for language, right in (("en", "must be a grade of the lists"), ("zh_CN", "等级")):
        assert main(["rules", "check", path, "--language", language]) == 1
        errors = capsys.readouterr().err
        assert f"candidate.yaml:{line}" in errors and "grade.9.then" in errors and right in errors
    assert main(["rules", "check", path, "--json", "--language", "en"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["file"], told["line"], told["key"]) == (False, "candidate.yaml", line, "grade.9.then")
    assert main(["rules", "dry-run", path, "--since", "2026-11-01"]) == 1


@pytest.mark.parametrize("text", ["", "- a", "shoes: red", "grade: [", "a: *b", "\x00"])
def test_what_is_no_such_file_is_told_and_never_a_fault_of_the_program(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "check", written(tmp_path, text)]) == 1
    assert "candidate.yaml" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", str(tmp_path / "none.yaml"), "--language", "en"]) == 1
    assert "none.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["rules"], ["rules", "check"], ["rules", "dry-run", "x"], ["rules", "dry-run", "x", "--since", "2026-13-01"]],
)
def test_a_wrong_command_line_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--language", "en"]) == 2
    assert capsys.readouterr().err


def test_a_dry_run_without_data_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = f"station.data_folder={tmp_path / 'nothing'}"
    assert main(["rules", "dry-run", str(SHIPPED / TABLE), "--since", "2026-11-01", "--set", place]) == 1
    assert "station.no_data" in capsys.readouterr().err


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station's folder in which three parcels were inspected today."""
    folder = tmp_path_factory.mktemp("station") / "data"
    fill_station(folder, [one_return(number) for number in (1, 2, 3)])
    station = Station(station_settings(folder), folder)
    bench = ScriptedBench(station, PERSON)
    for number in (1, 2, 3):
        bench.work(tracking_number(number))
    station.close()
    return folder


def dry_run(folder: Path, file: str, *words: str) -> list[str]:
    return ["rules", "dry-run", file, "--set", f"station.data_folder={folder}", *words]


def test_a_dry_run_with_the_rules_in_force_moves_nothing(worked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(dry_run(worked, str(SHIPPED / TABLE), "--since", "2020-01-01", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["inspections"], told["items"], told["moved"], told["unknown_returns"]) == (3, 3, [], 0)
    sums = told["money"]["CNY"]
    assert sums["before_minor"] == sums["after_minor"] > 0 and sums["difference"] == "¥0"


def test_a_dry_run_lists_every_item_that_moves_with_rules_units_and_money(
    worked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shipped(TABLE).replace("  - id: G09\n    then: A", "  - id: G99\n    then: B", 1)
    whole, part = "{kind: full}", "{kind: partial, percent: 90}"
    intact = "\n    when: {grade: [A, B]}\n    then: "
    text = text.replace(f"  - id: R06{intact}{whole}", f"  - id: R66{intact}{part}", 1)
    path = written(tmp_path, text)
    assert main(dry_run(worked, path, "--since", "2020-01-01", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["grade"] == [{"from": "A", "to": "B", "units": 3}]
    assert told["counts"]["disposition"] == [{"from": "restock", "to": "restock_open_box", "units": 3}]
    assert told["counts"]["refund"] == [{"from": "full", "to": "partial:90%", "units": 3}]
    assert told["money"]["CNY"]["difference"] == "-¥77.70"
    rules = {move["outcome"]: (move["rule_before"], move["rule_after"]) for move in told["moved"][0]["outcomes"]}
    assert rules["grade"] == ("G09", "G99") and rules["refund"] == ("R06", "R66")
    assert len({one["rt_number"] for one in told["moved"]}) == 3
    for language, words in (("en", ("Restock open box", "G09 → G99")), ("zh_CN", ("开封/二级品上架", "G09 → G99"))):
        assert main(dry_run(worked, path, "--since", "2020-01-01", "--language", language)) == 0
        printed = capsys.readouterr().out
        assert all(word in printed for word in words) and printed.count("RT-") == 3 and "-¥77.70" in printed
        assert "{" not in printed


def test_only_what_was_closed_since_that_day_is_graded_again(worked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(dry_run(worked, str(SHIPPED / TABLE), "--since", "2999-01-01", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["inspections"] == 0


def test_the_progress_of_a_long_run_is_shown_on_a_terminal(
    worked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert main(dry_run(worked, str(SHIPPED / TABLE), "--since", "2020-01-01", "--json")) == 0
    assert "3/3" in capsys.readouterr().err



def test_the_clients_own_rules_are_what_a_candidate_is_checked_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "data" / "rules" / "rules"
    own.mkdir(parents=True)
    school = "  donate_to_school: {zh: 捐校, en: School}\n"
    lists = shipped("rules/lists.yaml").replace("  donate: {", f"{school}  donate: {{")
    (own / "lists.yaml").write_text(lists, encoding="utf-8")
    path = written(tmp_path, shipped(TABLE).replace("    then: donate\n", "    then: donate_to_school\n"))
    place = ["--set", f"station.data_folder={tmp_path / 'data'}"]
    assert main(["rules", "check", path, *place]) == 0
    assert main(["rules", "check", path]) == 1
