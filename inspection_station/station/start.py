"""What the window starts with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from inspection_station.devices.camera import Camera
from inspection_station.diagnostics import Diagnostics
from inspection_station.errors import StationProblem
from inspection_station.settings import Settings
from inspection_station.station.bench_area import Scene
from inspection_station.station.overlay import Overlay


@dataclass(frozen=True)
class Start:
    """What the window starts with.

    Attributes:
        camera: the bench's camera; `scene` the demo's script behind a simulated one.
        welcome: makes the demo's welcome card over the window; None outside the demo.
        kiosk: full screen.
        problems: faults found before the window that let the work go on (settings that cannot be); told in it.
        diagnostics: the running logs; `launch.run_station` starts them once the folder is taken.
    """

    settings: Settings
    folder: Path
    camera: Camera
    scene: Scene | None = None
    welcome: Callable[[QWidget], Overlay] | None = None
    kiosk: bool = False
    problems: tuple[StationProblem, ...] = ()
    diagnostics: Diagnostics | None = None

    @property
    def ended_cleanly(self) -> bool:
        """Whether the run before this one is known to have ended in order."""
        return self.diagnostics is not None and self.diagnostics.unclean_exit is None
