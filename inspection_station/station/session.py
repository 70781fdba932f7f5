"""The inspector's session: takes scans, keys and shots, does them on the bench lane in order, and says what to show.

The state belongs to the bench lane; the GUI thread only ever gets finished views. A key acts on what was on the
screen when it was pressed: when the state has moved on meanwhile, it does nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from inspection_station.devices.camera import Frame
from inspection_station.domain.checklist import OUTSIDE, SHOT_OF_PARCEL
from inspection_station.domain.identifiers import recognise
from inspection_station.domain.people import Person
from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.imaging import assess
from inspection_station.evidence.shot_gate import label_demand
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.flow import commands, scanning
from inspection_station.station.flow.state import BenchState, Effects, Screen, Sound
from inspection_station.station.page_views import WaitingView
from inspection_station.station.presenting import checklist, exception_menu, exceptions, grade, parcel, waiting
from inspection_station.station.presenting.waiting import Today
from inspection_station.station.presenting.words import Showing
from inspection_station.station.shown import PageView, Pressed, Shown, asks_anew, place_of
from inspection_station.station.shutter import keep_frame, limits_for, prepare_photo
from inspection_station.workflows.case import Desk
from inspection_station.workflows.clock import earlier
from inspection_station.workflows.inspecting import (
    TakenPhoto,
    WantedShot,
    keep_photo,
    label_text,
    shot_to_take,
    waybill_counts,
)
from inspection_station.workflows.late_photos import keep_late_photo
from inspection_station.workflows.ports import StoredPhoto
from inspection_station.workflows.receiving import is_known_parcel

log = logging.getLogger(__name__)

Step = Callable[[Desk, BenchState], BenchState]
ASKING: Mapping[Screen, Callable[[Showing, BenchState], PageView]] = {
    Screen.WRONG_ITEM: exceptions.wrong_item,
    Screen.DUPLICATE: exceptions.duplicate,
    Screen.LATE_MATCH: exceptions.late_match,
    Screen.ELSEWHERE: exceptions.elsewhere,
    Screen.EXCEPTIONS: exception_menu.menu,
    Screen.DAMAGE: exception_menu.damage,
    Screen.REST_MISSING: exception_menu.rest_missing,
}
ROOM_FOR_A_SHOT = 8 * 1024 * 1024  # bytes; a detailed picture of 12 megapixels takes 6 MB
LATE = StationProblem(
    "photo.late",
    N_("The photo came too late for its record: what it shows is finished"),
    N_("To take it anew, undo with F12 or scan the parcel again."),
)
KEPT_LATE = StationProblem(
    "photo.kept_late",
    N_("The photo was kept with what it was taken of, which is no longer open here"),
    N_("It is there when that is opened again."),
)


class Session(QObject):
    """One person's work at the bench.

    Signals:
        shown(Shown): show this.
        asked(Effects): do this (sounds, labels, the outside photo, a problem to tell).
        photo_refused(str): a shot was not counted; the verdict (blurred, dark, bright, glare).
        photo_kept(str): a shot is durable and sealed; the shot's name.
        photo_awaited(): the outside photo that is taken by itself did not show the parcel's number yet.
    """

    shown = Signal(object)
    asked = Signal(object)
    photo_refused = Signal(str)
    photo_kept = Signal(str)
    photo_awaited = Signal()

    def __init__(self, station: Station, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._background = background
        self._state = BenchState()  # of the bench lane
        self._turn = self._acted = 0  # of the bench lane
        self._now: Shown | None = None
        self._typed: set[str] = set()  # numbers that no scanner read
        self.camera_lost = False
        self.offline = False

    @property
    def now(self) -> Shown | None:
        """What is on the screen; None before somebody has signed in."""
        return self._now

    @property
    def showing(self) -> Showing:
        """What pages are made with."""
        return self._station.showing

    def begin(self, person: Person, take_up: str = "") -> None:
        """`person` signs in; the unfinished inspection `take_up` lies open again."""

        def step(desk: Desk, state: BenchState) -> BenchState:
            fresh = BenchState(person=person)
            if not take_up:
                return fresh
            return scanning.opened(desk, fresh, self._station.case(take_up))

        self.do(step)

    def do(self, step: Step, *, beside: bool = False) -> None:
        """Do `step` on the bench lane and show what comes of it.

        What is done `beside` the work (a label came out) begins no turn: a key pressed meanwhile still counts.
        """
        self._background.run(lambda: self._take(step, beside=beside), self._took)

    def press(self, step: Step, *, opens: bool = False, leads: bool = False) -> None:
        """Do `step` for a key pressed now: it belongs to what is on the screen, else it does nothing (`Pressed`)."""
        now = self._now
        pressed = Pressed(now.turn, now.acted, place_of(now.state), opens, leads) if now else None
        self._background.run(lambda: self._take(step, pressed), self._took)

    def scan(self, text: str) -> None:
        """Take a scanned code; a number that is read now is no longer one that no scanner reads."""
        self._typed -= self._names(text)
        self._take_code(text)

    def _take_code(self, text: str) -> None:
        self.do(lambda desk, state: commands.scan(desk, state, text) if state.person else state)

    def type_number(self, text: str) -> None:
        """Take a number a person typed because no scanner reads it: photos of that parcel need not show it either."""
        self._typed |= self._names(text)
        self._take_code(text)

    def _names(self, text: str) -> set[str]:
        """The numbers a parcel with this code may have, without the mark of one of several parcels."""
        try:
            return set(recognise(text, self._station.desk.book.carriers).names)
        except StationProblem:
            return set()

    def camera_read(self, text: str) -> None:
        """Take a code that the camera read and the decoder accepted.

        One that lies there is read several times a second.
        """
        self._do_quietly(lambda desk, state: scanning.camera_read(desk, state, text))

    def synced(self) -> None:
        """The centre told something: the queue may have grown, or another bench has the same parcel open."""
        if self._now is not None and isinstance(self._now.view, WaitingView):
            self._background.run(self._station.renew_rules, lambda _changed: None)
            self.refresh()
        else:
            self._do_quietly(scanning.look_elsewhere)

    def _do_quietly(self, step: Step) -> None:
        """Do `step` on the bench lane; what changes nothing is not shown again."""
        self._background.run(lambda: self._changed(step), lambda now: self._took(now) if now is not None else None)

    def _changed(self, step: Step) -> Shown | None:
        before = self._state
        try:
            after = step(self._station.desk, before)
        except StationProblem as problem:
            after = before.with_effects(sound=Sound.ERROR, problem=problem)
        return None if after == before.with_effects() else self._take(lambda _desk, _state: after, by_itself=True)

    def refresh(self) -> None:
        """Show the state again (language, devices or the queue have changed)."""
        self.do(lambda desk, state: state.with_effects())

    def shoot(
        self, frame: Frame, wanted: WantedShot, *, automatic: bool = False, camera: str = "", trigger: str = "key"
    ) -> None:
        """Make a photo of `frame`: made durable and judged side by side on the shutter lane, sealed on the bench lane.

        `camera` is the camera's name, `trigger` what released it: ``key``, ``pedal``, ``scan`` or ``touch``.
        What a person does after the shutter is done after the photo was sealed: it belongs to what lay there. Only
        the outside photo that is taken by itself holds nothing up; the person is asked for it when it comes too late.
        """
        now = self._now
        if now is None or now.state.case is None:
            return
        inspection = now.state.case.inspection
        shown = inspection.id, "" if wanted.shot == SHOT_OF_PARCEL else inspection.current_item
        person = now.state.person
        number = label_demand(now.tracking, typed=now.tracking in self._typed)
        if automatic and not number:
            return  # without a number to find it cannot be known that the parcel lies there
        carriers = self._station.desk.book.carriers
        label = label_text(now.state.case, carriers) if number else ""
        limits = limits_for(self._station.settings, camera, frame.place)
        prepare = partial(
            prepare_photo, frame, wanted.shot, number, label=label, carriers=carriers,
            is_parcel=partial(is_known_parcel, self._station.desk), finding_id=wanted.finding_id, automatic=automatic,
            ruler=wanted.ruler, limits=limits,
            itf_lengths=self._station.settings.scanner.itf_lengths, camera=camera,
            captured_at=earlier(self._station.clock.now(), time.monotonic() - frame.taken_monotonic),
            trigger="auto" if automatic else trigger, encode=automatic,
        )  # fmt: skip
        if automatic:
            self._background.run(
                prepare,
                lambda photo: self._background.run(lambda: self._seal(lambda: photo, shown, person), self._sealed),
                lane="shutter",
            )  # fmt: skip
        else:
            kept: list[StoredPhoto] = []
            photos = self._station.photos
            judged = self._background.ahead(partial(assess, frame.image, limits))
            self._background.in_turn(
                partial(prepare, judge=judged),
                lambda prepared: self._seal(lambda: replace(prepared(), stored=kept[0]), shown, person), self._sealed,
                lambda: kept.append(keep_frame(photos, frame)),
            )  # fmt: skip

    def _seal(
        self, prepared: Callable[[], TakenPhoto], shown: tuple[str, str], presser: Person | None
    ) -> tuple[Shown, TakenPhoto | None]:
        """Keep a photo of the inspection and item `shown`; on the bench lane. None stands for one not kept there."""
        kept: list[TakenPhoto] = []

        def step(desk: Desk, state: BenchState) -> BenchState:
            photo = prepared()
            case, person = state.case, state.person
            lies_here = (case.inspection.id, shown[1] and case.inspection.current_item) if case is not None else None
            if case is None or person is None or lies_here != shown:
                return state.with_effects() if photo.automatic else self._late(desk, state, photo, shown, presser)
            if photo.automatic and not (photo.counted and waybill_counts(case, photo.codes, desk.book.carriers)):
                return state.with_effects()  # the person is asked for it instead
            after = keep_photo(desk, case, person, photo)
            kept.append(photo)
            return replace(state, case=after).with_effects()

        return self._take(step, by_itself=True), kept[0] if kept else None

    def _late(
        self, desk: Desk, state: BenchState, photo: TakenPhoto, shown: tuple[str, str], presser: Person | None
    ) -> BenchState:
        """What the photo shows was left before it was ready: it goes where it belongs, if that still grows."""
        after = keep_late_photo(desk, *shown, presser, photo) if presser is not None else None
        if after is None:
            named = photo.stored.sha256 if photo.stored else ""
            log.info("photo %s came too late for inspection %s, item %s", named, *shown)
            return state.with_effects(sound=Sound.ERROR, problem=LATE)
        if state.case is not None and state.case.inspection.id == after.inspection.id:
            state = replace(state, case=after)
        return state.with_effects(sound=Sound.WARN, problem=KEPT_LATE)

    def _sealed(self, result: tuple[Shown, TakenPhoto | None]) -> None:
        shown, photo = result
        self._took(shown)
        if photo is None:
            self.photo_awaited.emit()
            return
        if not photo.counted:
            self.photo_refused.emit(str(photo.quality.get("verdict", "")))
        else:
            self.photo_kept.emit(photo.shot)

    def _take(
        self, step: Step, pressed: Pressed | None = None, *, beside: bool = False, by_itself: bool = False
    ) -> Shown:
        before = self._state
        if pressed is not None and not pressed.counts(self._turn, self._acted, before):
            after = before.with_effects()
        else:
            try:
                after = step(self._station.desk, before)
            except StationProblem as problem:
                after = before.with_effects(sound=Sound.ERROR, problem=problem)
        if not beside and asks_anew(self._station.desk, before, after):
            self._turn += 1
            self._acted += not by_itself
        self._state = after  # what was recorded stands, whatever becomes of its picture
        try:
            return self._render(after)
        except Exception:
            log.exception("the screen %s could not be shown", after.screen)
            self._turn += 1
            home = Screen.WAITING if after.case is None else Screen.PARCEL
            told = StationProblem(
                "screen.fault", N_("This screen could not be shown"), N_("Go on here; nothing is lost.")
            )
            self._state = replace(after, screen=home, found=None).with_effects(sound=Sound.ERROR, problem=told)
            return self._render(self._state)

    def _render(self, state: BenchState) -> Shown:
        showing = self._station.showing
        case = state.case
        match state.screen:
            case Screen.PARCEL:
                view: PageView = parcel.parcel(showing, state, self.camera_lost)
            case Screen.CHECKLIST:
                view = checklist.checklist(showing, state, self.camera_lost)
            case Screen.GRADE:
                assert case is not None
                png = self._station.labels.preview_png(case, case.inspection.item())
                view = grade.grade(showing, state, QImage.fromData(png))
            case Screen.NO_MATCH:
                view = exceptions.no_match(showing, state, self.offline)
            case Screen.WAITING:
                view = self._waiting()
            case asking:
                view = ASKING[asking](showing, state)
        done = view.tally.done if isinstance(view, WaitingView) else None
        if done is None and state.effects.sound in (Sound.DONE, Sound.UNDO):
            done = len(self._today().closed)
        if case is None or state.screen not in (Screen.PARCEL, Screen.CHECKLIST):
            tracking = case.inspection.tracking_number if case else ""
            return Shown(self._turn, state, view, tracking=tracking, done_today=done, acted=self._acted)
        item = case.inspection.item()
        line = case.line(item)
        codes = (*line.gtins, line.sku.upper(), *(one.upper() for one in line.serial_numbers)) if line else ()
        opened = any(photo.shot == SHOT_OF_PARCEL and photo.counted for photo in case.inspection.photos)
        wanted = shot_to_take(self._station.desk, case)
        opened = opened and wanted.shot != OUTSIDE.id
        return Shown(
            self._turn, state, view, wanted,
            opened and bool(line) and not item.identity,  # before the box is open, another item may still lie there
            codes, case.inspection.tracking_number, self._no_photo(), done, self._acted,
        )  # fmt: skip

    def _waiting(self) -> WaitingView:
        """The waiting page; on the bench lane."""
        return waiting.waiting(self._station.showing, self._today(), self._station.settings.station.shift_target)

    def when_room(self, go_on: Callable[[], None], refused: Callable[[Exception], None]) -> None:
        """Look once more whether there is room for a photo, then do the one or the other."""
        photos = self._station.photos
        self._background.run(
            lambda: photos.require_room(ROOM_FOR_A_SHOT), lambda _room: go_on(), refused, lane="shutter"
        )

    def _no_photo(self) -> StationProblem | None:
        try:
            self._station.photos.require_room(ROOM_FOR_A_SHOT)
        except StationProblem as problem:
            return problem
        return None

    def _today(self) -> Today:
        closed = self._station.desk.store.closed_since(self._station.clock.start_of_day())
        return Today(tuple(sorted(closed)), self._station.to_review())

    def _took(self, result: Shown) -> None:
        self._now = result
        self.shown.emit(result)
        if result.state.effects != Effects():
            self.asked.emit(result.state.effects)
