"""Canonical JSON (RFC 8785): the one byte form of everything that is hashed or signed (FIRST-DECISIONS 16)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

Json = None | bool | int | float | str | Sequence[Any] | Mapping[str, Any]


def canonical_bytes(value: Json) -> bytes:
    """The canonical UTF-8 bytes of `value`.

    Raises:
        ValueError: a number outside the range JSON can carry exactly, NaN, or text that is not Unicode
            (a lone surrogate).
    """
    try:
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def sha256_of(value: Json) -> str:
    """SHA-256 of the canonical bytes of `value`, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
