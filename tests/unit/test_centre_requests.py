"""What the centre answers to hostile, wrong and repeated requests: a problem with a code, and never a 5xx."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from centre_cases import (
    NOW,
    InProcess,
    MovedClock,
    enrolled,
    in_process_centre,
    inspection_events,
    jpeg,
    line_of,
    padded_jpeg,
)
from fastapi.testclient import TestClient

from inspection_station.protocol.messages import PHOTO_BYTES, PREFIX, PROTOCOL
from inspection_station.server import enrolment, links, search, tokens
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.tables import metadata
from inspection_station.sync.client import CentreClient, NotTheCentre, Refused, Transport
from inspection_station.sync.identity import DeviceKey, Enrolment

pytestmark = pytest.mark.both_databases

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Bench:
    """A station, its centre, and a plain door to it."""

    centre: Centre
    clock: MovedClock
    carrier: InProcess
    transport: Transport
    enrolment: Enrolment
    key: DeviceKey

    def client(self) -> CentreClient:
        made = CentreClient(self.transport, self.enrolment, self.key)
        made.hello(0, ("", ""), {})
        return made


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = MovedClock()
    centre = in_process_centre(tmp_path / "centre", clock)
    carrier = InProcess(centre)
    transport = Transport("http://centre.test", carrier)
    yield Bench(centre, clock, carrier, transport, *enrolled(centre, transport, tmp_path / "key"))
    transport.close()
    centre.close()


def refusal(act: object, *arguments: object) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*arguments)  # type: ignore[operator]
    return refused.value


def test_an_enrolment_code_is_good_for_one_station_and_for_its_repeated_request(bench: Bench, tmp_path: Path) -> None:
    from inspection_station.errors import StationProblem
    from inspection_station.sync.client import enrol
    from inspection_station.sync.identity import load_or_make_key

    code = enrolment.make_enrolment_code(bench.centre, "B13", "s")
    first = enrol(bench.transport, code.lower().replace("-", " "), bench.key)
    assert enrol(bench.transport, code, bench.key) == first
    assert (first.identity.number, first.identity.code, len(first.identity.random_check_key)) == (2, "B13", 32)
    for wrong in (code, "AAAA-AAAA-AAAA-AAAA", "", "\ud800"):
        with pytest.raises(StationProblem, match=r"enrolment\.refused|request\.malformed"):
            enrol(bench.transport, wrong, load_or_make_key(tmp_path / "other"))


def test_an_enrolment_code_expires_by_the_clock_of_the_centre(bench: Bench, tmp_path: Path) -> None:
    from inspection_station.errors import StationProblem

    code = enrolment.make_enrolment_code(bench.centre, "B13", "s", hours=1)
    bench.clock.time = "2026-11-21T03:42:33.120Z"
    with pytest.raises(StationProblem, match=r"enrolment\.refused"):
        from inspection_station.sync.client import enrol

        enrol(bench.transport, code, bench.key)


def test_a_request_that_is_not_signed_by_its_station_is_refused_in_both_languages(bench: Bench, tmp_path: Path) -> None:
    from inspection_station.sync.identity import load_or_make_key

    other = CentreClient(bench.transport, bench.enrolment, load_or_make_key(tmp_path / "thief"))
    refused = refusal(other.hello, 0, ("", ""), {})
    assert (refused.status, refused.code) == (401, "station.bad_signature")
    assert set(refused.what) == {"en", "zh"} and all(refused.to_do.values())


def test_a_revoked_station_is_told_so_whatever_it_asks(bench: Bench) -> None:
    client = bench.client()
    assert enrolment.revoke_station(bench.centre, "B12") == 1
    assert refusal(client.send_records, [b"{}"]).code == "station.revoked"
    assert refusal(client.hello, 0, ("", ""), {}).code == "station.revoked"


def test_a_nonce_expires_and_a_greeting_gives_a_new_one(bench: Bench) -> None:
    client = bench.client()
    bench.clock.time = "2026-11-21T14:42:33.120Z"
    assert refusal(client.feed, client.epoch, "", 10).code == "station.nonce_expired"
    assert not client.has_greeted
    client.hello(0, ("", ""), {})
    assert client.feed(client.epoch, "", 10)[0] == []


def test_the_same_signed_request_sent_again_has_no_effect(bench: Bench) -> None:
    client = bench.client()
    client.send_records([line_of(event) for event in inspection_events()])
    recorded = bench.carrier.requests[-1]
    again = json.loads(bench.carrier.handle_request(recorded).read())
    assert [verdict["verdict"] for verdict in again["verdicts"]] == ["duplicate"] * 4
    assert search.count_everything(bench.centre)["records"] == 4


def test_a_request_changed_on_the_way_is_refused(bench: Bench) -> None:
    client = bench.client()
    client.send_records([line_of(inspection_events()[0])])
    sent = bench.carrier.requests[-1]
    door = TestClient(build_app(bench.centre))
    changed = door.request("POST", sent.url.raw_path.decode(), headers=sent.headers.raw, content=sent.content + b"\n")
    assert (changed.status_code, changed.json()["code"]) == (401, "station.bad_signature")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 1_000_001, {}, 413),
        (gzip.compress(b"\n" * 50_000_000), {"Content-Encoding": "gzip"}, 413),
        (gzip.compress(b"{}") + b"tail", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400),
        (b"{}", {"Content-Encoding": "br"}, 400),
        (b"{}\n" * 101, {}, 413),
    ],
    ids=["large", "bomb", "tail", "cut", "packing", "many"],
)
def test_large_bombed_and_broken_batches_are_refused_whole(
    bench: Bench, body: bytes, headers: dict[str, str], status: int
) -> None:
    client = bench.client()
    refused = None
    try:
        client._ask("POST", f"{PREFIX}/records", body, headers)
    except Refused as caught:
        refused = caught
    assert refused is not None and refused.status == status
    assert search.count_everything(bench.centre)["quarantined"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/enrol", b"[]"),
        ("POST", "/enrol", b'{"code":1}'),
        ("POST", "/enrol", b'{"code":"a","public_key":"!!","app_version":""}'),
        ("POST", "/enrol", b"\xff"),
        ("POST", "/enrol", b"[" * 60_000),
        ("POST", "/hello", b"{}"),
        ("POST", "/records", b""),
        ("GET", "/feed?cursor=%00&epoch=%ff&limit=-1", b""),
        ("GET", "/blobs/../../etc/passwd", b""),
        ("PUT", "/blobs/" + "A" * 64, b""),
        ("PUT", "/blobs/" + "a" * 64, b"x"),
        ("HEAD", "/blobs/%00", b""),
        ("PATCH", "/records", b""),
    ],
)
def test_strangers_get_a_problem_and_never_a_fault(bench: Bench, method: str, path: str, body: bytes) -> None:
    door = TestClient(build_app(bench.centre))
    headers = {b"Station-Id": b"\xff" * 10, b"Station-Nonce": b"."}
    answer = door.request(method, PREFIX + path, content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert method == "HEAD" or answer.json()["code"]


def test_a_signed_hello_that_says_nonsense_is_refused(bench: Bench) -> None:
    client = bench.client()
    for body in (b"{}", b'{"protocol":{"min":"1","max":2}}', b'{"protocol":{"min":3,"max":2}}', b"null"):
        assert refusal(client._ask, "POST", f"{PREFIX}/hello", body, {}, "n").code == "request.malformed"
    future = b'{"protocol":{"min":7,"max":9},"cursor":[]}'
    assert not client._ask("POST", f"{PREFIX}/hello", future, {}, "n")["receiving"]
    newer = b'{"protocol":{"min":1,"max":9},"unknown":{"x":1},"cursor":{"epoch":1,"cursor":[]}}'
    assert client._ask("POST", f"{PREFIX}/hello", newer, {}, "n")["chosen"] == PROTOCOL
    odd = b'{"protocol":{"min":1,"max":2},"app_version":"1\\u0000\\ud800\xe4\xb8\xad","days":{"\\u0000":1}}'
    assert client._ask("POST", f"{PREFIX}/hello", odd, {}, "n")["receiving"]


def test_a_photo_arrives_in_parts_and_again_at_no_cost(bench: Bench) -> None:
    client, data = bench.client(), padded_jpeg(1, 700_000)
    name = hashlib.sha256(data).hexdigest()
    assert client.photo_offset(name) == 0
    assert client.send_photo_part(name, data[:300_000], 0, len(data)) == ("partial", 300_000)
    assert client.photo_offset(name) == 300_000
    assert client.send_photo_part(name, data[300_000:], 300_000, len(data)) == ("stored", 700_000)
    assert client.photo_offset(name) is None
    assert client.send_photo_part(name, data, 0, len(data)) == ("duplicate", 700_000)
    assert bench.centre.photos.verify(name)
    assert search.count_everything(bench.centre)["photos"] == 1


def test_a_photo_goes_on_only_where_it_broke_off(bench: Bench) -> None:
    client, data = bench.client(), padded_jpeg(2, 5000)
    name = hashlib.sha256(data).hexdigest()
    client.send_photo_part(name, data[:1000], 0, len(data))
    refused = refusal(client.send_photo_part, name, data[2000:], 2000, len(data))
    assert (refused.status, refused.code, refused.offset) == (409, "photo.wrong_offset", 1000)
    assert client.send_photo_part(name, data[500:], 500, len(data))[0] == "stored"  # overlapping is harmless


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG file that declares a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [b"MZ" + b"\0" * 500, b"<svg/>", png_of(20_000, 20_000), b"\xff\xd8\xff"],
    ids=["exe", "svg", "bomb", "cut"],
)
def test_what_is_no_picture_or_a_bomb_is_refused_and_deleted(bench: Bench, data: bytes) -> None:
    client = bench.client()
    name = hashlib.sha256(data).hexdigest()
    refused = refusal(client.send_photo_part, name, data, 0, len(data))
    assert (refused.status, refused.code) == (422, "photo.not_a_picture")
    assert client.photo_offset(name) == 0


def test_bytes_that_do_not_match_their_name_are_refused_and_deleted(bench: Bench) -> None:
    client, data = bench.client(), jpeg(3)
    wrong = hashlib.sha256(b"other").hexdigest()
    assert refusal(client.send_photo_part, wrong, data, 0, len(data)).code == "photo.wrong_hash"
    assert client.photo_offset(wrong) == 0
    assert list(bench.centre.spool.path(wrong).parent.iterdir()) == []


def test_a_photo_larger_than_any_camera_makes_is_refused_at_its_first_byte(bench: Bench) -> None:
    refused = refusal(bench.client().send_photo_part, "a" * 64, b"x", 0, PHOTO_BYTES + 1)
    assert (refused.status, refused.code) == (413, "request.too_large")


def test_the_feed_of_another_epoch_is_refused_with_the_right_one(bench: Bench) -> None:
    client = bench.client()
    refused = refusal(client.feed, "00000000-0000-4000-8000-000000000000", "", 10)
    assert (refused.status, refused.code, refused.epoch) == (409, "feed.other_epoch", bench.centre.epoch())
    assert refusal(client.feed, client.epoch, "nonsense!", 10).code == "feed.bad_cursor"


def test_a_second_station_gets_the_next_number_and_no_number_comes_twice(bench: Bench, tmp_path: Path) -> None:
    second, _ = enrolled(bench.centre, bench.transport, tmp_path / "k2", "B13")
    enrolment.revoke_station(bench.centre, "B13")
    third, _ = enrolled(bench.centre, bench.transport, tmp_path / "k3", "B13")
    assert [bench.enrolment.identity.number, second.identity.number, third.identity.number] == [1, 2, 3]


def test_answers_that_promise_another_form_are_not_taken(bench: Bench) -> None:
    client = bench.client()
    client._ask = lambda *_arguments, **_options: {"verdicts": [{"index": 1}]}  # type: ignore[method-assign]
    with pytest.raises(NotTheCentre):
        client.send_records([b"{}"])


def everything_at_rest(centre: Centre) -> bytes:
    """The bytes of the database: SQLite's files, or every row that PostgreSQL keeps."""
    if not centre.database.is_postgres:
        file = centre.database.path
        return file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
    with centre.database.reader.connect() as connection:
        rows = [connection.execute(table.select()).all() for table in metadata.sorted_tables]
    return repr(rows).encode()


def test_secrets_rest_only_as_hashes(bench: Bench) -> None:
    code = enrolment.make_enrolment_code(bench.centre, "B14", "s")
    token = tokens.make_administrator(bench.centre, "Xu Dong")
    link = links.make_link(bench.centre, "i", "He Lin")
    raw = everything_at_rest(bench.centre)
    for secret in (code, code.replace("-", ""), token, link):
        assert secret.encode() not in raw
    assert NOW.encode() in raw
