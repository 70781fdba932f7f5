"""The hash chain of an inspection: whatever is changed, removed, swapped or put in between is found."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.canonical import canonical_bytes, sha256_of
from inspection_station.domain.events import (
    FIRST_PREVIOUS_HASH,
    EventKind,
    InspectionEvent,
    broken_link,
    event_from_json,
    event_to_json,
    hash_of,
    photo_hashes,
)

plain_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=6,
)
payloads = st.lists(st.dictionaries(st.text(max_size=5), plain_json, max_size=3), min_size=2, max_size=6)


def chain(bodies: list[dict[str, Any]]) -> list[InspectionEvent]:
    events: list[InspectionEvent] = []
    head = FIRST_PREVIOUS_HASH
    for sequence, payload in enumerate(bodies, start=1):
        event = InspectionEvent(
            f"e{sequence}", "i", sequence, EventKind.PHOTO_TAKEN.value, "2026-11-21T02:42:33.120Z", None, "B12",
            "station", "p", payload, head,
        )  # fmt: skip
        event = replace(event, hash=hash_of(event))
        head = event.hash
        events.append(event)
    return events


@given(payloads)
@properties()
def test_an_untouched_chain_holds(bodies: list[dict[str, Any]]) -> None:
    assert broken_link(chain(bodies)) is None


_CHANGES: dict[str, Any] = {
    "id": "other", "inspection_id": "other", "kind": "other", "at": "2026-11-21T02:42:33.121Z", "station": "B13",
    "station_id": "other", "person": "other", "payload": {"another": "one"}, "clock_offset_ms": 1, "schema": 2,
    "sequence": 99, "previous_hash": "f" * 64, "hash": "e" * 64,
}  # fmt: skip


@pytest.mark.parametrize("name", _CHANGES)
@given(payloads, st.data())
@properties(4)
def test_any_changed_part_of_an_event_is_found(name: str, bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    events = chain(bodies)
    place = data.draw(st.integers(0, len(events) - 1))
    events[place] = replace(events[place], **{name: _CHANGES[name]})
    assert broken_link(events) == place + 1


@given(payloads, st.data())
@properties()
def test_a_forged_event_with_a_right_hash_breaks_the_next(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    events = chain(bodies)
    place = data.draw(st.integers(0, len(events) - 2))
    forged = replace(events[place], payload={"forged": True})
    events[place] = replace(forged, hash=hash_of(forged))
    assert broken_link(events) == place + 2


@given(payloads, st.data())
@properties()
def test_removed_swapped_and_inserted_events_are_found(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    events = chain(bodies)
    place = data.draw(st.integers(0, len(events) - 2))
    assert broken_link([*events[:place], *events[place + 1 :]]) == place + 1
    swapped = [*events[:place], events[place + 1], events[place], *events[place + 2 :]]
    assert broken_link(swapped) == place + 1
    assert broken_link([*events[: place + 1], events[place], *events[place + 1 :]]) == place + 2


def test_an_event_without_a_canonical_form_breaks_the_chain() -> None:
    events = chain([{}, {}])
    events[1] = replace(events[1], payload={"x": float("nan")})
    assert broken_link(events) == 2


@given(payloads)
@properties()
def test_events_come_back_from_json_text_as_they_were(bodies: list[dict[str, Any]]) -> None:
    for event in chain(bodies):
        assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


@given(plain_json, st.sampled_from([*event_to_json(chain([{}])[0])]), st.booleans())
@properties(80)
def test_hostile_json_is_refused_with_value_or_key_errors_only(value: Any, key: str, missing: bool) -> None:
    body: dict[str, Any] = event_to_json(chain([{}])[0])
    if missing:
        del body[key]
    else:
        body[key] = value
    for data in (body, value):
        try:
            event = event_from_json(data)
            assert isinstance(event.sequence, int) and event.sequence >= 1
            hash_of(event)
        except (ValueError, KeyError):
            pass


@pytest.mark.parametrize("sequence", [0, -1, True, 1.0, "1", 10**400])
def test_a_sequence_is_a_whole_number_from_one_on(sequence: Any) -> None:
    body = event_to_json(chain([{}])[0]) | {"sequence": sequence}
    with pytest.raises(ValueError):
        hash_of(event_from_json(body))


def test_nesting_without_end_is_a_value_error() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        canonical_bytes(deep)


@pytest.mark.parametrize("value", [float("inf"), 2**60, "\ud800", {"\udfff": 1}, object()])
def test_what_json_cannot_carry_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_bytes({"x": value})


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    assert canonical_bytes({"b": (1, 2.0), "a": "é"}) == b'{"a":"\xc3\xa9","b":[1,2]}'
    assert sha256_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_photo_names_its_bytes_and_nothing_else() -> None:
    name = "ab" * 32
    assert photo_hashes(chain([{"sha256": name}])[0]) == (name,)
    assert photo_hashes(replace(chain([{}])[0], kind="label_printed")) == ()
    for hostile in ("../../etc/passwd", "AB" * 32, "ab" * 31, None, name + "\n"):
        with pytest.raises(ValueError, match="SHA-256"):
            photo_hashes(chain([{"sha256": hostile}])[0])
