"""Label printers: a raw network printer, a folder of PDFs, none. Each says honestly what became of a job.

Nothing here claims that a label was printed: "sent" means that the printer's side took every byte. Whether paper
came out shows only when somebody scans the label.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from PIL import Image

from inspection_station.devices.label_languages import zpl
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem

if sys.platform == "linux":
    import fcntl
    import termios

CONNECT_SECONDS = 3.0
SEND_SECONDS = 10.0
CLOSE_SECONDS = 2.0  # how long a printer may take to close after the last byte; many never do
STATUS_SECONDS = 1.0
LARGEST_ANSWER = 4096
TRIAL_BYTES = 16 * 1024  # as much as a label's PDF, so that a full disk shows before a label is sent


@dataclass(frozen=True)
class PrintJob:
    """One label to print.

    Attributes:
        id: the stored job's id; a job is sent once, a reprint is a new job.
        raster_png: the label as a 1-bit PNG, a pixel a printer dot.
        pdf: the same label as a PDF page.
        title: what people call it, e.g. the RT number.
    """

    id: str
    raster_png: bytes
    pdf: bytes
    title: str


@dataclass(frozen=True)
class PrintOutcome:
    """What became of a job.

    Attributes:
        state: ``sent``: the other side took all bytes; ``unknown``: the connection broke on the way, a label may
            or may not come out, so a person decides; ``failed``: nothing was sent, it can safely be sent again.
        problem: what to tell the person; None when sent.
    """

    state: Literal["sent", "unknown", "failed"]
    problem: StationProblem | None = None


@dataclass(frozen=True)
class PrinterStatus:
    """How the printer is: ``ready``, ``attention`` (paper, head, pause), ``lost`` (no connection), or ``none``.

    `checked` is False when the printer can be reached but says nothing about paper.
    """

    state: Literal["ready", "attention", "lost", "none"]
    problem: StationProblem | None = None
    checked: bool = True


class LabelPrinter(Protocol):
    """Where labels go. Neither method raises for a fault of the surroundings."""

    name: str

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Send the job once and say what became of it. Blocks for seconds: never call it on the screen's thread."""

    def status(self) -> PrinterStatus:
        """How the printer is now."""


def lost(reason: str) -> StationProblem:
    """The printer does not answer."""
    return StationProblem(
        "printer.lost",
        N_("Printer not responding ({reason})"),
        N_("Saved; the label is queued. Check the printer's cable and power."),
        reason=reason,
    )


def _bitmap(job: PrintJob) -> Image.Image:
    with Image.open(io.BytesIO(job.raster_png), formats=("PNG",)) as image:
        image.load()
        if image.mode != "1":
            raise ValueError("a label bitmap is a 1-bit PNG")
        return image.copy()


class RawNetworkPrinter:
    """A printer that takes its own language on a TCP port (9100, "raw", "JetDirect")."""

    def __init__(
        self, address: str, port: int = 9100, *, language: Callable[[Image.Image], bytes] = zpl,
        connect_seconds: float = CONNECT_SECONDS, send_seconds: float = SEND_SECONDS,
        close_seconds: float = CLOSE_SECONDS, status_seconds: float = STATUS_SECONDS,
    ) -> None:  # fmt: skip
        self.name = f"{address}:{port}"
        self._place = (address, port)
        self._language = language
        self._connect_seconds, self._send_seconds = connect_seconds, send_seconds
        self._close_seconds, self._status_seconds = close_seconds, status_seconds

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Send the label; see `PrintOutcome` for what the answer means."""
        commands = self._language(_bitmap(job))
        try:
            connection = socket.create_connection(self._place, self._connect_seconds)
        except (OSError, UnicodeError) as error:
            return PrintOutcome("failed", lost(_reason(error)))
        with connection:
            connection.settimeout(self._send_seconds)
            try:
                connection.sendall(commands)
                connection.shutdown(socket.SHUT_WR)
            except OSError as error:
                return PrintOutcome("unknown", self._broke_off(error))
            return self._until_closed(connection)

    def _until_closed(self, connection: socket.socket) -> PrintOutcome:
        """Wait a little for the printer to close: a reset says that not all was taken."""
        connection.settimeout(self._close_seconds)
        try:
            while connection.recv(LARGEST_ANSWER):
                pass
        except TimeoutError as error:  # many printers keep the connection open
            return PrintOutcome("unknown", self._broke_off(error)) if _waiting(connection) else PrintOutcome("sent")
        except OSError as error:
            return PrintOutcome("unknown", self._broke_off(error))
        return PrintOutcome("sent")

    @staticmethod
    def _broke_off(error: OSError) -> StationProblem:
        return StationProblem(
            "printer.broke_off",
            N_("The connection to the printer broke while a label was sent ({reason})"),
            N_("Look whether the label came out; reprint it with F11 if it did not."),
            reason=_reason(error),
        )

    def status(self) -> PrinterStatus:
        """Ask the printer (ZPL ``~HS``); one that does not answer is only known to be reachable."""
        try:
            with socket.create_connection(self._place, self._connect_seconds) as connection:
                if self._language is not zpl:
                    return PrinterStatus("ready", checked=False)
                connection.sendall(b"~HS\r\n")
                answer = self._answer(connection)
        except (OSError, UnicodeError) as error:
            return PrinterStatus("lost", lost(_reason(error)))
        return host_status(answer)

    def _answer(self, connection: socket.socket) -> bytes:
        answer = b""
        while answer.count(b"\x03") < 3 and len(answer) < LARGEST_ANSWER:
            readable, _, _ = select.select([connection], [], [], self._status_seconds)
            piece = connection.recv(LARGEST_ANSWER) if readable else b""
            if not piece:
                break
            answer += piece
        return answer


def _waiting(connection: socket.socket) -> int:
    """Bytes that the other side has not acknowledged (a printer without paper stops reading); 0 where not known."""
    if sys.platform != "linux":
        return 0
    return int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0" * 4), sys.byteorder)


def host_status(answer: bytes) -> PrinterStatus:
    """What a printer's answer to ``~HS`` says (ZPL II guide: three STX … ETX lines of comma-separated fields)."""
    lines = [line.decode("ascii", "replace").split(",") for line in re.findall(rb"\x02([^\x03]*)\x03", answer)]
    if len(lines) < 2 or len(lines[0]) < 3 or len(lines[1]) < 4:
        return PrinterStatus("ready", checked=False)
    paper_out, paused = lines[0][1] == "1", lines[0][2] == "1"
    head_open, ribbon_out = lines[1][2] == "1", lines[1][3] == "1"
    if paper_out:
        return _attention("printer.paper", N_("Out of labels"), N_("Queued labels will print after reloading."))
    if head_open:
        return _attention("printer.head_open", N_("The printer's head is open"), N_("Close it."))
    if ribbon_out:
        return _attention("printer.ribbon", N_("The printer's ribbon is used up"), N_("Put in a new ribbon."))
    if paused:
        return _attention("printer.paused", N_("The printer is paused"), N_("Press its pause or feed key."))
    return PrinterStatus("ready")


def _attention(code: str, what: str, to_do: str) -> PrinterStatus:
    return PrinterStatus("attention", StationProblem(code, what, to_do))


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


class PdfFolderPrinter:
    """Writes each label as a PDF file into a folder: the printer of a demo, or of a program that watches it."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Write ``TITLE_JOB.pdf`` durably; a job whose file is there already is not written twice."""
        target = self._folder / f"{_file_name(job.title)}_{_file_name(job.id)}.pdf"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_durably(target, job.pdf)
        except FileExistsError:
            if target.is_file() and target.read_bytes() == job.pdf:
                return PrintOutcome("sent")
            return PrintOutcome("failed", self._unwritable("file exists"))
        except OSError as error:
            return PrintOutcome("failed", self._unwritable(_reason(error)))
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        """Ready when a file of a label's size can be written there now."""
        trial = self._folder / ".trial"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            trial.write_bytes(os.urandom(TRIAL_BYTES))  # random: a file system may store equal bytes in no room
            trial.unlink()
        except OSError as error:
            with contextlib.suppress(OSError):
                trial.unlink(missing_ok=True)
            return PrinterStatus("lost", self._unwritable(_reason(error)))
        return PrinterStatus("ready")

    def _unwritable(self, reason: str) -> StationProblem:
        return StationProblem(
            "printer.folder_unwritable",
            N_("The label folder {folder} cannot be written ({reason})"),
            N_("Saved; the label is queued. Choose another folder in the settings, or make room."),
            folder=self.name,
            reason=reason,
        )


def _file_name(text: str) -> str:
    """`text` as part of a file name that every system takes."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")[:80] or "label"


class NoPrinter:
    """A bench without a printer: labels stay queued, and it says so."""

    name = "none"

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Nothing is sent."""
        return PrintOutcome("failed", self._none())

    def status(self) -> PrinterStatus:
        """No printer."""
        return PrinterStatus("none", self._none())

    @staticmethod
    def _none() -> StationProblem:
        return StationProblem(
            "printer.none", N_("No label printer is set up"), N_("The label is queued. Set one up in the settings.")
        )


def label_printer(kind: str, *, address: str = "", port: int = 9100, folder: Path | None = None) -> LabelPrinter:
    """The printer that the settings name: ``none``, ``pdf_folder`` (in `folder`) or ``raw_9100`` (at `address`).

    Raises:
        StationProblem: ``printer.not_set_up`` when the kind needs an address that is empty, or is unknown.
    """
    if kind == "none":
        return NoPrinter()
    if kind == "pdf_folder" and folder is not None:
        return PdfFolderPrinter(folder)
    if kind == "raw_9100" and address:
        return RawNetworkPrinter(address, port)
    raise StationProblem(
        "printer.not_set_up",
        N_("The label printer “{kind}” is not set up completely."),
        N_("Name its address or folder in the settings."),
        kind=kind,
    )
