"""The ledger: one verdict per record, once each, in any order, and never at a neighbour's cost."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import MovedClock, in_process_centre, inspection_events, line_of
from storage_cases import VOIDED, Making, item, sha

from inspection_station.domain.events import hash_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol.messages import make_record, record_line
from inspection_station.server import inspections, ledger, returns_feed, search
from inspection_station.server.centre import Centre
from inspection_station.server.tables import inspection, quarantine, record, station
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.ports import FeedItem

STATION = uuid7()
pytestmark = pytest.mark.both_databases


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = in_process_centre(tmp_path / "centre")
    with made.database.writer.begin() as connection:
        connection.execute(
            sa.insert(station).values(
                id=STATION, number=1, code="B12", site="s", public_key="", check_key="", enrolled_at="",
                revoked_at="", forked_at="", last_seen="", app_version="",
            )
        )  # fmt: skip
    yield made
    made.close()


def words(verdicts: list[dict[str, Any]]) -> list[str]:
    return [verdict["verdict"] for verdict in verdicts]


def value(centre: Centre, query: Any) -> Any:
    with centre.database.reader.connect() as connection:
        return connection.scalar(query)


def arrived(centre: Centre, sha256: str) -> None:
    ledger.photo_arrived(
        centre,
        {"sha256": sha256, "size": 1, "format": "JPEG", "width": 1, "height": 1, "station_id": STATION,
         "received_at": ""},
    )  # fmt: skip


def test_a_record_is_stored_once_however_often_it_comes(centre: Centre) -> None:
    lines = [line_of(event) for event in inspection_events()]
    assert words(ledger.take(centre, STATION, [*lines, lines[0]])) == ["stored"] * 4 + ["duplicate"]
    assert words(ledger.take(centre, STATION, lines)) == ["duplicate"] * 4
    assert search.count_everything(centre)["records"] == 4


def test_any_order_of_arrival_gives_the_same_inspection(centre: Centre) -> None:
    events = inspection_events([sha(1), sha(2)])
    shuffled = list(events)
    random.Random(7).shuffle(shuffled)
    for event in shuffled[:-1]:
        ledger.take(centre, STATION, [line_of(event)])
        assert value(centre, sa.select(inspection.c.chain)) == "waiting"
    ledger.take(centre, STATION, [line_of(shuffled[-1])])
    found = search.find_inspections(centre, "SF1234")[0]
    assert (found["chain"], found["state"], found["items"][0]["grade"]) == ("whole", "closed", "A")
    assert found["photos_pending"] == sorted([sha(1), sha(2)])


def test_a_record_whose_photos_are_missing_is_applied_and_becomes_stored_when_they_come(centre: Centre) -> None:
    events = inspection_events([sha(1)])
    verdicts = ledger.take(centre, STATION, [line_of(event) for event in events])
    assert words(verdicts) == ["stored", "stored", "need", "stored", "stored"]
    assert verdicts[2]["need"] == [sha(1)]
    assert search.find_inspections(centre, "SF1234")[0]["state"] == "closed"
    assert words(ledger.take(centre, STATION, [line_of(events[2])])) == ["need"]
    arrived(centre, sha(1))
    assert words(ledger.take(centre, STATION, [line_of(events[2])])) == ["duplicate"]
    assert search.count_everything(centre)["records_stored"] == 5


def test_two_records_with_one_id_are_a_fork_and_both_are_kept(centre: Centre) -> None:
    first = inspection_events()
    other = replace(first[1], at="2026-11-21T09:00:00.000Z")
    other = replace(other, hash=hash_of(other))
    assert words(ledger.take(centre, STATION, [line_of(first[0]), line_of(first[1])])) == ["stored", "stored"]
    assert words(ledger.take(centre, STATION, [line_of(other)])) == ["conflict"]
    assert words(ledger.take(centre, STATION, [line_of(other)])) == ["conflict"]
    assert value(centre, sa.select(sa.func.count()).select_from(record)) == 3
    assert value(centre, sa.select(station.c.forked_at)) != ""
    with centre.database.reader.connect() as connection:
        reading = inspections.read_inspection(connection, first[0].inspection_id)
    assert reading is not None
    assert (reading.state, reading.chain[1].at) == ("forked", first[1].at)


def test_a_cloned_disk_that_went_its_own_way_is_seen_as_a_fork(centre: Centre) -> None:
    first = inspection_events()
    clone = replace(first[1], id=uuid7(), at="2026-11-21T09:00:00.000Z")
    clone = replace(clone, hash=hash_of(clone))
    ledger.take(centre, STATION, [line_of(event) for event in first])
    assert words(ledger.take(centre, STATION, [line_of(clone)])) == ["conflict"]
    assert value(centre, sa.select(inspection.c.chain)) == "forked"
    assert value(centre, sa.select(inspection.c.state)) == "closed"


def test_poison_is_kept_verbatim_and_its_neighbours_are_stored(centre: Centre) -> None:
    good = [line_of(event) for event in inspection_events()]
    poison = [
        b'{"id":"\\u0000"}',
        b"\xff not utf-8 \x00",
        b"[" * 50_000,
        good[0].replace(b"SF1234", b"SF9999"),
        json.dumps({**json.loads(good[1]), "body": {"x": "\ud800"}}).encode(),
        b'{"n":' + b"1" * 9000 + b"}",
    ]
    mixed = [line for pair in zip(good, poison, strict=False) for line in pair] + poison[4:]
    verdicts = ledger.take(centre, STATION, mixed)
    assert words(verdicts) == ["stored", "quarantined"] * 4 + ["quarantined"] * 2
    assert all(verdict["code"] for verdict in verdicts if verdict["verdict"] == "quarantined")
    with centre.database.reader.connect() as connection:
        kept = set(connection.scalars(sa.select(quarantine.c.line)))
    assert kept == set(poison)
    assert words(ledger.take(centre, STATION, poison)) == ["quarantined"] * 6
    assert search.count_everything(centre)["quarantined"] == 6


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"item_id": ["i"], "rt_number": {}, "sku": 7},
        {"tracking_number": [], "match": None, "return_ids": [{}]},
        {"item_id": None, "findings": 2**40, "questions": None},
    ],
)
def test_events_that_no_program_can_make_sense_of_hide_nothing_that_came_before(
    centre: Centre, payload: dict[str, Any]
) -> None:
    events = inspection_events()
    for kind in ("parcel_opened", "item_opened", "photo_taken", "rest_passed", "item_decided", "step_undone"):
        broken = replace(events[-1], id=uuid7(), kind=kind, sequence=5, previous_hash=events[-1].hash, payload=payload)
        broken = replace(broken, inspection_id=events[0].inspection_id)
        broken = replace(broken, hash=hash_of(broken))
        verdicts = ledger.take(centre, STATION, [*(line_of(event) for event in events), sealed(broken)])
        assert words(verdicts)[-1] in ("stored", "conflict", "quarantined")
        assert value(centre, sa.select(inspection.c.tracking_number)) == "SF1234567890123"


def sealed(event: Any) -> bytes:
    from inspection_station.domain.events import event_to_json

    return record_line(make_record(event.id, 1, "inspection_event", event_to_json(event)))


def test_a_kind_of_record_from_a_newer_station_is_kept(centre: Centre) -> None:
    line = record_line(make_record(uuid7(), 1, "custody_moved", {"schema": 9, "new": {"thing": 1}}))
    assert words(ledger.take(centre, STATION, [line])) == ["stored"]


def test_the_centre_says_what_it_lacks(centre: Centre) -> None:
    events = inspection_events([sha(1)])
    ledger.take(centre, STATION, [line_of(event) for event in events[:3]])
    offers = [(event.id, event.hash) for event in events]
    assert ledger.lacking(centre, offers) == ([event.id for event in events[3:]], [sha(1)])
    assert ledger.lacking(centre, [(events[0].id, sha(5))]) == ([events[0].id], [])


@pytest.mark.expects_log("inspection .* cannot be shown: ValueError")
def test_an_inspection_that_cannot_be_shown_is_kept_and_costs_no_other(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = inspection_events(), inspection_events(tracking_number="SF6666666666666")
    plain = inspections.renew

    def renew(connection: Any, ids: Any, now: str) -> None:
        if bad[0].inspection_id in ids:
            raise ValueError("a fault nobody thought of")
        plain(connection, ids, now)

    monkeypatch.setattr(inspections, "renew", renew)
    verdicts = ledger.take(centre, STATION, [line_of(good[0]), line_of(bad[0]), line_of(good[1])])
    assert words(verdicts) == ["stored"] * 3
    chains = {found["id"]: found["chain"] for found in search.find_inspections(centre, "")}
    assert chains == {good[0].inspection_id: "whole", bad[0].inspection_id: "unreadable"}
    monkeypatch.setattr(inspections, "renew", plain)
    ledger.take(centre, STATION, [line_of(bad[1])])
    assert {found["chain"] for found in search.find_inspections(centre, "")} == {"whole"}


def test_the_clock_of_the_centre_is_what_is_noted(tmp_path: Path) -> None:
    clock = MovedClock("2031-01-01T00:00:00.000Z")
    centre = in_process_centre(tmp_path, clock)
    ledger.take(centre, STATION, [line_of(inspection_events()[0])])
    assert value(centre, sa.select(record.c.received_at)) == clock.time
    centre.close()


def told_of_parcels(centre: Centre) -> list[dict[str, Any]]:
    with centre.database.reader.connect() as connection:
        page = returns_feed.read_page(connection, "", 500)
    return [one for one in page["items"] if one["kind"] == "parcel"]


def test_every_bench_is_told_of_a_parcel_when_it_is_opened_and_when_it_is_done(centre: Centre, tmp_path: Path) -> None:
    events = inspection_events()
    ledger.take(centre, STATION, [line_of(events[0])])
    [told] = told_of_parcels(centre)
    assert (told["id"], told["body"]["state"]) == (events[0].inspection_id, "open")
    ledger.take(centre, STATION, [line_of(event) for event in events[1:]])
    [told] = told_of_parcels(centre)
    assert told["body"]["state"] == "closed" and told["body"]["results"][0]["grade"] == "A"
    other_bench = open_database(tmp_path / "other bench")
    StoredFeed(other_bench).apply_page("e", "c", [FeedItem(told["kind"], told["id"], told["body"])])
    [there] = StoredReference(other_bench).parcels_elsewhere(str(told["body"]["tracking_number"]))
    assert (there.inspection_id, there.is_done) == (events[0].inspection_id, True)


def test_a_parcel_that_became_void_is_withdrawn(centre: Centre) -> None:
    making = Making()
    making.add(making.parcel("SF1"), item(uuid7(), 1))
    ledger.take(centre, STATION, [line_of(event) for event in making.events])
    assert told_of_parcels(centre)[0]["body"]["state"] == "open"
    making.add(VOIDED)
    ledger.take(centre, STATION, [line_of(event) for event in making.events])
    assert [one["body"] for one in told_of_parcels(centre)] == [{}]
