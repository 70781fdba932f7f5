"""Expected returns and people as they come over the wire, and what a role may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from factories import DISPUTE_DESK, GTIN, INSPECTOR, LEAD, earphones, expected, line, properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.people import Person, Right, Role, person_from_json, person_to_json
from inspection_station.domain.returns import return_from_json, return_to_json

pytestmark = pytest.mark.both_databases

RETURN = expected(lines=(line(1, quantity=2), earphones(2)), policy_flags=("high_value",))


def wire(changes: Callable[[dict[str, Any]], Any] = lambda body: None) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(return_to_json(RETURN)))
    changes(body)
    return body


def test_a_return_comes_back_from_json_text_as_it_was() -> None:
    assert return_from_json(wire()) == RETURN
    assert RETURN.units == 3


def test_what_a_newer_program_adds_is_passed_over_and_what_an_older_left_out_is_empty() -> None:
    def change(body: dict[str, Any]) -> None:
        body["loyalty"] = "gold"
        body["lines"][0]["weight_g"] = 300
        for name in ("vendor", "vendor_name", "serial_numbers", "accessories", "picture"):
            del body["lines"][0][name]

    read = return_from_json(wire(change))
    assert read.lines[0] == replace(RETURN.lines[0], vendor="", vendor_name="")


UNFIT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no line": lambda body: body.update(lines=[]),
    "the same line twice": lambda body: body["lines"][1].update(line=1),
    "no tracking number": lambda body: body.update(tracking_numbers=[]),
    "an empty tracking number": lambda body: body.update(tracking_numbers=[""]),
    "a text for tracking numbers": lambda body: body.update(tracking_numbers="SF1234567890123"),
    "no unit": lambda body: body["lines"][0].update(quantity=0),
    "a price below nothing": lambda body: body["lines"][0]["unit_price"].update(minor=-1),
    "a date that is none": lambda body: body.update(delivered_on="19.11.2026"),
    "codes that are no list": lambda body: body["lines"][0].update(gtins=GTIN),
    "a line that is none": lambda body: body.update(lines=["jacket"]),
    "a part missing": lambda body: body.pop("reason"),
}


@pytest.mark.parametrize("fault", UNFIT)
def test_a_return_that_nothing_can_be_inspected_by_is_refused(fault: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        return_from_json(wire(UNFIT[fault]))


hostile = st.none() | st.integers() | st.text(max_size=4) | st.lists(st.none() | st.integers(), max_size=2)


@given(st.sampled_from(sorted(wire())), st.sampled_from(sorted(wire()["lines"][0])), hostile, st.booleans())
@properties(60)
def test_hostile_returns_raise_the_announced_errors_only(name: str, part: str, value: Any, inside: bool) -> None:
    def change(body: dict[str, Any]) -> None:
        if inside:
            body["lines"][0][part] = value
        else:
            body[name] = value

    try:
        read = return_from_json(wire(change))
    except (ValueError, KeyError, TypeError):
        return
    assert read.lines and read.units >= len(read.lines) and all(one.unit_price.minor >= 0 for one in read.lines)


def test_a_product_is_known_by_sku_and_any_length_of_its_gtins() -> None:
    short = line(gtins=("96385074", "012345678905"))
    for code in ("JK-01-WHITE-M", "96385074", "00000096385074", "0012345678905"):
        assert short.is_product_code(code)
    for code in ("JK-01-WHITE", "6901234567892", "٩٦٣٨٥٠٧٤", ""):
        assert not short.is_product_code(code)
    assert earphones(serial_numbers=("sn-1",)).is_code("SN-1") and not earphones().is_product_code("SN-778-A")


def test_a_person_comes_back_from_json_text_and_hostile_ones_are_refused() -> None:
    person = replace(INSPECTOR, number="0042", pin_hash="$argon2id$x", active=False)
    assert person_from_json(json.loads(json.dumps(person_to_json(person)))) == person
    plain = person_to_json(INSPECTOR)
    assert person_from_json({**plain, "shoe_size": 43}) == INSPECTOR
    for fault in ({"role": "boss"}, {"name": None}, {"active": "no"}, {"badge_hash": 5}):
        with pytest.raises(ValueError):
            person_from_json({**plain, **fault})
    with pytest.raises(KeyError):
        person_from_json({"role": "lead"})


def may(person: Person) -> set[Right]:
    return {right for right in Right if person.may(right)}


def test_rights_follow_the_role_and_end_with_the_person() -> None:
    assert may(INSPECTOR) == {Right.INSPECT, Right.CHANGE_DEVICES, Right.EXPORT_EVIDENCE, Right.SIGN}
    assert may(LEAD) == set(Right) - {Right.CHANGE_SETTINGS, Right.ADMINISTER}
    assert may(DISPUTE_DESK) == {Right.EXPORT_EVIDENCE}
    assert may(replace(LEAD, role=Role.ADMINISTRATOR)) == set(Right)
    assert may(replace(LEAD, active=False)) == set()
