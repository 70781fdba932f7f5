"""A rule file held against this station's closed inspections before it counts: checked whole, then tried dry.

To be called on the photo lane: a month of work takes seconds. Nothing here is changed by it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inspection_station.data_files import load_yaml
from inspection_station.domain.rule_book import RuleBook
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources
from inspection_station.station.assembly import Station
from inspection_station.storage.closed_inspections import ClosedInspections
from inspection_station.workflows.dry_run import DryRun, closed_inspections, dry_run
from inspection_station.workflows.rule_book import (
    CHECKLIST,
    FILES,
    RULES,
    Candidate,
    load_candidate,
    load_rule_book,
)


@dataclass(frozen=True)
class Shipped:
    """A rule file that came with the program, or one of this station's own in its place."""

    kind: str
    category: str
    version: str


def versions(book: RuleBook) -> list[Shipped]:
    """The version of every file of a rule book."""
    single = {
        "lists": book.lists.version, "rules": book.rules.version, "policies": book.policies.version,
        "carriers": book.carriers.version,
    }  # fmt: skip
    found = [Shipped(kind, "", version) for kind, version in single.items()]
    return [*found, *(Shipped(CHECKLIST, name, one.version) for name, one in sorted(book.templates.items()))]


def shipped_versions() -> list[Shipped]:
    """Those that came with the program."""
    return versions(load_rule_book(resources()))


def shipped_text(kind: str, category: str = "") -> tuple[str, str]:
    """Name and text of a file that came with the program; raises StationProblem ``rules.not_shipped``."""
    found = _text_under(resources(), kind, category)
    if found is None:
        raise StationProblem("rules.not_shipped", N_("No such file came with the program."))
    return found


def text_in_force(station: Station, kind: str, category: str = "") -> tuple[str, str]:
    """Name and text of the file that counts at this station; raises as `shipped_text`, and DataFileProblem."""
    return _text_under(station.folder / RULES, kind, category) or shipped_text(kind, category)


def _text_under(root: Path, kind: str, category: str) -> tuple[str, str] | None:
    paths = [root / FILES[kind]] if kind in FILES else sorted((root / "checklists").glob("*.yaml"))
    for path in paths:
        if path.is_file() and (kind in FILES or load_yaml(path).data.get("category") == category):
            return path.name, read_file(path)
    return None


def read_file(path: Path) -> str:
    """The text of a file that a person named; raises DataFileProblem when it is no rule file at all."""
    load_yaml(path)
    return path.read_text(encoding="utf-8")


def check(station: Station, name: str, text: str) -> tuple[Candidate, RuleBook]:
    """What a text is, and the rules with it in place of what counts; raises DataFileProblem with line and key."""
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        path = Path(folder) / (Path(name).name or "rules.yaml")
        path.write_text(text, encoding="utf-8")
        return load_candidate(resources(), station.folder / RULES, path)


def try_dry(station: Station, book: RuleBook, since: date, going_on: Callable[[], bool]) -> DryRun:
    """Grade what was closed here since that day again by `book`.

    Raises:
        StationProblem: ``rules.unreadable_inspection``; ``rules.trial_ended`` once `going_on` is false.
    """
    stored, clock = ClosedInspections(station.database), station.clock

    def progress(_done: int) -> None:
        if not going_on():
            raise StationProblem("rules.trial_ended", N_("The dry run was ended."))

    try:
        closed = closed_inspections(stored.events_since(clock.start_of_day(since)), stored.returns)
        return dry_run(book, closed, clock.day_of, progress)
    except (KeyError, ValueError) as error:
        raise StationProblem(
            "rules.unreadable_inspection",
            N_("A stored inspection cannot be read by this program."),
            N_("Update the program; “inspection-station doctor” says what is wrong with the data."),
        ) from error
