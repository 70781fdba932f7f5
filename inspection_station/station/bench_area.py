"""The inspector's area at work: session, pages, camera, labels, sounds and toasts joined together."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from inspection_station.devices.barcodes import CodeRead, is_expected
from inspection_station.devices.camera import camera_alone, camera_lost
from inspection_station.domain.identifiers import normalise
from inspection_station.domain.people import Person
from inspection_station.evidence.imaging import VERDICT_SENTENCES
from inspection_station.i18n import translate
from inspection_station.station.asking import Asking
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.bench_camera import SIDE, BenchCamera
from inspection_station.station.camera_scan import CameraScan
from inspection_station.station.flow import acts, exception_acts, finishing, scanning
from inspection_station.station.flow.state import BenchState, Effects, LastDone, Screen, Sound
from inspection_station.station.inspector_area import InspectorArea
from inspection_station.station.notices import Notices
from inspection_station.station.number_panels import NumberPanels
from inspection_station.station.outside_photo import OutsidePhoto
from inspection_station.station.overlay import Overlay
from inspection_station.station.presenting.frame import last_done
from inspection_station.station.presenting.parcel import lost_camera
from inspection_station.station.presenting.words import elapsed
from inspection_station.station.print_queue import PrintQueue
from inspection_station.station.scanned_text import BounceGuard
from inspection_station.station.session import Session
from inspection_station.station.shown import Shown
from inspection_station.station.shutter import limits_for
from inspection_station.station.sounds import Sounds
from inspection_station.workflows.inspecting import WantedShot

FAULT_MS = 2000
FREEZE_GAP = 0.15  # seconds between two shots; a held key takes one


class Scene(Protocol):
    """What the demo's bench does when something is scanned or photographed; a real bench has people for that."""

    def parcel_scanned(self, tracking_number: str) -> None:
        """A parcel was put on the bench and scanned."""

    def shot_wanted(self, shot: str) -> None:
        """This is the next shot."""

    def photo_taken(self, shot: str) -> None:
        """A photo was taken."""


class BenchArea(QObject):
    """Joins one session with its pages and devices.

    Signals:
        record_wanted(str, str): show this inspection and item in History.
        camera_scanned(str): a code was read in the live picture after F3.
        worked(): something was recorded (the sync has work, the tally changed).
        action_left(str): a button that this area does not answer.
    """

    record_wanted = Signal(str, str)
    camera_scanned = Signal(str)
    worked = Signal()
    action_left = Signal(str)

    def __init__(
        self,
        station: Station,
        background: Background,
        session: Session,
        camera: BenchCamera,
        prints: PrintQueue,
        sounds: Sounds,
        notices: Notices,
        scene: Scene | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._background, self._session = station, background, session
        self._camera, self._prints, self._sounds, self._notices = camera, prints, sounds, notices
        self._scene = scene
        self._outside = OutsidePhoto(session, camera, self)
        self._bounce = BounceGuard()
        self.numbers = NumberPanels(station, background, camera, scene.parcel_scanned if scene else None, self)
        self.numbers.entered.connect(self._typed)
        self.numbers.scanned.connect(self.camera_scanned)
        self.numbers.typing_wanted.connect(self.type_number)
        self._last: LastDone | None = None
        self._label = ""  # what became of its label
        self._undo_left = 0
        self._last_shot: WantedShot | None = None
        self._lies_here = ("", "")  # inspection and item it was taken of
        self._shot_at = 0.0
        self._laid = ""  # the parcel the demo's scene shows
        self._sequence = 0
        self._overlay: Overlay | None = None
        self.pages = InspectorArea(session)
        rules = station.signing_in()
        self.asking = Asking(session, background, rules, lambda: self.pages, self._open, self)
        self.asking.refused.connect(lambda: sounds.play("error"))
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._second.start()
        self._fault = QTimer(self, singleShot=True, interval=FAULT_MS)
        self._fault.timeout.connect(lambda: self.pages.show_fault(""))
        session.shown.connect(self._show)
        session.asked.connect(self._do_effects)
        session.photo_refused.connect(self._refused)
        session.photo_kept.connect(self._kept)
        prints.label_ended.connect(self._label_ended)
        camera.pictured.connect(lambda picture: self.pages.show_picture(picture))
        camera.judged.connect(lambda quality: self.pages.show_quality(quality))
        camera.code_read.connect(self._code_read)
        camera.state_changed.connect(self._camera_state)
        camera.limits = lambda: limits_for(station.settings, camera.camera.name, camera.place)
        camera.switched.connect(self._camera_switched)
        self.take_pages(self.pages)

    def take_pages(self, pages: InspectorArea) -> InspectorArea:
        """Work with pages made anew (another language, theme or density)."""
        self.pages = pages
        pages.shot_requested.connect(lambda: self.shoot(pages.page.trigger()))
        pages.retake_requested.connect(lambda: self.retake(pages.page.trigger()))
        pages.action_asked.connect(self._asked)
        pages.record_wanted.connect(self.record_wanted)
        for page in (pages.parcel, pages.checklist, pages.exception):
            page.camera.size_wanted.connect(self._want_size)
        self._camera_state(self._camera.state)
        return pages

    def close(self) -> None:
        """Work no more: what runs by itself ends."""
        self._second.stop()
        self._fault.stop()
        self.numbers.reading.close()

    def make_pages(self) -> InspectorArea:
        """New pages in the language and theme in force, showing what is open."""
        if self._overlay is not None:
            self._overlay.close_panel()
        pages = self.take_pages(InspectorArea(self._session, self.pages.picture))
        if self._session.now is not None:
            pages.show_shown(self._session.now)
            self._session.refresh()
        return pages

    def _want_size(self, size: object) -> None:
        self._camera.picture_size = size  # type: ignore[assignment]

    # --- scans and keys ----------------------------------------------------------------------------------

    def scan(self, text: str, *, typed: bool = False) -> None:
        """Take a scan, or a number `typed`; a trigger bounce of the same parcel code is ignored without a sound."""
        take = self._session.type_number if typed else self._session.scan
        now = self._session.now
        if self._overlay is not None:
            self._overlay.close_panel()
        command = text.upper().removeprefix("CMD-") if text.upper().startswith("CMD-") else ""
        at_hand = {"PHOTO": partial(self.shoot, "scan"), "RETAKE": partial(self.retake, "scan"),
                   "UNDO": partial(self.press, "undo")}  # fmt: skip
        if command in at_hand:
            at_hand[command]()
        elif (command in ("OK", "CANCEL") and self.pages.end_mark(keep=command == "OK")) or (
            not command and now is not None and self._is_bounce(text, now)
        ):
            return
        else:
            if not command and now is not None and now.state.screen in (Screen.WAITING, Screen.DUPLICATE):
                self._lay(normalise(text), again=True)
            take(text)
        self.pages.waiting.prompt.flash(True)

    def _lay(self, tracking_number: str, *, again: bool = False) -> None:
        """The demo's parcel of that number lies there, also when it is taken up again after a start."""
        if self._scene is not None and tracking_number and (again or tracking_number != self._laid):
            self._laid = tracking_number
            self._scene.parcel_scanned(tracking_number)

    def _is_bounce(self, text: str, now: Shown) -> bool:
        """A parcel's code again so soon that only the trigger bounced; commands and items' codes may repeat."""
        again = self._bounce.is_bounce(text, time.monotonic() * 1000)
        return again and now.tracking in ("", normalise(text))

    def press(self, name: str) -> None:
        """Undo (F12), reprint (F11) or park (F9), wherever the focus is."""
        step = {"undo": finishing.undo, "reprint": acts.reprint, "park": finishing.park}[name]
        now = self._session.now
        if name == "undo" and now is not None and now.state.screen in finishing.AFTER_WORK and not self._undo_left:
            step = finishing.too_late
        self._session.press(step, opens=name == "park")

    def keys(self) -> dict[str, Callable[[], object]]:
        """What keys do here that no page used, by name."""
        return {
            "F2": self.type_number, "F3": self.scan_with_camera, "F9": lambda: self.press("park"),
            "F11": lambda: self.press("reprint"), "F12": lambda: self.press("undo"),
        }  # fmt: skip

    def _asked(self, name: str) -> None:
        asked: dict[str, Callable[[], object]] = {
            "type_number": self.type_number, "scan_with_camera": self.scan_with_camera,
            "no_label": lambda: self._session.do(exception_acts.no_label), "undo": lambda: self.press("undo"),
            "reconnect": self._camera.try_now, "switch_camera": self._switch_camera,
        }  # fmt: skip
        asked.get(name, lambda: self.action_left.emit(name))()

    def type_number(self) -> None:
        """F2: type the number a screen waits for: of a parcel, of a clue to it, of the item."""
        if isinstance(self._overlay, CameraScan):
            self._overlay.close_panel()
        now = self._session.now
        if now is not None and self._overlay is None:
            self._open(self.numbers.typing(self.pages, now.state))

    def scan_with_camera(self) -> None:
        """F3: the live picture is the scanner, while a parcel or a clue to one is awaited."""
        now = self._session.now
        if now is not None and self._overlay is None:
            self._open(self.numbers.scanning(self.pages, now.state))

    def _typed(self, text: str, scanned: bool) -> None:
        now = self._session.now
        if not scanned and now is not None and now.state.screen is Screen.NO_MATCH:
            self._session.do(lambda desk, state: scanning.add_clue(desk, state, normalise(text)))
        else:
            self.scan(text, typed=not scanned)

    def _open(self, overlay: Overlay | None) -> None:
        if overlay is not None:
            self._overlay = overlay
            overlay.closed.connect(self._overlay_closed)
            overlay.open_panel()

    def _overlay_closed(self) -> None:
        self._overlay = None
        self.pages.page.rest_focus()

    # --- camera ------------------------------------------------------------------------------------------

    def shoot(self, trigger: str = "key") -> None:
        """Take the photo that is next; `trigger` is what released it."""
        now = self._session.now
        if now is None or now.shot is None or time.monotonic() - self._shot_at < FREEZE_GAP:
            return
        self._take(now.shot, trigger)

    def retake(self, trigger: str = "key") -> None:
        """The last shot once more; both are kept."""
        if self._last_shot is not None and self._session.now is not None and self._session.now.shot is not None:
            self._take(self._last_shot, trigger)

    def _take(self, wanted: WantedShot, trigger: str) -> None:
        now = self._session.now
        if now is not None and now.no_photo is not None:  # told before the shot, unless there is room by now
            self._session.when_room(lambda: self._release(wanted, trigger), self._no_photo)
        else:
            self._release(wanted, trigger)

    def _no_photo(self, error: Exception) -> None:
        self._sounds.play("error")
        self._notices.failure(error)

    def _release(self, wanted: WantedShot, trigger: str) -> None:
        frame = self._camera.latest()
        if frame is None:
            self._sounds.play("error")
            self._notices.problem(self._camera.problem or camera_lost())
            return
        self._shot_at = time.monotonic()
        self._last_shot = wanted
        self.pages.show_stored(None)
        camera = self.pages.camera
        if camera is not None:
            camera.freeze()
        self._sounds.play("shutter")
        self._session.shoot(frame, wanted, camera=self._camera.camera.name, trigger=trigger)

    def _switch_camera(self) -> None:
        if not self._camera.switch():
            self._sounds.play("error")
            self._notices.problem(camera_alone())

    def _camera_switched(self, place: str) -> None:
        self._notices.withdraw("camera.switched")
        if place == SIDE:
            back = translate("F5 goes back to the one overhead")
            self._notices.tell("camera.switched", translate("Side camera"), back)

    def _refused(self, verdict: str) -> None:
        what, to_do = VERDICT_SENTENCES.get(verdict, VERDICT_SENTENCES["blurred"])
        self._sounds.play("warn")
        self.pages.show_fault(f"{translate(what)} / {translate(to_do)}")
        self._fault.start()

    def _kept(self, shot: str) -> None:
        self.pages.show_fault("")
        if self._scene is not None:
            self._scene.photo_taken(shot)

    def _code_read(self, read: CodeRead, size: object) -> None:
        now = self._session.now
        if now is None or not now.wants_code:
            return
        meant = is_expected(read.text, read.symbology, now.expected_codes)
        self.pages.show_code(read, size, meant)  # type: ignore[arg-type]
        self._session.camera_read(read.text)

    def _camera_state(self, state: str) -> None:
        gone = state != "live"
        self._session.camera_lost = gone
        if not gone:
            self._notices.withdraw("camera.lost")
            self.pages.show_lost(None)
            return
        self.pages.show_lost(lost_camera(self._camera.problem))

    # --- what comes back ---------------------------------------------------------------------------------

    def _show(self, shown: Shown) -> None:
        if not isinstance(self._overlay, CameraScan):
            self._camera.want_code(shown.wants_code, shown.expected_codes)
        state = shown.state
        if state.screen is Screen.WAITING:
            self._camera.show_overhead()
        if state.last is not None and state.last != self._last and not state.last.undone:
            self._undo_left = self._station.settings.undo.seconds
            self._label = ""
            self._second.start()  # its first second is a whole one
        self._last = state.last
        self._show_toast()
        inspection = state.case.inspection if state.case else None
        lies_here = (inspection.id, inspection.current_item) if inspection else ("", "")
        if lies_here != self._lies_here:  # “once more” never means a shot of another item
            self._lies_here, self._last_shot = lies_here, None
            self._lay(inspection.tracking_number if inspection else "")
        self.pages.show_shown(shown)
        if self._scene is not None and shown.shot is not None and shown.shot.required:
            self._scene.shot_wanted(shown.shot.shot)
        sequence = state.case.inspection.sequence if state.case else 0
        if sequence != self._sequence or state.effects.labels:
            self._sequence = sequence
            self.worked.emit()
        if state.grade_wanted and self._overlay is None:
            self.asking.grade_reason(state.grade_wanted)

    def _do_effects(self, effects: Effects) -> None:
        if effects.sound is not None:
            self._sounds.play(effects.sound.value)
        person = now.state.person if (now := self._session.now) else None
        if effects.problem is not None:
            self._notices.problem(effects.problem)
        if effects.verified:
            self._notices.tell("label.verified", translate("Label scanned, readable"), effects.verified)
        if effects.sound in (Sound.ERROR, Sound.WARN):
            self.pages.waiting.prompt.flash(False)
        if now is not None and person is not None:
            self._print(now.state, effects, person)
        if effects.item_photo:
            self.shoot("auto")
        if effects.ask and self._overlay is None:
            self.asking.asked(effects.ask)
        if effects.waybill_photo and self._station.settings.camera.auto_parcel_photo:
            self._outside.begin()

    def _print(self, state: BenchState, effects: Effects, person: Person) -> None:
        last = state.last
        for item_id in effects.labels:
            if last is not None:
                self._prints.print_item(last.inspection_id, item_id, person)
        for item_id in effects.reprints:
            if state.case is not None and any(item.id == item_id for item in state.case.inspection.items):
                self._prints.print_again(state.case.inspection.id, item_id, person)
            elif last is not None:
                self._prints.print_again(last.inspection_id, item_id, person)

    def _label_ended(self, item_id: str, how: str) -> None:
        if self._last is not None and self._last.item_id == item_id:
            self._label = how
            self._show_toast()

    def _tick(self) -> None:
        now = self._session.now
        if self._undo_left:
            self._undo_left -= 1
            self._show_toast()
        if now is not None and now.state.case is not None and now.state.screen is not Screen.DUPLICATE:
            context = getattr(self.pages.page, "context", None)
            if context is not None:
                context.show_elapsed(elapsed(self._station.clock, now.state.case.inspection.opened_at))

    def _show_toast(self) -> None:
        self.pages.show_toast(last_done(self._station.showing, self._last, self._undo_left or None, self._label))
