"""Rules that the centre puts in force reach a station's folder and its work, but never a parcel that is open."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from centre_backups import Bench
from centre_cases import in_process_centre
from station_cases import station_settings
from storage_cases import CLOSED, Making

from inspection_station.admin.main import main
from inspection_station.locations import resources
from inspection_station.station.assembly import Station
from inspection_station.storage.told_rules import ASIDE
from inspection_station.workflows.ports import FeedItem

GENERAL = (resources() / "checklists" / "general.yaml").read_text("utf-8")
SHIPPED = "2026.11.2"


def version(name: str) -> str:
    return re.sub(r"(?m)^version: .*$", f'version: "{name}"', GENERAL, count=1)


def told(text: str, item_id: str = "checklist:general", **facts: Any) -> FeedItem:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    kind, _colon, category = item_id.partition(":")
    body = {"kind": kind, "category": category, "name": "g.yaml", "version": "", "sha256": sha256, "text": text}
    return FeedItem("rule_file", item_id, {**body, **facts})


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(station_settings(tmp_path), tmp_path / "data")
    yield made
    made.close()


def in_force(station: Station) -> str:
    return str(station.desk.book.templates["general"].version)


def apply(station: Station, *items: FeedItem) -> None:
    station.feed.apply_page("e", str(len(items)), items)


def test_what_is_put_in_force_is_worked_by_from_the_next_parcel_on(station: Station) -> None:
    assert in_force(station) == SHIPPED and not station.renew_rules()
    apply(station, told(version("99")))
    assert in_force(station) == SHIPPED, "not in the middle of anything"
    assert station.renew_rules() and in_force(station) == "99"
    assert station.showing.desk is station.desk and not station.renew_rules()


def test_a_parcel_that_is_open_goes_on_by_its_own_rules(station: Station) -> None:
    making = Making(station.store, "B12")
    making.add(making.parcel("SF0000000000001"))
    apply(station, told(version("99")))
    assert not station.renew_rules() and in_force(station) == SHIPPED
    making.add(CLOSED)
    assert station.renew_rules() and in_force(station) == "99"


def test_an_older_version_comes_back_and_so_does_the_shipped_one(station: Station) -> None:
    for name in ("7", "8", "7"):
        apply(station, told(version(name)))
        assert station.renew_rules() and in_force(station) == name
    apply(station, FeedItem("rule_file", "checklist:general", {}))
    assert station.renew_rules() and in_force(station) == SHIPPED
    assert not list((station.folder / "rules" / "checklists").glob("*.yaml"))


def test_a_program_that_died_before_it_wrote_the_files_writes_them_at_its_start(tmp_path: Path) -> None:
    first = Station(station_settings(tmp_path), tmp_path / "data")
    apply(first, told(version("99")))
    first.close()
    again = Station(station_settings(tmp_path), tmp_path / "data")
    assert in_force(again) == "99"
    again.close()


def test_what_people_put_there_stays_but_for_the_same_checklist_under_another_name(station: Station) -> None:
    folder = station.folder / "rules" / "checklists"
    folder.mkdir(parents=True)
    (folder / "ours.yaml").write_text(version("5"), "utf-8")
    other = (resources() / "checklists" / "apparel.yaml").read_text("utf-8")
    (folder / "of ours.yaml").write_text(other, "utf-8")
    apply(station, told(version("99")))
    assert station.renew_rules() and in_force(station) == "99"
    assert station.rules_problem is None
    assert (folder / f"ours.yaml{ASIDE}").read_text("utf-8") == version("5")
    assert (folder / "of ours.yaml").read_text("utf-8") == other


def test_files_that_this_program_cannot_read_leave_what_was_in_force(station: Station) -> None:
    apply(station, told(version("99")))
    station.renew_rules()
    apply(station, told(version("100").replace("questions:", "questionz:", 1)))
    station.renew_rules()
    assert in_force(station) == "99" and station.rules_problem is not None


@pytest.mark.expects_log("malformed")
@pytest.mark.parametrize(
    "item",
    [
        told("a: 1", sha256="0" * 64), told("a: 1", sha256=7), told("a: 1", "spells"), told("a: 1", "checklist:../up"),
        told("a: 1", "rules:x"), told("#" * 300_000),
    ],
)  # fmt: skip
def test_what_is_no_rule_file_is_kept_aside_and_nothing_is_written(station: Station, item: FeedItem) -> None:
    apply(station, item)
    assert not station.renew_rules()
    assert not any((station.folder / "rules").rglob("*.yaml"))


def test_what_the_command_line_puts_in_force_at_the_centre_a_bench_works_by(
    station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    centre = in_process_centre(tmp_path / "centre")
    file = tmp_path / "ours.yaml"
    file.write_text(version("99"), "utf-8")

    def run(*words: str) -> dict[str, Any]:
        assert main(["--language", "en", "central", *words, "--json", "--data", str(tmp_path / "centre")]) == 0
        return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]

    assert run("import-rules", str(file), "--in-force")["in_force"] is True
    assert [one["version"] for one in run("rules")["files"]] == ["99"]
    client, cursor = Bench.at(centre, tmp_path / "key", "B12").client, ""
    for expected in ("99", SHIPPED):
        items, cursor, _more = client.feed(client.epoch, cursor, 500)
        told_now = [FeedItem(str(one["kind"]), str(one["id"]), one["body"]) for one in items]
        station.feed.apply_page(client.epoch, cursor, told_now)
        assert station.renew_rules() and in_force(station) == expected
        if expected == "99":
            run("withdraw-rules", "checklist", "--category", "general")
    file.write_text("questions: [", "utf-8")
    assert main(["--language", "en", "central", "import-rules", str(file), "--data", str(tmp_path / "centre")]) == 1
    assert "rules.faulty" in capsys.readouterr().err
    centre.close()
