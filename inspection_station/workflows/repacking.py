"""Repacking: items move from one open tote into another one, some of them (split) or all (merge), or none does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.item_state import refused_item
from inspection_station.domain.custody.tote_state import Refusal, ToteState, ToteStep, refused_content
from inspection_station.workflows.manifest_acts import ManifestActs
from inspection_station.workflows.sorting import BY_KEY


@dataclass(frozen=True)
class Repacking(ManifestActs):
    """What one person moves between totes at one station."""

    def merge(self, source: str, target: str) -> Refusal | None:
        """Put all that lies in `source` into `target`; raises StationProblem as `CustodyStore.do`."""
        return self.split(source, target, [one.rt_number for one in self.containers.contents(source)])

    def split(self, source: str, target: str, rt_numbers: Collection[str]) -> Refusal | None:
        """Put these items of `source` into `target`, all of them or none; raises as `merge`."""
        if refusal := self.without_right(ActKind.TOTE_OPENED):
            return refusal
        if source == target:
            return Refusal("tote.same", (("tote", source),))
        totes = {row.code: row for row in self.store.totes()}
        for code in (source, target):
            if code not in totes:
                return Refusal("tote.unknown", (("tote", code),))
            if totes[code].step != ToteStep.OPEN:
                return Refusal(f"tote.is_{totes[code].step or 'free'}", (("tote", code),))
        inside = {one.rt_number: one for one in self.containers.contents(source)}
        if not rt_numbers:
            return Refusal("tote.empty", (("tote", source),))
        row = totes[target]
        vendors = sorted({row.vendor, *(one.vendor for one in self.containers.contents(target))} - {""})
        vendor = vendors[0] if vendors else ""
        taking = ToteState(row.code, ToteStep.OPEN, row.disposition, vendor, "", row.capacity, row.capacity_g)
        acts: list[Act] = []
        grams = self.store.grams_in(target) if row.capacity_g else 0
        for number in rt_numbers:
            one = inside.get(number)
            found = self.store.item(number)
            if one is None or found is None:
                return Refusal("manifest.not_its_item", (("rt_number", number),))
            state = found[1]
            item_g = found[0].grams if found[0] is not None else 0
            refusal = refused_item(state) or refused_content(
                taking, state.disposition, one.vendor, row.contents + len(acts), grams, item_g
            )
            if refusal is not None:
                return refusal
            grams += item_g
            facts = {"rt_number": number, "tote": target, "by": BY_KEY}
            acts.append(self.act(ActKind.ITEM_PLACED, f"item:{one.item_id}", facts))
        self.store.do(acts)
        return None
