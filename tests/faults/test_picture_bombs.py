"""Files that claim enormous pictures, are cut, empty or no pictures: refused in words, and they cost no memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from picture_bombs import SIDE, write_bombs

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
ALLOWED = 32 * 2**20  # bytes; decoding the bomb would take 1,200 MB


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked as Unix tells it")
def test_no_way_of_opening_a_picture_lets_a_bomb_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb = write_bombs(tmp_path)[0]
    assert 1_000_000 < bomb.stat().st_size < 1_300_000 and SIDE == 20_000
    done = subprocess.run(
        [sys.executable, str(HERE / "picture_child.py"), str(tmp_path)], cwd=PROJECT, text=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"}, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told) == 7 * 10
    for way, file, said, cost in told:
        assert cost < ALLOWED, f"{way} of {file} cost {cost >> 20} MB"
        refused = said.startswith(("picture.", "camera.", "'picture.")) or said in ("None", "'null'")
        assert refused or way == "decode", f"{way} of {file} said {said}"
        assert said != "'no error'", f"{way} of {file}"
    with capsys.disabled():
        print(f" [{max(cost for *_, cost in told) / 2**20:.1f} MB at most]", end="")
