"""What scales send by themselves, again and again: weights read from the usual continuous formats, told apart by form.

- Lines of text: ``ST,GS,+00001.234kg`` (CAS, A&D and others: ST stable, US in motion, OL too heavy), ``S S  1234.5 g``
  (MT-SICS, the answers to SI and SIR), ``wn001.234kg`` (Yaohua XK3190-A12E), or a number with its unit.
- ``STX`` sign, six digits, how many of them are decimals, two characters of XOR, ``ETX`` (Yaohua XK3190-A9, 耀华).
- ``=`` and the display's characters from the last to the first, such as ``=432.1000`` (Yaohua XK3190-A12 and others).
- ``STX``, three status bytes, six digits of weight, six of tare, ``CR`` (Mettler Toledo continuous output).

What does not say so itself is in kilograms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

MOST_BYTES = 512  # that are held while a frame is not whole
MOST_GRAMS = 2_000_000
STX, ETX, CR = 0x02, 0x03, 0x0D
_YAOHUA, _METTLER, _REVERSED = 12, 17, 9  # bytes of a frame
_GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "lb": Decimal("453.59237"), "t": Decimal(1_000_000)}
_TEXT = re.compile(
    r"(?P<state>ST|US|OL|S [SDI+-]|SI|[SD](?= )|w[nwt])?[, ]*(?:(?:GS|NT|TR|G|N)[, ])?[, ]*"
    r"(?P<number>[+-]? *\d{0,8}(?:\.\d{1,6})?) *(?P<unit>kg|g|lb|t)?",
    re.IGNORECASE,
)
_IN_MOTION = frozenset({"US", "S D", "D", "SD"})
_NO_WEIGHT = frozenset({"OL", "S I", "SI", "S +", "S -"})
_SICS = frozenset({"S S", "S D", "S I", "SI", "S +", "S -", "S", "D"})
_BACKWARDS = re.compile(rb"=([0-9. -]{6,8})")


@dataclass(frozen=True)
class ScaleFrame:
    """One weight as a scale sent it. `stable` is None where the format does not say; `grams` None: too heavy or too
    light to weigh. `form` names the format."""

    grams: int | None
    stable: bool | None = None
    form: str = field(default="", compare=False)


class FrameSplitter:
    """Makes frames of the bytes of a line; never holds more than `MOST_BYTES`. What is no frame is passed over."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[ScaleFrame]:
        """The frames that `data` completes, in order."""
        self._held += data
        found = list(self._frames())
        del self._held[:-MOST_BYTES]
        return found

    def _frames(self) -> Iterator[ScaleFrame]:
        while self._held:
            size, frame = self._next()
            if not size:
                return
            del self._held[:size]
            if frame is not None:
                yield frame

    def _next(self) -> tuple[int, ScaleFrame | None]:
        """How many bytes the first frame (or what is none) takes, 0 while more must come; and the frame."""
        held = self._held
        if held[0] == STX:
            return self._binary()
        if held[0] == ord("="):
            if len(held) < _REVERSED:
                return 0, None
            found = _BACKWARDS.match(held)
            return (found.end(), _reversed(found[1])) if found else (1, None)
        end = next((place for place, byte in enumerate(held) if byte in b"\r\n\x02="), None)
        if end is None:
            return 0, None
        line = bytes(held[:end])
        return end + (held[end] in b"\r\n"), _text_frame(line) if held[end] in b"\r\n" else None

    def _binary(self) -> tuple[int, ScaleFrame | None]:
        held = self._held
        if len(held) >= _YAOHUA and held[_YAOHUA - 1] == ETX:
            return _YAOHUA, _yaohua(bytes(held[:_YAOHUA]))
        if len(held) < _METTLER:
            return 0, None
        if held[_METTLER - 1] == CR:
            return _METTLER, _mettler(bytes(held[:_METTLER]))
        return 1, None  # STX before a line of text, or noise


def _weight(number: str, unit: str, stable: bool | None, form: str) -> ScaleFrame | None:
    grams = (Decimal(number) * _GRAMS[unit]).quantize(Decimal(1), ROUND_HALF_UP)
    return ScaleFrame(int(grams), stable, form) if abs(grams) <= MOST_GRAMS else None


def _text_frame(line: bytes) -> ScaleFrame | None:
    try:
        text = line.decode("ascii").strip()
    except UnicodeDecodeError:
        return None
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    state = (found["state"] or "").upper()
    form = "mt_sics" if state in _SICS else "text"
    if state in _NO_WEIGHT:
        return ScaleFrame(None, form=form)
    number = found["number"].replace(" ", "")
    if not any(one.isdigit() for one in number):
        return None
    stable = None if not state or state.startswith("W") else state not in _IN_MOTION
    return _weight(number, (found["unit"] or "kg").lower(), stable, form)


def _yaohua(frame: bytes) -> ScaleFrame | None:
    check = 0
    for byte in frame[1:9]:
        check ^= byte
    told = bytes(half + (0x30 if half <= 9 else 0x37) for half in (check >> 4, check & 15))
    sign, digits, decimals = frame[1:2], frame[2:8], frame[8:9]
    if told != frame[9:11] or sign not in b"+-" or not digits.isdigit() or not decimals.isdigit():
        return None
    number = Decimal(digits.decode()).scaleb(-int(decimals))
    return _weight(f"{sign.decode()}{number}", "kg", None, "yaohua")


def _reversed(characters: bytes) -> ScaleFrame | None:
    number = characters.decode("ascii")[::-1].replace(" ", "")
    return _weight(number, "kg", None, "reversed") if re.fullmatch(r"-?\d+(\.\d+)?", number) else None


def _mettler(frame: bytes) -> ScaleFrame | None:
    """Status A: bits 0-2 the decimal point; B: 1 negative, 2 out of range, 3 in motion, 4 kilograms; C: bits 0-2 1 for
    grams. Bit 5 of each is set, bits 6 and 7 may be anything (parity)."""
    first, second, third = frame[1:4]
    digits = frame[4:10].decode("latin-1").strip()
    if not (first & 0x20 and second & 0x20 and third & 0x20) or not digits.isascii() or not digits.isdigit():
        return None
    if second & 0x04:
        return ScaleFrame(None, form="mettler")
    number = Decimal(digits).scaleb(2 - (first & 0x07))
    unit = "g" if third & 0x07 == 1 else "kg" if second & 0x10 else "lb"
    sign = "-" if second & 0x02 else ""
    return _weight(f"{sign}{number:f}", unit, not second & 0x08, "mettler")
