"""What keeps the station from starting is told in a window, on stderr and by the exit code; the first one goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from gui import working_bench
from gui.working_bench import INSPECTOR, WorkingBench
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from inspection_station.admin.main import main
from inspection_station.diagnostics import Diagnostics, start_diagnostics
from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.i18n import LANGUAGES, set_language
from inspection_station.station import before_qt, launch, problem_window
from inspection_station.station.problem_window import ProblemWindow, window_for
from inspection_station.station.text import TextLabel
from inspection_station.storage.database import FILE_NAME


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[ProblemWindow]]:
    """The windows shown to somebody who can see them and closes each."""
    windows: list[ProblemWindow] = []
    monkeypatch.setattr(problem_window, "is_seen", lambda: True)
    monkeypatch.setattr(ProblemWindow, "exec", lambda window: windows.append(window))
    monkeypatch.setattr(before_qt, "load", lambda: None)  # it stops the search for cycles, for good
    monkeypatch.setenv("INSPECTION_STATION_CONFIG", str(tmp_path / "config"))
    begun: list[Diagnostics] = []

    def begin(folder: Path, program: str) -> Diagnostics:
        begun.append(start_diagnostics(folder, program))
        return begun[-1]

    monkeypatch.setattr(launch, "start_diagnostics", begin)
    yield windows
    for diagnostics in begun:
        diagnostics.ended_cleanly()


def run(folder: Path) -> int:
    """``inspection-station run`` on `folder`."""
    return main(["run", "--language", "en", "--set", f"station.data_folder={folder}", "--set", "camera.source=none"])


def words(window: ProblemWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(TextLabel))


def damage(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b"\xee" * 8000)


def make_newer(folder: Path) -> None:
    with sqlite3.connect(folder / FILE_NAME) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()


def lay_a_file_there(folder: Path) -> None:
    folder.rename(folder.with_name("aside"))
    folder.write_text("no folder")


@pytest.mark.parametrize(
    ("break_it", "code"),
    [(damage, "database.damaged"), (make_newer, "database.newer"), (lay_a_file_there, "disk.unwritable")],
)
def test_a_station_that_cannot_start_says_so_on_the_screen_on_stderr_and_by_its_exit_code(
    station_folder: Path, shown: list[ProblemWindow], capsys: pytest.CaptureFixture[str], break_it, code: str
) -> None:
    break_it(station_folder)
    assert run(station_folder) == 1
    (window,) = shown
    told = capsys.readouterr().err.strip()
    assert told.endswith(f"[{code}]") and len(told.splitlines()) == 1
    assert code in words(window)
    assert window.accessibleName() in words(window) and window.accessibleName() in told
    assert window.accessibleDescription() in words(window) and window.accessibleDescription() in told
    assert f"[{code}]" in window.report and "Python" in window.report


def test_a_second_station_is_told_in_a_window_and_leaves_the_logs_of_the_first_alone(
    station_folder: Path, shown: list[ProblemWindow], capsys: pytest.CaptureFixture[str]
) -> None:
    first = launch.take_folder(station_folder)
    logs = station_folder / "logs"
    logs.mkdir()
    (logs / "station.crash").write_text("the stacks of the first")
    (logs / "station.running").write_text('{"started": "2026-11-21T02:42:33.120Z", "process": 1}')
    before = {path.name: path.read_bytes() for path in logs.iterdir()}
    assert run(station_folder) == 1
    first.unlock()
    assert {path.name: path.read_bytes() for path in logs.iterdir()} == before
    assert capsys.readouterr().err.strip().endswith("[station.already_running]")
    assert "station.already_running" in words(shown[0])


def test_a_folder_that_could_not_be_opened_is_free_again_while_its_window_is_read(
    station_folder: Path, shown: list[ProblemWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(station_folder)
    monkeypatch.setattr(ProblemWindow, "exec", lambda window: launch.take_folder(station_folder).unlock())
    assert run(station_folder) == 1


def test_a_mistake_of_the_program_gives_its_report_in_the_window_too(
    station_folder: Path, shown: list[ProblemWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INSPECTION_STATION_DATA", str(tmp_path / "machine"))

    def mistake(start: object) -> int:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(launch, "run_station", mistake)
    assert run(station_folder) == 3
    assert "ZeroDivisionError" in shown[0].report


def test_where_nobody_sees_a_window_none_is_waited_for(
    station_folder: Path, shown: list[ProblemWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert not problem_window.is_seen()
    problem_window.show_and_wait(StationProblem("disk.full", N_("Storage full"), N_("Call the lead")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_can_be_read_copied_and_closed_by_keys(qtbot, language: str) -> None:
    set_language(language)
    problem = StationProblem(
        "disk.unwritable",
        N_("The data folder {folder} cannot be written: {reason}"),
        N_("Give this user the right to write there, or name another folder in the settings."),
        folder="/home/lin/.local/share/inspection-station/a-long-name-of-a-folder", reason="Permission denied",
    )  # fmt: skip
    window = window_for(problem)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    for label in window.findChildren(TextLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    for button in window.findChildren(QAbstractButton):
        assert button.accessibleName() and button.height() >= 44
        assert window.rect().contains(button.geometry())
    QTest.keyClick(window, Qt.Key.Key_Return)  # the end of a scan closes nothing
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == window.report and "lin" not in copied.split("/home/")[1].split("/")[0]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_settings_that_cannot_be_are_told_in_the_window_to_the_first_who_signs_in(
    station_folder: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = DataFileProblem("settings.bad_value", "machine.toml", 3, "undo.seconds", N_("is missing"))
    with working_bench.running(station_folder, qtbot, monkeypatch, problems=(fault,)) as bench:
        working: WorkingBench = bench
        assert not bench.app.window.frame.notice.isVisible()
        working.sign_in(INSPECTOR)
        assert bench.app.window.frame.notice.isVisible()
        assert "machine.toml:3" in bench.app.window.frame.notice.accessibleName()
