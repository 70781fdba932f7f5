"""What the decoder reads, beside default zxing-cpp and zbar in the same run.

    make bench ARGS="--corpus DIR"      or: python tests/benchmarks/bench_decoding.py [--corpus DIR] [--frames FILE]

`DIR` (or ``INSPECTION_STATION_CODE_CORPUS``) is any folder with a ``manifest.csv`` of the columns ``file``,
``symbology`` (``NEG``: no code), ``expected_text_json`` and, optionally, ``also_accepted_json``. A third of the files,
chosen by a hash of the name, is reported apart: nothing is tuned on it. `FILE` is a Python file that draws frames:
``COND`` names its conditions and ``make(seed, width, height, condition, codes)`` gives a grey frame and a list of
(symbology, text); seeds are drawn at run time.

*Right* means that the first result is an expected text, *any* that one of the results is; *wrong* counts accepted
texts that were not expected. What cannot be opened is named at the end and counts for no reader. Times are the least
of three rounds in turn, *ratio* is beside default zxing-cpp.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import zxingcpp

from inspection_station.devices.barcodes import has_zbar, read_codes
from inspection_station.errors import StationProblem
from inspection_station.picture_files import Picture, open_picture, read_picture_file

ROUNDS = 3  # a picture is read so often by each reader, in turn; the least time counts
CODES_IN_FRAMES = (1, 1, 3)  # codes in frames of a generator, in turn

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


@dataclass(frozen=True)
class Sample:
    """One picture with the codes in it, as (symbology, text); none for a picture without a code."""

    part: str
    image: Picture
    codes: list[tuple[str, str]]


@dataclass(frozen=True)
class Unread:
    """A file of the folder that could not be opened, or a row of its manifest that says nothing, and why."""

    file: str
    why: str


@dataclass
class Tally:
    """What one reader did on one set of pictures."""

    pictures: int = 0
    right: int = 0
    any: int = 0
    accepted: int = 0
    wrong: int = 0
    ms: list[float] = field(default_factory=list)


def zxing_default(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    return [(code.text, False) for code in zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)]


def zbar_default(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    if not has_zbar():
        return []
    from pyzbar import pyzbar

    return [(code.data.decode("utf-8", "replace"), False) for code in pyzbar.decode(image)]


def ours(image: Picture, _: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, read.accepted) for read in read_codes(image)]


def ours_expecting(image: Picture, expected: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, read.accepted) for read in read_codes(image, frozenset(expected))]


def ours_live(image: Picture, expected: list[str]) -> list[tuple[str, bool]]:
    return [(read.text, read.accepted) for read in read_codes(image, frozenset(expected), thorough=False)]


READERS: dict[str, Reader] = {
    "zxing-cpp, default": zxing_default,
    "zbar, default": zbar_default,
    "ours, nothing expected": ours,
    "ours, code expected": ours_expecting,
    "ours, live frame": ours_live,
}


def of_corpus(folder: Path) -> Iterator[Sample | Unread]:
    """The pictures of a folder with a manifest; one that cannot be opened stops nothing."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        try:
            texts = [json.loads(row["expected_text_json"])] if row["expected_text_json"] else []
            texts += json.loads(row.get("also_accepted_json") or "[]")
            image = open_picture(read_picture_file(folder / row["file"]))
        except (StationProblem, OSError, ValueError) as error:
            yield Unread(row["file"], str(error))
            continue
        held_back = hashlib.sha256(row["file"].encode()).digest()[0] % 3 == 0
        codes = [(row["symbology"], text) for text in texts if text]
        yield Sample("held back" if held_back else "development", image, codes)


def of_generator(file: Path, count: int) -> Iterator[Sample]:
    """`count` frames of every condition, drawn by a Python file, with seeds nobody has seen."""
    spec = importlib.util.spec_from_file_location("drawn_frames", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    for condition in drawing.COND:
        for number in range(count):
            codes_in_it = CODES_IN_FRAMES[number % len(CODES_IN_FRAMES)]
            frame, codes = drawing.make(random.SystemRandom().randrange(2**31), 1920, 1080, condition, codes_in_it)
            yield Sample("drawn frames, 1080p", frame, codes)


def measure(samples: Iterable[Sample | Unread], unread: list[Unread]) -> dict[str, dict[str, Tally]]:
    """Tallies by part and reader; what could not be opened goes into `unread`."""
    tallies: dict[str, dict[str, Tally]] = {}
    for sample in samples:
        if isinstance(sample, Unread):
            unread.append(sample)
            continue
        part = tallies.setdefault(sample.part, {name: Tally() for name in READERS})
        expected = [text for _, text in sample.codes]
        wanted = {(kind, comparable(text, kind)) for kind, text in sample.codes}
        least: dict[str, float] = {}
        reads: dict[str, list[tuple[str, bool]]] = {}
        for _ in range(ROUNDS):
            for name, reader in READERS.items():
                started = time.perf_counter()
                reads[name] = reader(sample.image, expected)
                least[name] = min(least.get(name, 1e9), (time.perf_counter() - started) * 1000)
        for name, tally in part.items():
            hits = [any((kind, comparable(text, kind)) in wanted for kind, _ in wanted) for text, _ in reads[name]]
            tally.ms.append(least[name])
            tally.pictures += bool(sample.codes)
            tally.right += bool(hits) and hits[0]
            tally.any += any(hits)
            tally.accepted += sum(accepted for _, accepted in reads[name])
            tally.wrong += sum(accepted and not hit for (_, accepted), hit in zip(reads[name], hits, strict=True))
    return tallies


def table(tallies: dict[str, dict[str, Tally]]) -> Iterator[str]:
    """The lines to print."""
    for part, readers in sorted(tallies.items()):
        default = next(iter(readers.values()))
        yield ""
        yield f"{part}: {default.pictures} pictures with a code, {len(default.ms) - default.pictures} without"
        columns = f"{'right':>7}{'× zxing':>9}{'any':>6}{'accepted':>10}{'wrong':>7}"
        yield f"{'':24}{columns}{'mean ms':>9}{'ratio':>7}{'p95 ms':>8}"
        for name, tally in readers.items():
            mean, late = float(np.mean(tally.ms)), float(np.percentile(tally.ms, 95))
            counts = f"{tally.right:7}{tally.right / max(1, default.right):9.3f}{tally.any:6}"
            counts += f"{tally.accepted:10}{tally.wrong:7}"
            yield f"{name:24}{counts}{mean:9.2f}{mean / float(np.mean(default.ms)):7.2f}{late:8.1f}"


def lines(corpus: Path | None, frames: Path | None, count: int) -> Iterator[str]:
    """The tables for a folder with a manifest, for drawn frames (`count` of each condition), or for both."""
    unread: list[Unread] = []
    if corpus is not None:
        yield from table(measure(of_corpus(corpus), unread))
        yield from ("", f"unread: {len(unread)} files") if unread else ()
        yield from (f"{one.file}: {one.why}" for one in unread)
    if frames is not None:
        yield from table(measure(of_generator(frames, count), unread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("INSPECTION_STATION_CODE_CORPUS"))
    parser.add_argument("--frames", type=Path, help="Python file that draws frames")
    parser.add_argument("--count", type=int, default=12, help="frames of each condition")
    arguments = parser.parse_args()
    if arguments.corpus is None and arguments.frames is None:
        parser.error("name a folder of pictures with --corpus or INSPECTION_STATION_CODE_CORPUS, or --frames")
    for line in lines(arguments.corpus and Path(arguments.corpus), arguments.frames, arguments.count):
        print(line, flush=True)


if __name__ == "__main__":
    main()
