"""Every label printer, the fake one too, says honestly what became of a job and never raises for a fault outside."""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from fake_label_printer import FakeLabelPrinter
from PIL import Image

from inspection_station.devices.label_languages import ZplSettings, zpl
from inspection_station.devices.label_printer import (
    LabelPrinter,
    NoPrinter,
    PdfFolderPrinter,
    PrintJob,
    RawNetworkPrinter,
    host_status,
    label_printer,
)
from inspection_station.documents import drawing, inspection_label
from inspection_station.documents.inspection_label import LabelContent
from inspection_station.errors import StationProblem

CONTENT = LabelContent(
    rt_number="RT-261121-01200042", issue=1, grade="A", disposition="restock", disposition_words="重新上架",
    tote_line="1 号箱 R-0412", item_name="轻薄羽绒服 藏青 M", sku="YL-8821-NV-M", findings_line="全部正常",
    liability_line="七天无理由", time_text="11-21 10:43", station="B12",
)  # fmt: skip


def job(number: int = 1) -> PrintJob:
    layout = inspection_label.layout(CONTENT)
    png = drawing.png(inspection_label.raster(layout), layout)
    return PrintJob(f"0192aa{number:04d}", png, inspection_label.pdf(layout), CONTENT.rt_number)


@dataclass
class PrinterOnTheNet:
    """A real TCP server on loopback that behaves like a printer; `received` is what came per connection."""

    behaviour: str = "close"
    answer: bytes = b""
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._stopping = threading.Event()
        self.taken = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self._one(connection)

    def _one(self, connection: socket.socket) -> None:
        if self.behaviour == "reset":  # closing with unread bytes and a zero linger sends RST
            connection.recv(16)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if self.behaviour == "stall":
            self._stopping.wait(20)
            return
        data = b""
        while piece := connection.recv(65536):
            data += piece
            if data.startswith(b"~HS"):
                connection.sendall(self.answer)
                if not self.answer:
                    return
        self.received.append(data)
        self.taken.set()
        if self.behaviour == "keep open":
            self._stopping.wait(20)

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@pytest.fixture
def on_the_net() -> Iterator[Callable[..., PrinterOnTheNet]]:
    servers: list[PrinterOnTheNet] = []

    def start(behaviour: str = "close", answer: bytes = b"") -> PrinterOnTheNet:
        servers.append(PrinterOnTheNet(behaviour, answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def raw(port: int, **seconds: float) -> RawNetworkPrinter:
    times = {"connect_seconds": 2.0, "send_seconds": 2.0, "close_seconds": 0.2, "status_seconds": 0.3}
    return RawNetworkPrinter("127.0.0.1", port, **{**times, **seconds})


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(params=["fake", "raw network", "PDF folder"])
def working(request: pytest.FixtureRequest, tmp_path: Path, on_the_net: Callable[..., PrinterOnTheNet]) -> LabelPrinter:
    if request.param == "fake":
        return FakeLabelPrinter()
    return raw(on_the_net().port) if request.param == "raw network" else PdfFolderPrinter(tmp_path / "labels")


@pytest.fixture(params=["fake", "raw network", "PDF folder", "none"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> LabelPrinter:
    if request.param == "fake":
        fake = FakeLabelPrinter()
        fake.unplugged = True
        return fake
    if request.param == "none":
        return NoPrinter()
    (tmp_path / "file").write_bytes(b"")
    return raw(closed_port()) if request.param == "raw network" else PdfFolderPrinter(tmp_path / "file" / "labels")


def test_a_working_printer_takes_a_job_and_says_sent(working: LabelPrinter) -> None:
    assert working.name
    outcome = working.print_label(job())
    assert (outcome.state, outcome.problem) == ("sent", None)
    assert working.status().state == "ready"


def test_a_broken_printer_fails_with_a_sentence_and_never_raises(broken: LabelPrinter) -> None:
    outcome = broken.print_label(job())
    assert outcome.state == "failed"
    assert outcome.problem is not None
    assert outcome.problem.code.startswith("printer.")
    assert str(outcome.problem)
    status = broken.status()
    assert status.state in ("lost", "none")
    assert status.problem is not None


def test_the_raw_printer_gets_exactly_the_bitmap(on_the_net: Callable[..., PrinterOnTheNet]) -> None:
    server = on_the_net("keep open")
    assert raw(server.port).print_label(job()).state == "sent"
    assert server.taken.wait(5)
    with Image.open(io.BytesIO(job().raster_png)) as image:
        assert server.received == [zpl(image)]


def test_a_connection_that_breaks_off_is_unknown_not_failed(on_the_net: Callable[..., PrinterOnTheNet]) -> None:
    outcome = raw(on_the_net("reset").port, close_seconds=2.0).print_label(job())
    assert outcome.state == "unknown"
    assert outcome.problem is not None
    assert outcome.problem.code == "printer.broke_off"


def test_a_printer_that_stops_reading_is_unknown(on_the_net: Callable[..., PrinterOnTheNet]) -> None:
    endless = RawNetworkPrinter(
        "127.0.0.1", on_the_net("stall").port, language=lambda image: b"\0" * 30_000_000, send_seconds=0.3
    )
    assert endless.print_label(job()).state == "unknown"


def test_the_pdf_folder_keeps_one_file_a_job(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    for number in (1, 2, 2):
        assert printer.print_label(job(number)).state == "sent"
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["RT-261121-01200042_0192aa0001.pdf", "RT-261121-01200042_0192aa0002.pdf"]
    assert (tmp_path / files[0]).read_bytes() == job().pdf
    hostile = PrintJob("../../x", job().raster_png, b"%PDF", "../etc/passwd")
    assert printer.print_label(hostile).state == "sent"
    assert (tmp_path / "etc-passwd_x.pdf").read_bytes() == b"%PDF"


def test_the_pdf_folder_never_overwrites_another_label(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    printer.print_label(job())
    other = PrintJob(job().id, job().raster_png, b"%PDF other", job().title)
    outcome = printer.print_label(other)
    assert outcome.state == "failed"
    assert (tmp_path / "RT-261121-01200042_0192aa0001.pdf").read_bytes() == job().pdf


FINE = b"\x02030,0,0,0320,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (FINE, "ready", ""),
        (FINE.replace(b"030,0,0", b"030,1,0"), "attention", "printer.paper"),
        (FINE.replace(b"030,0,0", b"030,0,1"), "attention", "printer.paused"),
        (FINE.replace(b"000,0,0,0,0,2", b"000,0,1,0,0,2"), "attention", "printer.head_open"),
        (FINE.replace(b"000,0,0,0,0,2", b"000,0,0,1,0,2"), "attention", "printer.ribbon"),
    ],
)
def test_the_printer_tells_about_paper_head_and_pause(
    answer: bytes, state: str, code: str, on_the_net: Callable[..., PrinterOnTheNet]
) -> None:
    status = raw(on_the_net(answer=answer).port).status()
    assert (status.state, status.problem.code if status.problem else "", status.checked) == (state, code, True)


@pytest.mark.parametrize("answer", [b"", b"\x02\x03\x02\x03", b"\xff" * 5000, b"\x021\x03\x022\x03\x023\x03"])
def test_an_answer_that_says_nothing_is_not_taken_for_paper(answer: bytes) -> None:
    status = host_status(answer)
    assert (status.state, status.checked) == ("ready", False)


def test_the_settings_name_a_printer_or_it_is_told_what_is_missing(tmp_path: Path) -> None:
    assert isinstance(label_printer("none"), NoPrinter)
    assert isinstance(label_printer("pdf_folder", folder=tmp_path), PdfFolderPrinter)
    assert isinstance(label_printer("raw_9100", address="192.168.7.9"), RawNetworkPrinter)
    for kind in ("raw_9100", "pdf_folder", "teleprinter"):
        with pytest.raises(StationProblem) as problem:
            label_printer(kind)
        assert problem.value.code == "printer.not_set_up"


def _dots(commands: bytes) -> Image.Image:
    """The bitmap in a ZPL label, read back by the guide's rules."""
    found = re.search(rb"\^GFA,(\d+),(\d+),(\d+),([^^]+)\^FS", commands)
    assert found
    total, again, row = (int(number) for number in found.groups()[:3])
    data = found[4]
    if data.startswith(b":Z64:"):
        text, check = data[5:].split(b":")
        assert int(check, 16) == binascii.crc_hqx(text, 0)
        bits = zlib.decompress(base64.b64decode(text))
    else:
        bits = bytes.fromhex(data.decode())
    assert total == again == len(bits)
    rows = np.unpackbits(np.frombuffer(bits, np.uint8).reshape(-1, row), axis=1)
    width = re.search(rb"\^PW(\d+)", commands)
    assert width
    assert not rows[:, int(width[1]) :].any()
    return Image.fromarray(((1 - rows[:, : int(width[1])]) * 255).astype(np.uint8))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize(("size", "dpi"), [((60, 40), 203), ((60, 40), 300), ((50, 30), 203)])
def test_zpl_carries_every_dot(size: tuple[int, int], dpi: int, compressed: bool) -> None:
    image = inspection_label.raster(inspection_label.layout(CONTENT, size, dpi))
    commands = zpl(image, ZplSettings(compressed=compressed, darkness=12, speed=4))
    assert commands.startswith(b"^XA\n")
    assert commands.endswith(b"^XZ\n")
    assert b"~SD12" in commands
    assert b"^PR4" in commands
    assert (np.array(_dots(commands)) == np.array(image.convert("L"))).all()


def test_zpl_of_a_label_is_small_and_never_made_from_greys() -> None:
    image = inspection_label.raster(inspection_label.layout(CONTENT))
    assert len(zpl(image)) < 5000
    with pytest.raises(ValueError, match="black and white"):
        zpl(image.convert("L"))


RENDER = """
const { ready } = await import(process.argv[1]);
const fs = await import('node:fs');
const { api } = await ready;
const zpl = fs.readFileSync(0, 'utf8');
process.stdout.write(JSON.stringify(await api.zplToBase64Async(zpl, 60, 40, 8)));
process.exit(0);
"""


def test_an_independent_zpl_renderer_draws_the_same_dots() -> None:
    """Needs Node and the npm package zpl-renderer-js; NODE_PATH names the folder that holds it."""
    node = shutil.which("node")
    package = Path(os.environ.get("NODE_PATH", "node_modules")) / "zpl-renderer-js" / "dist" / "index.esm.js"
    if node is None or not package.is_file():
        pytest.skip("Node or the npm package zpl-renderer-js (NODE_PATH) is not here")
    image = inspection_label.raster(inspection_label.layout(CONTENT))
    done = subprocess.run(
        [node, "--input-type=module", "-e", RENDER, package.resolve().as_uri()],
        input=zpl(image), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    with Image.open(io.BytesIO(base64.b64decode(json.loads(done.stdout)))) as rendered:
        page = rendered.convert("L")
    assert page.size == image.size
    assert int((np.array(page) != np.array(image.convert("L"))).sum()) == 0
    assert {found.text for found in zxingcpp.read_barcodes(page)} == {CONTENT.code}
