"""One thing with two records: its parcel was inspected at two benches, which offline did not know of each other.

Both records are kept. A lead says which one counts; until then both wait for review. Two leads who said the opposite of
each other have said nothing yet: both records count again, and wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState, fold_item

TWO_BENCHES = "two_benches"


@dataclass(frozen=True)
class Record:
    """What is known of one item: as its bench decided it, all acts about it, and why a lead looks at it anyway."""

    item: HouseItem
    acts: Sequence[Act]
    reasons: tuple[str, ...]


def group_of(tracking: str, sku: str) -> tuple[str, str] | None:
    """Items with the same one may be one thing: the parcel's number and the product, in search form; None for no
    parcel."""
    return (tracking[:200], sku[:200]) if tracking else None


def stand(records: Sequence[Record]) -> dict[str, ItemState]:
    """How the items of one group stand, by id."""
    alone = {one.item.id: _folded(one) for one in records}
    counts = {state.rt_number: state.superseded_by for state in alone.values() if state.superseded_by}
    lifted = {one.item.id for one in records if _leads_nowhere(one.item.rt_number, counts)}
    states = {
        one.item.id: _folded(one, lifted=True) if one.item.id in lifted else alone[one.item.id] for one in records
    }
    claiming = [
        one for one in records if one.item.state == "closed" and not states[one.item.id].superseded_by
    ]  # fmt: skip
    for one in claiming:
        if any(other.item.inspection_id != one.item.inspection_id for other in claiming):
            states[one.item.id] = _folded(one, lifted=one.item.id in lifted, twice=True)
    return states


def _folded(one: Record, *, lifted: bool = False, twice: bool = False) -> ItemState:
    acts = [act for act in one.acts if not (lifted and act.kind == ActKind.ITEM_SUPERSEDED)]
    state = fold_item(one.item, acts, (TWO_BENCHES, *one.reasons) if twice else one.reasons)
    assert state is not None, "there is an item"
    return state


def _leads_nowhere(rt_number: str, counts: Mapping[str, str]) -> bool:
    """Whether what is said to count instead comes back to this one."""
    seen = {rt_number}
    number = counts.get(rt_number, "")
    while number and number not in seen:
        seen.add(number)
        number = counts.get(number, "")
    return bool(number)
