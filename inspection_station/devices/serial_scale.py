"""A scale on a serial line: the weight that lies on it, told when it rests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from inspection_station.devices.scale_frames import FrameSplitter, ScaleFrame
from inspection_station.devices.serial_line import FIRST_WAIT, Line, LineState, SerialDevice, open_port, why_not
from inspection_station.errors import N_, StationProblem

RESTS_FOR = 0.5  # seconds without a change after which a weight counts, where the scale does not say that it rests
SILENT_AFTER = 2.0  # seconds without a frame: what was shown last is no weight any more


@dataclass(frozen=True)
class ScaleReading:
    """What the scale shows. `grams` is None when it shows nothing that can be weighed, or says nothing; `form` is the
    format it was told in, empty when it says nothing."""

    grams: int | None = None
    stable: bool = False
    form: str = field(default="", compare=False)


class Resting:
    """Makes readings of frames: a weight is stable when the scale says so, or when it has not changed for a while."""

    def __init__(self) -> None:
        self._grams: int | None = None
        self._since = 0.0
        self._heard = float("-inf")

    def take(self, frame: ScaleFrame, now: float) -> ScaleReading:
        """The reading after a frame that came at `now`, in seconds."""
        if frame.grams != self._grams or now - self._heard > SILENT_AFTER:
            self._grams, self._since = frame.grams, now
        self._heard = now
        rests = now - self._since >= RESTS_FOR if frame.stable is None else frame.stable
        return ScaleReading(frame.grams, frame.grams is not None and rests, frame.form)

    def is_silent(self, now: float) -> bool:
        """Whether nothing came for so long that the last reading counts no more."""
        return now - self._heard > SILENT_AFTER


def scale_unplugged() -> StationProblem:
    """The port is not there, or not any more."""
    return StationProblem("scale.absent", N_("Scale unplugged"), N_("Push the plug in, or type the weight"))


def open_scale(port: str, baud: int) -> Line:
    """Open a scale's port.

    Raises:
        StationProblem: ``scale.absent``, ``scale.denied``, ``scale.busy``.
    """
    try:
        return open_port(port, baud)
    except (OSError, ValueError) as error:
        reason = why_not(error)
    if reason == "absent":
        raise scale_unplugged()
    if reason == "denied":
        raise StationProblem(
            "scale.denied",
            N_("The scale's port {port} may not be used by this program"),
            N_("Close other programs that use it, or ask an administrator for the right to use it."),
            port=port,
        )
    raise StationProblem(
        "scale.busy",
        N_("Another program uses the scale's port {port}"),
        N_("Close the other program; the scale then connects by itself."),
        port=port,
    )


class SerialScale(SerialDevice):
    """Runs one scale that sends its weight by itself; `on_reading` is called on its thread when the reading changes.

    Args:
        open_line: opens the port; as `open_scale`.
        clock: seconds of a monotonic clock.
    """

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        *,
        on_reading: Callable[[ScaleReading], None],
        on_problem: Callable[[StationProblem], None] | None = None,
        on_state: Callable[[LineState], None] | None = None,
        open_line: Callable[[str, int], Line] = open_scale,
        first_wait: float = FIRST_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            "scale", port, baud, open_line=open_line, on_problem=on_problem, on_state=on_state, first_wait=first_wait
        )
        self._on_reading = on_reading
        self._clock = clock
        self._reading = ScaleReading()

    @property
    def reading(self) -> ScaleReading:
        """What the scale shows now."""
        return self._reading

    def _listen(self, line: Line, ending: threading.Event) -> None:
        splitter, resting = FrameSplitter(), Resting()
        try:
            while not ending.is_set():
                data = line.read(max(1, min(256, line.in_waiting)))
                now = self._clock()
                for frame in splitter.feed(data):
                    self._show(resting.take(frame, now), ending)
                if resting.is_silent(now):
                    self._show(ScaleReading(), ending)
        finally:
            self._show(ScaleReading(), ending)

    def _show(self, reading: ScaleReading, ending: threading.Event) -> None:
        if reading != self._reading:
            self._reading = reading
            if not ending.is_set():
                self._on_reading(reading)
