"""Any item and any return that the rules could be asked about, for hypothesis."""

from __future__ import annotations

from dataclasses import replace

from factories import earphones, expected, item, line
from hypothesis import strategies as st
from trade_cases import BOOK

from inspection_station.domain.answers import possible_defects
from inspection_station.domain.inspection import Answer, Finding, Item
from inspection_station.domain.money import Money
from inspection_station.domain.returns import ExpectedReturn

CATEGORIES = [*sorted(BOOK.lists.words["categories"]), "no such category"]
CHANGES: list[dict[str, object]] = [
    {}, {}, {}, {"grade": "C"}, {"disposition": "hold"}, {"liability": {"seller": 60, "buyer": 40}},
    {"refund": {"kind": "partial", "less_share_of": "buyer"}}, {"refund": {"kind": "deny", "reason": "not_returnable"}},
]  # fmt: skip


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item of any category with up to three defects of its checklist, as it may lie on a bench."""
    category = draw(st.sampled_from(CATEGORIES))
    template = BOOK.template_for(category)
    kinds = [(row.id, one) for row in template.questions for one in possible_defects(row)]
    picked = draw(st.lists(st.sampled_from(kinds), max_size=3))
    findings = tuple(
        Finding(f"f{place}", row, one.type, one.code, one.severity) for place, (row, one) in enumerate(picked)
    )
    faulty = {finding.question for finding in findings}
    answered = draw(st.booleans())
    answers = {
        row.id: Answer(row.id, "defect" if row.id in faulty else "pass", "single")
        for row in template.questions
        if answered or row.id in faulty
    }
    identities = sorted(BOOK.lists.words["identity_findings"])
    changes = draw(st.sampled_from(CHANGES))
    return item(
        category, identity=draw(st.sampled_from(["", *["match"] * 12, *identities])), findings=findings,
        answers=answers, held=draw(st.sampled_from(["", "", "", "", "", "hazardous", "other"])),
        outside=draw(st.sampled_from([(), (), (), ("outer_damaged",), ("outer_wet", "outer_damaged")])),
        changes={name: {"value": value, "reason": "seen", "person": "p"} for name, value in changes.items()},
    )  # fmt: skip


@st.composite
def returns(draw: st.DrawFn) -> ExpectedReturn | None:
    """A return with anything announced that the rules look at, or none at all."""
    if draw(st.integers(0, 9)) == 0:
        return None
    made = draw(st.sampled_from([line(), earphones()]))
    minor = draw(st.sampled_from([0, 1, 1900, 4999, 25900, 100_000, 250_000]))
    price = Money(minor, draw(st.sampled_from(["CNY", "CNY", "CNY", "JPY"])))
    made = replace(made, unit_price=price, vendor=draw(st.sampled_from(["", "V-LOCAL", "V-YUNLU", "V-YUNXI"])))
    return expected(
        lines=(made,), kind=draw(st.sampled_from(sorted(BOOK.lists.words["return_kinds"]))),
        reason=draw(st.sampled_from([*sorted(BOOK.lists.words["reasons"]), "no such reason"])),
        platform=draw(st.sampled_from(["tmall", "jd", ""])),
        delivered_on=draw(st.sampled_from(["", "2020-01-01", "2026-11-07", "2026-11-06", "2026-11-20", "2026-12-24"])),
        return_window_days=draw(st.sampled_from([0, 7, 15])),
        policy_flags=draw(st.sampled_from([(), (), ("non_returnable",), ("sealed_hygiene",), ("high_value", "x")])),
        tracking_numbers=draw(st.sampled_from([("SF1",), ("SF1", "SF2")])),
    )  # fmt: skip
