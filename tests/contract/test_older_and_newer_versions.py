"""Versions N and N−1 at both ends, and beyond: what is pushed is taken; what is not received is said in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from centre_cases import FolderPhotos, InProcess, MovedClock, enrolled, in_process_centre, inspection_events, jpeg
from fakes_storage import MemoryStation
from fastapi.testclient import TestClient
from golden_scenario import bytes_of, key, nothing_by_chance, prepared_centre, talk

from inspection_station.protocol.messages import PROTOCOL
from inspection_station.server import greeting, search
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import feed_item
from inspection_station.sync import client as client_module
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.engine import SyncEngine, SyncReport

pytestmark = pytest.mark.both_databases

BEFORE = Path(__file__).parent.parent / "data" / "protocol_1"
STEPS_BEFORE = (
    "enrol", "hello", "records", "photo-offset", "photo-part", "photo-resume", "photo-last-part", "photo-whole",
    "feed", "feed-next", "reconcile", "feed-other-epoch", "photo-wrong-hash", "bad-signature",
)  # fmt: skip


def golden_before() -> list[tuple[str, dict[str, Any]]]:
    """The golden exchanges of protocol 1 as they were released."""
    return [(name, json.loads((BEFORE / f"{name}.json").read_text("utf-8"))) for name in STEPS_BEFORE]


CHOSEN_BY_CENTRE = ("epoch", "nonce", "cursor", "station_id", "random_check_key")
SIGNED = ("station-id", "station-nonce", "station-epoch")


def is_within(old: Any, new: Any) -> bool:
    """Whether `new` says all that `old` says, and perhaps more; what a centre chooses freely may be another text."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            name in new and (is_within(old[name], new[name]) or name in CHOSEN_BY_CENTRE) for name in old
        )
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(is_within, old, new))
    return bool(old == new)


def signed_again(asked: dict[str, Any], chosen: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Target and headers of an old request with what this centre chose, signed by the same key."""
    target, headers = asked["target"], dict(asked["headers"])
    for old, new in chosen.items():
        target = target.replace(old, new)
        headers = {name: value.replace(old, new) if name in SIGNED else value for name, value in headers.items()}
    if "station-signature" in headers:
        body_sha256 = headers.get("body-sha256", hashlib.sha256(bytes_of(asked["body"])).hexdigest())
        station_id, nonce, epoch = (headers[name] for name in SIGNED)
        headers["station-signature"] = key().sign(asked["method"], target, body_sha256, station_id, nonce, epoch)
    return target, headers


def test_an_older_station_gets_from_this_centre_all_that_it_knows(tmp_path: Path) -> None:
    chosen: dict[str, str] = {}
    with nothing_by_chance():
        centre = prepared_centre(tmp_path)
        with centre.database.writer.begin() as connection:  # what it was told of before
            unknown_then = feed_item.c.kind.not_in(("tote", "expected_return", "person"))
            connection.execute(sa.delete(feed_item).where(unknown_then))
        door = TestClient(build_app(centre))
        for name, exchange in golden_before():
            asked, expected = exchange["request"], exchange["response"]
            if name == "bad-signature":
                continue  # it would be signed rightly now
            target, headers = signed_again(asked, chosen)
            answer = door.request(asked["method"], target, headers=headers, content=bytes_of(asked["body"]))
            assert answer.status_code == expected["status"], name
            if body := bytes_of(expected["body"]):
                old, new = json.loads(body), json.loads(answer.content)
                assert new["protocol"] == PROTOCOL > old.pop("protocol") == 1
                for words in ("what", "to_do", "more"):  # `more` may be said once too often
                    old.pop(words, None)
                assert is_within(old, new), (name, new)
                chosen |= {old[each]: new[each] for each in CHOSEN_BY_CENTRE if old.get(each)}
        centre.close()


class OlderCentre(httpx2.BaseTransport):
    """Answers as a centre of protocol 1 did, in the order of its golden files; requests may say more."""

    def __init__(self) -> None:
        self.left = golden_before()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        if "safe" in request.url.path:  # which it did not know
            told = json.loads(bytes_of(self.left[0][1]["response"]["body"]))
            body = json.dumps({"safe": [], **told}).encode()
            return httpx2.Response(
                200, headers={"content-type": "application/json"}, stream=httpx2.ByteStream(body)
            )
        name, exchange = self.left.pop(0)
        asked, told = exchange["request"], exchange["response"]
        assert request.method == asked["method"] and request.url.path == asked["target"].partition("?")[0], name
        if name not in ("hello", "feed", "feed-next", "feed-other-epoch"):
            assert request.content == bytes_of(asked["body"]) or name == "bad-signature", name
        return httpx2.Response(
            told["status"], headers=told["headers"], stream=httpx2.ByteStream(bytes_of(told["body"]))
        )


def test_this_station_works_with_an_older_centre() -> None:
    transport = Transport("http://centre.test", OlderCentre())
    with nothing_by_chance():
        outcome = talk(transport, pictures=False)
    transport.close()
    assert outcome["verdicts"] == ["stored", "need", "duplicate", "quarantined", "quarantined", "conflict"]
    assert (outcome["last part"], outcome["told"]) == ("stored", ["tote", "expected_return"])
    assert outcome["days"] == ()  # it compares none


@dataclass
class Bench:
    """A bench and a centre in this process."""

    centre: Centre
    station: MemoryStation
    engine: SyncEngine
    photos: FolderPhotos
    asked: list[str] = field(default_factory=list)

    def work(self) -> SyncReport:
        """One inspection with a photo, and a round of the sync."""
        name = self.photos.keep(jpeg(1)).sha256
        for event in inspection_events([name]):
            self.station.outbox.queue(event)
        return self.engine.run_once()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock, station, photos = MovedClock(), MemoryStation(), FolderPhotos(tmp_path / "photos")
    centre = in_process_centre(tmp_path / "centre", clock)
    line = InProcess(centre)
    transport = Transport("http://centre.test", line)
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "key"))
    with centre.database.writer.begin() as connection:
        publish(connection, "tote", [("T-000001X", {"code": "T-000001X", "slot": 1, "disposition": "restock"})])
    engine = SyncEngine(station.outbox, station.feed, photos, client, clock)
    yield Bench(centre, station, engine, photos)
    transport.close()
    centre.close()


def too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre speaks 8 and 9 only."""
    monkeypatch.setattr(greeting, "OLDEST_PROTOCOL", 8)
    monkeypatch.setattr(greeting, "PROTOCOL", 9)


def too_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The station speaks 8 and 9 only."""
    monkeypatch.setattr(client_module, "OLDEST_PROTOCOL", 8)
    monkeypatch.setattr(client_module, "PROTOCOL", 9)


@pytest.mark.parametrize("far_apart", [too_old, too_new])
def test_beyond_that_all_is_pushed_and_what_is_not_received_is_said_in_words(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, far_apart: Callable[[pytest.MonkeyPatch], None]
) -> None:
    far_apart(monkeypatch)
    report = bench.work()
    assert (report.records, report.photos, report.feed_items) == (5, 1, 0)
    assert (report.waiting.records, report.waiting.photos) == (0, 0)
    assert (report.failure, report.code) == ("refused", "feed.protocol")
    assert report.what["zh"] and report.to_do["en"] == "Update the older one of the two."
    assert bench.station.reference.totes() == []
    assert search.count_everything(bench.centre)["records_stored"] == 5
    monkeypatch.undo()
    bench.engine._client.forget_greeting()  # one of the two was updated and started again
    bench.engine.hurry()
    report = bench.engine.run_once()
    assert (report.failure, len(bench.station.reference.totes())) == ("", 1)


def test_the_feed_itself_refuses_a_station_that_is_too_old_for_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.work()
    too_old(monkeypatch)
    with pytest.raises(client_module.Refused) as refused:
        bench.engine._client.feed(bench.centre.epoch(), "", 10)
    assert refused.value.code == "feed.protocol"
