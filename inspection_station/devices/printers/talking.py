"""A printer that is spoken to in its own language over a line: it is asked, gets a label, and is asked again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Literal, Protocol

from inspection_station.devices.printers import vocabulary
from inspection_station.devices.printers.bitmap import read_bitmap
from inspection_station.devices.printers.description import Media
from inspection_station.devices.printers.languages import Language
from inspection_station.devices.printers.vocabulary import (
    SILENT,
    PrinterStatus,
    PrintJob,
    PrintOutcome,
    broke_off,
    lost,
    reason_of,
)
from inspection_station.errors import StationProblem

LARGEST_ANSWER = 4096  # bytes; of any language
PIECE = 65536  # bytes given to a line at once
PARTING = 0.2  # seconds; for a printer that has everything to close the line
HELD_BY_THE_SYSTEM = 4096  # bytes that a system takes from a program before a slow line has them


class PartlyTaken(TimeoutError):
    """The time is over, and how much of the last piece was taken is not known."""


class Line(Protocol):
    """An open way to a printer. All raise OSError (TimeoutError when the time is over)."""

    def write_some(self, data: bytes, seconds: float) -> int:
        """Give at least one byte to the other side, or wait `seconds` for it to take one; how many were taken."""

    def read_some(self, seconds: float) -> bytes:
        """What the printer says within `seconds`; b"" when it says nothing or has closed the line."""

    def finish(self, seconds: float) -> None:
        """Say that nothing more comes, and wait until the other side has everything; raises when it has not."""

    def close(self) -> None:
        """Let the line go."""


@dataclass(frozen=True)
class Patience:
    """How long a printer is waited for, seconds.

    Attributes:
        send: for all of a label to be taken.
        finish: for the last bytes to be taken, and for the line to be closed by the printer; many never do.
        first_answer: for an answer of a printer that has not answered yet; many never do.
        answer: for an answer of a printer that has answered before.
        a_byte: what a slow line takes for each byte, on top of `send` and `finish`.
    """

    send: float = 10.0
    finish: float = 2.0
    first_answer: float = 1.0
    answer: float = 3.0
    a_byte: float = 0.0


class TalkingPrinter:
    """A printer with a language of its own at the end of a line.

    Before a label it is asked how it is: one without paper gets nothing, and its labels wait here, where they
    survive its being switched off. After the label it is asked again: an answer shows that it has read everything
    before. Printers that never answer get their labels unasked; then "sent" rests on the line alone.
    """

    takes: Literal["raster", "pdf"] = "raster"

    def __init__(
        self, name: str, open_line: Callable[[], Line], language: Language, media: Media, dpi: tuple[int, int],
        patience: Patience | None = None,
    ) -> None:  # fmt: skip
        """`open_line` opens the way to the printer; it raises StationProblem or OSError when it cannot."""
        self.name = name
        self._open_line, self._language, self._media, self._dpi = open_line, language, media, dpi
        self._patience = patience or Patience()
        self._answers: bool | None = None  # None: not asked yet

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Send the label; see `PrintOutcome` for what the answer means."""
        if not job.raster_png:
            return vocabulary.unsuited()
        commands = self._language.encode(read_bitmap(job.raster_png), self._media, self._dpi)
        try:
            line = self._open_line()
        except (OSError, UnicodeError) as error:
            return PrintOutcome("failed", lost(reason_of(error)))
        except StationProblem as problem:
            return PrintOutcome("failed", problem)
        with closing(line):
            if self._answers is not False:
                before = self._ask(line)
                if not before.can_print:
                    return PrintOutcome("failed", before.problem)
            return self._send(line, commands)

    def _send(self, line: Line, commands: bytes) -> PrintOutcome:
        patience, taken = self._patience, 0
        until = monotonic() + patience.send + patience.a_byte * len(commands)
        try:
            while taken < len(commands):
                left = until - monotonic()
                if left <= 0:
                    raise TimeoutError
                taken += line.write_some(commands[taken : taken + PIECE], left)
            held = patience.a_byte * HELD_BY_THE_SYSTEM
            if not self._answers:
                line.finish(patience.finish + held)
                return PrintOutcome("sent")
            line.read_some(0)  # answers to what looked like a question among the dots (see `escpos`)
            if not self._language.answer_is_whole(self._answer(line, patience.answer + held)):
                raise TimeoutError
        except OSError as error:
            if not taken and not isinstance(error, PartlyTaken):
                return PrintOutcome("failed", lost(reason_of(error)))
            return PrintOutcome("unknown", broke_off(reason_of(error)))
        if self._answers:  # it has read everything before the question: how it takes leave says nothing more
            with suppress(OSError):
                line.finish(PARTING)
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        """Ask the printer; one that does not answer is only known to be reachable."""
        try:
            line = self._open_line()
        except (OSError, UnicodeError) as error:
            return PrinterStatus("offline", lost(reason_of(error)))
        except StationProblem as problem:
            return PrinterStatus("offline", problem)
        with closing(line):
            return self._ask(line)

    def _ask(self, line: Line) -> PrinterStatus:
        patience = self._patience.answer if self._answers else self._patience.first_answer
        try:
            line.read_some(0)  # what it said unasked, or too late, is no answer to this question
            answer = self._answer(line, patience)
        except OSError as error:
            return PrinterStatus("offline", lost(reason_of(error)))
        status = self._language.read_status(answer)
        if status is not SILENT:
            self._answers = True
        elif self._answers and not answer:
            return vocabulary.silent()
        elif self._answers is None:
            self._answers = False
        return status

    def _answer(self, line: Line, seconds: float) -> bytes:
        """What the printer says to the language's question, whole or as far as it came."""
        until = monotonic() + seconds
        question, answer = self._language.question, b""
        while question:
            if monotonic() > until:
                raise TimeoutError
            question = question[line.write_some(question, seconds) :]
        while not self._language.answer_is_whole(answer) and len(answer) < LARGEST_ANSWER:
            left = until - monotonic()
            piece = line.read_some(left) if left > 0 else b""
            if not piece:
                break
            answer += piece
        return answer
