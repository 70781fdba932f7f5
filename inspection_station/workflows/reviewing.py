"""Review 复核: a lead agrees with what a bench decided, or decides otherwise with a reason; nothing is overwritten.

Whatever is refused records nothing. Another grade or disposition needs a new label: its issue is one higher than any
known, and the old one is to be scanned out. Undoing is one more act: what held before holds again, and where a label
had been changed, it is changed once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.causal_order import latest
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.item_state import AGREED, CHANGED, WITHDRAWN, ItemState
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person
from inspection_station.workflows.acting import new_act, without_right
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.ports import Clock, StationIdentity

MOST_LABELS = 99  # two digits
MOST_WORDS = 300
CONFLICTS = ("disputed", "decided_again")
"""Reasons for which the decision in force may be taken as it is: deciding again settles it."""


def must_grade_blind(item: HouseItem, state: ItemState) -> bool:
    """Whether the bench's answer MUST NOT be shown yet: a random check that no lead has graded or decided."""
    undecided = state.decision is None or state.decision.verdict == WITHDRAWN
    return item.random_check and "random_check" in state.reasons and undecided and not state.blind[1]


@dataclass(frozen=True)
class Reviewed:
    """What a lead did: the item as its bench told it, and how it stands now. `needs_label`: a new one is to be
    printed, of the issue that the state names; `act_id` names the act, for `Reviewing.undo`."""

    item: HouseItem
    state: ItemState
    needs_label: bool = False
    act_id: str = ""


@dataclass(frozen=True)
class Reviewing:
    """What one person decides at one station; `dispositions` and `grades` are the codes of the lists in force."""

    store: CustodyStore
    clock: Clock
    station: StationIdentity
    person: Person
    dispositions: frozenset[str]
    grades: frozenset[str]

    def grade_blind(self, rt_number: str, grade: str) -> Reviewed | Refusal:
        """The lead's own grade of a random check, before the inspector's is shown.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._found(rt_number, ActKind.ITEM_GRADED_BLIND)
        if isinstance(found, Refusal):
            return found
        item, state = found
        if not must_grade_blind(item, state):
            return Refusal("review.not_blind", (("rt_number", rt_number),))
        if grade not in self.grades:
            return Refusal("review.unknown_code", (("code", grade),))
        facts = {"rt_number": state.rt_number, "judged_issue": item.label_issue, "grade": grade}
        return self._did(ActKind.ITEM_GRADED_BLIND, found, facts)

    def agree(self, rt_number: str) -> Reviewed | Refusal:
        """What was decided stands; the item leaves the queue.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._decidable(rt_number)
        if isinstance(found, Refusal):
            return found
        _item, state = found
        if not state.disposition:
            return Refusal("item.undecided", (("rt_number", rt_number),))
        if any(reason in CONFLICTS for reason in state.reasons):
            return Refusal("review.conflict", (("rt_number", rt_number),))
        return self._decide(found, AGREED, state.grade, state.disposition, "", state.label_issue)

    def change(self, rt_number: str, grade: str, disposition: str, reason: str) -> Reviewed | Refusal:
        """Another grade or disposition (empty: as it is), for a `reason`: a code of `CHANGE_REASONS`, or words.

        Where leads disagreed, or a bench decided again after one, what is in force may be chosen too: that settles it.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._decidable(rt_number)
        if isinstance(found, Refusal):
            return found
        _item, state = found
        grade, disposition = grade or state.grade, disposition or state.disposition
        for code, known in ((grade, self.grades), (disposition, self.dispositions)):
            if code not in known:
                return Refusal("review.unknown_code", (("code", code),))
        same = (grade, disposition) == (state.grade, state.disposition)
        if same and not any(one in CONFLICTS for one in state.reasons):
            return Refusal("review.nothing_changed", (("rt_number", rt_number),))
        words = " ".join(reason.split())[:MOST_WORDS]
        if not words:
            return Refusal("review.reason_missing")
        if state.label_issue >= MOST_LABELS:
            return Refusal("review.labels_used_up", (("rt_number", rt_number),))
        return self._decide(found, CHANGED, grade, disposition, words, state.label_issue + 1)

    def undo(self, rt_number: str, act_id: str) -> Reviewed | Refusal:
        """Take back the decision `act_id`: what held before holds again, by one more act.

        Where nothing but the bench's decision was there before, the item waits for a lead again. A blind grade stays:
        who has seen the answer cannot grade blind again. Refused when somebody has decided since.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._found(rt_number, ActKind.ITEM_REVIEWED)
        if isinstance(found, Refusal):
            return found
        item, state = found
        acts = {act.id: act for act in self.store.acts_about(f"item:{state.id}")}
        stand = latest(list(acts.values()), lambda act: act.kind == ActKind.ITEM_REVIEWED)
        if [act.id for act in stand] != [act_id] or stand[0].payload["verdict"] == WITHDRAWN:
            return Refusal("review.decided_since", (("rt_number", rt_number),))
        before = _before(acts[act_id], acts)
        told = before.payload if before is not None else None
        grade = str(told["grade"]) if told else item.grade
        disposition = str(told["disposition"]) if told else item.disposition
        issue = state.label_issue + int((grade, disposition) != (state.grade, state.disposition))
        if issue > MOST_LABELS:
            return Refusal("review.labels_used_up", (("rt_number", rt_number),))
        verdict, reason = (str(told["verdict"]), str(told["reason"])) if told else (WITHDRAWN, "")
        return self._decide(found, verdict, grade, disposition, reason, issue)

    def keep(self, rt_number: str) -> Reviewed | Refusal:
        """Of several records of one thing this one counts: the others have no decision, and their labels come off.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._decidable(rt_number)
        if isinstance(found, Refusal):
            return found
        item, state = found
        others = self.doubles(item.id)
        if not others:
            return Refusal("review.no_double", (("rt_number", rt_number),))
        for other, stands in others:
            if stands.manifest:
                return Refusal("item.on_manifest", (("rt_number", other.rt_number),))
            if must_grade_blind(other, stands):
                return Refusal("review.blind_first", (("rt_number", other.rt_number),))
        acts = [self._counts(other.id, other.rt_number, item) for other, _stands in others]
        told = latest(self.store.acts_about(f"item:{item.id}"), lambda act: act.kind == ActKind.ITEM_SUPERSEDED)
        if any(act.payload["counts"] for act in told):  # another lead said the opposite
            acts.append(self._counts(item.id, item.rt_number, None))
        self.store.do(acts)
        now = self.store.item(rt_number)
        return Reviewed(item, now[1] if now is not None else state)

    def keep_all(self, rt_number: str) -> Reviewed | Refusal:
        """Undo of `keep`: the other records count again as well, and all wait for a lead.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self._found(rt_number, ActKind.ITEM_SUPERSEDED)
        if isinstance(found, Refusal):
            return found
        item, state = found
        others = [one for one, stands in self.store.twins(item.id) if stands.superseded_by == rt_number]
        if not others:
            return Refusal("review.decided_since", (("rt_number", rt_number),))
        self.store.do([self._counts(one.id, one.rt_number, None) for one in others])
        now = self.store.item(rt_number)
        return Reviewed(item, now[1] if now is not None else state)

    def doubles(self, item_id: str) -> list[tuple[HouseItem, ItemState]]:
        """Other records of the same thing that count as well, the newest decision first."""
        twins = self.store.twins(item_id)
        found = [(one, state) for one, state in twins if one.state == "closed" and not state.superseded_by]
        return sorted(found, key=lambda pair: pair[0].decided_at, reverse=True)

    def _counts(self, item_id: str, rt_number: str, counts: HouseItem | None) -> Act:
        inspection, number = (counts.inspection_id, counts.rt_number) if counts is not None else ("", "")
        facts = {"rt_number": rt_number, "inspection": inspection, "counts": number}
        return self._act(ActKind.ITEM_SUPERSEDED, item_id, facts)

    def label_came_out(self, rt_number: str, issue: int) -> bool:
        """The newer label lies before somebody, printed or scanned; False when that was known or is of no account.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self.store.item(rt_number)
        if found is None or found[1].printed or issue != found[1].label_issue:
            return False
        return self._note(ActKind.NEW_LABEL_PRINTED, found[1], issue)

    def label_reprinted(self, rt_number: str, issue: int) -> bool:
        """A label was printed once more, which leaves its trace each time; False where the item is not known.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self.store.item(rt_number)
        return found is not None and self._note(ActKind.NEW_LABEL_PRINTED, found[1], issue)

    def scan_out(self, rt_number: str, issue: int) -> bool:
        """The old label `issue` was scanned, to come off: its recall is done. False when none was out.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        found = self.store.item(rt_number)
        if found is None or issue not in found[1].recalls:
            return False
        return self._note(ActKind.OLD_LABEL_SCANNED_OUT, found[1], issue)

    # --- what all of them do alike -------------------------------------------------------------------------

    def _found(self, rt_number: str, kind: ActKind) -> tuple[HouseItem, ItemState] | Refusal:
        if refusal := self._without_right(kind):
            return refusal
        item, state = self.store.item(rt_number) or (None, None)
        if item is None or state is None:
            return Refusal("item.unknown", (("rt_number", rt_number),))
        if item.state != "closed":
            return Refusal("item.undecided", (("rt_number", rt_number),))
        if state.manifest:
            return Refusal("item.on_manifest", (("rt_number", rt_number),))
        if state.superseded_by:
            return Refusal("item.superseded", (("rt_number", rt_number), ("counts", state.superseded_by)))
        return item, state

    def _decidable(self, rt_number: str) -> tuple[HouseItem, ItemState] | Refusal:
        found = self._found(rt_number, ActKind.ITEM_REVIEWED)
        if not isinstance(found, Refusal) and must_grade_blind(*found):
            return Refusal("review.blind_first", (("rt_number", rt_number),))
        return found

    def _decide(
        self, found: tuple[HouseItem, ItemState], verdict: str, grade: str, disposition: str, reason: str, issue: int
    ) -> Reviewed:
        item, state = found
        facts = {
            "rt_number": state.rt_number, "judged_issue": item.label_issue, "verdict": verdict, "grade": grade,
            "disposition": disposition, "reason": reason, "note": "", "label_issue": issue,
        }  # fmt: skip
        return self._did(ActKind.ITEM_REVIEWED, found, facts, needs_label=issue > state.label_issue)

    def _did(
        self, kind: ActKind, found: tuple[HouseItem, ItemState], facts: Mapping[str, Any], needs_label: bool = False
    ) -> Reviewed:
        act = self._act(kind, found[1].id, facts)
        self.store.do([act])
        now = self.store.item(found[1].rt_number)
        return Reviewed(found[0], now[1] if now is not None else found[1], needs_label, act.id)

    def _note(self, kind: ActKind, state: ItemState, issue: int) -> bool:
        if self._without_right(kind):
            return False
        self.store.do([self._act(kind, state.id, {"rt_number": state.rt_number, "issue": issue})])
        return True

    def _without_right(self, kind: ActKind) -> Refusal | None:
        return without_right(self.person, kind)

    def _act(self, kind: ActKind, item_id: str, facts: Mapping[str, Any]) -> Act:
        subject = f"item:{item_id}"
        return new_act(self.station, self.clock, self.person, kind, subject, facts, self.store.next_place(subject))


def _before(act: Act, acts: Mapping[str, Act]) -> Act | None:
    """The lead's decision that `act` took the place of; None when that was the bench's."""
    beneath, seen, found = list(act.base), set[str](), list[Act]()
    while beneath:
        one = acts.get(name := beneath.pop())
        if one is None or name in seen:
            continue
        seen.add(name)
        if one.kind == ActKind.ITEM_REVIEWED:
            found.append(one)
        else:
            beneath.extend(one.base)
    newest = max(found, key=lambda one: (one.count, one.id), default=None)
    return None if newest is None or newest.payload["verdict"] == WITHDRAWN else newest
