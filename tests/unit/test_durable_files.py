"""A durable file is whole or not there, and never takes another's place unasked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspection_station.durable_files import PRIVATE, durable_file, keep_under_name, write_durably, write_whole


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is synced and renamed, in its order."""
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
    return acts


DURABLE = ["file", "rename", "folder"] if os.name != "nt" else ["file", "rename"]


def test_bytes_and_name_are_synced_before_the_write_returns(tmp_path: Path, acts: list[str]) -> None:
    write_durably(tmp_path / "a", b"whole")
    assert acts == DURABLE
    with durable_file(tmp_path / "b") as handle:
        handle.write(b"whole")
    assert acts == DURABLE * 2
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"whole", "b": b"whole"}


def test_a_file_that_something_else_wrote_is_synced_before_it_gets_its_name(tmp_path: Path, acts: list[str]) -> None:
    (tmp_path / "a.new").write_bytes(b"whole")
    (tmp_path / "a").write_bytes(b"before")
    keep_under_name(tmp_path / "a.new", tmp_path / "a")
    assert acts == DURABLE
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"whole"}


def test_what_can_be_made_again_costs_no_sync(tmp_path: Path, acts: list[str]) -> None:
    write_whole(tmp_path / "a", b"first")
    write_whole(tmp_path / "a", b"second")
    assert acts == ["rename", "rename"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"second"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_private_file_is_never_readable_by_others_not_even_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    plain_sync = os.fsync

    def sync(handle: int) -> None:
        modes.append(os.fstat(handle).st_mode & 0o777)
        plain_sync(handle)

    monkeypatch.setattr(os, "fsync", sync)
    write_durably(tmp_path / "key", b"secret", mode=PRIVATE)
    assert modes[0] == PRIVATE == (tmp_path / "key").stat().st_mode & 0o777


def test_a_disk_that_takes_a_part_at_a_time_gets_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_write = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: plain_write(handle, bytes(content)[:3]))
    write_durably(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


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
