"""Codes in a picture: read by whatever reads them, accepted only on a second ground.

Reading and believing are apart. A read is *accepted* when it is a code the bench expects now, or when two engines
agree on it, or (live, see `FrameAgreement`) when two frames agree; anything else is a candidate to show. Even so one
read that equals nothing expected is never a finding: a blurred label has given another valid GTIN to both engines.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from inspection_station.devices.barcode_engines import (
    EngineRead,
    Grey,
    Points,
    has_zbar,
    read_with_zbar,
    read_with_zxing,
)
from inspection_station.devices.barcode_regions import CodeRegion, cut_out, find_regions
from inspection_station.on_first_use import on_first_use
from inspection_station.picture_files import LARGEST_PICTURE_PIXELS, Picture

if TYPE_CHECKING:
    import cv2
    import numpy as np
else:
    cv2 = on_first_use("cv2")
    np = on_first_use("numpy")

__all__ = ["ITF_LENGTHS", "CodeRead", "FrameAgreement", "has_zbar", "read_codes"]

ITF_LENGTHS = (14,)  # digits; ITF has no start that fits nothing else, a part of it reads as a shorter code
LARGE_SIDE = 1000  # from this longer side on, looking at the likely places first is cheaper than the whole picture
SMALL_SIDE = 700  # up to this longer side the whole picture is also tried enlarged
THIN_REGION = 1200  # pixels: regions narrower than this are enlarged twice
TALL_SIDE = 2600  # pictures with a longer side are looked at in half size first
WEAK_CHECKS = frozenset({"EAN13", "EAN8", "UPCA", "UPCE", "ITF", "Codabar", "Code39"})
"""Symbologies whose one check digit, or none, lets a blurred code pass as another one."""


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
    if symbology in ("EAN13", "EAN8", "UPCA", "UPCE") and digits.isascii() and digits.isdigit() and len(digits) <= 14:
        return digits.zfill(14)
    return None


def same_code(text: str, symbology: str) -> str:
    """The form in which two reads are compared: EAN and UPC as 14 digits, others NFKC and case-folded."""
    return _article_number(text, symbology) or unicodedata.normalize("NFKC", text).strip().casefold()


def _is_expected(text: str, symbology: str, expected: Collection[str]) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    forms = {text, plain, plain.upper()}
    number = _article_number(text, symbology)
    if number is not None:
        forms |= {number[-length:] for length in (8, 12, 13, 14) if not number[:-length].strip("0")}
    return any(form in expected for form in forms if form)


class _Findings:
    """The reads of one picture so far, and which of them are accepted."""

    def __init__(self, expected: Collection[str], itf_lengths: Collection[int]) -> None:
        self._started = time.perf_counter()
        self._expected = expected
        self._itf_lengths = itf_lengths
        self._reads: dict[str, CodeRead] = {}
        self._engines: dict[str, set[str]] = {}
        self._disputed: set[str] = set()

    def add(self, found: Iterable[EngineRead]) -> None:
        for read in found:
            key = same_code(read.text, read.symbology)
            engines = self._engines.setdefault(key, set())
            engines.add(read.engine)
            if key not in self._reads:
                ms = (time.perf_counter() - self._started) * 1000
                self._reads[key] = CodeRead(
                    read.text, read.raw, read.symbology, read.identifier, read.points, read.engine, False, ms
                )
            if not self._reads[key].accepted and self._believable(key, engines):
                self._reads[key] = replace(self._reads[key], accepted=True)

    def _believable(self, key: str, engines: set[str]) -> bool:
        read = self._reads[key]
        if _is_expected(read.text, read.symbology, self._expected):
            return True
        if read.symbology == "ITF" and len(read.text) not in self._itf_lengths:
            return False
        return len(engines) > 1 and key not in self._disputed

    def dispute(self, read: CodeRead) -> None:
        """Take back an acceptance that rests on two engines only: a third look read something else there."""
        key = same_code(read.text, read.symbology)
        self._disputed.add(key)
        if not _is_expected(read.text, read.symbology, self._expected):
            self._reads[key] = replace(read, accepted=False)

    @property
    def settled(self) -> bool:
        """True when nothing more needs to be tried."""
        return any(read.accepted and not self._is_weak_agreement(read) for read in self._reads.values())

    def _is_weak_agreement(self, read: CodeRead) -> bool:
        return bool(self._expected) and not _is_expected(read.text, read.symbology, self._expected)

    @property
    def unsure(self) -> list[CodeRead]:
        """Candidates that only a second engine could confirm."""
        return [read for read in self._reads.values() if not read.accepted]

    @property
    def agreed_only(self) -> list[CodeRead]:
        """Accepted reads of weakly checked symbologies that equal nothing expected."""
        return [
            read
            for read in self._reads.values()
            if read.accepted
            and read.symbology in WEAK_CHECKS
            and not _is_expected(read.text, read.symbology, self._expected)
        ]

    def result(self) -> list[CodeRead]:
        """Accepted reads first, else in the order they were found."""
        return sorted(self._reads.values(), key=lambda read: not read.accepted)

    def __bool__(self) -> bool:
        return bool(self._reads)


def _grey(image: Picture) -> Grey:
    if image.ndim == 3 and image.shape[2] >= 3:
        return cast(Grey, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY if image.shape[2] == 3 else cv2.COLOR_BGRA2GRAY))
    return cast(Grey, np.ascontiguousarray(image.reshape(image.shape[:2])))


def _scaled(reads: list[EngineRead], factor: float) -> list[EngineRead]:
    """`reads` with their points multiplied by `factor`."""
    return [
        replace(read, points=cast(Points, tuple((round(x * factor), round(y * factor)) for x, y in read.points)))
        for read in reads
    ]


Engine = Callable[[Grey], list[EngineRead]]


def _in_region(
    grey: Grey,
    region: CodeRegion,
    engine: Engine,
    scale: float | None = None,
    treat: Callable[[Grey], Grey] | None = None,
) -> list[EngineRead]:
    if scale is None:
        scale = 2.0 if max(region.width, region.height) < THIN_REGION else 1.0
    crop = cut_out(grey, region, scale)
    reads = engine(treat(crop.image) if treat else crop.image)
    return [replace(read, points=crop.points_in_picture(read.points)) for read in reads]


def _evened(grey: Grey) -> Grey:
    """Local contrast brought up (dark corners, grey print, glare)."""
    return cast(Grey, cv2.createCLAHE(3.0, (8, 8)).apply(grey))


def _sharpened(grey: Grey) -> Grey:
    return cast(Grey, cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 3), -1.5, 0))


def _resized(grey: Grey, factor: float) -> Grey:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cast(Grey, cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how))


def _steps(grey: Grey, thorough: bool) -> Iterator[Callable[[_Findings], list[EngineRead]]]:
    """What to try, the most promising and cheapest first; the caller stops when a read is accepted."""
    longer = max(grey.shape)
    regions: list[CodeRegion] = []

    def places() -> list[CodeRegion]:
        if not regions:
            regions.extend(find_regions(grey))
        return regions

    def everywhere(engine: Engine, **how: object) -> list[EngineRead]:
        return [read for region in places() for read in _in_region(grey, region, engine, **how)]  # type: ignore[arg-type]

    def confirm(findings: _Findings) -> list[EngineRead]:
        return [read for candidate in findings.unsure for read in _look_again(grey, candidate, read_with_zbar)]

    if longer >= LARGE_SIDE:
        yield lambda _: everywhere(read_with_zxing)
        yield confirm
    if longer >= TALL_SIDE:
        yield lambda _: _scaled(read_with_zxing(_resized(grey, 0.5)), 2.0)
        yield confirm
    yield lambda found: [] if found and longer >= LARGE_SIDE and not thorough else read_with_zxing(grey)
    yield confirm
    if not thorough:
        return
    if longer < LARGE_SIDE:
        yield lambda found: [] if found else everywhere(read_with_zxing)
        yield confirm
    yield lambda found: [] if found else everywhere(read_with_zbar)
    yield lambda found: [] if found else read_with_zbar(grey)
    yield lambda found: [] if found else everywhere(read_with_zxing, treat=_sharpened)
    if longer <= SMALL_SIDE:
        yield lambda found: [] if found else read_with_zxing(_evened(grey))
        yield lambda found: [] if found else _scaled(read_with_zxing(_resized(grey, 2.0)), 0.5)
        yield confirm


def _look_again(grey: Grey, read: CodeRead, engine: Engine, scale: float = 1.0) -> list[EngineRead]:
    """Read once more the place where `read` was found."""
    points = np.array(read.points, np.float32)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.15 * float(np.max(high - low)) + 12
    rows, columns = grey.shape
    left, top = (max(0, int(value - margin)) for value in low)
    right, bottom = min(columns, int(high[0] + margin)), min(rows, int(high[1] + margin))
    part = grey[top:bottom, left:right]
    if min(part.shape) < 8:
        return []
    reads = engine(_resized(part, scale) if scale != 1.0 else part)
    return [
        replace(
            one, points=cast(Points, tuple((round(x / scale) + left, round(y / scale) + top) for x, y in one.points))
        )
        for one in reads
    ]


def read_codes(
    image: Picture,
    expected: Collection[str] = (),
    *,
    itf_lengths: Collection[int] = ITF_LENGTHS,
    thorough: bool = True,
) -> list[CodeRead]:
    """All codes found in a still or a frame, accepted ones first.

    Stops as soon as a read is accepted: other codes in the picture may then be missing from the result.

    Args:
        image: rows × columns × 3 (blue, green, red) or rows × columns, 8 bits.
        expected: the codes the bench expects now; a set, when there are many.
        itf_lengths: lengths in digits at which an ITF code may be accepted without being expected.
        thorough: False for live frames: only the two cheapest steps.

    Raises:
        ValueError: the array is no 8-bit picture or larger than pictures may be.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise ValueError("a picture is an array of 8-bit grey or blue, green, red")
    if image.shape[0] * image.shape[1] > LARGEST_PICTURE_PIXELS:
        raise ValueError("the picture has more pixels than a picture may have")
    if min(image.shape[:2]) < 8:
        return []
    grey = _grey(image)
    findings = _Findings(expected, itf_lengths)
    for step in _steps(grey, thorough):
        findings.add(step(findings))
        if findings.settled:
            break
    for read in findings.agreed_only:
        # Both engines can misread the same soft bars; enlarged they then usually read as something else.
        others = {same_code(one.text, one.symbology) for one in _look_again(grey, read, read_with_zxing, 2.0)}
        if others - {same_code(read.text, read.symbology)}:
            findings.dispute(read)
    return findings.result()


class FrameAgreement:
    """Accepts live reads on which two different frames within `seconds` agree.

    Feed it every frame's reads in order; it answers with the same reads, `accepted` where the second frame agreed.
    One object per stream; not for use from several threads at once.
    """

    def __init__(self, seconds: float = 1.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[tuple[str, str], float] = {}

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
        return sorted(judged.values(), key=lambda read: not read.accepted)

    def forget(self) -> None:
        """Start anew (another parcel lies on the bench)."""
        self._seen.clear()
