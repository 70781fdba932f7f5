"""A photo whose connection is cut at random moments is gone on with where it broke off: little is sent twice."""

from __future__ import annotations

import hashlib
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from centre_cases import CentreProcess, padded_jpeg

from inspection_station.sync.client import CentreClient, SyncFailure, Transport, enrol
from inspection_station.sync.identity import load_or_make_key
from inspection_station.sync.photo_upload import LARGEST_PART

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)

SIZE = 5_000_000
MOST_AGAIN = 256 * 1024


class CuttingLine:
    """Carries bytes to the centre and cuts each connection after so many; counts what went through."""

    def __init__(self, port: int) -> None:
        self._port, self._listening = port, socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.carried, self.left = 0, 1 << 60
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._carry, args=(self._listening.accept()[0],), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()
            with suppress(OSError):
                while data := near.recv(min(65536, max(1, self.left))):
                    far.sendall(data)
                    self.carried += len(data)
                    self.left -= len(data)
                    if self.left <= 0:
                        break
            for each in (far, near):  # at once: the thread that reads the other way would hold them open
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)

    def close(self) -> None:
        """No more connections."""
        self._listening.close()


def test_a_cut_photo_of_5_mb_sends_at_most_256_kb_again(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    centre = CentreProcess(tmp_path / "centre").start()
    line = CuttingLine(centre.port)
    key = load_or_make_key(tmp_path / "station")
    transport = Transport(f"http://127.0.0.1:{line.port}")
    client = CentreClient(transport, enrol(transport, centre.code, key), key)
    client.hello(0, ("", ""), {})
    draw = random.Random(6)
    try:
        for number in range(rounds(6, 60)):
            photo = padded_jpeg(number, SIZE)
            name = hashlib.sha256(photo).hexdigest()
            begun = line.carried
            line.left = draw.randrange(10_000, SIZE - 10_000)
            at, word, cuts = 0, "", 0
            while word != "stored":
                part = photo[at : at + LARGEST_PART]
                try:
                    word, at = client.send_photo_part(name, part, at, SIZE)
                except SyncFailure:
                    cuts, line.left = cuts + 1, 1 << 60
                    at = _offset(client, name)
            again = line.carried - begun - SIZE
            assert cuts >= 1 and again <= MOST_AGAIN, f"{again} bytes were sent again"
            assert client.photo_offset(name) is None
    finally:
        transport.close()
        line.close()
        centre.kill()


def _offset(client: CentreClient, name: str) -> int:
    """Where the centre is; it may still be writing what came before the cut."""
    before = -1
    while (now := client.photo_offset(name) or 0) != before:
        before = now
        threading.Event().wait(0.1)
    return now
