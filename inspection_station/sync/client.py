"""Talking to the centre: one class that signs, sends, and takes nothing for an answer that is none.

Anything may speak HTTP on the way: a captive portal, a proxy, another program. Only the protocol's envelope with an
epoch counts as an answer (PROTOCOL.md 3).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from inspection_station import __version__
from inspection_station.errors import N_, StationProblem
from inspection_station.protocol.day_sums import DaySum, sums_to_json
from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    CENTRE_EPOCH_HEADER,
    EPOCH_HEADER,
    NONCE_HEADER,
    OFFSET_HEADER,
    OLDEST_PROTOCOL,
    PHOTO_BYTES,
    PREFIX,
    PROTOCOL,
    RECORDS_TYPE,
    SCHEMAS,
    SIGNATURE_HEADER,
    STATION_HEADER,
    content_range,
    is_reply,
)
from inspection_station.sync.identity import DeviceKey, Enrolment, enrolment_from_reply
from inspection_station.sync.transport import (
    NotTheCentre,
    Refused,
    ServerTrouble,
    SyncFailure,
    Transport,
    Unreachable,
    WrongCertificate,
    checked_url,
)
from inspection_station.sync.words import both_languages

__all__ = [
    "CentreClient",
    "Greeting",
    "NotTheCentre",
    "Refused",
    "ServerTrouble",
    "SyncFailure",
    "Transport",
    "Unreachable",
    "WrongCertificate",
    "checked_url",
    "enrol",
    "read_answer",
]

PACK_FROM = 4096  # bytes; smaller bodies go unpacked


@dataclass(frozen=True)
class Greeting:
    """The centre's answer to hello.

    Attributes:
        offset_ms: centre time minus station time. latency_ms: there and back.
        copied: whether another one has sent under this station's name.
        chosen: the protocol to speak. days: days since 1970-01-01 whose records should be offered again.
        no_receiving: why the centre tells this station nothing, when their versions are too far apart; else None.
    """

    epoch: str
    nonce: str
    limits: Mapping[str, int]
    offset_ms: int
    latency_ms: int
    chosen: int = PROTOCOL
    days: tuple[int, ...] = ()
    no_receiving: Refused | None = None
    copied: bool = False


class CentreClient:
    """The centre as one enrolled station sees it. Every method raises `SyncFailure`."""

    def __init__(self, transport: Transport, enrolment: Enrolment, key: DeviceKey) -> None:
        self._transport = transport
        self._station_id = enrolment.identity.station_id
        self._key = key
        self.epoch = enrolment.epoch
        self._nonce = ""
        self._protocol = PROTOCOL

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    @property
    def has_greeted(self) -> bool:
        """Whether there is a nonce to sign with."""
        return bool(self._nonce)

    def greeted_as(self, other: CentreClient) -> None:
        """Use what `other`, a client of the same station, learnt when it greeted: for a second line to the centre."""
        self._nonce, self.epoch, self._protocol = other._nonce, other.epoch, other._protocol

    def forget_greeting(self) -> None:
        """The nonce is not good any more: greet again before anything else."""
        self._nonce = ""

    def hello(
        self,
        now_ms: int,
        cursor: tuple[str, str],
        waiting: Mapping[str, int],
        days: Mapping[int, DaySum] | None = None,
        clock: Mapping[str, int | str] | None = None,
        turn: tuple[str, str] = ("", ""),
    ) -> Greeting:
        """Greet the centre; afterwards everything else can be asked.

        Args:
            now_ms: the station's wall clock. clock: its ``monotonic_ms`` and ``boot_id``.
            days: what the station holds to be at the centre, to be compared; None when that is not due.
            turn: the ids of the last greeting that was answered and of this one, by which a copy of the disk is told.
        """
        plain = {
            "protocol": {"min": OLDEST_PROTOCOL, "max": PROTOCOL},
            "app_version": __version__,
            "schemas": SCHEMAS,
            "clock_ms": now_ms,
            "cursor": {"epoch": cursor[0], "cursor": cursor[1]},
            "waiting": dict(waiting),
            "days": sums_to_json(days or {}),
            "clock": dict(clock or {}),
            **({"greeting": {"before": turn[0], "this": turn[1]}} if turn[1] else {}),
        }
        begun = time.monotonic()
        answer = self._ask("POST", f"{PREFIX}/hello", _json(plain), nonce=secrets.token_hex(16))
        latency_ms = round((time.monotonic() - begun) * 1000)
        with _expected_form():
            self._nonce = str(answer["nonce"])
            limits = {str(name): int(value) for name, value in answer["limits"].items()}
            offset = _milliseconds(answer["centre_time"]) - now_ms - latency_ms // 2
            self._protocol = int(answer["chosen"])
            unequal = tuple(int(day) for day in answer.get("reconcile", ()))
            refusal, copied = _no_receiving(answer, self._protocol), answer.get("copied") is True
        return Greeting(self.epoch, self._nonce, limits, offset, latency_ms, self._protocol, unequal, refusal, copied)

    def send_records(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """Send a batch; the verdicts, one for each line, in order."""
        body = b"\n".join(lines) + b"\n"
        headers = {"Content-Type": RECORDS_TYPE}
        if len(body) >= PACK_FROM:
            body = gzip.compress(body, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        answer = self._ask("POST", f"{PREFIX}/records", body, headers)
        with _expected_form():
            verdicts = [dict(each) for each in answer["verdicts"]]
            if [each["index"] for each in verdicts] != list(range(len(lines))):
                raise ValueError("not a verdict for each line")
        return verdicts

    def photo_offset(self, sha256: str) -> int | None:
        """How many bytes of the photo the centre has; None when it holds it whole."""
        status, headers, _ = self._send("HEAD", f"{PREFIX}/blobs/{sha256}", b"", {}, self._nonce)
        epoch = headers.get(CENTRE_EPOCH_HEADER, "")
        if not epoch or status not in (200, 404):
            if epoch and status in (401, 403):
                self.forget_greeting()
            if status in (408, 429) or status >= 500:
                raise ServerTrouble(status, _retry_after(headers))
            raise NotTheCentre(f"status {status}") if not epoch else Refused(status, {"code": "", "epoch": epoch})
        self.epoch = epoch
        if status == 200:
            return None
        told = headers.get(OFFSET_HEADER, "")
        if not told.isascii() or not told.isdigit():
            raise NotTheCentre("no offset")
        return int(told)

    def send_photo_part(self, sha256: str, part: bytes, start: int, total: int) -> tuple[str, int]:
        """Send a part of a photo; the verdict (``partial``, ``stored``, ``duplicate``) and how much is there now."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": content_range(start, len(part), total),
            BODY_HASH_HEADER: hashlib.sha256(part).hexdigest(),
        }
        answer = self._ask("PUT", f"{PREFIX}/blobs/{sha256}", part, headers)
        with _expected_form():
            return str(answer["verdict"]), int(answer["offset"])

    def picture(self, sha256: str, arriving: Callable[[int, int], None] = lambda _here, _whole: None) -> bytes:
        """The bytes of a picture that the feed named or of a photo of the own site, checked against their hash.

        `arriving` is told how many bytes are here, of how many (0: not said); what it raises ends the exchange.
        """
        target = f"{PREFIX}/blobs/{sha256}"
        sent = self._signed("GET", target, b"", {}, self._nonce)
        status, headers, data = self._transport.exchange(
            "GET", target, sent, largest=PHOTO_BYTES + 1, arriving=arriving
        )
        if status != 200:
            read_answer(status, headers, data)
        if status != 200 or not headers.get(CENTRE_EPOCH_HEADER) or hashlib.sha256(data).hexdigest() != sha256:
            raise NotTheCentre("not the picture that was asked for")
        return data

    def feed(self, epoch: str, cursor: str, limit: int, wait: int = 0) -> tuple[list[dict[str, Any]], str, bool]:
        """A page of the feed: items, the cursor after them, and whether there are more.

        With `wait` the centre keeps its answer back up to so many seconds while it has nothing to tell.
        """
        target = f"{PREFIX}/feed?epoch={quote(epoch, safe='')}&cursor={quote(cursor, safe='')}&limit={limit}"
        target += f"&protocol={self._protocol}" + (f"&wait={wait}" if wait else "")
        answer = self._ask("GET", target, b"")
        with _expected_form():
            items = [
                {"kind": str(each["kind"]), "id": str(each["id"]), "body": dict(each["body"])}
                for each in answer["items"]
            ]
            return items, str(answer["cursor"]), bool(answer["more"])

    def reconcile(self, offers: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
        """Offer (record id, hash) of what was acked; the records and the photos that the centre lacks."""
        answer = self._ask("POST", f"{PREFIX}/reconcile", _json({"offers": [list(offer) for offer in offers]}))
        with _expected_form():
            return [str(name) for name in answer["lacks"]], [str(name) for name in answer["lacks_photos"]]

    def safe(self, photos: Sequence[str]) -> list[str]:
        """Which of these photos, at most 1000, are in a verified backup with every record that names them."""
        answer = self._ask("POST", f"{PREFIX}/safe", _json({"photos": list(photos)}))
        with _expected_form():
            return [str(name) for name in answer["safe"]]

    def _ask(
        self,
        method: str,
        target: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        nonce: str | None = None,
    ) -> dict[str, Any]:
        status, told, data = self._send(method, target, body, headers or {}, self._nonce if nonce is None else nonce)
        try:
            answer = read_answer(status, told, data)
        except Refused as refusal:
            if refusal.code == "station.nonce_expired":
                self.forget_greeting()
            raise
        self.epoch = str(answer["epoch"])
        return answer

    def _send(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str], nonce: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        return self._transport.exchange(method, target, self._signed(method, target, body, headers, nonce), body)

    def _signed(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str], nonce: str
    ) -> dict[str, str]:
        body_sha256 = headers.get(BODY_HASH_HEADER) or hashlib.sha256(body).hexdigest()
        signature = self._key.sign(method, target, body_sha256, self._station_id, nonce, self.epoch)
        return {
            **headers,
            STATION_HEADER: self._station_id,
            NONCE_HEADER: nonce,
            EPOCH_HEADER: self.epoch,
            SIGNATURE_HEADER: signature,
        }


def read_answer(status: int, headers: Mapping[str, str], data: bytes) -> dict[str, Any]:
    """The centre's answer, or the `SyncFailure` that it is."""
    try:
        if not headers.get("content-type", "").startswith("application/json"):
            raise ValueError
        answer = json.loads(data)
        if not is_reply(answer):
            raise ValueError
    except (ValueError, RecursionError):
        if status in (408, 429) or status >= 500:
            raise ServerTrouble(status, _retry_after(headers)) from None
        raise NotTheCentre(f"status {status}") from None
    if status in (408, 429) or status >= 500:
        raise ServerTrouble(status, _retry_after(headers))
    if status != 200:
        raise Refused(status, answer)
    return dict(answer)


def _no_receiving(answer: Mapping[str, Any], chosen: int) -> Refused | None:
    """Why nothing is received from a centre too far apart in version: its own words where it has some."""
    if answer.get("receiving", True) and OLDEST_PROTOCOL <= chosen <= PROTOCOL:
        return None
    what = N_("Centre and station are too far apart in age: what it sends is taken, but it is told nothing new.")
    to_do = N_("Update the older one of the two.")
    own = {
        "code": "feed.protocol",
        "what": both_languages(what),
        "to_do": both_languages(to_do),
    }
    notice = answer.get("notice")
    return Refused(400, {**own, **notice} if isinstance(notice, Mapping) else own)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    told = headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


@contextmanager
def _expected_form() -> Iterator[None]:
    """An answer that lacks what the protocol promises is no answer."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotTheCentre(f"not the promised form: {type(error).__name__}") from error


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _milliseconds(moment: object) -> int:
    return round(datetime.fromisoformat(str(moment)).timestamp() * 1000)


def enrol(transport: Transport, code: str, key: DeviceKey, former: Enrolment | None = None) -> Enrolment:
    """Enrol this station with a one-time code. Sending the same code and key again is harmless.

    `former`: who it was, for a centre that was put back from a copy that does not know it.

    Raises:
        StationProblem: ``centre.unreachable``, ``centre.not_a_centre`` or ``enrolment.refused``.
    """
    plain: dict[str, Any] = {"code": code, "public_key": key.public_text, "app_version": __version__}
    if former is not None and former.identity.number:
        plain["former"] = {"station_id": former.identity.station_id, "number": former.identity.number}
    headers = {"Content-Type": "application/json"}
    try:
        answer = read_answer(*transport.exchange("POST", f"{PREFIX}/enrol", headers, _json(plain)))
        return enrolment_from_reply(answer, transport.base_url)
    except Refused as refusal:
        raise StationProblem(
            "enrolment.refused",
            N_("The centre did not take the enrolment code ({reason})."),
            N_("Check the code, or ask an administrator for a new one."),
            reason=refusal.code,
        ) from refusal
    except (NotTheCentre, ValueError) as error:
        raise StationProblem(
            "centre.not_a_centre",
            N_("There is no centre at {url}; something else answered."),
            N_("Check the address; a network may ask you to sign in first."),
            url=transport.base_url,
        ) from error
    except SyncFailure as error:
        raise StationProblem(
            "centre.unreachable",
            N_("The centre at {url} does not answer."),
            N_("Check the address and the network; work goes on without it."),
            url=transport.base_url,
        ) from error
