"""Catalogue and outbound pictures: given to the centre, checked, told by the feed, fetched by stations."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from centre_cases import InProcess, enrolled, in_process_centre, jpeg
from fastapi.testclient import TestClient

from inspection_station.server.app import build_app
from inspection_station.server.pictures import import_pictures, keep_picture
from inspection_station.server.problems import Problem
from inspection_station.sync.client import CentreClient, Refused, Transport


def test_a_picture_is_told_by_the_feed_and_fetched_by_a_station_and_no_other_photo_is(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    transport = Transport("http://centre.test", InProcess(centre))
    client = CentreClient(transport, *enrolled(centre, transport, tmp_path / "station"))
    client.hello(0, ("", ""), {})
    name = keep_picture(centre, "sku", "kb-84-bk", jpeg(1))
    items, _cursor, _more = client.feed(client.epoch, "", 100)
    assert {"kind": "picture", "id": "sku:KB-84-BK", "body": {"photos": [name]}} in items
    assert client.picture(name) == jpeg(1)
    other = hashlib.sha256(jpeg(2)).hexdigest()
    client.send_photo_part(other, jpeg(2), 0, len(jpeg(2)))
    with pytest.raises(Refused) as refused:
        client.picture(other)
    assert refused.value.code == "photo.absent"
    centre.close()


def test_a_folder_of_pictures_is_taken_and_what_is_none_is_named(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path / "centre")
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, file in enumerate(("A-1.jpg", "A-1_2.jpg", "B-2.jpeg")):
        (folder / file).write_bytes(jpeg(number))
    (folder / "C-3.png").write_bytes(b"MZ")
    report = import_pictures(centre, folder, "sku")
    assert (report.taken, report.refused) == (3, ("C-3.png",))
    from inspection_station.server.returns_feed import body_of

    with centre.database.reader.connect() as connection:
        told = body_of(connection, "picture", "sku:A-1")
    assert told == {"photos": [hashlib.sha256(jpeg(number)).hexdigest() for number in (0, 1)]}
    centre.close()


@pytest.mark.parametrize(
    ("kind", "thing", "data", "code"),
    [("other", "A", jpeg(1), "picture.unknown_kind"), ("sku", "A\x00", jpeg(1), "picture.malformed_id"),
     ("sku", "A" * 65, jpeg(1), "picture.malformed_id"), ("sku", "A", b"<svg/>", "photo.not_a_picture")],
)  # fmt: skip
def test_what_is_no_picture_or_names_nothing_is_refused(
    tmp_path: Path, kind: str, thing: str, data: bytes, code: str
) -> None:
    centre = in_process_centre(tmp_path)
    with pytest.raises(Problem) as refused:
        keep_picture(centre, kind, thing, data)
    assert refused.value.code == code
    assert list(centre.photos.names()) == []
    centre.close()


def test_nobody_gives_pictures_without_the_right(tmp_path: Path) -> None:
    centre = in_process_centre(tmp_path)
    door = TestClient(build_app(centre))
    assert door.put("/api/v1/pictures/sku/A", content=jpeg(1)).status_code == 401
    centre.close()
