"""Rule files that the centre put in force for every station: kept with the feed, written into the station's folder.

The folder is brought in line with what is kept at the start and whenever something new was told, so that a program that
dies in between goes on where it was. Files that people put there stay, but for those whose place the centre takes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from inspection_station.data_files import load_yaml
from inspection_station.durable_files import write_durably
from inspection_station.errors import StationProblem
from inspection_station.storage import facts
from inspection_station.storage.database import Database
from inspection_station.storage.tables import facts as facts_table
from inspection_station.storage.texts import refuse_unusable
from inspection_station.workflows.rule_book import CHECKLIST, FILES

RULE_FILE = "rule_file"  # kind in the feed
LARGEST = 256 * 1024  # bytes of a file
ASIDE = ".aside"  # what is added to the name of a file whose place the centre took
_PREFIX = "rule_file."
_CATEGORY = re.compile(r"[a-z0-9_-]{1,40}")


def inner_path(item_id: str) -> str:
    """Where the file lies below the folder of rules; raises ValueError for a kind or category that cannot be."""
    kind, _colon, category = item_id.partition(":")
    if kind == CHECKLIST and _CATEGORY.fullmatch(category):
        return f"checklists/{category}.yaml"
    if category or kind not in FILES:
        raise ValueError("not a kind of rule file")
    return FILES[kind]


def keep_rule_file(connection: Connection, item_id: str, body: Mapping[str, Any]) -> None:
    """Keep what the feed says is in force; an empty body takes it away again.

    Raises:
        ValueError, KeyError: it is no rule file, or its text is not what its hash says.
    """
    inner_path(item_id)
    known = json.loads(facts.read(connection, _PREFIX + item_id) or "{}")
    if not body:
        told = {"text": None, "sha256": known.get("sha256", "")}
    else:
        text, sha256 = body["text"], body["sha256"]
        if not isinstance(text, str) or not isinstance(sha256, str) or len(text.encode()) > LARGEST:
            raise ValueError("a rule file is a text")
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise ValueError("the text is not the one that was put in force")
        refuse_unusable(text)
        told = {"text": text, "sha256": sha256}
    facts.write(connection, _PREFIX + item_id, json.dumps(told, ensure_ascii=False))


class ToldRules:
    """What the centre told of rule files, and the folder that is to hold it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder

    def bring_in_line(self) -> bool:
        """Write and remove what is to be; whether anything was. Raises StationProblem or OSError when it cannot be."""
        changed = False
        for item_id, told in sorted(self._told().items()):
            path = self._folder / inner_path(item_id)
            there = path.read_bytes() if path.is_file() else b""
            if told["text"] is None:
                if there and hashlib.sha256(there).hexdigest() == told["sha256"]:
                    path.unlink()
                    changed = True
            elif there != told["text"].encode():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_durably(path, told["text"].encode(), replace=True)
                changed = True
            if told["text"] is not None and item_id.startswith(CHECKLIST):
                changed = _others_aside(path, item_id.partition(":")[2]) or changed
        return changed

    def _told(self) -> dict[str, Any]:
        column = facts_table.c.name
        query = select(column, facts_table.c.value).where(column >= _PREFIX, column < _PREFIX[:-1] + "/")
        with self._database.reading() as connection:
            return {row.name[len(_PREFIX) :]: json.loads(row.value) for row in connection.execute(query)}


def _others_aside(mine: Path, category: str) -> bool:
    """Two checklists of one category are a fault: one that lies there under another name makes way."""
    moved = False
    for other in sorted(mine.parent.glob("*.yaml")):
        if other == mine:
            continue
        try:
            same = load_yaml(other).data.get("category") == category
        except StationProblem:
            continue  # it is told where the rules are read
        if same:
            other.replace(other.with_name(other.name + ASIDE))
            moved = True
    return moved
