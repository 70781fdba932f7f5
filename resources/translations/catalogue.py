"""Keeps the translation catalogue: extracts msgids, adds translations, compiles, and checks that zh_CN is complete.

    python resources/translations/catalogue.py update            extract msgids, keep translations, compile
    python resources/translations/catalogue.py add FILE.json     add {"English msgid": "中文", …} and compile
    python resources/translations/catalogue.py missing           list msgids without a Chinese text (exit 1 if any)

Needs Babel (a development dependency). Safe to run from several shells at once.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent.parent
PO = FOLDER / "zh_CN" / "LC_MESSAGES" / "inspection_station.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"translate": None, "N_": None, "_": None}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]


@contextmanager
def locked() -> Iterator[None]:
    """One run at a time, so that two shells never overwrite each other's additions."""
    import fcntl

    with open(FOLDER / ".lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def extracted() -> Catalog:
    """The catalogue of all msgids that stand in the program now."""
    catalogue = Catalog(locale="zh_CN", project="inspection-station", charset="utf-8")
    found = extract_from_dir(str(PROJECT / "inspection_station"), METHODS, keywords=KEYWORDS)
    for filename, _line, message, _comments, _context in found:
        catalogue.add(message, locations=[(filename, 1)])
    return catalogue


def current() -> Catalog:
    """The catalogue on disk; empty when there is none yet."""
    if not PO.exists():
        return Catalog(locale="zh_CN", project="inspection-station", charset="utf-8")
    with PO.open("rb") as handle:
        return read_po(handle, locale="zh_CN")


def missing() -> list[str]:
    """Msgids that stand in the program and have no Chinese text."""
    known = {message.id: message.string for message in current() if message.id}
    return sorted(str(message.id) for message in extracted() if message.id and not known.get(message.id))


def compiled(catalogue: Catalog) -> bytes:
    """The .mo bytes of `catalogue`."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def save(catalogue: Catalog) -> None:
    """Write .po and .mo."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, catalogue, sort_output=True, no_location=True, omit_header=False, width=0)
    partial = MO.with_suffix(".part")
    partial.write_bytes(compiled(catalogue))
    os.replace(partial, MO)


def main(arguments: list[str]) -> int:
    """Run one of the commands of the module's description; returns the exit code."""
    command = arguments[0] if arguments else "missing"
    if command == "missing":
        lacking = missing()
        print("\n".join(lacking) if lacking else "complete")
        return 1 if lacking else 0
    with locked():
        catalogue = current()
        if command == "add":
            for source in arguments[1:]:
                for msgid, chinese in json.loads(Path(source).read_text(encoding="utf-8")).items():
                    if msgid in catalogue:
                        catalogue.delete(msgid)
                    catalogue.add(msgid, chinese)
        elif command == "update":
            fresh = extracted()
            for message in list(catalogue):
                if message.id and message.id not in fresh:
                    catalogue.delete(message.id)
            for message in fresh:
                if message.id and message.id not in catalogue:
                    catalogue.add(message.id)
        else:
            print(__doc__)
            return 2
        save(catalogue)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
