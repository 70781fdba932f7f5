"""What the decoder reads, beside default zxing-cpp and zbar in the same run.

    python tests/benchmarks/bench_decoding.py [--corpus DIR]

`DIR` (or ``INSPECTION_STATION_CODE_CORPUS``) is any folder with a ``manifest.csv`` of the columns ``file``,
``symbology`` (``NEG``: no code), ``expected_text_json`` and, optionally, ``also_accepted_json``. *Right* means that
one of the expected texts is among the results, *top* that it is the first of them; *wrong* counts accepted texts
that were not expected. A third of the files, chosen by a hash of the name, is reported apart: nothing is tuned on it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import zxingcpp

from inspection_station.devices.barcodes import read_codes
from inspection_station.devices.barcodes.engines import read_with_zbar
from inspection_station.picture_files import Picture, open_picture, read_picture_file

Reader = Callable[[Picture, list[str]], list[tuple[str, bool]]]


def comparable(text: str, symbology: str) -> str:
    """Content only: check digits, add-ons, start and stop signs and GS1 marks are written differently by engines."""
    text = text.replace("\r\n", "\n").strip("\n")
    if symbology in ("EAN13", "UPCA", "UPCE", "EAN8"):
        digits = text.strip().split(" ")[0]
        if not digits.isdigit():
            return digits
        if symbology in ("EAN13", "UPCA") and len(digits) in (14, 15, 17, 18):
            digits = digits[: 13 if len(digits) in (15, 18) else 12]
        if symbology == "UPCE" and len(digits) in (6, 7, 8):
            digits = whole_upc(digits)
        return digits.zfill(13) if len(digits) >= 11 else digits
    if symbology.startswith("DataBar"):
        text = re.sub(r"[^0-9A-Za-z]", "", text)
        return text[2:] if symbology in ("DataBar", "DataBarLtd") and len(text) == 16 else text
    if symbology == "Codabar":
        text = text.strip().upper()
        return text[1:-1] if len(text) > 2 and text[0] in "ABCDTNE*" and text[-1] in "ABCDTNE*" else text
    return re.sub(r"[\x1d()\[\]]|<GS>|^\]C1", "", text.strip("*" if symbology == "Code39" else ""))


def whole_upc(short: str) -> str:
    """The twelve digits of a UPC-E code."""
    digits = ("0" + short if len(short) == 6 else short)[:7]
    system, body, last = digits[0], digits[1:7], digits[6]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    number = system + middle
    check = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(number))
    return number + str(-check % 10)


@dataclass
class Tally:
    """What one reader did on one set of pictures."""

    pictures: int = 0
    right: int = 0
    top: int = 0
    accepted: int = 0
    wrong: int = 0
    ms: list[float] = field(default_factory=list)


def zxing_default(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    return [(code.text, False) for code in zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)]


def zbar_default(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, False) for read in read_with_zbar(np.ascontiguousarray(image[..., 1]))]


def ours(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, read.accepted) for read in read_codes(image)]


def ours_expecting(image: Picture, expected: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, read.accepted) for read in read_codes(image, frozenset(expected))]


READERS: dict[str, Reader] = {
    "zxing-cpp, default": zxing_default,
    "zbar, default": zbar_default,
    "ours, nothing expected": ours,
    "ours, code expected": ours_expecting,
}


def measure(folder: Path) -> dict[str, dict[str, Tally]]:
    """Tallies by part ("development", "held back") and reader."""
    tallies: dict[str, dict[str, Tally]] = {}
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        image = open_picture(read_picture_file(folder / row["file"]))
        expected = [json.loads(row["expected_text_json"])] if row["expected_text_json"] else []
        expected += json.loads(row.get("also_accepted_json") or "[]")
        kind = row["symbology"]
        wanted = {comparable(text, kind) for text in expected if text}
        held_back = hashlib.sha256(row["file"].encode()).digest()[0] % 3 == 0
        part = tallies.setdefault("held back" if held_back else "development", {})
        for name, reader in READERS.items():
            tally = part.setdefault(name, Tally())
            started = time.perf_counter()
            reads = reader(image, [text for text in expected if text])
            tally.ms.append((time.perf_counter() - started) * 1000)
            hits = [comparable(text, kind) in wanted for text, _ in reads]
            tally.pictures += kind != "NEG"
            tally.right += any(hits)
            tally.top += bool(hits) and hits[0]
            tally.accepted += sum(accepted for _, accepted in reads)
            tally.wrong += sum(accepted and not hit for (_, accepted), hit in zip(reads, hits, strict=True))
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("INSPECTION_STATION_CODE_CORPUS"))
    folder = parser.parse_args().corpus
    if folder is None:
        parser.error("name a folder of pictures with --corpus or INSPECTION_STATION_CODE_CORPUS")
    for part, readers in sorted(measure(Path(folder)).items()):
        print(f"\n{part}: {next(iter(readers.values())).pictures} pictures with a code")
        print(f"{'':24}{'right':>7}{'top':>6}{'accepted':>10}{'wrong':>7}{'mean ms':>9}{'p95 ms':>8}")
        for name, tally in readers.items():
            mean, late = float(np.mean(tally.ms)), float(np.percentile(tally.ms, 95))
            counts = f"{tally.right:7}{tally.top:6}{tally.accepted:10}{tally.wrong:7}"
            print(f"{name:24}{counts}{mean:9.1f}{late:8.1f}")


if __name__ == "__main__":
    main()
