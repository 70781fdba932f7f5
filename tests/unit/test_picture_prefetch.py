"""Pictures that the centre was given reach the bench before their parcels do, within a limit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from centre_cases import InProcess, enrolled, in_process_centre, jpeg
from station_cases import one_return

from inspection_station.domain.returns import return_to_json
from inspection_station.server.pictures import keep_picture
from inspection_station.server.returns_feed import publish
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.opening import open_database
from inspection_station.storage.pictures import StoredPictures
from inspection_station.sync.client import CentreClient, Transport
from inspection_station.sync.picture_prefetch import PicturePrefetch
from inspection_station.workflows.ports import FeedItem


def test_a_picture_given_to_the_centre_is_on_the_bench_by_its_product(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    transport = Transport("http://centre.test", InProcess(centre))
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "station"))
    client.hello(0, ("", ""), {})
    expected = one_return(1)
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", [(expected.id, return_to_json(expected))])
    product = keep_picture(centre, "sku", expected.lines[0].sku, jpeg(1))
    sent = keep_picture(centre, "order", expected.order_number, jpeg(2))
    keep_picture(centre, "sku", "NOT-EXPECTED", jpeg(3))
    database = open_database(tmp_path / "bench")
    items, cursor, _more = client.feed(client.epoch, "", 100)
    StoredFeed(database).apply_page(client.epoch, cursor, [FeedItem(**each) for each in items])
    stored = StoredPictures(database)
    assert stored.of("sku", expected.lines[0].sku) == (product,) and stored.of("order", "NONE") == ()
    assert PicturePrefetch(tmp_path / "cache", stored, client.picture).after_round() == 2
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {product, sent}
    assert (tmp_path / "cache" / product).read_bytes() == jpeg(1)
    database.close()
    centre.close()


@dataclass
class Wanted:
    names: list[str]
    fetched: list[str] = field(default_factory=list)

    def wanted(self) -> list[str]:
        return self.names

    def fetch(self, name: str) -> bytes:
        self.fetched.append(name)
        return b"x" * 100


@pytest.mark.parametrize("limit", [250, 399])
def test_what_is_due_first_is_fetched_and_the_limit_is_kept(tmp_path: Path, limit: int) -> None:
    names = [hashlib.sha256(bytes([number])).hexdigest() for number in range(6)]
    asked = Wanted(names[:5])
    old = tmp_path / names[5]
    old.write_bytes(b"o" * 100)
    prefetch = PicturePrefetch(tmp_path, asked, asked.fetch, limit=limit)
    prefetch.after_round()
    here = {path.name for path in tmp_path.iterdir()}
    assert names[0] in here and sum(path.stat().st_size for path in tmp_path.iterdir()) <= limit
    assert here <= set(names[: limit // 100]), "what is not needed went first"
