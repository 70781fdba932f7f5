"""``inspection-station demo --headless``: the whole job on real input, by real processes, and its proof."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
import zxingcpp
from centre_cases import PROJECT, CentreProcess
from PIL import Image

from inspection_station.devices.barcodes.engines import has_zbar, read_with_zbar
from inspection_station.domain.identifiers import label_code
from inspection_station.server import search
from inspection_station.server.centre import open_centre

CLEAN, DEFECT, WRONG, UNKNOWN = "SF1390447120865", "JT5284019937712", "HD7730021846509", "ZC6401882290437"


def demo(out: Path) -> dict[str, Any]:
    """Run it as a person would, and read what it wrote."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "inspection_station", "demo", "--headless", "--out", str(out), "--json"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    written = json.loads((out / "summary.json").read_text("utf-8"))
    assert json.loads(done.stdout) == written
    return dict(written)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, Any]:
    """Of the first run."""
    return demo(out)


@pytest.fixture(scope="module")
def details(summary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By tracking number."""
    return {one["tracking_number"]: one for one in summary["details"]}


pytestmark = pytest.mark.timeout(240)


def test_everything_made_is_at_the_centre_and_nothing_is_lost(summary: dict[str, Any]) -> None:
    assert summary["inspections"] == len(summary["details"]) == 4
    photos = {sha256 for one in summary["details"] for sha256 in one["photos"]}
    assert summary["photos"] == summary["acked_photos"] == len(photos)
    assert summary["labels"] == 4
    assert summary["lost"] == 0
    assert summary["acked_records"] > summary["photos"]
    assert 0 < summary["seconds"] < 110


def test_the_four_parcels_come_out_as_the_trade_would_judge_them(details: dict[str, dict[str, Any]]) -> None:
    assert set(details) == {CLEAN, DEFECT, WRONG, UNKNOWN}
    assert all(one["read_on_parcel"] == tracking for tracking, one in details.items())
    assert (details[CLEAN]["grade"], details[CLEAN]["disposition"], details[CLEAN]["identity"]) == (
        "A", "restock", "match",
    )  # fmt: skip
    assert details[CLEAN]["read_on_item"].isdigit()
    assert details[DEFECT]["grade"] in "BCD" and details[DEFECT]["disposition"] != "restock"
    assert details[WRONG]["identity"] not in ("", "match") and details[WRONG]["disposition"] == "hold"
    assert details[UNKNOWN]["disposition"] == "unclaimed"
    assert all(one["why"] and all(rule["because"] for rule in one["why"]) for one in details.values())
    assert len({one["rt_number"] for one in details.values()}) == 4


def test_the_photos_named_are_the_files_written(out: Path, details: dict[str, dict[str, Any]]) -> None:
    for one in details.values():
        assert len(one["photos"]) == len(one["photo_files"]) >= 1
        for sha256, name in zip(one["photos"], one["photo_files"], strict=True):
            assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256


def test_every_label_reads_as_its_number_with_two_decoders(out: Path, details: dict[str, dict[str, Any]]) -> None:
    for one in details.values():
        wanted = label_code(one["rt_number"], 1)
        with Image.open(out / one["label"]) as label:
            grey = label.convert("L")
        large = grey.resize((grey.width * 3, grey.height * 3), Image.Resampling.NEAREST)
        reads = {(str(code.format).replace("BarcodeFormat.", ""), code.text) for code in zxingcpp.read_barcodes(large)}
        assert {text for _kind, text in reads} == {wanted}
        assert len(reads) == 2, f"Code 128 and QR: {reads}"
        if has_zbar():
            assert {read.text for read in read_with_zbar(np.asarray(large))} == {wanted}
        assert one["label_pdf"] and all((out / name).read_bytes().startswith(b"%PDF") for name in one["label_pdf"])
        assert (out / one["label_zpl"]).read_bytes().startswith(b"^XA")


def test_a_second_run_on_the_same_folder_doubles_nothing(out: Path, summary: dict[str, Any]) -> None:
    def holdings() -> dict[str, Any]:
        centre = open_centre(out / "centre", practice=True)
        try:
            return dict(search.count_everything(centre, verify_photos=True))
        finally:
            centre.close()

    before = holdings()
    again = demo(out)
    assert {name: value for name, value in again.items() if name != "seconds"} == {
        name: value for name, value in summary.items() if name != "seconds"
    }
    assert holdings() == before
    assert (before["inspections"], before["photos_damaged"], before["conflicts"]) == (4, 0, 0)


def evidence_link(centre: Path, inspection_id: str) -> str:
    """The token of a new link to the evidence page, as an administrator makes one at the centre."""
    done = subprocess.run(
        [
            sys.executable, "-m", "inspection_station", "central", "link", inspection_id, "--viewer", "Platform desk",
            "--data", str(centre), "--json",
        ],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return str(told["url"]).rpartition("/")[2]


def test_the_centre_shows_each_inspection_on_a_page(out: Path, details: dict[str, dict[str, Any]]) -> None:
    centre = CentreProcess(out / "centre").start()
    try:
        for one in details.values():
            link = evidence_link(out / "centre", one["inspection"])
            page = httpx2.get(f"{centre.url}/evidence/{link}?lang=en", trust_env=False)
            assert page.status_code == 200, page.text[:300]
            assert one["rt_number"] in page.text
            assert all(sha256 in page.text for sha256 in one["photos"])
            photo = httpx2.get(f"{centre.url}/evidence/{link}/photos/{one['photos'][0]}", trust_env=False)
            assert photo.status_code == 200 and photo.content.startswith(b"\xff\xd8")
    finally:
        centre.stop()
