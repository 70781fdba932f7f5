"""Texts that may be stored, and the forms in which they are found again."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from inspection_station.domain.canonical import canonical_bytes
from inspection_station.errors import N_, StationProblem

LAST_CHARACTER = "\U0010ffff"  # ends the index range of a prefix


def storable(text: str) -> bool:
    """Whether `text` is free of NUL and lone surrogates: SQLite keeps those, and the centre could never take them."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def refuse_unusable(*texts: str) -> None:
    """Refuse texts of which one is not `storable`.

    Raises:
        StationProblem: ``text.unusable``.
    """
    if not all(storable(text) for text in texts):
        raise unusable()


def unusable() -> StationProblem:
    """The problem of a text that cannot be kept."""
    return StationProblem(
        "text.unusable",
        N_("The text holds characters that cannot be stored."),
        N_("Scan it again or type it anew; nothing of it has been saved."),
    )


def stored_json(data: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical JSON text of `data` and its SHA-256.

    Raises:
        StationProblem: ``text.unusable`` for NUL, lone surrogates, NaN, and numbers JSON cannot carry exactly.
    """
    try:
        whole = canonical_bytes(data)
    except (ValueError, RecursionError) as error:
        raise unusable() from error
    if rb"\u0000" in whole and _holds_nul(data):
        raise unusable()
    return whole.decode(), hashlib.sha256(whole).hexdigest()


def hash_to_be(event: Mapping[str, Any]) -> str:
    """The hash the plain form of an event must carry (`events.hash_of`); raises as `stored_json`."""
    return stored_json({name: part for name, part in event.items() if name != "hash"})[1]


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(key) or _holds_nul(part) for key, part in value.items())
    return isinstance(value, list | tuple) and any(_holds_nul(part) for part in value)


def escaped_json(data: Any) -> str:
    """JSON in ASCII alone, in which even what cannot be stored as text is kept word for word."""
    try:
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"), default=str)
    except (RecursionError, ValueError, TypeError) as error:  # nested too deeply, or a key that is none of JSON's
        return json.dumps({"not_kept": type(error).__name__})


def search_form(text: str) -> str:
    """The form in which texts are compared: NFKC, upper case, no blanks around; empty when it cannot be stored."""
    form = unicodedata.normalize("NFKC", text).strip().upper()
    return form if storable(form) else ""


def prefix_range(text: str) -> tuple[str, str]:
    """The two ends of the index range that holds everything beginning with `text`."""
    return text, text + LAST_CHARACTER
