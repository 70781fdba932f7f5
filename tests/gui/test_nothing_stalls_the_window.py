"""No database, photo, decoding or encoding call of a whole inspection runs on the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from gui.working_bench import CLEAN, WorkingBench

from inspection_station.devices.printers import PdfFolderPrinter
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.station import bench_camera, shutter
from inspection_station.station.flow.state import Screen
from inspection_station.storage.database import Database


@pytest.fixture
def on_the_window(waiting: WorkingBench, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str]]:
    """Names of the slow calls made on the window's thread, and of all that were made."""
    here, anywhere = set[str](), set[str]()

    def watch(owner: Any, name: str) -> None:
        plain: Callable[..., Any] = getattr(owner, name)

        def watched(*args: Any, **more: Any) -> Any:
            anywhere.add(name)
            if threading.current_thread() is threading.main_thread():
                here.add(name)
            return plain(*args, **more)

        monkeypatch.setattr(owner, name, watched)

    for owner, names in (
        (Database, ("reading", "writing")),
        (PhotoStore, ("keep", "verify", "thumbnail", "read")),
        (bench_camera, ("read_codes", "assess", "preview")),
        (shutter, ("read_codes", "assess", "encode_jpeg")),
        (PdfFolderPrinter, ("print_label", "status")),
    ):
        for name in names:
            watch(owner, name)
    return here, anywhere


def test_a_whole_inspection_and_its_record_leave_the_windows_thread_alone(
    waiting: WorkingBench, on_the_window: tuple[set[str], set[str]]
) -> None:
    bench = waiting
    here, anywhere = on_the_window
    bench.find_stain()
    bench.take_required_photos()
    bench.until_primary("Enter")
    bench.press("Enter")
    bench.until_screen(Screen.GRADE)
    bench.press("Enter")
    bench.until_screen(Screen.WAITING)
    bench.until(lambda: len(bench.labels) == 1)
    bench.press("F8")
    bench.until(lambda: bench.app.history.page._case is not None)
    exported: list[str] = []
    bench.app.history.exported.connect(exported.append)
    bench.press("Ctrl+E")
    bench.until(lambda: exported)
    bench.press("Esc", "Ctrl+L")
    bench.until(lambda: bench.app.window.area == "sign_in")
    bench.sign_in()
    bench.app.devices.look()
    bench.app.prints.ask()
    bench.quiet()
    assert {"reading", "writing", "keep", "read_codes", "encode_jpeg", "print_label", "preview"} <= anywhere
    assert here == set()


def test_a_code_that_lies_there_and_changes_nothing_is_not_shown_again_and_again(waiting: WorkingBench) -> None:
    bench = waiting
    bench.app.bench._scene = None  # the parcel stays under the camera
    bench.camera.show_parcel(CLEAN, "SF")
    bench.open_parcel(CLEAN)
    bench.quiet()
    shown: list[object] = []
    read: list[object] = []
    bench.app.session.shown.connect(shown.append)
    bench.app.camera.code_read.connect(lambda *one: read.append(one))
    bench.until(lambda: len(read) >= 3)
    bench.quiet()
    assert not shown
    bench.app.session.camera_read(bench.case.returns[0].lines[0].gtins[0])
    bench.until_identified()
    assert shown
