"""Makes the station database of this release, for the tests that later programs open it with.

    PYTHONPATH=.:tests python tests/data/releases/make_release_database.py

writes RELEASE.sqlite3 and RELEASE.json beside this file.

Run it once for a release, before its tag; a released file is never made again.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from storage_cases import CLOSED, PARKED, VOIDED, Making, decided, expected, feed_return, item, photo, sha

from inspection_station import __version__
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import copy_database, open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.print_jobs import PrintJob, PrintJobs
from inspection_station.storage.reference import StoredReference
from inspection_station.workflows.ports import FeedItem, HistoryFilter

FOLDER = Path(__file__).resolve().parent


def fill(folder: Path) -> dict[str, object]:
    """A little of everything the database can hold; returns what must be found in it for ever."""
    database = open_database(folder)
    store, outbox, feed = StoredInspections(database), StoredOutbox(database), StoredFeed(database)
    StationFacts(database).put("station", '{"code":"B12"}')
    people = FeedItem("person", "p1", person_to_json(Person("p1", "王敏", "Wang Min", Role.LEAD)))
    tote = FeedItem("tote", "T-000001X", {"code": "T-000001X", "slot": 1, "disposition": "restock"})
    returns = [feed_return(expected(f"r{n}", tracking_numbers=(f"SF{n:013d}",))) for n in range(6)]
    feed.apply_page("epoch-1", "cursor-1", [people, tote, *returns, FeedItem("later_kind", "x", {"a": 1})])
    endings = ((CLOSED,), (PARKED,), (), (VOIDED,))
    for number, ending in enumerate(endings, start=1):
        making = Making(store)
        making.add(
            making.parcel(f"SF{number:013d}", (f"r{number}",)), item(f"i{number}", number, return_id=f"r{number}")
        )
        making.add(photo(sha(number), f"i{number}"))
        if ending == (CLOSED,):
            making.add(decided(f"i{number}", "C", "hold"))
        if ending:
            making.add(*ending)
        outbox.mark(making.events[0].id, "stored")
        outbox.mark(making.events[1].id, "quarantined" if number == 4 else "need", "record.malformed")
    outbox.mark_photo_stored(sha(1))
    PrintJobs(database).add(
        PrintJob("j1", "in", "i1", "RT-261121-04300001", 1, "耳机", "zd", b"png", "2026-11-21T00:00Z")
    )
    lines, count = StoredReference(database).queue()
    found: dict[str, object] = {
        "events": sum(len(store.events_of(line.inspection_id)) for line in store.history(HistoryFilter())),
        "history": [[line.item_id, line.state, line.grade, line.picture] for line in store.history(HistoryFilter())],
        "by_order_number": [line.item_id for line in store.history(HistoryFilter(text="TB-r1-99"))],
        "queue": [[line.return_id, line.parked] for line in lines],
        "queue_count": count,
        "unfinished": len(store.unfinished()),
        "next_item_number": store.next_item_number(),
        "outbox": [outbox.counts().records, outbox.counts().photos, outbox.counts().refused],
        "sent": len(outbox.sent_ids("", 100)),
        "cursor": list(feed.cursor()),
        "print_jobs": len(PrintJobs(database).to_send()),
    }
    database.close()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = fill(Path(place))
        copy = copy_database(Path(place) / "station.sqlite3", "release")
        (FOLDER / f"{__version__}.sqlite3").write_bytes(copy.read_bytes())
        text = json.dumps(found, indent=1, ensure_ascii=False)
        (FOLDER / f"{__version__}.json").write_text(text + "\n", encoding="utf-8")
