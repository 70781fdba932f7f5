"""TLS in front of a centre, as nginx would be, on loopback: certificates of a made-up authority, bytes passed on."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SPAN = datetime.timedelta(days=30)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """An authority that nobody knows but who has its certificate."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder("Authority of the site", self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = made.add_extension(
            x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True
        )
        self._certificate = made.sign(self._key, hashes.SHA256())
        self.file = self.folder / "authority.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Authority of the site"))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _SPAN)
            .not_valid_after(now + _SPAN)
        )

    def context_for(self, name: str) -> ssl.SSLContext:
        """What a server needs that is called `name` (a host's name or an address)."""
        key = ec.generate_private_key(ec.SECP256R1())
        named: x509.GeneralName
        try:
            named = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            named = x509.DNSName(name)
        made = self._builder(name, key.public_key()).add_extension(x509.SubjectAlternativeName([named]), False)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = made.add_extension(identifier, critical=False).sign(self._key, hashes.SHA256())
        file = self.folder / f"{name}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@dataclass
class Front:
    """Takes connections on a free port and passes them on to `port`; with TLS when a context is given.

    Attributes:
        passed: bytes that came from clients and were passed on.
    """

    port: int
    context: ssl.SSLContext | None = None
    passed: int = 0
    own_port: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def start(self) -> Front:
        """Listen."""
        self._listening = socket.create_server(("127.0.0.1", self.own_port))
        self.own_port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End, with all connections."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                taken, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(taken,), daemon=True).start()

    def _serve(self, taken: socket.socket) -> None:
        self._open.append(taken)
        try:
            if self.context is not None:
                taken = self.context.wrap_socket(taken, server_side=True)
                self._open.append(taken)
            behind = socket.create_connection(("127.0.0.1", self.port))
        except OSError:
            taken.close()
            return
        self._open.append(behind)
        threading.Thread(target=self._pass_on, args=(behind, taken, False), daemon=True).start()
        self._pass_on(taken, behind, True)

    def _pass_on(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(65536):
                self.passed += len(data) if counts else 0
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
