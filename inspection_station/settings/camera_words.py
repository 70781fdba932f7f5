"""The words by which settings name a camera and what it is to do, and what is wrong with others."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from inspection_station.errors import N_

_ADDRESS = ("http", "https", "rtsp", "rtsps")


def camera_source_fault(text: str) -> str:
    """The msgid of what is wrong with a camera's name in settings, or ""."""
    kind, _, rest = text.partition(":")
    if text in ("simulated", "none"):
        return ""
    if kind == "usb" and re.fullmatch(r"[0-9]{1,2}|(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9 ._:,()+#@-]{2,199}", rest):
        return ""
    if kind == "file" and rest and "\0" not in rest:
        return ""
    if kind in _ADDRESS and _is_address(text):
        return ""
    return N_(
        "must be simulated, none, usb: with the camera's number or name, an http:// or rtsp:// address, "
        "or file: with a path"
    )


def camera_control_fault(text: str) -> str:
    """The msgid of what is wrong with how a camera's exposure or focus is to be set, or ""."""
    known = text in ("automatic", "locked") or re.fullmatch(r"-?[0-9]{1,5}", text)
    return "" if known else N_("must be automatic, locked, or a number of the camera's driver")


def without_password(text: str) -> str:
    """`text` with what stands for name and password in an address, and its parameters, hidden."""
    hidden = re.sub(r"(?<=://)[^/?#]*@", "…@", text)
    return re.sub(r"(?<=[?])[^#]+", "…", hidden) if "://" in text else hidden


def with_password(text: str, before: str) -> str:
    """`text` with name, password and parameters of the address `before` where `without_password` had hidden them.

    Only for the same host: what a person typed for one camera is never sent to another.
    """
    shown, real = text.replace("…@", "", 1), before
    try:
        same = urlsplit(shown).netloc.rpartition("@")[2] == urlsplit(real).netloc.rpartition("@")[2] != ""
        same = same and urlsplit(shown).scheme == urlsplit(real).scheme
    except ValueError:
        return text
    if not same:
        return text
    named, hidden = urlsplit(real).netloc.rpartition("@")[0], urlsplit(real).query
    text = text.replace("://…@", f"://{named}@", 1) if named else text
    return re.sub(r"[?]…", lambda _match: f"?{hidden}", text, count=1) if hidden else text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and text.isascii() and text.isprintable() and " " not in text
