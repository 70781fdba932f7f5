"""The evidence page: what it says, whom it shows what, and that every look is logged."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import MovedClock, in_process_centre, line_of, photo_file
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.events import EventKind
from inspection_station.domain.identifiers import uuid7
from inspection_station.locations import resources
from inspection_station.server import ledger, links, rule_files, tokens
from inspection_station.server.app import build_app
from inspection_station.server.centre import Centre
from inspection_station.server.renditions import SIZES
from inspection_station.server.returns_feed import publish
from inspection_station.server.tables import viewing

pytestmark = pytest.mark.both_databases

EXPECTED = {
    "order_number": "2411-0866-5604", "return_number": "RMA-1", "reason": "damaged_on_arrival",
    "reason_text": "收到就有污渍", "buyer_masked": "王*", "buyer_phone_tail": "4711", "delivered_on": "2026-11-12",
}  # fmt: skip


@dataclass
class Case:
    centre: Centre
    clock: MovedClock
    door: TestClient
    making: Making
    photos: list[str]

    def page(self, **headers: str) -> str:
        token = links.make_link(self.centre, self.making.inspection_id, "客服 何琳")
        answer = self.door.get(f"/evidence/{token}", headers=headers)
        assert answer.status_code == 200
        return answer.text

    def viewings(self) -> list[tuple[str, str]]:
        with self.centre.database.reader.connect() as connection:
            rows = connection.execute(sa.select(viewing.c.viewer, viewing.c.what).order_by(viewing.c.key))
            return [(row.viewer, row.what) for row in rows]


def picture(text: str) -> bytes:
    made = Image.new("RGB", (1200, 900), "white")
    ImageDraw.Draw(made).text((100, 200), text * 3, fill="black", font_size=60)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=90, comment=b"secret metadata")
    return out.getvalue()


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    clock = MovedClock()
    centre = in_process_centre(tmp_path, clock)
    with centre.database.writer.begin() as connection:
        publish(connection, "expected_return", [("r1", EXPECTED)])
    making, item_id, names = Making(), uuid7(), []
    making.add(making.parcel())
    making.add(item(item_id, 1, category="apparel", template="apparel", name_zh="羽绒服 <b>", name_en="Jacket <b>"))
    for text, shot in (("WAYBILL", "waybill"), ("STAIN", "close_up")):
        data = picture(text)
        name = hashlib.sha256(data).hexdigest()
        names.append(name)
        making.add(photo(name, "" if shot == "waybill" else item_id, shot=shot))
        centre.photos.keep(name, data)
        ledger.photo_arrived(
            centre,
            {"sha256": name, "size": len(data), "format": "JPEG", "width": 1, "height": 1, "station_id": "s",
             "received_at": ""},
        )  # fmt: skip
    finding = {"item_id": item_id, "finding_id": "f", "question": "no_stains", "type": "makeup",
               "code": "makeup_stain", "severity": "major"}  # fmt: skip
    making.add((EventKind.DEFECT_FOUND, finding))
    making.add((EventKind.REST_PASSED, {"item_id": item_id, "questions": ["tidy"]}))
    answered = {"item_id": item_id, "verdict": "pass", "answered_by": "single"}
    making.add((EventKind.QUESTION_ANSWERED, {**answered, "question": "battery", "value": "98", "unit": "%"}))
    kit = [{"part": "充电器 <i>", "expected": 1, "found": 0}]
    gone = [{"finding_id": "g", "type": "part", "code": "accessory_missing", "severity": "minor", "part": "充电器"}]
    counted = {**answered, "verdict": "defect", "question": "kit", "value": kit, "findings": gone}
    making.add((EventKind.QUESTION_ANSWERED, counted))
    making.add(decided(item_id, "C", "refurbish", liability=[{"party": "buyer", "share": 100}]))
    making.add(CLOSED)
    ledger.take(centre, "s", [line_of(event) for event in making.events])
    yield Case(centre, clock, TestClient(build_app(centre)), making, names)
    centre.close()


def test_the_page_says_verdict_claim_finding_grade_checks_and_verification_in_chinese(case: Case) -> None:
    page = case.page()
    for text in ("检查结果与买家陈述不符", "收到商品破损 · 收到就有污渍", "化妆品，明显", "买家 100%", "无污渍", "批量",
                 "98 %", "充电器 &lt;i&gt; 0/1", "缺附件 充电器，轻微",
                 "证据完整，未被改动", "2 / 2 照片校验一致", "2411-0866-5604", "客服 何琳", "买家签收"):  # fmt: skip
        assert text in page
    assert "<script" not in page


def test_the_page_is_in_the_readers_language(case: Case) -> None:
    assert "The finding differs from what the buyer stated" in case.page(**{"accept-language": "en-GB,en;q=0.9"})
    assert "检查结果与买家陈述不符" in case.page(**{"accept-language": "fr,zh;q=0.5"})


def test_nothing_a_station_sends_becomes_markup(case: Case) -> None:
    assert "羽绒服 &lt;b&gt;" in case.page()


def test_personal_data_of_the_buyer_is_not_on_the_page(case: Case) -> None:
    page = case.page()
    assert "王*" not in page and "4711" not in page


def test_a_parcels_label_is_blurred_and_metadata_stays_behind(case: Case) -> None:
    token = links.make_link(case.centre, case.making.inspection_id, "v")
    shown = [case.door.get(f"/evidence/{token}/photos/{name}").content for name in case.photos]
    sharp = []
    for data in shown:
        assert b"secret metadata" not in data
        grey = Image.open(io.BytesIO(data)).convert("L")
        assert max(grey.size) <= SIZES["large"]
        sharp.append(max(abs(a - b) for a, b in zip(grey.tobytes(), grey.tobytes()[1:], strict=False)))
    assert sharp[0] < 40 < sharp[1]  # letters have hard edges, the blurred label has none


def test_every_look_is_logged_with_the_viewers_name(case: Case) -> None:
    token = links.make_link(case.centre, case.making.inspection_id, "客服 何琳")
    case.door.get(f"/evidence/{token}")
    case.door.get(f"/evidence/{token}/photos/{case.photos[1]}?size=large")
    admin = tokens.make_administrator(case.centre, "许东")
    bearer = {"authorization": f"Bearer {admin}"}
    original = case.door.get(f"/api/v1/photos/{case.photos[0]}/original", headers=bearer)
    assert hashlib.sha256(original.content).hexdigest() == case.photos[0]
    assert case.viewings() == [("客服 何琳", "page"), ("客服 何琳", "photo"), ("许东", "original")]


def test_a_link_expires_and_opens_nothing_else(case: Case) -> None:
    token = links.make_link(case.centre, case.making.inspection_id, "v", days=1)
    assert case.door.get(f"/evidence/{token}/photos/{'a' * 64}").status_code == 404
    assert case.door.get(f"/evidence/{token}/photos/..%2f..%2fetc").status_code == 404
    case.clock.time = "2026-11-22T02:42:33.120Z"
    for path in ("", f"/photos/{case.photos[0]}"):
        assert case.door.get(f"/evidence/{token}{path}").status_code == 403
    assert "链接无效" in case.door.get(f"/evidence/{token}").text
    assert case.viewings() == []


def test_originals_search_and_numbers_need_an_administrator(case: Case) -> None:
    for path in ("/api/v1/inspections", f"/api/v1/inspections/{case.making.inspection_id}", "/api/v1/stats",
                 f"/api/v1/photos/{case.photos[0]}/original"):  # fmt: skip
        for token in ("", "Bearer x", "Basic abc", "Bearer "):
            assert case.door.get(path, headers={"authorization": token}).status_code == 401


def test_search_finds_by_any_number_and_not_by_what_only_looks_like_one(case: Case) -> None:
    bearer = {"authorization": f"Bearer {tokens.make_administrator(case.centre, 'a')}"}

    def found(text: str) -> int:
        answer = case.door.get("/api/v1/inspections", params={"text": text}, headers=bearer)
        return len(answer.json()["inspections"])

    for text in ("SF1234567890123", "sf1234", "RT-261121-04300001", "2411-0866", "RMA-1", ""):
        assert found(text) == 1, text
    for text in ("SF9", "%", "_", "' OR 1=1 --", "\U0010ffff"):
        assert found(text) == 0, text


def test_a_changed_photo_is_not_shown_and_the_page_says_so(case: Case) -> None:
    photo_file(case.centre, case.photos[1]).write_bytes(picture("FORGED"))
    page = case.page()
    assert "未通过校验：有照片被改动" in page and "这张照片被改动" in page
    assert f"photos/{case.photos[1]}" not in page


def test_photos_and_records_on_their_way_are_said_to_be_so(case: Case) -> None:
    making, item_id = Making(), uuid7()
    making.add(making.parcel("SF7777777777777", ()))
    making.add(item(item_id, 2, return_id=""))
    making.add(photo("c" * 64, item_id))
    ledger.take(case.centre, "s", [line_of(event) for event in making.events])
    case.making = making
    assert "照片尚未上传" in case.page() and "检查尚未完成" in case.page()
    making.add(decided(item_id))
    making.add(CLOSED)
    ledger.take(case.centre, "s", [line_of(making.events[-1])])
    assert "尚不完整：还有记录在途" in case.page()


def test_the_page_speaks_with_the_words_that_are_in_force(case: Case) -> None:
    shipped = (resources() / "rules" / "lists.yaml").read_text("utf-8")
    word = "收到商品破损"
    assert word in case.page()
    loaded = rule_files.load_file(case.centre, "lists.yaml", shipped.replace(word, "路上摔坏了"), "许东")
    assert "路上摔坏了" not in case.page()
    rule_files.put_in_force(case.centre, loaded["id"], "许东")
    assert "路上摔坏了" in case.page() and word not in case.page()
