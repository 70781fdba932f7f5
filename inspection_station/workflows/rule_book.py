"""Loading the rule book: lists, decision tables, policies and templates, shipped or given by the client."""

from __future__ import annotations

import logging
from pathlib import Path

from inspection_station.data_files import load_yaml
from inspection_station.domain.checklist import ChecklistTemplate, parse_template
from inspection_station.domain.decision_table import parse_rules
from inspection_station.domain.lists import parse_lists
from inspection_station.domain.policies import parse_policies
from inspection_station.domain.verdict import RuleBook
from inspection_station.errors import DataFileProblem, N_, StationProblem

_LOG = logging.getLogger(__name__)


def load_rule_book(shipped: Path, own: Path | None = None) -> RuleBook:
    """Read the rule book; a file of the same name under `own` (a client's) takes the place of the shipped one.

    Raises:
        DataFileProblem: a file does not say what it must; nothing is replaced then.
    """

    def file(name: str) -> Path:
        mine = own / name if own else None
        return mine if mine is not None and mine.is_file() else shipped / name

    lists = parse_lists(load_yaml(file("rules/lists.yaml")))
    names = {path.name for root in (shipped, own) if root for path in (root / "checklists").glob("*.yaml")}
    templates: dict[str, ChecklistTemplate] = {}
    for name in sorted(names):
        template = parse_template(load_yaml(file(f"checklists/{name}")), lists)
        templates[template.category] = template
    if "general" not in templates:
        raise StationProblem(
            "rules.no_general_template",
            N_("The general checklist is missing."),
            N_("Put checklists/general.yaml back, then start again."),
        )
    rules = parse_rules(load_yaml(file("rules/decision_table.yaml")), lists)
    policies = parse_policies(load_yaml(file("policies/default.yaml")))
    return RuleBook(lists, rules, policies, templates)


def rule_book_or_shipped(shipped: Path, own: Path) -> tuple[RuleBook, StationProblem | None]:
    """The client's rule book, or the shipped one together with what is wrong with the client's files."""
    try:
        return load_rule_book(shipped, own), None
    except DataFileProblem as problem:
        _LOG.info("the client's rule files are not used: %s", problem.code)
        return load_rule_book(shipped), problem
