"""The figures in every size and language: whole, apart, large enough, named."""

from __future__ import annotations

import pytest
from factories import SOAK
from gui.eyes import Looking
from gui.test_every_screen import in_english
from gui.test_figures_at_the_window import begin, page, shift_of
from gui.working_bench import WorkingBench

pytestmark = pytest.mark.timeout(3600 if SOAK else 180)


def walk(eyes: Looking) -> None:
    """Go through the states of the figures, looking at each."""
    bench: WorkingBench = eyes.bench
    begin(bench, shift_of(bench.app.station.clock.now(), 420))
    for digit, period in (("2", "today"), ("4", "month")):
        bench.press(digit)
        bench.until(lambda period=period: page(bench).view.wish.period == period)
        bench.press("Down", "Down")
        for _ in range(3):
            bench.quiet()
        eyes.at(f"figures_{period}")
    bench.press("P")
    bench.until(lambda: page(bench).shows_people)
    eyes.at("figures_people")


def test_the_figures_in_chinese_are_whole(looking: Looking) -> None:
    walk(looking)
    assert looking.faults == [], "\n".join(looking.faults)


def test_the_figures_in_english_are_whole(looking: Looking) -> None:
    walk(in_english(looking))
    assert looking.faults == [], "\n".join(looking.faults)


def test_a_shift_without_anything_is_whole(looking: Looking) -> None:
    begin(looking.bench, [])
    looking.at("figures_empty")
    assert looking.faults == [], "\n".join(looking.faults)
