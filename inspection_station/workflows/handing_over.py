"""Handing over 交接: a manifest draws totes, each item is scanned once more, and it closes when nothing is missing.

Whatever is refused records nothing. A closed manifest never changes: a new document corrects it. Its number holds the
station's own, so that stations number without knowing of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspection_station.domain.canonical import sha256_of
from inspection_station.domain.custody.acts import MOST_ROWS, Act, ActKind, needed_right
from inspection_station.domain.custody.item_state import refused_item
from inspection_station.domain.custody.manifest_state import (
    DISPOSITIONS_OF,
    KINDS,
    NOTED,
    NUMBER_WORDS,
    Agreement,
    Check,
    Drawn,
    ManifestState,
    ManifestStep,
    closing_checks,
)
from inspection_station.domain.custody.tote_state import VENDOR_BOUND, Refusal, ToteState, ToteStep, refused_step
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person
from inspection_station.workflows.containers_port import Content
from inspection_station.workflows.custody_port import ToteRow
from inspection_station.workflows.manifest_acts import ManifestActs, is_over

COUNTED = "counted"  # `by` of a placing: scanned once more in the tote it lies in
SIGNATURES = (1, 2)
MOST_GRAMS = 2_000_000


@dataclass(frozen=True)
class Sheet:
    """A manifest as it stands: its totes, what lies in them, what was scanned onto it, and what still must hold."""

    manifest: ManifestState
    totes: tuple[str, ...]
    contents: tuple[Content, ...]
    checks: tuple[Check, ...]

    @property
    def scanned(self) -> tuple[Content, ...]:
        """What was scanned onto it."""
        return tuple(one for one in self.contents if one.manifest == self.manifest.id)

    @property
    def missing(self) -> tuple[Check, ...]:
        """What does not hold yet, in the order in which it is shown."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True)
class HandingOver(ManifestActs):
    """What one person does with manifests at one station."""

    # --- what stands ---------------------------------------------------------------------------------------

    def sheet(self, manifest_id: str) -> Sheet:
        """The manifest with all that closing it asks for."""
        manifest = self.store.manifest(manifest_id)
        on_it = self.containers.items_of(manifest_id)
        if manifest.step is not ManifestStep.OPEN:
            return Sheet(manifest, manifest.totes, tuple(on_it), ())
        totes = self.containers.totes_of(manifest_id)
        by_tote = {tote: self.containers.contents(tote, manifest_id) for tote in totes}
        strays = [one for one in on_it if one.tote not in by_tote]
        contents = [*(one for inside in by_tote.values() for one in inside), *strays]
        drawn = [
            Drawn(
                tote, len(inside), sum(one.manifest == manifest_id for one in inside),
                tuple(sorted({one.vendor for one in inside})),
            )
            for tote, inside in by_tote.items()
        ]  # fmt: skip
        apart = sum(one.apart for one in contents) + sum(row.apart for row in self._rows() if row.code in by_tote)
        held = sum(self._may_leave(manifest, one) is not None for one in contents)
        outside = sum(not self._is_agreed(manifest, one) for one in contents)
        checks = closing_checks(
            manifest, drawn, outside_agreement=outside, agreement=self._agreement(manifest), held=held,
            apart=apart + len(strays),
        )  # fmt: skip
        return Sheet(manifest, totes, tuple(contents), tuple(checks))

    def _agreement(self, manifest: ManifestState) -> Agreement | None:
        if manifest.kind != VENDOR_BOUND:
            return None
        agreed = self.policies.vendor(manifest.vendor)
        return Agreement(agreed.within_days, agreed.minimum_minor, agreed.needs_authorisation)

    def _is_agreed(self, manifest: ManifestState, one: Content) -> bool:
        """Whether the vendor takes the item by the agreement; what is not known does not speak against it."""
        if manifest.kind != VENDOR_BOUND:
            return True
        agreed = self.policies.vendor(manifest.vendor)
        if not agreed.rtv:
            return False
        item = one.item
        if item is None:
            return True
        if item.currency == self.policies.currency and item.price_minor < agreed.minimum_minor:
            return False
        return not agreed.within_days or _days(item.delivered_on, self.clock.local_day()) <= agreed.within_days

    def _may_leave(self, manifest: ManifestState, one: Content) -> Refusal | None:
        found = self.store.item(one.rt_number)
        if found is None:
            return Refusal("item.unknown", (("rt_number", one.rt_number),))
        state = found[1]
        if state.disposition not in DISPOSITIONS_OF.get(manifest.kind, ()) and state.disposition not in _HELD:
            named = (("rt_number", one.rt_number), ("disposition", state.disposition))
            return Refusal("manifest.wrong_disposition", named)
        return refused_item(replace(state, manifest="") if state.manifest == manifest.id else state, to_leave=True)

    def _rows(self) -> list[ToteRow]:
        return self.store.totes()

    # --- the document --------------------------------------------------------------------------------------

    def start(self, kind: str, destination: str, vendor: str = "", authorisation: str = "") -> str | Refusal:
        """Begin a manifest; its id, or why that cannot be.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        if refusal := self.without_right(ActKind.MANIFEST_STARTED):
            return refusal
        if kind not in KINDS:
            return Refusal("manifest.unknown_kind")
        if kind == VENDOR_BOUND and not vendor:
            return Refusal("manifest.no_vendor")
        if kind == VENDOR_BOUND and not self.policies.vendor(vendor).rtv:
            return Refusal("manifest.vendor_takes_nothing", (("vendor", vendor),))
        name = uuid7()
        self.store.do([self._started(name, kind, destination, vendor, authorisation)])
        return name

    def _started(self, name: str, kind: str, destination: str, vendor: str, authorisation: str,
                 corrects: str = "") -> Act:  # fmt: skip
        day = self.clock.local_day().replace("-", "")
        prefix = f"M-{NUMBER_WORDS[kind]}-{day}-{self.station.number:03d}"
        taken = [int(tail) for number in self.containers.numbers_beginning(prefix)
                 if (tail := number[len(prefix) :]).isdigit()]  # fmt: skip
        facts = {
            "number": f"{prefix}{max(taken, default=0) + 1:04d}", "manifest_kind": kind, "destination": destination,
            "vendor": vendor, "authorisation": authorisation, "corrects": corrects,
        }  # fmt: skip
        return self.act(ActKind.MANIFEST_STARTED, f"manifest:{name}", facts)

    def draw(self, manifest_id: str, tote_code: str) -> Refusal | None:
        """Put a closed tote on the manifest; items that were counted in it since are on it with it.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        manifest = self.store.manifest(manifest_id)
        if refusal := self.refused(manifest, ActKind.TOTE_CLAIMED):
            return refusal
        row = next((one for one in self._rows() if one.code == tote_code), None)
        if row is None:
            return Refusal("tote.unknown", (("tote", tote_code),))
        if row.step == ToteStep.CLAIMED and row.manifest == manifest_id:
            return None
        named = (("tote", tote_code),)
        if refusal := refused_step(_state(row), ActKind.TOTE_CLAIMED, row.contents):
            return refusal
        if row.disposition not in DISPOSITIONS_OF[manifest.kind]:
            return Refusal("manifest.tote_disposition", (*named, ("disposition", row.disposition)))
        inside = self.containers.contents(tote_code)
        vendors = {row.vendor, *(one.vendor for one in inside)} - {""}
        if manifest.kind == VENDOR_BOUND and vendors - {manifest.vendor}:
            return Refusal("manifest.tote_vendor", (*named, ("vendor", ", ".join(sorted(vendors - {manifest.vendor})))))
        if len(self.containers.items_of(manifest_id)) + len(inside) > MOST_ROWS:
            return Refusal("manifest.too_many", (("n", str(MOST_ROWS)),))
        acts = [self.act(ActKind.TOTE_CLAIMED, f"tote:{tote_code}", {"manifest": manifest_id})]
        acts += [
            self.manifested(manifest_id, one) for one in inside
            if self._was_counted(one) and self._refused_on(manifest, one) is None
        ]  # fmt: skip
        self.store.do(acts)
        return None

    def _was_counted(self, one: Content) -> bool:
        """Whether the last that was done with its place was to scan it once more where it lies."""
        placed = [act for act in self.store.acts_about(f"item:{one.item_id}")
                  if act.kind in (ActKind.ITEM_PLACED, ActKind.ITEM_NOT_FOUND)]  # fmt: skip
        last = placed[-1] if placed else None
        return last is not None and last.payload.get("by") == COUNTED and last.payload.get("tote") == one.tote

    def count_item(self, rt_number: str, tote_code: str) -> Refusal | None:
        """Scan an item once more in the tote it lies in, before a manifest draws it.

        Raises:
            StationProblem: as `CustodyStore.do`; nothing was recorded then.
        """
        if refusal := self.without_right(ActKind.ITEM_PLACED):
            return refusal
        found = self.store.item(rt_number)
        if found is None:
            return Refusal("item.unknown", (("rt_number", rt_number),))
        state = found[1]
        if refusal := refused_item(state):
            return refusal
        if state.tote != tote_code:
            return self._elsewhere(rt_number, state.tote)
        facts = {"rt_number": state.rt_number, "tote": tote_code, "by": COUNTED}
        self.store.do([self.act(ActKind.ITEM_PLACED, f"item:{state.id}", facts)])
        return None

    def counted(self, tote_code: str) -> frozenset[str]:
        """The RT numbers of what was counted in the tote."""
        return frozenset(one.rt_number for one in self.containers.contents(tote_code) if self._was_counted(one))

    def release_tote(self, manifest_id: str, tote_code: str) -> Refusal | None:
        """Take a tote off the open manifest with what was scanned out of it; raises as `draw`."""
        if refusal := self.refused(self.store.manifest(manifest_id), ActKind.TOTE_RELEASED):
            return refusal
        if tote_code not in self.containers.totes_of(manifest_id):
            return Refusal("manifest.not_its_tote", (("tote", tote_code),))
        on_it = [one for one in self.containers.items_of(manifest_id) if one.tote == tote_code]
        tote = self.act(ActKind.TOTE_RELEASED, f"tote:{tote_code}", {"manifest": manifest_id})
        self.store.do([*(self.released(manifest_id, one) for one in on_it), tote])
        return None

    def scan_item(self, manifest_id: str, rt_number: str) -> Refusal | None:
        """Scan an item onto the manifest that draws its tote; raises as `draw`."""
        manifest = self.store.manifest(manifest_id)
        if refusal := self.refused(manifest, ActKind.ITEM_MANIFESTED):
            return refusal
        found = self.store.item(rt_number)
        if found is None:
            return Refusal("item.unknown", (("rt_number", rt_number),))
        known, state = found
        if state.manifest == manifest_id:
            return None  # the same scan again
        if refusal := refused_item(state, to_leave=True):
            return refusal
        if state.tote not in self.containers.totes_of(manifest_id):
            return self._elsewhere(rt_number, state.tote)
        one = Content(
            state.id, state.rt_number, known, state.grade, state.disposition, known.vendor if known else "", state.tote,
            state.proved, "",
        )  # fmt: skip
        if refusal := self._refused_on(manifest, one):
            return refusal
        self.store.do([self.manifested(manifest_id, one)])
        return None

    def _refused_on(self, manifest: ManifestState, one: Content) -> Refusal | None:
        """Why the item may not go onto this manifest."""
        named = (("rt_number", one.rt_number),)
        if refusal := self._may_leave(manifest, one):
            return refusal
        if manifest.kind == VENDOR_BOUND and one.vendor not in ("", manifest.vendor):
            return Refusal("manifest.item_vendor", (*named, ("vendor", one.vendor)))
        return None if self._is_agreed(manifest, one) else Refusal("manifest.outside_agreement", named)

    @staticmethod
    def _elsewhere(rt_number: str, tote: str) -> Refusal:
        named = (("rt_number", rt_number),)
        return Refusal("manifest.other_tote", (*named, ("tote", tote))) if tote else Refusal("manifest.no_tote", named)

    def release_item(self, manifest_id: str, rt_number: str) -> Refusal | None:
        """Take an item off the open manifest; raises as `draw`."""
        return self._with_item(manifest_id, rt_number, ActKind.ITEM_RELEASED)

    def not_found(self, manifest_id: str, rt_number: str) -> Refusal | None:
        """It was looked for in its tote and is not there; raises as `draw`."""
        return self._with_item(manifest_id, rt_number, ActKind.ITEM_NOT_FOUND)

    def _with_item(self, manifest_id: str, rt_number: str, kind: ActKind) -> Refusal | None:
        if refusal := self.refused(self.store.manifest(manifest_id), kind):
            return refusal
        one = next((one for one in self.sheet(manifest_id).contents if one.rt_number == rt_number), None)
        if one is None:
            return Refusal("manifest.not_its_item", (("rt_number", rt_number),))
        if kind is ActKind.ITEM_RELEASED:
            self.store.do([self.released(manifest_id, one)])
            return None
        if one.manifest:
            return Refusal("item.on_manifest", (("rt_number", rt_number),))
        facts = {"rt_number": one.rt_number, "tote": one.tote}
        self.store.do([self.act(kind, f"item:{one.item_id}", facts)])
        return None

    def note(self, manifest_id: str, name: str, value: str) -> Refusal | None:
        """Write the seal, a note, the authorisation, the method or the destination; raises as `draw`."""
        if name not in NOTED:
            return Refusal("manifest.unknown_field")
        return self.do_about(manifest_id, ActKind.MANIFEST_NOTED, {"field": name, "value": value.strip()[:200]})

    def weigh(self, manifest_id: str, tote_code: str, grams: int) -> Refusal | None:
        """A tote on the scale; it is held against what it weighed when it was closed. Raises as `draw`."""
        if not 0 < grams <= MOST_GRAMS:
            return Refusal("manifest.no_weight")
        if tote_code not in self.containers.totes_of(manifest_id):
            return Refusal("manifest.not_its_tote", (("tote", tote_code),))
        facts = {"tote": tote_code, "grams": grams, "expected_g": self.containers.grams_of(tote_code)}
        return self.do_about(manifest_id, ActKind.MANIFEST_TOTE_WEIGHED, facts)

    def photo(self, manifest_id: str, shot: str, stored: Mapping[str, Any]) -> Refusal | None:
        """A photo that is durable already: `stored` are its sha256, size, width and height. Raises as `draw`."""
        return self.do_about(manifest_id, ActKind.MANIFEST_PHOTO_TAKEN, {"shot": shot, **stored})

    def sign(self, manifest_id: str, signer: Person) -> Refusal | None:
        """`signer` puts their name under it, at the first place that is free; raises as `draw`."""
        manifest = self.store.manifest(manifest_id)
        if manifest.step is not ManifestStep.OPEN:
            return is_over(manifest)
        if not signer.may(needed_right(ActKind.MANIFEST_SIGNED)):
            return Refusal("act.not_allowed", (("right", needed_right(ActKind.MANIFEST_SIGNED).value),))
        if signer.id in {person for person, _at in manifest.signatures.values()}:
            return Refusal("manifest.signed_already", (("person", signer.name),))
        free = [place for place in SIGNATURES if place not in manifest.signatures]
        if not free:
            return Refusal("manifest.signed_by_two")
        act = self.act(ActKind.MANIFEST_SIGNED, f"manifest:{manifest_id}", {"place": free[0]}, signer)
        self.store.do([act])
        return None

    def close(self, manifest_id: str) -> Refusal | None:
        """Close the manifest: from now on nothing changes it, and its totes have left. Raises as `draw`."""
        if refusal := self.refused(self.store.manifest(manifest_id), ActKind.MANIFEST_CLOSED):
            return refusal
        sheet = self.sheet(manifest_id)
        if sheet.missing:
            return Refusal(f"manifest.{sheet.missing[0].code}", sheet.missing[0].values)
        rows = [{"item_id": one.item_id, "rt_number": one.rt_number, "tote": one.tote} for one in sheet.scanned]
        facts = {
            "items": rows, "totes": list(sheet.totes),
            "fingerprint": sha256_of({"number": sheet.manifest.number, "items": rows, "totes": list(sheet.totes),
                                      "seal": sheet.manifest.seal}),
        }  # fmt: skip
        gone = [self.act(ActKind.TOTE_HANDED_OVER, f"tote:{tote}", {"manifest": manifest_id}) for tote in sheet.totes]
        self.store.do([self.act(ActKind.MANIFEST_CLOSED, f"manifest:{manifest_id}", facts), *gone])
        return None

    def void(self, manifest_id: str, reason: str) -> Refusal | None:
        """Give up an open manifest; its totes and items are free again. Raises as `draw`."""
        if refusal := self.refused(self.store.manifest(manifest_id), ActKind.MANIFEST_VOIDED):
            return refusal
        if not reason.strip():
            return Refusal("manifest.reason_missing")
        on_it = self.containers.items_of(manifest_id)
        totes = self.containers.totes_of(manifest_id)
        self.store.do([
            *(self.released(manifest_id, one) for one in on_it),
            *(self.act(ActKind.TOTE_RELEASED, f"tote:{code}", {"manifest": manifest_id}) for code in totes),
            self.act(ActKind.MANIFEST_VOIDED, f"manifest:{manifest_id}", {"reason": reason.strip()}),
        ])  # fmt: skip
        return None

    def correct(self, manifest_id: str) -> str | Refusal:
        """Begin a document that takes the place of a closed one, with its items and totes; its id. Raises as `draw`."""
        if refusal := self.without_right(ActKind.MANIFEST_STARTED):
            return refusal
        old = self.store.manifest(manifest_id)
        if old.step is not ManifestStep.CLOSED:
            return Refusal("manifest.not_closed")
        on_it = self.containers.items_of(manifest_id)
        handed = {row.code for row in self._rows() if row.manifest == manifest_id}
        if not on_it or not handed.issuperset(old.totes):
            return Refusal("manifest.corrected_already", (("number", old.number),))
        name = uuid7()
        self.store.do([
            self._started(name, old.kind, old.destination, old.vendor, old.authorisation, old.number),
            *(self.act(ActKind.TOTE_CLAIMED, f"tote:{code}", {"manifest": name}) for code in old.totes),
            *(self.manifested(name, one) for one in on_it),
        ])  # fmt: skip
        return name


_HELD: Sequence[str] = ("hold", "unclaimed", "")


def _days(since: str, until: str) -> int:
    """Days between two calendar days, 0 where one is none."""
    try:
        return (date.fromisoformat(until[:10]) - date.fromisoformat(since[:10])).days
    except ValueError:
        return 0


def _state(row: ToteRow) -> ToteState:
    return ToteState(row.code, ToteStep(row.step or ToteStep.FREE), row.disposition, row.vendor, row.place,
                     row.capacity, manifest=row.manifest, apart=row.apart)  # fmt: skip
