"""How quickly a real centre process takes photos, beside nginx's plain PUT of the same bytes in the same run.

    PYTHONPATH=.:tests python tests/benchmarks/bench_centre_photos.py

The centre hashes every byte, makes file, name and folder durable and notes the photo in its database before it
answers; nginx only writes a file and makes nothing durable, so that a second floor is what nginx needs and then hashing
what it wrote and making file, name and folder durable. Both get the same requests from the same client, over several
connections at once. Rounds of both alternate and the best of each counts. Without nginx the centre is compared
with an asyncio server that writes each body to a file and syncs it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from centre_cases import CentreProcess, padded_jpeg

from inspection_station.durable_files import keep_under_name
from inspection_station.protocol.messages import (
    BODY_HASH_HEADER,
    EPOCH_HEADER,
    NONCE_HEADER,
    PREFIX,
    SIGNATURE_HEADER,
    STATION_HEADER,
)
from inspection_station.sync.client import CentreClient, Transport, enrol
from inspection_station.sync.identity import load_or_make_key

Measured = tuple[str, float, str, float]
Request = tuple[bytes, bytes]  # head and body

PHOTO_BYTES = 2_500_000
PHOTOS = 24  # a round
CONNECTIONS = 4
ROUNDS = 4


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _one_connection(port: int, requests: Sequence[Request], faults: list[str]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for head, body in requests:
            line.sendall(head)
            line.sendall(body)
            answer = line.recv(65536)
            if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"HTTP/1.1 204")):
                faults.append(answer[:300].decode("latin-1"))
                return
            told, _, rest = answer.partition(b"\r\n\r\n")
            sizes = [line for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            lacking = int(sizes[0].split(b":")[1]) - len(rest) if sizes else 0
            while lacking > 0:
                lacking -= len(line.recv(65536))


def _send(port: int, requests: Sequence[Request]) -> float:
    """Seconds until all requests are answered, sent over several connections."""
    faults: list[str] = []
    shares = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    threads = [threading.Thread(target=_one_connection, args=(port, share, faults)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if faults:
        raise AssertionError(faults[0])
    return seconds


NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{}}
http {{
  access_log off; client_max_body_size 64m; client_body_temp_path {folder}/body;
  server {{ listen 127.0.0.1:{port}; root {folder}/kept; location / {{ dav_methods PUT; create_full_put_path on; }} }}
}}
"""

PLAIN = """
import asyncio, os, sys
async def serve(reader, writer):
    count = 0
    while True:
        try:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
        except asyncio.IncompleteReadError:
            return writer.close()
        size = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
        count += 1
        name = os.path.join(sys.argv[2], f"{id(writer)}-{count}")
        with open(name, "wb", buffering=0) as file:
            while size:
                part = await reader.read(min(size, 1 << 18))
                size -= file.write(part)
            await asyncio.to_thread(os.fsync, file.fileno())
        writer.write(b"HTTP/1.1 201 Created\\r\\nContent-Length: 0\\r\\n\\r\\n")
async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=1 << 20) as server:
        await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def _other_server(folder: Path) -> Iterator[tuple[str, int]]:
    """What the centre is compared with: its name and port."""
    port, nginx = _free_port(), shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    kept = folder / "kept"
    kept.mkdir(parents=True)
    if nginx:
        (folder / "nginx.conf").write_text(
            NGINX.format(folder=folder, port=port, user="user root;" if os.geteuid() == 0 else "")
        )
        name, command = "nginx PUT", [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    else:
        name, command = "a plain asyncio server with fsync (there is no nginx here)", [
            sys.executable, "-c", PLAIN, str(port), str(kept),
        ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _each in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield name, port
    finally:
        process.terminate()
        process.wait()


class _Station:
    """An enrolled station that signs requests of its own making."""

    def __init__(self, url: str, code: str, folder: Path) -> None:
        self._key = load_or_make_key(folder)
        transport = Transport(url)
        self._client = CentreClient(transport, enrol(transport, code, self._key), self._key)
        self._client.hello(0, ("", ""), {})

    def request(self, data: bytes) -> Request:
        """A signed PUT of a whole photo."""
        name = hashlib.sha256(data).hexdigest()
        target, client = f"{PREFIX}/blobs/{name}", self._client
        station, nonce, epoch = client._station_id, client._nonce, client.epoch
        signature = self._key.sign("PUT", target, name, station, nonce, epoch)
        headers = {
            "Host": "centre", "Content-Type": "application/octet-stream", "Content-Length": str(len(data)),
            BODY_HASH_HEADER: name, STATION_HEADER: station, NONCE_HEADER: nonce, EPOCH_HEADER: epoch,
            SIGNATURE_HEADER: signature,
        }  # fmt: skip
        head = f"PUT {target} HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items()) + "\r\n"
        return head.encode(), data

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _plain(data: bytes, number: int) -> Request:
    return f"PUT /{number} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n\r\n".encode(), data


def _settle(kept: Path) -> float:
    """Seconds until what a server wrote is hashed and made durable under another name, by several threads at once."""
    files = sorted(path for path in kept.iterdir() if path.suffix != ".durable")

    def settle(share: Sequence[Path]) -> None:
        for path in share:
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")
            keep_under_name(path, path.with_suffix(".durable"))

    threads = [threading.Thread(target=settle, args=(files[one::CONNECTIONS],)) for one in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def measure(say: Callable[[str], None] = print) -> list[Measured]:
    """The throughput of both in MB/s."""
    best = {"centre": 0.0, "other": 0.0, "durable": 0.0}
    size = PHOTOS * PHOTO_BYTES / 1e6
    with tempfile.TemporaryDirectory(prefix="is-bench-") as named:
        folder = Path(named)
        os.environ["INSPECTION_CENTRE_QUOTA_PHOTO_MB_PER_MINUTE"] = "1000000"
        centre = CentreProcess(folder / "centre").start()
        station = _Station(centre.url, centre.code, folder / "station")
        try:
            with _other_server(folder / "other") as (name, port):
                for turn in range(ROUNDS):
                    photos = [padded_jpeg(turn * PHOTOS + number, PHOTO_BYTES) for number in range(PHOTOS)]
                    others = [_plain(data, turn * PHOTOS + number) for number, data in enumerate(photos)]
                    sent = _send(port, others)
                    best["other"] = max(best["other"], size / sent)
                    best["durable"] = max(best["durable"], size / (sent + _settle(folder / "other" / "kept")))
                    signed = [station.request(data) for data in photos]
                    best["centre"] = max(best["centre"], size / _send(int(urlsplit(centre.url).port or 0), signed))
                    say(f"  round {turn + 1}: centre {best['centre']:.0f} MB/s, {name} {best['other']:.0f} MB/s")
        finally:
            station.close()
            centre.stop()
    durable = (f"Photos at the centre ({name}, hash, fsync)", best["centre"], "MB/s", best["durable"])
    return [(f"Photos at the centre ({name})", best["centre"], "MB/s", best["other"]), durable]


if __name__ == "__main__":
    for label, value, unit, floor in measure():
        print(f"{label:<50}{value:8.0f} {unit}   {value / floor:.2f} ×   (asked: 0.60 ×)")
