"""The demo pictures show what the manifest says: sizes, and codes that a reader of another make finds or does not.

An ordinary run proves a sample; ``SOAK=1`` proves every picture.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from inspection_station.data_files import load_yaml
from inspection_station.domain.check_digits import is_gtin
from inspection_station.domain.lists import TradeLists, parse_lists
from inspection_station.locations import resources

DEMO = resources() / "demo"
MANIFEST = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))
PICTURES: list[dict[str, Any]] = MANIFEST["pictures"]
WITH_CODES = [row for row in PICTURES if row.get("codes")]
SAMPLE = [
    "items/jacket_tagged.jpg", "items/tee_stained.jpg", "items/tee_grey.jpg", "items/kit_complete.jpg",
    "items/hair_dryer_blue.jpg", "items/mug_red.jpg", "items/serum_green.jpg", "items/hoodie_tag.jpg",
    "items/serial_plate.jpg", "parcels/carton.jpg", "parcels/carton_tilted.jpg", "parcels/carton_blurred.jpg",
    "quality/blurred.jpg",
]  # fmt: skip
SYMBOLOGIES = {"Code 128": "Code128", "EAN-13": "EAN13", "QR Code": "QRCode"}


@lru_cache(maxsize=1)
def trade_lists() -> TradeLists:
    return parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))


def codes_in(path: Path) -> set[tuple[str, str]]:
    with Image.open(path) as picture:
        found = zxingcpp.read_barcodes(picture.convert("RGB"))
    return {(SYMBOLOGIES.get(str(code.format), str(code.format)), code.text) for code in found if code.valid}


def chosen() -> list[dict[str, Any]]:
    everything = os.environ.get("SOAK") == "1"
    return [row for row in WITH_CODES if everything or row["file"] in SAMPLE]


@pytest.mark.parametrize("row", chosen(), ids=lambda row: row["scene"])
def test_codes_are_read_where_the_manifest_says_so_and_nowhere_else(row: dict[str, Any]) -> None:
    found = codes_in(DEMO / row["file"])
    stated = {(code["symbology"], code["text"]): code["readable"] for code in row["codes"]}
    for code, readable in stated.items():
        if readable is not None:
            assert (code in found) is readable, code
    assert found <= set(stated)


def test_the_sample_is_in_the_set() -> None:
    assert {row["file"] for row in WITH_CODES} >= set(SAMPLE)


def test_every_file_is_there_with_the_size_stated_and_none_is_left_over() -> None:
    for row in PICTURES:
        with Image.open(DEMO / row["file"]) as picture:
            assert picture.size == (row["width"], row["height"]), row["file"]
    known = {row["file"] for row in PICTURES} | {product["picture"] for product in MANIFEST["products"]}
    assert {path.relative_to(DEMO).as_posix() for path in DEMO.rglob("*.jpg")} == known


def test_the_set_stays_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*.jpg")) < 25_000_000


def test_every_product_has_an_intact_front_with_a_readable_code_and_a_catalogue_picture() -> None:
    assert len(MANIFEST["products"]) >= 39
    for product in MANIFEST["products"]:
        assert is_gtin(product["gtin"]) and product["gtin"].startswith("29")
        fronts = [row for row in PICTURES if row.get("sku") == product["sku"] and row["shot"] == "front"]
        intact = [row for row in fronts if row["state"] == "intact" and row["file"].startswith("items/")]
        assert len(intact) == 1, product["sku"]
        assert {"symbology": "EAN13", "text": product["gtin"], "readable": True} in intact[0]["codes"]
        assert (DEMO / product["picture"]).is_file()


def test_every_defect_and_finding_is_a_word_of_the_trade_and_has_a_close_up() -> None:
    lists = trade_lists()
    for row in PICTURES:
        assert all(lists.knows("defects", code) for code in row.get("defects", ())), row["scene"]
        assert not row.get("finding") or lists.knows("identity_findings", row["finding"]), row["scene"]
    fronts = {row["scene"] for row in PICTURES if row["shot"] == "front" and row.get("defects")}
    closes = {row["state"] for row in PICTURES if row["shot"] == "close_up"}
    assert len(fronts) >= 30
    assert fronts == closes
