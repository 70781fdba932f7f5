"""What the checklist shows for a row with a value: its entry in the picker's place, and its answer in words."""

from __future__ import annotations

from collections.abc import Mapping

from inspection_station.domain.answers import plain_number, value_words
from inspection_station.domain.checklist import TYPE_KEYS, Choice, Count, FreeText, Number, Question, Serial
from inspection_station.domain.inspection import Answer, Item
from inspection_station.i18n import localised, sentences, translate
from inspection_station.station.entry_views import EntryKind, EntryView, PartView
from inspection_station.station.flow.answer_acts import PART_KEYS
from inspection_station.station.flow.state import BenchState
from inspection_station.station.page_views import ChoiceView
from inspection_station.station.presenting.words import Showing, joined
from inspection_station.station.views import ActionView
from inspection_station.workflows import answering
from inspection_station.workflows.case import Case

LONGEST_SERIAL = 200  # characters of the field: a scanned code may hold more than the number itself


def answer_words(row: Question | None, answer: Answer | None) -> str:
    """What was answered beside normal or not, in the language in force; empty for a plain statement."""
    return localised(value_words(row, answer)) if answer is not None else ""


def row_words(row: Question, answer: Answer | None) -> str:
    """The same for the line below a row: parts that are all there are told by their number."""
    if answer is not None and not isinstance(answer.value, str) and answer.verdict == "pass":
        return translate("All {n} there", n=sum(one.found for one in answer.value))
    return answer_words(row, answer)


def _caption(asked: Number) -> str:
    taken = translate(
        "{least} to {most} {unit}", least=plain_number(asked.minimum), most=plain_number(asked.maximum), unit=asked.unit
    )
    lows = [limit.below for limit in asked.limits if limit.below is not None]
    highs = [limit.above for limit in asked.limits if limit.above is not None]
    normal = []
    if lows:
        normal.append(translate("from {n}", n=plain_number(max(lows))))
    if highs:
        normal.append(translate("up to {n}", n=plain_number(min(highs))))
    if not normal:
        return taken
    return joined([taken, translate("normal: {range}", range=" ".join(normal))])


def _shipped(case: Case, item: Item) -> str:
    """The numbers that were shipped, to compare by eye."""
    line = case.line(item)
    shipped = " / ".join(line.serial_numbers) if line else ""
    return translate("Shipped: {numbers}", numbers=shipped) if shipped else ""


def _parts(case: Case, item: Item, row: Question, current: str) -> tuple[PartView, ...]:
    kit = answering.kit(case, item)
    there = answering.counts_of(case, item, row.id)
    return tuple(
        PartView(
            part, PART_KEYS[place] if place < len(PART_KEYS) else "", f"{there[part]} / {expected}",
            there[part] < expected, part == current, there[part] > 0,
        )
        for place, (part, expected) in enumerate(kit.items())
    )  # fmt: skip


def entry(showing: Showing, state: BenchState, case: Case, item: Item, row: Question, number: int) -> EntryView | None:
    """The entry of `row`; None for a plain statement, which has the picker."""
    if row.answer is None:
        return None
    answer = item.answers.get(row.id)
    said = answer.value if answer is not None and isinstance(answer.value, str) else ""
    fault = state.fault if state.fault is not None and state.fault.row == row.id else None
    facts: dict[str, object] = {}
    match row.answer:
        case Choice(options=options):
            facts = {"options": tuple(
                ChoiceView(one.id, localised({"zh": one.zh, "en": one.en}), TYPE_KEYS[place], one.icon, one.id == said)
                for place, one in enumerate(options)
            )}  # fmt: skip
        case Number(unit=unit, decimals=decimals, minimum=minimum):
            facts = {"unit": unit, "caption": _caption(row.answer), "longest": 40, "point": decimals > 0,
                     "signed": minimum < 0}  # fmt: skip
        case FreeText(longest=longest):
            facts = {"caption": translate("At most {n} characters", n=longest), "longest": longest + 1}
        case Serial():
            facts = {"caption": _shipped(case, item), "longest": LONGEST_SERIAL}
        case Count():
            facts = {"parts": _parts(case, item, row, state.kind),
                     "caption": translate("A key takes one away; + and − set the number")}  # fmt: skip
    kinds: Mapping[type, EntryKind] = {
        Choice: "choice", Number: "number", FreeText: "text", Serial: "serial", Count: "count"
    }
    kind = kinds[type(row.answer)]
    normal = ActionView("normal", translate("All there") if kind == "count" else translate("Normal"), "mdi6.check", "N")
    scanned = answering.scanned_serial(case, item, row.answer) if isinstance(row.answer, Serial) else ""
    typed = kind in ("number", "text", "serial")
    return EntryView(
        kind, row.id, number, localised({"zh": row.noun_zh, "en": row.noun_en}),
        ActionView("not_applicable", translate("N/A"), "mdi6.minus-circle-outline", "0"),
        normal if row.has_normal or scanned else None, value=fault.text if fault else said,
        fault=joined([part for part in sentences(fault.problem) if part]) if fault else "",
        submit=ActionView("submit", translate("Take it"), "", "Enter") if typed else None,
        **facts,  # type: ignore[arg-type]
    )  # fmt: skip
