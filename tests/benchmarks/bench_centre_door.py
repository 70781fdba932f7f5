"""The centre at the door of a real process: 200 simulated benches, each waiting for news while records come in.

Every bench is enrolled, signs its requests and keeps one long poll of the feed open. Records come at a steady rate from
all of them in turn. Told are the time until a record is acked and how much memory the server's process holds.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from centre_cases import CentreProcess, inspection_events, line_of

from inspection_station.protocol.messages import (
    EPOCH_HEADER,
    NONCE_HEADER,
    PREFIX,
    PROTOCOL,
    SIGNATURE_HEADER,
    STATION_HEADER,
)
from inspection_station.server import enrolment
from inspection_station.server.centre import open_centre
from inspection_station.sync.identity import DeviceKey, load_or_make_key

BENCHES = 200
RATE = 10  # records a second, of all benches together
WAIT = 20  # seconds of a long poll


@dataclass
class SimulatedBench:
    """One enrolled station, without a disk."""

    door: httpx2.AsyncClient
    key: DeviceKey
    id: str = ""
    epoch: str = ""
    nonce: str = ""

    async def ask(self, method: str, target: str, body: bytes = b"", nonce: str = "") -> dict[str, Any]:
        """One signed request and its answer."""
        nonce = nonce or self.nonce
        signature = self.key.sign(method, target, hashlib.sha256(body).hexdigest(), self.id, nonce, self.epoch)
        headers = {
            STATION_HEADER: self.id, NONCE_HEADER: nonce, EPOCH_HEADER: self.epoch, SIGNATURE_HEADER: signature
        }  # fmt: skip
        answer = await self.door.request(method, target, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def begin(self, code: str) -> None:
        """Enrol and greet."""
        asked = {"code": code, "public_key": self.key.public_text, "app_version": "1"}
        told = (await self.door.post(f"{PREFIX}/enrol", json=asked)).json()
        self.id, self.epoch = told["station_id"], told["epoch"]
        greeting = {"protocol": {"min": 1, "max": PROTOCOL}, "app_version": "1", "clock_ms": 0}
        answer = await self.ask("POST", f"{PREFIX}/hello", json.dumps(greeting).encode(), secrets.token_hex(16))
        self.nonce = answer["nonce"]

    async def listen(self, told: list[int]) -> None:
        """Read the feed on and on, waiting for news."""
        cursor = ""
        while True:
            target = f"{PREFIX}/feed?epoch={self.epoch}&cursor={cursor}&limit=500&wait={WAIT}&protocol={PROTOCOL}"
            page = await self.ask("GET", target)
            cursor = page["cursor"]
            told.append(len(page["items"]))


def resident_mb(process_id: int) -> float:
    """What the process holds in memory now, in megabytes."""
    status = Path(f"/proc/{process_id}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


async def _run(url: str, codes: list[str], folder: Path, seconds: float, process_id: int) -> tuple[list[float], float]:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    taken: list[float] = []
    highest = 0.0
    async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as door:
        benches = [SimulatedBench(door, load_or_make_key(folder / str(n))) for n in range(len(codes))]
        for bench, code in zip(benches, codes, strict=True):
            await bench.begin(code)
        told: list[int] = []
        listening = [asyncio.create_task(bench.listen(told)) for bench in benches]
        sending: list[asyncio.Task[None]] = []
        lines = [line_of(event) for number in range(int(seconds * RATE / 4) + 2) for event in inspection_events()]

        async def send(bench: SimulatedBench, line: bytes) -> None:
            begun = time.perf_counter()
            answer = await bench.ask("POST", f"{PREFIX}/records", line + b"\n")
            taken.append(time.perf_counter() - begun)
            assert answer["verdicts"][0]["verdict"] == "stored"

        for number in range(int(seconds * RATE)):
            sending.append(asyncio.create_task(send(benches[number // 4 % len(benches)], lines[number])))
            highest = max(highest, resident_mb(process_id))
            await asyncio.sleep(1 / RATE)
        await asyncio.gather(*sending)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        faults = [task.exception() for task in listening if task.done() and not task.cancelled()]
        assert not any(faults), faults
        assert sum(told) >= len(codes)  # every bench was told of parcels while it waited
    return taken, highest


def measure(folder: Path, seconds: float) -> Iterator[tuple[str, float, str, str]]:
    """(name, value, unit, asked) of each figure."""
    centre = open_centre(folder / "centre", practice=True)
    codes = [enrolment.make_enrolment_code(centre, f"B{number}", "s") for number in range(BENCHES)]
    centre.close()
    served = CentreProcess(folder / "centre").start()
    try:
        taken, highest = asyncio.run(_run(served.url, codes, folder / "keys", seconds, served.process.pid))
    finally:
        served.stop()
    taken.sort()
    name = f"{BENCHES} benches, {RATE} records/s:"
    yield f"{name} ack, median", statistics.median(taken) * 1000, "ms", ""
    yield f"{name} ack, p99", taken[int(len(taken) * 0.99)] * 1000, "ms", "≤ 1,000 ms"
    yield f"{name} server's memory", highest, "MB", "≤ 300 MB"
