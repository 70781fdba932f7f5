"""The inspector's area while practising: the real one on the practice station, pictures for goods, no printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from inspection_station.devices.simulated import SimulatedCamera, SimulatedItem
from inspection_station.domain.identifiers import Scan, ScanKind, recognise
from inspection_station.domain.people import Person, holder
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate
from inspection_station.station.background import Background
from inspection_station.station.bench_area import BenchArea
from inspection_station.station.bench_camera import BenchCamera
from inspection_station.station.flow.state import BenchState, Screen
from inspection_station.station.notices import Notices
from inspection_station.station.page_views import ChecklistView, GradeView, ParcelView, WaitingView
from inspection_station.station.practice_station import COLLEAGUE, COLLEAGUE_BADGE, PracticeStation
from inspection_station.station.presenting import practice as presenting
from inspection_station.station.presenting.practice import Progress
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.session import Session
from inspection_station.station.shown import Shown
from inspection_station.station.sounds import Sounds
from inspection_station.station.views import ContextView
from inspection_station.workflows.deciding import Primary, next_step
from inspection_station.workflows.practice import finished_case

WAITING_SCREENS = (Screen.WAITING, Screen.DUPLICATE, Screen.NO_MATCH, Screen.LATE_MATCH, Screen.ELSEWHERE)


class PracticeScene:
    """Puts the practice's parcels and articles under the simulated camera."""

    def __init__(self, camera: SimulatedCamera, station: PracticeStation) -> None:
        self._camera, self._station = camera, station
        self._wanted = ""

    def parcel_scanned(self, tracking_number: str) -> None:
        """The practice parcel of that number lies there; any other leaves the bench as it is."""
        shown = self._station.shown.get(tracking_number)
        if shown is None:
            return
        self._wanted = ""
        item = SimulatedItem(shown.sku, shown.state, shown.serial_number)
        self._camera.parcel_scanned(tracking_number, "", [item], shown.condition)

    def shot_wanted(self, shot: str) -> None:
        """What lies there is turned for the next photo."""
        if shot != self._wanted:
            self._wanted = shot
            self._camera.shot_wanted(shot)

    def photo_taken(self, shot: str) -> None:
        """After the parcel's photo the box is opened."""
        self._wanted = ""
        self._camera.photo_taken(shot)


class NoLabels(PrintQueue):
    """Prints nothing and queues nothing: the label is seen on the grade page, and that is all."""

    def start(self) -> None:
        """There is no printer to look after."""

    def print_item(self, inspection_id: str, item_id: str, person: Person) -> None:
        """Nothing is printed."""

    def print_again(self, inspection_id: str, item_id: str, person: Person) -> None:
        """F11: say why nothing comes out."""
        self.told.emit(
            StationProblem(
                "practice.no_labels",
                N_("No labels are printed in practice mode"),
                N_("The grade page shows the label."),
            )
        )


class PracticeSession(Session):
    """A session over the tasks of a practice; what hands would tell stands where the tracking number stands else."""

    def __init__(self, station: PracticeStation, background: Background, parent: QObject | None = None) -> None:
        super().__init__(station, background, parent)
        self._tasks = station.tasks
        self.progress = Progress(len(station.tasks))

    def _waiting(self) -> WaitingView:
        desk = self._station.desk
        open_numbers = [desk.store.events_of(one)[0].payload["tracking_number"] for one in desk.store.unfinished()]
        done = tuple(finished_case(desk, task) is not None for task in self._tasks)
        left = [task for task, is_done in zip(self._tasks, done, strict=True) if not is_done]
        self.progress = Progress(len(done), sum(done), left[0].tracking_number if left else "", frozenset(
            task.tracking_number for task in self._tasks if task not in left))  # fmt: skip
        return presenting.waiting(self._station.showing, self._tasks, self.progress, frozenset(open_numbers))

    def _render(self, state: BenchState) -> Shown:
        shown = super()._render(state)
        note = self._note(state)
        view = shown.view
        if note and isinstance(view, ParcelView | ChecklistView | GradeView):
            before = view.context
            view = replace(view, context=ContextView(before.match, before.number, note, "", before.elapsed))
        return replace(shown, view=view)

    def _note(self, state: BenchState) -> str:
        case = state.case
        task = next(
            (one for one in self._tasks if case and one.tracking_number == case.inspection.tracking_number), None
        )
        if case is None or task is None:
            return ""
        if state.screen is Screen.PARCEL and next_step(self._station.desk, case).primary is Primary.SECOND_PERSON:
            return translate("In practice your own badge stands for the second person's")
        note = localised(task.notes)
        return translate("By hand: {what}", what=note) if note else ""


class PracticeBench(BenchArea):
    """The inspector's area of one practice.

    Signals:
        result_wanted(): all cases are done, or the person wants to leave.
    """

    result_wanted = Signal()

    def __init__(
        self, station: PracticeStation, background: Background, session: PracticeSession, camera: BenchCamera,
        simulated: SimulatedCamera, sounds: Sounds, notices: Notices, awaits: Callable[[str], bool], parent: QObject,
    ) -> None:  # fmt: skip
        """`awaits`: whether the real station awaits a parcel with this number."""
        self._practice, self._work, self._awaits = station, session, awaits
        scene = PracticeScene(simulated, station)
        prints = NoLabels(station, session, background, parent)
        prints.told.connect(notices.problem)
        super().__init__(station, background, session, camera, prints, sounds, notices, scene, parent)
        self.action_left.connect(self._left)
        session.shown.connect(self._lay_next)

    def _left(self, name: str) -> None:
        acts: dict[str, Callable[[], object]] = {"take_next": self.take_next, "leave_practice": self.result_wanted.emit}
        acts.get(name, lambda: None)()

    def take_next(self) -> None:
        """Enter: the next parcel is taken to hand and scanned; after the last one the result is shown."""
        number = self._work.progress.next_number
        if number:
            super().scan(number)
        else:
            self.result_wanted.emit()

    def _lay_next(self, shown: Shown) -> None:
        """While nothing is open, the next parcel lies under the camera, to be scanned there (F3)."""
        if shown.state.screen is Screen.WAITING and self._work.progress.next_number:
            self._lay(self._work.progress.next_number)

    def scan(self, text: str, *, typed: bool = False) -> None:
        """Take a scan; what belongs to real work is told so, and nothing is done with it."""
        now = self._work.now
        if now is None:
            return
        waiting = now.state.screen in WAITING_SCREENS
        if text.upper() == "CMD-OK" and waiting and self._overlay is None:
            self.take_next()
            return
        try:
            code = recognise(text, self._practice.desk.book.carriers)
        except StationProblem:
            super().scan(text, typed=typed)  # which says what is the matter
            return
        if code.kind is ScanKind.BADGE and self._is_own(code.text, now):
            super().scan(COLLEAGUE_BADGE)
            return
        problem = self._not_here(code, waiting)
        if problem is not None:
            if self._overlay is not None:
                self._overlay.close_panel()
            self._sounds.play("warn")
            self._notices.problem(problem)
            return
        super().scan(text, typed=typed)

    def _is_own(self, badge: str, now: Shown) -> bool:
        """Whether the person's own badge was scanned where a second one is due."""
        case, person = now.state.case, now.state.person
        owner = holder((one for one in self._practice.people if one.id != COLLEAGUE), badge)
        due = case is not None and next_step(self._practice.desk, case).primary is Primary.SECOND_PERSON
        return due and owner is not None and person is not None and owner.id == person.id

    def _not_here(self, code: Scan, waiting: bool) -> StationProblem | None:
        """Why a code is not taken in practice: it belongs to real work, or its practice parcel is done."""
        mine = [name for name in code.names if name in self._practice.shown]
        if mine:
            done = waiting and mine[0] in self._work.progress.done_numbers
            if not done:
                return None
            return StationProblem(
                "practice.done", N_("This practice parcel is done"), N_("The next one is named on the screen.")
            )
        of_real_work = code.kind in (ScanKind.TRACKING, ScanKind.RETURN_LABEL) or any(map(self._awaits, code.names))
        if of_real_work or (waiting and code.kind not in (ScanKind.COMMAND, ScanKind.BADGE)):
            return StationProblem(
                "practice.is_on", N_("Practice mode is on; this code belongs to real work"),
                N_("Leave practice mode first, then scan it again."),
            )  # fmt: skip
        return None
