"""The screens of those who lead, one after the other, in every size and language: whole, apart, large enough, named."""

from __future__ import annotations

import pytest
from factories import SOAK
from gui.eyes import Looking, assert_as_kept
from gui.house_at_work import decided_item, house_of
from gui.test_every_screen import in_english
from gui.working_bench import CLEAN, EMPTY, STAINED, UNKNOWN, WorkingBench, tote_of

from inspection_station.admin.demo_people import demo_people
from inspection_station.admin.demo_returns import demo_returns
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.identifiers import tote_code

pytestmark = pytest.mark.timeout(3600 if SOAK else 180)
KEPT = ("sorting", "sorting_review")


SAID = next(row["reason_text"] for row in demo_returns() if row["reason_text"])  # as a buyer put it


def house() -> list[HouseItem]:
    """A shift's worth of items: most lie where a scan put them, some are only proposed, some wait for a lead."""
    counts = {"restock": 41, "return_to_vendor": 12, "refurbish": 11, "scrap": 4, "hold": 3}
    found: list[HouseItem] = []
    for disposition, count in counts.items():
        for _ in range(count):
            number = len(found) + 1
            tote = tote_of(disposition) if number % 3 else ""
            found.append(decided_item(number, disposition, tote=tote))
    stained = {"id": "f", "question": "", "code": "stain", "severity": "major", "place": "", "part": ""}
    claimed = {"reason": "quality_defect", "reason_text": SAID}
    found.append(decided_item(901, "hold", findings=(stained,), **claimed))
    found.append(decided_item(902, "restock", random_check=True, **claimed))
    return found


CHIEF = demo_people()[5]
HOUSE = house()
HELD, CHECKED = HOUSE[-2], HOUSE[-1]


def settled(bench: WorkingBench) -> None:
    for _ in range(3):
        bench.quiet()


def walk(eyes: Looking) -> None:
    """Go through the states of the board, the dock and the change of shift, looking at each."""
    bench = eyes.bench
    house_of(bench, HOUSE)
    settled(bench)
    eyes.at("sorting")
    bench.scan(HELD.rt_number + "01")
    settled(bench)
    eyes.at("sorting_review")
    bench.press("V")
    settled(bench)
    eyes.at("sorting_change")
    bench.press("V")
    settled(bench)
    bench.scan(tote_of("scrap"))
    settled(bench)
    eyes.at("sorting_refused")
    bench.press("Esc")
    bench.scan(tote_of("scrap"))
    settled(bench)
    eyes.at("sorting_tote")
    bench.press("Esc")
    bench.scan(tote_code(777))
    settled(bench)
    eyes.at("sorting_new_tote")
    bench.press("Esc")
    bench.scan(CHECKED.rt_number + "01")
    settled(bench)
    eyes.at("sorting_blind")
    bench.press("Esc")
    bench.press("Ctrl+A")
    settled(bench)
    eyes.at("arrival_empty")
    for code in (CLEAN, STAINED, UNKNOWN, EMPTY):
        bench.scan(code)
        bench.quiet()
    bench.press("W")
    settled(bench)
    eyes.at("arrival_damaged")
    bench.scan(CLEAN)
    settled(bench)
    eyes.at("arrival_again")
    bench.press("Ctrl+H")
    settled(bench)
    eyes.at("handover")
    bench.scan(CHIEF.badge)
    settled(bench)
    eyes.at("handover_taken")


def test_the_board_in_chinese_is_whole_and_looks_as_it_did(looking: Looking) -> None:
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)
    assert_as_kept(looking, KEPT)


def test_the_board_in_english_is_whole(looking: Looking) -> None:
    walk(in_english(looking))
    assert looking.faults == [], "\n".join(looking.faults)
