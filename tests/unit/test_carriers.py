"""Carriers: shapes of tracking numbers come from a data file, and a wrong file is told with its line."""

from __future__ import annotations

import pytest
from factories import SHIPPED

from inspection_station.data_files import load_yaml, read_yaml
from inspection_station.domain.carriers import Carriers, parse_carriers
from inspection_station.errors import DataFileProblem

GOOD = """version: "1"
carriers:
  SF:
    zh: "顺丰"
    en: "SF Express"
    numbers:
      - {begins: "SF", digits: [12, 13]}
"""


@pytest.fixture(scope="module")
def carriers() -> Carriers:
    return parse_carriers(load_yaml(SHIPPED / "rules" / "carriers.yaml"))


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1234567890123", "SF"),
        ("JDV12345678901", "JD"),
        ("JDVA12345678901-1-1-", "JD"),
        ("JT3045678901234", "JT"),
        ("DPK364512345678", "DPK"),
        ("YT8765432109876", "YT"),
        ("RR473124829CN", "S10"),
        ("773123456789012", ""),
        ("SF12", ""),
        ("SF1234567890123-1-1-", ""),
        ("SF١٢٣٤٥٦٧٨٩٠١٢٣", ""),
    ],
)
def test_carriers_are_hinted_by_clear_prefixes_only(number: str, carrier: str, carriers: Carriers) -> None:
    assert carriers.hint(number) == carrier


def test_the_parcels_mark_is_no_part_of_the_number(carriers: Carriers) -> None:
    assert carriers.tracking_number("JDVA12345678901-2-3-") == ("JD", "JDVA12345678901")


def test_two_numbers_in_one_text_are_both_found(carriers: Carriers) -> None:
    text = "OLD=SF1234567890123;NEW=JT3045678901234;AGAIN=SF1234567890123"
    assert carriers.tracking_numbers_in(text) == ("SF1234567890123", "JT3045678901234")


def test_a_client_may_give_carriers_of_its_own() -> None:
    own = parse_carriers(read_yaml(GOOD.replace("SF", "ZZ"), "own.yaml"))
    assert own.hint("ZZ123456789012") == "ZZ" and own.hint("SF123456789012") == ""
    assert own.by_code["ZZ"].texts == {"zh": "顺丰", "en": "ZZ Express"}


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("  SF:", "  sf:", 3),
        ('"SF",', '"(.*",', 7),
        ("[12, 13]", "[13, 12]", 7),
        ("[12, 13]", "[12, 1000]", 7),
        ("[12, 13]", "[true, 13]", 7),
        ("[12, 13]", "12", 7),
        ("digits", "digit", 7),
        ('en: "SF Express"', "en: 1", 5),
        ("[12, 13]", "[12, 13], parts: 1", 7),
    ],
)
def test_a_wrong_file_is_told_with_its_line(before: str, after: str, line: int) -> None:
    with pytest.raises(DataFileProblem) as told:
        parse_carriers(read_yaml(GOOD.replace(before, after), "carriers.yaml"))
    assert told.value.line == line
