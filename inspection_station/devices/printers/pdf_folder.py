"""A folder of PDFs: the printer of a demo, or of a program that watches the folder."""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from pathlib import Path
from typing import Literal

from inspection_station.devices.printers.vocabulary import PrinterStatus, PrintJob, PrintOutcome, reason_of, unsuited
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem

TRIAL_BYTES = 16 * 1024  # as much as a label's PDF, so that a full disk shows before a label is sent


class PdfFolderPrinter:
    """Writes each job as a PDF file."""

    takes: Literal["raster", "pdf"] = "pdf"

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def print_label(self, job: PrintJob) -> PrintOutcome:
        """Write ``TITLE_JOB.pdf`` durably; a job whose file is there already is not written twice."""
        if not job.pdf:
            return unsuited()
        target = self._folder / f"{_file_name(job.title)}_{_file_name(job.id)}.pdf"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_durably(target, job.pdf)
        except FileExistsError:
            if target.is_file() and target.read_bytes() == job.pdf:
                return PrintOutcome("sent")
            return PrintOutcome("failed", self._unwritable("file exists"))
        except OSError as error:
            return PrintOutcome("failed", self._unwritable(reason_of(error)))
        return PrintOutcome("sent")

    def status(self) -> PrinterStatus:
        """Ready when a file of a label's size can be written there now."""
        trial = self._folder / f".trial-{uuid.uuid4().hex}"  # two printers may have one folder
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            trial.write_bytes(os.urandom(TRIAL_BYTES))  # random: a file system may store equal bytes in no room
            trial.unlink()
        except OSError as error:
            with contextlib.suppress(OSError):
                trial.unlink(missing_ok=True)
            return PrinterStatus("offline", self._unwritable(reason_of(error)))
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
