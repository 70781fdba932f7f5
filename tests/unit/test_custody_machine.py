"""Two benches that hear of each other now and then: whatever they do, an item is in one place and no rule is bent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inspection_station.domain.custody.acts import Act, ActKind, hash_of
from inspection_station.domain.custody.causal_order import next_place
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import ItemState, fold_item, refused_item
from inspection_station.domain.custody.manifest_state import Drawn, ManifestState, ManifestStep, closing_checks
from inspection_station.domain.custody.manifest_state import fold_manifest as folded_manifest
from inspection_station.domain.custody.tote_state import ToteState, ToteStep, fold_tote, refused_content, refused_step

DISPOSITIONS = ("restock", "scrap", "hold")
ITEMS = tuple(
    HouseItem(f"i-{number}", "n", f"RT-261121-0120000{number}", grade="A", disposition=disposition, label_issue=1)
    for number, disposition in enumerate((*DISPOSITIONS, "scrap"))
)
TOTES = ("T-1", "T-2", "T-3")
MANIFEST = "m-1"
BENCHES = st.sampled_from((0, 1))
PEOPLE = st.sampled_from(("p-1", "p-2"))


class Bench:
    """What one bench knows, and does only where no rule refuses it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[str, Act] = {}

    def about(self, subject: str) -> list[Act]:
        return [act for act in self.known.values() if act.subject == subject]

    def item(self, item: HouseItem) -> ItemState:
        state = fold_item(item, self.about(f"item:{item.id}"))
        assert state is not None
        return state

    def tote(self, code: str) -> ToteState:
        return fold_tote(code, self.about(f"tote:{code}"))

    def manifest(self) -> ManifestState:
        return folded_manifest(MANIFEST, self.about(f"manifest:{MANIFEST}"))

    def contents(self, code: str) -> list[HouseItem]:
        states = [(item, self.item(item)) for item in ITEMS]
        return [item for item, state in states if state.proved and state.tote == code and not state.manifest]

    def does(self, kind: ActKind, subject: str, facts: Mapping[str, Any], person: str = "p-1") -> None:
        count, base = next_place(self.about(subject))
        name = f"{self.name}-{len(self.known):04d}"
        act = Act(name, kind, subject, count, base, "", None, self.name, "s", person, facts)
        self.known[act.id] = replace(act, hash=hash_of(act))


class Custody(RuleBasedStateMachine):
    """The steps of people at two benches, and the centre between them."""

    @initialize()
    def begin(self) -> None:
        self.benches = (Bench("B1"), Bench("B2"))
        for code, disposition in (("T-1", "scrap"), ("T-2", "scrap"), ("T-3", "restock")):
            self.opens(0, code, disposition)
        self.places(0, ITEMS[1], "T-1")
        self.the_centre_tells()

    @rule()
    def the_centre_tells(self) -> None:
        every = {**self.benches[0].known, **self.benches[1].known}
        self.benches[0].known = every
        self.benches[1].known = dict(reversed(every.items()))  # it heard of them in another order

    @rule(number=BENCHES, code=st.sampled_from(TOTES), disposition=st.sampled_from(DISPOSITIONS))
    def opens(self, number: int, code: str, disposition: str) -> None:
        bench = self.benches[number]
        if refused_step(bench.tote(code), ActKind.TOTE_OPENED, len(bench.contents(code))) is None:
            bench.does(ActKind.TOTE_OPENED, f"tote:{code}", {"disposition": disposition, "vendor": ""})

    @rule(number=BENCHES, code=st.sampled_from(TOTES))
    def closes(self, number: int, code: str) -> None:
        bench = self.benches[number]
        contents = len(bench.contents(code))
        if refused_step(bench.tote(code), ActKind.TOTE_CLOSED, contents) is None:
            bench.does(ActKind.TOTE_CLOSED, f"tote:{code}", {"items": contents, "grams": 0})

    @rule(number=BENCHES, item=st.sampled_from(ITEMS), code=st.sampled_from(TOTES))
    def places(self, number: int, item: HouseItem, code: str) -> None:
        bench = self.benches[number]
        state, tote = bench.item(item), bench.tote(code)
        refused = refused_item(state) or refused_content(tote, state.disposition, "", len(bench.contents(code)))
        if tote.step is not ToteStep.OPEN or tote.disposition != item.disposition:
            assert refused is not None
        if refused is None:
            facts = {"rt_number": item.rt_number, "tote": code, "by": "scan"}
            bench.does(ActKind.ITEM_PLACED, f"item:{item.id}", facts)

    @rule(number=BENCHES, item=st.sampled_from(ITEMS))
    def scans_onto_the_manifest(self, number: int, item: HouseItem) -> None:
        bench = self.benches[number]
        state = bench.item(item)
        refused = refused_item(state, to_leave=True)
        if item.disposition == "hold":
            assert refused is not None, "what is held never leaves"
        ready = state.proved and bench.tote(state.tote).step is ToteStep.CLOSED and state.disposition == "scrap"
        if refused is None and ready and bench.manifest().step is ManifestStep.OPEN:
            facts = {"rt_number": item.rt_number, "manifest": MANIFEST, "tote": state.tote}
            bench.does(ActKind.ITEM_MANIFESTED, f"item:{item.id}", facts)
            assert bench.item(item).manifest == MANIFEST and refused_item(bench.item(item)) is not None

    @rule(number=BENCHES, item=st.sampled_from(ITEMS), counts=st.sampled_from(("RT-261121-01200009", "")))
    def says_which_record_counts(self, number: int, item: HouseItem, counts: str) -> None:
        bench = self.benches[number]
        if bench.item(item).manifest:
            return
        facts = {"rt_number": item.rt_number, "inspection": "n-2" if counts else "", "counts": counts}
        bench.does(ActKind.ITEM_SUPERSEDED, f"item:{item.id}", facts)
        state = bench.item(item)
        if state.superseded_by:
            assert (state.tote, state.disposition) == ("", "") and refused_item(state) is not None
        else:
            assert not counts and state.disposition == item.disposition

    @rule(number=BENCHES, person=PEOPLE, place=st.sampled_from((1, 2)))
    def signs(self, number: int, person: str, place: int) -> None:
        bench = self.benches[number]
        if not bench.about(f"manifest:{MANIFEST}"):
            started = {"number": "M-SCR-1", "manifest_kind": "scrap", "destination": "", "vendor": "",
                       "authorisation": "", "corrects": ""}  # fmt: skip
            bench.does(ActKind.MANIFEST_STARTED, f"manifest:{MANIFEST}", started)
        bench.does(ActKind.MANIFEST_SIGNED, f"manifest:{MANIFEST}", {"place": place}, person)

    @rule(number=BENCHES)
    def closes_the_manifest(self, number: int) -> None:
        bench = self.benches[number]
        manifest = bench.manifest()
        drawn = [item for item in ITEMS if bench.item(item).manifest]
        totes = sorted({bench.item(item).tote for item in drawn})
        checks = closing_checks(manifest, [Drawn(code, 0, 1) for code in totes])
        both = {person for person, _at in manifest.signatures.values()} == {"p-1", "p-2"}
        signed = next((check.passed for check in checks if check.code == "two_signatures"), False)
        assert signed <= both, "scrap needs two people"
        decided = all(bench.item(one).disposition for one in drawn)  # none was superseded elsewhere meanwhile
        if manifest.kind == "scrap" and signed and drawn and decided and manifest.step is ManifestStep.OPEN:
            rows = [{"item_id": one.id, "rt_number": one.rt_number, "tote": bench.item(one).tote} for one in drawn]
            facts = {"items": rows, "totes": totes, "fingerprint": "f"}
            bench.does(ActKind.MANIFEST_CLOSED, f"manifest:{MANIFEST}", facts)

    @invariant()
    def every_item_is_in_one_place_that_both_agree_on_once_they_know_the_same(self) -> None:
        if not hasattr(self, "benches"):
            return
        for bench in self.benches:
            lying = [item.id for code in TOTES for item in bench.contents(code)]
            assert len(lying) == len(set(lying)), "no item in two totes"
            drawn = {item.id for item in ITEMS if bench.item(item).manifest}
            assert not drawn & set(lying), "on a manifest or in a tote, never both"
        one, other = self.benches
        if one.known.keys() == other.known.keys():
            assert [one.item(item) for item in ITEMS] == [other.item(item) for item in ITEMS]
            assert [one.tote(code) for code in TOTES] == [other.tote(code) for code in TOTES]
            assert one.manifest() == other.manifest()


Custody.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_whatever_two_benches_do_no_rule_is_bent = Custody.TestCase
