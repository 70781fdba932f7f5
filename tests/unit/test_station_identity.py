"""The station's key and enrolment: private, durable, and told in a sentence when they cannot be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from inspection_station.errors import StationProblem
from inspection_station.protocol.messages import signed_bytes
from inspection_station.server.enrolment import read_public_key
from inspection_station.sync.client import Transport
from inspection_station.sync.identity import (
    ENROLMENT_FILE,
    KEY_FILE,
    Enrolment,
    keep_enrolment,
    load_enrolment,
    load_or_make_key,
)
from inspection_station.workflows.ports import StationIdentity

ENROLMENT = Enrolment(
    StationIdentity("01938000-0000-7000-8000-000000000001", "B12", 12, "华东退货中心", b"\x01" * 32),
    "http://centre.test",
    "epoch",
)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = load_or_make_key(tmp_path / "new")
    assert load_or_make_key(tmp_path / "new").public_text == key.public_text
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new" / KEY_FILE).stat().st_mode) == 0o600
    assert not list((tmp_path / "new").glob("*.part"))


def test_the_centre_can_check_what_the_station_signs(tmp_path: Path) -> None:
    import base64

    key = load_or_make_key(tmp_path)
    parts = ("POST", "/sync/v1/records?x=箱", "0" * 64, "s", "n", "e")
    read_public_key(key.public_text).verify(base64.b64decode(key.sign(*parts)), signed_bytes(*parts))


@pytest.mark.parametrize("content", [b"", b"!!!", b"AAAA", b"\xff" * 100])
def test_a_key_that_is_none_is_told_and_never_replaced_silently(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(StationProblem, match=r"identity\.key_unreadable"):
        load_or_make_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_the_enrolment_is_kept(tmp_path: Path) -> None:
    assert load_enrolment(tmp_path) is None
    keep_enrolment(tmp_path, ENROLMENT)
    assert load_enrolment(tmp_path) == ENROLMENT


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"station_id":1}', b"[" * 100_000, b"\xff", b"null"])
def test_a_broken_enrolment_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ENROLMENT_FILE).write_bytes(content)
    with pytest.raises(StationProblem, match=r"identity\.enrolment_unreadable"):
        load_enrolment(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StationProblem, match=r"identity\.(unwritable|key_unreadable)"):
        load_or_make_key(tmp_path / "file")


@pytest.mark.parametrize("url", ["", "centre", "ftp://x", "http://", "http://user:pw@x", "http://x:99999", "http://[::1"])
def test_what_is_no_address_of_a_centre_is_told(url: str) -> None:
    with pytest.raises(StationProblem, match=r"centre\.address"):
        Transport(url)
