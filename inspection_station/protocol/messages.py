"""What travels between a station and the centre: record envelopes, verdicts, signatures, limits (PROTOCOL.md).

Both ends build and read messages here and nowhere else; neither the network nor a database is known to this module.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspection_station.domain.canonical import canonical_bytes, sha256_of
from inspection_station.protocol.canonical_line import ASTRAL, canonical_line

CENTRE = "inspection-station"
PROTOCOL = 2
OLDEST_PROTOCOL = 1
PREFIX = "/sync/v1"

RECORDS_PER_BATCH = 100
BYTES_PER_BATCH = 1_000_000  # unpacked
PHOTO_BYTES = 32 * 1024 * 1024
OFFERS_PER_PAGE = 1000
FEED_PAGE = 500
LONGEST_WAIT_FOR_NEWS = 25  # seconds that a question for the feed may wait
BLOBS_PER_RECORD = 64
DEEPEST_JSON = 32
LONGEST_HEADER_VALUE = 512

INSPECTION_EVENT = "inspection_event"
CUSTODY_ACT = "custody_act"
SCHEMAS = {INSPECTION_EVENT: 1, CUSTODY_ACT: 1}

RECORDS_TYPE = "application/x-ndjson"

STATION_HEADER = "Station-Id"
NONCE_HEADER = "Station-Nonce"
EPOCH_HEADER = "Station-Epoch"
SIGNATURE_HEADER = "Station-Signature"
BODY_HASH_HEADER = "Body-SHA256"
CENTRE_EPOCH_HEADER = "Centre-Epoch"
OFFSET_HEADER = "Upload-Offset"

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONG_NUMBER = re.compile(rb"[:,\[\s]-?\d{16}")
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


class Verdict(StrEnum):
    """What the centre says of one record (PROTOCOL.md 4)."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    NEED = "need"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    RETRY = "retry"


@dataclass(frozen=True)
class Record:
    """The envelope of one record. `hash` is the SHA-256 of its canonical JSON without ``hash``."""

    id: str
    revision: int
    kind: str
    schema: int
    body: Mapping[str, Any]
    blobs: tuple[str, ...]
    hash: str


class RecordFault(Exception):
    """A line is no record; `code` is stable, `record_id` what it calls itself when that can be read."""

    def __init__(self, code: str, record_id: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.record_id = record_id


def is_sha256(text: object) -> bool:
    """Whether `text` is 64 lower-case hex digits."""
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None


def is_uuid(text: object) -> bool:
    """Whether `text` is a UUID in lower-case form with hyphens."""
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


def make_record(record_id: str, revision: int, kind: str, body: Mapping[str, Any], blobs: Sequence[str] = ()) -> Record:
    """The envelope around `body`, with its hash.

    Raises:
        ValueError: `body` has no canonical JSON form.
    """
    schema = body.get("schema", 1)
    before, after = _canonical_parts(record_id, revision, kind, schema, body, blobs)
    found = hashlib.sha256(before + after).hexdigest()
    return Record(record_id, revision, kind, schema, body, tuple(blobs), found)


def make_line(record_id: str, revision: int, kind: str, body: Mapping[str, Any], blobs: Sequence[str] = ()) -> bytes:
    """The envelope around `body` as one line of canonical JSON, without the line end; raises as `make_record`."""
    before, after = _canonical_parts(record_id, revision, kind, body.get("schema", 1), body, blobs)
    found = hashlib.sha256(before + after).hexdigest()
    return before + f',"hash":"{found}"'.encode() + after


def _canonical_parts(
    record_id: str, revision: int, kind: str, schema: int, body: Mapping[str, Any], blobs: Sequence[str]
) -> tuple[bytes, bytes]:
    """The canonical JSON of an envelope without its hash, cut where the hash belongs: keys are in order."""
    before = b'{"blobs":' + canonical_bytes(list(blobs)) + b',"body":' + canonical_bytes(body)
    rest = {"id": record_id, "kind": kind, "revision": revision, "schema": schema}
    return before, b"," + canonical_bytes(rest)[1:]


def record_line(record: Record) -> bytes:
    """The record as one line of canonical JSON, with the hash it carries, without the line end."""
    before, after = _canonical_parts(record.id, record.revision, record.kind, record.schema, record.body, record.blobs)
    return before + b',"hash":' + canonical_bytes(record.hash) + after


def content_hash(record: Record) -> str:
    """The hash by which a record is offered when reconciling: an event's or act's own, else the record's
    (PROTOCOL.md 7)."""
    if record.kind in SCHEMAS and is_sha256(record.body.get("hash")):
        return str(record.body["hash"])
    return record.hash


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def read_json(data: bytes, parse_float: Callable[[str], float] = float) -> Any:
    """Parse JSON of unknown origin.

    Raises:
        ValueError: not UTF-8 JSON, NaN or Infinity, a number of absurd length, nested deeper than `DEEPEST_JSON`.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_number, parse_float=parse_float)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if data.count(b"{") + data.count(b"[") > DEEPEST_JSON and depth_of(value) > DEEPEST_JSON:
        raise ValueError("nested too deeply")
    return value


def depth_of(value: Any) -> int:
    """How deeply lists and mappings are nested in `value`; 0 for a plain value. Not recursive."""
    depth, level = 0, [value]
    while level := [part for part in level if isinstance(part, dict | list)]:
        depth += 1
        level = [inner for part in level for inner in (part.values() if isinstance(part, dict) else part)]
    return depth


def _holds_nul(value: Any) -> bool:
    level = [value]
    while level:
        part = level.pop()
        if isinstance(part, str):
            if "\0" in part:
                return True
        elif isinstance(part, dict):
            level.extend(part)
            level.extend(part.values())
        elif isinstance(part, list):
            level.extend(part)
    return False


def is_plain_text(data: bytes) -> bool:
    """Whether JSON text that also holds no fraction is canonical as Python's own encoder writes it.

    That encoder differs from RFC 8785 in fractions, in integers beyond 2^53, and in how keys beyond the Basic
    Multilingual Plane are sorted; escapes could hide those. It is five times as fast.
    """
    return not (b"\\u" in data or _LONG_NUMBER.search(data) or data.translate(None, ASTRAL) != data)


def hash_without(data: Mapping[str, Any], *, plain: bool) -> str:
    """SHA-256 of the canonical JSON of `data` without its ``hash``; `plain` when Python's encoder may write it.

    Raises:
        ValueError: `data` has no canonical form.
    """
    rest = {key: value for key, value in data.items() if key != "hash"}
    if not plain:
        return sha256_of(rest)
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _whole(value: object, least: int, most: int = 2**53 - 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def parse_line(line: bytes) -> Record:
    """Read one line of a batch and check its envelope, its hash, and an event's own hash.

    Raises:
        RecordFault: ``record.not_json``, ``record.nul``, ``record.malformed``, ``record.not_canonical`` (lone
            surrogates, numbers JSON cannot carry exactly), ``record.wrong_hash`` or ``event.wrong_hash``.
    """
    found = canonical_line(line)
    data = found.data if found else None
    if found is None or _too_deep(line, data) or (not found.body_hash and found.data["kind"] == INSPECTION_EVENT):
        return _parse_any(line)
    body, blobs, record_id = _checked_envelope(data)
    if found.hash != found.data["hash"]:
        raise RecordFault("record.wrong_hash", record_id)
    if found.data["kind"] == INSPECTION_EVENT and found.body_hash != body["hash"]:
        raise RecordFault("event.wrong_hash", record_id)
    return _record(found.data, body, blobs)


def _too_deep(line: bytes, data: Any) -> bool:
    return line.count(b"{") + line.count(b"[") > DEEPEST_JSON and depth_of(data) > DEEPEST_JSON


def _parse_any(line: bytes) -> Record:
    """A line however it is written."""
    fractions: list[str] = []

    def fraction(text: str) -> float:
        fractions.append(text)
        return float(text)

    try:
        data = read_json(line, fraction)
    except ValueError:
        raise RecordFault("record.not_json") from None
    body, blobs, record_id = _checked_envelope(data, nul=b"\\u0000" in line)
    plain = not fractions and is_plain_text(line)
    try:
        if hash_without(data, plain=plain) != data["hash"]:
            raise RecordFault("record.wrong_hash", record_id)
        if data["kind"] == INSPECTION_EVENT and hash_without(body, plain=plain) != body.get("hash"):
            raise RecordFault("event.wrong_hash", record_id)
    except (ValueError, RecursionError):
        raise RecordFault("record.not_canonical", record_id) from None
    return _record(data, body, blobs)


def _checked_envelope(data: Any, *, nul: bool = False) -> tuple[dict[str, Any], list[str], str]:
    """Body, blobs and id of an envelope in which each part has its form; `nul`: there may be one in its texts."""
    if not isinstance(data, dict):
        raise RecordFault("record.malformed")
    named = data.get("id")
    record_id = str(named) if is_uuid(named) else ""
    if nul and _holds_nul(data):
        raise RecordFault("record.nul", record_id)
    body, blobs, kind = data.get("body"), data.get("blobs"), data.get("kind")
    right = (
        bool(record_id)
        and _whole(data.get("revision"), 1, 2**31)
        and isinstance(kind, str)
        and _CODE.fullmatch(kind) is not None
        and _whole(data.get("schema"), 1, 2**31)
        and isinstance(body, dict)
        and isinstance(blobs, list)
        and len(blobs) <= BLOBS_PER_RECORD
        and all(is_sha256(name) for name in blobs)
        and is_sha256(data.get("hash"))
    )
    if not right or not isinstance(body, dict) or not isinstance(blobs, list):
        raise RecordFault("record.malformed", record_id)
    return body, blobs, record_id


def _record(data: Mapping[str, Any], body: Mapping[str, Any], blobs: Sequence[str]) -> Record:
    return Record(data["id"], data["revision"], data["kind"], data["schema"], body, tuple(blobs), data["hash"])


def signed_bytes(method: str, target: str, body_sha256: str, station_id: str, nonce: str, epoch: str) -> bytes:
    """What a station signs for one request; `target` is the path with its query, as sent."""
    return canonical_bytes(
        {
            "method": method.upper(),
            "target": target,
            "body_sha256": body_sha256,
            "station_id": station_id,
            "nonce": nonce,
            "epoch": epoch,
        }
    )


def reply(epoch: str, centre_time: str, **parts: Any) -> dict[str, Any]:
    """The envelope of every answer of the centre."""
    return {"centre": CENTRE, "protocol": PROTOCOL, "epoch": epoch, "centre_time": centre_time, **parts}


def is_reply(data: object) -> bool:
    """Whether `data` is an answer of a centre at all, and not of something else that speaks HTTP."""
    return (
        isinstance(data, dict)
        and data.get("centre") == CENTRE
        and isinstance(data.get("epoch"), str)
        and _whole(data.get("protocol"), 1)
    )


def verdict(index: int, record_id: str, revision: int, word: Verdict, **parts: Any) -> dict[str, Any]:
    """One verdict; `index` is the line's place in the batch, from 0 on."""
    return {"index": index, "id": record_id, "revision": revision, "verdict": word.value, **parts}


def content_range(start: int, length: int, total: int) -> str:
    """The value of ``Content-Range`` for `length` bytes from `start` on, of `total`."""
    return f"bytes {start}-{start + length - 1}/{total}"


def parse_content_range(text: str) -> tuple[int, int, int] | None:
    """(start, length, total) of a ``Content-Range`` value; None when it is none or makes no sense."""
    found = _CONTENT_RANGE.fullmatch(text)
    if not found:
        return None
    first, last, total = (int(part) for part in found.groups())
    return (first, last - first + 1, total) if first <= last < total else None
