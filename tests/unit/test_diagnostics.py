"""Logs that carry no personal data, the trace of an unclean exit, and the report of the surroundings."""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import subprocess
import sys
import threading
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection_station import diagnostics
from inspection_station.diagnostics import bug_report, environment_report, masked, on_bugs, start_diagnostics

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, hooks = root.level, (sys.excepthook, threading.excepthook)
    was_enabled = faulthandler.is_enabled()
    yield
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    if was_enabled:
        faulthandler.enable()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call 13812345678 now", "call <telephone> now"),
        ("+86 13812345678", "<telephone>"),
        ("SF1390447120865", "SF1390447120865"),
        ("zhang.san@example.com wrote", "<mail> wrote"),
        ("/home/zhangsan/x and C:\\Users\\李 四", "/home/<person>/x and C:\\Users\\<person> 四"),
    ],
)
def test_personal_data_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_log_lines_carry_utc_time_and_no_personal_data(tmp_path: Path) -> None:
    running = start_diagnostics(tmp_path / "data", "station")
    try:
        raise ValueError("no such buyer: 13812345678")
    except ValueError:
        logging.getLogger("inspection_station.somewhere").info("failed for a@b.cn", exc_info=True)
    running.ended_cleanly()
    text = (tmp_path / "data" / "logs" / "station.log").read_text(encoding="utf-8")
    assert re.search(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO inspection_station\.somewhere \[MainThread\] failed for <mail>$",
        text,
        re.MULTILINE,
    )
    assert "ValueError: no such buyer: <telephone>" in text


def test_logs_rotate_and_stay_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "LOG_BYTES", 2000)
    running = start_diagnostics(tmp_path, "station")
    for number in range(500):
        logging.getLogger("inspection_station").info("line %d %s", number, "x" * 100)
    running.ended_cleanly()
    files = list((tmp_path / "logs").glob("station.log*"))
    assert len(files) == diagnostics.LOG_FILES + 1
    assert all(path.stat().st_size <= 2000 for path in files)


def test_a_killed_run_is_noticed_by_the_next_and_a_clean_one_is_not(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from inspection_station.diagnostics import start_diagnostics\n"
        "start_diagnostics(pathlib.Path(sys.argv[1]), 'station')\n"
        "os.kill(os.getpid(), int(sys.argv[2]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path), "9"], env=environment, check=False, timeout=60)
    second = start_diagnostics(tmp_path, "station")
    assert second.unclean_exit is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", second.unclean_exit)
    second.ended_cleanly()
    third = start_diagnostics(tmp_path, "station")
    assert third.unclean_exit is None
    third.ended_cleanly()


def test_a_crash_in_native_code_leaves_its_stacks(tmp_path: Path) -> None:
    program = (
        "import faulthandler, pathlib, sys\n"
        "from inspection_station.diagnostics import start_diagnostics\n"
        "start_diagnostics(pathlib.Path(sys.argv[1]), 'station')\n"
        "faulthandler._sigsegv()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=False, timeout=60)
    start_diagnostics(tmp_path, "station").ended_cleanly()
    assert "Segmentation fault" in (tmp_path / "logs" / "station.crash.before").read_text(encoding="utf-8")


def test_a_mark_cut_off_while_written_counts_as_unclean(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "station.running").write_bytes(b"")
    running = start_diagnostics(tmp_path, "station")
    assert running.unclean_exit == "unknown"
    running.ended_cleanly()


def test_a_folder_that_takes_no_log_is_told_and_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    running = start_diagnostics(tmp_path / "data", "station")
    assert running.problem is not None
    assert running.problem.code == "diagnostics.no_log"
    assert (running.folder / "station.log").exists()
    running.ended_cleanly()


def test_a_bug_on_any_thread_is_logged_and_told_once(expects_log: object) -> None:
    assert callable(expects_log)
    expects_log("uncaught")
    told: list[BaseException] = []
    on_bugs(told.append)

    def work() -> None:
        raise RuntimeError("worker")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    sys.excepthook(KeyError, KeyError("gui"), None)
    assert [str(error) for error in told] == ["worker", "'gui'"]


def test_a_bug_report_says_versions_and_where_without_names() -> None:
    try:
        raise RuntimeError("bad thing for 13812345678")
    except RuntimeError as error:
        report = bug_report(error)
    assert report.startswith("inspection-station 0.")
    assert "RuntimeError: bad thing for <telephone>" in report
    assert "test_diagnostics.py" in report


def test_the_environment_report_names_a_folder_nobody_can_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    states = {one.name: one.state for one in environment_report(tmp_path / "file" / "data", min_free_mb=1)}
    assert states["data_folder"] == "fault"
    assert states["python"] == states["packages"] == states["fonts"] == "ok"


def test_the_environment_report_tells_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(diagnostics.shutil, "disk_usage", lambda _: usage(10**9, 10**9, 20 * 1024 * 1024))
    room = next(one for one in environment_report(tmp_path, min_free_mb=500) if one.name == "room")
    assert (room.state, room.values["free_mb"]) == ("fault", 20)


def test_the_environment_report_says_when_there_is_no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    states = {one.name: one.state for one in environment_report(tmp_path, min_free_mb=1)}
    assert states["display"] == "note"
