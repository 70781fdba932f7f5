"""Numbers read as text: found in their groups, in the right order, never invented."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.numbers_in_text import LONGEST, MOST, folded, proposed_numbers


def test_a_number_printed_in_groups_is_one_number() -> None:
    assert proposed_numbers(["速丰快运", "SF1390 4471 2086 5", "收 华东退货中心 3号库 B12台"]) == ("SF1390447120865",)


def test_the_expected_number_comes_first_as_it_is_expected_though_letters_look_like_figures() -> None:
    lines = ["订单 2611-5659-2564", "5F139O 4471 2O86 5"]
    assert proposed_numbers(lines, ["SF1390447120865"])[0] == "SF1390447120865"


def test_words_phone_tails_and_dates_are_no_numbers() -> None:
    assert proposed_numbers(["寄 张** 138****5521", "2026-11-21", "重量 1.2kg", "RETURNCENTRE"]) == ()


def test_a_part_of_a_longer_number_is_not_proposed_beside_it() -> None:
    assert proposed_numbers(["JT5284019937712", "5284019937712"]) == ("JT5284019937712",)


@given(st.lists(st.text(max_size=60), max_size=8), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_gives_few_bounded_proposals_that_stand_in_it(lines: list[str], expected: list[str]) -> None:
    proposals = proposed_numbers(lines, expected)
    everything = folded("".join(lines))
    assert len(proposals) <= MOST == 5
    for number in proposals:
        assert number in expected or (8 <= len(number) <= LONGEST and folded(number) in everything)
