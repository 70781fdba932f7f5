"""A dry run of the rules over closed inspections, beside reading and folding the same ones, in turns."""

from __future__ import annotations

import json
import random
import time
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from factories import expected, line
from rule_strategies import CATEGORIES
from sqlalchemy import insert
from storage_cases import CLOSED, Making, feed_return, item, photo, sha
from trade_cases import BOOK

from inspection_station.domain.answers import possible_defects
from inspection_station.domain.events import EventKind, event_to_json
from inspection_station.domain.folding import fold
from inspection_station.domain.money import Money
from inspection_station.domain.verdict import decide
from inspection_station.storage.closed_inspections import ClosedInspections
from inspection_station.storage.database import Database
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.tables import inspection_events, inspections
from inspection_station.workflows.dry_run import closed_inspections, dry_run

TODAY = date(2026, 11, 21)
REASONS = ("no_reason_7d", "size_mismatch", "quality_defect", "function_fault", "short_shipped")


@dataclass(frozen=True)
class Ran:
    """Seconds of a dry run and of reading and folding alone; how many items were graded and would have moved."""

    seconds: float
    floor: float
    items: int
    moved: int


def _one(chance: random.Random, number: int) -> tuple[Making, object]:
    """A closed inspection as a bench leaves it: three photos, half of them with a defect or two, decided by rule."""
    category = chance.choice(CATEGORIES[:-1])
    announced = expected(
        f"r{number}", tracking_numbers=(f"SF{number:013d}",), reason=chance.choice(REASONS),
        lines=(line(category=category, unit_price=Money(chance.randrange(1000, 200_000))),),
    )  # fmt: skip
    making = Making()
    row = item(f"i{number}", number % 99_999, return_id=announced.id, category=category, template=category)
    making.add(making.parcel(announced.tracking_numbers[0], (announced.id,)), row)
    making.add(*(photo(sha(number * 3 + place), f"i{number}", shot=shot) for place, shot in
                 enumerate(("waybill", "front", "close_up"))))  # fmt: skip
    making.add((EventKind.ITEM_IDENTIFIED, {"item_id": f"i{number}", "finding": "match", "by": "scan"}))
    kinds = [(row.id, one) for row in BOOK.template_for(category).questions for one in possible_defects(row)]
    for place in range(chance.choice((0, 0, 1, 2))):
        question, one = chance.choice(kinds)
        making.add(
            (EventKind.DEFECT_FOUND, {"item_id": f"i{number}", "finding_id": f"f{place}", "question": question,
                                      "type": one.type, "code": one.code, "severity": one.severity})
        )  # fmt: skip
    rest = [row.id for row in BOOK.template_for(category).questions if row.id not in making.inspection.item().answers]
    making.add((EventKind.REST_PASSED, {"item_id": f"i{number}", "questions": rest}))
    made = decide(BOOK, making.inspection.item(), announced, TODAY)
    making.add(
        (EventKind.ITEM_DECIDED, {
            "item_id": f"i{number}", "grade": made.grade, "disposition": made.disposition, "refund": made.refund,
            "liability": [{"party": party, "share": share} for party, share in made.liability], "label_issue": 1,
            "needs_lead": made.needs_lead, "why": [asdict(why) for why in made.whys], "counted_to": "2026-11-21",
        }),
        CLOSED,
    )  # fmt: skip
    return making, feed_return(announced)


def fill(folder: Path, count: int) -> Database:
    """A station's database with `count` closed inspections and their returns, written in bulk."""
    database = open_database(folder)
    chance = random.Random(1)
    made = [_one(chance, number) for number in range(count)]
    StoredFeed(database).apply_page("epoch", "end", [announced for _, announced in made])  # type: ignore[misc]
    with database.writing() as connection:
        connection.execute(insert(inspections), [
            {"place": place, "id": one.inspection.id, "tracking_number": one.inspection.tracking_number,
             "state": one.inspection.state.value, "closed_at": one.inspection.closed_at}
            for place, (one, _) in enumerate(made, 1)
        ])  # fmt: skip
        connection.execute(insert(inspection_events), [
            {"inspection_id": event.inspection_id, "sequence": event.sequence, "id": event.id, "kind": event.kind,
             "body": json.dumps(event_to_json(event), ensure_ascii=False, default=dict)}
            for one, _ in made for event in one.events
        ])  # fmt: skip
    return database


def measure(folder: Path, count: int, rounds: int = 3) -> Ran:
    """The quickest of `rounds` of each, in turns; the candidate has half of the rules for the refund."""
    database = fill(folder, count)
    stored = ClosedInspections(database)
    table = BOOK.rules.tables["refund"]
    tables = {**BOOK.rules.tables, "refund": (*table[: len(table) // 2], table[-1])}
    candidate = replace(BOOK, rules=replace(BOOK.rules, tables=tables))
    whole, floor, told = [], [], None
    for _ in range(rounds):
        begun = time.perf_counter()
        for batch in stored.events_since(""):
            known = stored.returns([fold(events).return_ids[0] for events in batch])
            assert len(known) == len(batch)
        floor.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        told = dry_run(candidate, closed_inspections(stored.events_since(""), stored.returns), lambda text: text[:10])
        whole.append(time.perf_counter() - begun)
    database.close()
    assert told is not None and told.inspections == count
    return Ran(min(whole), min(floor), told.items, len(told.moved))
