"""Believing a read: apart from reading, on a second ground only.

A read is *accepted* when it is a code the bench expects now, or when two engines agree on it, or (live, see
`FrameAgreement`) when two frames agree; anything else is a candidate to show. Even so one read that equals nothing
expected is never a finding: a blurred label has given another valid GTIN to both engines.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Collection, Container, Iterable, Sized
from dataclasses import dataclass, replace

from inspection_station.devices.barcodes.engines import EngineRead, Points
from inspection_station.devices.barcodes.symbologies import ARTICLE_NUMBERS, WEAKLY_CHECKED

ITF_LENGTHS = (14,)  # digits; ITF has no start that fits nothing else, a part of it reads as a shorter code
FEWEST_LINES = 3  # scan lines zbar must have read a weakly checked code on before its word counts
SHORTEST_FREE_TEXT = 4  # signs: a shorter Code 39, Codabar or ITF is as likely a pattern of something else


@dataclass(frozen=True)
class CodeRead:
    """One code found in a picture.

    Attributes:
        text: what it says; control characters such as GS (0x1D) kept.
        raw: its bytes before any character set was applied.
        symbology: Code128, Code39, Code93, ITF, EAN13, EAN8, UPCA, UPCE, Codabar, DataBar, DataBarLtd, DataBarExp,
            DataBarExpStk, QRCode, DataMatrix, PDF417 or another name of zxing-cpp.
        identifier: the AIM symbology identifier (``]C1`` = GS1-128).
        points: four corners (x, y) in pixels of the given picture.
        engine: "zxing" or "zbar": the one that read it first.
        accepted: False for a candidate, which is shown but never used.
        ms: milliseconds from the start of the call to this read.
    """

    text: str
    raw: bytes
    symbology: str
    identifier: str
    points: Points
    engine: str
    accepted: bool
    ms: float


def _article_number(text: str, symbology: str) -> str | None:
    """The 14 digits of an EAN or UPC code, the same however it was printed; None for other codes."""
    digits = text.strip()
    if symbology in ARTICLE_NUMBERS and digits.isascii() and digits.isdigit() and len(digits) <= 14:
        return digits.zfill(14)
    return None


def same_code(text: str, symbology: str) -> str:
    """The form in which two reads are compared: EAN and UPC as 14 digits, others NFKC and case-folded."""
    return _article_number(text, symbology) or unicodedata.normalize("NFKC", text).strip().casefold()


def is_expected(text: str, symbology: str, expected: Container[str]) -> bool:
    """True when `text` is one of `expected`, in any of the ways an article number is written.

    What is expected in capitals is also expected in small letters.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    forms = {text, plain, plain.upper()}
    number = _article_number(text, symbology)
    if number is not None:
        forms |= {number[-length:] for length in (8, 12, 13, 14) if not number[:-length].strip("0")}
    return any(form in expected for form in forms if form)


def expects_any(expected: Container[str]) -> bool:
    """False for an empty list of codes; what only looks codes up may always know one."""
    return not isinstance(expected, Sized) or len(expected) > 0


class Findings:
    """The reads of one picture so far, and which of them are accepted."""

    def __init__(self, expected: Container[str], itf_lengths: Collection[int]) -> None:
        self._started = time.perf_counter()
        self._expected = expected
        self._itf_lengths = itf_lengths
        self._reads: dict[str, CodeRead] = {}
        self._engines: dict[str, set[str]] = {}
        self._disputed: set[str] = set()

    def add(self, found: Iterable[EngineRead]) -> list[CodeRead]:
        """Take up what an engine read; gives the reads that were not known before and are not accepted yet."""
        new = []
        for read in found:
            key = same_code(read.text, read.symbology)
            if key not in self._reads:
                ms = (time.perf_counter() - self._started) * 1000
                self._reads[key] = CodeRead(
                    read.text, read.raw, read.symbology, read.identifier, read.points, read.engine, False, ms
                )
                new.append(key)
            engines = self._engines.setdefault(key, set())
            if read.engine == "zxing" or read.symbology not in WEAKLY_CHECKED or read.lines >= FEWEST_LINES:
                engines.add(read.engine)
            if not self._reads[key].accepted and self._believable(key):
                self._reads[key] = replace(self._reads[key], accepted=True)
        return [self._reads[key] for key in new if not self._reads[key].accepted]

    def _believable(self, key: str) -> bool:
        read = self._reads[key]
        if is_expected(read.text, read.symbology, self._expected):
            return True
        return len(self._engines[key]) > 1 and key not in self._disputed and self._has_fitting_length(read)

    def _has_fitting_length(self, read: CodeRead) -> bool:
        if read.symbology == "ITF":
            return len(read.text) in self._itf_lengths
        return len(read.text) >= SHORTEST_FREE_TEXT or read.symbology not in WEAKLY_CHECKED

    def dispute(self, read: CodeRead) -> None:
        """Take back an acceptance that rests on two engines only: another look read something else there."""
        key = same_code(read.text, read.symbology)
        self._disputed.add(key)
        if not is_expected(read.text, read.symbology, self._expected):
            self._reads[key] = replace(self._reads[key], accepted=False)

    def agreed_only(self, read: CodeRead) -> bool:
        """True for an accepted read of a weakly checked symbology that equals nothing expected."""
        now = self._reads[same_code(read.text, read.symbology)]
        weak = now.symbology in WEAKLY_CHECKED
        return now.accepted and weak and not is_expected(now.text, now.symbology, self._expected)

    @property
    def settled(self) -> bool:
        """True when nothing more needs to be tried: what is expected was read, or anything was accepted."""
        anything = not expects_any(self._expected)
        return any(
            read.accepted and (anything or is_expected(read.text, read.symbology, self._expected))
            for read in self._reads.values()
        )

    @property
    def likely(self) -> bool:
        """True when there is a read that is more than a pattern resembling a code."""
        return any(not self._is_doubtful(key) for key in self._reads)

    def _is_doubtful(self, key: str) -> bool:
        read = self._reads[key]
        too_short = read.symbology in WEAKLY_CHECKED and len(read.text) < SHORTEST_FREE_TEXT
        return not read.accepted and (key in self._disputed or too_short)

    def result(self) -> list[CodeRead]:
        """Expected reads first, then accepted ones, then likely ones, else in the order they were found."""

        def rank(key: str) -> tuple[bool, bool, bool]:
            read = self._reads[key]
            wanted = is_expected(read.text, read.symbology, self._expected)
            return not wanted, not read.accepted, self._is_doubtful(key)

        return [self._reads[key] for key in sorted(self._reads, key=rank)]

    def __bool__(self) -> bool:
        return bool(self._reads)


class FrameAgreement:
    """Accepts live reads on which two different frames within `seconds` agree.

    Feed it every frame's reads in order; it answers with the same reads, `accepted` where the second frame agreed.
    One object per stream; not for use from several threads at once.
    """

    def __init__(self, seconds: float = 1.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[tuple[str, str], float] = {}
        self._near: Points | None = None

    @property
    def near(self) -> Points | None:
        """Where the last frame that held a code had it: the place to look at first in the next one."""
        return self._near

    def frame(self, reads: Iterable[CodeRead], *, itf_lengths: Collection[int] = ITF_LENGTHS) -> list[CodeRead]:
        """The reads of the next frame, judged with what the frames before showed."""
        now = self._clock()
        self._seen = {key: at for key, at in self._seen.items() if now - at <= self._seconds}
        judged: dict[tuple[str, str], CodeRead] = {}
        for read in reads:
            key = (read.symbology, same_code(read.text, read.symbology))
            agreed = key in self._seen and (read.symbology != "ITF" or len(read.text) in itf_lengths)
            judged[key] = replace(read, accepted=read.accepted or agreed)
        self._seen.update(dict.fromkeys(judged, now))
        order = sorted(judged.values(), key=lambda read: not read.accepted)
        self._near = order[0].points if order else None
        return order

    def forget(self) -> None:
        """Start anew (another parcel lies on the bench)."""
        self._seen.clear()
        self._near = None
