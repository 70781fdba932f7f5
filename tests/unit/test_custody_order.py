"""Acts about items, totes, manifests give one state in whatever order they arrive, and show what was done apart."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, create_engine, select

from inspection_station.custody.ledger import CustodyLedger
from inspection_station.custody.tables import CustodyTables, custody_tables
from inspection_station.domain.custody.acts import Act, ActKind, act_from_json, act_to_json, hash_of, needed_right
from inspection_station.domain.custody.causal_order import heads, latest, next_place
from inspection_station.domain.custody.house_item import HouseItem, house_item_from_json, house_item_to_json
from inspection_station.domain.custody.item_state import fold_item, refused_item
from inspection_station.domain.custody.manifest_state import Drawn, closing_checks, fold_manifest
from inspection_station.domain.custody.tote_state import ToteStep, fold_tote, refused_content, refused_step
from inspection_station.domain.people import Person, Right, Role

ITEM = HouseItem("i-1", "n-1", "RT-261121-01200001", grade="A", disposition="restock", label_issue=1,
                 proposed_tote="T-000011", station="B12", person="p-1", state="closed", identity="match",
                 arrived_at="2026-11-21T02:00:00.000Z", decided_at="2026-11-21T02:03:30.000Z")  # fmt: skip
REVIEW = {"rt_number": ITEM.rt_number, "judged_issue": 1, "verdict": "changed", "reason": "stain", "label_issue": 2}


class Known:
    """What one station knows about one subject, and does next."""

    def __init__(self, station: str, subject: str, known: Sequence[Act] = ()) -> None:
        self.station, self.subject, self.acts = station, subject, list(known)

    def does(self, kind: ActKind, facts: Mapping[str, Any], person: str = "lead") -> Act:
        count, base = next_place(self.acts)
        name = f"{self.station}-{len(self.acts):03d}-{kind.value}"
        at = "2026-11-21T02:42:33.120Z"
        act = Act(name, kind, self.subject, count, base, at, 0, self.station, "s", person, facts)
        act = replace(act, hash=hash_of(act))
        self.acts.append(act)
        return act

    def place(self, tote: str) -> Act:
        return self.does(ActKind.ITEM_PLACED, {"rt_number": ITEM.rt_number, "tote": tote, "by": "scan"})

    def decide(self, grade: str, disposition: str, **facts: Any) -> Act:
        return self.does(ActKind.ITEM_REVIEWED, {**REVIEW, "grade": grade, "disposition": disposition, **facts})


def test_an_act_is_read_as_it_was_written() -> None:
    act = Known("B1", "item:i-1").place("T-1")
    assert act_from_json(act_to_json(act)) == act
    assert hash_of(act) == act.hash


@pytest.mark.parametrize(
    "change",
    [{"base": ["x"] * 17}, {"base": "x"}, {"count": 0}, {"count": True}, {"subject": "cupboard:1"},
     {"subject": "item:"}, {"payload": {"tote": 3, "rt_number": "", "by": ""}}, {"payload": []},
     {"clock_offset_ms": "1"}, {"at": None}],
)  # fmt: skip
def test_what_is_no_act_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        act_from_json({**act_to_json(Known("B1", "item:i-1").place("T-1")), **change})


def test_acts_of_leads_are_not_every_inspectors() -> None:
    inspector, lead = (Person("p", "", "", role) for role in (Role.INSPECTOR, Role.LEAD))
    theirs = {kind for kind in ActKind if inspector.may(needed_right(kind))}
    assert theirs == {
        ActKind.ITEM_PLACED, ActKind.NEW_LABEL_PRINTED, ActKind.OLD_LABEL_SCANNED_OUT, ActKind.PARCEL_ARRIVED,
        ActKind.ARRIVAL_WITHDRAWN, ActKind.MANIFEST_SIGNED,
    }  # fmt: skip
    assert all(lead.may(needed_right(kind)) for kind in ActKind)
    assert not lead.may(needed_right("of_a_newer_program")) and not lead.may(Right.ADMINISTER)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=24), st.randoms(use_true_random=False))
@properties(60)
def test_what_knew_of_what_decides_and_never_the_order_of_arrival(
    steps: list[tuple[int, bool]], chance: random.Random
) -> None:
    stations = [Known(f"B{number}", "item:i-1") for number in range(3)]
    made: list[Act] = []
    for number, told in steps:
        station = stations[number]
        if told:  # the centre tells it everything
            station.acts = list({act.id: act for act in (*station.acts, *made)}.values())
        made.append(station.place(f"T-{number}"))
    states = set()
    for _ in range(3):
        chance.shuffle(made)
        state = fold_item(ITEM, made)
        assert state is not None
        states.add((state.tote, state.proved, state.doubt))
        assert {act.id for act in latest(made, lambda _act: True)} == {act.id for act in heads(made)}
        if made:
            assert state.tote == max(heads(made), key=lambda act: (act.count, act.id)).payload["tote"]
    assert len(states) == 1


def test_a_place_is_proposed_until_a_tote_was_scanned() -> None:
    before = fold_item(ITEM, [])
    assert before is not None and (before.tote, before.proved) == ("T-000011", False)
    after = fold_item(ITEM, [Known("B1", "item:i-1").place("T-000012")])
    assert after is not None and (after.tote, after.proved, after.doubt) == ("T-000012", True, ())


def test_two_places_found_apart_are_in_doubt_until_a_scan_settles_it() -> None:
    one, other = Known("B1", "item:i-1"), Known("B2", "item:i-1")
    acts = [one.place("T-1"), other.place("T-2")]
    state = fold_item(ITEM, acts)
    assert state is not None and {state.tote, *state.doubt} == {"T-1", "T-2"}
    third = Known("B3", "item:i-1", acts)
    settled = fold_item(ITEM, [*acts, third.place("T-1")])
    assert settled is not None and (settled.tote, settled.doubt) == ("T-1", ())


def test_two_leads_who_decide_apart_are_disputed_and_one_who_knows_of_both_settles_it() -> None:
    one, other = Known("B1", "item:i-1"), Known("B2", "item:i-1")
    acts = [one.decide("C", "restock_open_box"), other.decide("D", "scrap")]
    state = fold_item(ITEM, acts)
    assert state is not None and state.reasons[0] == "disputed" and len(state.rivals) == 1
    settled = fold_item(ITEM, [*acts, Known("B3", "item:i-1", acts).decide("D", "scrap", label_issue=3)])
    assert settled is not None and settled.reasons == () and settled.disposition == "scrap"


def test_a_changed_decision_recalls_the_old_label_until_it_is_scanned_out() -> None:
    lead = Known("B1", "item:i-1")
    lead.decide("C", "restock_open_box")
    state = fold_item(ITEM, lead.acts, ("claim_contradicted",))
    assert state is not None
    assert (state.label_issue, state.printed, state.recalls, state.reasons) == (2, False, (1,), ())
    lead.does(ActKind.NEW_LABEL_PRINTED, {"rt_number": ITEM.rt_number, "issue": 2})
    lead.does(ActKind.OLD_LABEL_SCANNED_OUT, {"rt_number": ITEM.rt_number, "issue": 1})
    state = fold_item(ITEM, lead.acts)
    assert state is not None and state.printed and state.recalls == ()


def test_what_is_held_or_under_review_does_not_leave() -> None:
    held = fold_item(replace(ITEM, disposition="hold"), [])
    doubted = fold_item(ITEM, [], ("wrong_item",))
    free = fold_item(ITEM, [])
    assert held is not None and doubted is not None and free is not None
    told = [refused_item(one, to_leave=True) for one in (held, doubted, free)]
    assert [refusal.code if refusal else "" for refusal in told] == ["item.held", "item.under_review", ""]


def test_a_tote_goes_from_free_to_handed_over_and_refuses_what_it_may_not_do() -> None:
    lead = Known("B1", "tote:T-1")
    state = fold_tote("T-1", [])
    refused = refused_step(state, ActKind.TOTE_CLOSED, 0)
    assert refused is not None and refused.code == "tote.is_free"
    lead.does(ActKind.TOTE_OPENED, {"disposition": "return_to_vendor", "vendor": "V1"})
    state = fold_tote("T-1", lead.acts)
    assert state.step is ToteStep.OPEN and refused_step(state, ActKind.TOTE_CLOSED, 0) is not None
    assert refused_step(state, ActKind.TOTE_CLOSED, 3) is None
    lead.does(ActKind.TOTE_CLOSED, {"items": 3, "grams": 900})
    closed = fold_tote("T-1", lead.acts)
    told = refused_content(closed, "return_to_vendor", "V1", 3)
    assert closed.step is ToteStep.CLOSED and told is not None and told.code == "tote.is_closed"
    lead.does(ActKind.TOTE_LOST, {"reason": "not in its place"})
    lead.does(ActKind.TOTE_FOUND, {"place": "B-03"})
    found = fold_tote("T-1", lead.acts)
    assert (found.step, found.place, found.grams) == (ToteStep.CLOSED, "B-03", 900)


@pytest.mark.parametrize(
    ("disposition", "vendor", "contents", "grams", "code"),
    [("return_to_vendor", "V1", 2, 0, ""), ("scrap", "V1", 2, 0, "tote.wrong_disposition"),
     ("return_to_vendor", "V2", 2, 0, "tote.wrong_vendor"), ("return_to_vendor", "V1", 60, 0, "tote.full"),
     ("return_to_vendor", "V1", 2, 9_900, "tote.too_heavy")],
)  # fmt: skip
def test_a_tote_takes_only_what_it_is_for(disposition: str, vendor: str, contents: int, grams: int, code: str) -> None:
    lead = Known("B1", "tote:T-1")
    lead.does(ActKind.TOTE_REGISTERED, {"capacity": 60, "capacity_g": 10_000})
    lead.does(ActKind.TOTE_OPENED, {"disposition": "return_to_vendor", "vendor": "V1"})
    refused = refused_content(fold_tote("T-1", lead.acts), disposition, vendor, contents, grams, 200)
    assert (refused.code if refused else "") == code


def test_a_scrap_manifest_needs_two_people_a_photo_and_a_weight_that_agrees() -> None:
    lead = Known("B1", "manifest:m-1")
    lead.does(ActKind.MANIFEST_STARTED, {"number": "M-SCR-20261121-01201", "manifest_kind": "scrap", "destination": "",
                                         "vendor": "", "authorisation": "", "corrects": ""})  # fmt: skip
    drawn = [Drawn("T-1", 2, 2)]

    def open_checks() -> set[str]:
        return {check.code for check in closing_checks(fold_manifest("m-1", lead.acts), drawn) if not check.passed}

    assert open_checks() == {"two_signatures", "method_named", "destruction_photo", "weighed"}
    lead.does(ActKind.MANIFEST_NOTED, {"field": "method", "value": "shredded"})
    lead.does(ActKind.MANIFEST_SIGNED, {"place": 1}, person="p-1")
    lead.does(ActKind.MANIFEST_SIGNED, {"place": 2}, person="p-1")
    lead.does(ActKind.MANIFEST_TOTE_WEIGHED, {"tote": "T-1", "grams": 1021, "expected_g": 1000})
    photo = {"sha256": "a" * 64, "shot": "destruction", "size": 1, "width": 1, "height": 1}
    lead.does(ActKind.MANIFEST_PHOTO_TAKEN, photo)
    assert open_checks() == {"two_signatures", "weighed"}, "one person twice is not two"
    lead.does(ActKind.MANIFEST_SIGNED, {"place": 2}, person="p-2")
    lead.does(ActKind.MANIFEST_TOTE_WEIGHED, {"tote": "T-1", "grams": 1019, "expected_g": 1000})
    assert open_checks() == set()


def test_a_closed_manifest_is_changed_by_nothing() -> None:
    lead = Known("B1", "manifest:m-1")
    lead.does(ActKind.MANIFEST_CLOSED, {"items": [], "totes": [], "fingerprint": "f"})
    closed = fold_manifest("m-1", lead.acts)
    lead.does(ActKind.MANIFEST_NOTED, {"field": "seal", "value": "S-1"})
    lead.does(ActKind.MANIFEST_VOIDED, {"reason": "late"})
    assert fold_manifest("m-1", lead.acts) == closed


def test_an_item_is_read_as_it_was_told() -> None:
    item = replace(ITEM, liability=(("buyer", 70), ("carrier", 30)), findings=({"code": "stain", "severity": "major"},),
                   changed=("grade",), refund={"kind": "full"}, random_check=True)  # fmt: skip
    assert house_item_from_json(house_item_to_json(item)) == item
    with pytest.raises(ValueError, match="price_minor"):
        house_item_from_json({**house_item_to_json(item), "price_minor": "12"})


def ledger() -> tuple[CustodyLedger, CustodyTables, Any]:
    metadata = MetaData()
    tables = custody_tables(metadata)
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return CustodyLedger(tables, lambda item: ("held",) if item.disposition == "hold" else ()), tables, engine


@given(st.randoms(use_true_random=False))
@properties(20)
def test_the_rows_are_the_same_in_whatever_order_and_however_often_things_arrive(chance: random.Random) -> None:
    lead, bench, tote = Known("B1", "item:i-1"), Known("B2", "item:i-1"), Known("B1", "tote:T-1")
    tote.does(ActKind.TOTE_OPENED, {"disposition": "scrap", "vendor": ""})
    tote.does(ActKind.TOTE_CLOSED, {"items": 1, "grams": 0})
    acts = [lead.decide("D", "scrap"), bench.place("T-2"), lead.place("T-1"), *tote.acts]
    pieces: list[Any] = [ITEM, *acts, *chance.choices(acts, k=3)]
    seen = []
    for _ in range(2):
        chance.shuffle(pieces)
        kept, tables, engine = ledger()
        with engine.begin() as connection:
            for piece in pieces:
                if isinstance(piece, HouseItem):
                    kept.keep_items(connection, [piece])
                else:
                    kept.keep_acts(connection, [piece])
            columns = [column for column in tables.item.c if column.name != "place"]
            seen.append([tuple(row) for row in connection.execute(select(*columns))]
                        + [tuple(row) for row in connection.execute(select(tables.tote))])  # fmt: skip
    assert seen[0] == seen[1]
    item = dict(zip([column.name for column in columns], seen[0][0], strict=True))
    assert (item["disposition"], item["bench_grade"], item["grade"], item["minutes"]) == ("scrap", "A", "D", 3)
    assert (item["proved"], item["recall"], item["apart"]) == (1, 1, 1)
