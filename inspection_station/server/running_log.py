"""The centre's log: one JSON object a line, of fields on a list and no others, so that nobody's data gets in by chance.

What this program itself says is masked as everywhere (`diagnostics.masked`). Of what libraries say only the unfilled
text goes in: their values may be parts of requests, SQL parameters or paths with tokens. Of an exception the log has
its kind and where it rose, not its text, for the same reason.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from inspection_station.diagnostics import masked
from inspection_station.errors import N_, StationProblem

OURS = "inspection_station"
LONGEST_MESSAGE = 1000  # characters
FRAMES = 12  # of a traceback, the innermost

FIELDS = ("method", "route", "status", "ms", "received", "sent", "station", "verdicts", "backup", "records", "photos")
"""What a record may carry beside its message (``extra=``): numbers, and words of ours. Everything else is dropped."""

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See the module."""
        ours = record.name.split(".")[0] == OURS
        message = record.getMessage() if ours else str(record.msg)
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "name": record.name,
            "message": masked(message)[:LONGEST_MESSAGE].rstrip(),
        }
        if identity := request_id.get():
            told["request"] = identity
        for name in FIELDS:
            value = getattr(record, name, None)
            if isinstance(value, int | float) or (isinstance(value, str) and len(value) <= 100):
                told[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            told["fault"], told["frames"] = _where(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def _where(error: BaseException) -> tuple[str, list[str]]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    cause = error.__cause__ or error.__context__
    kind = type(error).__name__
    return (f"{kind} from {type(cause).__name__}" if cause is not None else kind), places


def _worth_telling(record: logging.LogRecord) -> bool:
    """Libraries tell of their everyday work as well; only their warnings are of use here."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] == OURS


@contextmanager
def logging_to(file: str, level: str) -> Iterator[None]:
    """Log to `file`, or to the error output when it is empty, for the length of the block.

    The file is opened again when somebody moved it away (logrotate); nothing is rotated here.

    Raises:
        StationProblem: ``centre.no_log``.
    """
    try:
        handler: logging.Handler = (
            logging.handlers.WatchedFileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
        )
    except OSError as error:
        raise StationProblem(
            "centre.no_log",
            N_("The log {file} cannot be written: {reason}"),
            N_("Name another one as log.file in the settings, or ask for the right to write there."),
            file=file,
            reason=error.strerror or error,
        ) from error
    handler.setFormatter(JsonFormatter())
    handler.addFilter(_worth_telling)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level.upper())
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
