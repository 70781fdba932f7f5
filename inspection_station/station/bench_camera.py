"""The bench's camera for the window: live picture, its quality twice a second, codes in it, and frames to keep."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from inspection_station.devices.barcodes import CodeRead, FrameAgreement, read_codes
from inspection_station.devices.camera import Camera, Frame
from inspection_station.devices.camera_feed import CameraFeed
from inspection_station.evidence.imaging import PhotoQuality, assess, preview
from inspection_station.station.background import Background

PREVIEW_MS = 33
LOOK_MS = 250  # how often the live picture is searched for codes while one is wanted
JUDGE_EVERY = 2  # looks between two verdicts on the live picture
FRESH_SECONDS = 2.0  # how long a frame newer than now is waited for


class BenchCamera(QObject):
    """Runs the camera while it is needed and hands its pictures to whoever shows them.

    Signals:
        pictured(QImage): the newest frame, scaled to `picture_size`.
        judged(PhotoQuality): how the live picture is.
        code_read(CodeRead, QSize): an accepted code in the live picture, and that picture's size in pixels.
        state_changed(str): live, lost or absent.
    """

    pictured = Signal(object)
    judged = Signal(object)
    code_read = Signal(object, object)
    state_changed = Signal(str)

    def __init__(self, camera: Camera, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.camera = camera
        self.picture_size = QSize(960, 540)
        self._feed = CameraFeed(camera, self.state_changed.emit)
        self._agreement = FrameAgreement()
        self._expected: tuple[str, ...] = ()
        self._wants_code = False
        self._others: dict[str, int] = {}  # codes that are not expected → frames they were read in
        self._since = 0.0
        self._shown_at = 0.0
        self._looks = 0
        self._scaling = self._looking = False
        self._preview = QTimer(self, interval=PREVIEW_MS)
        self._preview.timeout.connect(self._show)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._search)

    @property
    def state(self) -> str:
        """live, lost or absent."""
        return self._feed.state

    def start(self) -> None:
        """Deliver pictures from now on."""
        self._feed.start()
        self._preview.start()
        self._look.start()

    def stop(self) -> None:
        """Let the camera go."""
        self._preview.stop()
        self._look.stop()
        self._feed.stop()

    def use(self, camera: Camera) -> None:
        """Show `camera` from now on; the one used so far is let go first, away from the GUI thread."""
        old, running = self._feed, self._preview.isActive()
        self.camera = camera
        feed = self._feed = CameraFeed(camera, self.state_changed.emit)
        self._agreement.forget()
        self.state_changed.emit(feed.state)

        def begin(_ended: bool) -> None:
            if running and self._feed is feed and self._preview.isActive():
                feed.start()

        self._background.run(old.stop, begin, lane="photo")

    def try_now(self) -> None:
        """A person asks for a camera that is gone: look for it at once."""
        self._feed.try_now()

    def want_code(self, wanted: bool, expected: tuple[str, ...]) -> None:
        """Search the live picture for codes, of which `expected` would be right; or stop searching."""
        if wanted != self._wants_code or expected != self._expected:
            self._agreement.forget()
            self._others.clear()
            self._since = time.monotonic()  # what lay there before is nothing to go by
        self._wants_code, self._expected = wanted, expected

    def latest(self) -> Frame | None:
        """The newest frame; None while there is none."""
        return self._feed.latest()

    def when_fresh(self, use: Callable[[Frame], None], since: float | None = None) -> None:
        """Call `use` with a frame taken after now (or `since`, monotonic); not at all when none comes in time."""
        asked = time.monotonic() if since is None else since
        frame = self._feed.latest()
        if frame is not None and frame.taken_monotonic > asked:
            use(frame)
        elif time.monotonic() - asked < FRESH_SECONDS:
            QTimer.singleShot(15, self, lambda: self.when_fresh(use, asked))

    def _show(self) -> None:
        frame = self._feed.latest()
        if frame is None or self._scaling or frame.taken_monotonic == self._shown_at:
            return
        self._scaling = True
        self._shown_at = frame.taken_monotonic
        size = self.picture_size
        self._background.run(lambda: self._scaled(frame, size), self._scaled_shown, self._not_scaled, lane="photo")

    @staticmethod
    def _scaled(frame: Frame, size: QSize) -> QImage:
        picture = preview(frame.image, max(1, size.width()), max(1, size.height()))
        height, width = picture.shape[:2]
        return QImage(picture.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()

    def _scaled_shown(self, picture: QImage) -> None:
        self._scaling = False
        self.pictured.emit(picture)

    def _not_scaled(self, error: Exception) -> None:
        self._scaling = False
        raise error

    def _search(self) -> None:
        frame = self._feed.latest()
        if frame is None or self._looking:
            return
        self._looking = True
        self._looks += 1
        judge = self._looks % JUDGE_EVERY == 0
        expected, wanted = self._expected, self._wants_code
        self._background.run(
            lambda: (
                assess(frame.image) if judge else None,
                read_codes(frame.image, expected, thorough=False) if wanted else [],
            ),
            lambda seen: self._seen(frame, *seen),
            self._not_seen,
            lane="photo",
        )

    def _seen(self, frame: Frame, quality: PhotoQuality | None, reads: list[CodeRead]) -> None:
        self._looking = False
        if quality is not None:
            self.judged.emit(quality)
        if not self._wants_code or frame.taken_monotonic <= self._since:
            return
        rows, columns = frame.image.shape[:2]
        for read in self._agreement.frame(reads):
            if not read.accepted:
                continue
            if read.text not in self._expected:
                # One frame never says that an item is wrong: a soft tag was read as another valid number.
                self._others[read.text] = self._others.get(read.text, 0) + 1
                if self._others[read.text] < 2:
                    continue
            self.code_read.emit(read, QSize(columns, rows))

    def _not_seen(self, error: Exception) -> None:
        self._looking = False
        raise error
