"""When a parcel weighs so differently from what left that it is told before it is opened."""

from __future__ import annotations

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.returns import return_from_json, return_to_json
from inspection_station.domain.weights import HEAVIER, HEAVIEST, LIGHTER, weight_flag

GRAMS = st.integers(1, HEAVIEST)


@pytest.mark.parametrize(
    ("left", "came", "flag"),
    [
        (1250, 640, LIGHTER), (1250, 1201, ""), (1250, 1187, LIGHTER), (1250, 1188, ""), (300, 250, ""),
        (300, 249, LIGHTER), (1250, 1500, ""), (1250, 1501, HEAVIER), (300, 500, ""), (300, 501, HEAVIER),
        (20_000, 19_500, ""), (20_000, 18_999, LIGHTER), (0, 500, ""), (500, 0, ""), (-5, 9, ""),
    ],
)  # fmt: skip
def test_both_the_grams_and_the_share_must_be_passed(left: int, came: int, flag: str) -> None:
    assert weight_flag(left, came) == flag


@properties(200)
@given(GRAMS, GRAMS)
def test_the_same_weight_is_never_flagged_and_a_greater_difference_never_less(left: int, came: int) -> None:
    assert weight_flag(left, left) == ""
    flag = weight_flag(left, came)
    if flag == LIGHTER and came > 1:
        assert came < left and weight_flag(left, came - 1) == LIGHTER
    if flag == HEAVIER:
        assert came > left and weight_flag(left, came + 1) == HEAVIER


def test_a_return_keeps_its_weight_and_one_without_is_told_as_before() -> None:
    from dataclasses import replace

    from station_cases import one_return

    plain = return_to_json(one_return(1))
    assert "outbound_grams" not in plain
    weighed = replace(one_return(1), outbound_grams=1250)
    assert return_from_json(return_to_json(weighed)) == weighed
