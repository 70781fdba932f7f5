"""Money: read exactly, rounded half up once, divided without losing a fen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain.money import Money
from inspection_station.errors import StationProblem


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("599.00", "CNY", 59900),
        (" 1,299 ", "CNY", 129900),
        ("12,345,678.9", "CNY", 1234567890),
        ("0.005", "CNY", 1),
        ("0.0049999999", "CNY", 0),
        ("1000.5", "JPY", 1001),
        ("-3.2", "EUR", -320),
        ("7", "XYZ", 700),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "599,00", "1,23,456", "1_000", "1e3", "NaN", "Infinity", "--1", "１２", "٣", "1.2.3", "9" * 14,
     "1." + "0" * 30],
)
def test_what_is_no_plain_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(StationProblem) as told:
        Money.parse(text)
    assert told.value.code == "money.invalid"


@given(st.text("0123456789.,+-eE ", max_size=20))
@properties()
def test_any_text_is_an_amount_or_a_problem(text: str) -> None:
    try:
        Money.parse(text)
    except StationProblem as told:
        assert told.code == "money.invalid"


@given(st.integers(0, 10**9), st.integers(0, 100))
@properties()
def test_half_a_fen_rounds_up(minor: int, share: int) -> None:
    exact = Fraction(minor * share, 100)
    assert Money(minor).percent(share).minor == int(exact + Fraction(1, 2))


@st.composite
def shares(draw: st.DrawFn) -> list[int]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=6)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]


@given(st.integers(-(10**6), 10**6), shares())
@properties(30)
def test_the_parts_of_an_amount_add_up_and_none_has_the_other_sign(minor: int, parts: list[int]) -> None:
    split = Money(minor).split(parts)
    assert len(split) == len(parts)
    assert sum(part.minor for part in split) == minor
    assert all(part.minor * minor >= 0 for part in split)


def test_rounding_up_never_makes_the_last_party_owe() -> None:
    assert [part.minor for part in Money(3).split([17, 17, 17, 17, 17, 15])] == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("parts", [[], [50, 49], [150, -50]])
def test_shares_that_are_no_whole_are_a_bug(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="100"):
        Money(100).split(parts)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(59900), "¥599"),
        (Money(129950), "¥1,299.50"),
        (Money(-320, "EUR"), "-€3.20"),
        (Money(1200, "JPY"), "¥1,200"),
        (Money(700, "XYZ"), "XYZ 7"),
    ],
)
def test_amounts_are_shown_with_their_symbol(money: Money, text: str) -> None:
    assert str(money) == text
