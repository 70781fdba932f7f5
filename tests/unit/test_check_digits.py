"""Check digits: any wrong digit is noticed, and the examples of the standards hold."""

from __future__ import annotations

import pytest
from factories import properties
from hypothesis import given
from hypothesis import strategies as st

from inspection_station.domain import check_digits as checks

digits = st.integers(0, 9).map(str)


@given(st.lists(digits, min_size=13, max_size=13), st.sampled_from([7, 11, 12, 13]), st.integers(0, 13), digits)
@properties()
def test_any_wrong_digit_of_a_gtin_is_noticed(body: list[str], size: int, place: int, wrong: str) -> None:
    whole = "".join(body[:size]) + checks.gtin_check_digit("".join(body[:size]))
    assert checks.is_gtin(whole)
    place = min(place, size)
    changed = whole[:place] + wrong + whole[place + 1 :]
    assert checks.is_gtin(changed) == (changed == whole)


@given(st.integers(1, 10**14 - 1), st.integers(0, 14), digits)
@properties()
def test_any_wrong_digit_of_an_imei_is_noticed(body: int, place: int, wrong: str) -> None:
    whole = f"{body:014d}" + checks.luhn_check_digit(f"{body:014d}")
    assert checks.is_imei(whole)
    changed = whole[:place] + wrong + whole[place + 1 :]
    assert checks.is_imei(changed) == (changed == whole or not changed.strip("0"))


@given(st.integers(0, 10**17 - 1), st.integers(0, 17), digits)
@properties()
def test_any_wrong_digit_of_an_sscc_is_noticed(body: int, place: int, wrong: str) -> None:
    whole = f"{body:017d}" + checks.gtin_check_digit(f"{body:017d}")
    changed = whole[:place] + wrong + whole[place + 1 :]
    assert checks.is_sscc(whole) and checks.is_sscc(changed) == (changed == whole)


def test_gtins_of_different_lengths_compare_equal() -> None:
    assert checks.gtin14("012345678905") == checks.gtin14("0012345678905") == "00012345678905"


def test_an_imei_follows_the_luhn_formula() -> None:
    assert checks.is_imei("490154203237518")  # the example of GSM 02.16
    assert not checks.is_imei("490154203237517")
    assert not checks.is_imei("4901542032375१8")
    assert not checks.is_imei("0" * 15)


def test_s10_numbers_follow_the_upu_check_digit() -> None:
    assert checks.is_s10("RR473124829CN")  # the example of UPU S10
    assert not checks.is_s10("RR473124828CN")
    assert not checks.is_s10("RR٤٧٣١٢٤٨٢٩CN")


@given(st.integers(0, 10**8 - 1), st.integers(2, 9), digits)
@properties()
def test_a_wrong_digit_of_a_postal_number_is_noticed_as_far_as_s10_can(body: int, place: int, wrong: str) -> None:
    """S10 has the check digit 5 for two remainders, 0 and 6: it cannot tell a change from one to the other."""

    def remainder(number: str) -> int:
        weights = (8, 6, 4, 2, 3, 5, 9, 7)
        return sum(int(digit) * weight for digit, weight in zip(number[2:10], weights, strict=True)) % 11

    text = f"{body:08d}"
    whole = next(f"RR{text}{check}CN" for check in range(10) if checks.is_s10(f"RR{text}{check}CN"))
    changed = whole[:place] + wrong + whole[place + 1 :]
    assert checks.is_s10(changed) == (changed == whole or {remainder(whole), remainder(changed)} == {0, 6})


def test_tote_check_characters_are_iso_7064_mod_37_36() -> None:
    assert checks.mod_37_36("A12425GABC1234002") == "M"  # the example of the GRid standard


@pytest.mark.parametrize("text", ["", "١٢٣٤٥٦٧٨", "²2345678", " 2345678"])
def test_only_plain_digits_are_digits(text: str) -> None:
    assert not checks.are_digits(text) and not checks.is_gtin(text)
