"""The bench's scale: what it shows now, and which load lies on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from inspection_station.devices.serial_line import LineState
from inspection_station.devices.serial_scale import ScaleReading, SerialScale, scale_unplugged
from inspection_station.errors import StationProblem
from inspection_station.settings.declarations import ScaleSettings
from inspection_station.station.background import Background

LEAST = 10  # grams; less is an empty scale
FAULTS = ("scale.absent", "scale.denied", "scale.busy")


class ScaleLine(Protocol):
    """What is used of a `SerialScale`."""

    def start(self) -> None:
        """Listen from now on."""

    def stop(self) -> bool:
        """Let the port go."""


class BenchScale(QObject):
    """Listens to the scale of the settings; without one it shows nothing and everything else goes on.

    Signals:
        changed(): `reading` or `state` is another one.
        rested(int): a load came to rest; its weight in grams.
        lost(StationProblem): the plug was pulled while it was in use.

    Attributes:
        reading: what the scale shows now.
        state: live, lost, absent, or an empty text when none is in use.
        problem: why its port cannot be opened; None while it can, or nobody tried yet.
        load: counts what was put on the empty scale: the same number means the same load.
    """

    changed = Signal()
    rested = Signal(int)
    lost = Signal(object)
    _told = Signal(object, object)

    def __init__(
        self, background: Background, parent: QObject | None = None, *,
        make_line: Callable[..., ScaleLine] = SerialScale,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._background, self._make_line = background, make_line
        self._line: ScaleLine | None = None
        self._used: tuple[str, int] = ("", 0)
        self._loaded = False
        self.reading, self.state, self.load = ScaleReading(), "", 0
        self.problem: StationProblem | None = None
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)  # from the scale's thread

    @property
    def resting(self) -> int:
        """The weight in grams of the load that rests on it; 0 while it is empty, moves or says nothing."""
        grams = self.reading.grams
        return grams if grams is not None and self.reading.stable and grams >= LEAST else 0

    def use(self, settings: ScaleSettings) -> None:
        """Listen to the scale of these settings; a line that stays the same is left alone."""
        wanted = (settings.port, settings.baud) if settings.in_use and settings.port else ("", 0)
        if wanted == self._used:
            return
        self._used = wanted
        old, self._line = self._line, None
        self.problem = None
        self._become("absent" if wanted[0] else "")
        self._show(ScaleReading())
        port, baud = wanted

        def begin(_ended: bool) -> None:
            if port and self._used == wanted and self._line is None:
                tell = partial(self._told.emit, wanted)
                self._line = self._make_line(port, baud, on_reading=tell, on_problem=tell, on_state=tell)
                self._line.start()

        if old is None:
            begin(True)
        else:
            self._background.run(old.stop, begin, lane="photo")

    def stop(self) -> None:
        """Let the scale go."""
        line, self._line = self._line, None
        self._used = ("", 0)
        if line is not None:
            line.stop()

    def _take(self, source: tuple[str, int], told: ScaleReading | StationProblem | LineState) -> None:
        """What a line says; one that is not in use any more is not heard."""
        if source != self._used:
            return
        if isinstance(told, ScaleReading):
            self._show(told)
        elif isinstance(told, StationProblem):
            self.problem = told
            self.changed.emit()
        else:
            self._become(told)

    def _show(self, reading: ScaleReading) -> None:
        rested = self.resting
        self.reading = reading
        if reading.grams is not None:  # silence changes nothing: what lies there may still lie there
            loaded = reading.grams >= LEAST
            self.load += loaded and not self._loaded
            self._loaded = loaded
        self.changed.emit()
        if self.resting and self.resting != rested:
            self.rested.emit(self.resting)

    def _become(self, state: LineState | str) -> None:
        if state == self.state:
            return
        self.state = state
        if state == "live":
            self.problem = None
        elif state == "lost":
            self.lost.emit(scale_unplugged())
        self.changed.emit()
