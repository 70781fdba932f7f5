"""The stop sound cannot be turned off, and a bench without loudspeaker is silent without complaint."""

from __future__ import annotations

import pytest

from inspection_station.locations import resources
from inspection_station.station.sounds import SOUNDS, Sounds


@pytest.mark.parametrize(("volume", "error", "accept"), [(0, 40, 0), (39, 40, 39), (80, 80, 80), (250, 100, 100)])
def test_the_stop_sound_keeps_its_floor(qapp, volume: int, error: int, accept: int) -> None:
    sounds = Sounds(volume, device=False)
    assert (sounds.volume_of("error"), sounds.volume_of("accept")) == (error, accept)


def test_without_a_device_playing_does_nothing(qapp) -> None:
    sounds = Sounds(device=False)
    assert not sounds.available
    for sound in SOUNDS:
        sounds.play(sound)


def test_loading_says_nothing_whether_there_is_a_device_or_not(qapp, capfd) -> None:
    sounds = Sounds()
    sounds.play("error")
    assert capfd.readouterr().err == ""


def test_every_sound_is_shipped() -> None:
    assert all((resources() / "sounds" / f"{sound}.wav").exists() for sound in SOUNDS)
