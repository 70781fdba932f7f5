"""Records out of anybody's hands: every one is accounted for, none blocks its neighbours, and nothing is a 5xx."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from centre_cases import InProcess, enrolled, in_process_centre, inspection_events, line_of
from storage_cases import sha

from inspection_station.domain.canonical import canonical_bytes, sha256_of
from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol.messages import make_line
from inspection_station.server import ledger, search
from inspection_station.server.centre import Centre
from inspection_station.server.tables import quarantine, record
from inspection_station.sync.client import CentreClient, Transport

pytestmark = pytest.mark.both_databases

TEXTS: tuple[str, ...] = (
    "", "\0", "a\0b", "\ud800", "x\udfffy", "\u202etxt.exe", "\u200f\u202d", "😀" * 9, "\U0010ffff", "\ufeff", "\ufffe",
    "'; DROP TABLE record; --", "%s %(x)s {0} ${y}", "\\", '"', "\r\n\x1b[2J", "\x7f\x80", "=1+1", "NaN", "退货" * 40,
    "İıſß", "e\u0301" * 30, "a" * 70_000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    2**31, 2**40, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63) - 1, 10**30, 0.1, 1e308, -0.0, 5e-324, True, None, [], {},
    [[]], {"": {"": ""}}, float("nan"), float("inf"),
)  # fmt: skip


def nested(depth: int) -> Any:
    value: Any = "end"
    for number in range(depth):
        value = {"d": value} if number % 2 else [value]
    return value


class Fuzz:
    """Lines of a seed: whole ones, ones bent in the middle but sealed well, and plain rubbish."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self) -> Any:
        kind = self.chance.randrange(5)
        if kind == 0:
            return nested(self.chance.choice((3, 20, 33, 90, 700)))
        return copy.deepcopy(self.chance.choice(VALUES if kind < 3 else TEXTS))

    def bent(self, data: dict[str, Any]) -> dict[str, Any]:
        """`data` with some parts replaced, added or taken away, somewhere in its depth."""
        for _ in range(self.chance.randrange(1, 4)):
            part = data
            while inner := [value for value in part.values() if isinstance(value, dict) and value]:
                if self.chance.random() < 0.4:
                    break
                part = self.chance.choice(inner)
            name = self.chance.choice(list(part)) if self.chance.random() < 0.8 else str(self.chance.choice(TEXTS))
            if self.chance.random() < 0.15:
                part.pop(name, None)
            else:
                part[name] = self.value()
        return data

    def sealed(self) -> bytes:
        """An event that is bent and then hashed as if a station had meant it."""
        body = self.bent(json.loads(line_of(self.chance.choice(inspection_events([sha(1)]))))["body"])
        try:
            body["hash"] = sha256_of({key: value for key, value in body.items() if key != "hash"})
            name = body["id"] if isinstance(body.get("id"), str) else uuid7()
            kind = self.chance.choice(("inspection_event", "inspection_event", "custody_moved"))
            return make_line(name, self.chance.choice((1, 1, 1, 2, 2**31)), kind, body)
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.written(body)

    def written(self, data: Any) -> bytes:
        try:
            return json.dumps(data, ensure_ascii=self.chance.random() < 0.5).encode("utf-8", "replace")
        except RecursionError:
            return b"[" * 5000

    def line(self) -> bytes:
        kind = self.chance.randrange(6)
        if kind < 3:
            return self.sealed()
        if kind == 3:
            return self.written(self.bent(json.loads(line_of(inspection_events()[0]))))
        if kind == 4:
            data = bytearray(line_of(inspection_events()[0]))
            for _ in range(self.chance.randrange(1, 9)):
                data[self.chance.randrange(len(data))] = self.chance.randrange(256)
            return bytes(data).replace(b"\n", b" ")
        return self.chance.randbytes(self.chance.randrange(1, 300)).replace(b"\n", b" ") or b"x"


def kept(centre: Centre) -> tuple[set[str], set[str]]:
    """SHA-256 of all lines in the ledger, and of all in quarantine."""
    with centre.database.reader.connect() as connection:
        good = connection.scalars(sa.select(record.c.line))
        bad = connection.scalars(sa.select(quarantine.c.line))
        return (
            {hashlib.sha256(line.encode()).hexdigest() for line in good},
            {hashlib.sha256(line).hexdigest() for line in bad},
        )


def test_fuzzed_records_are_all_accounted_for_and_block_no_neighbour(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    centre = in_process_centre(tmp_path)
    count, fuzz, taken = rounds(2_000, 100_000), Fuzz(20261123), 0
    good_ids: set[str] = set()
    while taken < count:
        neighbours = [line_of(event) for event in inspection_events()]
        lines = neighbours + [fuzz.line() for _ in range(46)]
        fuzz.chance.shuffle(lines)
        verdicts = ledger.take(centre, "s", lines, renew=fuzz.chance.random() < 0.5)
        told = {hashlib.sha256(line).hexdigest(): verdict for line, verdict in zip(lines, verdicts, strict=True)}
        assert [verdict["index"] for verdict in verdicts] == list(range(len(lines)))
        for line in neighbours:
            assert told[hashlib.sha256(line).hexdigest()]["verdict"] == "stored"
            good_ids.add(json.loads(line)["body"]["inspection_id"])
        good, bad = kept(centre) if taken % 920 == 0 or taken + 46 >= count else (set(), set())
        for name, verdict in told.items() if good or bad else ():
            assert name in (bad if verdict["verdict"] == "quarantined" else good), verdict
        assert not any(verdict["verdict"] == "retry" for verdict in verdicts)
        taken += 46
    found = search.count_everything(centre)
    assert found["quarantined"] > count // 4 and found["records"] > count // 10
    with centre.database.reader.connect() as connection:
        whole = set(connection.scalars(sa.text("SELECT id FROM inspection WHERE chain = 'whole' AND state = 'closed'")))
    assert good_ids <= whole
    centre.close()


def test_poison_comes_back_as_verdicts_through_the_door(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    transport = Transport("http://centre.test", InProcess(centre))
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "key"))
    client.hello(0, ("", ""), {})
    good = [line_of(event) for event in inspection_events()]
    large = make_line(uuid7(), 1, "note", {"text": "x" * 400_000})
    poison = [
        make_line(uuid7(), 1, "note", {"text": "a\0b"}),
        b'{"id":"\\ud800"}',
        canonical_bytes(nested(30)),
        b'{"n":NaN}',
        b"[" * 3000,
        make_line(uuid7(), 1, "note", {"n": 2**40, "rtl": "\u202e"}),
        large,
    ]
    verdicts = client.send_records([good[0], *poison, *good[1:]])
    words = [verdict["verdict"] for verdict in verdicts]
    assert (
        words == ["stored", "quarantined", "quarantined", "quarantined", "quarantined", "quarantined"] + ["stored"] * 5
    )
    transport.close()
    centre.close()
