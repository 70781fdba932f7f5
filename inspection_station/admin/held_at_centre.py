"""What the running centre holds of what this station made, asked over the protocol like any station asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from inspection_station.domain.events import InspectionEvent, photo_hashes
from inspection_station.errors import N_, StationProblem
from inspection_station.protocol.messages import OFFERS_PER_PAGE
from inspection_station.station.assembly import Station
from inspection_station.sync.client import CentreClient, SyncFailure, Transport
from inspection_station.sync.identity import load_enrolment, load_or_make_key


def held_at_centre(
    station: Station, events: Iterable[InspectionEvent], photos: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Those of `events` (ids) and `photos` (SHA-256) that the centre says it holds.

    An event is held when the centre has it with this very hash and all photos it names (``reconcile``, PROTOCOL.md 7);
    a photo when the centre has it whole (``HEAD``, PROTOCOL.md 5). What the station remembers of earlier acks counts
    for nothing here.

    Raises:
        StationProblem: ``demo.centre_silent``, when the centre gives no answer.
        ValueError: the station is not enrolled.
    """
    enrolment = load_enrolment(station.folder)
    if enrolment is None:
        raise ValueError("the station is not enrolled")
    transport = Transport(station.settings.centre.url or enrolment.centre_url)
    client = CentreClient(transport, enrolment, load_or_make_key(station.folder))
    try:
        counts = station.outbox.counts()
        waiting = {"records": counts.records, "photos": counts.photos, "refused": counts.refused}
        now_ms = round(datetime.fromisoformat(station.clock.now()).timestamp() * 1000)
        client.hello(now_ms, station.feed.cursor(), waiting)
        return _held_records(client, list(events)), {name for name in photos if client.photo_offset(name) is None}
    except SyncFailure as failure:
        raise StationProblem(
            "demo.centre_silent",
            N_("The demo's centre does not say what it holds ({reason})."),
            N_("Look into the centre's log."),
            reason=type(failure).__name__,
        ) from failure
    finally:
        client.close()


def _held_records(client: CentreClient, events: list[InspectionEvent]) -> set[str]:
    offers = {event.id: event for event in events}
    held: set[str] = set()
    ids = sorted(offers)
    for start in range(0, len(ids), OFFERS_PER_PAGE):
        page = ids[start : start + OFFERS_PER_PAGE]
        lacks, lacks_photos = client.reconcile([(name, offers[name].hash) for name in page])
        absent = set(lacks_photos)
        held |= {name for name in page if name not in lacks and not absent & set(photo_hashes(offers[name]))}
    return held
