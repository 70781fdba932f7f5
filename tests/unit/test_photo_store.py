"""The photo store: bytes named by their hash, written once, read back checked."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from inspection_station.durable_files import partial_name
from inspection_station.errors import StationProblem
from inspection_station.evidence.imaging import encode_jpeg
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.picture_files import open_picture
from inspection_station.workflows import ports


def photo(seed: int = 1, width: int = 320, height: int = 240) -> bytes:
    rough = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return encode_jpeg(np.kron(rough, np.ones((8, 8, 1), np.uint8)))


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "store", minimum_free=0)


def test_a_kept_photo_has_its_bytes_under_their_hash(store: PhotoStore) -> None:
    port: ports.PhotoStore = store
    jpeg = photo()
    stored = port.keep(jpeg)
    assert stored.sha256 == hashlib.sha256(jpeg).hexdigest()
    assert stored.path.read_bytes() == jpeg == store.read(stored.sha256)
    assert (stored.size, stored.width, stored.height) == (len(jpeg), 320, 240)
    assert stored.path == port.path(stored.sha256)
    assert stored.path.parent.name == stored.sha256[2:4] and stored.path.parent.parent.name == stored.sha256[:2]
    assert port.verify(stored.sha256)
    assert list(store.kept()) == [stored.sha256]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_may_write_to_a_kept_photo(store: PhotoStore) -> None:
    assert stat.S_IMODE(store.keep(photo()).path.stat().st_mode) & 0o222 == 0


def test_keeping_the_same_bytes_again_leaves_the_file_untouched(store: PhotoStore) -> None:
    first = store.keep(photo())
    before = first.path.stat()
    assert store.keep(photo()) == first
    after = first.path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_damaged_photo_is_noticed_and_made_whole_by_its_original(store: PhotoStore) -> None:
    stored = store.keep(photo())
    stored.path.chmod(0o644)
    data = bytearray(stored.path.read_bytes())
    data[200] ^= 1
    stored.path.write_bytes(bytes(data))
    assert not store.verify(stored.sha256)
    with pytest.raises(StationProblem) as problem:
        store.read(stored.sha256)
    assert problem.value.code == "evidence.bad"
    store.keep(photo())
    assert store.verify(stored.sha256)


def test_a_photo_that_is_not_there_is_told(store: PhotoStore) -> None:
    absent = "0" * 64
    assert not store.verify(absent)
    with pytest.raises(StationProblem) as problem:
        store.read(absent)
    assert problem.value.code == "evidence.missing"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_never_becomes_a_path(store: PhotoStore, name: str) -> None:
    with pytest.raises(ValueError, match="64"):
        store.path(name)


def test_bytes_that_are_no_picture_are_refused(store: PhotoStore) -> None:
    with pytest.raises(StationProblem) as problem:
        store.keep(b"not a picture")
    assert problem.value.code == "picture.wrong_type"
    assert list(store.kept()) == []


def test_too_little_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    store = PhotoStore(tmp_path, minimum_free=1 << 60)
    assert store.free_bytes() == 0
    for refused in (store.require_room, lambda: store.keep(photo())):
        with pytest.raises(StationProblem) as problem:
            refused()
        assert (problem.value.code, problem.value.work_goes_on) == ("disk.full", False)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_thumbnails_are_made_apart_and_made_again(store: PhotoStore, tmp_path: Path) -> None:
    stored = store.keep(photo(width=1600, height=1200))
    small = store.thumbnail(stored.sha256)
    assert open_picture(small).shape == (264, 352, 3)
    (cached,) = (tmp_path / "store" / "thumbnails").rglob("*.jpg")
    assert cached.read_bytes() == small == store.thumbnail(stored.sha256)
    cached.unlink()
    assert store.thumbnail(stored.sha256) == small
    assert list(store.kept()) == [stored.sha256]


def test_what_a_dead_run_left_is_swept_and_photos_stay(store: PhotoStore) -> None:
    stored = store.keep(photo())
    dead = stored.path.parent / f".photo-{2**30}-{'0' * 32}.part"
    ours = stored.path.parent / f".photo-{os.getpid()}-{'1' * 32}.part"
    foreign = stored.path.parent / ".something.part"
    name = partial_name(stored.path.name)
    writing = stored.path.parent / name
    died = stored.path.parent / name.replace(f".{os.getpid()}-", f".{2**30}-")
    for file in (dead, died, ours, writing, foreign):
        file.write_bytes(b"half")
    assert store.sweep() == 2
    assert not dead.exists() and not died.exists() and store.verify(stored.sha256)
    assert ours.exists() and writing.exists() and foreign.exists()


def test_threads_may_keep_the_same_and_different_photos_at_once(store: PhotoStore) -> None:
    jpegs = [photo(seed) for seed in range(4)]
    faults: list[BaseException] = []

    def keep_all() -> None:
        try:
            for jpeg in jpegs:
                store.keep(jpeg)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=keep_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert set(store.kept()) == {hashlib.sha256(jpeg).hexdigest() for jpeg in jpegs}
    assert all(store.verify(name) for name in store.kept())
