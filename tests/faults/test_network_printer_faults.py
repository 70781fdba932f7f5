"""A network printer that stalls, resets, hangs up, talks nonsense or is out of labels: each job ends as it really did.

"failed" only where surely nothing comes out, "sent" only where the printer has every byte, else "unknown".
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import network_printer as net
import pytest
from network_printer import NetworkPrinter
from PIL import Image

from inspection_station.devices.printers import Media, PrintJob
from inspection_station.devices.printers.languages import LANGUAGES, Language, encode
from inspection_station.devices.printers.raw_network import NetworkLine
from inspection_station.devices.printers.talking import Patience, TalkingPrinter
from inspection_station.devices.printers.vocabulary import SILENT

QUICK = Patience(send=0.5, finish=0.3, first_answer=0.3, answer=0.3)
LONG = Media(60, 40, compressed=False)  # 38 kB, so that there is a half of it


def label() -> Image.Image:
    image = Image.new("1", (480, 320), 1)
    image.paste(0, (100, 100, 300, 200))
    return image


def job() -> PrintJob:
    png = io.BytesIO()
    label().save(png, "PNG")
    return PrintJob("0192aa0001", png.getvalue(), b"", "RT-261121-01200042")


Start = Callable[..., tuple[NetworkPrinter, TalkingPrinter]]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[NetworkPrinter] = []

    def start(
        behaviour: str = "keeps open", answer: bytes = net.READY, language: Language = LANGUAGES["zpl"], **far: Any
    ) -> tuple[NetworkPrinter, TalkingPrinter]:
        running.append(NetworkPrinter(behaviour, answer, **far))  # type: ignore[arg-type]
        port = running[-1].port
        near = TalkingPrinter("net", lambda: NetworkLine("127.0.0.1", port, 1.0), language, LONG, (203, 203), QUICK)
        return running[-1], near

    yield start
    for one in running:
        one.stop()


@pytest.mark.parametrize(
    ("behaviour", "answer", "state", "code"),
    [
        ("keeps open", net.READY, "sent", ""),
        ("keeps open", b"", "sent", ""),
        ("keeps open", b"\xff\x00garbage", "sent", ""),
        ("keeps open", net.PRINTING, "sent", ""),
        ("never closes", net.READY, "sent", ""),
        ("never closes", b"", "sent", ""),
        ("closes", b"", "sent", ""),
        ("resets at once", b"", "failed", "printer.lost"),
        ("resets after half", net.READY, "unknown", "printer.broke_off"),
        ("resets after half", b"", "unknown", "printer.broke_off"),
        ("closes after half", net.READY, "unknown", "printer.broke_off"),
        ("closes after half", b"", "unknown", "printer.broke_off"),
        ("stalls after half", net.READY, "unknown", "printer.broke_off"),
        ("stalls", net.READY, "unknown", "printer.broke_off"),
        ("keeps open", net.OUT_OF_LABELS, "failed", "printer.paper"),
        ("keeps open", net.HEAD_OPEN, "failed", "printer.head_open"),
        ("keeps open", net.PAUSED, "failed", "printer.paused"),
    ],
)
def test_every_job_ends_in_the_state_that_is_true(
    behaviour: str, answer: bytes, state: str, code: str, start: Start
) -> None:
    far, near = start(behaviour, answer)
    before = monotonic()
    outcome = near.print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == (state, code)
    assert monotonic() - before < 4, "a printer never blocks"
    if state == "sent":
        assert far.taken.wait(5)
        assert far.received == [encode("zpl", label(), LONG)]
    if state == "failed":
        assert far.received == [] and far.begun == 0, "a failed job may be sent again: nothing of it had gone out"


def test_a_printer_that_never_reads_makes_a_large_job_unknown(start: Start) -> None:
    zeros = b"\0" * 30_000_000
    endless = Language("zpl", lambda image, media, dpi: zeros, b"?", lambda answer: False, lambda answer: SILENT)
    _, near = start("never reads", language=endless)
    assert near.print_label(job()).state == "unknown"


def test_what_this_machine_holds_back_is_not_sent(start: Start) -> None:
    """All bytes are given to the system, which cannot pass them on: the printer does not have them."""
    zeros = b"\0" * 60_000
    language = Language("zpl", lambda image, media, dpi: zeros, b"?", lambda answer: False, lambda answer: SILENT)
    _, near = start("never reads", language=language)
    assert near.print_label(job()).state == "unknown"


def test_bytes_for_a_printer_that_has_hung_up_in_order_are_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = NetworkLine("127.0.0.1", server.getsockname()[1])
        connection, _ = server.accept()
        assert line.write_some(b"^XA", 1) == 3
        assert connection.recv(3) == b"^XA"
        connection.close()
        assert line.read_some(1) == b""  # it has hung up, and took what it was sent before
        line.write_some(b"^XZ", 1)  # which a system still takes
        with pytest.raises(OSError):
            line.finish(1)
        line.close()


def test_the_printer_is_asked_before_and_after_and_only_gets_the_label_once(start: Start) -> None:
    far, near = start()
    assert [near.print_label(job()).state for _ in range(2)] == ["sent", "sent"]
    assert far.taken.wait(5)
    assert (far.asked, far.begun, len(far.received)) == (4, 2, 2)


def test_a_silent_printer_is_waited_for_once_and_not_before_every_label(start: Start) -> None:
    far, near = start(answer=b"")
    assert [near.print_label(job()).state for _ in range(3)] == ["sent"] * 3
    assert far.asked == 1
    assert (near.status().state, near.status().checked) == ("unknown", False)


def test_labels_wait_here_while_there_is_no_paper_and_go_out_after_reloading(start: Start) -> None:
    far, near = start(answer=net.OUT_OF_LABELS)
    assert near.status().state == "no_media"
    assert near.print_label(job()).state == "failed"
    far.answer = net.READY
    assert near.status().state == "ready"
    assert near.print_label(job()).state == "sent"
    assert len(far.received) == 1


def test_a_printer_that_has_answered_and_hangs_now_gets_no_label(start: Start) -> None:
    far, near = start()
    assert near.status().state == "ready"
    far.answer = b""
    outcome = near.print_label(job())
    assert (outcome.state, outcome.problem.code if outcome.problem else "") == ("failed", "printer.silent")
    assert far.begun == 0
    status = near.status()
    assert (status.state, status.can_print) == ("offline", False)


def test_a_silent_printer_that_begins_to_answer_is_believed(start: Start) -> None:
    far, near = start(answer=b"")
    assert near.print_label(job()).state == "sent"
    far.answer = net.OUT_OF_LABELS
    assert near.status().state == "no_media"
    assert near.print_label(job()).state == "failed"


@pytest.mark.parametrize("answer", [b"\x00" * 100_000, net.READY[:30], b"\x02\x03\x02\x03\x02\x03"])
def test_nonsense_and_half_an_answer_are_no_status_and_end_in_time(answer: bytes, start: Start) -> None:
    _, near = start(answer=answer)
    before = monotonic()
    assert near.status().state == "unknown"
    assert monotonic() - before < 2


def test_tspl_and_escpos_printers_are_asked_in_their_own_words(start: Start) -> None:
    for name, answer, question, end in (
        ("tspl", b"\x00", b"\x1b!?", b"PRINT 1,1\r\n"),
        ("escpos", b"\x12" * 4, LANGUAGES["escpos"].question, b"\0" * 60 + b"\x0c"),
    ):
        far, near = start(answer=answer, language=LANGUAGES[name], question=question, end=end)  # type: ignore[index]
        assert near.print_label(job()).state == "sent"
        assert near.status().state == "ready"
        assert (far.asked, far.received) == (3, [encode(name, label(), LONG)])  # type: ignore[arg-type]
