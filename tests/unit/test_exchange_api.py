"""Other systems at the centre's door: facts and files out, expected returns in, webhooks looked after, rights kept."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from centre_cases import MovedClock, in_process_centre, inspection_events, line_of
from fastapi.testclient import TestClient
from webhook_receiver import LOOPBACK, Receiver

from inspection_station.server import ledger
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.configuration import CentreSettings, WebhookSettings
from inspection_station.server.outgoing import exchange_api
from inspection_station.server.outgoing.postman import Postman
from inspection_station.server.rights import Right
from inspection_station.server.tokens import make_administrator, make_system_token

both = pytest.mark.both_databases

HEADINGS = (
    "client,shop,return_number,order_number,kind,platform,tracking_numbers,carrier,reason,delivered_on,"
    "return_window_days,refund_due,line,sku,gtins,name_zh,name_en,variant,quantity,category,unit_price,currency"
)


def csv_of(*rows: str) -> bytes:
    return "\r\n".join([HEADINGS, *rows]).encode()


def row(number: int, **changes: str) -> str:
    cells = {
        "client": "acme", "shop": "main", "return_number": f"RMA-{number}", "order_number": f"TB-{number}",
        "kind": "return", "platform": "tmall", "tracking_numbers": f"SF{number:013d}", "carrier": "SF",
        "reason": "no_reason_7d", "delivered_on": "2026-11-14", "return_window_days": "7",
        "refund_due": "2026-11-28T00:00:00Z", "line": "1", "sku": "EP-300-W", "gtins": "6901234567892",
        "name_zh": "无线耳机", "name_en": "Earphones", "variant": "白色", "quantity": "1", "category": "electronics",
        "unit_price": "599.00", "currency": "CNY",
    } | changes  # fmt: skip
    return ",".join(cells[name] for name in HEADINGS.split(","))


class Door:
    """A centre's application and an administrator's token."""

    def __init__(self, folder: Path) -> None:
        settings = CentreSettings(webhooks=WebhookSettings(LOOPBACK))
        self.centre: Centre = replace(in_process_centre(folder, MovedClock()), settings=settings)
        self.client = TestClient(build_app(self.centre))
        self.token = make_administrator(self.centre, "admin")

    def ask(self, method: str, path: str, token: str = "", **options: Any) -> Any:
        headers = {"authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)

    def inspected(self, number: int = 1, **decision: Any) -> None:
        events = inspection_events(number=number, tracking_number=f"SF{number:013d}", **decision)
        ledger.take(self.centre, "s", [line_of(event) for event in events])


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.centre.close()


def test_facts_by_pages(door: Door) -> None:
    door.inspected()
    first = door.ask("GET", "/events?limit=4").json()
    assert (len(first["events"]), first["more"]) == (4, True)
    second = door.ask("GET", "/events", params={"after": first["cursor"], "types": "item.placed,inspection.closed"})
    assert [event["type"] for event in second.json()["events"]] == ["item.placed", "inspection.closed"][-1:]
    assert door.ask("GET", "/events?types=anything").status_code == 400
    assert door.ask("GET", "/events?after=???").json()["code"] == "events.bad_cursor"
    told = door.ask("GET", "/epcis/events?perPage=2")
    assert len(told.json()["epcisBody"]["eventList"]) == 2
    assert 'rel="next"' in told.headers["link"] and told.headers["gs1-epcis-version"] == "2.0.0"
    following = door.ask("GET", told.headers["link"].partition(">")[0].removeprefix("</api/v1"))
    assert following.json()["epcisBody"]["eventList"]


def test_every_door_asks_for_its_right(door: Door) -> None:
    asked = {
        ("GET", "/events"): Right.READ_EVENTS,
        ("GET", "/epcis/events"): Right.READ_EVENTS,
        ("GET", "/exports/results"): Right.EXPORT_RESULTS,
        ("POST", "/returns"): Right.TELL_RETURNS,
        ("GET", "/webhooks"): Right.CHANGE_WEBHOOKS,
        ("POST", "/webhooks"): Right.CHANGE_WEBHOOKS,
        ("GET", "/webhooks/x"): Right.CHANGE_WEBHOOKS,
        ("PATCH", "/webhooks/x"): Right.CHANGE_WEBHOOKS,
        ("DELETE", "/webhooks/x"): Right.CHANGE_WEBHOOKS,
        ("POST", "/webhooks/x/rotate-secret"): Right.CHANGE_WEBHOOKS,
        ("POST", "/webhooks/x/replay"): Right.CHANGE_WEBHOOKS,
        ("GET", "/webhooks/x/dead-letters"): Right.CHANGE_WEBHOOKS,
        ("POST", "/webhooks/x/dead-letters/resend"): Right.CHANGE_WEBHOOKS,
    }
    tokens = {
        right: make_system_token(door.centre, right.value, [right.value], by="admin").token
        for right in sorted(set(asked.values()))
    }
    for (method, path), needed in asked.items():
        assert door.client.request(method, f"/api/v1{path}").status_code == 401
        for right, token in tokens.items():
            refused = door.ask(method, path, token).status_code == 403
            assert refused == (right is not needed), (method, path, right)


def test_a_webhook_from_making_to_sending_again(door: Door) -> None:
    down = [True]
    with Receiver(lambda _one: 500 if down[0] else 204) as receiver:
        made = door.ask("POST", "/webhooks", json={"name": "WMS", "url": receiver.url, "types": ["item.decided"]})
        assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
        address = f"/webhooks/{made.json()['id']}"
        door.inspected()
        Postman(door.centre).deliver_due()
        shown = door.ask("GET", address).json()
        assert (shown["waiting"], shown["failures"], shown["last_error"]) == (1, 1, "HTTP 500")
        assert "secret" not in shown and shown == door.ask("GET", "/webhooks").json()["webhooks"][0]
        down[0] = False
        assert door.ask("PATCH", address, json={"name": "Stock"}).json()["name"] == "Stock"
        assert door.ask("GET", f"{address}/dead-letters").json() == {"dead_letters": []}
        assert door.ask("POST", f"{address}/dead-letters/resend", json={}).json() == {"queued": 0}
        period = {"from": "2026-11-21", "to": "2026-11-22"}
        assert door.ask("POST", f"{address}/replay", json=period).json() == {"queued": 0}  # it waits already
        rotated = door.ask("POST", f"{address}/rotate-secret", json={"overlap_hours": 1}).json()
        assert rotated["secret_before_until"] == "2026-11-21T03:42:33.120Z"
        for malformed in ({"from": "x", "to": "y"}, {}, {"from": 3, "to": None}):
            assert door.ask("POST", f"{address}/replay", json=malformed).status_code == 400
        assert door.ask("DELETE", address).status_code == 204
        assert door.ask("GET", address).json()["code"] == "webhook.not_found"


@pytest.mark.parametrize(
    "wish",
    [{}, {"name": "x"}, {"name": "", "url": "https://x.example"}, {"name": "x", "url": "ftp://x.example"},
     {"name": "x", "url": "http://10.0.0.1/"}, {"name": "x", "url": "https://x.example", "types": ["all"]},
     {"name": "x", "url": "https://x.example", "active": 1}, {"name": "x" * 65, "url": "https://x.example"}],
)  # fmt: skip
def test_a_webhook_that_cannot_be_is_refused(door: Door, wish: dict[str, Any]) -> None:
    assert door.ask("POST", "/webhooks", json=wish).status_code == 422


def test_a_caller_of_one_site_sees_its_own_webhooks_only(door: Door) -> None:
    token = make_system_token(door.centre, "East WMS", [Right.CHANGE_WEBHOOKS.value], site="East", by="admin").token
    everywhere = door.ask("POST", "/webhooks", json={"name": "all", "url": "https://x.example"}).json()
    mine = door.ask("POST", "/webhooks", token, json={"name": "mine", "url": "https://x.example", "site": "West"})
    assert mine.json()["site"] == "East"
    assert [one["name"] for one in door.ask("GET", "/webhooks", token).json()["webhooks"]] == ["mine"]
    assert door.ask("GET", f"/webhooks/{everywhere['id']}", token).status_code == 404
    assert door.ask("PATCH", f"/webhooks/{mine.json()['id']}", token, json={"site": ""}).status_code == 422


def test_results_as_a_file(door: Door) -> None:
    door.inspected()
    told = door.ask("GET", "/exports/results?format=csv&from=2026-11-21&to=2026-11-21&grade=A")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert told.content.startswith(b"\xef\xbb\xbf") and b"RT-261121-04300001" in told.content
    book = openpyxl.load_workbook(io.BytesIO(door.ask("GET", "/exports/results?format=xlsx").content))
    assert book.worksheets[0].max_row == 2
    assert len(door.ask("GET", "/exports/results?format=json").json()["results"]) == 1
    for wrong in ("format=pdf", "from=tomorrow"):
        assert door.ask("GET", f"/exports/results?{wrong}").json()["code"] == "export.malformed"


@both
def test_expected_returns_come_in_once(tmp_path: Path) -> None:
    door = Door(tmp_path)
    data = csv_of(row(1), row(2))
    preview = door.ask("POST", "/returns?preview=1", content=data).json()
    assert (preview["preview"], preview["taken"], preview["new"]) == (True, 2, 2)
    first = door.ask("POST", "/returns", content=data).json()
    assert (first["rows"], first["taken"], first["new"], first["faults"]) == (2, 2, 2, [])
    again = door.ask("POST", "/returns", content=data).json()
    assert (again["taken"], again["new"], again["changed"], again["unchanged"]) == (2, 0, 0, 2)
    door.inspected(1)
    changed = door.ask("POST", "/returns", content=csv_of(row(1, order_number="TB-77"), row(2))).json()
    assert (changed["changed"], changed["unchanged"]) == (1, 1)
    door.centre.close()


def test_rows_that_are_wrong_are_named_and_the_others_go_in(door: Door) -> None:
    told = door.ask("POST", "/returns", content=csv_of(row(1), row(2, quantity="two"), row(3)))
    assert told.status_code == 200
    assert (told.json()["taken"], told.json()["bad_rows"]) == (2, 1)
    [fault] = told.json()["faults"]
    assert (fault["line"], fault["column"]) == (3, "quantity")
    assert fault["zh"] and fault["en"] and fault["zh"] != fault["en"]


def test_a_file_that_is_wrong_as_a_whole_is_refused(door: Door) -> None:
    old_excel = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content in (b"", b"a,b\r\n1,2\r\n", b"{", b"\xff\xfe\x00", b"PK\x03\x04broken", old_excel):
        told = door.ask("POST", "/returns", content=content)
        assert (told.status_code, told.json()["code"]) == (422, "returns.unusable"), content
        assert told.json()["what"]["en"] and "{reason}" not in told.json()["what"]["zh"]
    assert door.ask("GET", "/stats").json()["expected_returns"] == 0


def test_expected_returns_one_a_line(door: Door) -> None:
    cells = [dict(zip(HEADINGS.split(","), row(number).split(","), strict=True)) for number in (1, 2)]
    lines = []
    for one in cells:
        head = {name: one[name] for name in HEADINGS.split(",")[:12]}
        head["tracking_numbers"] = [head["tracking_numbers"]]  # type: ignore[assignment]
        line = {name: one[name] for name in HEADINGS.split(",")[12:]} | {"gtins": [one["gtins"]]}
        lines.append(json.dumps(head | {"lines": [line]}, ensure_ascii=False))
    headers = {"content-type": "application/x-ndjson"}
    told = door.ask("POST", "/returns", content="\n".join(lines).encode(), headers=headers)
    assert (told.status_code, told.json()["taken"]) == (200, 2), told.json()


def test_a_mapping_of_the_centre_tells_which_column_is_which(door: Door) -> None:
    folder = door.centre.database.path.parent / exchange_api.MAPPINGS
    folder.mkdir()
    (folder / "shop-a.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    for name in ("shop-a", "shop-b", "../shop-a", "%2e%2e"):
        assert door.ask("POST", f"/returns?mapping={name}", content=csv_of(row(1))).status_code == 422


def test_a_file_that_is_too_large_is_refused_before_it_is_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_api, "LARGEST_IMPORT", 1000)
    told = door.ask("POST", "/returns", content=b"x" * 1001)
    assert (told.status_code, told.json()["code"]) == (413, "request.too_large")
