"""A centre put back from a backup older than some of its stations: each keeps its number, and nobody shares one."""

from __future__ import annotations

from pathlib import Path

import centre_cases
import pytest
from centre_backups import Bench, centre_in, database_in, pictures
from centre_cases import InProcess, in_process_centre

from inspection_station.server import enrolment, search
from inspection_station.server.backup.making import make_backup
from inspection_station.server.backup.restoring import restore_backup
from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.centre import Centre
from inspection_station.sync.client import CentreClient, Refused, Transport, enrol
from inspection_station.sync.identity import load_or_make_key

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)


def put_back(backups: Path, folder: Path) -> Centre:
    """A centre made of the newest backup."""
    photos = centre_cases.photos_of(folder) or DiskPhotos(folder)
    restore_backup(backups, folder, database_in(folder), photos.keep)
    return in_process_centre(folder)


def enrolled_again(bench: Bench, centre: Centre) -> Bench:
    """The bench with a new code at the centre, as a person does it who sees that it is not known there."""
    transport = Transport("http://centre.test", InProcess(centre))
    code = enrolment.make_enrolment_code(centre, "B9", "华东退货中心")
    given = enrol(transport, code, bench.key, bench.enrolment)
    client = CentreClient(transport, given, bench.key)
    client.hello(0, ("", ""), {})
    return Bench(client, given, bench.key, bench.events)


def new_number(centre: Centre, folder: Path) -> int:
    transport = Transport("http://centre.test", InProcess(centre))
    code = enrolment.make_enrolment_code(centre, "NEW", "华东退货中心")
    return enrol(transport, code, load_or_make_key(folder)).identity.number


@pytest.mark.parametrize("before", [0, 1], ids=["of no station yet", "of one station"])
def test_a_station_enrolled_since_the_backup_is_who_it_was_and_shares_its_number_with_nobody(
    tmp_path: Path, before: int
) -> None:
    centre = centre_in(tmp_path / "centre")
    known = [Bench.at(centre, tmp_path / f"known{n}", "B1") for n in range(before)]
    make_backup(centre, tmp_path / "backups")
    since = [Bench.at(centre, tmp_path / f"since{n}", f"B{n + 2}") for n in range(3)]
    for number, bench in enumerate(since, 1):
        bench.sends(number, pictures(number * 10, 1))
    numbers = [bench.enrolment.identity.number for bench in since]
    assert numbers == [before + 1, before + 2, before + 3]
    centre.close()

    again = put_back(tmp_path / "backups", tmp_path / "again")
    for bench in known:
        bench.moved_to(again).client.hello(0, ("", ""), {})
    with pytest.raises(Refused) as refused:
        since[0].moved_to(again).client.hello(0, ("", ""), {})
    assert refused.value.code == "station.unknown"
    middle = enrolled_again(since[1], again)
    stranger = new_number(again, tmp_path / "stranger")
    assert stranger not in {*numbers, before}, "a number that may be in use is nobody else's"
    back = [enrolled_again(since[0], again), middle, enrolled_again(since[2], again)]
    for was, bench in zip(since, back, strict=True):
        assert bench.enrolment.identity.number == was.enrolment.identity.number
        assert bench.enrolment.identity.station_id == was.enrolment.identity.station_id
        offers = [(event.id, event.hash) for event in bench.events]
        assert sorted(bench.client.reconcile(offers)[0]) == sorted(name for name, _hash in offers)
    assert new_number(again, tmp_path / "another") == stranger + 1
    given = [one["number"] for one in enrolment.list_stations(again)]
    assert len(given) == len(set(given)) == before + 5
    for number, bench in enumerate(back, 1):
        bench.sends(number + 10, pictures(number * 10 + 5, 1))
    assert search.count_everything(again, verify_photos=True)["photos_missing_on_disk"] == 0
    again.close()


def test_whoever_claims_what_another_one_is_gets_a_number_of_its_own(tmp_path: Path) -> None:
    centre = centre_in(tmp_path / "centre")
    first = Bench.at(centre, tmp_path / "first")
    transport = Transport("http://centre.test", InProcess(centre))
    for place, key in enumerate((load_or_make_key(tmp_path / "thief"), first.key)):
        code = enrolment.make_enrolment_code(centre, "B7", "华东退货中心")
        given = enrol(transport, code, key, first.enrolment)
        assert given.identity.number == place + 2
        assert given.identity.station_id != first.enrolment.identity.station_id
    for told in ("", 7, {}, {"station_id": "x", "number": 3}, {"station_id": first.client._station_id, "number": True},
                 {"station_id": first.client._station_id, "number": 1000}):  # fmt: skip
        assert enrolment.read_former(told) is None
    centre.close()
