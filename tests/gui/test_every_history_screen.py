"""The history of the house in sizes, languages and schemes: whole, apart, large enough, named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import SOAK
from gui.eyes import Looking
from gui.house_at_work import VENDOR
from gui.test_every_screen import in_english
from gui.test_house_history import begin, items_of, page, shown
from gui.working_bench import LEAD, WorkingBench

from inspection_station.admin.demo_returns import demo_returns
from inspection_station.workflows.history_wish import HistoryWishFor

pytestmark = pytest.mark.timeout(3600 if SOAK else 180)
SAID = next(row["reason_text"] for row in demo_returns() if row["reason_text"])


def walk(eyes: Looking) -> None:
    """Go through the states of the history as a lead sees it."""
    bench: WorkingBench = eyes.bench
    items = items_of(bench.app.station.clock.now(), 4)
    stained = ({"id": "f", "question": "q", "code": "stain", "severity": "major", "place": "", "part": ""},)
    photos = tuple(
        {"id": f"p{n}", "sha256": f"{n:064x}", "shot": "front", "finding_id": "f" if n == 2 else "",
         "taken_at": items[0].decided_at}
        for n in range(3)
    )  # fmt: skip
    items[0] = replace(
        items[0], findings=stained, reason="quality_defect", reason_text=SAID, photos=photos, bulk=5, single=3,
        order_number="TB2026112100417", liability=(("vendor", 100),),
    )  # fmt: skip
    items[1] = replace(items[1], random_check=True)
    items[2] = replace(items[2], tracking_number=items[0].tracking_number, again_of=items[0].inspection_id)
    begin(bench, items)
    bench.press("2")
    bench.until(lambda: len(shown(bench)) == 4)
    bench.until(lambda: page(bench).case is not None and page(bench).case.item_id == items[0].id)
    bench.quiet()
    eyes.at("house_history")
    bench.press("PageDown")
    bench.until(lambda: page(bench).case.item_id == items[1].id)
    eyes.at("house_history_blind")
    clock = bench.app.station.clock
    figure = HistoryWishFor(clock.start_of_day(), clock.now(), "B07", "quality_defect", vendor=VENDOR.vendor)
    bench.app.history.show_figure(figure)
    bench.press("F8")
    bench.quiet()
    eyes.at("house_history_filtered")
    bench.scan("NO-SUCH-CODE")
    bench.until(lambda: shown(bench) == [])
    eyes.at("house_history_empty")


def of_this_bench(eyes: Looking) -> None:
    """A record of this bench, looked into closely and beside what was sent out."""
    bench = eyes.bench
    bench.sign_in_with_pin(LEAD)
    bench.work_clean()
    bench.press("F8")
    bench.until(lambda: page(bench).case is not None and not page(bench).viewer.picture.image().isNull())
    eyes.at("house_history_own", lambda: bench.press("Plus"), lambda: bench.press("0"))


def test_the_history_in_chinese_is_whole(looking: Looking) -> None:
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)


def test_the_history_in_english_is_whole(looking: Looking) -> None:
    walk(in_english(looking))
    assert looking.faults == [], "\n".join(looking.faults)


def test_a_photo_looked_into_closely_is_whole(looking: Looking) -> None:
    of_this_bench(looking)
    assert looking.faults == [], "\n".join(looking.faults)
