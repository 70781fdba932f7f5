"""A printer that does not answer keeps pictures, history and the other printers waiting for nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest
from pytestqt.qtbot import QtBot
from station_cases import PERSON, fill_station, one_return, station_settings

from inspection_station.devices.printers import PrinterStatus
from inspection_station.station.assembly import Station
from inspection_station.station.background import Background, DeviceLane
from inspection_station.station.notices import Notices
from inspection_station.station.printing import Printing
from inspection_station.station.session import Session
from inspection_station.storage.print_jobs import INSPECTION_LABEL, TOTE_LABEL


@pytest.fixture
def swallowing() -> Iterator[int]:
    """A port that answers no connection: its queue of them is full, and nobody takes one."""
    with ExitStack() as open_ones:
        server = open_ones.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port: int = server.getsockname()[1]
        for _ in range(3):
            one = open_ones.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background(Notices())
    yield made
    made.close()


def test_pictures_are_read_at_once_beside_printers_that_swallow_connections(
    swallowing: int, background: Background, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_station(tmp_path, [one_return(1)])
    network = {"kind": "raw_9100", "address": "127.0.0.1", "port": swallowing}
    # Two printers as far as their names go, so that each of both purposes waits for its own connection.
    settings = station_settings(
        tmp_path, printer=network, tote_printer={**network, "address": "localhost", "size": "60x40"}
    )
    station = Station(settings, tmp_path)
    session = Session(station, background)
    session.begin(PERSON)
    printing = Printing(station, session, background)
    printing.start()
    seen: list[str] = []
    begin = monotonic()
    background.run(lambda: "picture", seen.append, lane="photo")
    background.run(lambda: "history", seen.append, lane="photo")
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=5000)
    assert monotonic() - begin < 1.5
    assert printing.queues[INSPECTION_LABEL].status is None, "the printer has not answered yet"
    printing.stop()
    background.close()
    station.close()


def test_each_printer_works_in_order_and_none_waits_for_another(background: Background, qtbot: QtBot) -> None:
    go, done = threading.Event(), []
    background.run(lambda: go.wait(10), lambda _went: done.append("a1"), lane=DeviceLane("a"))
    background.run(lambda: None, lambda _none: done.append("a2"), lane=DeviceLane("a"))
    background.run(lambda: None, lambda _none: done.append("b"), lane=DeviceLane("b"))
    qtbot.waitUntil(lambda: done == ["b"], timeout=5000)
    go.set()
    qtbot.waitUntil(lambda: len(done) == 3, timeout=5000)
    assert done == ["b", "a1", "a2"]


def test_purposes_with_one_printer_ask_it_once_and_all_know(
    background: Background, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_station(tmp_path, [one_return(1)])
    asked: list[int] = []

    class Printer:
        name, takes = "shared", "raster"

        def status(self) -> PrinterStatus:
            asked.append(1)
            return PrinterStatus("paused")

    station = Station(station_settings(tmp_path), tmp_path, Printer())  # type: ignore[arg-type]
    session = Session(station, background)
    printing = Printing(station, session, background)
    labels, totes = printing.queues[INSPECTION_LABEL], printing.queues[TOTE_LABEL]
    totes.ask()
    qtbot.waitUntil(lambda: totes.status is not None, timeout=5000)
    assert labels.status == totes.status == PrinterStatus("paused") and len(asked) == 1
    background.close()
    station.close()
