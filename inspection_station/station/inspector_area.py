"""The inspector's pages and how they reach the session: which signal is which act, and what is shown when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget

from inspection_station.devices.barcodes import CodeRead
from inspection_station.evidence.imaging import PhotoQuality
from inspection_station.i18n import translate
from inspection_station.station.camera_view import CameraView
from inspection_station.station.checklist_page import ChecklistPage
from inspection_station.station.exception_page import ExceptionPage
from inspection_station.station.flow import acts, answer_acts, commands, exception_acts, weight_acts
from inspection_station.station.flow.state import Screen
from inspection_station.station.grade_page import GradePage
from inspection_station.station.overlay import Overlay
from inspection_station.station.page import Page
from inspection_station.station.page_views import ChecklistView, ExceptionView, GradeView, ParcelView, WaitingView
from inspection_station.station.parcel_page import ParcelPage
from inspection_station.station.presenting.stored_photo import over_stored, stored_photo
from inspection_station.station.session import Session, Step
from inspection_station.station.shown import PageView, Shown
from inspection_station.station.views import CameraLostView, CodeBoxView, TagView, ToastView
from inspection_station.station.views import CameraView as CameraTexts
from inspection_station.station.waiting_page import WaitingPage

CODE_MS = 2000  # how long the box around a code stays where it was read

ACTIONS: dict[str, Step] = {
    "problem": acts.problem,
    "exceptions": exception_acts.menu,
    "back": acts.back,
    "all_parties": acts.ask_shares,
    "more_dispositions": acts.more_dispositions,
    "decline_match": exception_acts.decline_match,
    "inspect_too": exception_acts.inspect_too,
    "still_sealed": exception_acts.still_sealed,
    "extra_item": exception_acts.extra_item,
    "bind": exception_acts.bind_candidate,
    "confirm_by_eye": acts.confirm_by_eye,
    "reprint": acts.reprint,
    "recheck": acts.recheck,
    "weigh": weight_acts.ask_weight,
    "primary": acts.primary,
}
"""Buttons by name; names that are not here the window answers itself."""
LEADING_ON = frozenset({"problem", "exceptions"})
OPENING = LEADING_ON | {"all_parties", "more_dispositions", "weigh"}
"""Buttons that only open something: what the camera reads meanwhile does not change what they mean. Those `LEADING_ON`
open another page; keys may be typed ahead for it."""


class InspectorArea(QStackedWidget):
    """Waiting, parcel, checklist, grade and exception pages over one session.

    Signals:
        shot_requested(): take a photo now.
        retake_requested(): the last shot once more.
        action_asked(str): a button the window answers itself.
        record_wanted(str, str): open this inspection and item in History.
        primary_changed(): the primary action is another one (for the scanner filter's guard).
    """

    shot_requested = Signal()
    retake_requested = Signal()
    action_asked = Signal(str)
    record_wanted = Signal(str, str)
    primary_changed = Signal()

    def __init__(self, session: Session, seen: QImage | None = None) -> None:
        """`seen`: the newest frame there was when pages are made anew; a wrong item is shown as it lay there."""
        super().__init__()
        self._session = session
        self._live = CameraTexts()
        self._picture = seen
        self._code_gone = QTimer(self, singleShot=True, interval=CODE_MS)
        self._code_gone.timeout.connect(self._hide_code)
        self._fault = ""
        self._code: CodeBoxView | None = None
        self._badges: tuple[TagView, ...] = ()
        self._lost: CameraLostView | None = None
        self._stored: Path | None = None  # a stored photo shown in place of the live picture
        self._turn = -1
        self._primary_shown: object = None
        self.waiting = WaitingPage()
        self.parcel = ParcelPage()
        self.checklist = ChecklistPage()
        self.grade = GradePage()
        self.exception = ExceptionPage()
        for page in (self.waiting, self.parcel, self.checklist, self.grade, self.exception):
            self.addWidget(page)
            page.primary_pressed.connect(self._primary)
            page.primary_changed.connect(self.primary_changed)
            page.action_pressed.connect(self._action)
        self.waiting.undo_pressed.connect(lambda: self.action_asked.emit("undo"))
        for shooting in (self.parcel, self.checklist):
            shooting.retake_requested.connect(self.retake_requested)
            shooting.shot_selected.connect(self._select_shot)
            shooting.camera.marked.connect(self._mark)
        for pictured in (self.parcel, self.checklist, self.exception):
            pictured.shot_requested.connect(self.shot_requested)
        self.parcel.item_chosen.connect(lambda place: self._do(partial(acts.choose_item, place=place)))
        self.parcel.part_marked.connect(lambda place: self._do(partial(exception_acts.missing_part, place=place)))
        self._connect_checklist()
        self.grade.grade_chosen.connect(lambda letter: self._do(partial(acts.want_grade, grade=letter)))
        for signal in (self.grade.disposition_chosen, self.grade.disposition_refused):
            signal.connect(lambda code: self._do(partial(acts.choose_disposition, disposition=code)))
        self.grade.liability_chosen.connect(lambda code: self._do(partial(acts.choose_liability, party=code)))
        self.exception.candidate_chosen.connect(self._candidate)

    def _connect_checklist(self) -> None:
        page = self.checklist
        page.row_marked.connect(lambda number: self._do(partial(acts.choose_row, number=number)))
        page.normal_chosen.connect(lambda: self._do(acts.normal))
        page.not_applicable_chosen.connect(lambda: self._do(acts.not_applicable))
        page.kind_chosen.connect(lambda kind: self._do(partial(acts.choose_kind, kind=kind)))
        page.severity_chosen.connect(lambda severity: self._do(partial(acts.choose_severity, severity=severity)))
        page.value_entered.connect(lambda text: self._do(partial(answer_acts.enter_value, text=text)))
        page.value_scanned.connect(lambda text: self._do(partial(commands.scan_into_row, raw=text)))
        page.part_added.connect(lambda part, step: self._do(partial(answer_acts.add_part, step=step, part=part)))
        page.page_turned.connect(lambda step: self._do(partial(answer_acts.turn_page, step=step)))
        page.row_moved.connect(lambda step: self._do(partial(answer_acts.move_row, step=step)))
        page.zone_chosen.connect(lambda zone: self._do(partial(acts.mark_place, place=str(zone))))
        page.back_pressed.connect(self.back)

    def _do(self, step: Callable[..., object], *, opens: bool = False, leads: bool = False) -> None:
        """Do an act as of what is on the screen now."""
        self._session.press(step, opens=opens, leads=leads)  # type: ignore[arg-type]

    def _primary(self) -> None:
        now = self._session.now
        if now is None:
            return
        primary = getattr(now.view, "primary", None)
        if primary is not None and primary.key == "Space":
            self.shot_requested.emit()
            return
        if now.state.screen is Screen.DUPLICATE and now.state.case is not None:
            self.record_wanted.emit(now.state.case.inspection.id, now.state.case.inspection.items[-1].id)
            self._session.do(acts.leave_duplicate)  # History shows it already, whatever was recorded meanwhile
            return
        self._do(acts.primary, leads=True)

    def _action(self, name: str) -> None:
        act = ACTIONS.get(name)
        if act is not None:
            if name in LEADING_ON:
                self.page.hold_keys()
            self._do(act, opens=name in OPENING)
        else:
            self.action_asked.emit(name)

    def _candidate(self, place: int) -> None:
        now = self._session.now
        if now is not None and now.state.screen is Screen.EXCEPTIONS:
            view = now.view
            assert isinstance(view, ExceptionView)
            self._do(partial(exception_acts.choose_exception, key=view.candidates[place].key))
            return
        self._do(partial(exception_acts.choose, place=place + 1))

    @property
    def page(self) -> Page:
        """The page on screen."""
        page = self.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def camera(self) -> CameraView | None:
        """The camera widget on screen; None where there is none."""
        return getattr(self.page, "camera", None)

    def back(self) -> None:
        """Esc: from a mark that is drawn to the photo, from that to the live picture, else one step back."""
        if self.end_mark(keep=False):
            return
        if self._stored is not None:
            self.show_stored(None)
        else:
            self._do(acts.back, opens=True)

    def end_mark(self, keep: bool) -> bool:
        """Set or leave the mark that is drawn on the stored photo shown; False when there is none."""
        return self.camera is not None and self.camera.end_mark(keep)

    def _select_shot(self, place: int) -> None:
        """A stored photo of the strip is shown in place of the live picture; chosen again, the live one comes back."""
        now = self._session.now
        if now is None or not isinstance(now.view, ParcelView | ChecklistView):
            return
        shot = now.view.shots[place] if place < len(now.view.shots) else None
        if shot is not None and isinstance(shot.picture, Path):
            self.show_stored(None if shot.picture == self._stored else shot.picture)

    def _mark(self, shape: str, x1: float, y1: float, x2: float, y2: float, sized: bool) -> None:
        """A place was marked on the stored photo shown."""
        now = self._session.now
        photo = stored_photo(now.state.case, self._stored) if now is not None else None
        if photo is not None:
            wide, high = photo.width, photo.height
            box = round(x1 * wide), round(y1 * high), round(x2 * wide), round(y2 * high)
            self._do(partial(acts.mark_photo, photo_id=photo.id, shape=shape, box=box, sized=sized))

    def show_stored(self, photo: Path | None) -> None:
        """Show a stored photo in place of the live picture until Esc or the next shot; None ends it."""
        if photo != self._stored:
            self._stored = photo
            now = self._session.now
            if now is not None:
                self._show_view(self._page_of(now.view), now.view)

    def show_shown(self, shown: Shown) -> None:
        """Show what the session says."""
        view = shown.view
        if shown.state.case is None:
            self._code = None
        page = self._page_of(view)
        before = self.currentWidget()
        if before is not page:
            self._stored = None
        self._show_view(page, view)
        if before is not page:
            self.setCurrentWidget(page)
        # Only what was done moves the focus: a label that came out in the meantime does not take it from a field.
        primary = getattr(view, "primary", None)
        moved = before is not page or shown.turn != self._turn or primary != self._primary_shown
        drawn = self.camera is not None and self.camera.draft is not None
        if moved and not drawn and self.isVisible() and not self._is_covered():
            page.rest_focus()
        self._turn, self._primary_shown = shown.turn, primary
        if isinstance(before, Page) and (before is not page or shown.state.effects.problem is not None):
            self._press_held(before.release_keys(), page if before is not page else None)

    @staticmethod
    def _press_held(keys: tuple[str, ...], page: Page | None) -> None:
        """Keys typed ahead of the page they are for, as in “E 9” by a practised hand, are pressed on it."""
        for key in keys:
            if page is not None and page.knows(key):
                page.press(key)

    def _is_covered(self) -> bool:
        """Whether a panel lies over the pages and has the keys."""
        return any(panel.isVisible() for panel in self.window().findChildren(Overlay))

    def _page_of(self, view: PageView) -> Page:
        match view:
            case ParcelView():
                return self.parcel
            case ChecklistView():
                return self.checklist
            case GradeView():
                return self.grade
            case ExceptionView():
                return self.exception
            case _:
                return self.waiting

    def _show_view(self, page: Page, view: PageView) -> None:
        if isinstance(view, ParcelView | ChecklistView | ExceptionView):
            if view.camera is not None:
                self._live = view.camera
                view = replace(view, camera=self._with_live(view.camera), lost=self._lost)
            if self._stored is not None and not isinstance(view, ExceptionView):
                shots = tuple(replace(shot, selected=shot.picture == self._stored) for shot in view.shots)
                view = replace(view, shots=shots)
            elif isinstance(view, ExceptionView) and view.sides and self._picture is not None:
                seen = [replace(side, picture=self._picture) if side.wrong and side.picture is None else side
                        for side in view.sides]  # fmt: skip
                view = replace(view, sides=tuple(seen))
        elif isinstance(view, WaitingView):
            view = replace(view, toast=self._toast)
        page.show_view(view)  # type: ignore[attr-defined]

    _toast: ToastView | None = None

    def show_toast(self, toast: ToastView | None) -> None:
        """Show the last completed item's toast on the waiting page."""
        self._toast = toast
        self.waiting.show_toast(toast)

    def _with_live(self, texts: CameraTexts) -> CameraTexts:
        now = self._session.now
        photo = stored_photo(now.state.case, self._stored) if now is not None else None
        for page in (self.parcel, self.checklist):
            page.camera.marking = photo is not None
        if now is not None and now.state.case is not None and photo is not None:
            return replace(over_stored(self._session.showing, now.state.case, photo), still=self._stored)
        return replace(texts, badges=self._badges, code=self._code, fault=self._fault, still=self._stored)

    def show_lost(self, lost: CameraLostView | None) -> None:
        """The camera is gone, or back."""
        if lost != self._lost:
            self._lost = lost
            self._session.refresh()

    @property
    def picture(self) -> QImage | None:
        """The newest frame; None while there was none."""
        return self._picture

    def show_picture(self, picture: QImage) -> None:
        """The newest frame."""
        self._picture = picture
        camera = self.camera
        if camera is not None:
            camera.show_frame(picture)

    def show_quality(self, quality: PhotoQuality) -> None:
        """How the live picture is: sharpness and light."""
        sharp = quality.verdict != "blurred"
        light = {
            "dark": translate("Too dark"), "bright": translate("Too bright"), "glare": translate("Glare"),
        }.get(quality.verdict, translate("Light OK"))  # fmt: skip
        fine = quality.verdict in ("ok", "blurred")
        badges = (
            TagView(translate("Sharp") if sharp else translate("Blurred"), "neutral" if sharp else "error",
                    "mdi6.image-filter-center-focus"),
            TagView(light, "neutral" if fine else "error", "mdi6.brightness-6"),
        )  # fmt: skip
        if badges != self._badges:
            self._badges = badges
            self._show_live()

    def show_code(self, read: CodeRead, size: QSize, fits: bool) -> None:
        """A code read in the live picture, with its verdict."""
        corners = tuple((x / size.width(), y / size.height()) for x, y in read.points)
        text = translate("Tag matches SKU") if fits else translate("Another code: {text}", text=read.text)
        self._code = CodeBoxView(corners, text, "ok" if fits else "error")
        self._code_gone.start()
        self._show_live()

    def _hide_code(self) -> None:
        """What lies there may have moved since the code was read."""
        self._code = None
        self._show_live()

    def show_fault(self, text: str) -> None:
        """A shot was not counted: the plate over the picture; an empty text takes it away."""
        self._fault = text
        self._show_live()

    def _show_live(self) -> None:
        camera = self.camera
        if camera is not None:
            camera.show_view(self._with_live(self._live))
