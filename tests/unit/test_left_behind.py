"""What a killed test run left is ended and taken away by the next; what belongs to a living one is not touched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from centre_cases import PROJECT
from left_behind import clear

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="who works where is read from /proc")

RUN = """
import subprocess, sys
from left_behind import folder_of_this_run
folder = folder_of_this_run("is-try", sys.argv[1])
command = [sys.executable, "-c", "import signal; signal.pause()", f"--data={folder}/data"]
server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
print(folder, server.pid, flush=True)
sys.stdin.read()
"""


def run(place: Path) -> tuple[subprocess.Popen[str], Path, int]:
    """A test run with a server of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=PROJECT / "tests",
    )  # fmt: skip
    assert process.stdout is not None
    folder, server = process.stdout.readline().split()
    return process, Path(folder), int(server)


def works(server: int, folder: Path) -> bool:
    try:
        return str(folder).encode() in Path(f"/proc/{server}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.real_sleep
def test_servers_and_folders_of_dead_runs_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    (tmp_path / "is-try-of-somebody").mkdir()
    dead, dead_folder, dead_server = run(tmp_path)
    living, living_folder, living_server = run(tmp_path)
    try:
        assert clear("is-try", tmp_path) == []
        dead.kill()
        dead.communicate()
        assert works(dead_server, dead_folder)
        assert clear("is-try", tmp_path) == [dead_folder]
        assert not dead_folder.exists() and not works(dead_server, dead_folder)
        assert living_folder.exists() and works(living_server, living_folder)
    finally:
        living.kill()
        living.communicate()
    assert clear("is-try", tmp_path) == [living_folder]
    assert not works(living_server, living_folder)
    assert [path.name for path in tmp_path.iterdir()] == ["is-try-of-somebody"]
