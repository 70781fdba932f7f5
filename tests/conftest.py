"""What every test lives under: nothing unexpected may be logged, waited for, or reached over the network.

A test fails when the program logs a WARNING or worse that it did not announce (`expects_log`), when code of this
project really sleeps (outside integration and fault tests, or `real_sleep`), and when it connects to another
machine. Warnings are errors and so are Qt's (pyproject.toml). Each test has its own data and settings folders.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["postgres_server", "s3_server", "centre_surroundings"]  # `both_databases`, `both_surroundings`
PROJECT = Path(__file__).resolve().parent.parent
ALLOWED_SKIPS = PROJECT / "tests" / "allowed_skips.txt"
MAY_SLEEP = ("integration", "faults", "benchmarks")

# Before anything of the product or Qt is imported: never this machine's own data, settings or screen.
_home = Path(tempfile.gettempdir()) / f"inspection-station-tests-{os.getpid()}"
os.environ["INSPECTION_STATION_DATA"] = str(_home / "data")
os.environ["INSPECTION_STATION_CONFIG"] = str(_home / "config")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # never this user's own
for _name in [name for name in os.environ if name.startswith("INSPECTION_STATION__")]:
    del os.environ[_name]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="random and fault tests with their full counts")
    parser.addoption("--seed", default="", help="play this one history of the simulation again")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often a random or fault test repeats: `rounds(10, 100)` is 10, or 100 under ``make soak``."""
    soak = bool(request.config.getoption("--soak"))
    return lambda usual, full: full if soak else usual


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data and settings folders of this test alone."""
    monkeypatch.setenv("INSPECTION_STATION_DATA", str(tmp_path / "station-data"))
    monkeypatch.setenv("INSPECTION_STATION_CONFIG", str(tmp_path / "station-config"))


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language a test sets does not reach the next one."""
    from inspection_station import i18n

    before = i18n.language()
    yield
    i18n.set_language(before)


class _Unexpected:
    """What happened during one test that should not have."""

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []
        self.patterns: list[str] = []
        self.reached: list[str] = []
        self.announced = True  # whether what was announced must have come

    def faults(self) -> list[str]:
        texts = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in self.records]
        faults = [f"logged: {t}" for t in texts if not any(re.search(p, t) for p in self.patterns)]
        if self.announced:
            never = [p for p in self.patterns if not any(re.search(p, t) for t in texts)]
            faults += [f"never logged, though announced: {p}" for p in never]
        return faults + [f"reached beyond this machine: {address}" for address in self.reached]


_now = _Unexpected()


class _Collector(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _now.records.append(record)


_collector = _Collector(logging.WARNING)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    global _now
    _now = _Unexpected()
    _now.patterns = [str(pattern) for marker in item.iter_markers("expects_log") for pattern in marker.args]
    logging.getLogger().addHandler(_collector)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail the test for what `_Unexpected` gathered; a failure of its own goes before."""
    result = yield
    _fail_if_unexpected()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    _now.records.clear()
    _now.reached.clear()
    _now.announced = False
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(_collector)
    _fail_if_unexpected()
    return result


def _fail_if_unexpected() -> None:
    if faults := _now.faults():
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture
def expects_log() -> Callable[[str], None]:
    """Announce, inside a test, that a record of WARNING or above matching a pattern will be logged."""
    return lambda pattern: _now.patterns.append(pattern)


_sleep = time.sleep


@pytest.fixture(autouse=True)
def no_real_sleep(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code of this project that sleeps makes the test slow and uncertain: wait for a signal or move a clock."""
    if request.node.get_closest_marker("real_sleep") or any(part in MAY_SLEEP for part in request.path.parts):
        return

    def sleep(seconds: float) -> None:
        caller = sys._getframe(1).f_code.co_filename
        if seconds > 0 and Path(caller).is_relative_to(PROJECT) and ".venv" not in caller:
            raise AssertionError(f"{caller} sleeps {seconds} s in a test; mark it real_sleep if it must")
        _sleep(seconds)

    monkeypatch.setattr(time, "sleep", sleep)


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path in this machine
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


def _guarded(name: str) -> Callable[..., Any]:
    plain = getattr(socket.socket, name)

    def guard(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        sends = name == "sendto" or self.type != socket.SOCK_DGRAM  # to connect one for datagrams asks the kernel only
        if sends and self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address):
            _now.reached.append(f"{address[0]}:{address[1]}")
            raise OSError(f"tests reach no other machine: {address}")
        return plain(self, *arguments)

    return guard


for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _guarded(_name))


# Skips: on a developer's machine a test may skip with a reason; where CI is set only the written list may.


def _allowed_skips() -> list[str]:
    lines = ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
    return [line.partition("|")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def _unwritten_skips() -> list[str]:
    if os.environ.get("CI", "").lower() not in ("1", "true", "yes"):
        return []
    allowed = _allowed_skips()
    return sorted({name for name in _skipped if not any(fnmatchcase(name, pattern) for pattern in allowed)})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if not hasattr(session.config, "workerinput") and _unwritten_skips() and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _unwritten_skips():
        terminalreporter.write_line(f"SKIPPED WITHOUT A LINE IN {ALLOWED_SKIPS.name}: {name}", red=True)
