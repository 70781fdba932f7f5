"""The print queues of this system, and whether a program's bytes go through them unchanged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QueueFacts:
    """What the system says of one of its print queues.

    Attributes:
        name: by which a job is sent to it.
        is_raw: it passes bytes on as they are; else a driver makes the printer's data, and only documents go in.
        makes: make and model, in the words of the system.
        default: it is the system's default queue.
    """

    name: str
    is_raw: bool
    makes: str = ""
    default: bool = False
