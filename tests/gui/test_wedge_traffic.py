"""Scans and keystrokes by the thousand, with a window that stalls: none lost, doubled, split, joined or misread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from scan_traffic import Traffic

from inspection_station.station.scan_calibration import propose
from inspection_station.station.scanned_text import TOO_SLOW
from inspection_station.station.wedge_scanner import WedgeFilter


@contextmanager
def at_work(qtbot, traffic: Traffic, **settings: object) -> Iterator[WedgeFilter]:
    qtbot.addWidget(traffic.window)
    traffic.window.show()
    qtbot.waitExposed(traffic.window)
    traffic.window.activateWindow()
    qtbot.waitUntil(traffic.window.isActiveWindow)
    traffic.window.setFocus()
    wedge = WedgeFilter(clock=lambda: traffic.now, **settings)  # type: ignore[arg-type]
    traffic.listen(wedge)
    wedge.install()
    try:
        yield wedge
    finally:
        wedge.remove()


@pytest.mark.parametrize("seed", range(4))
def test_no_scan_is_lost_doubled_split_or_joined_and_none_presses_a_button(
    qtbot, seed: int, rounds: Callable[[int, int], int]
) -> None:
    traffic = Traffic(seed)
    with at_work(qtbot, traffic) as wedge:
        traffic.run(wedge, rounds(75, 2500))
    assert traffic.happened == traffic.expected
    assert max(traffic.waits) <= wedge.max_gap_ms + 5, "a letter waits for the length of one gap, not longer"


def test_scanners_without_an_ending_are_heard_whole_too(qtbot, rounds: Callable[[int, int], int]) -> None:
    traffic = Traffic(9, endings=("",))
    with at_work(qtbot, traffic, accept_unterminated=True) as wedge:
        traffic.run(wedge, rounds(100, 1000))
    heard = [text for kind, text in traffic.happened if kind == "scan"]
    assert heard == [text for kind, text in traffic.expected if kind == "scan" and len(text) >= 8]


@pytest.mark.parametrize("slowest", [36, 42, 48, 55])
def test_a_scanner_in_the_band_is_never_misread_and_its_calibration_separates_it(qtbot, slowest: int) -> None:
    scanner = (slowest, slowest)  # every gap as long as that; a person's keys from 60 ms on
    slow = Traffic(slowest, scan_gaps=scanner, endings=("\r",))
    with at_work(qtbot, slow) as wedge:
        slow.run(wedge, 40)
        measured = wedge.last_slow
    kinds = Counter(kind for kind, _ in slow.happened)
    assert kinds["scan"] == 0 and kinds["refused"] >= 40
    assert {text for kind, text in slow.happened if kind == "refused"} == {TOO_SLOW}
    presses = sum(one == ("key", "\r") for one in slow.expected)
    assert sum(one == ("key", "\r") for one in slow.happened) <= presses, "the Enter of a scan pressed a button"
    assert measured is not None
    proposal = propose([measured.gaps])
    assert proposal.separates and slowest < proposal.max_gap < 60
    calibrated = Traffic(slowest, scan_gaps=scanner, endings=("\r",))
    with at_work(qtbot, calibrated, max_gap_ms=proposal.max_gap) as wedge:
        calibrated.run(wedge, 40)
    assert calibrated.happened == calibrated.expected


@pytest.mark.parametrize("seed", range(3))
def test_a_scan_with_one_pause_inside_is_told_and_never_taken_for_another_code(qtbot, seed: int) -> None:
    """Most gaps as of any scanner, one in ten too long for it."""
    traffic = Traffic(seed, scan_gaps=(1, 38), endings=("\r",))
    with at_work(qtbot, traffic) as wedge:
        traffic.run(wedge, 200)
    codes = Counter(text for kind, text in traffic.expected if kind == "scan")
    heard = Counter(text for kind, text in traffic.happened if kind == "scan")
    assert heard - codes == Counter(), "a piece was taken for a code"
    refused = sum(kind == "refused" for kind, _ in traffic.happened)
    assert heard.total() + refused >= 200 and refused > 0
