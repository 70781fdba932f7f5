"""Shares of liability always add up to 100, whatever is pressed."""

from __future__ import annotations

from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.station.liability_panel import STEP, evenly, shifted, toggled

PARTIES = ("buyer", "seller", "carrier", "vendor", "warehouse", "platform", "undetermined")
PRESSES = st.lists(st.tuples(st.sampled_from(["toggle", "more", "less"]), st.sampled_from(PARTIES)), max_size=25)


@given(PRESSES)
@properties()
def test_shares_add_up_after_any_presses_and_nobody_bears_nothing(presses: list[tuple[str, str]]) -> None:
    shares = {"buyer": 100}
    for press, party in presses:
        if press == "toggle":
            shares = toggled(shares, party)
        else:
            shares = shifted(shares, party, STEP if press == "more" else -STEP)
        assert sum(shares.values()) == 100
        assert all(share > 0 for share in shares.values())


def test_the_remainder_of_equal_shares_goes_to_the_last() -> None:
    assert evenly(["buyer", "carrier", "vendor"]) == {"buyer": 33, "carrier": 33, "vendor": 34}
    assert evenly([]) == {}


def test_a_share_moves_to_and_from_the_largest_of_the_others() -> None:
    shares = {"buyer": 50, "carrier": 30, "vendor": 20}
    assert shifted(shares, "carrier", STEP) == {"buyer": 40, "carrier": 40, "vendor": 20}
    assert shifted(shares, "vendor", -STEP) == {"buyer": 60, "carrier": 30, "vendor": 10}
    assert shifted({"buyer": 100}, "buyer", -STEP) == {"buyer": 100}
