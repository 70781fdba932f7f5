"""The sheet with all that is known of an item under review: photos here and away, why, what was done; at every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from gui.eyes import overlaps, poor_targets
from gui.house_at_work import decided_item
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget

from inspection_station.domain.custody.acts import Act, ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.people import Person, Role
from inspection_station.i18n import set_language
from inspection_station.locations import resources
from inspection_station.settings import Settings
from inspection_station.station import theme
from inspection_station.station.assembly import Station
from inspection_station.station.presenting.review_record import RecordView, record
from inspection_station.station.review_record_sheet import ReviewRecordSheet
from inspection_station.station.text import TextLabel

PEOPLE = {"person-1": Person("person-1", "李雷", "Li Lei", Role.INSPECTOR),
          "lead-1": Person("lead-1", "周敏", "Zhou Min", Role.LEAD)}  # fmt: skip
AWAY = "a" * 64
SIZES = ((1920, 1080), (1366, 768), (1280, 720))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(Settings(), tmp_path)
    yield station
    station.close()


def act(number: int, kind: ActKind, **facts: Any) -> Act:
    return Act(
        f"act-{number}", kind, "item:item-1", number, (), f"2026-11-21T03:0{number}:00.000Z", None, "B20", "s-20",
        "lead-1", {"rt_number": "RT-261121-00700001", **facts},
    )  # fmt: skip


ACTS = [
    act(1, ActKind.ITEM_GRADED_BLIND, grade="B"),
    act(2, ActKind.ITEM_REVIEWED, verdict="changed", grade="D", disposition="scrap", reason="misjudged"),
    act(3, ActKind.NEW_LABEL_PRINTED, issue=2),
    act(4, ActKind.OLD_LABEL_SCANNED_OUT, issue=1),
    act(5, ActKind.ITEM_PLACED, tote="T-000123K"),
    act(6, ActKind.ITEM_REVIEWED, verdict="withdrawn", grade="C", disposition="hold", reason=""),
]


def held_item() -> HouseItem:
    why = [
        {"outcome": "grade", "rule": "g-040", "zh": "有一处明显瑕疵", "en": "One major defect", "answers": []},
        {"outcome": "disposition", "rule": "d-110", "zh": "客诉不符，先暂扣", "en": "Claim contradicted: hold it"},
        {"outcome": "liability", "rule": "l-020", "zh": "来料缺陷由供应商承担", "en": "The vendor bears its defects"},
        {"outcome": "refund", "rule": "r-010", "zh": "质量问题全额退款", "en": "Quality defects: in full"},
    ]
    photos = [
        {"id": f"p{n}", "sha256": AWAY[:-1] + str(n), "shot": shot, "finding_id": finding, "taken_at": ""}
        for n, (shot, finding) in enumerate([("parcel", ""), ("front", ""), ("close_up", "f1")])
    ]
    return decided_item(
        1, "hold", why=tuple(why), photos=tuple(photos), order_number="26-1001", bulk=9, single=2,
        findings=({"id": "f1", "question": "seam", "code": "crack", "severity": "major", "place": ""},),
        liability=(("vendor", 100),), refund={"kind": "full"}, changed=("disposition",),
        change_reasons={"disposition": "seam open for 4 cm"},
    )  # fmt: skip


def view_of(station: Station) -> RecordView:
    return record(station.showing, held_item(), ACTS, PEOPLE)


def test_bulk_and_single_answers_leads_and_benches_are_told_apart(station: Station) -> None:
    view = view_of(station)
    said = [f"{line.text} {line.detail}" for line in view.history]
    short = record(station.showing, held_item(), ACTS[:2], PEOPLE)
    assert "批量 9 项，逐项 2 项 李雷 · B07" in [f"{line.text} {line.detail}" for line in short.history]
    assert any("盲评等级：B" in one and "周敏 · B20" in one for one in said)
    assert any(one.startswith("改判：D · 报废 · 质检误判") for one in said)
    assert any(one.startswith("撤回改判") for one in said)
    assert len(view.history) == 8 and view.history[0].text == "更早的还有 2 条"


def test_each_outcome_has_its_rule_and_what_a_person_set_its_reason(station: Station) -> None:
    rows = {line.lead: line for line in view_of(station).why}
    assert "g-040" in rows["等级"].detail
    assert "seam open for 4 cm" in rows["处置"].detail and "d-110" not in rows["处置"].detail
    assert rows["责任"].text == "供应商 100 %"


def test_close_ups_come_first_and_what_is_at_the_centre_only_has_no_picture(station: Station) -> None:
    view = view_of(station)
    assert view.photos[0].note == "裂痕"
    assert all(photo.source is None for photo in view.photos) and len(view.away) == 3


@pytest.fixture(params=list(product(SIZES, ("zh_CN", "en"), ("light", "dark"))), ids=str)
def sheet(request: pytest.FixtureRequest, station: Station, qtbot: Any) -> Iterator[ReviewRecordSheet]:
    size, language, scheme = request.param
    set_language(language)
    theme.use(theme.Theme(scheme, theme.density_for(*size), 100, reduce_motion=True))
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    window.resize(*size)
    qtbot.addWidget(window)
    window.show()
    made = ReviewRecordSheet(window, _with_pictures(view_of(station)))
    made.open_panel()
    assert all(not one.image().isNull() for one in made.pictures[2:])
    yield made  # the window lives as long


def _with_pictures(view: RecordView) -> RecordView:
    """Two of the photos are at the centre; the others are here."""
    shown = sorted((resources() / "demo" / "catalogue").glob("*.jpg"))[:4]
    here = [replace(view.photos[0], source=QImage(str(one)), sha256="", note=str(n)) for n, one in enumerate(shown)]
    return replace(view, photos=(*view.photos[:2], *here), more=3)


def test_nothing_is_clipped_or_covered(sheet: ReviewRecordSheet, request: pytest.FixtureRequest) -> None:
    assert sheet.card.geometry().top() >= 0 and sheet.card.geometry().bottom() < sheet.height()
    assert overlaps(sheet) == [] and poor_targets(sheet) == []
    assert sheet.card.height() == sheet.card.sizeHint().height(), "nothing is pressed together"
    cut = [one.text() for one in sheet.findChildren(TextLabel) if one.isVisible() and one.is_cut()]
    assert cut == []


def test_a_key_fetches_what_is_away_and_how_it_stands_is_said(station: Station, qtbot: Any) -> None:
    window = QMainWindow()
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    made = ReviewRecordSheet(window, view_of(station))
    made.open_panel()
    with qtbot.waitSignal(made.fetch_wanted):
        QTest.keyClick(made, Qt.Key.Key_F)
    made.say("12 %")
    assert "12 %" in [one.text() for one in made.findChildren(TextLabel)]
    with qtbot.waitSignal(made.closed):
        QTest.keyClick(made, Qt.Key.Key_Escape)
