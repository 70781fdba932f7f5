"""``inspection-station decode``: what the station reads in picture files, one JSON object a line.

Each object holds ``file``, ``results`` (a list of ``text``, ``symbology``, ``accepted``, ``engine``, ``points``) and
``ms``, the milliseconds for reading the codes. A file that cannot be read has ``error`` (a stable code) and
``message`` instead of codes. With ``--text`` a file without an accepted code also lists numbers read in print: their
symbology is ``text``, and they are never accepted.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from inspection_station.admin.command_line import settings_of
from inspection_station.devices.text_reading import TextReader
from inspection_station.domain.numbers_in_text import folded, proposed_numbers
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import sentences, translate

log = logging.getLogger(__name__)

LARGEST_LIST = 16 * 1024 * 1024  # bytes of an --expect file


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``decode`` to the command line."""
    parser = subparsers.add_parser("decode", help=translate(N_("read the codes in picture files")))
    parser.add_argument("files", nargs="+", metavar="FILE", help=translate(N_("picture (JPEG, PNG, WebP or BMP)")))
    parser.add_argument(
        "--expect", metavar="FILE", type=Path, help=translate(N_("text file with the codes expected now, one a line"))
    )
    parser.add_argument(
        "--text", action="store_true",
        help=translate(N_("where no code is accepted, also propose numbers read in print (needs the extra “ocr”)")),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=translate(N_("print JSON lines (the only form; default)")))
    parser.set_defaults(handler=run)


def _expected(path: Path | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_LIST + 1)
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise StationProblem(
            "decode.expect_unreadable",
            N_("The list of expected codes cannot be read: {reason}"),
            N_("Name a UTF-8 text file with one code a line."),
            reason=getattr(error, "strerror", None) or str(error),
        ) from error
    if len(data) > LARGEST_LIST:
        raise StationProblem(
            "decode.expect_too_large",
            N_("The list of expected codes is larger than {mb} MB."),
            N_("Name a UTF-8 text file with one code a line."),
            mb=LARGEST_LIST >> 20,
        )
    codes = [line.strip() for line in lines if line.strip()]
    return frozenset(codes) | frozenset(unicodedata.normalize("NFKC", code).upper() for code in codes)


def _in_print(reader: TextReader, data: bytes, expected: frozenset[str]) -> list[dict[str, Any]]:
    lines = reader.read(data)
    return [
        {
            "text": number,
            "symbology": "text",
            "accepted": False,
            "engine": "rapidocr",
            "points": [list(point) for line in lines if folded(number) in folded(line.text) for point in line.points],
        }
        for number in proposed_numbers([line.text for line in lines], expected)
    ]


def _report(
    file: str, expected: frozenset[str], reader: TextReader | None, itf_lengths: Collection[int]
) -> dict[str, Any]:
    # Here, not above: the other commands start without loading OpenCV and the decoders.
    from inspection_station.devices.barcodes import read_codes
    from inspection_station.picture_files import open_picture, read_picture_file

    try:
        data = read_picture_file(Path(file))
        image = open_picture(data)
    except StationProblem as problem:
        message = " / ".join(part for part in sentences(problem) if part)
        return {"file": file, "results": [], "ms": 0.0, "error": problem.code, "message": message}
    started = time.perf_counter()
    try:
        reads = read_codes(image, expected, itf_lengths=itf_lengths)
    except Exception as error:  # whatever an engine stumbles over in a hostile picture is that picture's result
        log.info("the codes of a picture could not be read", exc_info=True)
        message = translate(N_("The decoder stopped at this picture: {reason}"), reason=str(error))
        return {"file": file, "results": [], "ms": 0.0, "error": "decode.failed", "message": message}
    ms = (time.perf_counter() - started) * 1000
    results = [
        {
            "text": read.text,
            "symbology": read.symbology,
            "accepted": read.accepted,
            "engine": read.engine,
            "points": [list(point) for point in read.points],
        }
        for read in reads
    ]
    if reader is not None and not any(read.accepted for read in reads):
        try:
            results += _in_print(reader, data, expected)
        except StationProblem as problem:
            message = " / ".join(part for part in sentences(problem) if part)
            return {"file": file, "results": results, "ms": round(ms, 2), "error": problem.code, "message": message}
    return {"file": file, "results": results, "ms": round(ms, 2)}


def run(arguments: argparse.Namespace) -> int:
    """Print one JSON object a file; 0 when every file could be opened, else 1."""
    import numpy as np

    from inspection_station.devices.barcodes import has_zbar, read_codes

    expected = _expected(arguments.expect)
    itf_lengths = settings_of(arguments).scanner.itf_lengths
    read_codes(np.zeros((64, 64), np.uint8))  # loads the libraries, so that the first file's `ms` is reading alone
    if not has_zbar():
        print(translate(N_("zbar is not installed; codes are read with one engine only.")), file=sys.stderr)
    reader = TextReader() if arguments.text else None
    failed = False
    try:
        for file in arguments.files:
            report = _report(file, expected, reader, itf_lengths)
            failed = failed or "error" in report
            # ASCII only: a file name or a code may hold anything, and the console may be unable to show it.
            print(json.dumps(report), flush=True)
    finally:
        if reader is not None:
            reader.close()
    return 1 if failed else 0
