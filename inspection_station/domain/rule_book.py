"""Everything the trade keeps as data, together: lists, tables, policies, templates by category, carriers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspection_station.domain.carriers import NO_CARRIERS, Carriers
from inspection_station.domain.checklist import ChecklistTemplate
from inspection_station.domain.decision_table import RuleSet
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.policies import Policies


@dataclass(frozen=True)
class RuleBook:
    """Everything the trade keeps as data: lists, tables, policies, templates by category, carriers."""

    lists: TradeLists
    rules: RuleSet
    policies: Policies
    templates: Mapping[str, ChecklistTemplate]
    carriers: Carriers = NO_CARRIERS

    def template_for(self, category: str) -> ChecklistTemplate:
        """The category's template, or the general one when it has none (`is_fallback` tells)."""
        return self.templates.get(category) or self.templates["general"]

    def is_fallback(self, category: str) -> bool:
        """Whether `category` is judged by the general template for want of its own."""
        return category not in self.templates
