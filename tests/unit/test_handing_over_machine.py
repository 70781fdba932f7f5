"""Whatever a lead does with manifests, and in whatever order, no rule is bent."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from unit.test_handing_over import LEAD, PHOTO, SECOND, House

from inspection_station.domain.custody.manifest_state import ManifestStep
from inspection_station.storage.opening import open_database

TOTES = ("T-1", "T-2", "T-3")
PLACES = st.integers(0, 5)


class Manifests(RuleBasedStateMachine):
    """One house with two scrap totes, one tote to restock, and an item that is held."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.house = House(open_database(Path(self.folder.name)))
        self.numbers = [
            *self.house.tote("T-1", "scrap", 2), *self.house.tote("T-2", "scrap", 1),
            *self.house.tote("T-3", "restock", 1),
        ]  # fmt: skip
        self.held = self.house.item("hold")
        self.names: list[str] = []
        self.closed: dict[str, tuple[str, ...]] = {}

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.database.close()
            self.folder.cleanup()

    def name(self, place: int) -> str:
        return self.names[place % len(self.names)] if self.names else "none"

    @rule(kind=st.sampled_from(("scrap", "restock")))
    def starts(self, kind: str) -> None:
        if len(self.names) < 4:
            self.names.append(self.house.started(kind))

    @rule(place=PLACES, tote=st.sampled_from(TOTES))
    def draws_and_scans(self, place: int, tote: str) -> None:
        """What lies in the tote is scanned as well, as far as it is taken."""
        name = self.name(place)
        if self.house.lead.draw(name, tote) is None:
            for one in self.house.containers.contents(tote, name):
                self.house.lead.scan_item(name, one.rt_number)

    @rule(place=PLACES, item=PLACES)
    def scans(self, place: int, item: int) -> None:
        number = [*self.numbers, self.held][item % (len(self.numbers) + 1)]
        refusal = self.house.lead.scan_item(self.name(place), number)
        assert number != self.held or refusal is not None, "what is held never leaves"

    @rule(place=PLACES, tote=st.sampled_from(TOTES))
    def releases(self, place: int, tote: str) -> None:
        self.house.lead.release_tote(self.name(place), tote)

    @rule(place=PLACES, who=st.sampled_from((LEAD, SECOND)))
    def signs(self, place: int, who: object) -> None:
        self.house.lead.sign(self.name(place), who)  # type: ignore[arg-type]

    @rule(place=PLACES)
    def shows_the_destruction(self, place: int) -> None:
        self.house.lead.note(self.name(place), "method", "shredded")
        self.house.lead.photo(self.name(place), "destruction", PHOTO)

    @rule(place=PLACES)
    def closes(self, place: int) -> None:
        name = self.name(place)
        if self.house.lead.close(name) is None:
            manifest = self.house.store.manifest(name)
            self.closed[name] = tuple(row["rt_number"] for row in manifest.rows)
            if manifest.kind == "scrap":
                assert {person for person, _at in manifest.signatures.values()} == {LEAD.id, SECOND.id}

    @rule(place=PLACES)
    def voids(self, place: int) -> None:
        self.house.lead.void(self.name(place), "why not")

    @rule(place=PLACES)
    def corrects(self, place: int) -> None:
        made = self.house.lead.correct(self.name(place)) if len(self.names) < 6 else None
        if isinstance(made, str):
            self.names.append(made)

    @invariant()
    def every_item_is_on_one_document_and_closed_ones_stand(self) -> None:
        if not hasattr(self, "house"):
            return
        on_it = [one.item_id for name in self.names for one in self.house.containers.items_of(name)]
        assert len(on_it) == len(set(on_it)), "on two manifests"
        for name, rows in self.closed.items():
            manifest = self.house.store.manifest(name)
            assert manifest.step is ManifestStep.CLOSED and tuple(row["rt_number"] for row in manifest.rows) == rows
            assert self.held not in rows
        numbers = [self.house.store.manifest(name).number for name in self.names]
        assert len(numbers) == len(set(numbers)), "numbers are unique"


Manifests.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
test_whatever_a_lead_does_no_rule_is_bent = Manifests.TestCase
