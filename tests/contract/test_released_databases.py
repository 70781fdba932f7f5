"""The database of every release is opened, brought up to date, and all that was in it is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from storage_cases import Making, item

from inspection_station.domain.events import broken_link
from inspection_station.domain.folding import fold
from inspection_station.storage.database import FILE_NAME
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.print_jobs import PrintJobs
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.ports import HistoryFilter

RELEASES = sorted((Path(__file__).resolve().parents[1] / "data" / "releases").glob("*.sqlite3"))


def test_there_is_a_database_of_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("released", RELEASES, ids=lambda path: path.stem)
def test_a_released_database_opens_with_all_that_was_in_it(released: Path, tmp_path: Path) -> None:
    shutil.copyfile(released, tmp_path / FILE_NAME)
    wanted = json.loads(released.with_suffix(".json").read_text(encoding="utf-8"))
    database = open_database(tmp_path)
    store, outbox, reference = StoredInspections(database), StoredOutbox(database), StoredReference(database)
    lines = store.history(HistoryFilter())
    waiting, count = reference.queue()
    counts = outbox.counts()
    found = {
        "events": sum(len(store.events_of(line.inspection_id)) for line in lines),
        "history": [[line.item_id, line.state, line.grade, line.picture] for line in lines],
        "by_order_number": [line.item_id for line in store.history(HistoryFilter(text="TB-r1-99"))],
        "queue": [[line.return_id, line.parked] for line in waiting],
        "queue_count": count,
        "unfinished": len(store.unfinished()),
        "next_item_number": store.next_item_number(),
        "outbox": [counts.records, counts.photos, counts.refused],
        "sent": len(outbox.sent_ids("", 100)),
        "cursor": list(StoredFeed(database).cursor()),
        "print_jobs": len(PrintJobs(database).to_send()),
    }
    assert found == wanted
    assert [person.name for person in reference.people()] == ["王敏"]
    assert len(reference.totes()) == 1
    assert StationFacts(database).get("station")
    assert len(outbox.pending_records(100)) == counts.records
    for line in lines:
        events = store.events_of(line.inspection_id)
        assert broken_link(events) is None
        assert fold(events).item(line.item_id).rt_number == line.rt_number
    making = Making(store)
    making.add(making.parcel("NEW1"), item("new", store.next_item_number()))
    assert store.history(HistoryFilter())[0].item_id == "new"
    database.close()
