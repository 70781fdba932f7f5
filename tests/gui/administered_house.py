"""A real centre on a free port of this machine with the demo's people, and a window at the administration."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from centre_cases import in_process_centre
from gui.working_bench import WorkingBench, _person, settings_of
from gui.working_bench import running as running_bench

from inspection_station.admin.demo_people import demo_people
from inspection_station.server import people
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre

CHIEF = demo_people()[5]
PATIENCE = 20.0  # seconds until a centre answers


def centre_with_people(folder: Path) -> Centre:
    """A centre that knows the demo's people under the ids that the filled station has."""
    centre = in_process_centre(folder)
    everybody = [people.SitePerson(_person(one, people.hasher)) for one in demo_people()]
    with centre.database.writer.begin() as connection:
        people.keep_people(connection, everybody, centre.now(), "QA")
    return centre


@contextmanager
def served(centre: Centre) -> Iterator[str]:
    """The centre's address while it answers."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_app(centre), ws="none", lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < end and thread.is_alive()
        threading.Event().wait(0.01)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        door.close()


@contextmanager
def administered(
    folder: Path, url: str, qtbot: Any, patch: Any, size: tuple[int, int] = (1366, 768)
) -> Iterator[WorkingBench]:
    """The administrator's window at the administration of a station whose centre answers at `url`."""
    settings = settings_of(folder, centre={"url": url})
    with running_bench(folder, qtbot, patch, size, settings) as bench:
        bench.sign_in_with_pin(CHIEF)
        bench.press("Ctrl+U")
        bench.until(lambda: bench.app.window.area == "administration")
        bench.quiet()
        yield bench


def area(bench: WorkingBench) -> Any:
    return bench.app.house.area("administration")


def page(bench: WorkingBench) -> Any:
    return area(bench).page


def panel(bench: WorkingBench, kind: type) -> Any:
    bench.until(lambda: isinstance(bench.app.overlay, kind))
    return bench.app.overlay


def sign_in(bench: WorkingBench) -> None:
    """Badge and PIN once more, for the centre."""
    bench.press("S")
    bench.quiet()
    bench.scan(CHIEF.badge)
    bench.press(*CHIEF.pin)
    bench.until(lambda: area(bench).office.signed_in is not None)
    bench.until(lambda: bench.app.overlay is None)


def names(bench: WorkingBench) -> list[str]:
    """The first cells of the rows shown."""
    return [line.cells[0] for line in page(bench).table.lines]


def choose(bench: WorkingBench, name: str) -> None:
    """Go to the row that begins so, by keys."""
    shown = page(bench)
    bench.until(lambda: name in names(bench))
    at = names(bench).index(name)
    while shown.table.at != at:
        bench.press("Down" if shown.table.at < at else "Up")
