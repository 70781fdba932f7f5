"""The station's stores in memory, for fast tests of the workflows and the sync engine.

`MemoryStation` puts them together as the database does: what one store writes, the others see. The contract tests
in tests/contract run over these and over the real ones.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspection_station.domain.canonical import canonical_bytes
from inspection_station.domain.check_digits import gtin14
from inspection_station.domain.events import EventKind, InspectionEvent, event_to_json, photo_hashes
from inspection_station.domain.folding import fold
from inspection_station.domain.identifiers import parse_return_label
from inspection_station.domain.inspection import Inspection, InspectionState
from inspection_station.domain.parcels_elsewhere import ParcelElsewhere, parcel_elsewhere_from_json
from inspection_station.domain.people import Person, person_from_json
from inspection_station.domain.returns import ExpectedReturn, return_from_json
from inspection_station.domain.unclaimed import NAMING, agreeing_facts, names_return, texts_known
from inspection_station.errors import StationProblem
from inspection_station.storage.lines import HistoryLine, ReturnNumbers, lines_of
from inspection_station.storage.texts import search_form
from inspection_station.workflows.ports import (
    FeedItem,
    HistoryFilter,
    InspectionSummary,
    OutboxCounts,
    OutboxRecord,
    Tote,
    WaitingReturn,
)

log = logging.getLogger(__name__)


@dataclass
class _Record:
    record: OutboxRecord
    hash: str
    queued_at: str
    state: str = "waiting"
    verdict: str = ""


@dataclass
class MemoryOutbox:
    """`ports.Outbox` in memory."""

    records: dict[str, _Record] = field(default_factory=dict)
    photos: dict[str, list[str]] = field(default_factory=dict)  # SHA-256 → [state, queued at]

    def queue(self, event: InspectionEvent) -> None:
        """Queue an event and its photos."""
        blobs = photo_hashes(event)
        record = OutboxRecord(event.id, 1, "inspection_event", event_to_json(event), blobs)
        self.records[event.id] = _Record(record, event.hash, event.at)
        for sha256 in blobs:
            self.photos.setdefault(sha256, ["waiting", event.at])

    def pending_records(self, limit: int) -> list[OutboxRecord]:
        return [copy.deepcopy(one.record) for one in self.records.values() if one.state == "waiting"][:limit]

    def mark(self, record_id: str, verdict: str, detail: str = "") -> None:
        states = {"stored": "stored", "duplicate": "stored", "conflict": "refused", "quarantined": "refused"}
        if verdict not in (*states, "need", "retry"):
            raise ValueError(verdict)
        one = self.records.get(record_id)
        if one is None:
            return
        one.verdict = verdict
        if verdict in states:
            one.state = states[verdict]
        elif verdict == "need" and one.record.blobs:
            one.state = "need"
            for sha256 in one.record.blobs:
                if self.photos[sha256][0] == "stored":
                    self.photos[sha256][0] = "waiting"
        elif one.state == "waiting":
            one.record = OutboxRecord(**{**vars(one.record), "attempts": one.record.attempts + 1})

    def mark_all(self, verdicts: Sequence[tuple[str, str, str]]) -> None:
        for record_id, verdict, detail in verdicts:
            self.mark(record_id, verdict, detail)

    def pending_photos(self, limit: int) -> list[str]:
        return [sha256 for sha256, (state, _at) in self.photos.items() if state == "waiting"][:limit]

    def mark_photo_stored(self, sha256: str) -> None:
        if sha256 in self.photos:
            self.photos[sha256][0] = "stored"
        for one in self.records.values():
            there = all(self.photos[blob][0] == "stored" for blob in one.record.blobs)
            if one.state == "need" and sha256 in one.record.blobs and there:
                one.state = "stored"

    def mark_photo_refused(self, sha256: str, reason: str) -> None:
        if sha256 in self.photos:
            self.photos[sha256][0] = "refused"

    def counts(self) -> OutboxCounts:
        records = [one for one in self.records.values() if one.state == "waiting"]
        photos = [at for state, at in self.photos.values() if state == "waiting"]
        refused = [1 for one in self.records.values() if one.state == "refused"]
        refused += [1 for state, _at in self.photos.values() if state == "refused"]
        oldest = [one.queued_at for one in records[:1]] + photos[:1]
        return OutboxCounts(len(records), len(photos), len(refused), min(oldest, default=""))

    def offer_again(self, record_ids: Sequence[str], photos: Sequence[str]) -> None:
        for record_id in record_ids:
            if record_id in self.records:
                one = self.records[record_id]
                one.state, one.record = "waiting", OutboxRecord(**{**vars(one.record), "attempts": 0})
        for sha256 in photos:
            if sha256 in self.photos:
                self.photos[sha256][0] = "waiting"

    def sent_ids(self, after: str, limit: int) -> list[tuple[str, str]]:
        taken = [
            (key, one.hash)
            for key, one in self.records.items()
            if one.state in ("stored", "need") or (one.state == "refused" and one.verdict == "conflict")
        ]
        return sorted(each for each in taken if each[0] > after)[:limit]

    def offer_quarantined_again(self) -> None:
        for one in self.records.values():
            if one.state == "refused" and one.verdict == "quarantined":
                one.state, one.record = "waiting", OutboxRecord(**{**vars(one.record), "attempts": 0})


@dataclass
class MemoryReference:
    """`ports.ReferenceStore` in memory; `MemoryFeed` or a test fills it."""

    returns: dict[str, ExpectedReturn] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    known_totes: dict[str, Tote] = field(default_factory=dict)
    weights: dict[str, tuple[int, str]] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)  # shared with MemoryInspections
    elsewhere: dict[str, ParcelElsewhere] = field(default_factory=dict)

    def _sorted(self, found: Sequence[ExpectedReturn]) -> list[ExpectedReturn]:
        return sorted(found, key=lambda one: (one.refund_due, one.id))

    def returns_of_parcel(self, tracking_number: str) -> list[ExpectedReturn]:
        number = search_form(tracking_number)
        return self._sorted(
            [one for one in self.returns.values() if number in map(search_form, one.tracking_numbers)] if number else []
        )

    def expected_return(self, return_id: str) -> ExpectedReturn | None:
        return self.returns.get(return_id)

    def find_returns(self, text: str, limit: int = 20) -> list[ExpectedReturn]:
        code = search_form(text)
        if not code:
            return []
        gtin = gtin14(code) if code.isascii() and code.isdigit() else code
        same = self._sorted([one for one in self.returns.values() if {code, gtin} & _codes(one)])
        found = list(same)
        if 4 <= len(code) <= 12:
            found += self._sorted([one for one in self.returns.values() if _ends_with(one, code)])
        if not same and len(code) >= 4:
            begins = [one for one in self.returns.values() if any(known.startswith(code) for known in _codes(one))]
            found += self._sorted(begins)
        return list({one.id: one for one in found}.values())[:limit]

    def returns_by_clues(self, clues: Sequence[str], limit: int = 20) -> list[ExpectedReturn]:
        named: dict[str, int] = {}
        for clue in dict.fromkeys(map(search_form, clues)):
            gtin = gtin14(clue) if clue.isascii() and clue.isdigit() else clue
            exact = [one for one in self.returns.values() if clue and {clue, gtin} & _codes(one)]
            for one in exact or self.find_returns(clue, 1_000_000):
                named[one.id] = named.get(one.id, 0) + 1
        found = self._sorted([self.returns[key] for key in named])
        return sorted(found, key=lambda one: -named[one.id])[:limit]

    def line_by_code(self, text: str) -> tuple[str, str, str] | None:
        code = search_form(text)
        for one in self.returns.values():
            for line in one.lines:
                if code and line.is_product_code(code):
                    return line.sku, line.name_zh, line.name_en
        return None

    def queue(self, limit: int = 50) -> tuple[list[WaitingReturn], int]:
        lines = []
        for one in self.returns.values():
            for number in dict.fromkeys(map(search_form, one.tracking_numbers)):
                states = {known.state for known in self.inspections.values() if known.tracking_number == number}
                closed = [known for known in self.inspections.values() if known.state == InspectionState.CLOSED]
                bound = any(item.return_id == one.id for known in closed for item in known.items)
                told = any(known.is_done for known in self._elsewhere(number))
                done = told or InspectionState.CLOSED in states or (bound and len(set(one.tracking_numbers)) == 1)
                if not done:
                    parked = InspectionState.PARKED in states
                    category = one.lines[0].category
                    lines.append(WaitingReturn(one.id, number, category, one.units, one.refund_due, parked))
        lines.sort(key=lambda line: (not line.parked, line.refund_due, line.tracking_number))
        return lines[:limit], len({line.tracking_number for line in lines})

    def is_waiting(self, tracking_number: str) -> bool:
        return search_form(tracking_number) in {line.tracking_number for line in self.queue(1_000_000)[0]}

    def _elsewhere(self, number: str) -> list[ParcelElsewhere]:
        return [known for known in self.elsewhere.values() if search_form(known.tracking_number) == number]

    def weighed(self, tracking_number: str) -> tuple[int, str]:
        return self.weights.get(search_form(tracking_number), (0, ""))

    def parcels_elsewhere(self, tracking_number: str) -> list[ParcelElsewhere]:
        found = self._elsewhere(search_form(tracking_number))
        return sorted(found, key=lambda one: one.inspection_id, reverse=True)

    def people(self) -> list[Person]:
        return [self.persons[key] for key in sorted(self.persons)]

    def totes(self) -> list[Tote]:
        return sorted(self.known_totes.values(), key=lambda tote: (tote.slot == 0, tote.slot, tote.code))


def _ends_with(one: ExpectedReturn, code: str) -> bool:
    return any(search_form(number).endswith(code) for number in one.tracking_numbers)


def _codes(one: ExpectedReturn) -> set[str]:
    plain = [one.return_number, one.order_number, one.buyer_phone_tail, *one.tracking_numbers]
    for line in one.lines:
        plain += [line.sku, *line.serial_numbers, *(gtin14(code) for code in line.gtins)]
    return {search_form(text) for text in plain} - {""}


@dataclass
class MemoryInspections:
    """`ports.InspectionStore` in memory. `refuse_with` makes the next append fail as a full disk would."""

    outbox: MemoryOutbox
    reference: MemoryReference
    refuse_with: StationProblem | None = None
    kept: dict[str, list[InspectionEvent]] = field(default_factory=dict)
    lines: list[HistoryLine] = field(default_factory=list)  # in the order of the history, the newest last
    proposed: dict[tuple[str, str], bool] = field(default_factory=dict)  # (inspection, return) → names the return
    counter: int = 0

    def append(self, after: Inspection, events: Sequence[InspectionEvent]) -> None:
        if self.refuse_with is not None:
            problem, self.refuse_with = self.refuse_with, None
            raise problem
        if not events:
            return
        for event in events:
            try:
                nul = rb"\u0000" in canonical_bytes(event_to_json(event))
            except ValueError:
                nul = True
            if nul:
                raise StationProblem("text.unusable", "unusable")
        known = self.kept.get(after.id, [])
        whole = [*known, *events]
        numbers = [event.payload.get("item_number") for event in events if event.kind == EventKind.ITEM_OPENED]
        used = [number for number in numbers if number is not None]
        follows = [event.sequence for event in whole] == list(range(1, len(whole) + 1))
        if known and events[0].previous_hash != known[-1].hash:
            follows = False
        if not follows or (used and min(used) <= self.counter):
            raise StationProblem("inspection.changed_elsewhere", "changed elsewhere")
        if fold(whole) != after:
            raise ValueError("not what its events add up to")
        self.counter = max([self.counter, *used])
        self.kept[after.id] = whole
        self.reference.inspections[after.id] = after
        for event in events:
            self.outbox.queue(event)
        self._keep_lines(after, whole, events)
        if after.match != "none" or after.state == InspectionState.VOIDED:
            self.proposed = {pair: naming for pair, naming in self.proposed.items() if pair[0] != after.id}
            return
        for one in self.reference.returns.values():
            if NAMING.intersection(agreeing_facts(texts_known(whole), one)):
                self.proposed[after.id, one.id] = True

    def told(self, one: ExpectedReturn | None, return_id: str) -> None:
        """A return arrived, was corrected or went away."""
        self.proposed = {pair: naming for pair, naming in self.proposed.items() if pair[1] != return_id}
        for key, events in self.kept.items():
            inspection = self.reference.inspections[key]
            if one is None or inspection.match != "none" or inspection.state == InspectionState.VOIDED:
                continue
            facts = agreeing_facts(texts_known(events), one)
            unsure = [pair for pair, naming in self.proposed.items() if pair[0] == key and not naming]
            if facts and (names_return(facts) or len(unsure) < 5):
                self.proposed[key, return_id] = names_return(facts)

    def match_proposals(self, inspection_id: str = "", limit: int = 50) -> list[tuple[str, str]]:
        found = [
            pair for pair in self.proposed
            if (not inspection_id or pair[0] == inspection_id)
            and pair[1] not in self.reference.inspections[pair[0]].declined
        ]  # fmt: skip
        found.sort(key=lambda pair: pair[1])
        found.sort(key=lambda pair: (self.proposed[pair], pair[0]), reverse=True)
        return found[:limit]

    def _keep_lines(
        self, after: Inspection, whole: Sequence[InspectionEvent], events: Sequence[InspectionEvent]
    ) -> None:
        numbers = {
            one.id: ReturnNumbers(one.order_number, one.return_number, one.buyer_phone_tail)
            for one in self.reference.returns.values()
        }
        decided = {event.payload["item_id"] for event in events if event.kind == EventKind.ITEM_DECIDED}
        fresh = {line.item_id: line for line in lines_of(after, whole, {}, numbers)}
        stays = []
        for line in self.lines:
            if line.inspection_id != after.id:
                stays.append(line)
            elif line.item_id in fresh and line.item_id not in decided:
                stays.append(fresh.pop(line.item_id))
        self.lines = [*stays, *fresh.values()]

    def events_of(self, inspection_id: str) -> list[InspectionEvent]:
        return list(self.kept.get(inspection_id, []))

    def unfinished(self) -> list[str]:
        states = (InspectionState.OPEN, InspectionState.PARKED)
        return [key for key, one in self.reference.inspections.items() if one.state in states]

    def inspections_of_parcel(self, tracking_number: str) -> list[str]:
        number = search_form(tracking_number)
        found = [
            key
            for key, one in self.reference.inspections.items()
            if number and one.tracking_number == number and one.state != InspectionState.VOIDED
        ]
        return found[::-1]

    def inspection_of_item(self, rt_number: str) -> str | None:
        number = search_form(rt_number)
        found = [line.inspection_id for line in self.lines if number and line.rt_number == number]
        return found[-1] if found else None

    def next_item_number(self) -> int:
        return self.counter + 1

    def history(self, wanted: HistoryFilter, limit: int = 100) -> list[InspectionSummary]:
        found = [line for line in reversed(self.lines) if _fits(line, wanted)]
        return [_summary(line) for line in found[:limit]]

    def closed_since(self, since: str) -> list[str]:
        return sorted(
            line.decided_at
            for line in self.lines
            if line.decided_at and line.decided_at >= since and line.state != InspectionState.VOIDED
        )


def _summary(line: HistoryLine) -> InspectionSummary:
    return InspectionSummary(**{name: getattr(line, name) for name in InspectionSummary.__dataclass_fields__})


def _fits(line: HistoryLine, wanted: HistoryFilter) -> bool:
    if wanted.since and line.at < wanted.since:
        return False
    if wanted.grades and line.grade not in wanted.grades:
        return False
    if wanted.dispositions and line.disposition not in wanted.dispositions:
        return False
    if wanted.disputed_only and not line.disputed:
        return False
    if wanted.unfinished_only and (line.decided_at or line.state not in ("open", "parked")):
        return False
    if not wanted.text.strip():
        return True
    form = search_form(wanted.text)
    if not form:
        return False
    label = parse_return_label(form)
    rt = label.rt_number if label else "RT-" + form.removeprefix("RT-")
    names = search_form("\x1f".join((line.sku, line.name_zh, line.name_en, line.variant)))
    begins = (line.rt_number, line.tracking_number, line.order_number, line.return_number)
    return (
        any(number.startswith(form) for number in begins)
        or line.rt_number.startswith(rt)
        or line.tracking_number.endswith(form)
        or line.phone_tail == form
        or form in names
    )


@dataclass
class MemoryFeed:
    """`ports.FeedStore` in memory."""

    reference: MemoryReference
    inspections: MemoryInspections
    at: tuple[str, str] = ("", "")
    notes: dict[str, str] = field(default_factory=dict)
    aside: list[FeedItem] = field(default_factory=list)

    def cursor(self) -> tuple[str, str]:
        return self.at

    def apply_page(self, epoch: str, cursor: str, items: Sequence[FeedItem]) -> None:
        for one in items:
            try:
                self._apply(one)
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("a %s of the feed is malformed; it was kept aside", one.kind)
                self.aside.append(one)
        self.at = (epoch, cursor)

    def _apply(self, one: FeedItem) -> None:
        made: Any
        if not isinstance(one.body, Mapping):
            raise TypeError("a body is a mapping")
        if one.kind == "expected_return":
            known: dict[str, Any] = self.reference.returns
            made = return_from_json(one.body) if one.body else None
        elif one.kind == "person":
            known = self.reference.persons
            made = person_from_json(one.body) if one.body else None
        elif one.kind == "tote":
            known = self.reference.known_totes
            made = Tote(**one.body) if one.body else None
            if made is not None and not isinstance(made.code, str):
                raise ValueError("a tote has a code")
        elif one.kind in ("item", "act"):
            return  # sorting, of which this memory knows nothing
        elif one.kind == "parcel":
            known = self.reference.elsewhere
            made = parcel_elsewhere_from_json(one.id, one.body) if one.body else None
            if one.id in self.reference.inspections:
                return
        else:
            self.aside.append(one)
            return
        if made is None:
            known.pop(one.id, None)
        else:
            known[one.id] = made
        if one.kind == "expected_return":
            self.inspections.told(made, one.id)

    def note(self, name: str, value: str) -> None:
        self.notes[name] = value

    def noted(self, name: str) -> str:
        return self.notes.get(name, "")


class MemoryStation:
    """All four stores of one station, wired as the database wires them."""

    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.reference = MemoryReference()
        self.inspections = MemoryInspections(self.outbox, self.reference)
        self.feed = MemoryFeed(self.reference, self.inspections)
