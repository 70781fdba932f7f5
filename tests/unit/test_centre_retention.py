"""Retention: what is past its time goes, what is on hold or in dispute stays, and what went is known to have been."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import centre_people
import pytest
import sqlalchemy as sa
from centre_backups import Bench, centre_in, pictures
from centre_cases import NOW, MovedClock, inspection_events, line_of

from inspection_station.admin.main import main
from inspection_station.domain.custody.acts import Act, ActKind, act_to_json
from inspection_station.domain.custody.acts import hash_of as hash_of_act
from inspection_station.domain.events import hash_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol.messages import make_record, record_line
from inspection_station.server import search
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.making import make_backup
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import CentreSettings, RetentionSettings
from inspection_station.server.opening import photo_remover
from inspection_station.server.retention import Deleted, apply_retention, set_hold
from inspection_station.server.tables import deletion, record

pytestmark = pytest.mark.both_databases
LATER = "2027-03-01T00:00:00.000Z"


def kept_for(folder: Path, clock: MovedClock, **days: int) -> Centre:
    return centre_in(folder, clock, CentreSettings(retention=RetentionSettings(**days)))


def ran(centre: Centre, *, dry_run: bool = False) -> Deleted:
    return apply_retention(centre, photo_remover(centre), dry_run=dry_run)


def called(centre: Centre, number: int) -> str:
    return str(search.find_inspections(centre, f"SF{number:013d}")[0]["id"])


def test_photos_past_their_time_go_and_are_not_missed_by_anybody(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = kept_for(tmp_path / "centre", clock, photo_days=90)
    bench = Bench.at(centre, tmp_path / "b")
    [old] = bench.sends(1, pictures(1, 1))
    [held] = bench.sends(2, pictures(2, 1))
    set_hold(centre, called(centre, 2), "dispute 4711", "test")
    make_backup(centre, tmp_path / "backups")
    clock.time = LATER
    bench.client.hello(0, ("", ""), {})
    [new] = bench.sends(3, pictures(3, 1))
    assert ran(centre, dry_run=True) == Deleted(1, 0, 0)
    assert centre.photos.has(old)
    assert ran(centre) == Deleted(1, 0, 0) and ran(centre) == Deleted(0, 0, 0)
    assert [centre.photos.has(name) for name in (old, held, new)] == [False, True, True]
    told = search.count_everything(centre)
    assert (told["photos"], told["photos_missing_on_disk"], told["records_stored"]) == (2, 0, 15)
    assert bench.client.reconcile([(event.id, event.hash) for event in bench.events]) == ([], [])
    path, made = make_backup(centre, tmp_path / "backups", keep=1)
    assert (made.photos, made.missing) == (2, ())
    assert not KeptPhotos(path.parent / "photos").has(old)
    with centre.database.reader.connect() as connection:
        assert connection.execute(sa.select(deletion.c.id, deletion.c.rule)).all() == [(old, "retention.photo_days=90")]
    centre.close()


def test_a_photo_stays_while_any_inspection_that_names_it_stays(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = kept_for(tmp_path / "centre", clock, photo_days=90)
    bench = Bench.at(centre, tmp_path / "b")
    [shared] = bench.sends(1, pictures(1, 1))
    clock.time = LATER
    bench.client.hello(0, ("", ""), {})
    bench.client.send_records([line_of(event) for event in inspection_events([shared], 2, "SF0000000000002")])
    assert ran(centre) == Deleted(0, 0, 0) and centre.photos.has(shared)
    centre.close()


def test_what_has_not_ended_or_is_in_dispute_with_itself_stays(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = kept_for(tmp_path / "centre", clock, photo_days=1, personal_data_days=1)
    bench = Bench.at(centre, tmp_path / "b")
    [ended] = bench.sends(1, pictures(1, 1))
    unfinished = inspection_events([], 2, "SF0000000000002")[:-1]
    forked = inspection_events([], 3, "SF0000000000003")
    other = replace(forked[1], at="2026-11-21T09:00:00.000Z")
    other = replace(other, hash=hash_of(other))
    bench.client.send_records([line_of(event) for event in (*unfinished, *forked, other)])
    clock.time = LATER
    assert ran(centre) == Deleted(1, 1, 0)
    assert not centre.photos.has(ended)
    assert len(search.find_inspections(centre, "SF000000000000")) == 2
    centre.close()


def about_parcel(number: str, lead: str) -> Act:
    """The dock registered a parcel."""
    facts = {"number": number, "carrier": "SF", "found": "expected", "outside": [], "grams": 0, "flags": []}
    return sealed(ActKind.PARCEL_ARRIVED, f"parcel:{number}", lead, facts)


def about_item(bench: Bench, lead: str) -> Act:
    """A lead looked at the item that the bench decided."""
    name = next(str(event.payload["item_id"]) for event in bench.events if "item_id" in event.payload)
    facts = {"rt_number": "RT-1", "judged_issue": 1, "verdict": "agreed", "grade": "A", "disposition": "restock",
             "reason": "", "label_issue": 1, "note": "as the buyer wrote"}  # fmt: skip
    return sealed(ActKind.ITEM_REVIEWED, f"item:{name}", lead, facts)


def sealed(kind: ActKind, subject: str, lead: str, facts: dict[str, Any]) -> Act:
    act = Act(uuid7(), kind, subject, 1, (), NOW, 0, "B12", "s", lead, facts)
    return replace(act, hash=hash_of_act(act))


def test_personal_data_past_its_time_is_nowhere_in_the_database(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = kept_for(tmp_path / "centre", clock, personal_data_days=365)
    bench = Bench.at(centre, tmp_path / "b")
    bench.sends(1390447120865, pictures(1, 1))
    bench.client.send_records([b'{"broken": "SF1390447120865"'])
    name = called(centre, 1390447120865)
    lead = centre_people.make(centre, "lead").id
    done = (about_parcel("SF1390447120865", lead), about_item(bench, lead))
    lines = [record_line(make_record(act.id, 1, "custody_act", act_to_json(act))) for act in done]
    verdicts = bench.client.send_records(lines)
    assert [one["verdict"] for one in verdicts] == ["stored", "stored"]
    clock.time = "2028-01-01T00:00:00.000Z"
    bench.client.hello(0, ("", ""), {})
    bench.sends(7, pictures(7, 1))
    assert ran(centre) == Deleted(0, 1, 1)
    assert search.find_inspections(centre, "SF1390447120865") == []
    with centre.database.reader.connect() as connection:
        reflected = sa.MetaData()
        reflected.reflect(connection)
        for table in reflected.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert "SF1390447120865" not in str(row), table.name
                assert "as the buyer wrote" not in str(row), table.name
        lines = connection.scalars(sa.select(record.c.line).where(record.c.inspection_id == name)).all()
    assert set(lines) == {""}
    if not centre.database.is_postgres:
        centre.close()
        files = [path for path in (tmp_path / "centre").iterdir() if path.name.startswith("centre.sqlite")]
        assert files and all(b"SF1390447120865" not in path.read_bytes() for path in files)
    # The bench that still has the records and offers them again is told that they are known.
        centre = kept_for(tmp_path / "centre", clock, personal_data_days=365)
    again = bench.moved_to(centre)
    again.client.hello(0, ("", ""), {})
    words = {verdict["verdict"] for verdict in again.client.send_records([line_of(event) for event in bench.events])}
    assert words == {"duplicate"}
    centre.close()


def test_the_command_line_holds_lists_releases_and_tells_what_would_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = kept_for(tmp_path / "centre", MovedClock(), photo_days=1)
    Bench.at(centre, tmp_path / "b").sends(1, pictures(1, 2))
    name = called(centre, 1)
    from centre_backups import database_in

    monkeypatch.setenv("INSPECTION_CENTRE_DATABASE_URL", database_in(tmp_path / "centre"))
    monkeypatch.setenv("INSPECTION_CENTRE_RETENTION_PHOTO_DAYS", "1")

    def run(*words: str) -> dict[str, object]:
        told = [*words, "--json", "--data", str(tmp_path / "centre")]
        assert main(["--language", "en", "central", *told]) == 0
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    assert run("hold", "SF0000000000001", "--reason", "dispute 4711") == {"inspection": name, "held": True}
    [one] = run("holds")["holds"]  # type: ignore[misc]
    assert (one["inspection_id"], one["reason"]) == (name, "dispute 4711")
    assert run("retention", "--dry-run")["photos"] == 0
    assert run("release", name)["held"] is False
    assert run("retention", "--dry-run")["photos"] == 2
    assert run("retention")["photos"] == 2
    assert main(["--language", "en", "central", "release", name, "--data", str(tmp_path / "centre")]) == 1
    assert "retention.not_held" in capsys.readouterr().err
    centre.close()
