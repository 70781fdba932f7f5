"""The station's link to its centre: enrolment, and the sync engine on a database connection of its own. No Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from inspection_station.errors import StationProblem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.station.assembly import Station
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.person_pins import StoredPins
from inspection_station.storage.pictures import StoredPictures
from inspection_station.storage.safe_photos import StoredSafePhotos
from inspection_station.sync.client import CentreClient, SyncFailure, Transport, enrol
from inspection_station.sync.engine import SyncEngine
from inspection_station.sync.feed_watch import FeedWatch
from inspection_station.sync.identity import keep_enrolment, key_to_enrol, load_enrolment, load_or_make_key
from inspection_station.sync.loop import SyncLoop, SyncState
from inspection_station.sync.original_fetch import PATIENCE, OriginalFetch
from inspection_station.sync.picture_prefetch import PicturePrefetch
from inspection_station.sync.safe_photos import CentreTime, Retention, SafePhotos
from inspection_station.sync.sealed_pins import PinSeal
from inspection_station.sync.transport import TIMEOUT

log = logging.getLogger(__name__)


def transport_to(station: Station, url: str, patience: float = TIMEOUT) -> Transport:
    """Connections to the centre at `url` that trust whom the settings say; raises StationProblem ``centre.*``."""
    authority = station.settings.centre.authority
    return Transport(url, site_authority=Path(authority) if authority else None, patience=patience)


def enrol_station(station: Station, url: str, code: str) -> None:
    """Enrol at the centre at `url` with a one-time code and work under what it gives.

    Raises:
        StationProblem: ``centre.unreachable``, ``centre.not_a_centre``, ``centre.authority``, ``enrolment.refused``,
            ``identity.*``.
    """
    transport, before = transport_to(station, url), load_enrolment(station.folder)
    try:
        given = enrol(transport, code, key_to_enrol(station.folder), before)
        if before is not None and before.identity.site != given.identity.site:
            station.feed.read_again()  # of people it was told by its site
        keep_enrolment(station.folder, given)
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
        url, key = station.settings.centre.url or enrolment.centre_url, load_or_make_key(station.folder)
        station.pin_seal = seal = PinSeal(key)
        self._station, self._on_change = station, on_change
        self._database = open_database(station.folder, check=False)
        StoredPins(self._database).seal_all(seal.close, station.clock.now())
        self.outbox = StoredOutbox(self._database)
        self._transport, self._second = transport_to(station, url), transport_to(station, url)
        client = CentreClient(self._transport, enrolment, key)
        photos = PhotoStore(station.folder / "photos")
        self.engine = SyncEngine(
            self.outbox, StoredFeed(self._database, seal.close, station.ledger), photos, client, station.clock,
            stopping=lambda: self.loop.is_stopping(),
        )  # fmt: skip
        self.loop = SyncLoop(self.engine, self.outbox, station.clock, self._changed)
        self._centre_time = CentreTime(station.clock)
        self.safe_photos = SafePhotos(
            StoredSafePhotos(self._database), photos, client.safe, lambda: client.epoch, self._centre_time,
            lambda: retention_of(station), stopping=self.loop.is_stopping,
        )  # fmt: skip
        self.pictures = PicturePrefetch(
            station.folder / "catalogue", StoredPictures(self._database), client.picture
        )
        self.watch = FeedWatch(self.engine, client, CentreClient(self._second, enrolment, key), self.loop.ask_feed)
        self._third = transport_to(station, url, PATIENCE)
        station.originals = self._originals = OriginalFetch(
            client, CentreClient(self._third, enrolment, key), photos, self._centre_time.now
        )

    def _changed(self, state: SyncState) -> None:
        """On the sync's thread, after every change: tell it; after a round that went through look at the photos."""
        self._centre_time.learn(self.engine.greeting)
        self._station.is_online = state.kind in ("idle", "sending") and bool(state.last_success)
        self._on_change(state)
        if not self._station.is_online:
            return
        try:
            self.safe_photos.after_round()
        except StationProblem as problem:
            log.info("photos were not looked at: %s", problem.code)
        try:
            self.pictures.after_round(self.loop.is_stopping)
        except (SyncFailure, OSError, StationProblem) as error:
            log.info("pictures were not fetched: %s", type(error).__name__)

    def attempts(self) -> int:
        """A number that grows with every round and every exchange."""
        return self.loop.rounds + self._transport.exchanges

    def close(self) -> None:
        """End the connections; to be called after the loop has ended."""
        self.watch.stop()
        self._transport.close()
        self._second.close()
        if self._station.originals is self._originals:
            self._station.originals = None
        self._third.close()
        self._database.close()


def retention_of(station: Station) -> Retention:
    """How long photos that are safe stay here, as the settings say now."""
    return Retention(station.settings.storage.retention_days, station.settings.storage.full_percent)


def is_enrolled(station: Station) -> bool:
    """Whether a centre has enrolled this station."""
    return load_enrolment(station.folder) is not None
