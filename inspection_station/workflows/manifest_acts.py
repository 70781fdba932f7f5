"""The acts that manifests are made of: who may do them, and which a manifest takes as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.manifest_state import ManifestState, ManifestStep
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person
from inspection_station.domain.policies import Policies
from inspection_station.workflows.acting import new_act, without_right
from inspection_station.workflows.containers_port import ContainerStore, Content
from inspection_station.workflows.custody_port import CustodyStore
from inspection_station.workflows.ports import Clock, StationIdentity


@dataclass(frozen=True)
class ManifestActs:
    """Makes acts of one person at one station, by the policies in force."""

    store: CustodyStore
    containers: ContainerStore
    clock: Clock
    station: StationIdentity
    person: Person
    policies: Policies

    def manifested(self, manifest_id: str, one: Content) -> Act:
        """The item is on the manifest from now on."""
        facts = {"rt_number": one.rt_number, "manifest": manifest_id, "tote": one.tote}
        return self.act(ActKind.ITEM_MANIFESTED, f"item:{one.item_id}", facts)

    def released(self, manifest_id: str, one: Content) -> Act:
        """The item is off the manifest again."""
        return self.act(ActKind.ITEM_RELEASED, f"item:{one.item_id}",
                         {"rt_number": one.rt_number, "manifest": manifest_id})  # fmt: skip

    def do_about(self, manifest_id: str, kind: ActKind, facts: Mapping[str, Any]) -> Refusal | None:
        """Do one thing about an open manifest; raises StationProblem as `CustodyStore.do`."""
        refusal = self.refused(self.store.manifest(manifest_id), kind)
        if refusal is None:
            self.store.do([self.act(kind, f"manifest:{manifest_id}", facts)])
        return refusal

    def refused(self, manifest: ManifestState, kind: ActKind) -> Refusal | None:
        """Why `kind` cannot be done: no right, no such manifest, or it is over."""
        if refusal := self.without_right(kind) or self.without_right(ActKind.MANIFEST_NOTED):
            return refusal
        if not manifest.number:
            return Refusal("manifest.unknown")
        return None if manifest.step is ManifestStep.OPEN else is_over(manifest)

    def without_right(self, kind: ActKind) -> Refusal | None:
        """The refusal of those whose role does not hold the right."""
        return without_right(self.person, kind)

    def act(self, kind: ActKind, subject: str, facts: Mapping[str, Any], person: Person | None = None) -> Act:
        """A new act about `subject`, by `person` where another one signs."""
        who = person or self.person
        return new_act(self.station, self.clock, who, kind, subject, facts, self.store.next_place(subject))


def is_over(manifest: ManifestState) -> Refusal:
    """The refusal of a manifest that is closed or voided."""
    return Refusal(f"manifest.is_{manifest.step.value}", (("number", manifest.number),))
