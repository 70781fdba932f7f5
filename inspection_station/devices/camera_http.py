"""Network cameras that send a stream of JPEG pictures over HTTP (MJPEG)."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from inspection_station.devices.camera import Camera, Frame, pictures_unreadable
from inspection_station.devices.mjpeg_stream import BadStream, Chunks, PictureStream, boundary_of
from inspection_station.errors import N_, StationProblem
from inspection_station.picture_files import open_picture

CONNECT_WITHIN = 1.5  # seconds to connect: one repeated request of TCP after its first second may still do it
ANSWER_WITHIN = 2.0  # seconds from the connection to the end of the answer's header
PICTURE_WITHIN = 2.0  # seconds to one whole picture, however its bytes drip
LARGEST_HEADER = 16 * 1024  # bytes
RECEIVED_AT_ONCE = 256 * 1024  # bytes
LARGEST_DRAIN = 4 * 1024 * 1024  # bytes taken before a whole picture among them is looked at
CATCH_UP_WITHIN = 0.05  # seconds for which older pictures are passed over before one is shown after all
TURN = 0.1  # seconds after which a wait looks whether it was interrupted
BAD_PICTURES = 10  # pictures in a row that cannot be opened, after which somebody should know


def shown_address(address: str) -> str:
    """A network camera's address as messages and logs may show it: without name, password and parameters."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def camera_unreachable(host: str) -> StationProblem:
    """The problem to show while a network camera does not answer."""
    return StationProblem(
        "camera.unreachable",
        N_("The camera at {host} does not answer."),
        N_("Check its power and network cable; reconnecting"),
        host=host,
    )


def camera_refuses(host: str) -> StationProblem:
    """The problem to show while a network camera does not accept the name and password of its address."""
    return StationProblem(
        "camera.refuses",
        N_("The camera at {host} wants another name or password."),
        N_("Set its address again, as in http://name:password@{host}/"),
        host=host,
    )


def _no_stream(host: str, sent: str) -> StationProblem:
    return StationProblem(
        "camera.no_stream",
        N_("The address at {host} is not that of a camera's picture stream; it sent: {sent}"),
        N_("Set the address of its MJPEG stream, as its manual names it."),
        host=host,
        sent="".join(letter if letter.isprintable() else "?" for letter in sent[:60]),
    )


class _UnknownChallenge(Exception):
    pass


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    headers: dict[str, str]  # names in small letters
    rest: bytes  # of the content, what came with the header


class HttpCamera(Camera):
    """An MJPEG stream at an ``http://`` or ``https://`` address; the camera's own JPEG bytes are handed on unchanged.

    Name and password may stand in the address (Basic and Digest). A certificate is checked as the system trusts it.
    """

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self.name = shown_address(address)
        self._host = self._parts.hostname or ""
        self._socket: socket.socket | None = None
        self._chunks: Chunks | None = None
        self._stream: PictureStream | None = None
        self._interrupted = threading.Event()
        self._bad = 0

    def open(self) -> None:
        """Connect and wait until the camera says that a stream of pictures follows.

        Raises:
            StationProblem: camera.unreachable, camera.refuses, camera.untrusted, camera.no_stream or
                camera.pictures_unreadable.
        """
        self.close()
        self._interrupted.clear()
        self._bad = 0
        try:
            self._connect()
        except (OSError, ValueError, EOFError) as error:
            self.close()
            raise camera_unreachable(self._host) from error
        except BaseException:
            self.close()
            raise

    def read(self) -> Frame | None:
        """The newest whole picture; older ones that came meanwhile are passed over.

        Raises:
            StationProblem: camera.pictures_unreadable, or camera.unreachable when none came in time.
        """
        stream, connection = self._stream, self._socket
        if stream is None or connection is None:
            return None
        begun = time.monotonic()
        try:
            while not self._interrupted.is_set():
                if not self._waiting(connection) or time.monotonic() > begun + CATCH_UP_WITHIN:
                    frame = self._frame(stream.take())
                    if frame is not None:
                        return frame
                if self._chunks is not None and self._chunks.ended:
                    return None
                data = self._received(connection, begun + PICTURE_WITHIN)
                if not data:
                    return None
                stream.feed(self._chunks.feed(data) if self._chunks is not None else data)
        except BadStream as error:
            raise pictures_unreadable() from error
        except (OSError, ValueError) as error:
            raise (pictures_unreadable() if self._bad else camera_unreachable(self._host)) from error
        return None

    def close(self) -> None:
        """End the connection."""
        connection, self._socket = self._socket, None
        self._stream = self._chunks = None
        if connection is not None:
            connection.close()

    def interrupt(self) -> None:
        """End an `open` or `read` that waits, within a tenth of a second."""
        self._interrupted.set()

    # ---- pictures -----------------------------------------------------------------------

    def _frame(self, jpeg: bytes | None) -> Frame | None:
        if jpeg is None:
            return None
        taken = time.monotonic()
        try:
            frame = Frame(open_picture(jpeg), taken, jpeg)
        except StationProblem as error:
            self._bad += 1
            if self._bad >= BAD_PICTURES:
                raise pictures_unreadable() from error
            return None
        self._bad = 0
        return frame

    def _received(self, connection: socket.socket, deadline: float) -> bytes:
        """What came: all that is there now, or else what comes first. Empty when the camera ended the stream."""
        first = self._wait(connection, deadline)
        taken, total = [first], len(first)
        connection.settimeout(0)
        while taken[-1] and total < LARGEST_DRAIN and self._waiting(connection):
            try:
                taken.append(connection.recv(RECEIVED_AT_ONCE))
            except (BlockingIOError, ssl.SSLWantReadError):
                break  # a part of a TLS record: bytes are there, but nothing to be had of them yet
            total += len(taken[-1])
        return b"".join(taken)

    def _wait(self, connection: socket.socket, deadline: float) -> bytes:
        while not self._interrupted.is_set():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(min(TURN, left))
            try:
                return connection.recv(RECEIVED_AT_ONCE)
            except (TimeoutError, ssl.SSLWantReadError):
                continue
        return b""

    @staticmethod
    def _waiting(connection: socket.socket) -> bool:
        """Whether more has come already."""
        if isinstance(connection, ssl.SSLSocket) and connection.pending():
            return True
        return bool(select.select([connection], [], [], 0)[0])

    # ---- the connection -----------------------------------------------------------------

    def _connect(self) -> None:
        answer = self._ask("")
        if answer.status == 401:
            challenge = answer.headers.get("www-authenticate", "")
            try:
                answer = self._ask(_authorization(self._parts, challenge)) if self._parts.username else answer
            except _UnknownChallenge as error:
                raise camera_refuses(self._host) from error
        if answer.status in (401, 403):
            raise camera_refuses(self._host)
        kind = answer.headers.get("content-type", "")
        if answer.status != 200:
            raise _no_stream(self._host, f"{answer.status} {answer.reason}".strip())
        try:
            self._stream = PictureStream(boundary_of(kind))
            if answer.headers.get("transfer-encoding", "").strip().lower() == "chunked":
                self._chunks = Chunks()
        except BadStream as error:
            raise _no_stream(self._host, kind or str(error)) from error
        try:
            self._stream.feed(self._chunks.feed(answer.rest) if self._chunks is not None else answer.rest)
        except BadStream as error:
            raise pictures_unreadable() from error

    def _shake_hands(self, connection: ssl.SSLSocket, deadline: float) -> None:
        # In turns, for a server that drips bytes would otherwise hold the thread for as long as it likes.
        while not self._interrupted.is_set():
            connection.settimeout(max(0.01, min(TURN, deadline - time.monotonic())))
            try:
                connection.do_handshake()
                return
            except TimeoutError:
                if time.monotonic() > deadline:
                    raise
            except ssl.SSLCertVerificationError as error:
                raise _untrusted(self._host) from error
        raise EOFError

    def _ask(self, authorization: str) -> _Answer:
        """Connect anew, send one request and read the header of its answer."""
        if self._socket is not None:
            self._socket.close()
        parts = self._parts
        secure = parts.scheme == "https"
        address = self._host, parts.port or (443 if secure else 80)
        plain = socket.create_connection(address, CONNECT_WITHIN)
        self._socket = plain
        deadline = time.monotonic() + ANSWER_WITHIN
        if secure:
            context = ssl.create_default_context()
            self._socket = context.wrap_socket(plain, server_hostname=self._host, do_handshake_on_connect=False)
            self._shake_hands(self._socket, deadline)
        host = f"[{self._host}]" if ":" in self._host else self._host
        lines = [f"GET {_target(parts)} HTTP/1.1", f"Host: {host}:{address[1]}", "Accept: multipart/x-mixed-replace",
                 "User-Agent: inspection-station", "Connection: close"]  # fmt: skip
        if authorization:
            lines.append(f"Authorization: {authorization}")
        self._socket.settimeout(ANSWER_WITHIN)
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        held = b""
        while (end := held.find(b"\r\n\r\n")) < 0 and len(held) <= LARGEST_HEADER:
            data = self._wait(self._socket, deadline)
            if not data:
                raise EOFError
            held += data
        if not 0 <= end <= LARGEST_HEADER:
            raise _no_stream(self._host, held[:20].decode("latin-1"))
        return _answer(self._host, held)


def _untrusted(host: str) -> StationProblem:
    return StationProblem(
        "camera.untrusted",
        N_("The certificate of the camera at {host} is not trusted."),
        N_("Install it on this machine, or use the camera's http:// address."),
        host=host,
    )


def _target(parts: SplitResult) -> str:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or any(letter <= " " for letter in target):
        raise ValueError("address")
    return target


def _answer(host: str, held: bytes) -> _Answer:
    header, _, rest = held.partition(b"\r\n\r\n")
    first, *lines = header.decode("latin-1").split("\r\n")
    protocol, _, told = first.partition(" ")
    status, _, reason = told.partition(" ")
    if not protocol.startswith("HTTP/1.") or len(status) != 3 or not (status.isascii() and status.isdigit()):
        raise _no_stream(host, first)
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return _Answer(int(status), reason, headers, rest)


def _authorization(parts: SplitResult, challenge: str) -> str:
    """What an Authorization header says for the name and password of an address.

    Raises:
        _UnknownChallenge: the camera wants something else.
    """
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not challenge.lower().startswith("digest"):
        return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    import httpx2  # only cameras with a password need it

    request = httpx2.Request("GET", f"http://camera{_target(parts)}")
    steps = httpx2.DigestAuth(name, password).auth_flow(request)
    next(steps)
    try:
        return str(steps.send(httpx2.Response(401, headers={"www-authenticate": challenge}, request=request)).headers[
            "Authorization"
        ])  # fmt: skip
    except (StopIteration, KeyError, ValueError, httpx2.HTTPError) as error:
        raise _UnknownChallenge from error
