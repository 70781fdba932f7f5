"""What workflows and sync may rely on, shown over the stores in memory and over the real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes_storage import MemoryStation
from storage_cases import (
    CLOSED,
    PARKED,
    RESUMED,
    VOIDED,
    Making,
    decided,
    expected,
    feed_return,
    item,
    photo,
    sha,
)

from inspection_station.domain.events import EventKind, broken_link
from inspection_station.domain.folding import fold
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.errors import StationProblem
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.ports import (
    FeedItem,
    FeedStore,
    HistoryFilter,
    InspectionStore,
    Outbox,
    OutboxCounts,
    ReferenceStore,
)


@dataclass
class Stores:
    inspections: InspectionStore
    reference: ReferenceStore
    outbox: Outbox
    feed: FeedStore

    def tell(self, *items: FeedItem) -> None:
        self.feed.apply_page("epoch-1", "c1", items)

    def number(self) -> int:
        return self.inspections.next_item_number()


@pytest.fixture(params=["memory", "database"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "memory":
        station = MemoryStation()
        yield Stores(station.inspections, station.reference, station.outbox, station.feed)
        return
    database = open_database(tmp_path / "data")
    yield Stores(StoredInspections(database), StoredReference(database), StoredOutbox(database), StoredFeed(database))
    database.close()


def closed_inspection(stores: Stores, tracking: str = "SF1234567890123", **facts: str) -> Making:
    making = Making(stores.inspections)
    making.add(making.parcel(tracking), item(f"i-{tracking}", stores.number()))
    making.add(decided(f"i-{tracking}", **facts), CLOSED)
    return making


def texts(stores: Stores, text: str) -> list[str]:
    return [line.item_id for line in stores.inspections.history(HistoryFilter(text=text))]


# --- inspections


def test_events_come_back_as_they_were_appended_and_their_chain_holds(stores: Stores) -> None:
    making = Making(stores.inspections)
    making.add(making.parcel(), item("i1", 1))
    making.add(photo(sha(7), "i1", quality={"sharpness": 12.5, "text": "汉字 \U0001f4e6 \x1d"}))
    found = stores.inspections.events_of(making.inspection_id)
    assert found == making.events
    assert broken_link(found) is None
    assert fold(found) == making.inspection
    assert stores.inspections.events_of("unknown") == []


def test_an_event_that_does_not_continue_what_is_kept_is_refused_and_changes_nothing(stores: Stores) -> None:
    making = Making(stores.inspections)
    making.add(making.parcel(), item("i1", 1))
    other = Making()
    other.inspection_id, other.events = making.inspection_id, list(making.events)
    late = other.add(photo(sha(1), "i1"))
    making.add(PARKED)
    with pytest.raises(StationProblem) as refused:
        stores.inspections.append(other.inspection, late)
    assert refused.value.code == "inspection.changed_elsewhere"
    assert stores.inspections.events_of(making.inspection_id) == making.events
    assert stores.outbox.counts().records == 3
    assert stores.outbox.counts().photos == 0


def test_the_same_append_twice_is_refused(stores: Stores) -> None:
    making = Making(stores.inspections)
    added = making.add(making.parcel(), item("i1", 1))
    with pytest.raises(StationProblem, match=r"inspection\.changed_elsewhere"):
        stores.inspections.append(making.inspection, added)
    assert stores.number() == 2


def test_a_gap_in_the_sequence_is_refused(stores: Stores) -> None:
    making = Making()
    making.add(making.parcel())
    late = making.add(item("i1", 1))
    with pytest.raises(StationProblem, match=r"inspection\.changed_elsewhere"):
        stores.inspections.append(making.inspection, late)
    assert stores.inspections.unfinished() == []


@pytest.mark.parametrize("poison", ["a\x00b", "\ud800"])
def test_text_that_the_centre_could_never_take_is_refused_at_capture(stores: Stores, poison: str) -> None:
    making = Making()
    clean = making.next_events(making.parcel())
    events = [replace(clean[0], payload={**clean[0].payload, "raw": poison})]
    with pytest.raises(StationProblem) as refused:
        stores.inspections.append(fold(events), events)
    assert refused.value.code == "text.unusable"
    assert stores.outbox.counts().records == 0


def test_unfinished_inspections_are_the_open_and_parked_ones_the_oldest_first(stores: Stores) -> None:
    first, second, third, fourth = (Making(stores.inspections) for _ in range(4))
    for place, making in enumerate((first, second, third, fourth)):
        making.add(making.parcel(f"SF{place}"), at=f"2026-11-2{4 - place}T00:00:00.000Z")  # the clock runs backwards
    second.add(PARKED)
    third.add(VOIDED)
    fourth.add(CLOSED)
    assert stores.inspections.unfinished() == [first.inspection_id, second.inspection_id]
    second.add(RESUMED)
    second.add(CLOSED)
    assert stores.inspections.unfinished() == [first.inspection_id]


def test_inspections_of_a_parcel_are_found_the_newest_first_without_voided_ones(stores: Stores) -> None:
    makings = [Making(stores.inspections) for _ in range(3)]
    for making in makings:
        making.add(making.parcel("JD0001"))
    makings[1].add(VOIDED)
    wanted = [makings[2].inspection_id, makings[0].inspection_id]
    assert stores.inspections.inspections_of_parcel("JD0001") == wanted
    assert stores.inspections.inspections_of_parcel(" jd0001 ") == wanted
    assert stores.inspections.inspections_of_parcel("JD000") == []
    assert stores.inspections.inspections_of_parcel("") == []


def test_an_item_number_is_used_by_the_append_that_opens_the_item(stores: Stores) -> None:
    assert stores.number() == 1
    making = Making(stores.inspections)
    making.add(making.parcel())
    assert stores.number() == 1
    making.add(item("i1", 1), item("i2", 2))
    assert stores.number() == 3
    other = Making(stores.inspections)
    with pytest.raises(StationProblem, match=r"inspection\.changed_elsewhere"):
        other.add(other.parcel("X1"), item("i3", 2))
    assert stores.number() == 3
    assert stores.inspections.inspections_of_parcel("X1") == []


def test_an_item_leads_to_its_inspection(stores: Stores) -> None:
    making = Making(stores.inspections)
    making.add(making.parcel(), item("i1", 1))
    assert stores.inspections.inspection_of_item("RT-261121-04300001") == making.inspection_id
    assert stores.inspections.inspection_of_item("RT-261121-04300002") is None
    assert stores.inspections.inspection_of_item("") is None


def test_the_tally_counts_items_when_they_were_decided(stores: Stores) -> None:
    making = Making(stores.inspections)
    making.add(making.parcel(), item("i1", 1), item("i2", 2), at="2026-11-21T01:00:00.000Z")
    assert stores.inspections.closed_since("") == []
    making.add(decided("i1"), at="2026-11-21T02:00:00.000Z")
    making.add(decided("i2"), CLOSED, at="2026-11-21T03:00:00.000Z")
    assert stores.inspections.closed_since("2026-11-21T01:30:00.000Z") == [
        "2026-11-21T02:00:00.000Z",
        "2026-11-21T03:00:00.000Z",
    ]
    assert stores.inspections.closed_since("2026-11-21T02:30:00.000Z") == ["2026-11-21T03:00:00.000Z"]
    making.add((EventKind.INSPECTION_REOPENED, {"item_id": "i2", "reason": "late"}))
    assert stores.inspections.closed_since("") == ["2026-11-21T02:00:00.000Z"]
    making.add(VOIDED)
    assert stores.inspections.closed_since("") == []


# --- history


def test_a_line_tells_what_the_inspection_established(stores: Stores) -> None:
    stores.tell(feed_return(expected()))
    making = Making(stores.inspections)
    making.add(making.parcel(), at="2026-11-21T01:00:00.000Z")
    (line,) = stores.inspections.history(HistoryFilter())
    assert (line.item_id, line.state, line.tracking_number, line.grade) == ("", "open", "SF1234567890123", "")
    making.add(item("i1", 1), photo(sha(1)), photo(sha(2), "i1", counted=False), photo(sha(3), "i1"))
    making.add(
        (EventKind.ITEM_IDENTIFIED, {"item_id": "i1", "finding": "wrong_item", "by": "scan"}),
        decided("i1", "C", "hold", liability=[["carrier", 30], ["buyer", 70]], random_check=True),
        CLOSED,
        at="2026-11-21T02:00:00.000Z",
        person="p2",
    )
    (line,) = stores.inspections.history(HistoryFilter())
    assert (line.inspection_id, line.item_id, line.rt_number) == (making.inspection_id, "i1", "RT-261121-04300001")
    assert (line.identity, line.grade, line.disposition, line.liable) == ("wrong_item", "C", "hold", "buyer,carrier")
    assert (line.name_zh, line.name_en, line.variant, line.sku) == ("无线耳机 3 代", "Earphones 3", "白色", "EP-300-W")
    assert (line.person, line.station, line.at) == ("p2", "B12", "2026-11-21T02:00:00.000Z")
    assert (line.picture, line.random_check, line.state) == (sha(3), True, "closed")


def test_history_finds_by_every_number_people_have_in_hand(stores: Stores) -> None:
    stores.tell(feed_return(expected()), feed_return(expected("r2", buyer_phone_tail="8899")))
    making = Making(stores.inspections)
    making.add(making.parcel("SF9990001112223", ("r1",)), item("i1", 1))
    other = Making(stores.inspections)
    other.add(
        other.parcel("YT7770001112224", ("r2",)),
        item("i2", 2, return_id="r2", sku="KB-1", name_zh="键盘 100%_红轴", name_en="Keyboard"),
    )
    assert texts(stores, "RT-261121-04300001") == ["i1"]
    assert texts(stores, "RT-261121-0430000101") == ["i1"], "the code of a label, with its issue"
    assert texts(stores, "rt-261121") == ["i2", "i1"]
    assert texts(stores, "261121-0430000") == ["i2", "i1"]
    assert texts(stores, "SF999") == ["i1"]
    assert texts(stores, "2224") == ["i2"], "the end of a tracking number"
    assert texts(stores, "TB-r2-99") == ["i2"]
    assert texts(stores, "tb-r1") == ["i1"]
    assert texts(stores, "RMA-r2") == ["i2"]
    assert texts(stores, "8899") == ["i2"]
    assert texts(stores, "kb-1") == ["i2"]
    assert texts(stores, "耳机") == ["i1"]
    assert texts(stores, "keyb") == ["i2"]
    assert texts(stores, "%_") == ["i2"], "signs of patterns are only signs"
    assert texts(stores, "nothing") == []
    assert texts(stores, "a\x00") == []
    assert texts(stores, "\ud800") == []
    assert texts(stores, "  ") == ["i2", "i1"]


def test_history_filters_by_time_grade_disposition_and_dispute(stores: Stores) -> None:
    for place, (grade, disposition) in enumerate([("A", "restock"), ("B", "hold"), ("A", "scrap"), ("C", "restock")]):
        making = Making(stores.inspections)
        making.add(making.parcel(f"SF{place}"), item(f"i{place}", stores.number()), at="2026-11-20T00:00:00.000Z")
        making.add(decided(f"i{place}", grade, disposition), at=f"2026-11-2{place}T12:00:00.000Z")

    def found(limit: int = 100, **wanted: object) -> list[str]:
        return [line.item_id for line in stores.inspections.history(HistoryFilter(**wanted), limit)]  # type: ignore[arg-type]

    assert found() == ["i3", "i2", "i1", "i0"]
    assert found(2) == ["i3", "i2"]
    assert found(since="2026-11-22T00:00:00.000Z") == ["i3", "i2"]
    assert found(grades=("A",)) == ["i2", "i0"]
    assert found(grades=("A", "C")) == ["i3", "i2", "i0"]
    assert found(dispositions=("restock", "hold")) == ["i3", "i1", "i0"]
    assert found(grades=("A",), dispositions=("restock",)) == ["i0"]
    assert found(disputed_only=True) == ["i1"]
    assert found(text="SF1", grades=("A",)) == []
    assert found(text="SF2", grades=("A",)) == ["i2"]


def test_the_item_decided_last_stands_first(stores: Stores) -> None:
    first, second = Making(stores.inspections), Making(stores.inspections)
    first.add(first.parcel("SF1"), item("i1", 1))
    second.add(second.parcel("SF2"), item("i2", 2))
    second.add(decided("i2"))
    first.add(decided("i1"), at="2020-01-01T00:00:00.000Z")  # the clock jumped back: the order does not
    assert [line.item_id for line in stores.inspections.history(HistoryFilter())] == ["i1", "i2"]


# --- reference


def test_a_parcel_leads_to_every_return_in_it(stores: Stores) -> None:
    stores.tell(
        feed_return(expected("r1", tracking_numbers=("sf 1", "SF2"), refund_due="2026-12-02T00:00:00.000Z")),
        feed_return(expected("r2", tracking_numbers=("SF2",), refund_due="2026-12-01T00:00:00.000Z")),
    )
    assert [one.id for one in stores.reference.returns_of_parcel("SF2")] == ["r2", "r1"]
    assert [one.id for one in stores.reference.returns_of_parcel("sf2")] == ["r2", "r1"]
    assert stores.reference.returns_of_parcel("SF3") == []
    assert stores.reference.returns_of_parcel("") == []
    assert stores.reference.expected_return("r2") == expected(
        "r2", tracking_numbers=("SF2",), refund_due="2026-12-01T00:00:00.000Z"
    )
    assert stores.reference.expected_return("r9") is None


def test_returns_are_found_by_order_product_serial_and_phone(stores: Stores) -> None:
    line = replace(expected().lines[0], sku="KB-1", gtins=("40123455",), serial_numbers=())
    stores.tell(feed_return(expected()), feed_return(expected("r2", buyer_phone_tail="8899", lines=(line,))))

    def found(text: str) -> list[str]:
        return [one.id for one in stores.reference.find_returns(text)]

    assert found("rma-r1") == ["r1"]
    assert found("TB-R2-99") == ["r2"]
    assert found("SN-778") == ["r1"]
    assert found("kb-1") == ["r2"]
    assert found("40123455") == ["r2"]
    assert found("00000040123455") == ["r2"]
    assert found("6901234567892") == ["r1"]
    assert found("8899") == ["r2"]
    assert found("TB-r") == ["r1", "r2"], "the beginning of a number"
    assert found("TB-") == []
    assert found("\x00") == []
    assert len(stores.reference.find_returns("TB-r", limit=1)) == 1
    assert stores.reference.line_by_code("40123455") == ("KB-1", "无线耳机 3 代", "Earphones 3")
    assert stores.reference.line_by_code("EP-300-W") == ("EP-300-w", "无线耳机 3 代", "Earphones 3")
    assert stores.reference.line_by_code("SN-778") is None
    assert stores.reference.line_by_code("") is None


def test_a_parcel_waits_until_its_inspection_is_closed_whatever_way_its_number_is_written(stores: Stores) -> None:
    stores.tell(feed_return(expected("r1", tracking_numbers=("SF1", "sf2"))))
    known = stores.reference.is_waiting
    assert [known(number) for number in ("SF1", "ＳＦ１", "sf1 ", "SF2", "SF3", "")] == [True] * 4 + [False] * 2
    making = Making(stores.inspections)
    making.add(making.parcel("SF1", ("r1",)))
    making.add(PARKED)
    assert known("SF1")
    making.add(RESUMED)
    making.add(CLOSED)
    assert (known("SF1"), known("SF2")) == (False, True)


def test_the_queue_is_due_first_and_loses_a_parcel_when_its_inspection_is_closed(stores: Stores) -> None:
    stores.tell(
        *(
            feed_return(expected(f"r{day}", tracking_numbers=(f"SF{day}",), refund_due=f"2026-12-0{day}T00:00:00.000Z"))
            for day in (3, 1, 2)
        )
    )

    def waiting() -> list[str]:
        lines, count = stores.reference.queue()
        assert count == len(lines)
        return [line.return_id + ("!" if line.parked else "") for line in lines]

    lines, count = stores.reference.queue(2)
    assert ([line.return_id for line in lines], count) == (["r1", "r2"], 3)
    assert (lines[0].tracking_number, lines[0].units, lines[0].category) == ("SF1", 2, "electronics")
    making = Making(stores.inspections)
    making.add(making.parcel("SF1", ("r1",)))
    assert waiting() == ["r1", "r2", "r3"]
    making.add(PARKED)
    assert waiting() == ["r1!", "r2", "r3"]
    assert [line.return_id for line in stores.reference.queue(1)[0]] == ["r1"]
    making.add(RESUMED)
    making.add(CLOSED)
    assert waiting() == ["r2", "r3"]
    stores.tell(feed_return(expected("r1", tracking_numbers=("SF1",), refund_due="2026-12-09T00:00:00.000Z")))
    assert waiting() == ["r2", "r3"], "an update of a return that is done does not bring it back"
    making.add(VOIDED)
    assert waiting() == ["r2", "r3", "r1"], "due as the changed return says"


def parcel_told(inspection_id: str, number: str, state: str, **changes: object) -> FeedItem:
    body = {"tracking_number": number, "station": "B07", "person": "p9", "state": state,
            "opened_at": "2026-11-21T02:00:00.000Z", "closed_at": "", "results": []}  # fmt: skip
    return FeedItem("parcel", inspection_id, {**body, **changes})


def test_a_parcel_done_at_another_bench_waits_here_no_more(stores: Stores) -> None:
    stores.tell(feed_return(expected("r1", tracking_numbers=("SF1",))))
    stores.tell(parcel_told("i-there", "sf1", "open"))
    assert [(one.station, one.state) for one in stores.reference.parcels_elsewhere("SF1")] == [("B07", "open")]
    assert stores.reference.is_waiting("SF1"), "it is not done there yet"
    result = {"rt_number": "RT-261121-00700001", "grade": "B", "disposition": "restock"}
    stores.tell(parcel_told("i-there", "SF1", "closed", results=[result]))
    assert not stores.reference.is_waiting("SF1")
    [told] = stores.reference.parcels_elsewhere("sf1 ")
    assert told.is_done and [(one.rt_number, one.grade) for one in told.results] == [("RT-261121-00700001", "B")]
    stores.tell(feed_return(expected("r2", tracking_numbers=("SF1",))))
    assert not stores.reference.is_waiting("SF1"), "also as the parcel of a return announced afterwards"
    stores.tell(FeedItem("parcel", "i-there"))
    assert stores.reference.parcels_elsewhere("SF1") == [] and stores.reference.is_waiting("SF1"), "withdrawn"


def test_what_the_centre_tells_of_the_benchs_own_parcels_is_passed_over(stores: Stores) -> None:
    stores.tell(feed_return(expected("r1", tracking_numbers=("SF1",))))
    making = Making(stores.inspections)
    making.add(making.parcel("SF1", ("r1",)))
    stores.tell(parcel_told(making.inspection.id, "SF1", "closed"))
    assert stores.reference.parcels_elsewhere("SF1") == []
    assert stores.reference.is_waiting("SF1"), "this bench knows better: it is open"


@pytest.mark.expects_log("of the feed is malformed")
@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"tracking_number": ""}, {"station": 7}, {"results": [1]}])
def test_a_malformed_parcel_of_the_feed_is_kept_aside(stores: Stores, wrong: dict[str, object]) -> None:
    good = parcel_told("i-there", "SF1", "open")
    stores.tell(replace(good, body={**good.body, **wrong}), parcel_told("i-other", "SF2", "open"))
    assert stores.reference.parcels_elsewhere("SF1") == []
    assert len(stores.reference.parcels_elsewhere("SF2")) == 1


def test_people_and_totes_come_by_the_feed_and_go_by_it(stores: Stores) -> None:
    person = Person("p1", "王敏", "Wang Min", Role.LEAD, pin_hash="$argon2id$x", badge_hash="ab")
    tote = {"code": "T-000002Y", "slot": 0, "disposition": "hold", "vendor": "", "state": "open"}
    stores.tell(
        FeedItem("person", "p1", person_to_json(person)),
        FeedItem("tote", "T-000002Y", tote),
        FeedItem("tote", "T-000001X", {"code": "T-000001X", "slot": 1, "disposition": "restock"}),
    )
    assert stores.reference.people() == [person]
    assert [(one.code, one.slot, one.disposition) for one in stores.reference.totes()] == [
        ("T-000001X", 1, "restock"),
        ("T-000002Y", 0, "hold"),
    ]
    stores.tell(FeedItem("person", "p1", person_to_json(replace(person, active=False))))
    assert stores.reference.people() == [replace(person, active=False)]
    stores.tell(FeedItem("person", "p1"), FeedItem("tote", "T-000001X"), FeedItem("expected_return", "r1"))
    assert stores.reference.people() == []
    assert len(stores.reference.totes()) == 1


# --- outbox


def records(stores: Stores) -> list[str]:
    return [one.id for one in stores.outbox.pending_records(100)]


def photographed(stores: Stores) -> tuple[str, str, str]:
    """An inspection with a parcel event and two photos; the ids of the three records."""
    making = Making(stores.inspections)
    making.add(making.parcel(), at="2026-11-21T01:00:00.000Z")
    making.add(photo(sha(1)), photo(sha(2)), at="2026-11-21T02:00:00.000Z")
    one, two, three = (event.id for event in making.events)
    return one, two, three


def test_every_event_waits_as_a_record_with_the_photos_it_needs(stores: Stores) -> None:
    making = Making(stores.inspections)
    making.add(making.parcel(), photo(sha(1)))
    opened, taken = stores.outbox.pending_records(100)
    assert (opened.id, opened.revision, opened.kind, opened.blobs) == (
        making.events[0].id, 1, "inspection_event", (),
    )  # fmt: skip
    assert taken.blobs == (sha(1),)
    assert taken.body["hash"] == making.events[1].hash
    assert taken.body["payload"]["sha256"] == sha(1)
    assert stores.outbox.pending_records(1) == [opened]
    assert stores.outbox.pending_photos(10) == [sha(1)]
    counts = stores.outbox.counts()
    assert (counts.records, counts.photos, counts.refused, counts.oldest) == (2, 1, 0, making.events[0].at)


def test_a_verdict_takes_a_record_out_and_nothing_else_does(stores: Stores) -> None:
    one, two, three = photographed(stores)
    stores.outbox.mark(one, "stored")
    assert records(stores) == [two, three]
    stores.outbox.mark(two, "duplicate")
    stores.outbox.mark(three, "retry")
    assert records(stores) == [three]
    assert stores.outbox.pending_records(1)[0].attempts == 1
    stores.outbox.mark("unknown", "stored")
    with pytest.raises(ValueError, match="perhaps"):
        stores.outbox.mark(three, "perhaps")
    assert stores.outbox.sent_ids("", 10) == sorted(stores.outbox.sent_ids("", 10))
    assert [key for key, _hash in stores.outbox.sent_ids("", 10)] == sorted([one, two])


def test_refused_records_are_counted_and_the_rest_goes_on(stores: Stores) -> None:
    one, two, three = photographed(stores)
    stores.outbox.mark(one, "quarantined", "record.malformed")
    stores.outbox.mark(two, "conflict")
    stores.outbox.mark_photo_refused(sha(2), "blob.not_a_picture")
    assert records(stores) == [three]
    assert stores.outbox.pending_photos(10) == [sha(1)]
    counts = stores.outbox.counts()
    assert (counts.records, counts.photos, counts.refused) == (1, 1, 3)
    assert counts.oldest == "2026-11-21T02:00:00.000Z"


def test_a_record_that_needs_its_photo_becomes_stored_with_it(stores: Stores) -> None:
    one, two, three = photographed(stores)
    for record_id, verdict in ((one, "stored"), (two, "need"), (three, "need")):
        stores.outbox.mark(record_id, verdict)
    assert records(stores) == []
    assert stores.outbox.counts().records == 0
    stores.outbox.mark_photo_stored(sha(1))
    assert stores.outbox.pending_photos(10) == [sha(2)]
    stores.outbox.mark_photo_stored(sha(2))
    assert stores.outbox.counts() == OutboxCounts()
    assert {record_id for record_id, _hash in stores.outbox.sent_ids("", 10)} == {one, two, three}


def test_a_photo_that_the_centre_still_needs_is_offered_again(stores: Stores) -> None:
    _one, two, _three = photographed(stores)
    stores.outbox.mark_photo_stored(sha(1))
    stores.outbox.mark(two, "need")
    assert stores.outbox.pending_photos(10) == [sha(1), sha(2)]


def test_what_the_centre_lacks_after_a_restore_waits_again(stores: Stores) -> None:
    one, two, three = photographed(stores)
    for record_id in (one, two, three):
        stores.outbox.mark(record_id, "stored")
    stores.outbox.mark_photo_stored(sha(1))
    stores.outbox.offer_again([two, "unknown"], [sha(1), sha(99)])
    assert records(stores) == [two]
    stores.outbox.mark(two, "retry")
    assert stores.outbox.pending_records(1)[0].attempts == 1
    stores.outbox.offer_again([two], [])
    assert stores.outbox.pending_records(1)[0].attempts == 0
    assert stores.outbox.pending_photos(10) == [sha(1), sha(2)]
    assert stores.outbox.sent_ids(one, 10) == [pair for pair in stores.outbox.sent_ids("", 10) if pair[0] > one]


def test_after_a_new_life_of_the_centre_what_it_kept_in_conflict_or_quarantine_is_offered_too(stores: Stores) -> None:
    one, two, three = photographed(stores)
    stores.outbox.mark(one, "conflict")
    stores.outbox.mark(two, "quarantined", "record.nul")
    stores.outbox.mark(three, "retry")
    assert [key for key, _hash in stores.outbox.sent_ids("", 10)] == [one]
    stores.outbox.offer_quarantined_again()
    assert records(stores) == [two, three]
    assert [record.attempts for record in stores.outbox.pending_records(10)] == [0, 1]
    assert stores.outbox.counts().refused == 1


def test_reconcile_pages_through_what_was_sent_with_the_hash_each_event_carries(stores: Stores) -> None:
    making = Making(stores.inspections)
    for place in range(5):
        making.add(making.parcel() if place == 0 else photo(sha(place)))
    for event in making.events[:4]:
        stores.outbox.mark(event.id, "stored")
    wanted = sorted((event.id, event.hash) for event in making.events[:4])
    first = stores.outbox.sent_ids("", 3)
    assert first + stores.outbox.sent_ids(first[-1][0], 3) == wanted


# --- feed


def test_the_cursor_moves_with_its_page(stores: Stores) -> None:
    assert stores.feed.cursor() == ("", "")
    stores.feed.apply_page("e1", "c9", [feed_return(expected())])
    assert stores.feed.cursor() == ("e1", "c9")
    stores.feed.apply_page("e2", "", [])
    assert stores.feed.cursor() == ("e2", "")
    assert stores.reference.expected_return("r1") is not None, "a new epoch wipes nothing"


@pytest.mark.expects_log("of the feed is malformed")
def test_unknown_and_malformed_items_are_passed_over_and_their_neighbours_kept(stores: Stores) -> None:
    known = Person("known", "王敏", "Wang Min", Role.LEAD)
    stores.tell(FeedItem("person", "known", person_to_json(known)))
    stores.tell(
        FeedItem("new_kind", "x", {"a": 1}),
        FeedItem("expected_return", "bad", {"id": "bad"}),
        FeedItem("person", "p", {"id": "p", "role": "king"}),
        FeedItem("tote", "t", {"code": 5}),
        FeedItem("person", "known", []),  # type: ignore[arg-type]
        FeedItem("new_kind", "y", "text"),  # type: ignore[arg-type]
        feed_return(expected()),
    )
    assert [one.id for one in stores.reference.returns_of_parcel("SF1234567890123")] == ["r1"]
    assert stores.reference.people() == [known]
    assert stores.feed.cursor() == ("epoch-1", "c1")


def test_small_facts_of_the_sync_are_kept(stores: Stores) -> None:
    assert stores.feed.noted("offset") == ""
    stores.feed.note("offset", "-120")
    stores.feed.note("offset", "35")
    assert stores.feed.noted("offset") == "35"
