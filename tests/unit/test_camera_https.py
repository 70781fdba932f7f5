"""A network camera over HTTPS: what TLS does to the bytes underway must not look like a camera that is gone."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from mjpeg_server import MjpegServer, multipart_header, part

from inspection_station.devices import camera_http
from inspection_station.devices.camera_http import HttpCamera
from inspection_station.errors import StationProblem

PAUSE = 0.2  # seconds: longer than the camera's thread waits at a time
PICTURES = [
    cv2.imencode(".jpg", np.full((48, 64, 3), tone, np.uint8))[1].tobytes() for tone in (20, 70, 120, 170, 220)
]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key and a certificate of 127.0.0.1 by itself, which this machine trusts for the test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trusted, both = tmp_path / "trusted.pem", tmp_path / "camera.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(private + trusted.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return both


class HaltingCamera(MjpegServer):
    """Sends each picture as one record of TLS, and halts in the middle of every one: for `PAUSE`, or for good."""

    def __init__(self, certificate: Path, *, for_good: bool = False) -> None:
        super().__init__()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._pause = 30.0 if for_good else PAUSE

    @property
    def address(self) -> str:
        return super().address.replace("http:", "https:")

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(came, goes, server_side=True)

        def until_done(act: Callable[[], object]) -> None:
            while True:
                try:
                    act()
                except ssl.SSLWantReadError:
                    connection.sendall(goes.read())
                    came.write(connection.recv(65536))
                else:
                    connection.sendall(goes.read())
                    return

        until_done(tls.do_handshake)
        until_done(lambda: tls.read(65536))
        tls.write(multipart_header())
        kept = goes.read()
        for picture in PICTURES:
            tls.write(part(picture))
            record = goes.read()
            connection.sendall(kept + record[: len(record) // 2])
            kept = record[len(record) // 2 :]
            if self.wait(self._pause):
                return
        connection.sendall(kept)
        self.wait(30)


@pytest.fixture
def connected(certificate: Path) -> Iterator[Callable[..., HttpCamera]]:
    with contextlib.ExitStack() as ending:

        def connect(**how: bool) -> HttpCamera:
            server = ending.enter_context(HaltingCamera(certificate, **how))
            camera = HttpCamera(server.address)
            ending.callback(camera.close)
            camera.open()
            return camera

        yield connect


def test_a_pause_in_the_middle_of_a_record_is_waited_through(connected: Callable[..., HttpCamera]) -> None:
    camera = connected()
    seen: list[bytes | None] = []
    while PICTURES[-1] not in seen:  # a slow machine may pass one over
        frame = camera.read()
        assert frame is not None
        seen.append(frame.jpeg)
    assert seen == [picture for picture in PICTURES if picture in seen]


def test_a_pause_that_does_not_end_is_a_camera_that_does_not_answer(
    connected: Callable[..., HttpCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_http, "PICTURE_WITHIN", 0.3)
    camera = connected(for_good=True)
    with pytest.raises(StationProblem) as told:
        camera.read()
    assert told.value.code == "camera.unreachable"
