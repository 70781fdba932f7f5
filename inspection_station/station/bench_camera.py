"""The bench's cameras for the window: live picture, its quality twice a second, codes in it, and frames to keep.

One camera is shown, searched and shot with at a time: the one overhead, or at some benches the one at the side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Container

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from inspection_station.devices.barcodes import ITF_LENGTHS, CodeRead, FrameAgreement, is_expected, read_codes
from inspection_station.devices.camera import Camera, Frame
from inspection_station.devices.camera_feed import CameraFeed
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import PhotoQuality, QualityLimits, assess, preview
from inspection_station.station.background import Background

LOOK_MS = 250  # how often the live picture is searched for codes while one is wanted
JUDGE_EVERY = 2  # looks between two verdicts on the live picture
FRESH_SECONDS = 2.0  # how long a frame newer than now is waited for
SWITCH_MS = 2_000  # how long a camera that was switched to may take to its first picture before it counts as missing
OVERHEAD, SIDE = "overhead", "side"


class BenchCamera(QObject):
    """Runs the camera while it is needed and hands its pictures to whoever shows them.

    Signals:
        pictured(QImage): the newest frame, scaled to `picture_size`.
        judged(PhotoQuality): how the live picture is.
        code_read(CodeRead, QSize): an accepted code in the live picture, and that picture's size in pixels.
        candidate_read(CodeRead): a code that was read and not accepted: to be shown, never used by itself.
        state_changed(str): live, lost or absent; also when the reason for it is another one (`problem`).
        switched(str): another camera is shown: overhead or side.
        side_changed(): there is another second camera, or none any more.
    """

    pictured = Signal(object)
    judged = Signal(object)
    code_read = Signal(object, object)
    candidate_read = Signal(object)
    state_changed = Signal(str)
    switched = Signal(str)
    side_changed = Signal()
    _arrived = Signal()

    def __init__(self, camera: Camera, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.picture_size = QSize(960, 540)
        self.limits: Callable[[], QualityLimits] = QualityLimits  # of the camera shown
        self.itf_lengths: Callable[[], Collection[int]] = lambda: ITF_LENGTHS  # of the settings in force
        self.place = OVERHEAD
        self._cameras = {OVERHEAD: camera}
        self._running = False
        self._paused = False
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._feed = self._new_feed()
        self._agreement = FrameAgreement()
        self._expected: Container[str] = ()
        self._wants_code = False
        self._others: dict[str, int] = {}  # codes that are not expected → frames they were read in
        self._since = 0.0
        self._shown_at = self._searched_at = 0.0
        self._looks = 0
        self._scaling = self._looking = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._search)

    @property
    def state(self) -> str:
        """live, lost or absent."""
        return self._feed.state

    @property
    def camera(self) -> Camera:
        """The camera that is shown."""
        return self._cameras[self.place]

    @property
    def problem(self) -> StationProblem | None:
        """Why there is no picture, what to do; None while there is one."""
        return self._feed.problem

    @property
    def refusals(self) -> tuple[StationProblem, ...]:
        """What was asked of the camera (size, exposure, focus) and it does not do."""
        return self._feed.refusals

    @property
    def rate(self) -> float:
        """Pictures a second that come now; 0 while there are none."""
        return self._feed.rate

    def start(self) -> None:
        """Deliver pictures from now on."""
        self._running = True
        self._feed.start()
        self._look.start()

    def stop(self) -> None:
        """Let the camera go."""
        self._running = False
        self._look.stop()
        self._feed.stop()

    def pause(self, paused: bool) -> None:
        """Show and search nothing for the time being; the camera stays open, so that it is back at once."""
        self._paused = paused

    def use(self, camera: Camera) -> None:
        """Take `camera` as the one overhead; the one used so far is let go first, away from the GUI thread."""
        self._cameras[OVERHEAD] = camera
        if self.place == OVERHEAD:
            self._take_over()
            self.state_changed.emit(self._feed.state)

    def use_side(self, camera: Camera | None) -> None:
        """Take `camera` as the second one, at the side; None when the bench has none."""
        shown = self.place == SIDE
        if camera is not None:
            self._cameras[SIDE] = camera
            if shown:
                self._take_over()
        else:
            if shown:
                self.show_overhead()
            self._cameras.pop(SIDE, None)
        self.side_changed.emit()

    @property
    def has_side(self) -> bool:
        """Whether the bench has a second camera, at the side."""
        return SIDE in self._cameras

    def switch(self) -> bool:
        """Show the other camera; False when the bench has only one."""
        if not self.has_side:
            return False
        self._show_place(OVERHEAD if self.place == SIDE else SIDE)
        return True

    def show_overhead(self) -> None:
        """Show the camera overhead again, where a parcel's label is looked for."""
        if self.place != OVERHEAD:
            self._show_place(OVERHEAD)

    def _show_place(self, place: str) -> None:
        self.place = place
        self._take_over()
        feed = self._feed
        # Opening takes a moment; only what is still missing then is a fault.
        QTimer.singleShot(SWITCH_MS, self, lambda: self._tell_state_of(feed))
        self.switched.emit(place)

    def _tell_state_of(self, feed: CameraFeed) -> None:
        if self._feed is feed:
            self.state_changed.emit(feed.state)

    def _new_feed(self) -> CameraFeed:
        return CameraFeed(
            self.camera, self.state_changed.emit, lambda _frame: self._arrived.emit(), place=self.place
        )

    def _take_over(self) -> None:
        old = self._feed
        feed = self._feed = self._new_feed()
        self._agreement.forget()

        def begin(_ended: bool) -> None:
            if self._running and self._feed is feed:
                feed.start()

        self._background.run(old.stop, begin, lane="photo")

    def try_now(self) -> None:
        """A person asks for a camera that is gone: look for it at once."""
        self._feed.try_now()

    def want_code(self, wanted: bool, expected: Container[str] = ()) -> None:
        """Search the live picture for codes, of which `expected` would be right; or stop searching.

        One frame is enough for a code that is expected. `expected` is asked on a thread of the background.
        """
        if wanted != self._wants_code or expected != self._expected:
            self._agreement.forget()
            self._others.clear()
            self._since = time.monotonic()  # what lay there before is nothing to go by
        self._wants_code, self._expected = wanted, expected

    def latest(self) -> Frame | None:
        """The newest frame; None while there is none."""
        return self._feed.latest()

    def when_fresh(
        self, use: Callable[[Frame], None], since: float | None = None, missed: Callable[[], object] | None = None
    ) -> None:
        """Call `use` with a frame taken after now (or `since`, monotonic), or `missed` when none comes in time."""
        asked = time.monotonic() if since is None else since
        frame = self._feed.latest()
        if frame is not None and frame.taken_monotonic > asked:
            use(frame)
        elif time.monotonic() - asked < FRESH_SECONDS:
            QTimer.singleShot(15, self, lambda: self.when_fresh(use, asked, missed))
        elif missed is not None:
            missed()

    def _show(self) -> None:
        frame = self._feed.latest()
        if self._background.is_shooting or self._paused:
            return  # the picture is frozen then, and the shot needs the machine
        if frame is None or self._scaling or frame.taken_monotonic == self._shown_at:
            return
        self._scaling = True
        self._shown_at = frame.taken_monotonic
        size = self.picture_size
        self._background.run(lambda: self._scaled(frame, size), self._scaled_shown, self._not_scaled, lane="live")

    @staticmethod
    def _scaled(frame: Frame, size: QSize) -> QImage:
        picture = preview(frame.image, max(1, size.width()), max(1, size.height()))
        height, width = picture.shape[:2]
        return QImage(picture.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()

    def _scaled_shown(self, picture: QImage) -> None:
        self._scaling = False
        self.pictured.emit(picture)
        self._show()  # another may have come meanwhile

    def _not_scaled(self, error: Exception) -> None:
        self._scaling = False
        raise error

    def _search(self) -> None:
        frame = self._feed.latest()
        if frame is None or self._looking or self._background.is_shooting or self._paused:
            return
        if frame.taken_monotonic == self._searched_at:
            return  # looked at twice, one picture would agree with itself
        self._searched_at = frame.taken_monotonic
        self._looking = True
        self._looks += 1
        judge, limits = self._looks % JUDGE_EVERY == 0, self.limits()
        expected, wanted, near = self._expected, self._wants_code, self._agreement.near
        lengths = self.itf_lengths()

        def look() -> tuple[PhotoQuality | None, list[CodeRead], set[str]]:
            reads = read_codes(frame.image, expected, thorough=False, near=near, itf_lengths=lengths) if wanted else []
            meant = {read.text for read in reads if is_expected(read.text, read.symbology, expected)}
            return assess(frame.image, limits) if judge else None, reads, meant

        self._background.run(look, lambda seen: self._seen(frame, *seen), self._not_seen, lane="live")

    def _seen(self, frame: Frame, quality: PhotoQuality | None, reads: list[CodeRead], meant: set[str]) -> None:
        self._looking = False
        if quality is not None:
            self.judged.emit(quality)
        if not self._wants_code or frame.taken_monotonic <= self._since:
            return
        rows, columns = frame.image.shape[:2]
        for read in self._agreement.frame(reads, itf_lengths=self.itf_lengths()):
            if not read.accepted:
                self.candidate_read.emit(read)
                continue
            if read.text not in meant:
                # One frame never says that an item is wrong: a soft tag was read as another valid number.
                self._others[read.text] = self._others.get(read.text, 0) + 1
                if self._others[read.text] < 2:
                    continue
            self.code_read.emit(read, QSize(columns, rows))

    def _not_seen(self, error: Exception) -> None:
        self._looking = False
        raise error
