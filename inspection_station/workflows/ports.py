"""What the workflows and the sync engine ask of the outside: everything that a test must be able to fake.

One contract test runs over each fake and its real adapter. Times are UTC ISO 8601 texts with milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from inspection_station.domain.events import InspectionEvent
from inspection_station.domain.inspection import Inspection
from inspection_station.domain.parcels_elsewhere import ParcelElsewhere
from inspection_station.domain.people import Person
from inspection_station.domain.returns import ExpectedReturn


class Clock(Protocol):
    """The station's clock; tests move it by hand."""

    def now(self) -> str:
        """UTC now, ISO 8601 with milliseconds and ``Z``."""

    def offset_ms(self) -> int | None:
        """Centre time minus station time as last learnt; None when never."""

    def local_day(self) -> str:
        """The site's calendar day now, ``YYYY-MM-DD`` (RT numbers and today's count use it)."""

    def day_of(self, text: str) -> str:
        """The site's calendar day of a kept time (UTC); raises ValueError when it is none."""


@dataclass(frozen=True)
class StationIdentity:
    """Who this station is (DECISIONS.md 1); number 0 and an empty centre key until it is enrolled."""

    station_id: str
    code: str
    number: int
    site: str
    random_check_key: bytes = b""


@dataclass(frozen=True)
class InspectionSummary:
    """One line of the history: an item of an inspection, or the inspection itself while it has none."""

    inspection_id: str
    item_id: str
    rt_number: str
    tracking_number: str
    state: str
    name_zh: str
    name_en: str
    variant: str
    sku: str
    identity: str
    grade: str
    disposition: str
    liable: str
    person: str
    station: str
    at: str
    picture: str  # SHA-256 of the photo to show, empty when none
    random_check: bool = False


@dataclass(frozen=True)
class HistoryFilter:
    """What the history shows. `text` finds numbers, SKU, order number, phone tail; `since` is an ISO UTC time;
    `unfinished_only` leaves items without a decision, of inspections that lie open or are parked."""

    text: str = ""
    since: str = ""
    grades: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    disputed_only: bool = False
    unfinished_only: bool = False


class InspectionStore(Protocol):
    """The station's inspections: the events are the truth, everything else is made from them."""

    def append(self, after: Inspection, events: Sequence[InspectionEvent]) -> None:
        """Keep `events` and the rows made from `after` in ONE durable transaction, with their outbox records.

        Also moves the item counter on when an event opens an item, and queues the photos' bytes for upload.

        Raises:
            StationProblem: ``storage.*`` when it cannot be kept; then nothing of it is.
        """

    def events_of(self, inspection_id: str) -> list[InspectionEvent]:
        """All events of one inspection in order; empty when it is not known."""

    def unfinished(self) -> list[str]:
        """Ids of open and parked inspections, the oldest first."""

    def inspections_of_parcel(self, tracking_number: str) -> list[str]:
        """Ids of the inspections of a parcel that are not voided, the newest first."""

    def inspection_of_item(self, rt_number: str) -> str | None:
        """Id of the inspection that holds the item, by its RT number."""

    def match_proposals(self, inspection_id: str = "", limit: int = 50) -> list[tuple[str, str]]:
        """(inspection id, return id) of unclaimed parcels and returns that agree with them and were not declined.

        Written when a return arrives or is corrected (by any fact; of those that agree in nothing but the product or
        the phone tail a few for each parcel), and when a parcel is given a code that names a known return. Those that
        name the return first. Of one inspection, or of all where `inspection_id` is empty.
        """

    def next_item_number(self) -> int:
        """The counter for the next RT number of this station (1 …); `append` makes it used."""

    def history(self, wanted: HistoryFilter, limit: int = 100) -> list[InspectionSummary]:
        """Lines for the history, the newest first."""

    def closed_since(self, since: str) -> list[str]:
        """Close times (ISO UTC) of items decided since then, for today's tally."""


@dataclass(frozen=True)
class WaitingReturn:
    """A line of the queue 本台待检: an expected return not yet inspected; parked, then those that came (`here`), each
    due first."""

    return_id: str
    tracking_number: str
    category: str
    units: int
    refund_due: str
    parked: bool = False
    here: bool = False


@dataclass(frozen=True)
class Tote:
    """A tote as the feed knows it; `slot` is its place at this bench ("1 号箱"), 0 when it has none."""

    code: str
    slot: int
    disposition: str
    vendor: str = ""
    state: str = "open"
    content: int = 0
    capacity: int = 60


class ReferenceStore(Protocol):
    """What the centre told this bench: expected returns, people, totes. Read only for the workflows."""

    def returns_of_parcel(self, tracking_number: str) -> list[ExpectedReturn]:
        """Expected returns that name this (normalised) tracking number."""

    def expected_return(self, return_id: str) -> ExpectedReturn | None:
        """One expected return by its id."""

    def find_returns(self, text: str, limit: int = 20) -> list[ExpectedReturn]:
        """Returns by return, order or tracking number, SKU, GTIN, serial number or the buyer's phone tail.

        Then those with a tracking number that ends so (from four characters on, as people read it off a torn label);
        where the text names none, also those with a number that begins so. Each part due first.
        """

    def returns_by_clues(self, clues: Sequence[str], limit: int = 20) -> list[ExpectedReturn]:
        """Returns that any of the `clues` names; those that most clues name first, then those due first."""

    def line_by_code(self, text: str) -> tuple[str, str, str] | None:
        """SKU, Chinese and English name of the product a code names, from any known return; None if unknown."""

    def queue(self, limit: int = 50) -> tuple[list[WaitingReturn], int]:
        """The queue, parked parcels first and then those due first, and how many parcels wait in all."""

    def is_waiting(self, tracking_number: str) -> bool:
        """Whether a parcel with this number is expected and no inspection of it is closed. From any thread."""

    def parcels_elsewhere(self, tracking_number: str) -> list[ParcelElsewhere]:
        """Inspections of this (normalised) parcel at other benches, the newest first; none while nobody told."""

    def weighed(self, tracking_number: str) -> tuple[int, str]:
        """What this (normalised) parcel weighed at the dock, in grams, and its `weight_flag`; (0, "") when nobody
        weighed it."""

    def people(self) -> list[Person]:
        """Everybody who may sign in."""

    def totes(self) -> list[Tote]:
        """The totes this bench knows."""


@dataclass(frozen=True)
class StoredPhoto:
    """A photo whose bytes are on the disk for good."""

    sha256: str
    path: Path
    size: int
    width: int
    height: int


class PhotoStore(Protocol):
    """Photos by the SHA-256 of their bytes; written once, never changed."""

    def keep(self, jpeg: bytes) -> StoredPhoto:
        """Make the bytes durable (file and folder synced) and return their name.

        Raises:
            StationProblem: ``disk.full``, ``disk.unwritable`` …; then nothing is kept.
        """

    def path(self, sha256: str) -> Path:
        """Where the photo is, or would be."""

    def verify(self, sha256: str) -> bool:
        """Whether the bytes on the disk still have that hash."""


@dataclass(frozen=True)
class OutboxRecord:
    """A record on its way to the centre: an immutable event and the photos it needs there."""

    id: str
    revision: int
    kind: str
    body: Mapping[str, Any]
    blobs: tuple[str, ...] = ()
    attempts: int = 0


@dataclass(frozen=True)
class OutboxCounts:
    """How much waits: records and photos not yet at the centre, refused ones, and the oldest one's time."""

    records: int = 0
    photos: int = 0
    refused: int = 0
    oldest: str = ""


class Outbox(Protocol):
    """Records and photos that wait for the centre. Nothing leaves it but by a verdict."""

    def pending_records(self, limit: int) -> list[OutboxRecord]:
        """The oldest records without a final verdict (those that wait only for photos are not offered again)."""

    def mark(self, record_id: str, verdict: str, detail: str = "") -> None:
        """Note a verdict: ``stored`` | ``duplicate`` | ``need`` | ``conflict`` | ``quarantined`` | ``retry``."""

    def mark_all(self, verdicts: Sequence[tuple[str, str, str]]) -> None:
        """Note many verdicts, each (record id, verdict, detail), in ONE transaction; see `mark`."""

    def pending_photos(self, limit: int) -> list[str]:
        """SHA-256 of photos whose bytes are not at the centre yet, the oldest first."""

    def mark_photo_stored(self, sha256: str) -> None:
        """The centre holds the photo's bytes, by its own hash."""

    def mark_photo_refused(self, sha256: str, reason: str) -> None:
        """The centre refused the photo; it is shown and not offered again."""

    def counts(self) -> OutboxCounts:
        """What waits now."""

    def offer_again(self, record_ids: Sequence[str], photos: Sequence[str]) -> None:
        """The centre lacks these though they were acked (reconcile): they wait again."""

    def sent_ids(self, after: str, limit: int) -> list[tuple[str, str]]:
        """(record id, hash) of records the centre took, in conflict or not, with an id above `after`, by id."""

    def offer_quarantined_again(self) -> None:
        """The centre has begun a new life: what it had put into quarantine waits again, so that it is kept there."""


@dataclass(frozen=True)
class FeedItem:
    """One thing the centre tells: kind ``expected_return`` | ``person`` | ``tote`` | ``safe`` …, id and body."""

    kind: str
    id: str
    body: Mapping[str, Any] = field(default_factory=dict)


class FeedStore(Protocol):
    """Where the feed goes: a page and its cursor in one transaction."""

    def cursor(self) -> tuple[str, str]:
        """(epoch, cursor) as last applied; empty texts before the first page."""

    def apply_page(self, epoch: str, cursor: str, items: Sequence[FeedItem]) -> None:
        """Apply the items and move the cursor in ONE transaction; unknown kinds are kept and passed over."""

    def note(self, name: str, value: str) -> None:
        """Keep a small fact of the sync (centre's clock offset, last success) under a name."""

    def noted(self, name: str) -> str:
        """The fact kept under `name`, or an empty text."""
