"""What needs attention at the window: chosen by key and click, opened in history, tried again, seen, exported."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_cases import jpeg
from gui.settings_cases import INSPECTOR, LEAD
from PySide6.QtCore import Qt
from storage_cases import CLOSED, Making, decided, item, photo

from inspection_station.domain.people import Person
from inspection_station.i18n import set_language
from inspection_station.settings import Settings
from inspection_station.station.assembly import Station
from inspection_station.station.attention_card import AttentionCard
from inspection_station.station.attention_desk import AttentionDesk
from inspection_station.station.background import InlineBackground
from inspection_station.station.frame_views import Devices, strip
from inspection_station.station.notices import Notices
from inspection_station.sync.loop import SyncState
from inspection_station.workflows.ports import OutboxCounts


class Desk:
    """A station with a refused record and a refused photo, and the card of them."""

    def __init__(self, folder: Path, qtbot) -> None:
        self.station = Station(Settings(), folder)
        name = self.station.photos.keep(jpeg(1)).sha256
        making = Making(self.station.store)
        making.add(making.parcel())
        making.add(item("i1", 1))
        making.add(photo(name, "i1"))
        making.add(decided("i1"), CLOSED)
        outbox = self.station.outbox
        self.record = next(one.id for one in outbox.pending_records(20) if one.blobs)
        outbox.mark(self.record, "quarantined", "record.cannot_apply")
        outbox.mark_photo_refused(name, "photo.not_a_picture")
        self.photo, self.inspection = name, making.inspection_id
        self.person: Person | None = LEAD
        self.notices = Notices()
        self.desk = AttentionDesk(self.station, InlineBackground(self.notices), self.notices, lambda: self.person)
        self.card = AttentionCard()
        qtbot.addWidget(self.card)
        self.desk.attach(self.card)
        self.card.resize(700, 700)
        self.card.show()
        self.desk.look()

    def press(self, name: str) -> None:
        self.card._buttons[name].click()

    def chosen(self) -> str:
        return next(row.view.id for row in self.card.rows if row.chosen)


@pytest.fixture
def desk(tmp_path: Path, qtbot) -> Iterator[Desk]:
    set_language("en")
    made = Desk(tmp_path, qtbot)
    yield made
    made.station.close()


def test_rows_are_chosen_by_arrow_keys_and_by_a_click(desk: Desk, qtbot) -> None:
    assert [row.view.id for row in desk.card.rows] == [desk.record, desk.photo]
    assert desk.chosen() == desk.record
    desk.card.rows[0].setFocus()
    qtbot.keyClick(desk.card.rows[0], Qt.Key.Key_Down)
    assert desk.chosen() == desk.photo and desk.card.rows[1].hasFocus()
    qtbot.keyClick(desk.card.rows[1], Qt.Key.Key_Up)
    assert desk.chosen() == desk.record
    qtbot.mouseClick(desk.card.rows[1], Qt.MouseButton.LeftButton)
    assert desk.chosen() == desk.photo


def test_it_leads_to_its_inspection_in_the_history(desk: Desk) -> None:
    wanted: list[tuple[str, str]] = []
    desk.desk.case_wanted.connect(lambda *place: wanted.append(place))
    desk.press("open")
    assert wanted == [(desk.inspection, "i1")]


def test_tried_again_it_waits_and_the_list_is_shorter(desk: Desk) -> None:
    offered: list[bool] = []
    desk.desk.offered.connect(lambda: offered.append(True))
    desk.press("again")
    assert offered and [row.view.id for row in desk.card.rows] == [desk.photo]
    assert desk.record in [one.id for one in desk.station.outbox.pending_records(50)]
    desk.press("again")
    assert desk.card.rows == () and desk.station.outbox.pending_photos(5) == [desk.photo]
    assert desk.desk.view.open == 0


def test_an_inspector_is_told_who_may_try_again(desk: Desk) -> None:
    desk.person = INSPECTOR
    desk.desk.look()
    assert desk.desk.view.reason and not desk.card._buttons["again"].isEnabled()
    desk.desk.act("again")
    assert len(desk.card.rows) == 2
    desk.press("seen")
    assert desk.desk.view.open == 1, "seeing to it is anybody's"


def test_all_of_it_goes_into_one_file(desk: Desk) -> None:
    desk.press("export")
    path = Path(desk.desk.view.exported)
    with zipfile.ZipFile(path) as bundle:
        assert f"photos/{desk.photo}.jpg" in bundle.namelist()
        assert len(bundle.read("records.jsonl").splitlines()) == 2
    assert all(row.view.done.startswith("Exported by") for row in desk.card.rows)
    assert len(desk.station.attention.items()) == 2, "nothing is deleted"


STATES = [
    SyncState("idle"), SyncState("fault"), SyncState("refused", code="station.revoked"), SyncState("refused"),
    SyncState("offline", code="unreachable"), SyncState("offline", code="not_the_centre"),
    SyncState("offline", code="wrong_certificate"), SyncState("offline", code="trouble"),
    SyncState("sending", reconciling=12000), SyncState("idle", code="clock.wrong", clock_offset_ms=-190_000),
    SyncState("sending", OutboxCounts(3, 12)),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_state_of_the_sync_has_a_chip_of_its_own(language: str) -> None:
    set_language(language)
    shown = [strip(Devices(sync=state, enrolled=True))[3] for state in STATES]
    shown += [strip(Devices(sync=SyncState("idle"), enrolled=True, attention=n))[3] for n in (1, 2)]
    shown += [strip(Devices())[3], strip(Devices(enrolled=True))[3]]
    assert len({view.value for view in shown}) == len(shown)
    assert [view.state for view in shown[:3]] == ["ok", "fault", "fault"]
