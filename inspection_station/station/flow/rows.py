"""Which row of the checklist is the current one: it belongs to one item and never outlives it."""

from __future__ import annotations

from dataclasses import replace

from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.workflows import answering
from inspection_station.workflows.case import Desk


def at_its_row(desk: Desk, state: BenchState, item_before: str = "") -> BenchState:
    """`state` with a row of its current item: the one chosen, or the one to judge next where none is on a checklist.

    With another item than `item_before` nothing is chosen any more: its checklist may be of another category.
    """
    case = state.case
    if case is None:
        return state
    if case.inspection.current_item != item_before:
        state = replace(state, row="", kind="")
    if state.screen is Screen.CHECKLIST and not state.row:
        return replace(state, row=answering.row_to_judge(desk, case, case.inspection.item()))
    return state
