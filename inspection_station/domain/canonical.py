"""Canonical JSON (RFC 8785): the one byte form of everything that is hashed or signed (DECISIONS.md 16)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

Json = None | bool | int | float | str | Sequence[Any] | Mapping[str, Any]


def canonical_bytes(value: Json) -> bytes:
    """The canonical UTF-8 bytes of `value`.

    Raises:
        ValueError: a number outside the range JSON can carry exactly, NaN, text that is not Unicode
            (a lone surrogate), something that is no JSON, or parts nested too deeply.
    """
    try:
        return rfc8785.dumps(plain(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
    except RecursionError:
        raise ValueError("nested too deeply") from None


def plain(value: Any) -> Any:
    """`value` made of dicts, lists and single values only, as it comes back from JSON text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def sha256_of(value: Json) -> str:
    """SHA-256 of the canonical bytes of `value`, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
