"""A print service that hangs up, stalls, refuses or talks nonsense: a job ends as it really did, and in time."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspection_station.devices.printers import PrinterDescription, PrintJob, PrintOutcome, ipp, print_service
from inspection_station.devices.printers.cups_queue import CupsQueue, cups_queues, is_raw
from inspection_station.devices.printers.ipp import Tag
from inspection_station.devices.printers.print_service import PrintService
from inspection_station.errors import StationProblem


def attribute(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value


def answer(status: int = 0, *attributes: bytes) -> bytes:
    """An IPP response with one printer."""
    return b"\x02\x00" + status.to_bytes(2, "big") + b"\0\0\0\1\x04" + b"".join(attributes) + b"\x03"


FACTS = answer(
    0,
    attribute(Tag.NAME, "printer-name", b"labels"),
    attribute(Tag.TEXT, "printer-make-and-model", b"Local Raw Printer"),
    attribute(0x34, "media-col-default", b""),  # a collection, whose members are not the printer's
    attribute(0x4A, "", b"printer-state"),
    attribute(Tag.ENUM, "", b"\0\0\0\5"),
    attribute(0x37, "", b""),
    attribute(Tag.ENUM, "printer-state", b"\0\0\0\3"),
    attribute(Tag.KEYWORD, "printer-state-reasons", b"none"),
    attribute(Tag.BOOLEAN, "printer-is-accepting-jobs", b"\1"),
)


def http(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/ipp\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Service:
    """Answers the question about a queue well, and a job as it is told: `job` gets the connection."""

    def __init__(self, facts: bytes, job: Callable[[socket.socket], None]) -> None:
        self._facts, self._job = facts, job
        self.jobs: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                request = self._request(connection)
                if request[2:4] == b"\x00\x02":
                    self.jobs.append(request)
                    self._job(connection)
                else:
                    connection.sendall(self._facts)

    def _request(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        return body

    def stop(self) -> None:
        self.done.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Service]]:
    monkeypatch.setattr(print_service, "ANSWER_SECONDS", 0.5)
    running: list[Service] = []

    def start(job: Callable[[socket.socket], None] = lambda _: None, facts: bytes | None = None) -> Service:
        running.append(Service(http(FACTS) if facts is None else facts, job))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def queue(service: Service) -> CupsQueue:
    return CupsQueue(PrinterDescription("queue_raw", queue="labels"), PrintService(service.place))


def job() -> PrintJob:
    png = io.BytesIO()
    Image.new("1", (480, 320), 0).save(png, "PNG")
    return PrintJob("0192aa0001", png.getvalue(), b"", "RT-261121-01200042")


def ended(outcome: PrintOutcome) -> tuple[str, str]:
    return outcome.state, outcome.problem.code if outcome.problem else ""


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("doing", "end"),
    [
        (lambda c: c.sendall(http(answer())), ("sent", "")),
        (lambda c: c.sendall(http(answer(0x0507))), ("failed", "printer.queue_refused")),
        (lambda c: c.sendall(http(b"", "401 Unauthorized")), ("failed", "printer.spooler")),
        (lambda c: c.sendall(http(b"", "500 Oops")), ("unknown", "printer.broke_off")),
        (lambda c: c.sendall(http(b"what?")), ("unknown", "printer.broke_off")),
        (lambda c: c.sendall(b"SSH-2.0-OpenSSH\r\n"), ("unknown", "printer.broke_off")),
        (lambda c: None, ("unknown", "printer.broke_off")),
        (reset, ("unknown", "printer.broke_off")),
        (lambda c: c.recv(1), ("unknown", "printer.broke_off")),  # waits for us, while we wait for it
    ],
    ids=["takes", "refuses", "401", "500", "nonsense", "other protocol", "hangs up", "resets", "stalls"],
)
def test_a_job_ends_as_the_service_ended_it(
    doing: Callable[[socket.socket], None], end: tuple[str, str], start: Callable[..., Service]
) -> None:
    service = start(doing)
    before = monotonic()
    assert ended(queue(service).print_label(job())) == end
    assert monotonic() - before < 3
    assert len(service.jobs) == 1, "a job is never sent twice"


@pytest.mark.parametrize("facts", [b"", http(b""), http(answer(0x0400)), http(answer()[:-1]), http(b"", "503 Busy")])
def test_nothing_is_sent_where_the_service_does_not_say_what_the_queue_is(
    facts: bytes, start: Callable[..., Service]
) -> None:
    service = start(facts=facts)
    assert ended(queue(service).print_label(job())) == ("failed", "printer.spooler")
    assert queue(service).status().state == "offline"
    with pytest.raises(StationProblem, match=r"printer\.spooler"):
        cups_queues(PrintService(service.place))
    assert service.jobs == []


def test_a_service_without_queues_has_none(start: Callable[..., Service]) -> None:
    assert cups_queues(PrintService(start(facts=http(answer(ipp.NOT_FOUND))).place)) == []


def test_a_queue_that_does_not_say_what_it_is_gets_nothing(start: Callable[..., Service]) -> None:
    service = start(facts=http(answer(0, attribute(Tag.NAME, "printer-name", b"labels"))))
    assert ended(queue(service).print_label(job())) == ("failed", "printer.queue_elsewhere")
    assert service.jobs == []


def test_a_collection_s_members_are_not_the_printer_s() -> None:
    (printer,) = ipp.read_response(FACTS).printers
    assert printer["printer-state"] == (3,)
    assert is_raw(printer) is True


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(FACTS)))
def test_no_response_breaks_the_reader(noise: bytes, place: int) -> None:
    for data in (noise, FACTS[:place] + noise, FACTS[:place] + noise + FACTS[place:]):
        try:
            ipp.read_response(data)
        except ValueError:
            continue


def test_a_text_with_its_language_is_read_as_the_text() -> None:
    value = b"\0\2en" + b"\0\5Label"
    (printer,) = ipp.read_response(answer(0, attribute(0x35, "printer-make-and-model", value))).printers
    assert printer["printer-make-and-model"] == ("Label",)


def test_the_service_is_where_every_program_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "printhost:8631")
    assert PrintService().place == "printhost:8631"
    monkeypatch.delenv("CUPS_SERVER")
    file = tmp_path / "client.conf"
    file.write_text("# mine\nServerName  /run/cups/own.sock\n", encoding="utf-8")
    monkeypatch.setattr(print_service, "CLIENT_FILES", (str(tmp_path / "absent"), str(file)))
    assert PrintService().place == "/run/cups/own.sock"
    monkeypatch.setattr(print_service, "CLIENT_FILES", ())
    monkeypatch.setattr(print_service, "SOCKETS", ())
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert PrintService().place == "localhost:631"
