"""Loading the rule book: lists, tables, policies, templates and carriers, shipped or given by the client."""

from __future__ import annotations

import logging
from pathlib import Path

from inspection_station.data_files import load_yaml
from inspection_station.domain.carriers import parse_carriers
from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.checklist_files import parse_template
from inspection_station.domain.decision_table import parse_rules
from inspection_station.domain.lists import TradeLists, parse_lists
from inspection_station.domain.policies import parse_policies
from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import N_, StationProblem

_LOG = logging.getLogger(__name__)


def load_rule_book(shipped: Path, own: Path | None = None) -> RuleBook:
    """Read the rule book; a client's file under `own` takes the place of the shipped one of the same name.

    A client's template takes the place of the shipped one of the same category, whatever its file is called.

    Raises:
        DataFileProblem: a file does not say what it must; nothing is replaced then.
        StationProblem: ``rules.no_general_template``.
    """

    def file(name: str) -> Path:
        mine = own / name if own else None
        return mine if mine is not None and mine.is_file() else shipped / name

    lists = parse_lists(load_yaml(file("rules/lists.yaml")))
    templates: dict[str, ChecklistTemplate] = {}
    for root in (shipped, own):
        templates.update(_templates(root / "checklists", lists) if root else {})
    if "general" not in templates:
        raise StationProblem(
            "rules.no_general_template",
            N_("The general checklist is missing."),
            N_("Put checklists/general.yaml back, then start again."),
        )
    rules = parse_rules(load_yaml(file("rules/decision_table.yaml")), lists)
    policies = parse_policies(load_yaml(file("policies/default.yaml")), lists)
    carriers = parse_carriers(load_yaml(file("rules/carriers.yaml")))
    return RuleBook(lists, rules, policies, templates, carriers)


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


def rule_book_or_shipped(shipped: Path, own: Path) -> tuple[RuleBook, StationProblem | None]:
    """The client's rule book, or the shipped one together with what is wrong with the client's files."""
    try:
        return load_rule_book(shipped, own), None
    except StationProblem as problem:
        _LOG.info("the client's rule files are not used: %s", problem.code)
        return load_rule_book(shipped), problem
