"""A centre for the tests: in this process behind a transport, or as a real process on a free port."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from PIL import Image
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.events import InspectionEvent, event_to_json, photo_hashes
from inspection_station.domain.identifiers import uuid7
from inspection_station.protocol.messages import make_record, record_line
from inspection_station.server import enrolment
from inspection_station.server.app import build_app
from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.blobs.store import PhotoStore
from inspection_station.server.centre import Centre, open_centre
from inspection_station.sync.client import CentreClient, Transport, enrol
from inspection_station.sync.identity import DeviceKey, Enrolment, load_or_make_key
from inspection_station.workflows.ports import StoredPhoto

PROFILE: list[str] = []
NOW = "2026-11-21T02:42:33.120Z"
PROJECT = Path(__file__).resolve().parent.parent


def database_of(_folder: Path) -> str:
    """The database of the centre in a folder: SQLite, unless the mark `both_databases` says otherwise."""
    return ""


def photos_of(_folder: Path) -> PhotoStore | None:
    """Where the centre in a folder keeps its photos: there, unless the mark `both_surroundings` says otherwise."""
    return None


def environment_of(_folder: Path) -> dict[str, str]:
    """What tells a process what the centre in a folder stands on."""
    return {}


@dataclass
class MovedClock:
    """A clock that stands until it is moved; for the station (`Clock`) and the centre (`now`)."""

    time: str = NOW

    def now(self) -> str:
        return self.time

    def offset_ms(self) -> int | None:
        return None

    def local_day(self) -> str:
        return self.time[:10]

    def day_of(self, text: str) -> str:
        return text[:10]


class InProcess(httpx2.BaseTransport):
    """Carries requests to an application in this process and keeps them."""

    def __init__(self, centre: Centre) -> None:
        self._client = TestClient(build_app(centre), raise_server_exceptions=True)
        self.requests: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        answer = self._client.request(
            request.method, request.url.raw_path.decode(), headers=request.headers.raw, content=request.content
        )
        return httpx2.Response(answer.status_code, headers=answer.headers.raw, stream=httpx2.ByteStream(answer.content))


def in_process_centre(folder: Path, clock: MovedClock | None = None, *, practice: bool = False) -> Centre:
    """A centre over `folder` with a standing clock."""
    now, database, photos = (clock or MovedClock()).now, database_of(folder), photos_of(folder)
    return open_centre(folder, practice=practice, now=now, database=database, photos=photos)


def photo_file(centre: Centre, sha256: str) -> Path:
    """The file of a photo at a centre that keeps photos on its disk."""
    assert isinstance(centre.photos, DiskPhotos)
    return centre.photos._path(sha256)


def enrolled(centre: Centre, transport: Transport, folder: Path, code: str = "B12") -> tuple[Enrolment, DeviceKey]:
    """A station enrolled at `centre`, its key in `folder`."""
    key = load_or_make_key(folder)
    return enrol(transport, enrolment.make_enrolment_code(centre, code, "华东退货中心"), key), key


def jpeg(number: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG that differs for every number."""
    picture = Image.new("RGB", size, (number % 256, number // 256 % 256, 90))
    for place in range(24):
        if number >> place & 1:
            picture.putpixel((place * 2, 5), (255, 255, 255))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def padded_jpeg(number: int, size: int) -> bytes:
    """A JPEG of exactly `size` bytes: what follows the picture does not belong to it, but has to arrive too."""
    data = jpeg(number)
    filling = (number.to_bytes(8, "big") * (size // 8 + 1))[: size - len(data)]
    return data + filling


@dataclass
class FolderPhotos:
    """`ports.PhotoStore` in a folder, without the care of the real one."""

    folder: Path

    def keep(self, jpeg: bytes) -> StoredPhoto:
        data = jpeg
        name = hashlib.sha256(data).hexdigest()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)
        return StoredPhoto(name, self.folder / name, len(data), 64, 48)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def verify(self, sha256: str) -> bool:
        return hashlib.sha256(self.path(sha256).read_bytes()).hexdigest() == sha256


def inspection_events(
    photos: Sequence[str] = (), number: int = 1, tracking_number: str = "SF1234567890123", **decision: Any
) -> list[InspectionEvent]:
    """A whole inspection of the station's item `number` with these photos: 4 events and one for each photo."""
    making = Making()
    item_id = uuid7()
    making.add(making.parcel(tracking_number))
    making.add(item(item_id, number))
    for sha256 in photos:
        making.add(photo(sha256, item_id))
    making.add(decided(item_id, **decision))
    making.add(CLOSED)
    return making.events


def line_of(event: InspectionEvent) -> bytes:
    """The event as the line of a batch."""
    return record_line(make_record(event.id, 1, "inspection_event", event_to_json(event), photo_hashes(event)))


@dataclass
class CentreProcess:
    """``central serve`` as a real process."""

    data: Path
    port: int = 0
    demo: bool = True
    url: str = ""
    code: str = ""
    epoch: str = ""

    def start(self) -> CentreProcess:
        """Start it and wait until it says that it is ready."""
        command = [sys.executable, *PROFILE, "-m", "inspection_station", "central", "serve", "--data", str(self.data)]
        command += ["--port", str(self.port), *(["--demo"] if self.demo else [])]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
            env={"INSPECTION_CENTRE_LOG_LEVEL": "warning", **os.environ, **environment_of(self.data)},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1].decode())
        told = json.loads(line)
        self.url, self.code, self.epoch = told["url"], told.get("enrolment_code", ""), told["epoch"]
        self.port = int(self.url.rpartition(":")[2])  # a restart listens where stations look for it
        return self

    def strike(self) -> None:
        """Kill it in the middle of what it does; `kill` waits for its end."""
        self.process.kill()

    def kill(self) -> None:
        """Kill it as a power cut of the process would."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """Ask it to stop; exit code and what it wrote to stderr."""
        self.process.send_signal(signal.SIGTERM)
        errors = self.process.communicate(timeout=30)[1]
        return self.process.returncode, errors.decode()


def process_of(folder: Path) -> CentreProcess:
    """The centre in a folder as a process that is to be started, or as two behind a balancer when the mark says so."""
    return CentreProcess(folder)


def central(centre: Path, *words: str) -> dict[str, Any]:
    """Run a ``central`` command for the centre in a folder and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "inspection_station", "central", *words, "--data", str(centre), "--json"],
        cwd=PROJECT, capture_output=True, check=True, env={**os.environ, **environment_of(centre)},
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def client_for(url: str, code: str, folder: Path) -> CentreClient:
    """A newly enrolled station's client."""
    transport = Transport(url)
    key = load_or_make_key(folder)
    client = CentreClient(transport, enrol(transport, code, key), key)
    _OPEN.append(client)
    return client


_OPEN: list[CentreClient] = []


def close_clients() -> None:
    """Close the connections of all clients that `client_for` made."""
    while _OPEN:
        _OPEN.pop().close()
