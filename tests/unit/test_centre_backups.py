"""Backups: verified by restoring them, cheap where nothing is new, never half; and the centre they bring back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from centre_backups import Bench, centre_in, database_in, held, pictures
from centre_cases import MovedClock, in_process_centre, inspection_events, line_of

from inspection_station.admin.main import main
from inspection_station.errors import StationProblem
from inspection_station.server import ledger, search
from inspection_station.server.backup import manifest as manifests
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.making import make_backup
from inspection_station.server.backup.restoring import restore_backup
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.damaged_photos import list_damaged
from inspection_station.server.upkeep import only_one

pytestmark = pytest.mark.both_databases
CHANGED = ("fact", "backup", "backed_up_record", "backed_up_photo", "feed_item")


def restored(backup: Path, folder: Path) -> Centre:
    photos = KeptPhotos(folder / "photos")
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    restore_backup(backup, folder, database_in(folder), photos.keep)
    return in_process_centre(folder)


def test_a_restored_centre_has_every_row_and_photo_and_a_new_epoch(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    bench = Bench.at(centre, tmp_path / "b")
    names = bench.sends(1, pictures(1, 3)) + bench.sends(2, pictures(4, 2))
    bench.client.send_records([b"{broken", b'{"nul": "\\u0000"}'])
    before, epoch = held(centre, CHANGED), centre.epoch()
    _path, made = make_backup(centre, tmp_path / "backups")
    assert (made.records, made.photos, made.missing, made.epoch) == (13, 5, (), epoch)
    assert not list((tmp_path / "backups").glob("*.part"))
    again = restored(tmp_path / "backups", tmp_path / "again")
    assert held(again, CHANGED) == before
    assert again.epoch() != epoch
    told = search.count_everything(again, verify_photos=True)
    assert (told["photos"], told["photos_damaged"], told["quarantined"]) == (5, 0, 2)
    assert all(again.photos.has(name) for name in names)
    # New rows are numbered on, and the feed can be read from the beginning.
    moved = bench.moved_to(again)
    moved.client.hello(0, ("", ""), {})
    assert moved.sends(3, pictures(9, 1))
    kinds = [item["kind"] for item in moved.client.feed(again.epoch(), "", 100)[0]]
    assert kinds.count("parcel") == 3
    lacks = moved.client.reconcile([(event.id, event.hash) for event in moved.events])
    assert lacks == ([], [])
    centre.close()
    again.close()


def test_a_second_backup_copies_only_what_is_new(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = centre_in(tmp_path / "centre", clock)
    bench = Bench.at(centre, tmp_path / "b")
    first = bench.sends(1, pictures(1, 3))
    make_backup(centre, tmp_path / "backups")
    kept = KeptPhotos(tmp_path / "backups" / "photos")
    before = {name: kept.path(name).stat().st_ino for name in first}
    clock.time = "2026-11-22T02:42:33.120Z"
    bench.client.hello(0, ("", ""), {})
    bench.sends(2, pictures(7, 1))
    _path, made = make_backup(centre, tmp_path / "backups")
    assert made.photos == 4 and len(list(kept.names())) == 4
    assert {name: kept.path(name).stat().st_ino for name in first} == before
    assert [one.photos for _path, one in manifests.backups_in(tmp_path / "backups")] == [3, 4]
    centre.close()


def test_a_photo_is_safe_when_it_and_all_records_that_name_it_are_in_a_verified_backup(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    bench = Bench.at(centre, tmp_path / "b")
    shared, own = pictures(1, 2)
    names = bench.sends(1, [shared, own])
    late = bench.sends(2, pictures(5, 1), with_photos=False)
    assert bench.client.safe(names) == []
    make_backup(centre, tmp_path / "backups")
    assert bench.client.safe([names[1], *late, "0" * 64, names[0]]) == [names[1], names[0]]
    told = [item for item in bench.client.feed(centre.epoch(), "", 100)[0] if item["kind"] == "backup"]
    assert [(item["id"], list(item["body"])) for item in told] == [("latest", ["completed_at"])]
    # The photo that came later is at the centre and in no backup; a record named since makes another unsafe again.
    assert bench.client.send_photo_part(late[0], pictures(5, 1)[0], 0, len(pictures(5, 1)[0]))[0] == "stored"
    bench.events += (more := inspection_events([names[0]], 3, "SF0000000000003"))
    bench.client.send_records([line_of(event) for event in more])
    assert bench.client.safe([*names, *late]) == [names[1]]
    make_backup(centre, tmp_path / "backups")
    assert bench.client.safe([*names, *late]) == [*names, *late]
    renew_epoch(centre)
    assert bench.client.safe(names) == []
    make_backup(centre, tmp_path / "backups")
    assert bench.client.safe(names) == names
    centre.close()


def test_a_photo_the_centre_lost_is_told_and_is_not_safe_but_stays_in_backups_that_have_it(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = centre_in(tmp_path / "centre", clock)
    bench = Bench.at(centre, tmp_path / "b")
    kept, lost = bench.sends(1, pictures(1, 2))
    (tmp_path / "centre" / "photos" / lost[:2] / lost).unlink()
    _path, made = make_backup(centre, tmp_path / "backups")
    assert (made.photos, made.missing) == (1, (lost,))
    assert bench.client.safe([kept, lost]) == [kept]
    (tmp_path / "centre" / "photos" / kept[:2] / kept).unlink()
    clock.time = "2026-11-22T02:42:33.120Z"
    _path, made = make_backup(centre, tmp_path / "backups")
    assert (made.photos, made.missing) == (1, (lost,))
    again = restored(tmp_path / "backups", tmp_path / "again")
    assert again.photos.verify(kept)
    centre.close()
    again.close()


def test_a_flipped_byte_in_the_backup_is_found_and_copied_again(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = centre_in(tmp_path / "centre", clock)
    [name] = Bench.at(centre, tmp_path / "b").sends(1, pictures(1, 1))
    make_backup(centre, tmp_path / "backups")
    kept = KeptPhotos(tmp_path / "backups" / "photos")
    data = bytearray(kept.path(name).read_bytes())
    data[30] ^= 1
    kept.path(name).chmod(0o644)
    kept.path(name).write_bytes(data)
    assert kept.read(name) is None
    clock.time = "2026-11-22T02:42:33.120Z"
    _path, made = make_backup(centre, tmp_path / "backups")
    assert made.missing == () and kept.read(name) is not None
    centre.close()


@pytest.mark.parametrize("what", ["database/record.jsonl.gz", "photos.txt", "manifest.json"])
def test_a_backup_that_was_changed_or_cut_off_is_refused_and_makes_no_centre(tmp_path: Path, what: str) -> None:
    centre = centre_in(tmp_path / "centre")
    Bench.at(centre, tmp_path / "b").sends(1, pictures(1, 1))
    path, _made = make_backup(centre, tmp_path / "backups")
    (path / what).write_bytes((path / what).read_bytes()[:-5])
    with pytest.raises(StationProblem, match=r"backup\.damaged"):
        restored(path, tmp_path / "again")
    assert not (tmp_path / "again" / "centre.sqlite").exists()
    centre.close()


def test_a_living_centre_is_never_overwritten(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    make_backup(centre, tmp_path / "backups")
    before = held(centre)
    with pytest.raises(StationProblem, match=r"restore\.centre_exists"):
        restored(tmp_path / "backups", tmp_path / "centre")
    assert held(centre) == before
    with pytest.raises(StationProblem, match=r"backup\.none"):
        restored(tmp_path / "b", tmp_path / "again")
    centre.close()


def test_old_backups_go_and_the_photos_only_they_had(tmp_path: Path) -> None:
    clock = MovedClock()
    centre = centre_in(tmp_path / "centre", clock)
    bench = Bench.at(centre, tmp_path / "b")
    for day in range(1, 5):
        clock.time = f"2026-11-2{day}T02:42:33.120Z"
        bench.client.hello(0, ("", ""), {})
        bench.sends(day, pictures(day, 1))
        make_backup(centre, tmp_path / "backups", keep=2)
    kept = KeptPhotos(tmp_path / "backups" / "photos")
    kept.keep(gone := hashlib.sha256(b"nobody's").hexdigest(), b"nobody's")
    assert [one.photos for _path, one in manifests.backups_in(tmp_path / "backups")] == [3, 4]
    clock.time = "2026-11-25T02:42:33.120Z"
    make_backup(centre, tmp_path / "backups", keep=1)
    assert [one.photos for _path, one in manifests.backups_in(tmp_path / "backups")] == [4]
    assert len(list(kept.names())) == 4 and not kept.has(gone)
    centre.close()


def test_two_backups_at_once_are_one_too_many(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    with only_one(centre), pytest.raises(StationProblem, match=r"centre\.upkeep_busy"):
        make_backup(centre, tmp_path / "backups")
    make_backup(centre, tmp_path / "backups")
    centre.close()


def test_half_a_backup_of_a_program_that_died_counts_for_nothing_and_is_cleared_away(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    Bench.at(centre, tmp_path / "b").sends(1, pictures(1, 1))
    path, _made = make_backup(centre, tmp_path / "backups")
    left = path.with_name(path.name + ".part")
    shutil.copytree(path, left)
    shutil.rmtree(path)
    assert manifests.backups_in(tmp_path / "backups") == []
    make_backup(centre, tmp_path / "backups")
    assert not left.exists() and len(manifests.backups_in(tmp_path / "backups")) == 1
    centre.close()


def test_the_command_line_backs_up_lists_and_restores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.nice", lambda _more: 0)
    centre = centre_in(tmp_path / "centre")
    bench = Bench.at(centre, tmp_path / "b")
    names = bench.sends(1, pictures(1, 2))
    monkeypatch.setenv("INSPECTION_CENTRE_DATABASE_URL", database_in(tmp_path / "centre"))
    words = ["--language", "en", "central"]
    backups = str(tmp_path / "backups")
    assert main([*words, "backup", backups, "--data", str(tmp_path / "centre"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["records"], told["photos"], told["photos_missing"], told["same_disk"]) == (6, 2, 0, True)
    assert bench.client.safe(names) == names
    assert main([*words, "backups", backups, "--json"]) == 0
    assert [one["photos"] for one in json.loads(capsys.readouterr().out)["backups"]] == [2]
    monkeypatch.setenv("INSPECTION_CENTRE_DATABASE_URL", database_in(tmp_path / "again"))
    assert main([*words, "restore", backups, "--data", str(tmp_path / "again")]) == 0
    out = capsys.readouterr().out
    assert "offers all it ever sent" in out and "records: 6" in out
    assert main([*words, "restore", backups, "--data", str(tmp_path / "again")]) == 1
    assert "restore.centre_exists" in capsys.readouterr().err
    again = in_process_centre(tmp_path / "again")
    assert ledger.lacking(again, [(event.id, event.hash) for event in bench.events]) == ([], [])
    centre.close()
    again.close()


def test_a_scrub_mends_from_the_backup_and_what_nobody_has_is_safe_no_more(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    expects_log: Callable[[str], None],
) -> None:
    monkeypatch.setattr("os.nice", lambda _more: 0)
    centre = centre_in(tmp_path / "centre")
    bench = Bench.at(centre, tmp_path / "b")
    names = bench.sends(1, pictures(1, 3))
    path, _made = make_backup(centre, tmp_path / "backups")
    for name in names[:2]:
        photo = tmp_path / "centre" / "photos" / name[:2] / name
        photo.chmod(0o644)
        photo.write_bytes(b"x" + photo.read_bytes()[1:])
    KeptPhotos(path.parent / "photos").path(names[1]).unlink()
    assert bench.client.safe(names) == names
    monkeypatch.setenv("INSPECTION_CENTRE_DATABASE_URL", database_in(tmp_path / "centre"))
    monkeypatch.setenv("INSPECTION_CENTRE_BACKUP_FOLDER", str(tmp_path / "backups"))
    expects_log("a stored photo is damaged; a backup gave it back|a stored photo is damaged")
    words = ["--language", "en", "central", "scrub", "--data", str(tmp_path / "centre"), "--json"]
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["mended"], told["lacking"]) == (1, [names[0]], 1)
    assert sorted(told["damaged"]) == sorted(names[:2])
    assert bench.client.safe(names) == [names[0], names[2]]

    def asked_for() -> dict[str, Any]:
        items = bench.client.feed(bench.client.epoch, "", 500)[0]
        return {item["id"]: item["body"] for item in items if item["kind"] == "damaged"}

    assert {name: body["what"] for name, body in asked_for().items()} == {names[1]: "damaged"}
    assert [one["sha256"] for one in list_damaged(centre)] == [names[1]]
    right = pictures(1, 3)[1]
    assert bench.client.send_photo_part(names[1], right, 0, len(right))[0] == "stored"
    assert asked_for() == {names[1]: {}}
    assert list_damaged(centre) == []
    mended = {one["sha256"]: (one["mended_from"], one["station"]) for one in list_damaged(centre, mended=True)}
    assert mended == {names[0]: ("backup", "B12"), names[1]: ("station", "B12")}
    centre.close()
