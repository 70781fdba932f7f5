"""A real centre told to stop under load, and killed in the middle of a backup: nothing acked is lost, nothing half."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import centre_cases
import pytest
from centre_cases import (
    PROJECT,
    CentreProcess,
    client_for,
    close_clients,
    in_process_centre,
    inspection_events,
    jpeg,
    line_of,
    padded_jpeg,
)

from inspection_station.domain.events import InspectionEvent
from inspection_station.server import ledger
from inspection_station.server.backup import manifest as manifests
from inspection_station.server.backup.kept_photos import KeptPhotos
from inspection_station.server.backup.restoring import restore_backup
from inspection_station.server.centre import open_centre
from inspection_station.sync.client import CentreClient, SyncFailure

pytestmark = pytest.mark.both_surroundings(others_in_soak=True)

PHOTO_BYTES = 200_000


class Sender(threading.Thread):
    """One bench that sends inspection after inspection, and notes what was acked."""

    def __init__(self, client: CentreClient, first: int) -> None:
        super().__init__()
        self.client, self.first = client, first
        self.acked: list[InspectionEvent] = []
        self.photos: list[str] = []
        self.working = threading.Event()

    def run(self) -> None:
        try:
            for number in range(self.first, self.first + 10_000):
                photo = padded_jpeg(number, PHOTO_BYTES)
                name = hashlib.sha256(photo).hexdigest()
                events = inspection_events([name], number, f"SF{number:013d}")
                verdicts = self.client.send_records([line_of(event) for event in events])
                assert {verdict["verdict"] for verdict in verdicts} <= {"stored", "need"}
                self.acked += events
                if self.client.send_photo_part(name, photo, 0, len(photo))[0] == "stored":
                    self.photos.append(name)
                if len(self.photos) == 3:
                    self.working.set()
        except SyncFailure:
            return  # the centre is gone


@pytest.mark.parametrize("seed", range(1))
def test_told_to_stop_under_load_it_ends_cleanly_and_has_all_it_acked(tmp_path: Path, seed: int) -> None:
    running = CentreProcess(tmp_path / "centre").start()
    greeted = client_for(running.url, running.code, tmp_path / "bench")
    greeted.hello(0, ("", ""), {})
    senders = [Sender(greeted, 1)]
    for sender in senders:
        sender.start()
    assert all(sender.working.wait(60) for sender in senders)
    time.sleep(random.Random(seed).random() / 5)
    started = time.monotonic()
    code, errors = running.stop()
    assert (code, errors) == (0, "") and time.monotonic() - started < 20
    for sender in senders:
        sender.join(60)
        assert not sender.is_alive() and len(sender.photos) >= 3
    close_clients()
    held = in_process_centre(tmp_path / "centre")
    for sender in senders:
        for start in range(0, len(sender.acked), 500):
            offers = [(event.id, event.hash) for event in sender.acked[start : start + 500]]
            assert ledger.lacking(held, offers)[0] == []
        assert all(held.photos.verify(name) for name in sender.photos)
    held.close()


def test_a_photo_under_way_when_the_centre_stops_is_gone_on_with_afterwards(tmp_path: Path) -> None:
    running = CentreProcess(tmp_path / "centre").start()
    client = client_for(running.url, running.code, tmp_path / "bench")
    client.hello(0, ("", ""), {})
    photo = padded_jpeg(1, 1_000_000)
    name = hashlib.sha256(photo).hexdigest()
    assert client.send_photo_part(name, photo[:300_000], 0, len(photo)) == ("partial", 300_000)
    assert running.stop() == (0, "")
    running.start()
    client.hello(0, ("", ""), {})
    assert client.photo_offset(name) == 300_000
    assert client.send_photo_part(name, photo[300_000:], 300_000, len(photo))[0] == "stored"
    assert running.stop() == (0, "")
    close_clients()


def test_killed_in_the_middle_of_a_backup_it_leaves_none_that_looks_whole(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    running = CentreProcess(tmp_path / "centre").start()
    client = client_for(running.url, running.code, tmp_path / "bench")
    client.hello(0, ("", ""), {})
    photos = [jpeg(number) for number in range(1, 41)]
    for number, photo in enumerate(photos, 1):
        name = hashlib.sha256(photo).hexdigest()
        client.send_records([line_of(event) for event in inspection_events([name], number, f"SF{number:013d}")])
        client.send_photo_part(name, photo, 0, len(photo))
    assert running.stop() == (0, "")
    close_clients()
    folder = tmp_path / "backups"
    command = [sys.executable, "-m", "inspection_station", "central", "backup", str(folder), "--json", "--keep", "2"]
    command += ["--data", str(tmp_path / "centre")]
    environment = {**os.environ, **centre_cases.environment_of(tmp_path / "centre")}
    started = time.monotonic()
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - started
    chance = random.Random(6)
    killed = 0
    for number in range(rounds(3, 60)):
        if number % 2:  # also where every photo is copied anew
            for name in list(KeptPhotos(folder / "photos").names())[:20]:
                KeptPhotos(folder / "photos").path(name).unlink()
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        began = time.monotonic()
        try:
            process.wait(whole * (0.4 + 0.6 * chance.random()))
            whole = min(whole, time.monotonic() - began)  # the machine has become quicker than it was
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        for path, made in manifests.backups_in(folder):
            manifests.check_files(path, made)
            assert (made.records, made.photos, made.missing) == (200, 40, ())
    assert killed >= rounds(1, 2)
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert not list(folder.glob("*.part")) and not list(folder.glob("photos/*/.*"))
    again = tmp_path / "again"
    (again / "photos").mkdir(parents=True)
    done = restore_backup(folder, again, "", KeptPhotos(again / "photos").keep)
    assert (done.photos, done.lacking) == (40, ())
    held = open_centre(again)  # whatever it stood on, a backup can be put back on SQLite and a disk
    assert all(held.photos.verify(hashlib.sha256(photo).hexdigest()) for photo in photos)
    held.close()
