"""What a dry run found, in words: how many would be otherwise, by outcome, and the money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from inspection_station.domain.lists import TradeLists
from inspection_station.domain.money import Money
from inspection_station.errors import N_
from inspection_station.i18n import localised, translate
from inspection_station.station.views import FactView
from inspection_station.workflows.dry_run import DryRun

KIND_WORDS: Mapping[str, str] = {
    "checklist": N_("checklist"), "rules": N_("decision tables"), "policies": N_("policies"), "lists": N_("lists"),
    "carriers": N_("carriers"),
}  # fmt: skip
OUTCOME_WORDS: Mapping[str, str] = {
    "grade": N_("Grade"), "disposition": N_("Disposition"), "liability": N_("Liability"), "refund": N_("Refund"),
    "needs_lead": N_("Needs a lead"),
}  # fmt: skip
MOST_NUMBERS = 12  # items named


def kind_words(kind: str, category: str, lists: TradeLists) -> str:
    """What a rule file is for."""
    word = translate(KIND_WORDS[kind]) if kind in KIND_WORDS else kind
    named = localised(lists.word("categories", category).texts) if category else ""
    return f"{word[:1].upper()}{word[1:]}" + (f" · {named}" if named else "")


def outcome_words(lists: TradeLists, outcome: str, key: str) -> str:
    """An outcome's key (`dry_run.outcome_key`) in words."""

    def word(name: str, code: str) -> str:
        return localised(lists.word(name, code).texts)

    if outcome == "needs_lead":
        return translate("yes") if key == "yes" else translate("no")
    if outcome == "liability":
        shares = [one.rpartition(":") for one in key.split("+")] if key != "-" else []
        return " + ".join(f"{word('liable_parties', party)} {share}" for party, _, share in shares) or "–"
    if outcome == "refund":
        kind, _, rest = key.partition(":")
        told = word("reject_reasons", rest) if kind == "deny" else rest
        return f"{word('refunds', kind)} {told}".strip()
    return word("dispositions", key) if outcome == "disposition" else key


def facts_of(made: DryRun) -> tuple[FactView, ...]:
    """How many inspections and items were graded again, and how many items would be otherwise."""
    facts = [
        FactView(translate("Graded again"), translate("{inspections} inspections, {items} items",
                                                      inspections=made.inspections, items=made.items)),
        FactView(translate("Would be otherwise"), translate("{n} items", n=len(made.moved))),
    ]  # fmt: skip
    for currency, money in sorted(made.money.items()):
        before, after = Money(money.before, currency), Money(money.after, currency)
        difference = Money(money.after - money.before, currency)
        facts.append(FactView(translate("Refunds {currency}", currency=currency or "–"),
                              f"{before} → {after} ({difference})"))  # fmt: skip
    if made.more_photos:
        facts.append(FactView(translate("More photos asked for"), translate("{n} items", n=made.more_photos)))
    if made.unknown_returns:
        facts.append(FactView(translate("Return no longer known here"), translate("{n} items", n=made.unknown_returns)))
    return tuple(facts)


def notes_of(made: DryRun, lists: TradeLists) -> Iterator[str]:
    """Each way in which an outcome would move, with the number of items, and the first items' numbers."""
    for outcome, counts in made.counts.items():
        for (before, after), units in counts.most_common():
            words = outcome_words(lists, outcome, before), outcome_words(lists, outcome, after)
            yield f"{units} × {translate(OUTCOME_WORDS[outcome])} {words[0]} → {words[1]}"
    numbers = [one.rt_number for one in made.moved[:MOST_NUMBERS]]
    if numbers:
        yield ", ".join(numbers) + (" …" if len(made.moved) > MOST_NUMBERS else "")
