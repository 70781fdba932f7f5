"""The station's sounds, loaded once: good is short, high and rising; bad is long, low and double.

Without an audio device everything is silent and nothing is said about it; each sound has a visual twin.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QLoggingCategory, QObject, QUrl

from inspection_station.locations import resources

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

log = logging.getLogger(__name__)

Sound = Literal["accept", "command", "shutter", "done", "warn", "error", "undo"]
SOUNDS: tuple[Sound, ...] = ("accept", "command", "shutter", "done", "warn", "error", "undo")
ERROR_FLOOR = 40
"""The stop sound is never quieter than this (percent) unless a lead sets another floor."""


def sound_server_present() -> bool:
    """Whether there is anything to ask for an audio device.

    Qt's back end on Linux complains aloud when no sound server answers, so its socket is looked for first.
    """
    if not sys.platform.startswith("linux") or os.environ.get("PULSE_SERVER"):
        return True
    folders = [Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"), Path("/run"), Path("/var/run")]
    sockets = [folder / name for folder in folders for name in ("pulse/native", "pipewire-0")]
    return any(socket.exists() for socket in sockets)


class Sounds(QObject):
    """Plays the station's sounds at one volume.

    Args:
        volume: 0–100.
        error_floor: the stop sound is never quieter than this, 0–100.
        device: False leaves the audio device alone (tests, benches without loudspeaker).
    """

    def __init__(
        self, volume: int = 80, *, error_floor: int = ERROR_FLOOR, device: bool = True, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._volume = 80
        self._error_floor = error_floor
        self._effects: dict[Sound, QSoundEffect] = {}
        if device:
            self._load()
        self.set_volume(volume)

    def _load(self) -> None:
        if not sound_server_present():
            log.info("no sound server: sounds are off")
            return
        # Missing libraries of sound servers are an ordinary state of a bench, not worth a line each.
        QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

            if QMediaDevices.defaultAudioOutput().isNull():
                log.info("no audio device: sounds are off")
                return
        except ImportError:
            log.info("no sound libraries: sounds are off")
            return
        for name in SOUNDS:
            path = resources() / "sounds" / f"{name}.wav"
            if path.exists():
                effect = QSoundEffect(self)
                effect.setSource(QUrl.fromLocalFile(str(path)))
                self._effects[name] = effect

    @property
    def available(self) -> bool:
        """True when there is a device and the sounds are loaded."""
        return bool(self._effects)

    @property
    def volume(self) -> int:
        """The volume set, 0–100."""
        return self._volume

    def set_volume(self, volume: int, error_floor: int | None = None) -> None:
        """Set the volume, and the stop sound's floor when given; values beyond 0–100 are brought back into it."""
        self._volume = max(0, min(100, volume))
        if error_floor is not None:
            self._error_floor = max(0, min(100, error_floor))
        for name, effect in self._effects.items():
            effect.setVolume(self.volume_of(name) / 100)

    def volume_of(self, sound: Sound) -> int:
        """The volume `sound` is played at, 0–100: the stop sound keeps its floor."""
        return max(self._volume, self._error_floor) if sound == "error" else self._volume

    def play(self, sound: Sound) -> None:
        """Play `sound` from its start; a sound still running is cut."""
        for effect in self._effects.values():
            if effect.isPlaying():
                effect.stop()
        if sound in self._effects:
            self._effects[sound].play()
