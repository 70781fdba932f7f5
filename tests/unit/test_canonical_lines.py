"""Lines read the quick way: the same record, or the same fault, as read in full."""

from __future__ import annotations

import json
import random

import pytest
from centre_cases import inspection_events, line_of
from storage_cases import sha

from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol import messages
from inspection_station.protocol.canonical_line import canonical_line
from inspection_station.protocol.messages import make_record, parse_line, record_line

LINES = [line_of(event) for event in inspection_events([sha(1)])]


def outcome(parse: object, line: bytes) -> object:
    try:
        return parse(line)  # type: ignore[operator]
    except messages.RecordFault as fault:
        return fault.code, fault.record_id


def other(**body: object) -> bytes:
    return record_line(make_record(uuid7(), 1, "custody_moved", body, [sha(2), sha(3)]))


@pytest.mark.parametrize("line", LINES)
def test_what_a_station_sends_is_read_the_quick_way(line: bytes) -> None:
    assert canonical_line(line) is not None
    assert outcome(parse_line, line) == outcome(messages._parse_any, line)
    assert not isinstance(outcome(parse_line, line), tuple)


@pytest.mark.parametrize(
    "line",
    [
        other(n=1.5), other(n=[0.1]), other(t="a,5.0"), other(t="line\nend"), other(t="\u0007"), other(t="😀"),
        other(hash="a" * 64), other(a={"hash": "b" * 64}, hash="b" * 64), other(hash=[1]), other(t="退货“中心”"),
        other(t=',"hash":"x"'), other(n=2**53 - 1), other(n=-0), other(),
        LINES[0] + b" ", b" " + LINES[0], LINES[0].replace(b":", b": ", 1), LINES[0][:-1], LINES[0][:-1] + b',"z":1}',
        LINES[0][:-1] + b',"schema":1}', LINES[0].replace(b'"SF', b'"SX'),
        LINES[1].replace(b'"revision":1', b'"revision":2'),
        b"null", b"[]", b"{}", b"", b"NaN", b"\xff", b'{"blobs":1}', b"[" * 3000, LINES[0].replace(b"1", b"1e0", 1),
        json.dumps({**json.loads(LINES[0]), "body": {"n": 2**60}}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**json.loads(LINES[0]), "hash": 7}, sort_keys=True, separators=(",", ":")).encode(),
    ],
)  # fmt: skip
def test_odd_lines_come_to_the_same_both_ways(line: bytes) -> None:
    assert outcome(parse_line, line) == outcome(messages._parse_any, line)


def test_lines_with_a_byte_changed_come_to_the_same_both_ways() -> None:
    chance = random.Random(11)
    letters = b'"{}[]:,\\0129eE.-+ abcu\x00\x7f\xc3\xf0'
    for _ in range(1500):
        line = bytearray(chance.choice(LINES))
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(line))
            if chance.random() < 0.5:
                line[place] = chance.choice(letters)
            elif chance.random() < 0.5:
                del line[place]
            else:
                line.insert(place, chance.choice(letters))
        assert outcome(parse_line, bytes(line)) == outcome(messages._parse_any, bytes(line))
