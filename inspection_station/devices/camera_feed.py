"""The thread that owns a camera: keeps the newest picture, notices when there is none, and connects again by itself."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from inspection_station.devices.camera import Camera, Frame, camera_absent, camera_lost
from inspection_station.errors import StationProblem

log = logging.getLogger(__name__)

CameraState = Literal["live", "lost", "absent"]
"""live: pictures come. lost: they came and stopped. absent: none came since the start."""

FIRST_WAIT = 0.25  # seconds before a camera is tried again; doubled each time up to LONGEST_WAIT
LONGEST_WAIT = 1.0  # with connecting and the first picture this keeps the return of a camera within 3 s
PATIENCE = 1.0  # seconds without a picture after which a camera counts as lost though its driver still waits
STOP_WITHIN = 0.9  # seconds
COUNTED = 2.0  # seconds over which pictures are counted for their rate
PLAIN = ("camera.absent", "camera.lost")  # problems that say no more than the state does


class CameraFeed:
    """Runs one camera on one thread. Its methods never wait for the device and may be called from any thread.

    `on_state` is called with another state, and with the same one when the reason why there is no picture is another
    (see `problem`). It and `on_frame` are called on the camera's thread (`on_state` also on a thread that asks and
    finds the pictures too old); they MUST return quickly and MUST not touch widgets. Each frame carries `place`, the
    name of this camera's place at the bench.
    """

    def __init__(
        self,
        camera: Camera,
        on_state: Callable[[CameraState], None] | None = None,
        on_frame: Callable[[Frame], None] | None = None,
        *,
        place: str = "",
        patience: float = PATIENCE,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self.camera = camera
        self._on_state = on_state
        self._on_frame = on_frame
        self.place = place
        self._patience = patience
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._state: CameraState = "absent"
        self._problem: StationProblem | None = None
        self._arrived = 0.0
        self._arrivals: deque[float] = deque(maxlen=500)
        self._seen = False
        self._ending = threading.Event()
        self._knock = threading.Event()  # do not wait for the next try
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start delivering; harmless when it runs already. A feed that was stopped starts anew."""
        with self._lock:
            if self._thread is not None:
                return
            self._ending = threading.Event()
            self._knock.clear()
            self._thread = threading.Thread(
                target=self._run, args=(self._ending,), name=f"camera {self.camera.name}", daemon=True
            )
            self._thread.start()

    def stop(self) -> bool:
        """End the thread and let the device go, within a second.

        False when the driver did not come back in that time: the thread then ends by itself when it does, and a new
        `CameraFeed` should be used.
        """
        with self._lock:
            thread, self._thread = self._thread, None
            self._ending.set()
            self._knock.set()
            self._frame = None
        if thread is None or thread is threading.current_thread():
            return True
        self.camera.interrupt()
        thread.join(STOP_WITHIN)
        return not thread.is_alive()

    def try_now(self) -> None:
        """Look for a camera that is gone at once instead of at the next turn: somebody put the plug in."""
        self._knock.set()

    @property
    def state(self) -> CameraState:
        """Whether pictures come now."""
        self._notice_silence()
        return self._state

    @property
    def problem(self) -> StationProblem | None:
        """Why there is no picture now, as far as it is known; None while pictures come."""
        state = self.state
        with self._lock:
            known = self._problem
        if state == "live":
            return None
        if known is not None and known.code not in PLAIN:
            return known
        return camera_lost() if state == "lost" else camera_absent()

    @property
    def refusals(self) -> tuple[StationProblem, ...]:
        """What was asked of the camera and it does not do; see `Camera.refusals`."""
        return self.camera.refusals if self.state == "live" else ()

    def latest(self) -> Frame | None:
        """The newest picture; None while there is no current one, so that no old picture is taken for a new one."""
        self._notice_silence()
        with self._lock:
            return self._frame

    @property
    def rate(self) -> float:
        """Pictures a second that came in the last two seconds; 0 while there is none or only one yet."""
        since = time.monotonic() - COUNTED
        with self._lock:
            times = [at for at in self._arrivals if at >= since] if self._state == "live" else []
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 and times[-1] > times[0] else 0.0

    def _notice_silence(self) -> None:
        with self._lock:
            silent = self._state == "live" and time.monotonic() - self._arrived > self._patience
        if silent:
            self._become("lost")

    def _become(self, state: CameraState) -> None:
        with self._lock:
            if state != "live":
                self._frame = None
                self._arrivals.clear()
            if state == self._state:
                return
            self._state = state
            self._seen = self._seen or state == "live"
        log.info("camera %s: %s", self.camera.name, state)
        if self._on_state is not None and not self._ending.is_set():
            self._on_state(state)

    def _run(self, ending: threading.Event) -> None:
        wait = self._first_wait
        try:
            while not ending.is_set():
                try:
                    if self._opened() and self._deliver(ending):
                        wait = self._first_wait
                except Exception:
                    # A bug, ours or a driver's: written down, and the camera tried again rather than gone for good.
                    log.exception("camera %s", self.camera.name)
                self._let_go()
                if ending.is_set():
                    break
                self._become("lost" if self._seen else "absent")
                if self._knock.wait(wait):
                    self._knock.clear()
                wait = min(LONGEST_WAIT, wait * 2)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        try:
            self.camera.close()
        except Exception:
            # A driver that cannot even let go must not take the camera away for good.
            log.exception("camera %s", self.camera.name)

    def _opened(self) -> bool:
        try:
            self.camera.open()
        except StationProblem as problem:
            self._note(problem)
            return False
        return True

    def _note(self, problem: StationProblem | None) -> None:
        with self._lock:
            before, self._problem = self._problem, problem
            state = self._state
        if problem is None or (before is not None and before.code == problem.code):
            return
        log.info("camera %s: %s", self.camera.name, problem.code)
        if problem.code not in PLAIN and state != "live" and self._on_state is not None and not self._ending.is_set():
            self._on_state(state)

    def _deliver(self, ending: threading.Event) -> bool:
        """Hand on pictures until there are no more; True when there was one."""
        any_came = False
        while not ending.is_set():
            try:
                frame = self.camera.read()
            except StationProblem as problem:
                self._note(problem)
                break
            if frame is None:
                self._note(None)
                break
            any_came = True
            if self.place:
                frame = replace(frame, place=self.place)
            with self._lock:
                if ending.is_set():
                    break
                self._frame, self._problem = frame, None
                self._arrived = time.monotonic()
                self._arrivals.append(self._arrived)
            self._become("live")
            if self._on_frame is not None:
                self._on_frame(frame)
        return any_came
