"""What other systems are told of inspections: each fact once, what is not true any more named, nobody's data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import in_process_centre, inspection_events, line_of
from storage_cases import CLOSED, PARKED, RESUMED, VOIDED, Making, decided, expected, item

from inspection_station.domain.events import EventKind, InspectionEvent
from inspection_station.domain.returns import return_to_json
from inspection_station.server import inspections, ledger
from inspection_station.server.centre import Centre
from inspection_station.server.outgoing.bodies import occurred_at, plain
from inspection_station.server.outgoing.facts import facts_of
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import outgoing_event, station

both = pytest.mark.both_databases
IDENTIFIED = (EventKind.ITEM_IDENTIFIED, {"item_id": "i1", "finding": "match", "by": "scan", "code": "SN-778"})


def reopened(item_id: str = "i1") -> Any:
    return EventKind.INSPECTION_REOPENED, {"item_id": item_id}


def told(centre: Centre, *columns: str) -> list[Any]:
    wanted = [outgoing_event.c[name] for name in columns or ("type",)]
    with centre.database.reader.connect() as connection:
        rows = connection.execute(sa.select(*wanted).order_by(outgoing_event.c.seq)).all()
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def takes(centre: Centre, events: Sequence[InspectionEvent], station_id: str = "s") -> None:
    for verdict in ledger.take(centre, station_id, [line_of(event) for event in events]):
        assert verdict["verdict"] == "stored"


@both
def test_an_inspection_is_told_in_the_order_it_happened(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", [("r1", return_to_json(expected()))])
        row = {column.name: "" for column in station.c} | {"id": "s", "number": 1, "code": "B12", "site": "East"}
        connection.execute(sa.insert(station), row)
    making = Making()
    making.add(making.parcel(), item("i1", 1))
    making.add(IDENTIFIED)
    making.add(decided("i1", refund={"kind": "partial", "amount_minor": 41930, "currency": "CNY"}), CLOSED)
    takes(centre, making.events, "s")
    rows = told(centre, "type", "body", "site")
    assert [(kind, json.loads(body).get("status")) for kind, body, _site in rows] == [
        ("parcel.status", "received"),
        ("parcel.status", "opened"),
        ("item.decided", None),
        ("refund.recommended", None),
        ("item.placed", None),
        ("parcel.status", "closed"),
        ("inspection.closed", None),
    ]
    assert {site for _kind, _body, site in rows} == {"East"}
    bodies = {kind: json.loads(body) for kind, body, _site in rows}
    assert bodies["refund.recommended"]["refund"] == {"kind": "partial", "amount_minor": 41930, "currency": "CNY"}
    assert bodies["item.placed"]["tote"] == "T-000001X"
    one = bodies["item.decided"]
    assert (one["grade"], one["disposition"], one["liability"]) == ("A", "restock", [{"party": "buyer", "share": 100}])
    assert (one["return_number"], one["order_number"], one["gtins"]) == ("RMA-r1", "TB-r1-99", ["6901234567892"])
    assert one["serial_number"] == "sn-778"
    assert one["occurred_at"] == "2026-11-21T02:42:33.108Z"  # the station's clock was 12 ms ahead
    assert [line["grade"] for line in bodies["inspection.closed"]["items"]] == ["A"]
    everything = json.dumps([row[1] for row in rows], ensure_ascii=False)
    for personal in ("王**", "4711", '"p1"', "buyer_"):
        assert personal not in everything
    centre.close()


@both
def test_the_same_events_are_told_once_in_whatever_order_they_come(tmp_path: Path) -> None:
    orders = ([0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2])
    events = inspection_events()
    seen = []
    for number, order in enumerate(orders):
        centre = in_process_centre(tmp_path / str(number))
        for place in order:
            takes(centre, [events[place]])
            ledger.take(centre, "s", [line_of(events[place])])
        with centre.database.writer.begin() as connection:
            inspections.renew(connection, [events[0].inspection_id], centre.now())
        seen.append(told(centre, "id", "type", "body"))
        assert len({row[0] for row in seen[-1]}) == len(seen[-1]) == 6
        centre.close()
    assert seen[0] == seen[1] == seen[2]


def test_a_later_decision_names_the_one_before_and_takes_back_what_followed_from_it(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    making = Making()
    making.add(making.parcel(), item("i1", 1), decided("i1"), CLOSED)
    takes(centre, making.events)
    before = {kind: name for name, kind in told(centre, "id", "type")}
    count = len(told(centre))
    added = making.add(reopened(), decided("i1", "C", "restock_open_box", tote="", proposed_tote="T-000002Y"), CLOSED)
    takes(centre, added)
    after = told(centre, "type", "replaces", "body")[count:]
    assert [(kind, replaces) for kind, replaces, _body in after] == [
        ("parcel.status", ""),
        ("item.decision_withdrawn", before["item.decided"]),
        ("refund.withdrawn", before["refund.recommended"]),
        ("item.taken_back", before["item.placed"]),
        ("item.decided", before["item.decided"]),
        ("refund.recommended", before["refund.recommended"]),
        ("item.proposed", ""),
        ("parcel.status", ""),
        ("inspection.closed", before["inspection.closed"]),
    ]
    bodies = [json.loads(body) for _kind, _replaces, body in after]
    assert (bodies[1]["grade"], bodies[4]["grade"]) == ("A", "C")
    assert (bodies[3]["tote"], bodies[6]["tote"]) == ("T-000001X", "T-000002Y")
    centre.close()


def test_a_void_inspection_takes_back_what_it_said_of_its_items() -> None:
    making = Making()
    making.add(making.parcel(), item("i1", 1), PARKED, RESUMED, decided("i1"), CLOSED)
    count = len(facts_of(making.events))
    making.add(VOIDED)
    after = facts_of(making.events)[count:]
    assert [fact.type.value for fact in after] == [
        "parcel.status", "inspection.voided", "item.decision_withdrawn", "refund.withdrawn", "item.taken_back",
    ]  # fmt: skip
    assert [fact.word for fact in facts_of(making.events) if fact.type == "parcel.status"] == [
        "received", "parked", "resumed", "closed", "voided",
    ]  # fmt: skip


def test_a_scan_of_a_tote_that_is_undone_takes_the_item_back() -> None:
    making = Making()
    making.add(making.parcel(), item("i1", 1), decided("i1", tote=""))
    [scan] = making.add((EventKind.TOTE_SCANNED, {"item_id": "i1", "tote": "T-000003Z"}))
    making.add((EventKind.STEP_UNDONE, {"event_id": scan.id}))
    making.add((EventKind.TOTE_SCANNED, {"item_id": "i1", "tote": "T-000004W"}))
    moves = [fact for fact in facts_of(making.events) if fact.type.value in ("item.placed", "item.taken_back")]
    assert [(fact.type.value, fact.word) for fact in moves] == [
        ("item.placed", "T-000003Z"), ("item.taken_back", ""), ("item.placed", "T-000004W"),
    ]  # fmt: skip
    assert moves[1].replaces == moves[2].replaces == moves[0].id


def test_a_longer_chain_only_adds_facts() -> None:
    making = Making()
    making.add(making.parcel(), item("i1", 1), IDENTIFIED, decided("i1"), CLOSED, reopened(), IDENTIFIED)
    making.add(decided("i1", "B"), CLOSED, VOIDED)
    whole = facts_of(making.events)
    for length in range(len(making.events)):
        shorter = facts_of(making.events[:length])
        assert whole[: len(shorter)] == shorter


def test_texts_of_records_cannot_carry_what_other_systems_stumble_over() -> None:
    assert plain("a\x00b\x1b[1mc\ud800\n") == "ab[1mc?"
    assert plain(7) == plain(None) == ""
    assert len(plain("x" * 9000)) == 200


@pytest.mark.parametrize("at", ["", "soon", "2026-11-21T02:42:33.120", "9999-12-31T23:59:59.999Z"])
def test_a_time_that_cannot_be_corrected_is_told_as_it_came(at: str) -> None:
    making = Making()
    [event] = making.next_events(making.parcel(), at=at)
    assert occurred_at(replace(event, clock_offset_ms=86_400_000)) == at


def test_hostile_decisions_are_told_without_fault(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    making = Making()
    hostile = {
        "grade": "\u001b=cmd", "liability": [7, {"share": "x"}, ["a", -(2**53) + 1]],
        "refund": {"kind": 5, "findings": 3}, "tote": "T\u0001" * 500, "changed": [1],
    }  # fmt: skip
    making.add(making.parcel(), item("i1", 1))
    making.add((EventKind.ITEM_DECIDED, {"item_id": "i1", "label_issue": 1, **hostile}))
    verdicts = ledger.take(centre, "s", [line_of(event) for event in making.events])
    assert [verdict["verdict"] for verdict in verdicts] == ["stored"] * 3
    for body in map(json.loads, told(centre, "body")):
        assert "\\u001b" not in json.dumps(body) and len(body.get("tote", "")) <= 200
    centre.close()
