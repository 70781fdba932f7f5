"""The sounds are what the design says, and the files are what the script makes."""

from __future__ import annotations

import importlib.util
import io
import sys
import wave
from types import ModuleType

import numpy as np
import pytest

from inspection_station.locations import resources

SOUNDS = resources() / "sounds"
NAMES = ("accept", "command", "shutter", "done", "warn", "error", "undo")


@pytest.fixture(scope="module")
def make_sounds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sounds", SOUNDS / "make_sounds.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_sounds"] = module
    spec.loader.exec_module(module)
    return module


def samples(name: str) -> np.ndarray:
    with wave.open(io.BytesIO((SOUNDS / f"{name}.wav").read_bytes())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def strongest_frequency(part: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 65536))
    return float(spectrum.argmax() * 44_100 / 65536)


def test_making_them_again_gives_the_same_bytes(make_sounds: ModuleType) -> None:
    made = make_sounds.make()
    assert sorted(made) == sorted(NAMES)
    for name, content in made.items():
        assert content == (SOUNDS / f"{name}.wav").read_bytes(), name


@pytest.mark.parametrize("name", NAMES)
def test_peak_is_minus_three_decibels_and_both_ends_are_silent(name: str) -> None:
    sound = samples(name)
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-3, abs=0.02)
    assert abs(sound[0]) < 0.01 and abs(sound[-1]) < 0.01


def test_accept_rises_and_error_is_long_low_and_double() -> None:
    accept, error = samples("accept"), samples("error")
    assert strongest_frequency(accept[:2646]) == pytest.approx(1319, abs=8)
    assert strongest_frequency(accept[2646:]) == pytest.approx(1760, abs=8)
    assert len(error) == 44_100 * 760 // 1000
    assert strongest_frequency(error) == pytest.approx(220, abs=3)
    assert np.abs(error[44_100 * 265 // 1000 : 44_100 * 335 // 1000]).max() == 0


def test_the_shutter_is_noise_between_two_and_five_kilohertz() -> None:
    sound = samples("shutter")
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / 44_100)
    assert power[(hertz > 1800) & (hertz < 5500)].sum() / power.sum() > 0.9
    assert len(sound) == 44_100 * 35 // 1000
