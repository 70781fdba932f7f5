"""The forms in which sorting travels: one golden act of each kind and a golden item, which programs of later must read.

    PYTHONPATH=.:tests python tests/contract/test_golden_acts.py     adds kinds that the file has not; never changes one
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from centre_backups import Bench
from centre_cases import NOW, in_process_centre
from golden_scenario import GOLDEN, PHOTO, photo_name

from inspection_station.domain.custody.acts import (
    _NEEDED,
    Act,
    ActKind,
    act_from_json,
    act_to_json,
    hash_of,
    photo_hashes,
)
from inspection_station.domain.custody.house_item import house_item_from_json, house_item_to_json
from inspection_station.protocol.messages import make_record, parse_line, record_line

ACTS, ITEM = GOLDEN / "custody-acts.jsonl", GOLDEN / "item.jsonl"  # a record, a body of the feed
SUBJECTS = {
    "tote": "tote:T-100204N", "item": "item:01938000-0000-7000-8000-00000000bbbb", "new": "item:i1", "old": "item:i1",
    "manifest": "manifest:01938000-0000-7000-8000-00000000cccc", "parcel": "parcel:SF1390447120865",
    "arrival": "parcel:SF1390447120865", "shift": "shift:01938000-0000-7000-8000-00000000dddd",
}  # fmt: skip
FACTS: dict[str, Any] = {
    "text": "缝线开裂", "whole number": 2, "list of texts": ["T-100204N"], "mapping": {"parked": 3},
    "list of items": [{"item_id": "i1", "rt_number": "RT-261121-01204214", "tote": "T-100204N"}],
}  # fmt: skip


def kept() -> dict[str, str]:
    """The golden lines by kind."""
    lines = ACTS.read_text("utf-8").splitlines() if ACTS.is_file() else []
    return {str(parse_line(line.encode()).body["kind"]): line for line in lines}


def made(kind: ActKind) -> Act:
    """An act of that kind in which nothing is left to chance."""
    number = list(ActKind).index(kind) + 1
    facts = {name: photo_name() if name == "sha256" else FACTS[form] for name, form in _NEEDED[kind].items()}
    act = Act(
        f"01938000-0000-7000-8000-{number:012d}", kind, SUBJECTS[kind.split("_")[0]], 2,
        ("01938000-0000-7000-8000-00000000ffff",), NOW, -1200, "B12", "s", "p", facts,
    )  # fmt: skip
    return replace(act, hash=hash_of(act))


def line_of(act: Act) -> bytes:
    return record_line(make_record(act.id, 1, "custody_act", act_to_json(act), photo_hashes(act)))


def test_every_kind_of_act_has_a_golden_one() -> None:
    assert set(kept()) == set(ActKind)


@pytest.mark.parametrize("kind", list(ActKind))
def test_an_act_is_written_and_read_as_it_was(kind: ActKind) -> None:
    line = kept()[kind]
    assert line_of(made(kind)).decode() == line
    act = act_from_json(parse_line(line.encode()).body)
    assert act == made(kind) and hash_of(act) == act.hash


def test_an_item_is_written_and_read_as_it_was() -> None:
    told = json.loads(ITEM.read_text("utf-8"))
    item = house_item_from_json(told)
    again = house_item_to_json(item)
    assert {name: again[name] for name in told} == told
    assert item.grade == "C" and item.liability == (("vendor", 100),) and len(item.photos) == 1


def test_the_centre_takes_every_golden_act(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    client = Bench.at(centre, tmp_path / "key", "B12").client
    client.send_photo_part(photo_name(), PHOTO.read_bytes(), 0, PHOTO.stat().st_size)
    verdicts = client.send_records([line.encode() for line in kept().values()])
    assert {one["verdict"] for one in verdicts} == {"stored"}, verdicts
    centre.close()


if __name__ == "__main__":
    lines = {str(kind): line_of(made(kind)).decode() for kind in ActKind} | kept()
    ACTS.write_text("".join(f"{line}\n" for line in lines.values()), "utf-8")
