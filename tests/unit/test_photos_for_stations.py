"""Originals that a station fetches back: those of its own site, checked and logged, and no others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import InProcess, in_process_centre, inspection_events, jpeg, line_of, photo_file

from inspection_station.server.centre import Centre
from inspection_station.server.enrolment import make_enrolment_code
from inspection_station.server.tables import viewing
from inspection_station.sync.client import CentreClient, Refused, Transport, enrol
from inspection_station.sync.identity import load_or_make_key

PHOTO = jpeg(7)
NAME = hashlib.sha256(PHOTO).hexdigest()


@dataclass
class Sites:
    """A centre, and greeted stations of any site."""

    centre: Centre
    folder: Path

    def station(self, code: str, site: str) -> CentreClient:
        transport, key = Transport("http://centre.test", InProcess(self.centre)), load_or_make_key(self.folder / code)
        client = CentreClient(transport, enrol(transport, make_enrolment_code(self.centre, code, site), key), key)
        client.hello(0, ("", ""), {})
        return client

    def shown(self) -> list[tuple[str, str, str]]:
        with self.centre.database.reader.connect() as connection:
            rows = connection.execute(sa.select(viewing).order_by(viewing.c.key))
            return [(row.viewer, row.what, row.sha256) for row in rows]


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    centre = in_process_centre(tmp_path / "centre")
    yield Sites(centre, tmp_path)
    centre.close()


def send(client: CentreClient, name: str = NAME, number: int = 1) -> str:
    events = inspection_events([name], number)
    client.send_records([line_of(event) for event in events])
    return events[0].inspection_id


def code_of(client: CentreClient, name: str = NAME) -> str:
    with pytest.raises(Refused) as refused:
        client.picture(name)
    return refused.value.code


def test_a_bench_and_the_others_of_its_site_get_its_photo_back_and_each_time_is_logged(sites: Sites) -> None:
    mine, beside, elsewhere = (sites.station(*one) for one in (("B12", "East"), ("B13", "East"), ("W01", "West")))
    send(mine)
    mine.send_photo_part(NAME, PHOTO, 0, len(PHOTO))
    assert mine.picture(NAME) == beside.picture(NAME) == PHOTO
    assert code_of(elsewhere) == "photo.absent"
    assert sites.shown() == [("station B12", "original", NAME), ("station B13", "original", NAME)]


def test_naming_another_sites_photo_in_a_record_of_its_own_opens_nothing(sites: Sites) -> None:
    mine, elsewhere = sites.station("B12", "East"), sites.station("W01", "West")
    send(mine)
    mine.send_photo_part(NAME, PHOTO, 0, len(PHOTO))
    send(elsewhere, number=2)
    assert code_of(elsewhere) == "photo.absent"
    assert mine.picture(NAME) == PHOTO


def test_a_photo_that_no_record_names_is_given_to_nobody(sites: Sites) -> None:
    mine = sites.station("B12", "East")
    mine.send_photo_part(NAME, PHOTO, 0, len(PHOTO))
    assert code_of(mine) == "photo.absent"
    assert sites.shown() == []


def test_stations_without_a_site_get_their_own_alone(sites: Sites) -> None:
    mine, other = sites.station("B12", ""), sites.station("B13", "")
    send(mine)
    mine.send_photo_part(NAME, PHOTO, 0, len(PHOTO))
    assert mine.picture(NAME) == PHOTO
    assert code_of(other) == "photo.absent"


def test_bytes_that_changed_at_the_centre_are_not_given_out(sites: Sites) -> None:
    mine = sites.station("B12", "East")
    send(mine)
    mine.send_photo_part(NAME, PHOTO, 0, len(PHOTO))
    file = photo_file(sites.centre, NAME)
    file.chmod(0o644)
    file.write_bytes(PHOTO[:-1] + b"x")
    assert code_of(mine) == "photo.absent"
    assert sites.shown() == []
