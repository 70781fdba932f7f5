"""A station's session taking photo after photo as the window does, to be killed: python shutter_child.py FOLDER SEED

On its output, unbuffered: ``shoot`` when the shutter is released, ``shown SHA-256`` when the screen shows that photo as
taken. Needs the project and its tests folder in PYTHONPATH.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication
from station_cases import PERSON, station_settings, tracking_number

from inspection_station.devices.camera import Frame
from inspection_station.evidence.imaging import encode_jpeg
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background
from inspection_station.station.notices import Notices
from inspection_station.station.session import Session
from inspection_station.workflows.inspecting import WantedShot

SHOTS = ("front", "tag", "close_up")


def say(line: str) -> None:
    """One line, at once."""
    os.write(1, f"{line}\n".encode())


class Shooting:
    """Releases the shutter as soon as the last photo is shown."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.background = Background(Notices())
        self.station = Station(station_settings(folder), folder, check=False)
        self.session = Session(self.station, self.background)
        self.session.photo_kept.connect(self.shown)
        self.session.shown.connect(self.begin)
        self.number = seed % 1000
        self.chance = np.random.default_rng(seed)
        self.begun = False
        self.session.begin(PERSON)
        self.session.scan(tracking_number(1))

    def begin(self, shown: object) -> None:
        """Shoot for the first time when the parcel lies open."""
        now = self.session.now
        if not self.begun and now is not None and now.state.case is not None:
            self.begun = True
            self.shoot()

    def shoot(self) -> None:
        """A picture that no other run takes; every other one comes from the camera as a JPEG."""
        self.number += 1
        rough = self.chance.integers(0, 256, (45, 60, 3), np.uint8)
        picture = np.kron(rough, np.ones((16, 16, 1), np.uint8))
        jpeg = encode_jpeg(picture) if self.number % 2 else None
        say("shoot")
        self.session.shoot(Frame(picture, time.monotonic(), jpeg), WantedShot(SHOTS[self.number % 3], False))

    def shown(self, shot: str) -> None:
        """The screen shows the photo in its strip."""
        now = self.session.now
        assert now is not None and now.state.case is not None
        say(f"shown {now.state.case.inspection.photos[-1].sha256}")
        self.shoot()


def main(folder: Path, seed: int) -> None:
    """Work until killed."""
    application = QCoreApplication([])
    shooting = Shooting(folder, seed)
    application.exec()
    shooting.background.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
