"""A client's rule files: a broken one never takes the place of one that worked, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from factories import SHIPPED, rule_book
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, one_return, station_settings, tracking_number

from inspection_station.errors import DataFileProblem
from inspection_station.i18n import in_language, sentences
from inspection_station.station.assembly import Station
from inspection_station.workflows import rule_book as files
from inspection_station.workflows.rule_book import (
    RULES,
    keep_in_force,
    load_candidate,
    rule_book_or_shipped,
)

TABLE = "rules/decision_table.yaml"


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def own_version(folder: Path, version: str) -> None:
    put(folder, TABLE, shipped(TABLE).replace(f'version: "{rule_book().rules.version}"', f'version: "{version}"'))


def in_force(own: Path, kept: Path) -> str:
    return rule_book_or_shipped(SHIPPED, own, kept)[0].rules.version


def test_a_station_goes_on_with_the_version_before_a_broken_one_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    fill_station(folder, [one_return(1)])
    own_version(folder / RULES, "client 1")
    Station(station_settings(folder), folder).close()
    put(folder / RULES, TABLE, "version: client 2\ngrade:\n  - id: G01\n    then: Z\n")
    station = Station(station_settings(folder), folder)
    assert station.desk.book.rules.version == "client 1"
    problem = station.rules_problem
    assert isinstance(problem, DataFileProblem) and (problem.line, problem.key) == (4, "grade.0.then")
    for language in ("en", "zh_CN"):
        with in_language(language):
            what, to_do = sentences(problem)
        assert "decision_table.yaml:4" in what and to_do
    bench = ScriptedBench(station, PERSON)
    bench.work(tracking_number(1))
    assert bench.state.last is not None and bench.state.last.grade == "A"
    station.close()
    own_version(folder / RULES, "client 2")
    station = Station(station_settings(folder), folder)
    assert (station.desk.book.rules.version, station.rules_problem) == ("client 2", None)
    station.close()


def test_the_last_good_files_count_together_never_half_of_them(tmp_path: Path) -> None:
    own, kept = tmp_path / "own", tmp_path / "kept"
    own_version(own, "client 1")
    policies = shipped("policies/default.yaml")
    put(own, "policies/default.yaml", policies.replace("high_value_minor: 100000", "high_value_minor: 7"))
    keep_in_force(own, kept)
    own_version(own, "client 2")
    put(own, "policies/default.yaml", "version: broken")
    book, problem = rule_book_or_shipped(SHIPPED, own, kept)
    assert problem is not None
    assert (book.rules.version, book.policies.terms.high_value_minor) == ("client 1", 7)


def test_files_taken_away_again_leave_the_shipped_ones_in_force(tmp_path: Path) -> None:
    own, kept = tmp_path / "own", tmp_path / "kept"
    own_version(own, "client 1")
    keep_in_force(own, kept)
    (own / TABLE).unlink()
    keep_in_force(own, kept)
    put(own, TABLE, "broken")
    assert in_force(own, kept) == rule_book().rules.version


def test_what_was_kept_is_used_only_as_it_was_kept(tmp_path: Path) -> None:
    own, kept = tmp_path / "own", tmp_path / "kept"
    own_version(own, "client 1")
    keep_in_force(own, kept)
    put(own, TABLE, "broken")
    assert in_force(own, kept) == "client 1"
    (copy,) = kept.glob(f"*/{TABLE}")
    copy.write_text(copy.read_text(encoding="utf-8").replace("client 1", "client X"), encoding="utf-8")
    assert in_force(own, kept) == rule_book().rules.version


@pytest.mark.parametrize("dies_at", range(1, 5))
def test_a_program_that_dies_while_keeping_leaves_the_version_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    own, kept = tmp_path / "own", tmp_path / "kept"
    own_version(own, "client 1")
    put(own, "policies/default.yaml", shipped("policies/default.yaml"))
    keep_in_force(own, kept)
    own_version(own, "client 2")
    put(own, "checklists/general.yaml", shipped("checklists/general.yaml"))
    write, written = files.write_durably, 0

    def dying(target: Path, content: bytes, **options: bool) -> None:
        nonlocal written
        written += 1
        if written == dies_at:
            raise KeyboardInterrupt
        write(target, content, **options)

    monkeypatch.setattr(files, "write_durably", dying)
    with pytest.raises(KeyboardInterrupt):
        keep_in_force(own, kept)
    monkeypatch.undo()
    broken = tmp_path / "broken"
    put(broken, TABLE, "broken")
    assert in_force(broken, kept) == "client 1"
    keep_in_force(own, kept)
    assert in_force(broken, kept) == "client 2"
    assert len([one for one in kept.iterdir() if one.is_dir()]) == 1


def test_a_disk_that_takes_no_copy_is_no_reason_not_to_work(
    tmp_path: Path, expects_log: Callable[[str], None]
) -> None:
    own, kept = tmp_path / "own", tmp_path / "kept"
    own_version(own, "client 1")
    kept.write_text("a file stands where the folder should be")
    expects_log("could not be kept")
    keep_in_force(own, kept)
    assert in_force(own, kept) == "client 1"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rules/lists.yaml", "lists"), (TABLE, "rules"), ("policies/default.yaml", "policies"),
        ("rules/carriers.yaml", "carriers"), ("checklists/toys.yaml", "checklist"),
    ],
)  # fmt: skip
def test_a_candidate_is_known_by_its_keys_whatever_it_is_called(tmp_path: Path, name: str, kind: str) -> None:
    put(tmp_path, "some.yaml", shipped(name))
    candidate, book = load_candidate(SHIPPED, None, tmp_path / "some.yaml")
    assert candidate.kind == kind and candidate.version
    assert candidate.category == ("toys" if kind == "checklist" else "")
    assert book.rules == rule_book().rules


def test_what_is_none_of_them_is_told(tmp_path: Path) -> None:
    put(tmp_path, "some.yaml", "shoes: red")
    with pytest.raises(DataFileProblem) as told:
        load_candidate(SHIPPED, None, tmp_path / "some.yaml")
    assert told.value.code == "data_file.invalid"


@pytest.mark.parametrize(
    ("there", "instead", "key"),
    [
        ("then: [back, tag, serial, close_up]", "then: [back, x_ray]", "extra_photos.1.then.1"),
        ("{liable: {all_of: [buyer, vendor]}}", "{answer: {no such row: pass}}", "refund.7.when.answer.no such row"),
    ],
)
def test_rules_name_only_shots_and_rows_that_a_checklist_has(
    tmp_path: Path, there: str, instead: str, key: str
) -> None:
    text = shipped(TABLE)
    assert there in text
    put(tmp_path, "rules.yaml", text.replace(there, instead, 1))
    with pytest.raises(DataFileProblem) as told:
        load_candidate(SHIPPED, None, tmp_path / "rules.yaml")
    assert told.value.key == key


def test_lists_that_other_files_no_longer_fit_are_refused_with_the_file_that_does_not(tmp_path: Path) -> None:
    put(tmp_path, "lists.yaml", shipped("rules/lists.yaml").replace("  A: {", "  X: {"))
    with pytest.raises(DataFileProblem) as told:
        load_candidate(SHIPPED, None, tmp_path / "lists.yaml")
    assert told.value.file == "decision_table.yaml"
