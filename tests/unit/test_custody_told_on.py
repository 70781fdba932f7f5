"""What one station sorts the centre keeps, checks and tells on, and another station has the same rows of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_backups import Bench
from centre_cases import NOW, in_process_centre, inspection_events, line_of

from inspection_station.domain.custody.acts import _NEEDED, Act, ActKind, act_to_json, hash_of, needed_right
from inspection_station.domain.folding import fold
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person, Role
from inspection_station.protocol.messages import make_record, record_line
from inspection_station.server.authority import list_unauthorised
from inspection_station.server.centre import Centre
from inspection_station.server.custody_tables import CUSTODY
from inspection_station.server.outgoing.event_feed import read_page
from inspection_station.server.renewals import bring_up_to_date
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import person
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.tables import custody
from inspection_station.workflows.ports import FeedItem

pytestmark = pytest.mark.both_databases


@dataclass
class Site:
    """One station: its database, and its line to the centre."""

    centre: Centre
    bench: Bench
    database: Database
    cursor: str = ""
    custody: StoredCustody = field(init=False)

    def __post_init__(self) -> None:
        self.custody = StoredCustody(self.database, ledger_of())

    def does(self, kind: ActKind, subject: str, person_id: str = "lead", **facts: Any) -> Act:
        count, base = self.custody.next_place(subject)
        act = Act(uuid7(), kind, subject, count, base, NOW, 0, "B12", "s", person_id, facts)
        act = replace(act, hash=hash_of(act))
        self.custody.do([act])
        return act

    def syncs(self) -> list[str]:
        """Everything that waits goes to the centre, and its news are read; the verdicts."""
        outbox = StoredOutbox(self.database)
        waiting = outbox.pending_records(500)
        lines = [record_line(make_record(one.id, one.revision, one.kind, one.body, one.blobs)) for one in waiting]
        verdicts = [str(each["verdict"]) for each in self.bench.client.send_records(lines)] if lines else []
        outbox.mark_all([(one.id, verdict, "") for one, verdict in zip(waiting, verdicts, strict=True)])
        bring_up_to_date(self.centre)  # which the centre does right after an ack
        epoch = self.bench.client.epoch
        items, self.cursor, _more = self.bench.client.feed(epoch, self.cursor, 500)
        told = [FeedItem(str(one["kind"]), str(one["id"]), one["body"]) for one in items]
        StoredFeed(self.database).apply_page(epoch, self.cursor, told)
        return verdicts

    def rows(self) -> Mapping[str, Any]:
        """All it knows of items, totes and manifests."""
        with self.database.reading() as connection:
            return {
                table.name: sorted(
                    tuple(value for name, value in row.items() if name not in ("place", "slot"))
                    for row in connection.execute(sa.select(table)).mappings()
                )
                for table in (custody.act, custody.item, custody.tote, custody.manifest, custody.arrival)
            }  # fmt: skip


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = in_process_centre(tmp_path / "centre")
    with made.database.writer.begin() as connection:
        columns = {column.name for column in person.c}
        for name, role in (("lead", "lead"), ("inspector", "inspector")):
            row = {"id": name, "role": role, "active": 1}
            empty = {c.name: 0 if isinstance(c.type, sa.Integer) else "" for c in person.c}
            connection.execute(sa.insert(person).values({**empty, **{k: v for k, v in row.items() if k in columns}}))
    yield made
    made.close()


@pytest.fixture
def sites(centre: Centre, tmp_path: Path) -> Iterator[list[Site]]:
    made = [
        Site(
            centre,
            Bench.at(centre, tmp_path / f"key-{number}", f"B{number}"),
            open_database(tmp_path / f"site-{number}"),
        )
        for number in (1, 2)
    ]
    yield made
    for site in made:
        site.database.close()


RT = "RT-261121-01200001"
SUBJECTS = {"tote": "tote:T-000011", "item": "item:i1", "manifest": "manifest:m1", "shift": f"shift:{uuid7()}"}
OF_FORM: Mapping[str, Any] = {
    "text": "x", "whole number": 1, "list of texts": ["x"], "mapping": {},
    "list of items": [{"item_id": "i1", "rt_number": RT, "tote": "T-000011"}],
}  # fmt: skip


def facts_of(kind: ActKind) -> dict[str, Any]:
    """Facts of the form that acts of this kind have."""
    return {name: "0" * 64 if name == "sha256" else OF_FORM[form] for name, form in _NEEDED[kind].items()}


def inspected(site: Site) -> str:
    """One item, decided at the site's bench; its id."""
    events = inspection_events()
    StoredInspections(site.database, ledger_of()).append(fold(events), events)
    return next(str(event.payload["item_id"]) for event in events if event.kind == "item_decided")


def test_what_one_station_sorts_the_other_has_the_same_rows_of(sites: list[Site]) -> None:
    first, second = sites
    item_id = inspected(first)
    first.does(ActKind.TOTE_OPENED, "tote:T-000011", disposition="restock", vendor="")
    first.does(ActKind.ITEM_PLACED, f"item:{item_id}", rt_number=RT, tote="T-000011", by="scan")
    assert set(first.syncs()) == {"stored"}
    assert second.syncs() == []
    assert second.rows() == first.rows()
    [tote] = second.custody.totes()
    assert (tote.code, tote.step, tote.contents, tote.proved) == ("T-000011", "open", 1, 1)
    second.does(ActKind.TOTE_CLOSED, "tote:T-000011", items=1, grams=900)
    second.syncs()
    first.syncs()
    assert first.custody.totes()[0].step == "closed"
    assert second.rows() == first.rows()


def test_what_two_leads_decide_apart_is_the_same_at_both_and_is_seen(sites: list[Site]) -> None:
    first, second = sites
    item_id = inspected(first)
    facts = {"rt_number": RT, "judged_issue": 1, "verdict": "changed", "reason": "stain", "label_issue": 2}
    first.does(ActKind.ITEM_REVIEWED, f"item:{item_id}", grade="B", disposition="refurbish", **facts)
    second.does(ActKind.ITEM_REVIEWED, f"item:{item_id}", grade="C", disposition="scrap", **facts)
    for site in (first, second, first, second):
        site.syncs()
    assert first.rows() == second.rows()
    for site in sites:
        [row] = site.rows()["custody_item"]
        assert "disputed" in row
        found = [act.payload["disposition"] for act in site.custody.acts_about(f"item:{item_id}")]
        assert sorted(found) == ["refurbish", "scrap"]


def test_an_inspectors_act_of_a_lead_is_kept_marked_and_neither_applied_nor_told(
    sites: list[Site], centre: Centre
) -> None:
    first, second = sites
    act = first.does(ActKind.TOTE_OPENED, "tote:T-000011", "inspector", disposition="restock", vendor="")
    stranger = first.does(ActKind.TOTE_LOST, "tote:T-000012", "nobody", reason="gone")
    assert first.syncs() == ["stored", "stored"]
    second.syncs()
    assert second.custody.totes() == []
    with centre.database.reader.connect() as connection:
        assert connection.execute(sa.select(CUSTODY.act)).all() == []
    marked = {row["record_id"]: row["reason"] for row in list_unauthorised(centre)}
    assert marked == {act.id: "role", stranger.id: "unknown"}


def test_of_every_kind_that_is_a_leads_nothing_an_inspector_sends_is_applied_or_told(
    sites: list[Site], centre: Centre
) -> None:
    first, second = sites
    inspector = Person("inspector", "", "", Role.INSPECTOR)
    leads = [kind for kind in ActKind if not inspector.may(needed_right(kind))]
    leads.remove(ActKind.MANIFEST_PHOTO_TAKEN)  # waits for its picture before it is looked at
    sent = [first.does(kind, SUBJECTS[kind.split("_")[0]], "inspector", **facts_of(kind)) for kind in leads]
    assert len(sent) > 15 and first.syncs() == ["stored"] * len(sent)
    second.syncs()
    with centre.database.reader.connect() as connection:
        assert connection.execute(sa.select(CUSTODY.act)).all() == []
    assert {row["record_id"] for row in list_unauthorised(centre, limit=100)} == {act.id for act in sent}
    assert second.rows()["custody_act"] == []


@pytest.mark.parametrize(
    "change", [{"hash": "0" * 64}, {"subject": "cupboard:1"}, {"count": 0}, {"payload": {}}, {"id": uuid7()}]
)
def test_what_is_no_act_is_quarantined_and_stops_no_neighbour(sites: list[Site], change: dict[str, Any]) -> None:
    act = Act(uuid7(), ActKind.TOTE_MOVED, "tote:T-1", 1, (), NOW, 0, "B12", "s", "lead", {"place": "A1"})
    act = replace(act, hash=hash_of(act))
    bad = record_line(make_record(act.id, 1, "custody_act", {**act_to_json(act), **change}))
    good = [line_of(event) for event in inspection_events()]
    verdicts = [one["verdict"] for one in sites[0].bench.client.send_records([bad, *good])]
    assert verdicts == ["quarantined", *["stored"] * len(good)]


def test_a_listed_tote_is_told_with_what_was_done_with_it(sites: list[Site], centre: Centre) -> None:
    with centre.database.writer.begin() as connection:
        listed = {"code": "T-000007", "slot": 3, "disposition": "restock", "capacity": 20}
        publish(connection, "tote", [("T-000007", listed)])
    first, second = sites
    first.syncs()
    assert [(tote.code, tote.step, tote.slot, tote.capacity) for tote in first.custody.totes()] == [
        ("T-000007", "open", 3, 20)
    ]
    first.does(ActKind.TOTE_CLOSED, "tote:T-000007", items=0, grams=0)
    first.syncs()
    second.syncs()
    assert second.custody.totes()[0].step == "closed"


def test_a_decision_taken_again_replaces_the_item_and_nothing_is_there_twice(sites: list[Site]) -> None:
    first, _second = sites
    inspected(first)
    for _ in range(2):
        first.syncs()
    assert len(first.rows()["custody_item"]) == 1


def test_a_closed_manifest_is_told_to_the_world_outside_once(centre: Centre, sites: list[Site]) -> None:
    first, _second = sites
    name = uuid7()
    item = inspected(first)
    started = {"number": "M-RST-20261121-0120001", "manifest_kind": "restock", "destination": "shelf", "vendor": "",
               "authorisation": "", "corrects": ""}  # fmt: skip
    first.does(ActKind.MANIFEST_STARTED, f"manifest:{name}", **started)
    rows = [{"item_id": item, "rt_number": RT, "tote": "T-000001"}]
    closing = {"items": rows, "totes": ["T-000001"], "fingerprint": "f" * 64}
    first.does(ActKind.MANIFEST_CLOSED, f"manifest:{name}", **closing)
    assert set(first.syncs()) <= {"stored", "duplicate"}
    first.does(ActKind.MANIFEST_CLOSED, f"manifest:{name}", **{**closing, "fingerprint": "0" * 64})  # changes nothing
    first.syncs()
    page, cursor, more = read_page(centre, "", 100, ["manifest.closed"])
    [told] = [json.loads(row.body) for row in page]
    assert (told["number"], told["kind"], told["items"]) == (started["number"], "restock", rows)
    assert not more and read_page(centre, cursor, 100, ["manifest.closed"])[0] == []


def test_acts_that_are_withdrawn_leave_nothing_at_any_station(sites: list[Site], centre: Centre) -> None:
    first, second = sites
    item_id = inspected(first)
    lead = {"rt_number": RT, "judged_issue": 1, "verdict": "agreed", "reason": "", "label_issue": 1}
    first.does(ActKind.ITEM_REVIEWED, f"item:{item_id}", grade="A", disposition="restock", **lead)
    first.does(ActKind.PARCEL_ARRIVED, "parcel:SF1", **facts_of(ActKind.PARCEL_ARRIVED))
    first.syncs()
    second.syncs()
    assert len(second.rows()["custody_act"]) == 2 and len(second.rows()["custody_arrival"]) == 1
    with centre.database.writer.begin() as connection:
        kept = list(connection.scalars(sa.select(CUSTODY.act.c.id)))
        publish(connection, "act", [(name, {}) for name in kept])
    for site in sites:
        site.syncs()
        rows = site.rows()
        assert rows["custody_act"] == rows["custody_arrival"] == []
        assert len(rows["custody_item"]) == 1, "the item as its bench decided it"


def test_what_a_lead_decides_and_where_goods_go_is_told_to_the_world_outside_once(
    centre: Centre, sites: list[Site]
) -> None:
    first, _second = sites
    item = inspected(first)
    about = f"item:{item}"
    first.does(ActKind.ITEM_PLACED, about, rt_number=RT, tote="T-000002Y", by="scan")
    lead = {"rt_number": RT, "judged_issue": 1, "verdict": "changed", "reason": "张三说的", "label_issue": 2}
    first.does(ActKind.ITEM_REVIEWED, about, grade="D", disposition="scrap", **lead)
    first.does(ActKind.ITEM_SUPERSEDED, about, rt_number=RT, inspection=uuid7(), counts="RT-261121-01200099")
    for _ in range(2):
        first.syncs()
    page, _cursor, _more = read_page(centre, "", 100, ["item.moved", "item.reviewed", "item.superseded"])
    told = {row.type: json.loads(row.body) for row in page}
    assert len(page) == 3 and all(one["rt_number"] == RT and one["item_id"] == item for one in told.values())
    assert told["item.moved"]["tote"] == "T-000002Y" and told["item.superseded"]["counts"] == "RT-261121-01200099"
    reviewed = told["item.reviewed"]
    assert (reviewed["verdict"], reviewed["grade"], reviewed["disposition"]) == ("changed", "D", "scrap")
    assert "张三" not in json.dumps(reviewed, ensure_ascii=False)
