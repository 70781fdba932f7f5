"""The key in the system's keyring: moved so that no copy is ever the only one on its way, told when silent."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from inspection_station.errors import StationProblem
from inspection_station.sync import system_keyring as ring_module
from inspection_station.sync.identity import KEY_FILE, KEYRING_NOTE, key_place, load_or_make_key
from inspection_station.sync.system_keyring import KeyringSilent, ask, system_keyring


class FakeKeyring:
    """A keyring in memory. `locked`: it raises; `forgets`: it takes secrets and does not keep them."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise RuntimeError("locked")
        if not self.forgets:
            self.kept[service, username] = password


def test_the_key_moves_in_one_run_and_its_file_goes_in_a_later_one(tmp_path: Path) -> None:
    ring = FakeKeyring()
    key = load_or_make_key(tmp_path, lambda: ring, "first").public_text
    assert key_place(tmp_path) == "moving"
    assert load_or_make_key(tmp_path, lambda: ring, "first").public_text == key
    assert (tmp_path / KEY_FILE).exists(), "what this run put there it does not take out of the file"
    assert load_or_make_key(tmp_path, lambda: ring, "second").public_text == key
    assert key_place(tmp_path) == "keyring"
    assert load_or_make_key(tmp_path, lambda: ring, "third").public_text == key


def test_a_key_file_of_an_older_version_moves_too_and_stays_the_same_key(tmp_path: Path) -> None:
    key = load_or_make_key(tmp_path, lambda: None).public_text
    assert key_place(tmp_path) == "file"
    ring = FakeKeyring()
    for run in ("1", "2", "3"):
        assert load_or_make_key(tmp_path, lambda: ring, run).public_text == key
    assert key_place(tmp_path) == "keyring"


def test_without_a_keyring_the_key_lies_in_a_private_file(tmp_path: Path) -> None:
    for run in "123":
        load_or_make_key(tmp_path, lambda: None, run)
    assert key_place(tmp_path) == "file"
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("fault", ["locked", "forgets"])
def test_a_keyring_that_does_not_keep_it_leaves_the_file_alone(tmp_path: Path, fault: str) -> None:
    ring = FakeKeyring()
    setattr(ring, fault, True)
    key = load_or_make_key(tmp_path, lambda: ring, "1").public_text
    assert load_or_make_key(tmp_path, lambda: ring, "2").public_text == key
    assert key_place(tmp_path) == "file"


def test_a_keyring_that_lost_it_before_the_file_went_is_given_it_again(tmp_path: Path) -> None:
    ring = FakeKeyring()
    key = load_or_make_key(tmp_path, lambda: ring, "1").public_text
    ring.kept.clear()
    assert load_or_make_key(tmp_path, lambda: ring, "2").public_text == key
    assert key_place(tmp_path) == "moving" and ring.kept
    assert load_or_make_key(tmp_path, lambda: ring, "3").public_text == key
    assert key_place(tmp_path) == "keyring"


def test_the_move_can_end_anywhere_and_the_key_is_still_there(tmp_path: Path) -> None:
    """Every state of folder and keyring that a kill may leave between two of the move's writes."""
    ring = FakeKeyring()
    first = tmp_path / "0"
    key = load_or_make_key(first, lambda: None).public_text
    before = dict(ring.kept)
    load_or_make_key(first, lambda: ring, "1")
    for number, (secrets, note) in enumerate(((before, False), (ring.kept, False), (ring.kept, True)), 1):
        folder = tmp_path / str(number)
        shutil.copytree(first, folder)
        if not note:
            (folder / KEYRING_NOTE).unlink()
        cut = FakeKeyring()
        cut.kept = dict(secrets)
        for run in "abc":
            assert load_or_make_key(folder, lambda ring=cut: ring, run).public_text == key  # type: ignore[misc]
        assert key_place(folder) == "keyring"


def test_a_locked_keyring_with_the_only_key_is_told_and_no_other_key_is_made(tmp_path: Path) -> None:
    ring = FakeKeyring()
    for run in "12":
        load_or_make_key(tmp_path, lambda: ring, run)
    ring.locked = True
    with pytest.raises(StationProblem, match=r"identity\.keyring_silent"):
        load_or_make_key(tmp_path, lambda: ring)
    for absent in (FakeKeyring(), None):
        with pytest.raises(StationProblem, match=r"identity\.key_gone"):
            load_or_make_key(tmp_path, lambda ring=absent: ring)  # type: ignore[misc]
    assert key_place(tmp_path) == "keyring"


def test_a_keyring_that_waits_for_a_person_is_not_waited_for_without_end() -> None:
    asked = threading.Event()

    class Asking(FakeKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            asked.wait()
            return None

    with pytest.raises(KeyringSilent):
        ask(Asking(), "key", seconds=0.02)
    asked.set()


def test_what_is_no_keyring_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    import keyring.backends.fail
    import keyring.backends.null

    for backend in (keyring.backends.fail.Keyring(), keyring.backends.null.Keyring()):  # type: ignore[no-untyped-call]
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        assert system_keyring() is None
    fake = FakeKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: fake)
    assert system_keyring() is fake

    def broken() -> None:
        raise RuntimeError("no bus")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert ring_module.system_keyring() is None


def test_secrets_of_the_device_differ_by_purpose_and_by_key(tmp_path: Path) -> None:
    one, other = (load_or_make_key(tmp_path / name, lambda: None) for name in "ab")
    assert len({one.secret("pins"), one.secret("else"), other.secret("pins")}) == 3
    assert one.secret("pins") == load_or_make_key(tmp_path / "a", lambda: None).secret("pins")
