"""The clock that nobody sets: milliseconds since some moment, and which start of the machine they count from."""

from __future__ import annotations

import time
import uuid
from functools import cache
from pathlib import Path

_LINUX = Path("/proc/sys/kernel/random/boot_id")


@cache
def boot_id() -> str:
    """The same text until the machine starts again; where the system has none, until this program does."""
    try:
        return _LINUX.read_text("ascii").strip()[:64]
    except (OSError, ValueError):
        return str(uuid.uuid4())


def unset_clock() -> dict[str, int | str]:
    """What a greeting tells of it: ``monotonic_ms`` and ``boot_id``."""
    return {"monotonic_ms": time.monotonic_ns() // 1_000_000, "boot_id": boot_id()}
