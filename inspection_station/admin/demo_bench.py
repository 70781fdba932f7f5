"""A bench worked by a script instead of a person: the same flow, photo path, printer and sync as the window's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from inspection_station.admin.demo_answers import look_closely
from inspection_station.admin.demo_cases import ShownParcel
from inspection_station.devices.barcodes import CodeRead, read_codes
from inspection_station.devices.camera import Frame
from inspection_station.devices.simulated import SimulatedCamera, SimulatedItem
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.flow import acts, commands, exception_acts, scanning
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.shutter import prepare_photo
from inspection_station.workflows.case import Case, Desk
from inspection_station.workflows.inspecting import keep_photo, missing_shots, waybill_counts

FRAME_SECONDS = 5.0


@dataclass(frozen=True)
class Worked:
    """What the script did with one parcel: the closed case, and the codes the camera read in it."""

    case: Case
    parcel_code: str
    item_code: str


class DemoBench:
    """Works parcels one after the other; every step goes through the acts a person's keys lead to."""

    def __init__(
        self, station: Station, camera: SimulatedCamera, person: Person, script: dict[str, ShownParcel]
    ) -> None:
        self._station, self._camera, self._person, self._script = station, camera, person, script
        self._state = BenchState(person=person)

    @property
    def _desk(self) -> Desk:
        return self._station.desk

    @property
    def _case(self) -> Case:
        assert self._state.case is not None
        return self._state.case

    def _do(self, step: Callable[[Desk, BenchState], BenchState]) -> None:
        self._state = step(self._desk, self._state)
        problem = self._state.effects.problem
        if problem is not None and problem.code not in ("undo.done",):
            raise problem

    def frame(self) -> Frame:
        """The next picture of the bench, drawn after whatever was laid there last."""
        asked = time.monotonic()
        while time.monotonic() - asked < FRAME_SECONDS:
            frame = self._camera.read()
            if frame is not None and frame.taken_monotonic >= asked:
                return frame
        raise StationProblem("camera.lost", N_("No picture from the camera"), N_("Check the USB cable; reconnecting"))

    def read_parcel(self) -> str:
        """The tracking number on the parcel under the camera: the accepted Code 128 of its label."""
        reads = [read for read in read_codes(self.frame().image) if read.accepted]
        linear = [read for read in reads if read.symbology.lower().startswith("code128")] or reads
        if not linear:
            raise StationProblem(
                "decode.nothing", N_("No code was read in the picture of the parcel."), N_("Type the number with F2.")
            )
        return linear[0].text

    def lay(self, tracking: str, carrier: str = "") -> None:
        """Put the demo's parcel `tracking` on the bench."""
        shown = self._script.get(tracking, ShownParcel("clean"))
        contents = [SimulatedItem(item.sku, item.state, item.serial_number) for item in shown.items]
        self._camera.parcel_scanned(tracking, carrier, contents, shown.condition)

    def work(self, tracking: str, defects: Sequence[tuple[str, str, str]] = ()) -> Worked:
        """Inspect the parcel `tracking` from its label to its own label.

        `defects` are (question, kind, severity) the inspector finds; with none everything else is normal. What is
        not a match by its tag goes on as wrong item, what matches nothing as unclaimed.
        """
        self.lay(tracking)
        code = self.read_parcel()
        self._do(lambda desk, state: commands.scan(desk, state, code))
        if self._state.screen is Screen.NO_MATCH:
            self._do(exception_acts.unclaimed)
        elif self._state.screen is Screen.DUPLICATE:
            case = self._case
            self._state = BenchState(person=self._person)
            case = self._with_label(case)
            return Worked(case, code, case.inspection.items[0].found_code)
        self._photo("waybill", automatic=True)
        item_code = self._read_item()
        self._take_missing()
        if defects:
            self._do(acts.problem)
            for question, kind, severity in defects:
                self._state = replace(self._state, row=question, kind="")
                self._do(partial(acts.choose_kind, kind=kind))
                self._do(partial(acts.choose_severity, severity=severity))
            self._take_missing()
        self._state = replace(self._state, case=look_closely(self._desk, self._case, self._person))
        self._take_missing()
        inspection_id, item_id = self._case.inspection.id, self._case.inspection.current_item
        for _ in range(3):
            if self._state.screen is Screen.WAITING:
                break
            self._do(acts.primary)
        case = self._print(inspection_id, item_id)
        return Worked(case, code, item_code)

    def _read_item(self) -> str:
        """Read the tag of what lies there, as the live picture does: two frames must agree."""
        item = self._case.inspection.item()
        line = self._case.line(item)
        if line is None:
            return ""
        expected = [*line.gtins, *line.serial_numbers]
        seen: dict[str, int] = {}
        for _ in range(6):
            for read in read_codes(self.frame().image, expected):
                if self._is_item_code(read):
                    seen[read.text] = seen.get(read.text, 0) + 1
            agreed = [text for text, times in seen.items() if times >= 2 or text in line.gtins]
            if agreed:
                return self._take_item_code(agreed[0])
        self._do(acts.confirm_by_eye)
        return ""

    def _take_item_code(self, text: str) -> str:
        self._do(lambda desk, state: scanning.camera_read(desk, state, text))
        if self._state.screen is Screen.WRONG_ITEM:
            self._do(exception_acts.accept_wrong_item)
        return text

    def _is_item_code(self, read: CodeRead) -> bool:
        return read.accepted and read.text.isdigit() and len(read.text) in (8, 12, 13, 14)

    def _take_missing(self) -> None:
        for _ in range(12):
            item = self._case.inspection.item()
            missing = missing_shots(self._desk, self._case, item)
            if not missing:
                return
            self._photo(missing[0].shot, missing[0].finding_id, ruler=missing[0].ruler)
        raise StationProblem("shot.missing", N_("Required photos missing: {n}"), N_("Take them with Space."), n=1)

    def _photo(self, shot: str, finding_id: str = "", *, automatic: bool = False, ruler: bool = False) -> None:
        self._camera.shot_wanted(shot)
        photo = prepare_photo(
            self.frame(), shot, (self._case.inspection.tracking_number,), finding_id=finding_id, automatic=automatic,
            ruler=ruler, camera=self._camera.name, carriers=self._desk.book.carriers,
        )  # fmt: skip
        if automatic and not (photo.counted and waybill_counts(self._case, photo.codes, self._desk.book.carriers)):
            return
        self._state = replace(self._state, case=keep_photo(self._desk, self._case, self._person, photo))
        self._camera.photo_taken(shot)

    def _with_label(self, case: Case) -> Case:
        """Print the label that an interrupted run left owed."""
        item = case.inspection.items[0]
        try:
            self._station.labels.newest(item.rt_number)
        except StationProblem:
            return self._print(case.inspection.id, item.id)
        return case

    def _print(self, inspection_id: str, item_id: str) -> Case:
        labels = self._station.labels
        job = labels.queue(inspection_id, item_id, self._person)
        return labels.settle(job, labels.send(job)) or self._station.case(inspection_id)
