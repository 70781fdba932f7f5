"""A bench worked by a script through the same acts as a person's scans and keys, on drawn frames, without a window."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from inspection_station.devices.camera import Frame
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.people import Person
from inspection_station.station.assembly import Station
from inspection_station.station.flow import acts, commands, finishing, scanning
from inspection_station.station.flow.state import BenchState, Effects, Screen
from inspection_station.station.shutter import prepare_photo
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.inspecting import keep_photo, missing_shots, shot_to_take

Act = Callable[[Desk, BenchState], BenchState]


def rough_frame(chance: random.Random) -> Frame:
    """A sharp, well lit picture of nothing, another one each time."""
    rough = np.random.default_rng(chance.randrange(2**32)).integers(0, 256, (30, 40, 3), np.uint8)
    return Frame(np.kron(rough, np.ones((8, 8, 1), np.uint8)), time.monotonic())


class ScriptedBench:
    """Works returns of `station_cases`; `told` is called after every act that returned, as the screen is."""

    def __init__(
        self, station: Station, person: Person, told: Callable[[BenchState], None] | None = None, seed: int = 1
    ) -> None:
        self.station = station
        self.state = BenchState(person=person)
        self.person = person
        self.chance = random.Random(seed)
        self._told = told or (lambda state: None)

    @property
    def case(self) -> Case:
        """The open case."""
        assert self.state.case is not None
        return self.state.case

    def do(self, act: Act) -> Effects:
        """Do one act and take over what comes of it, its label too."""
        self.state = act(self.station.desk, self.state)
        self._told(self.state)
        effects = self.state.effects
        if effects.labels and self.state.last is not None:
            for item_id in effects.labels:
                self.label(self.state.last.inspection_id, item_id)
        return effects

    def scan(self, text: str) -> Effects:
        """Scan a code."""
        return self.do(lambda desk, state: commands.scan(desk, state, text))

    def photo(self, shot: str, finding_id: str = "") -> None:
        """Take one photo."""
        photo = prepare_photo(rough_frame(self.chance), shot, finding_id=finding_id)
        self.do(lambda desk, state: replace(state, case=keep_photo(desk, self.case, self.person, photo)))

    def label(self, inspection_id: str, item_id: str) -> None:
        """Queue, send and note a label."""
        labels = self.station.labels
        job = labels.queue(inspection_id, item_id, self.person)
        labels.settle(job, labels.send(job))
        if self.state.case is not None and self.state.case.inspection.id == inspection_id:
            self.state = replace(self.state, case=self.station.case(inspection_id))

    def take_up(self, inspection_id: str) -> None:
        """The unfinished inspection lies open again, as after a start; a parked one by its parcel's scan."""
        inspection = self.station.case(inspection_id).inspection
        if inspection.state is InspectionState.PARKED:
            self.scan(inspection.tracking_number)
            return
        self.do(lambda desk, state: scanning.opened(desk, state, self.station.case(inspection_id)))

    def photos(self) -> None:
        """Take every photo that is still wanted."""
        for _ in range(30):
            wanted = shot_to_take(self.station.desk, self.case)
            missing = missing_shots(self.station.desk, self.case, self.case.inspection.item())
            if wanted is None or not missing:
                return
            self.photo(missing[0].shot, missing[0].finding_id)
        raise AssertionError("the wanted photos have no end")

    def judge(self, *, defect: bool) -> None:
        """Identify what lies open, photograph it, find a defect or none, and finish it."""
        item = self.case.inspection.item()
        line = self.case.line(item)
        if not item.identity and line is not None:
            self.scan(line.gtins[0])
        self.photos()
        if defect and not self.case.inspection.item().findings:
            if self.state.screen is Screen.PARCEL:
                self.do(acts.problem)
            self.do(lambda desk, state: acts.choose_kind(desk, state, "Q"))
            self.do(lambda desk, state: acts.choose_severity(desk, state, "X"))
            self.photos()
        for _ in range(4):
            if self.state.screen is Screen.WAITING:
                return
            effects = self.do(acts.primary)
            if effects.problem is not None:
                raise effects.problem
        raise AssertionError(f"still on {self.state.screen}")

    def work(self, tracking: str, *, defect: bool = False) -> str:
        """Inspect a parcel from its first scan to its label; returns the inspection's id."""
        self.scan(tracking)
        inspection_id = self.case.inspection.id
        self.judge(defect=defect)
        return inspection_id

    def work_on(self, tracking: str) -> None:
        """As `work`, sometimes with a defect, parked and taken up again, or undone."""
        self.scan(tracking)
        if self.chance.random() < 0.3:
            self.do(finishing.park)
            self.scan(tracking)
        self.judge(defect=self.chance.random() < 0.4)
        if self.chance.random() < 0.2:
            self.do(finishing.undo)
            self.judge(defect=False)
