"""The tests' own rules: what must make a test fail does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

PROBES = '''
"""Each test here breaks one rule; those named fine break none."""
import logging, socket, time, warnings
import pytest

def test_logs_a_warning():
    logging.getLogger("x").warning("boo")

@pytest.mark.expects_log("boo")
def test_announces_what_never_comes():
    pass

def test_sleeps():
    time.sleep(0.001)

def test_reaches_out_and_hides_it():
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except OSError:
        pass

def test_warns():
    warnings.warn("old")

def test_qt_warns(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("hello")

@pytest.fixture
def late():
    yield
    logging.getLogger("x").error("late")

def test_logs_while_it_is_taken_down(late):
    pass

@pytest.mark.expects_log("bo+")
def test_fine_announced():
    logging.getLogger("x").error("booo")

def test_fine_loopback():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname()).close()

@pytest.mark.real_sleep
def test_fine_sleep():
    time.sleep(0.001)

def test_fine_skip():
    pytest.skip("no such program")
'''


def run_probes(folder: Path, text: str, **variables: str) -> tuple[int, str]:
    tests = folder / "tests"
    (tests / "unit").mkdir(parents=True)
    shutil.copy(PROJECT / "tests" / "conftest.py", tests)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    (tests / "allowed_skips.txt").write_text("tests/unit/test_probes.py::test_allowed | because\n")
    (tests / "unit" / "test_probes.py").write_text(text)
    places = os.pathsep.join((str(PROJECT), str(PROJECT / "tests")))
    environment = {**os.environ, "PYTHONPATH": places, "QT_QPA_PLATFORM": "offscreen", "CI": "", **variables}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_every_broken_rule_fails_its_test_and_no_other(tmp_path: Path) -> None:
    _, text = run_probes(tmp_path, PROBES)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", text, re.MULTILINE))
    assert failed == {name for name in re.findall(r"def (test_\w+)", PROBES) if not name.startswith("test_fine")}


def test_where_ci_is_set_only_a_written_skip_is_allowed(tmp_path: Path) -> None:
    skips = "".join(f"def {name}():\n    pytest.skip('no such program')\n" for name in ("test_allowed", "test_other"))
    code, printed = run_probes(tmp_path, f'"""Two skips."""\nimport pytest\n\n{skips}', CI="true")
    assert code == 1
    assert re.findall(r"^SKIPPED WITHOUT A LINE IN \S+: \S+::(\w+)", printed, re.MULTILINE) == ["test_other"]
