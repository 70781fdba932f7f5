"""Make the station's seven sounds: python resources/sounds/make_sounds.py [OUT]

Mono 44.1 kHz 16-bit WAV, sine tones with 5 ms fades, peak -3 dBFS; the shutter is a burst of noise between 2 and
5 kHz. Good is short, high and rising, bad is long, low and double, so that nobody takes one for the other. Nothing
but the standard library's arithmetic is used, so the same bytes come out on every machine.
"""

from __future__ import annotations

import io
import math
import random
import struct
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

RATE = 44_100  # samples per second
PEAK = 10 ** (-3 / 20)  # -3 dBFS
FADE_MS = 5
NOISE_SEED = 20261121

Tone = tuple[int, int]
"""Frequency in Hz (0 is silence) and length in ms."""

TONES: dict[str, tuple[Tone, ...]] = {
    "accept": ((1319, 60), (1760, 90)),
    "command": ((1047, 50), (1319, 50)),
    "done": ((1047, 70), (1319, 70), (1568, 120)),
    "warn": ((660, 140), (0, 60), (660, 140)),
    "error": ((220, 260), (0, 80), (220, 420)),
    "undo": ((784, 70), (523, 90)),
}
SHUTTER_MS = 35
SHUTTER_BAND = (2000, 5000)  # Hz


def faded(samples: list[float]) -> list[float]:
    """`samples` with a raised-cosine fade of 5 ms at both ends, so that the loudspeaker does not click."""
    length = RATE * FADE_MS // 1000
    out = list(samples)
    for i in range(min(length, len(out))):
        gain = 0.5 - 0.5 * math.cos(math.pi * i / length)
        out[i] *= gain
        out[-1 - i] *= gain
    return out


def tones(parts: Sequence[Tone]) -> list[float]:
    """The tones one after another, each faded, between -1 and 1."""
    out: list[float] = []
    for frequency, milliseconds in parts:
        count = RATE * milliseconds // 1000
        step = 2 * math.pi * frequency / RATE
        out += faded([math.sin(step * i) for i in range(count)]) if frequency else [0.0] * count
    return out


def _filter(samples: list[float], frequency: float, high: bool) -> list[float]:
    """Second-order Butterworth high-pass or low-pass (bilinear transform)."""
    w = 2 * math.pi * frequency / RATE
    alpha, cosine = math.sin(w) / math.sqrt(2), math.cos(w)
    middle = -(1 + cosine) if high else 1 - cosine
    outer = abs(middle) / 2
    a0, a1, a2 = 1 + alpha, -2 * cosine, 1 - alpha
    x1 = x2 = y1 = y2 = 0.0
    out: list[float] = []
    for x in samples:
        y = (outer * x + middle * x1 + outer * x2 - a1 * y1 - a2 * y2) / a0
        x2, x1, y2, y1 = x1, x, y1, y
        out.append(y)
    return out


def shutter() -> list[float]:
    """A burst of noise in the shutter's band; the filters run in twice the length and only the end is kept."""
    noise = random.Random(NOISE_SEED)
    count = RATE * SHUTTER_MS // 1000
    samples = [noise.uniform(-1, 1) for _ in range(count * 2)]
    for _ in range(3):
        samples = _filter(_filter(samples, SHUTTER_BAND[0], True), SHUTTER_BAND[1], False)
    return faded(samples[count:])


def wav(samples: list[float]) -> bytes:
    """A WAV file of `samples`, raised or lowered so that the peak is at -3 dBFS."""
    gain = PEAK * 32767 / max(abs(sample) for sample in samples)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *(round(sample * gain) for sample in samples)))
    return out.getvalue()


def make() -> dict[str, bytes]:
    """All sounds by name, as WAV files."""
    sounds = {name: wav(tones(parts)) for name, parts in TONES.items()}
    sounds["shutter"] = wav(shutter())
    return sounds


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    for sound, content in make().items():
        (target / f"{sound}.wav").write_bytes(content)
        print(f"{sound}.wav  {len(content)} bytes")
