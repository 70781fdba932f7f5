"""Disks, files, devices and centres that fail: the program says what happened and what to do, and loses nothing."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripted_bench import ScriptedBench
from station_cases import PERSON, fill_station, gtin, one_return, station_settings, tracking_number

from inspection_station.devices.printers import PdfFolderPrinter
from inspection_station.errors import StationProblem
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import CentreLink, enrol_station
from inspection_station.station.flow import acts
from inspection_station.station.flow.state import Screen
from inspection_station.storage import faults
from inspection_station.storage.database import FILE_NAME
from inspection_station.sync.identity import Enrolment, keep_enrolment, load_or_make_key
from inspection_station.workflows.ports import StationIdentity

PROJECT = Path(__file__).resolve().parents[2]
PARCEL = tracking_number(1)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    folder = tmp_path / "data"
    fill_station(folder, [one_return(1), one_return(2)])
    station = Station(station_settings(folder), folder)
    yield station
    station.close()


# --- a full disk, step by step ---------------------------------------------------------------------------------


@contextmanager
def no_room(station: Station) -> Iterator[None]:
    """The disk of the station takes nothing more until the block ends."""

    @contextmanager
    def refuse() -> Iterator[None]:
        raise faults.disk_full(station.database.path)
        yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(station.database, "writing", refuse)
        patch.setattr(station.photos, "_minimum_free", 1 << 60)
        yield


STEPS: dict[str, Callable[[ScriptedBench], object]] = {
    "scan": lambda bench: bench.scan(PARCEL),
    "photo": lambda bench: bench.photo("waybill"),
    "product": lambda bench: bench.scan(gtin(1)),
    "row": lambda bench: bench.do(acts.to_grading) if bench.state.screen is Screen.CHECKLIST else None,
    "confirm": lambda bench: bench.do(acts.primary),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_refuses_each_step_in_words_and_the_work_goes_on_when_there_is_room(
    station: Station, step: str
) -> None:
    bench = ScriptedBench(station, PERSON)
    if step != "scan":
        bench.scan(PARCEL)
    if step in ("row", "confirm"):
        bench.scan(gtin(1))
        bench.photos()
    if step == "row":
        bench.do(acts.problem)
    before = bench.state
    stored = station.store.events_of(bench.case.inspection.id) if before.case else []
    with no_room(station):
        try:
            STEPS[step](bench)
            problem = bench.state.effects.problem
        except StationProblem as raised:
            problem, bench.state = raised, before
    assert problem is not None and problem.code == "disk.full"
    assert not problem.work_goes_on and problem.what and problem.to_do
    assert bench.state.with_effects() == before.with_effects()
    if before.case is not None:
        assert station.store.events_of(bench.case.inspection.id) == stored
    else:
        assert station.store.unfinished() == []
    if bench.state.screen is Screen.WAITING:
        bench.scan(PARCEL)
    bench.judge(defect=False)
    assert bench.state.screen is Screen.WAITING and station.store.unfinished() == []
    assert len(list((station.folder / "labels").glob("*.pdf"))) == 1


def test_a_full_disk_at_the_label_leaves_the_result_sealed_and_the_label_printable(station: Station) -> None:
    bench = ScriptedBench(station, PERSON)
    bench.scan(PARCEL)
    bench.scan(gtin(1))
    bench.photos()
    label, bench.label = bench.label, lambda *_: None  # type: ignore[method-assign]
    bench.do(acts.primary)
    assert bench.state.last is not None
    with no_room(station), pytest.raises(StationProblem, match=r"disk\.full"):
        label(bench.state.last.inspection_id, bench.state.last.item_id)
    job = station.labels.repeat(bench.state.last.rt_number, PERSON)
    assert station.labels.send(job).state == "sent"
    assert station.case(bench.state.last.inspection_id).inspection.item(bench.state.last.item_id).decision is not None


# --- no printer, no centre -------------------------------------------------------------------------------------


def test_without_a_printer_the_label_waits_and_comes_when_there_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    fill_station(folder, [one_return(1)])
    station = Station(station_settings(folder, printer={"kind": "none"}), folder)
    bench = ScriptedBench(station, PERSON)
    bench.work(PARCEL)
    assert bench.state.screen is Screen.WAITING
    waiting = station.labels.waiting()
    assert [job.rt_number for job in waiting] == [bench.state.last.rt_number if bench.state.last else ""]
    assert station.labels.status().problem is not None
    station.close()
    again = Station(station_settings(folder), folder, PdfFolderPrinter(tmp_path / "paper"))
    job = again.labels.take_next()
    assert job is not None
    again.labels.settle(job, again.labels.send(job))
    assert again.labels.waiting() == [] and len(list((tmp_path / "paper").glob("*.pdf"))) == 1
    again.close()


class Portal(http.server.BaseHTTPRequestHandler):
    """A captive portal: 200 and a page of HTML for everything."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        page = b"<html><body>Please accept our terms</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_HEAD = do_PUT = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


NOBODY_THERE = "http://127.0.0.1:9"  # discard: nothing listens there


def test_a_centre_that_is_not_there_or_is_none_is_told_and_everything_waits(station: Station, portal: str) -> None:
    with pytest.raises(StationProblem, match=r"centre\.unreachable"):
        enrol_station(station, NOBODY_THERE, "CODE-1234")
    with pytest.raises(StationProblem, match=r"centre\.not_a_centre"):
        enrol_station(station, portal, "CODE-1234")
    identity = StationIdentity("01938000-0000-7000-8000-000000000001", "B12", 12, "site", b"k" * 32)
    for url in (NOBODY_THERE, portal):
        keep_enrolment(station.folder, Enrolment(identity, url, "epoch"))
        load_or_make_key(station.folder)
        bench = ScriptedBench(station, PERSON)
        bench.work(station.reference.queue(1)[0][0].tracking_number)
        waiting = station.outbox.counts()
        assert waiting.records and waiting.photos
        link = CentreLink(station, lambda state: None)
        try:
            report = link.engine.run_once()
        finally:
            link.close()
        assert report.failure and report.records == report.photos == 0
        assert station.outbox.counts() == waiting


# --- the launch, as a person would do it -----------------------------------------------------------------------


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Of a child: its own data and settings, the offscreen window."""
    return {
        **os.environ, "PYTHONPATH": str(PROJECT), "QT_QPA_PLATFORM": "offscreen", "LANG": "C",
        "INSPECTION_STATION_DATA": str(folder / "data"), "INSPECTION_STATION_CONFIG": str(folder / "config"), **more,
    }  # fmt: skip


SETTINGS = ["--set", "camera.source=none", "--set", "wizard.done=true", "--set", "station.language=en"]
RUN = ["-m", "inspection_station", "run", *SETTINGS]


def refused(folder: Path, *command: str, **more: str) -> str:
    """Start the station where it cannot work; what it says on stderr."""
    done = subprocess.run(
        [sys.executable, *(command or RUN), "--language", "en"],
        env=environment(folder, **more), cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line and "propagateSizeHints" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


class Running:
    """A station's window in a process of its own, open and ready."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *RUN, "--language", "en"], env=environment(folder), cwd=PROJECT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.log = folder / "data" / "logs" / "station.log"
        until = time.monotonic() + 60
        while "ready for scanning" not in self.text() and time.monotonic() < until and self.process.poll() is None:
            time.sleep(0.05)

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def end(self) -> tuple[int, str]:
        """Ask it to end; exit code and stderr."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30), self.process.communicate()[1]


def test_a_database_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    fill_station(tmp_path / "data", [one_return(1)])
    path = tmp_path / "data" / FILE_NAME
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    before = path.read_bytes()
    told = refused(tmp_path)
    assert told.endswith("[database.newer]") and "newer version" in told
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["header", "schema", "middle"])
def test_a_damaged_database_is_refused_kept_and_copied(tmp_path: Path, place: str) -> None:
    fill_station(tmp_path / "data", (one_return(number) for number in range(200)))
    path = tmp_path / "data" / FILE_NAME
    with path.open("rb+") as file:
        file.seek({"header": 0, "schema": 100, "middle": path.stat().st_size // 2 // 4096 * 4096}[place])
        file.write(b"\xee" * 4000)
    before = path.read_bytes()
    logs = tmp_path / "data" / "logs"
    logs.mkdir()
    (logs / "station.running").write_text("{}")  # the run before it did not end: everything is looked at first
    told = refused(tmp_path)
    assert told.endswith("[database.damaged]")
    assert path.read_bytes() == before
    (copy,) = (tmp_path / "data" / "copies").glob(f"damaged-*-{FILE_NAME}")
    assert copy.read_bytes() == before
    (logs / "station.running").unlink()
    assert refused(tmp_path).endswith("[database.damaged]"), "and again, though the last run ended in order"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of this kind are POSIX")
def test_a_read_only_data_folder_is_told(tmp_path: Path) -> None:
    """As root nothing is read-only, so the child gives up its rights first (in a folder that it can reach)."""
    script = (
        "import os, sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "window_system = QApplication([])\n"  # libraries of this root's home are loaded while they can be read
        "import alembic.script, sqlalchemy.dialects.sqlite, inspection_station.admin.run_command\n"
        "import inspection_station.station.launch\n"
        "from inspection_station.admin.main import main\n"
        "if os.getuid() == 0:\n    os.setgid(65534)\n    os.setuid(65534)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = ("-c", script, "run", *SETTINGS)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        fill_station(folder / "data", [one_return(1)])
        before = (folder / "data" / FILE_NAME).read_bytes()
        (folder / "data").chmod(0o555)
        told = refused(folder, *command, HOME=place)
        assert told.endswith("[disk.unwritable]")
        (folder / "data").chmod(0o755)
        assert (folder / "data" / FILE_NAME).read_bytes() == before
        shutil.rmtree(folder / "data")
        folder.chmod(0o555)
        assert refused(folder, *command, HOME=place).endswith("[disk.unwritable]")
        folder.chmod(0o755)


def test_a_second_station_on_one_folder_is_told_so_and_the_first_goes_on(tmp_path: Path) -> None:
    fill_station(tmp_path / "data", [one_return(1)])
    first = Running(tmp_path)
    told = refused(tmp_path)
    assert told.endswith("[station.already_running]")
    assert first.process.poll() is None
    assert first.end() == (0, "")


BROKEN_SETTINGS = {
    "not toml": (b"[station\nlanguage=", "settings.not_toml"),
    "not text": (b"\xff\xfe\x00", "settings.not_utf8"),
    "unknown key": (b"[station]\ncolour = 'red'\n", "settings.unknown"),
    "wrong value": (b"[undo]\nseconds = 9\n", "settings."),
    "a folder": (None, "settings."),
}


@pytest.mark.parametrize("kind", BROKEN_SETTINGS)
def test_a_broken_settings_file_is_told_and_the_layer_below_holds(tmp_path: Path, kind: str) -> None:
    fill_station(tmp_path / "data", [one_return(1)])
    content, code = BROKEN_SETTINGS[kind]
    path = tmp_path / "config" / "machine.toml"
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    running = Running(tmp_path)
    assert "ready for scanning" in running.text(), running.end()
    ended, errors = running.end()
    assert ended == 0
    assert f"[{code}" in errors and str(path) in errors and "Traceback" not in errors


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rules/decision_table.yaml", b"rules: [1, 2"),
        ("rules/decision_table.yaml", b"\xff\xfe"),
        ("rules/lists.yaml", b"- nothing of this is a list of the trade"),
        ("checklists/apparel.yaml", b"category: apparel\nquestions: none"),
        ("policies/default.yaml", b"{" * 5000),
    ],
)
def test_a_broken_rule_or_template_file_leaves_the_shipped_ones_in_force_and_is_told(
    tmp_path: Path, name: str, content: bytes
) -> None:
    folder = tmp_path / "data"
    fill_station(folder, [one_return(1)])
    (folder / "rules" / name).parent.mkdir(parents=True)
    (folder / "rules" / name).write_bytes(content)
    station = Station(station_settings(folder), folder)
    problem = station.rules_problem
    assert problem is not None and Path(name).name in str(problem)
    bench = ScriptedBench(station, PERSON)
    bench.work(PARCEL)
    assert bench.state.last is not None and bench.state.last.grade == "A"
    station.close()


def test_of_an_import_file_the_good_returns_go_in_and_every_bad_row_is_listed(tmp_path: Path) -> None:
    table = tmp_path / "returns.csv"
    heading = "return_number,tracking_numbers,sku,name_zh,quantity,category,unit_price_minor\n"
    rows = [
        "R1,SF0000000000001,SKU-1,无线耳机,1,electronics,59900",
        "R2,SF0000000000002,SKU-2,无线耳机,many,electronics,59900",
        ",SF0000000000003,SKU-3,无线耳机,1,electronics,59900",
        "R4,SF0000000000004,SKU-4,无线耳机,1,electronics,59900",
    ]
    table.write_text(heading + "\n".join(rows) + "\n", "utf-8")
    command = [sys.executable, "-m", "inspection_station", "central", "import-returns"]

    def taken(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, str(file), "--data", str(tmp_path / "centre"), "--json", "--language", "en"],
            cwd=PROJECT, env=environment(tmp_path), capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    done = taken(table)
    told = json.loads(done.stdout)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert told["taken"] == 2, "R1 and R4; what is bad keeps back its own return only"
    assert [(fault["line"], fault["column"]) for fault in told["faults"]] == [(3, "quantity"), (4, "return_number")]
    table.write_bytes(b"\x00\x01\xff nothing")
    done = taken(table)
    assert done.returncode == 1 and "Traceback" not in done.stderr and "[" in done.stderr + done.stdout
