"""Lines that stand in their own canonical form, as stations send them: what was hashed need not be written anew.

Reading and checking such a line takes a third of the time. Every other line is read by `messages.parse_line` in full;
both ways give the same record or the same fault.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

ENVELOPE = ("blobs", "body", "hash", "id", "kind", "revision", "schema")
ASTRAL = bytes(range(0xF0, 0x100))  # bytes that begin a character beyond the Basic Multilingual Plane
LONGEST_WHOLE = 15  # digits that are the same in every program


class _Otherwise(ValueError):
    """The line holds a number that Python and RFC 8785 may write differently."""


def _fraction(text: str) -> float:
    raise _Otherwise(text)


def _whole(text: str) -> int:
    if len(text) > LONGEST_WHOLE:
        raise _Otherwise(text)
    return int(text)


_DECODER = json.JSONDecoder(parse_float=_fraction, parse_int=_whole, parse_constant=_fraction)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class CanonicalLine:
    """The mapping in a line that is its own canonical form, and the hashes over what stands there.

    `hash` is that of the envelope without its ``hash``; `body_hash` that of the body without its own, empty when the
    body has none or it does not stand alone.
    """

    data: dict[str, Any]
    hash: str
    body_hash: str


def canonical_line(line: bytes) -> CanonicalLine | None:
    """`line` read, when it is the canonical form of an envelope with nothing but the known parts; else None."""
    if b"\\u" in line or len(line.translate(None, ASTRAL)) != len(line):
        return None
    try:
        text = line.decode("utf-8")
        data, _end = _DECODER.raw_decode(text)  # what follows would not be in the encoded text
        if not isinstance(data, dict) or tuple(data) != ENVELOPE or _ENCODER.encode(data) != text:
            return None
    except (ValueError, RecursionError):
        return None
    blobs, body, told = data["blobs"], data["body"], data["hash"]
    if not isinstance(blobs, list) or not isinstance(body, dict) or not isinstance(told, str) or len(told) != 64:
        return None
    without = _without(line, told)
    if without is None:
        return None
    body_hash = ""
    if isinstance(named := body.get("hash"), str) and len(named) == 64:
        begin = (len(_ENCODER.encode(blobs).encode()) if blobs else 2) + len('{"blobs":,"body":')
        own = _without(line[begin : without[1]], named)
        body_hash = hashlib.sha256(own[0]).hexdigest() if own else ""
    return CanonicalLine(data, hashlib.sha256(without[0]).hexdigest(), body_hash)


def _without(text: bytes, told: str) -> tuple[bytes, int] | None:
    """JSON `text` without the one member ``hash`` of this value, and where it stood; None when there are more."""
    member = f',"hash":"{told}"'.encode()
    place = text.find(member)
    if place < 0 or text.find(member, place + 1) >= 0:
        return None
    return text[:place] + text[place + len(member) :], place
