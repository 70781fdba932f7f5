"""A durable file is whole or not there, and never takes another's place unasked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspection_station.durable_files import durable_file, write_durably


def test_bytes_and_name_are_synced_before_the_write_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts: list[str] = []
    plain_sync, plain_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        acts.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        plain_sync(handle)

    def replace(source: Path, target: Path) -> None:
        acts.append("rename")
        plain_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    write_durably(tmp_path / "a", b"whole")
    assert acts == (["file", "rename", "folder"] if os.name != "nt" else ["file", "rename"])
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_block_that_fails_leaves_what_was_before(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"before")
    with pytest.raises(RuntimeError), durable_file(target, replace=True) as handle:
        handle.write(b"half")
        raise RuntimeError
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_another_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "a"
    write_durably(target, b"first")
    with pytest.raises(FileExistsError):
        write_durably(target, b"second")
    assert target.read_bytes() == b"first"
    write_durably(target, b"second", replace=True)
    assert target.read_bytes() == b"second"


def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a"
    with pytest.raises(FileExistsError), durable_file(target) as handle:
        handle.write(b"mine")
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
