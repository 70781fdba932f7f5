"""Part B of the centre's guide as it stands there: two instances, PostgreSQL with a synchronous standby, photos in S3.

A bench may talk to either instance; one may die, and so may the first database machine: what was acked is there, the
epoch is new, and the benches match by themselves.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from centre_cases import PROJECT, client_for, close_clients, inspection_events, line_of, padded_jpeg
from left_behind import folder_of_this_run
from postgres_server import NoPostgres, program
from s3_server import ACCESS, SECRET, S3Server

from inspection_station.domain.events import InspectionEvent
from inspection_station.sync.client import CentreClient, SyncFailure, Transport

GUIDE = PROJECT / "installers" / "server" / "GUIDE.md"
PROGRAMS = ("initdb", "pg_ctl", "psql", "pg_basebackup")
PASSWORD = "canary-password"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def block(name: str) -> str:
    """The block of the guide with that name."""
    found = re.search(rf"^```\w+ {name}\n(.*?)^```", GUIDE.read_text("utf-8"), re.S | re.M)
    assert found, name
    return found[1]


@dataclass
class Machines:
    """The machines of the guide, all of them this one."""

    folder: Path
    s3_endpoint: str
    s3_bucket: str
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))
    instances: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self, name: str) -> str:
        """Run a block of the guide as PostgreSQL's user, with the places of this test; what it printed."""
        places = {
            "PRIMARY": self.folder / "primary", "STANDBY": self.folder / "standby", "SECRETS": self.folder / "secrets",
            "PRIMARY_PORT": self.ports[0], "STANDBY_PORT": self.ports[1], "CONFIG": self.folder / "config",
        }  # fmt: skip
        assert set(re.findall(r"(\w+)=", re.sub("#.*", "", block("settings")))) == set(places)
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
        path = os.pathsep.join(
            dict.fromkeys([*(str(Path(program(one)).parent) for one in PROGRAMS), "/usr/bin", "/bin"])
        )
        ran = subprocess.run(
            ["bash", "-eu", "-c", block(name)], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=90,
            env={"PATH": path, "LC_ALL": "C.UTF-8", **{key: str(value) for key, value in places.items()}}, **who,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    def settings(self, name: str) -> Path:
        """The settings of an instance, as the guide has them but for the places."""
        text = block("instance").replace("127.0.0.1:5432", f"127.0.0.1:{self.ports[0]}")
        text = text.replace("127.0.0.1:5433", f"127.0.0.1:{self.ports[1]}")
        text = text.replace("/etc/inspection-station", str(self.folder / "secrets"))
        text = text.replace("/mnt/backups/inspection-station", str(self.folder / "backups"))
        text = text.replace("https://s3.example", self.s3_endpoint).replace("returns-photos", self.s3_bucket)
        text += f'\n[centre]\ndata_folder = "{self.folder}/data-{name}"\nleast_free_mb = 0\n[log]\nlevel = "error"\n'
        path = self.folder / f"{name}.toml"
        path.write_text(text, "utf-8")
        return path

    def central(self, *words: str) -> dict[str, Any]:
        """What a command at one of the machines says."""
        command = [sys.executable, "-m", "inspection_station", "central", *words, "--json"]
        ran = subprocess.run(
            [*command, "--config", str(self.settings("console"))], cwd=PROJECT, capture_output=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr.decode()
        assert PASSWORD.encode() not in ran.stdout + ran.stderr
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    def start(self, name: str) -> str:
        """Start an instance; its address."""
        words = ["central", "serve", "--port", "0", "--config", str(self.settings(name))]
        process = subprocess.Popen(
            [sys.executable, "-m", "inspection_station", *words], cwd=PROJECT, stdout=subprocess.PIPE
        )
        self.instances.append(process)
        assert process.stdout is not None
        return str(json.loads(process.stdout.readline())["url"])

    def end(self) -> None:
        for process in self.instances:
            process.kill()
            process.communicate()
        for name in ("primary", "standby"):
            pid = self.folder / name / "postmaster.pid"
            if pid.is_file():
                os.kill(int(pid.read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def machines(s3_server: S3Server) -> Iterator[Machines]:
    try:
        for name in PROGRAMS:
            program(name)
        if os.geteuid() == 0:
            pwd.getpwnam("postgres")
    except (NoPostgres, KeyError) as error:
        pytest.skip(str(error))
    folder = folder_of_this_run("is-two")
    (folder / "secrets").mkdir()
    for name in ("postgres", "database", "standby"):
        (folder / "secrets" / f"{name}-password").write_text(f"{PASSWORD}-{name}\n")
    (folder / "secrets" / "s3-keys").write_text(f"{ACCESS}\n{SECRET}\n")
    shutil.copytree(GUIDE.parent, folder / "config")
    s3_server.make_bucket("two-instances")
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
    made = Machines(folder, s3_server.endpoint, "two-instances")
    yield made
    close_clients()
    made.end()


@dataclass
class Bench:
    """A bench: what it sent and was acked."""

    client: CentreClient
    number: int
    acked: list[InspectionEvent] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)

    def goes_to(self, url: str) -> None:
        """As if the balancer sent it to another instance from now on."""
        self.client._transport.close()
        self.client._transport = Transport(url)

    def greets(self) -> None:
        """The centre may be busy with a failover: until it answers."""
        until = time.monotonic() + 60
        while True:
            try:
                self.client.hello(0, ("", ""), {})
                return
            except SyncFailure:
                assert time.monotonic() < until
                time.sleep(0.2)

    def sends(self, count: int) -> None:
        for _ in range(count):
            self.number += 1
            photo = padded_jpeg(self.number, 50_000)
            name = hashlib.sha256(photo).hexdigest()
            events = inspection_events([name], self.number, f"SF{self.number:013d}")
            verdicts = self.client.send_records([line_of(event) for event in events])
            assert {verdict["verdict"] for verdict in verdicts} <= {"stored", "need"}
            self.acked += events
            assert self.client.send_photo_part(name, photo, 0, len(photo))[0] == "stored"
            self.photos.append(name)

    def everything_is_there(self) -> None:
        assert self.client.reconcile([(event.id, event.hash) for event in self.acked]) == ([], [])
        assert all(self.client.photo_offset(name) is None for name in self.photos)


def parcels(client: CentreClient) -> set[str]:
    items, _cursor, more = client.feed(client.epoch, "", 500)
    assert not more
    return {item["body"]["tracking_number"] for item in items if item["kind"] == "parcel"}


def all_are_told(benches: list[Bench], count: int) -> None:
    """Every bench hears of so many parcels, whichever instance it asks; they are told right after the ack."""
    until = time.monotonic() + 20
    while {len(parcels(bench.client)) for bench in benches} != {count}:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert len({frozenset(parcels(bench.client)) for bench in benches}) == 1


def test_two_instances_and_a_promoted_standby_lose_nothing(machines: Machines) -> None:
    machines.follow("primary")
    machines.follow("standby")
    assert _becomes_synchronous(machines)
    first_epoch = machines.central("init")["epoch"]
    urls = [machines.start("one"), machines.start("two")]
    benches = []
    for number, url in enumerate((urls[0], urls[1], urls[0])):
        words = ("enrol", "--station-code", f"B{number}", "--site", "华东退货中心")
        code = machines.central(*words)["enrolment_code"]
        benches.append(Bench(client_for(url, code, machines.folder / f"bench{number}"), number * 1000))
    for bench in benches:
        bench.greets()
        bench.sends(3)
    # What one instance was told the other tells, and what one keeps the other has.
    all_are_told(benches, 9)
    photo = padded_jpeg(7, 90_000)
    name = hashlib.sha256(photo).hexdigest()
    assert benches[2].client.send_photo_part(name, photo[:40_000], 0, len(photo)) == ("partial", 40_000)
    assert benches[1].client.photo_offset(benches[0].photos[0]) is None
    # An instance dies.
    machines.instances[0].kill()
    for bench in benches:
        bench.goes_to(urls[1])
        bench.sends(2)
        bench.everything_is_there()
    # Half a photo lies with the instance that took it; at the other it begins anew.
    assert benches[2].client.photo_offset(name) == 0
    assert benches[2].client.send_photo_part(name, photo, 0, len(photo))[0] == "stored"
    # A verified backup makes photos safe in this epoch.
    made = machines.central("backup")
    assert (made["records"], made["photos"], made["photos_missing"]) == (75, 16, 0)
    assert benches[0].client.safe(benches[0].photos) == benches[0].photos
    # The first database machine dies; the standby takes over as the guide says.
    pid = int((machines.folder / "primary" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)  # as a power cut: nothing is written any more
    machines.follow("promote")
    for bench in benches:
        bench.greets()
        assert bench.client.epoch != first_epoch
        bench.everything_is_there()
        assert bench.client.safe(bench.photos) == []
    assert len({bench.client.epoch for bench in benches}) == 1
    again = machines.start("three")
    benches[0].goes_to(again)
    for bench in benches:
        bench.sends(2)
        bench.everything_is_there()
    all_are_told(benches, 21)


def _becomes_synchronous(machines: Machines) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if "standby|sync" in machines.follow("synchronous"):
            return True
        time.sleep(0.2)
    return False
