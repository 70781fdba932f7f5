"""Loading the rule book: lists, tables, policies, templates and carriers, shipped or given by the client.

What a client gives counts only as a whole and only when all of it can be read. What was last in force is kept beside
it, so that a broken file never takes the place of one that worked.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inspection_station.data_files import DataFile, load_yaml
from inspection_station.domain.carriers import parse_carriers
from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.checklist_files import parse_template
from inspection_station.domain.decision_table import parse_rules
from inspection_station.domain.lists import TradeLists, parse_lists
from inspection_station.domain.policies import parse_policies
from inspection_station.domain.rule_book import RuleBook
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem

_LOG = logging.getLogger(__name__)

FILES: Mapping[str, str] = {
    "lists": "rules/lists.yaml", "rules": "rules/decision_table.yaml", "policies": "policies/default.yaml",
    "carriers": "rules/carriers.yaml",
}  # fmt: skip
RULES, RULES_IN_FORCE = "rules", "rules_in_force"
"""Folders of a station's data: the client's own files, and the copy of those last in force."""
CHECKLIST = "checklist"
# A key that only files of that kind have.
_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    CHECKLIST: ("questions", "shots"), "rules": ("grade", "needs_lead", "disposition", "liability"),
    "policies": ("vendors", "slots", "high_value_minor"), "lists": ("defects", "reasons", "dispositions"),
    "carriers": ("carriers",),
}  # fmt: skip
_POINTER = "in_force"  # a file: the name of the folder beside it that holds the files last in force


@dataclass(frozen=True)
class Candidate:
    """A file that could take the place of one in force: its kind (``checklist`` or a key of `FILES`) and version."""

    path: Path
    kind: str
    version: str
    category: str = ""


def kind_of(file: DataFile) -> str:
    """What kind of file it is, by its keys; raises DataFileProblem when it is none of them."""
    for kind, keys in _TOLD_BY.items():
        if any(key in file.data for key in keys):
            return kind
    raise file.fault((), N_("must be a checklist, decision tables, policies, lists or carriers"))


def load_rule_book(shipped: Path, own: Path | None = None, instead: Path | None = None) -> RuleBook:
    """Read the rule book; a client's file under `own` takes the place of the shipped one of the same name.

    A client's template takes the place of the shipped one of the same category, whatever its file is called; the file
    `instead`, of any kind, that of all others of its kind.

    Raises:
        DataFileProblem: a file does not say what it must; nothing is replaced then.
        StationProblem: ``rules.no_general_template``.
    """
    candidate = load_yaml(instead) if instead else None
    replaced = kind_of(candidate) if candidate else ""

    def file(kind: str) -> DataFile:
        if candidate is not None and kind == replaced:
            return candidate
        mine = own / FILES[kind] if own else None
        return load_yaml(mine if mine is not None and mine.is_file() else shipped / FILES[kind])

    lists = parse_lists(file("lists"))
    templates: dict[str, ChecklistTemplate] = {}
    for root in (shipped, own):
        templates.update(_templates(root / "checklists", lists) if root else {})
    if candidate is not None and replaced == CHECKLIST:
        template = parse_template(candidate, lists)
        templates[template.category] = template
    if "general" not in templates:
        raise StationProblem(
            "rules.no_general_template",
            N_("The general checklist is missing."),
            N_("Put checklists/general.yaml back, then start again."),
        )
    rules = parse_rules(file("rules"), lists, tuple(templates.values()))
    policies = parse_policies(file("policies"), lists)
    carriers = parse_carriers(file("carriers"))
    return RuleBook(lists, rules, policies, templates, carriers)


def load_candidate(shipped: Path, own: Path | None, path: Path) -> tuple[Candidate, RuleBook]:
    """What the file at `path` is, and the rule book with it in place of what is in force.

    Raises:
        DataFileProblem: it does not say what it must, or another file no longer does with it.
    """
    file = load_yaml(path)
    kind = kind_of(file)
    book = load_rule_book(shipped, own, path)
    category = str(file.data.get("category", "")) if kind == CHECKLIST else ""
    return Candidate(path, kind, str(file.data.get("version", "")), category), book


def _templates(folder: Path, lists: TradeLists) -> dict[str, ChecklistTemplate]:
    """The templates of one folder by category; none when there is no such folder."""
    found: dict[str, ChecklistTemplate] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = load_yaml(path)
        template = parse_template(data, lists)
        if template.category in found:
            raise data.fault(("category",), N_("has a template in another file of this folder already"))
        found[template.category] = template
    return found


def rule_book_or_shipped(shipped: Path, own: Path, kept: Path | None = None) -> tuple[RuleBook, StationProblem | None]:
    """The client's rule book, or what is in force instead together with what is wrong with the client's files.

    Instead of files that cannot be used those last in force count (`keep_in_force`), else the shipped ones.
    """
    try:
        return load_rule_book(shipped, own), None
    except StationProblem as problem:
        _LOG.info("the client's rule files are not used: %s", problem.code)
        last = _last_in_force(kept) if kept else None
        if last is not None:
            try:
                return load_rule_book(shipped, last), problem
            except StationProblem as older:
                _LOG.warning("the rule files last in force are not used either: %s", older.code)
        return load_rule_book(shipped), problem


def keep_in_force(own: Path, kept: Path) -> None:
    """Keep a copy of the client's files, which MUST be in force, under `kept`; one that is there already stays.

    A disk that takes none is no reason not to work: it is logged.
    """
    try:
        files = _files(own)
        name = _digest(files)
        if _pointed_to(kept) == name:
            return
        shutil.rmtree(kept / name, ignore_errors=True)  # what a program that died left of one
        for inner, content in files.items():
            target = kept / name / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            write_durably(target, content, replace=True)
        kept.mkdir(parents=True, exist_ok=True)
        write_durably(kept / _POINTER, name.encode(), replace=True)
        for other in kept.iterdir():
            if other.is_dir() and other.name != name:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as error:
        _LOG.warning("the rule files in force could not be kept: %s", error.strerror or error)


def _files(folder: Path) -> dict[str, bytes]:
    """Every file of a client's folder that is read, by its name below it."""
    names = [*FILES.values(), *(f"checklists/{path.name}" for path in sorted((folder / "checklists").glob("*.yaml")))]
    return {name: (folder / name).read_bytes() for name in sorted(names) if (folder / name).is_file()}


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _pointed_to(kept: Path) -> str:
    try:
        return (kept / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _last_in_force(kept: Path) -> Path | None:
    """The folder of the files last in force; None when there is none, or it is not as it was kept."""
    name = _pointed_to(kept)
    folder = kept / name
    try:
        return folder if name and _digest(_files(folder)) == name else None
    except OSError:
        return None
