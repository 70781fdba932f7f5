"""Set-up from nothing: old Pythons are told, libraries named exactly, pip found by whatever way pip is configured."""

from __future__ import annotations

import ast
import base64
import hashlib
import http.server
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = ("bootstrap.py", "fetch_pip.py")


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "installers"))
    module = importlib.import_module("bootstrap")
    monkeypatch.setattr(module, "CHINESE", False)
    return module


@pytest.fixture
def fetch_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "installers"))
    for name in [name for name in os.environ if name.startswith(("PIP_", "REQUESTS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return importlib.import_module("fetch_pip")


@pytest.mark.parametrize("name", FILES)
def test_an_old_python_can_read_it_and_nothing_but_the_standard_library_is_needed(name: str) -> None:
    tree = ast.parse((PROJECT / "installers" / name).read_text(encoding="utf-8"), feature_version=(3, 9))
    tops = {alias.name.partition(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    tops |= {(n.module or "").partition(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert tops <= {*sys.stdlib_module_names, "fetch_pip"}


def test_an_old_python_is_told_in_one_sentence(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED", (9, 9))
    monkeypatch.setenv("PATH", "")
    assert bootstrap.main(["setup"]) == 3
    told = capsys.readouterr().err.strip()
    assert told.startswith("Python 3.11 or later is needed and this is ")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("sudo", "expected"),
    [
        (True, "with: sudo apt-get install -y --no-install-recommends {}"),
        (False, "as root with: apt-get install -y --no-install-recommends {}"),
    ],
)
def test_missing_libraries_are_one_sentence_with_one_exact_line(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sudo: bool,
    expected: str,
) -> None:
    def load(name: str) -> None:
        if name in ("libzbar.so.0", "libEGL.so.1"):
            raise OSError(name)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.ctypes, "CDLL", load)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    programs = {"apt-get": "/usr/bin/apt-get", "sudo": "/usr/bin/sudo" if sudo else None}
    monkeypatch.setattr(bootstrap.shutil, "which", programs.get)
    monkeypatch.setattr(bootstrap, "make_environment", lambda: pytest.fail("nothing is made before"))
    monkeypatch.setattr(bootstrap, "right_python", lambda arguments: None)
    assert bootstrap.main(["setup"]) == 4
    told = "System libraries are missing; install them " + expected.format("libegl1 libzbar0")
    assert capsys.readouterr().err.strip() == told


def test_libraries_of_a_window_are_wanted_only_where_one_can_open(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(bootstrap.ctypes, "CDLL", load)
    monkeypatch.setenv("DISPLAY", ":0")
    assert "libxcb-cursor0" not in bootstrap.missing_libraries(False).values()
    assert "libxcb-cursor0" in bootstrap.missing_libraries(True).values()


def test_an_environment_without_its_stamp_is_not_made(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / "stamp.json"))
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    assert not bootstrap.is_ready()
    (tmp_path / "stamp.json").write_text('{"lock": ')
    assert not bootstrap.is_ready()
    (tmp_path / "stamp.json").write_text(json.dumps(bootstrap.expected_stamp()))
    assert bootstrap.is_ready()
    lock = tmp_path / "changed.lock"
    lock.write_text("another")
    monkeypatch.setattr(bootstrap, "LOCK", str(lock))
    assert not bootstrap.is_ready()


def test_a_half_made_environment_is_made_anew_and_stamped_last(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = tmp_path / ".venv"
    (environment / "half").mkdir(parents=True)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", str(environment))
    monkeypatch.setattr(bootstrap, "STAMP", str(environment / "stamp.json"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(environment / "bin" / "python"))
    seen: list[bool] = []

    def install(_lock: str) -> bool:
        seen.append((environment / "stamp.json").exists())
        return True

    monkeypatch.setattr(bootstrap, "install_with_uv", install)
    bootstrap.make_environment()
    assert seen == [False]
    assert not (environment / "half").exists()
    assert bootstrap.is_ready()
    program = "import inspection_station; print(inspection_station.__file__)"
    said = subprocess.run(
        [str(environment / "bin" / "python"), "-P", "-c", program], capture_output=True,
        text=True, check=True, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert Path(said.stdout.strip()).is_relative_to(PROJECT)
    bootstrap.make_environment()
    assert seen == [False], "the second time there is nothing to do"


def test_an_installation_that_fails_leaves_no_stamp(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", str(environment))
    monkeypatch.setattr(bootstrap, "STAMP", str(environment / "stamp.json"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(environment / "bin" / "python"))
    monkeypatch.setattr(bootstrap, "install_with_uv", lambda _lock: False)

    def fail(_lock: str) -> None:
        raise bootstrap.Stop("no network", "")

    monkeypatch.setattr(bootstrap, "install_with_pip", fail)
    with pytest.raises(bootstrap.Stop):
        bootstrap.make_environment()
    assert not bootstrap.is_ready()


def test_without_a_screen_the_demo_runs_into_files_outside_the_checkout(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "prepare", lambda window: None)
    monkeypatch.setattr(bootstrap, "program", lambda *words, **variables: started.append(words) or 0)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert bootstrap.run([]) == 0
    out = str(tmp_path / "inspection-station" / "demo")
    assert started == [("-m", "inspection_station", "demo", "--headless", "--screens", "--out", out)]
    assert capsys.readouterr().err.count(out) == 2
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.run(["--kiosk"]) == 0
    assert started[1] == ("-m", "inspection_station", "run", "--demo", "--kiosk")


WHEEL = b"the bytes of a pip"


@pytest.fixture
def index(fetch_pip: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """A mirror on this machine; call it with its form to get its address."""
    monkeypatch.setattr(fetch_pip, "PIP_SHA256", hashlib.sha256(WHEEL).hexdigest())
    answer: dict[str, Any] = {}

    class Mirror(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = answer.get("authorization")
            if wanted and self.headers.get("Authorization") != wanted:
                self.send_error(401)
                return
            if self.path == "/simple/pip/":
                body, kind = answer["page"], answer["kind"]
            elif self.path == "/files/pip-26.3-py3-none-any.whl":
                body, kind = answer["wheel"], "application/octet-stream"
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()

    def address(kind: str = "text/html", wheel: bytes = WHEEL, login: str = "") -> str:
        link = "../../files/pip-26.3-py3-none-any.whl#sha256=00"
        html = f'<a href="../x/pip-9.whl">pip-9.whl</a><a href="{link}">pip</a>'
        page = json.dumps({"files": [{"url": link}]}) if "json" in kind else html
        answer.update(page=page.encode(), kind=kind, wheel=wheel)
        if login:
            answer["authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        return f"http://{login}{'@' if login else ''}127.0.0.1:{server.server_port}/simple"

    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["text/html", "application/vnd.pypi.simple.v1+json"])
@pytest.mark.parametrize("login", ["", "me:secret"])
def test_pip_comes_from_the_companys_mirror(
    fetch_pip: ModuleType, index: Callable[..., str], tmp_path: Path, kind: str, login: str
) -> None:
    path = fetch_pip.fetch_pip(index(kind=kind, login=login), {}, str(tmp_path))
    assert Path(path).read_bytes() == WHEEL


def test_a_pip_that_is_not_the_right_file_is_refused(
    fetch_pip: ModuleType, index: Callable[..., str], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        fetch_pip.fetch_pip(index(wheel=b"something else"), {}, str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_pips_own_configuration_is_honoured(
    fetch_pip: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config" / "pip").mkdir(parents=True)
    (tmp_path / "config" / "pip" / "pip.conf").write_text(
        "[global]\nindex_url = https://mirror.example/simple\ncert = /company.pem\n"
    )
    assert fetch_pip.pip_configuration()["index-url"] == "https://mirror.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://other.example/simple")
    found = fetch_pip.pip_configuration()
    assert (found["index-url"], found["cert"]) == ("https://other.example/simple", "/company.pem")
    (tmp_path / "config" / "pip" / "pip.conf").write_text("no section\n")
    assert fetch_pip.pip_configuration()["index-url"] == "https://other.example/simple"
