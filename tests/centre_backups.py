"""Centres with photos in them, and what a backup of one has to bring back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from centre_cases import InProcess, MovedClock, enrolled, in_process_centre, inspection_events, jpeg, line_of

from inspection_station.domain.events import InspectionEvent
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import CentreSettings, SiteSettings
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.identity import DeviceKey, Enrolment


@dataclass
class Bench:
    """A station that talks to a centre in this process."""

    client: CentreClient
    enrolment: Enrolment
    key: DeviceKey
    events: list[InspectionEvent] = field(default_factory=list)

    @classmethod
    def at(cls, centre: Centre, folder: Path, code: str = "B12") -> Bench:
        """A newly enrolled one that has greeted."""
        transport = Transport("http://centre.test", InProcess(centre))
        enrolment, key = enrolled(centre, transport, folder, code)
        client = CentreClient(transport, enrolment, key)
        client.hello(0, ("", ""), {})
        return cls(client, enrolment, key)

    def sends(self, number: int, photos: list[bytes], *, with_photos: bool = True) -> list[str]:
        """One inspection with these photos; their names."""
        names = [hashlib.sha256(photo).hexdigest() for photo in photos]
        events = inspection_events(names, number, f"SF{number:013d}")
        self.events += events
        verdicts = self.client.send_records([line_of(event) for event in events])
        assert {verdict["verdict"] for verdict in verdicts} <= {"stored", "need"}
        for name, photo in zip(names, photos, strict=True) if with_photos else ():
            assert self.client.send_photo_part(name, photo, 0, len(photo))[0] == "stored"
        return names

    def moved_to(self, centre: Centre) -> Bench:
        """The same station, now talking to another centre (or the same after a restart)."""
        transport = Transport("http://centre.test", InProcess(centre))
        return Bench(CentreClient(transport, self.enrolment, self.key), self.enrolment, self.key, self.events)


def pictures(first: int, count: int) -> list[bytes]:
    """So many different photos."""
    return [jpeg(number) for number in range(first, first + count)]


def centre_in(folder: Path, clock: MovedClock | None = None, settings: CentreSettings | None = None) -> Centre:
    """A centre over `folder` that knows from its settings where it is."""
    made = in_process_centre(folder, clock)
    site = SiteSettings(data_folder=str(folder), least_free_mb=0)
    return replace(made, settings=replace(settings or CentreSettings(), centre=site))


def database_in(folder: Path) -> str:
    """The address of the database of the centre in `folder`, as `restore_backup` wants it."""
    import centre_cases

    return centre_cases.database_of(folder)


def held(centre: Centre, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every row of every table, in order."""
    found: dict[str, Any] = {}
    reflected = sa.MetaData()
    with centre.database.reader.connect() as connection:
        reflected.reflect(connection)
        for table in reflected.sorted_tables:
            if table.name not in without:
                order = list(table.primary_key.columns)
                columns = [column for column in table.c if column.name != "xid"]  # each server counts its own
                query = sa.select(*columns).order_by(*order)
                found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found
