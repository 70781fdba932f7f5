"""Windows in tests are drawn off screen, in the product's typefaces, without motion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gui import working_bench
from gui.eyes import Looking
from gui.working_bench import WorkingBench
from PySide6.QtCore import QCoreApplication, QEvent

from inspection_station.i18n import language, set_language
from inspection_station.station import theme


@pytest.fixture(autouse=True)
def looks_as_designed(qapp: object) -> Iterator[None]:
    """The regular light theme in Chinese, before and after each test."""
    before = language()
    theme.use(theme.Theme(reduce_motion=True))
    yield
    set_language(before)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # windows of this test go now
    theme.use(theme.Theme(reduce_motion=True))


@pytest.fixture(scope="session")
def filled_station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station's data as the demo's centre fills them; only ever copied."""
    folder = tmp_path_factory.mktemp("filled") / "station"
    working_bench.fill(folder)
    return folder


@pytest.fixture
def station_folder(filled_station: Path, tmp_path: Path) -> Path:
    """A filled station's folder of this test alone."""
    return working_bench.copied(filled_station, tmp_path / "station")


@pytest.fixture
def bench(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkingBench]:
    """A running station at its sign-in page."""
    with working_bench.running(station_folder, qtbot, monkeypatch) as working:
        yield working


@pytest.fixture
def waiting(bench: WorkingBench) -> WorkingBench:
    """A running station with an inspector signed in, waiting for a parcel."""
    bench.sign_in()
    bench.heard.clear()
    bench.scans = bench.presses = 0
    return bench


@pytest.fixture
def looking(station_folder: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Looking]:
    """Eyes on a station at its sign-in page."""
    (tmp_path / "screens").mkdir()
    with working_bench.running(station_folder, qtbot, monkeypatch) as bench:
        yield Looking(bench, tmp_path / "screens")
