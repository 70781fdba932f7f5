"""What is and what is not a record, and the small pieces both ends build messages from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from centre_cases import inspection_events, line_of
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.canonical import canonical_bytes, sha256_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol.messages import (
    DEEPEST_JSON,
    RecordFault,
    content_hash,
    content_range,
    depth_of,
    hash_without,
    is_plain_text,
    is_reply,
    make_line,
    make_record,
    parse_content_range,
    parse_line,
    record_line,
    reply,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e15, 1e15) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=16,
)


def note(first: dict[str, Any], **changes: Any) -> bytes:
    """A record of a kind no centre knows yet, with parts of its envelope changed after hashing."""
    record = make_record(uuid7(), 1, "bench_note", first)
    return json.dumps({**json.loads(record_line(record)), **changes}).encode()


def test_a_record_reads_back_as_it_was_written() -> None:
    event = inspection_events()[0]
    record = parse_line(line_of(event))
    assert (record.id, record.body["sequence"], record.blobs) == (event.id, 1, ())
    assert content_hash(record) == event.hash
    assert content_hash(parse_line(note({"text": "箱"}))) != ""


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.lists(st.just("a" * 64), max_size=3))
def test_a_line_is_canonical_and_carries_the_hash_of_all_the_rest(body: dict[str, Any], blobs: list[str]) -> None:
    try:
        line = make_line(uuid7(), 1, "bench_note", body, blobs)
    except ValueError:
        return  # a number or text that JSON cannot carry exactly
    data = json.loads(line)
    assert canonical_bytes(data) == line
    assert data["hash"] == sha256_of({key: value for key, value in data.items() if key != "hash"})


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "record.not_json"),
        (b"\xff\xfe{}", "record.not_json"),
        (b"[1]", "record.malformed"),
        (b"{}", "record.malformed"),
        (b"[" * 100_000, "record.not_json"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "record.not_json"),
        (b'{"id":NaN}', "record.not_json"),
        (b'{"id":' + b"9" * 5000 + b"}", "record.not_json"),
        (note({"n": 1}, revision=0), "record.malformed"),
        (note({"n": 1}, revision=True), "record.malformed"),
        (note({"n": 1}, kind="Not a code"), "record.malformed"),
        (note({"n": 1}, id="../../etc/passwd"), "record.malformed"),
        (note({"n": 1}, blobs=["x"]), "record.malformed"),
        (note({"n": 1}, blobs="x"), "record.malformed"),
        (note({"n": 1}, body={"n": 2}), "record.wrong_hash"),
        (note({"n": 1}, body={"n": "\0"}), "record.nul"),
        (note({"n": 1}, body={"\0": 1}), "record.nul"),
        (note({"n": 1}, body={"n": "\ud800"}), "record.not_canonical"),
        (note({"n": 1}, body={"n": 2**70}), "record.not_canonical"),
        (note({"n": 1}).replace(b'"n": 1', b'"n": 1e999'), "record.not_canonical"),
    ],
)
def test_poison_is_named_by_a_stable_code(line: bytes, code: str) -> None:
    with pytest.raises(RecordFault) as fault:
        parse_line(line)
    assert fault.value.code == code


def test_an_event_with_a_hash_that_is_not_its_own_is_refused() -> None:
    event = inspection_events()[0]
    body = {**json.loads(line_of(event))["body"], "at": "2020-01-01T00:00:00.000Z"}
    with pytest.raises(RecordFault, match=r"event\.wrong_hash"):
        parse_line(record_line(make_record(event.id, 1, "inspection_event", body)))


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_the_fast_hash_is_the_canonical_one(data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    holds_fraction = "." in text.decode("utf-8", "ignore") or b"e" in text or b"N" in text or b"I" in text
    if not holds_fraction and is_plain_text(text):
        expected = sha256_of({key: value for key, value in data.items() if key != "hash"})
        assert hash_without(data, plain=True) == expected


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_line_makes_the_reader_fail_otherwise(line: bytes) -> None:
    try:
        parse_line(line)
    except RecordFault as fault:
        assert fault.code


@given(JSON)
def test_depth_is_counted_without_recursion(value: Any) -> None:
    assert depth_of([[value]]) == depth_of(value) + 2


def test_deep_json_is_measured_though_it_is_far_deeper_than_allowed() -> None:
    value: Any = 1
    for _ in range(50_000):
        value = [value]
    assert depth_of(value) == 50_000 > DEEPEST_JSON
    while isinstance(value, list):  # taken apart here: freeing it at once would recurse in C
        value = value[0]


@given(st.integers(0, 2**40), st.integers(1, 2**30), st.integers(0, 2**30))
def test_content_range_reads_back(start: int, length: int, more: int) -> None:
    total = start + length + more
    assert parse_content_range(content_range(start, length, total)) == (start, length, total)


@pytest.mark.parametrize("text", ["", "bytes 5-4/9", "bytes 0-9/9", "bytes */9", "bytes 0-1/²", "bytes 0-8/9 "])
def test_a_content_range_that_makes_no_sense_is_none(text: str) -> None:
    assert parse_content_range(text) is None


def test_only_the_envelope_of_a_centre_counts_as_an_answer() -> None:
    assert is_reply(reply("e", "t"))
    for other in (None, [], {}, {"status": "ok"}, {**reply("e", "t"), "epoch": 1}, {**reply("e", "t"), "centre": "x"}):
        assert not is_reply(other)
