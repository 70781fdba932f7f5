"""A lead's act by somebody who is no lead is kept, applied, marked on its inspection, and stands on the leads' list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from centre_cases import MovedClock, line_of
from centre_people import MovedSteadyClock, administrator, centre_with_clocks, door, make, signed_in
from fastapi.testclient import TestClient
from storage_cases import Making, Step, item

from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Right
from inspection_station.server import enrolment, ledger, people, search
from inspection_station.server.centre import Centre
from inspection_station.sync.identity import load_or_make_key

both = pytest.mark.both_databases
WAIVED: Step = (EventKind.SHOT_WAIVED, {"item_id": "i1", "shot": "label", "finding_id": "", "reason": "torn"})
CHANGED: Step = (
    EventKind.DECISION_CHANGED,
    {"item_id": "i1", "field": "disposition", "value": "restock", "reason": "seen", "override": True},
)
OF_LEADS = {
    "waived photo": (WAIVED, Right.WAIVE_PHOTO),
    "override": (CHANGED, Right.OVERRIDE),
    "declined": ((EventKind.MATCH_DECLINED, {"return_id": "r9", "reason": ""}), Right.BIND_UNSURE_MATCH),
    "bound by two facts": (
        (EventKind.RETURN_BOUND, {"return_id": "r9", "agreeing": ["name", "phone"]}),
        Right.BIND_UNSURE_MATCH,
    ),
    "unclaimed parcel bound": (
        (EventKind.RETURN_BOUND, {"return_id": "r9", "agreeing": ["a", "b", "c"], "items": []}),
        Right.BIND_UNSURE_MATCH,
    ),
}
OF_INSPECTORS: dict[str, Step] = {
    "bound by three facts": (EventKind.RETURN_BOUND, {"return_id": "r9", "agreeing": ["name", "phone", "sku"]}),
    "bound by scan": (EventKind.RETURN_BOUND, {"return_id": "r9"}),
    "another grade": (EventKind.DECISION_CHANGED, {"item_id": "i1", "field": "grade", "value": "B", "reason": "x"}),
    "rechecked": (EventKind.RECHECK_REQUESTED, {"reason": "x"}),
}


@dataclass
class House:
    centre: Centre
    client: TestClient
    station_id: str

    def sent(self, step: Step, person: str) -> tuple[dict[str, Any], str]:
        """The inspection as it is told after `person` did `step` at the bench, and the verdict of that record."""
        making = Making()
        making.add(making.parcel())
        making.add(item("i1", 1))
        events = [*making.events, *making.next_events(step, person=person)]
        verdicts = ledger.take(self.centre, self.station_id, [line_of(event) for event in events])
        again = ledger.take(self.centre, self.station_id, [line_of(event) for event in events])
        assert [one["verdict"] for one in again] == ["duplicate"] * 3
        told = search.tell_inspection(self.centre, events[0].inspection_id)
        assert told is not None and told["events"] == 3
        return told, verdicts[2]["verdict"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    centre = centre_with_clocks(tmp_path / "centre", MovedClock(), MovedSteadyClock())
    code = enrolment.make_enrolment_code(centre, "B12", "Nord")
    key = load_or_make_key(tmp_path / "key")
    station_id = str(enrolment.enrol(centre, code, key.public_text, "1")["station_id"])
    yield House(centre, door(centre), station_id)
    centre.close()


@pytest.mark.parametrize("name", OF_LEADS)
def test_a_leads_act_of_an_inspector_is_kept_and_marked_and_one_of_a_lead_is_not(house: House, name: str) -> None:
    step, right = OF_LEADS[name]
    told, verdict = house.sent(step, make(house.centre, "inspector").id)
    assert verdict == "stored" and told["chain"] == "whole"
    (mark,) = told["unauthorised"]
    assert (mark["kind"], mark["needed"], mark["reason"], mark["role"]) == (step[0], right, "role", "inspector")
    for role in ("lead", "administrator"):
        assert house.sent(step, make(house.centre, role).id)[0]["unauthorised"] == []


@pytest.mark.parametrize("name", OF_INSPECTORS)
def test_an_inspectors_act_is_marked_for_nobody(house: House, name: str) -> None:
    step = OF_INSPECTORS[name]
    for person in (make(house.centre, "inspector").id, "nobody the centre knows"):
        assert house.sent(step, person)[0]["unauthorised"] == []


@both
def test_a_leads_act_of_nobody_the_centre_knows_or_of_one_who_is_gone_is_marked(house: House) -> None:
    gone = make(house.centre, "lead")
    people.change_person(house.centre, gone.id, {"active": False}, "test")
    assert house.sent(WAIVED, gone.id)[0]["unauthorised"][0]["reason"] == "inactive"
    assert house.sent(WAIVED, "nobody")[0]["unauthorised"][0]["reason"] == "unknown"


def test_a_mark_stays_when_its_person_becomes_a_lead_later(house: House) -> None:
    inspector = make(house.centre, "inspector")
    told, _ = house.sent(WAIVED, inspector.id)
    people.change_person(house.centre, inspector.id, {"role": "lead"}, "test")
    again = search.tell_inspection(house.centre, told["id"])
    assert again is not None and len(again["unauthorised"]) == 1


@both
def test_a_lead_of_the_site_sees_the_act_on_the_list_and_settles_it_with_a_note(house: House) -> None:
    inspector, lead = make(house.centre, "inspector"), make(house.centre, "lead", site="Nord")
    told, _ = house.sent(WAIVED, inspector.id)
    header = signed_in(house.client, lead)
    other = signed_in(house.client, make(house.centre, "lead", site="Süd"))
    assert house.client.get("/api/v1/unauthorised", headers=other).json() == {"acts": []}
    (act,) = house.client.get("/api/v1/unauthorised", headers=header).json()["acts"]
    assert (act["inspection_id"], act["station"]) == (told["id"], "B12")
    assert act["tracking_number"] == told["tracking_number"]
    assert act["person"] == "Name N-inspector-"
    place = f"/api/v1/unauthorised/{act['record_id']}/settle"
    note = {"note": "seen with the inspector"}
    assert house.client.post(place, json=note, headers=other).json()["code"] == "unauthorised.not_found"
    settled = house.client.post(place, json=note, headers=header).json()
    assert (settled["settled_by"], settled["note"]) == ("Name N-lead-Nord", "seen with the inspector")
    admin = administrator(house.centre)
    again = house.client.post(place, json={"note": "another"}, headers=admin).json()
    assert again == settled
    assert house.client.get("/api/v1/unauthorised", headers=header).json() == {"acts": []}
    assert len(house.client.get("/api/v1/unauthorised?settled=1", headers=header).json()["acts"]) == 1
    marked = search.tell_inspection(house.centre, told["id"])
    assert marked is not None and marked["unauthorised"][0]["settled_by"] == "Name N-lead-Nord"


def test_facts_of_another_form_do_not_hide_an_act_nor_stop_its_neighbours(house: House) -> None:
    inspector = make(house.centre, "inspector").id
    making = Making()
    making.add(making.parcel())
    waived: Step = (EventKind.SHOT_WAIVED, {**WAIVED[1], "more": [uuid7()]})
    steps: list[Step] = [waived, (EventKind.RECHECK_REQUESTED, {"reason": "x"})]
    lines = [line_of(event) for event in [*making.events, *making.next_events(*steps, person=inspector)]]
    broken = lines[1].replace(b'"shot":"label"', b'"shot":17')
    verdicts = [one["verdict"] for one in ledger.take(house.centre, house.station_id, [lines[0], broken, lines[2]])]
    assert verdicts[1] == "quarantined" and verdicts[0] == verdicts[2] == "stored"
