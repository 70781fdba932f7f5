"""One talk of a station with a centre in which nothing is left to chance: what the golden files hold.

    PYTHONPATH=. python tests/golden_scenario.py     writes the golden files again, when the protocol is meant to change
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import sqlalchemy as sa
from centre_cases import NOW, InProcess, in_process_centre, jpeg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection_station.domain.events import (
    FIRST_PREVIOUS_HASH,
    InspectionEvent,
    event_to_json,
    hash_of,
    photo_hashes,
)
from inspection_station.protocol.day_sums import DaySum
from inspection_station.protocol.messages import make_record, record_line
from inspection_station.server.centre import Centre, fact
from inspection_station.server.enrolment import make_enrolment_code
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import backed_up_photo, backed_up_record
from inspection_station.sync.client import CentreClient, Refused, Transport, enrol
from inspection_station.sync.identity import DeviceKey

GOLDEN = Path(__file__).parent.parent / "inspection_station" / "protocol" / "golden"
HEADERS = ("content-type", "content-range", "body-sha256", "station-id", "station-nonce", "station-epoch",
           "station-signature")  # fmt: skip
ANSWER_HEADERS = ("content-type", "centre-epoch", "upload-offset")
CODE = "2345-6789-ABCD-EFGH"
PHOTO = GOLDEN / "photo.jpg"

Exchange = dict[str, Any]


@contextmanager
def nothing_by_chance() -> Iterator[None]:
    """Every random value counts up instead."""
    numbers, of_station = iter(range(1, 1000)), iter(range(1, 1000))

    station_secrets = mock.Mock(token_hex=lambda _size: f"{next(of_station):032x}")

    def uuid4() -> str:
        return f"00000000-0000-4000-8000-{next(numbers):012d}"

    with (
        mock.patch("inspection_station.sync.client.__version__", "1.0.0"),
        mock.patch("inspection_station.sync.client.secrets", station_secrets),
        mock.patch("uuid.uuid4", uuid4),
        mock.patch("secrets.token_hex", lambda size=32: f"{next(numbers):0{2 * size}x}"),
        mock.patch("secrets.choice", mock.Mock(side_effect=list(CODE.replace("-", "")))),
        mock.patch("os.urandom", lambda size: bytes([next(numbers) % 256]) * size),
    ):
        yield


def prepared_centre(folder: Path) -> Centre:
    """The centre before the talk begins."""
    centre = in_process_centre(folder)
    assert make_enrolment_code(centre, "B12", "华东退货中心") == CODE
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [("T-000001X", {"code": "T-000001X", "slot": 1, "disposition": "restock"})])
        publish(connection, "expected_return", [("r1", {"return_number": "RMA-1", "reason_text": "偏大"})])
        # As if a backup had been made of what the station is about to send.
        epoch = fact(connection, "epoch")
        connection.execute(sa.insert(backed_up_photo).values(epoch=epoch, sha256=photo_name()))
        connection.execute(sa.insert(backed_up_record), [{"epoch": epoch, "record_key": key} for key in range(1, 9)])
        publish(connection, "person", [("p1", {"name": "陈晓雯", "role": "inspector"})])
        publish(connection, "revocation", [("p2", {"person_id": "p2", "revoked_at": NOW})])
        publish(connection, "picture", [("sku:JX-2290-WHT", {"photos": [photo_name()]})])
    return centre


def key() -> DeviceKey:
    """The station's key, the same for ever."""
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def events() -> list[InspectionEvent]:
    """A parcel is opened and a photo taken, with ids that never change."""
    made: list[InspectionEvent] = []
    steps: list[tuple[str, dict[str, Any]]] = [
        ("parcel_opened", {"tracking_number": "SF1390447120865", "match": "matched", "return_ids": ["r1"]}),
        ("photo_taken", {"photo_id": "p1", "sha256": photo_name(), "shot": "waybill", "item_id": "", "size": 1,
                         "width": 64, "height": 48, "quality": {"sharpness": 41.5}}),
    ]  # fmt: skip
    for number, (kind, payload) in enumerate(steps, start=1):
        event = InspectionEvent(
            id=f"01938000-0000-7000-8000-{number:012d}", inspection_id="01938000-0000-7000-8000-00000000aaaa",
            sequence=number, kind=kind, at=NOW, clock_offset_ms=None, station="B12", station_id="s", person="p",
            payload=payload, previous_hash=made[-1].hash if made else FIRST_PREVIOUS_HASH,
        )  # fmt: skip
        made.append(replace(event, hash=hash_of(event)))
    return made


def photo_name() -> str:
    """The photo's SHA-256."""
    return hashlib.sha256(PHOTO.read_bytes()).hexdigest()


def lines() -> list[bytes]:
    """Two good records, one that was changed after it was hashed, one that is none."""
    good = [
        record_line(make_record(event.id, 1, "inspection_event", event_to_json(event), photo_hashes(event)))
        for event in events()
    ]
    fork = replace(events()[0], at="2026-11-21T09:00:00.000Z")
    fork = replace(fork, hash=hash_of(fork))
    forked = record_line(make_record(fork.id, 1, "inspection_event", event_to_json(fork)))
    return [*good, good[0], good[0].replace(b"SF139", b"SF239"), b"{not json", forked]


def talk(transport: Transport, *, pictures: bool = True) -> dict[str, Any]:
    """The whole talk from the station's side, with or without asking for pictures; what came of each step."""
    device = key()
    enrolment = enrol(transport, CODE, device)
    client = CentreClient(transport, enrolment, device)
    outcome: dict[str, Any] = {"number": enrolment.identity.number, "code": enrolment.identity.code}
    days = {20058: DaySum(2, "0" * 64), 20059: DaySum(0, "0" * 64)}
    clock: dict[str, int | str] = {"monotonic_ms": 86_400_000, "boot_id": "8c2f1f0e-8a3e-4c58-9d5e-000000000001"}
    turn = ("", f"{7:032x}")
    told = client.hello(1_795_228_953_120, ("", ""), {"records": 2, "photos": 1}, days, clock, turn)
    outcome["copied"] = told.copied
    outcome["offset_ms"] = told.offset_ms >= -5000
    outcome["days"] = told.days
    outcome["verdicts"] = [verdict["verdict"] for verdict in client.send_records(lines())]
    photo, name = PHOTO.read_bytes(), photo_name()
    outcome["offset"] = client.photo_offset(name)
    outcome["first part"] = client.send_photo_part(name, photo[:200], 0, len(photo))[0]
    outcome["resumed at"] = client.photo_offset(name)
    outcome["last part"] = client.send_photo_part(name, photo[200:], 200, len(photo))[0]
    outcome["whole"] = client.photo_offset(name)
    items, cursor, more = client.feed(client.epoch, "", 2)
    outcome["told"] = [item["kind"] for item in items]
    outcome["more"] = more
    outcome["then told"] = [item["kind"] for item in client.feed(client.epoch, cursor, 4)[0]]
    if pictures:
        outcome["picture"] = client.picture(photo_name()) == photo
    offers = [(event.id, event.hash) for event in events()] + [("01938000-0000-7000-8000-00000000ffff", "f" * 64)]
    outcome["lacks"] = client.reconcile(offers)
    outcome["safe"] = client.safe([photo_name(), "0" * 64])
    outcome["refusals"] = [
        *([_refused(lambda: client.picture("0" * 64))] if pictures else []),
        _refused(lambda: client.feed("another-epoch", "", 2)),
        _refused(lambda: client.send_photo_part("0" * 64, photo, 0, len(photo))),
        _refused(lambda: CentreClient(transport, enrolment, _other_key()).hello(0, ("", ""), {})),
    ]
    return outcome


def _refused(act: Callable[[], object]) -> str:
    try:
        act()
    except Refused as refused:
        return refused.code
    raise AssertionError("this must be refused")


def _other_key() -> DeviceKey:
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


STEPS = ("enrol", "hello", "records", "photo-offset", "photo-part", "photo-resume", "photo-last-part", "photo-whole",
         "feed", "feed-next", "picture", "reconcile", "safe", "picture-absent", "feed-other-epoch", "photo-wrong-hash",
         "bad-signature")  # fmt: skip


def text_of(body: bytes) -> dict[str, str]:
    """A body as JSON can hold it."""
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def bytes_of(body: dict[str, str]) -> bytes:
    """The inverse of `text_of`."""
    return body["text"].encode() if "text" in body else base64.b64decode(body["base64"])


def request_of(request: httpx2.Request) -> Exchange:
    """A request as a golden file holds it."""
    return {
        "method": request.method,
        "target": request.url.raw_path.decode(),
        "headers": {name: request.headers[name] for name in HEADERS if name in request.headers},
        "body": text_of(request.content),
    }


@dataclass
class Recorder(httpx2.BaseTransport):
    """Keeps each exchange of a talk."""

    inner: InProcess
    exchanges: list[Exchange] = field(default_factory=list)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.inner.handle_request(request)
        body = answer.read()
        told = {name: answer.headers[name] for name in ANSWER_HEADERS if name in answer.headers}
        kept = {"status": answer.status_code, "headers": told, "body": text_of(body)}
        self.exchanges.append({"request": request_of(request), "response": kept})
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(body))


def golden() -> list[tuple[str, Exchange]]:
    """The exchanges of the talk in their order, by name."""
    return [(name, json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))) for name in STEPS]


def record_talk(folder: Path) -> list[Exchange]:
    """Have the talk with a real centre in `folder`."""
    with nothing_by_chance():
        centre = prepared_centre(folder)
        recorder = Recorder(InProcess(centre))
        transport = Transport("http://centre.test", recorder)
        talk(transport)
        transport.close()
        centre.close()
    return recorder.exchanges


if __name__ == "__main__":
    import tempfile

    GOLDEN.mkdir(exist_ok=True)
    if not PHOTO.exists():
        PHOTO.write_bytes(jpeg(1))
    with tempfile.TemporaryDirectory() as made:
        for name, exchange in zip(STEPS, record_talk(Path(made)), strict=True):
            (GOLDEN / f"{name}.json").write_text(json.dumps(exchange, ensure_ascii=False, indent=1) + "\n", "utf-8")
