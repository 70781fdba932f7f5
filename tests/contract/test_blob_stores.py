"""What both stores of photos promise, on a disk and on a real S3 server, and what holds when S3 fails."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from centre_cases import InProcess, MovedClock, enrolled, inspection_events, jpeg, line_of, padded_jpeg
from s3_server import ACCESS, BUCKET, SECRET, S3Server

from inspection_station.server import ledger
from inspection_station.server.blobs.disk import DiskPhotos
from inspection_station.server.blobs.s3 import Bucket, S3Photos
from inspection_station.server.blobs.scrub import scrub
from inspection_station.server.blobs.store import DAMAGED, PhotoAbsent, PhotoStore, PhotoStoreDown
from inspection_station.server.centre import Centre, open_centre
from inspection_station.sync.client import CentreClient, Refused, ServerTrouble, Transport

PHOTO = padded_jpeg(1, 300_000)
NAME = hashlib.sha256(PHOTO).hexdigest()


def bucket(endpoint: str, **other: object) -> Bucket:
    told: dict[str, object] = {"access_key": ACCESS, "secret_key": SECRET, "seconds": 5.0} | other
    return Bucket(BUCKET, uuid.uuid4().hex, endpoint, **told)  # type: ignore[arg-type]


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    if request.param == "disk":
        return DiskPhotos(tmp_path)
    server: S3Server = request.getfixturevalue("s3_server")
    return S3Photos(bucket(server.endpoint))


def test_what_is_kept_is_there_with_its_bytes_and_what_is_not_is_absent(store: PhotoStore) -> None:
    assert not store.has(NAME) and not store.verify(NAME) and list(store.names()) == []
    with pytest.raises(PhotoAbsent):
        store.read(NAME)
    store.keep(NAME, PHOTO)
    store.keep(NAME, PHOTO)
    assert store.has(NAME) and store.verify(NAME) and store.read(NAME) == PHOTO


def test_a_written_file_becomes_the_photo_and_is_gone(store: PhotoStore, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.write_bytes(PHOTO)
    store.publish(NAME, written)
    assert store.read(NAME) == PHOTO and not written.exists()


def test_other_bytes_than_the_name_says_are_not_kept(store: PhotoStore) -> None:
    with pytest.raises(ValueError, match="not this photo"):
        store.keep(NAME, PHOTO + b"x")
    assert not store.has(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_is_no_name(store: PhotoStore, name: str) -> None:
    for act in (store.has, store.read, store.verify, store.remove, store.set_aside):
        with pytest.raises(ValueError, match="not a SHA-256"):
            act(name)


def test_names_come_in_order_and_without_what_was_set_aside(store: PhotoStore) -> None:
    kept = {hashlib.sha256(data).hexdigest(): data for data in map(jpeg, range(6))}
    for name, data in kept.items():
        store.keep(name, data)
    aside, removed, *rest = kept
    store.set_aside(aside)
    store.remove(removed)
    store.remove(removed)
    store.set_aside(removed)
    assert list(store.names()) == sorted(rest)
    assert not store.has(aside)


def test_what_is_set_aside_keeps_its_bytes(store: PhotoStore) -> None:
    store.keep(NAME, PHOTO)
    store.set_aside(NAME)
    if isinstance(store, DiskPhotos):
        path = store._path(NAME)
        assert path.with_name(NAME + DAMAGED).read_bytes() == PHOTO
    store.keep(NAME, PHOTO)
    assert store.verify(NAME)


def changed(store: PhotoStore, data: bytes) -> None:
    """Change the stored bytes behind the store's back."""
    if isinstance(store, DiskPhotos):
        store._path(NAME).write_bytes(data)
    else:
        import obstore

        assert isinstance(store, S3Photos)
        obstore.put(store._store, f"{NAME[:2]}/{NAME}", data)


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: data[:9] + b"\0" + data[10:]],
                         ids=["truncated", "flipped"])  # fmt: skip
def test_changed_bytes_are_seen_and_replaced(store: PhotoStore, harm: Callable[[bytes], bytes]) -> None:
    store.keep(NAME, PHOTO)
    changed(store, harm(PHOTO))
    assert not store.verify(NAME) and store.has(NAME)
    store.keep(NAME, PHOTO)
    assert store.verify(NAME)


def test_two_instances_that_keep_one_photo_at_once_do_no_harm(store: PhotoStore) -> None:
    faults: list[BaseException] = []

    def keep() -> None:
        try:
            store.keep(NAME, PHOTO)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=keep) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == [] and store.verify(NAME)


# S3 that fails


@contextmanager
def deaf_server(answer: bytes = b"") -> Iterator[str]:
    """A server that takes connections and says nothing, or `answer`, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    connection, _address = listening.accept()
                except OSError:
                    return
                held.append(connection)
                if answer:
                    connection.recv(65536)
                    connection.sendall(answer)
                    connection.close()

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR) if os.name != "nt" else None
        for each in held:
            each.close()


def test_wrong_keys_an_absent_server_and_silence_are_told_as_a_store_that_is_down(s3_server: S3Server) -> None:
    wrong = bucket(s3_server.endpoint, secret_key="wrong")
    with pytest.raises(PhotoStoreDown, match="access key"):
        S3Photos(wrong).keep(NAME, PHOTO)
    with pytest.raises(PhotoStoreDown):
        S3Photos(bucket("http://127.0.0.1:9", seconds=1.0)).has(NAME)
    with deaf_server() as endpoint, pytest.raises(PhotoStoreDown):
        S3Photos(bucket(endpoint, seconds=0.5)).keep(NAME, PHOTO)


def test_an_answer_that_says_nothing_of_the_bytes_is_not_believed() -> None:
    said = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "0123456789abcdef0123456789abcdef"\r\n\r\n'
    with deaf_server(said) as endpoint, pytest.raises(PhotoStoreDown):
        S3Photos(bucket(endpoint, seconds=1.0)).keep(NAME, PHOTO)


def test_no_fault_tells_the_secret_key(s3_server: S3Server) -> None:
    for settings in (bucket(s3_server.endpoint, secret_key="CANARY-7"), bucket("http://127.0.0.1:9", seconds=0.5)):
        with pytest.raises(PhotoStoreDown) as caught:
            S3Photos(settings).read(NAME)
        assert "CANARY" not in str(caught.value) and ACCESS not in str(caught.value)


class Bench:
    """A station at a centre in this process whose photos are in S3."""

    def __init__(self, folder: Path, photos: PhotoStore) -> None:
        self.centre: Centre = open_centre(folder / "centre", now=MovedClock().now, photos=photos)
        transport = Transport("http://centre.test", InProcess(self.centre))
        enrolment, key = enrolled(self.centre, transport, folder / "station")
        self.client = CentreClient(transport, enrolment, key)
        self.client.hello(0, ("", ""), {})

    def verdicts(self, data: bytes) -> list[str]:
        name = hashlib.sha256(data).hexdigest()
        lines = [line_of(event) for event in inspection_events([name])]
        return [str(each["verdict"]) for each in self.client.send_records(lines)]

    def send(self, data: bytes, at: int = 0) -> tuple[str, int]:
        return self.client.send_photo_part(hashlib.sha256(data).hexdigest(), data[at:], at, len(data))


@pytest.mark.expects_log("the store of photos")
def test_while_s3_is_down_records_are_taken_photos_wait_and_nothing_is_called_stored(tmp_path: Path) -> None:
    server = S3Server()
    try:
        server.start()
    except Exception as error:
        pytest.skip(str(error))
    try:
        bench = Bench(tmp_path, S3Photos(bucket(server.endpoint, seconds=1.0)))
        server.kill()
        assert "need" in bench.verdicts(PHOTO)
        with pytest.raises(ServerTrouble) as trouble:
            bench.send(PHOTO)
        assert trouble.value.status == 503 and trouble.value.retry_after
        assert "need" in bench.verdicts(PHOTO)
        assert bench.client.photo_offset(NAME) == len(PHOTO), "what came is not sent again"
        server.run()
        assert bench.send(PHOTO, len(PHOTO) - 1)[0] == "stored"
        assert "need" not in bench.verdicts(PHOTO)
        assert bench.centre.photos.read(NAME) == PHOTO
        bench.centre.close()
    finally:
        server.stop()


def test_parts_of_a_photo_at_two_instances_are_told_truly_and_it_arrives_once(
    tmp_path: Path, s3_server: S3Server
) -> None:
    photos = S3Photos(bucket(s3_server.endpoint))
    first = Bench(tmp_path, photos)
    other = open_centre(tmp_path / "centre", now=MovedClock().now, photos=photos)
    from dataclasses import replace

    from inspection_station.server.blobs.spool import Spool

    other = replace(other, spool=Spool(tmp_path / "elsewhere"))
    there = Transport("http://centre.test", InProcess(other))
    again = CentreClient(there, *enrolled(other, there, tmp_path / "b", "B13"))
    again.hello(0, ("", ""), {})
    assert first.client.send_photo_part(NAME, PHOTO[:100_000], 0, len(PHOTO)) == ("partial", 100_000)
    assert again.photo_offset(NAME) == 0
    with pytest.raises(Refused) as refused:
        again.send_photo_part(NAME, PHOTO[100_000:], 100_000, len(PHOTO))
    assert refused.value.code == "photo.wrong_offset" and refused.value.offset == 0
    assert again.send_photo_part(NAME, PHOTO, 0, len(PHOTO))[0] == "stored"
    assert first.client.photo_offset(NAME) is None
    assert first.client.send_photo_part(NAME, PHOTO[100_000:], 100_000, len(PHOTO))[0] == "duplicate"
    assert photos.verify(NAME)
    first.centre.close()
    other.close()


@pytest.mark.expects_log("a stored photo is damaged")
def test_a_flipped_byte_is_found_and_the_photo_asked_for_again(store: PhotoStore, tmp_path: Path) -> None:
    bench = Bench(tmp_path, store)
    assert "need" in bench.verdicts(PHOTO)
    assert bench.send(PHOTO)[0] == "stored"
    assert scrub(bench.centre).photos == 1
    changed(store, PHOTO[:99] + b"\0" + PHOTO[100:])
    report = scrub(bench.centre)
    assert (report.damaged, report.photos, report.lacking) == ((NAME,), 0, 1)
    assert not store.has(NAME)
    with bench.centre.database.reader.connect() as connection:
        assert ledger.photos_here(connection, [NAME]) == set()
    assert "need" in bench.verdicts(PHOTO) and bench.client.photo_offset(NAME) == 0
    assert bench.send(PHOTO)[0] == "stored"
    again = scrub(bench.centre)
    assert (again.photos, again.damaged, again.lacking) == (1, (), 0)
    assert "need" not in bench.verdicts(PHOTO)
    bench.centre.close()
