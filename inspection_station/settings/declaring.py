"""How a setting is declared, and what can be wrong with its value."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from inspection_station.errors import N_

Role = Literal["inspector", "lead", "administrator"]
Value = str | int | bool | tuple[int, ...]
T = TypeVar("T", str, int, bool, tuple[int, ...])
_ROLES: tuple[Role, ...] = ("inspector", "lead", "administrator")


@dataclass(frozen=True)
class Declaration:
    """What one setting is.

    Attributes:
        key: ``section.name``.
        describes: msgid of its meaning, with the unit.
        changed_by: the lowest role that may change it.
        choices: the only values there are, when not empty.
        lowest, highest: the range of a number, inclusive.
        fault: returns the msgid of what is wrong with a text or a list of numbers, or "".
    """

    key: str
    kind: type
    default: Value
    describes: str
    changed_by: Role
    choices: tuple[Value, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    fault: Callable[[Any], str] | None = None

    def may_be_changed_by(self, role: Role) -> bool:
        """Whether `role`, or one above it, is enough to change this setting."""
        return _ROLES.index(role) >= _ROLES.index(self.changed_by)


def setting(
    default: T,
    describes: str,
    changed_by: Role,
    *,
    choices: tuple[T, ...] = (),
    between: tuple[int, int] | tuple[None, None] = (None, None),
    fault: Callable[[T], str] | None = None,
) -> T:
    """A field of a section of the settings; see `Declaration`."""
    meta = {"describes": describes, "changed_by": changed_by, "choices": choices, "fault": fault,
            "lowest": between[0], "highest": between[1]}  # fmt: skip
    one: T = field(default=default, metadata=meta)
    return one


def time_zone_fault(name: str) -> str:
    """What is wrong with the name of a time zone, or empty."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return N_("is not an IANA time zone; right would be Asia/Shanghai")
    return ""


def folder_fault(text: str) -> str:
    """What is wrong with a folder, or empty."""
    absolute = PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
    return "" if not text or (absolute and "\0" not in text) else N_("must be a full path, or empty")


def port_fault(text: str) -> str:
    """What is wrong with the name of a serial port, or empty."""
    port = re.fullmatch(r"COM[1-9][0-9]{0,2}|/dev/[\w./:+-]{1,200}", text, re.ASCII) and ".." not in text
    return "" if port or not text else N_("must be a port such as COM3 or /dev/ttyUSB0, or empty")


def itf_fault(lengths: tuple[int, ...]) -> str:
    """What is wrong with the lengths of ITF codes, or empty."""
    # Two digits to a pair of bars and gaps; with fewer than four any striped pattern reads as a code.
    right = len(lengths) <= 20 and all(4 <= length <= 80 and length % 2 == 0 for length in lengths)
    return "" if right else N_("must hold even numbers from 4 to 80, twenty at most")


def host_fault(text: str) -> str:
    """What is wrong with the name or address of a host, or empty."""
    known = not text or re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", text)
    return "" if known else N_("must be a host name or an IP address")


def url_fault(text: str) -> str:
    """What is wrong with the address of a centre, or empty."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment or re.search(r"\s", text):
        return N_("must be an address that begins with https:// or http://, without a password in it")
    return ""
