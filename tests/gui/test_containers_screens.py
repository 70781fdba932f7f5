"""The containers' screens are whole in every size, language and scheme."""

from __future__ import annotations

import pytest
from gui.eyes import Looking, assert_as_kept
from gui.test_containers_at_the_window import BACK, at_containers, page, press, scan
from gui.test_every_screen import in_english


def walk(eyes: Looking) -> None:
    """A list, an open tote, a manifest half scanned with its photo, a scrap certificate."""
    bench = eyes.bench
    numbers = at_containers(bench, "return_to_vendor", 5, BACK)
    eyes.at("containers_list")
    scan(bench, BACK)
    eyes.at("containers_tote")
    press(bench, "K", "1")
    scan(bench, *(number + "01" for number in numbers[:3]))
    bench.press("Space")
    bench.until(lambda: page(bench).view.photos)
    eyes.at("containers_manifest")
    press(bench, "2")
    eyes.at("containers_scrap")
    scan(bench, "nothing at all")
    eyes.at("containers_refused")


@pytest.mark.parametrize("english", [False, True])
def test_every_containers_screen_is_whole(looking: Looking, english: bool) -> None:
    eyes = in_english(looking) if english else looking
    walk(eyes)
    assert not eyes.faults, "\n".join(eyes.faults)
    if not english:
        assert_as_kept(eyes, ("containers_manifest",))
