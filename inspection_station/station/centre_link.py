"""The station's link to its centre: enrolment, and the sync engine on a database connection of its own. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.station.assembly import Station
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.sync.client import CentreClient, Transport, enrol
from inspection_station.sync.engine import SyncEngine
from inspection_station.sync.feed_watch import FeedWatch
from inspection_station.sync.identity import keep_enrolment, load_enrolment, load_or_make_key
from inspection_station.sync.loop import SyncLoop, SyncState


def transport_to(station: Station, url: str) -> Transport:
    """Connections to the centre at `url` that trust whom the settings say; raises StationProblem ``centre.*``."""
    authority = station.settings.centre.authority
    return Transport(url, site_authority=Path(authority) if authority else None)


def enrol_station(station: Station, url: str, code: str) -> None:
    """Enrol at the centre at `url` with a one-time code and work under what it gives.

    Raises:
        StationProblem: ``centre.unreachable``, ``centre.not_a_centre``, ``centre.authority``, ``enrolment.refused``,
            ``identity.*``.
    """
    transport = transport_to(station, url)
    try:
        keep_enrolment(station.folder, enrol(transport, code, load_or_make_key(station.folder)))
    finally:
        transport.close()
    station.learn_identity()


class CentreLink:
    """Everything the sync works with; made, used and closed by the thread that syncs."""

    def __init__(self, station: Station, on_change: Callable[[SyncState], None]) -> None:
        """Connect what an enrolled station has; raises ValueError when it is not enrolled, else StationProblem."""
        enrolment = load_enrolment(station.folder)
        if enrolment is None:
            raise ValueError("the station is not enrolled")
        self._database = open_database(station.folder, check=False)
        self.outbox = StoredOutbox(self._database)
        url, key = station.settings.centre.url or enrolment.centre_url, load_or_make_key(station.folder)
        self._transport, self._second = transport_to(station, url), transport_to(station, url)
        client = CentreClient(self._transport, enrolment, key)
        self.engine = SyncEngine(
            self.outbox, StoredFeed(self._database), PhotoStore(station.folder / "photos"), client, station.clock,
            stopping=lambda: self.loop.is_stopping(),
        )  # fmt: skip
        self.loop = SyncLoop(self.engine, self.outbox, station.clock, on_change)
        self.watch = FeedWatch(self.engine, client, CentreClient(self._second, enrolment, key), self.loop.ask_feed)

    def attempts(self) -> int:
        """A number that grows with every round and every exchange."""
        return self.loop.rounds + self._transport.exchanges

    def close(self) -> None:
        """End the connections; to be called after the loop has ended."""
        self.watch.stop()
        self._transport.close()
        self._second.close()
        self._database.close()


def is_enrolled(station: Station) -> bool:
    """Whether a centre has enrolled this station."""
    return load_enrolment(station.folder) is not None
