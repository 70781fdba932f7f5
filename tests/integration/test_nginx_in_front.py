"""The nginx example in front of a real centre: TLS, photos passed on as they come, no token in any of its logs."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from centre_cases import PROJECT, CentreProcess, client_for, close_clients, padded_jpeg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

EXAMPLE = PROJECT / "installers" / "server" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def write_certificate(folder: Path) -> None:
    """A certificate for this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "centre.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "centre.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@dataclass
class Nginx:
    """nginx with the example as it ships, but for its places."""

    folder: Path
    port: int

    @property
    def written(self) -> str:
        """All it logged."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def asks(self, head: str, body: bytes = b"") -> ssl.SSLSocket:
        """A connection on which so much was sent."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the certificate is not what is tested
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        wrapped = context.wrap_socket(plain)
        wrapped.sendall(head.replace("\n", "\r\n").encode() + body)
        return wrapped

    def answer(self, head: str, body: bytes = b"") -> str:
        """What comes back until the connection is closed."""
        with self.asks(head, body) as asked:
            parts = iter(lambda: asked.recv(65536), b"")
            return b"".join(parts).decode("utf-8", "replace")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = CentreProcess(tmp_path / "centre").start()
    yield running
    running.stop()


@pytest.fixture
def nginx(centre: CentreProcess) -> Iterator[Nginx]:
    if NGINX is None:
        pytest.skip("there is no nginx here")
    folder, port = Path(tempfile.mkdtemp(prefix="is-nginx-")), free_port()
    write_certificate(folder)
    text = EXAMPLE.read_text("utf-8")
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("    listen [::]:443 ssl;\n", "")
    text = text.replace("server 127.0.0.1:8765", f"server 127.0.0.1:{centre.port}")
    text = text.replace("/etc/inspection-station/tls", str(folder)).replace("/var/log/nginx", str(folder))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"daemon off; pid {folder}/pid; error_log {folder}/start.log; worker_processes 1;\n"
    around += "user root;\n" if os.geteuid() == 0 else ""
    around += f"events {{}}\nhttp {{\n{temporary}{text}\n}}\n"
    (folder / "nginx.conf").write_text(around, "utf-8")
    checked = subprocess.run([NGINX, "-t", "-c", str(folder / "nginx.conf")], capture_output=True, text=True)
    assert checked.returncode == 0 and "warn" not in checked.stderr, checked.stderr
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    made = Nginx(folder, port)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield made
    process.terminate()
    process.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


def test_what_of_a_photo_came_through_counts_when_the_bench_goes_away(centre: CentreProcess, nginx: Nginx) -> None:
    photo = padded_jpeg(1, 3_000_000)
    name = hashlib.sha256(photo).hexdigest()
    client = client_for(centre.url, centre.code, nginx.folder / "bench")
    client.hello(0, ("", ""), {})
    path = f"/sync/v1/blobs/{name}"
    signature = client._key.sign("PUT", path, name, client._station_id, client._nonce, client.epoch)
    head = f"PUT {path} HTTP/1.1\nHost: centre.example\nContent-Length: {len(photo)}\nBody-SHA256: {name}\n"
    head += f"Station-Id: {client._station_id}\nStation-Nonce: {client._nonce}\nStation-Epoch: {client.epoch}\n"
    head += f"Station-Signature: {signature}\nConnection: close\n\n"
    broken = nginx.asks(head, photo[:1_000_000])
    until = time.monotonic() + 20
    while (client.photo_offset(name) or 0) < 900_000 and time.monotonic() < until:
        time.sleep(0.05)  # it is passed on while the rest has not been sent
    broken.close()
    offset = client.photo_offset(name) or 0
    assert 900_000 <= offset <= 1_000_000
    close_clients()


def test_requests_pass_and_their_paths_are_in_no_log(nginx: Nginx) -> None:
    told = nginx.answer("GET /ready HTTP/1.1\nHost: centre.example\nConnection: close\n\n")
    assert told.startswith("HTTP/1.1 200") and '"status":"ready"' in told
    told = nginx.answer("GET /evidence/canary-1?x=canary-2 HTTP/1.1\nHost: centre.example\nConnection: close\n\n")
    assert told.startswith("HTTP/1.1 403")
    identity = re.findall(r"(?i)^request-id: (\w+)", told, re.M)[0]
    told = nginx.answer("GET /metrics HTTP/1.1\nHost: centre.example\nConnection: close\n\n")
    assert told.startswith("HTTP/1.1 404")
    told = nginx.answer("GET /%00canary-3 HTTP/1.1\nHost: centre.example\nConnection: close\n\n")
    assert told.startswith("HTTP/1.1 4")
    until = time.monotonic() + 10
    while identity not in nginx.written and time.monotonic() < until:
        time.sleep(0.05)
    assert identity in nginx.written and "canary" not in nginx.written
