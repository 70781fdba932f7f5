"""Which dispositions the page of grade and disposition offers, in the order of its digits."""

from __future__ import annotations

from collections.abc import Sequence

from inspection_station.domain.verdict import Verdict, ranked_dispositions
from inspection_station.station.flow.state import BenchState
from inspection_station.workflows.case import Desk
from inspection_station.workflows.deciding import verdict_of

OFFERED = 5  # dispositions on the page at once
MOST_KEYS = 9  # of all of them; the digits


def offered(ranked: Sequence[str], outcome: Verdict) -> list[str]:
    """The dispositions in order of their digits; of those ruled out at least one is among the first, with why."""
    ruled_out = next((code for code in ranked if code in outcome.blocked), "")
    if not ruled_out or ruled_out in ranked[:OFFERED]:
        return list(ranked[:MOST_KEYS])
    others = [code for code in ranked if code != ruled_out]
    return [*others[: OFFERED - 1], ruled_out, *others[OFFERED - 1 :]][:MOST_KEYS]


def disposition_at(desk: Desk, state: BenchState, place: int) -> str:
    """The disposition that the digit `place` (1–9) means for the open item; empty when there are fewer."""
    outcome = verdict_of(desk, state.open_case, state.open_case.inspection.item())
    ranked = offered(ranked_dispositions(desk.book, outcome), outcome)
    return ranked[place - 1] if 1 <= place <= len(ranked) else ""
