"""Checklists, decision tables, policies, lists and carriers at the centre: versions loaded, one of each in force.

A version is checked together with what is in force before it is kept, and once more before it is put in force. The feed
tells what is in force (kind ``rule_file``); where nothing is, the files that came with the program count.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import DataFileProblem, StationProblem
from inspection_station.i18n import translate_into
from inspection_station.locations import resources
from inspection_station.server.administration_tables import rule_file
from inspection_station.server.centre import Centre
from inspection_station.server.enrolment import note_change
from inspection_station.server.problems import Problem
from inspection_station.server.returns_feed import publish
from inspection_station.server.statements import lock
from inspection_station.workflows.rule_book import CHECKLIST, FILES, Candidate, load_candidate, load_rule_book

RULE_FILE = "rule_file"  # kind in the feed
LARGEST = 256 * 1024  # bytes of a file
_NAME = re.compile(r"[\w .()+-]{1,100}\.ya?ml")
_SHOWN = tuple(column for column in rule_file.c if column.name != "text")


def told_id(kind: str, category: str) -> str:
    """What the feed calls the file in force of that kind; a checklist has a category."""
    return f"{kind}:{category}" if kind == CHECKLIST else kind


def load_file(centre: Centre, name: str, text: str, by: str) -> dict[str, Any]:
    """Keep a version, not in force yet; the same text again is the version that is there.

    Raises:
        Problem: ``rules.unreadable`` (no such name, or too large), ``rules.faulty`` with the `fault`, `file_line` and
            `file_key`.
    """
    data = text.encode("utf-8", "replace")
    if not _NAME.fullmatch(name) or not 0 < len(data) <= LARGEST:
        raise Problem("rules.unreadable")
    sha256 = hashlib.sha256(data).hexdigest()
    with centre.database.writer.begin() as connection:
        lock(connection, RULE_FILE)
        found = connection.execute(sa.select(rule_file).where(rule_file.c.sha256 == sha256)).mappings().one_or_none()
        if found is not None:
            return _shown(found)
        candidate, _book = _checked(connection, name, data)
        now = centre.now()
        row: dict[str, Any] = {
            "id": str(uuid.uuid4()), "kind": candidate.kind, "category": candidate.category, "name": name,
            "version": candidate.version[:100], "sha256": sha256, "text": text, "loaded_at": now,
            "loaded_by": by, "in_force_from": "", "in_force_by": "", "in_force": 0,
        }  # fmt: skip
        connection.execute(sa.insert(rule_file).values(row))
        note_change(connection, now, by, "rules loaded", _called(row), after=_facts(row))
    return _shown(row)


def list_files(centre: Centre) -> list[dict[str, Any]]:
    """Every version without its text, the newest first."""
    query = sa.select(*_SHOWN, sa.func.length(rule_file.c.text).label("bytes"))
    ordered = query.order_by(rule_file.c.loaded_at.desc(), rule_file.c.id)
    with centre.database.reader.connect() as connection:
        return [_shown(row) for row in connection.execute(ordered).mappings()]


def read_file(centre: Centre, file_id: str) -> dict[str, Any]:
    """One version with its text; raises Problem ``rules.not_found``."""
    with centre.database.reader.connect() as connection:
        row = _row(connection, file_id)
        return {**_shown(row), "text": row["text"]}


def put_in_force(centre: Centre, file_id: str, by: str) -> dict[str, Any]:
    """Have every station work by this version from now on; raises Problem ``rules.not_found``, ``rules.faulty``."""
    with centre.database.writer.begin() as connection:
        lock(connection, RULE_FILE)
        row = _row(connection, file_id)
        _checked(connection, row["name"], row["text"].encode())  # what it must go with may be another one by now
        same = (rule_file.c.kind == row["kind"]) & (rule_file.c.category == row["category"])
        before = _in_force(connection, same)
        now = centre.now()
        values = {"in_force": 1, "in_force_from": now, "in_force_by": by}
        connection.execute(sa.update(rule_file).where(same).values(in_force=0))
        connection.execute(sa.update(rule_file).where(rule_file.c.id == file_id).values(values))
        body = {name: row[name] for name in ("kind", "category", "name", "version", "sha256", "text")}
        publish(connection, RULE_FILE, [(told_id(row["kind"], row["category"]), body)])
        note_change(connection, now, by, "rules put in force", _called(row),
                    before=_facts(before) if before else {}, after=_facts(row))  # fmt: skip
        return _shown({**row, **values})


def withdraw(centre: Centre, kind: str, category: str, by: str) -> None:
    """Go back to the file that came with the program; raises Problem ``rules.not_found`` when that is in force."""
    with centre.database.writer.begin() as connection:
        lock(connection, RULE_FILE)
        same = (rule_file.c.kind == kind) & (rule_file.c.category == category)
        before = _in_force(connection, same)
        if before is None:
            raise Problem("rules.not_found")
        connection.execute(sa.update(rule_file).where(same).values(in_force=0))
        publish(connection, RULE_FILE, [(told_id(kind, category), {})])
        note_change(connection, centre.now(), by, "rules withdrawn", _called(before), before=_facts(before))


def book_in_force(connection: Connection) -> RuleBook:
    """The rules that count at the centre; those of the program where files of before cannot be read any more."""
    try:
        with _files_in_force(connection) as own:
            return load_rule_book(resources(), own)
    except StationProblem:
        return load_rule_book(resources())


def state_of_rules(connection: Connection) -> str:
    """Changes whenever other rules are put in force."""
    query = sa.select(rule_file.c.sha256).where(rule_file.c.in_force == 1).order_by(rule_file.c.sha256)
    return " ".join(connection.scalars(query))


@contextmanager
def _files_in_force(connection: Connection) -> Iterator[Path]:
    rows = connection.execute(sa.select(rule_file).where(rule_file.c.in_force == 1)).mappings().all()
    with tempfile.TemporaryDirectory(prefix="rules-") as made:
        for row in rows:
            inner = f"checklists/{row['category']}.yaml" if row["kind"] == CHECKLIST else FILES[row["kind"]]
            target = Path(made) / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(row["text"], encoding="utf-8")
        yield Path(made)


def _checked(connection: Connection, name: str, data: bytes) -> tuple[Candidate, RuleBook]:
    with _files_in_force(connection) as own, tempfile.TemporaryDirectory(prefix="rules-") as beside:
        path = Path(beside) / name
        path.write_bytes(data)
        try:
            candidate, book = load_candidate(resources(), own, path)
        except DataFileProblem as problem:
            fault = {
                short: translate_into(language, problem.fault, **problem.fault_values)
                for short, language in (("en", "en"), ("zh", "zh_CN"))
            }
            line, key = problem.line or 0, problem.key or "-"
            raise Problem("rules.faulty", fault=fault, file_line=line, file_key=key) from None
        except StationProblem:
            raise Problem("rules.unreadable") from None
    if candidate.kind == CHECKLIST and not re.fullmatch(r"[a-z0-9_-]{1,40}", candidate.category):
        raise Problem("rules.unreadable")
    return candidate, book


def _row(connection: Connection, file_id: str) -> sa.RowMapping:
    row = connection.execute(sa.select(rule_file).where(rule_file.c.id == file_id)).mappings().one_or_none()
    if row is None:
        raise Problem("rules.not_found")
    return row


def _in_force(connection: Connection, same: sa.ColumnElement[bool]) -> sa.RowMapping | None:
    return connection.execute(sa.select(rule_file).where(same, rule_file.c.in_force == 1)).mappings().one_or_none()


def _shown(row: Any) -> dict[str, Any]:
    told = {column.name: row[column.name] for column in _SHOWN}
    size = row["bytes"] if "bytes" in row else len(row["text"].encode())
    return {**told, "bytes": size, "in_force": bool(told["in_force"])}


def _called(row: Any) -> str:
    return told_id(row["kind"], row["category"])


def _facts(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "version", "sha256")}
