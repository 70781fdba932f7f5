"""A station as a process that can be killed: it inspects, sorts, reviews, hands over as it is told, and syncs.

Reads a JSON list of words from each line of standard input and answers with one line of JSON.

python house_child.py FOLDER NUMBER LEAD     needs the project and its tests folder in PYTHONPATH
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import threading
from pathlib import Path
from typing import Any

from station_cases import station_settings
from storage_cases import CLOSED, Making, decided, item

from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.identifiers import uuid7
from inspection_station.domain.people import Person, Role
from inspection_station.station.assembly import Station
from inspection_station.station.centre_link import CentreLink
from inspection_station.station.manifest_desk import ManifestDesk
from inspection_station.storage.tables import custody
from inspection_station.sync.client import Unreachable
from inspection_station.workflows.handing_over import HandingOver
from inspection_station.workflows.reviewing import Reviewing
from inspection_station.workflows.sorting import Misplaced, Sorting


class HouseChild:
    """One station."""

    def __init__(self, folder: Path, number: int, lead: str) -> None:
        self.number = number
        self.station = Station(station_settings(folder), folder / "data")
        self.lead = Person(lead, "", "", Role.LEAD)
        self.cut = False
        self.link = CentreLink(self.station, lambda state: None)
        transport = self.link._transport
        plain = transport.exchange

        def exchange(*arguments: Any, **further: Any) -> Any:
            if self.cut:
                raise Unreachable("centre.unreachable")
            return plain(*arguments, **further)

        transport.exchange = exchange  # type: ignore[method-assign]
        self.thread = threading.Thread(target=self.link.loop.run, daemon=True)
        self.thread.start()

    @property
    def parts(self) -> tuple[Any, ...]:
        station = self.station
        return station.custody, station.clock, station.desk.station, self.lead

    def answer(self, word: str, *rest: Any) -> Any:
        """Do one thing; what came of it."""
        done = getattr(self, word)(*rest)
        self.link.loop.wake()
        return done

    def inspect(self, first: int, count: int, totes: dict[str, str], seed: int) -> list[list[str]]:
        """Whole inspections: RT number, disposition, tote (scanned for two of three, else proposed)."""
        chance, made = random.Random(seed), []
        for number in range(first, first + count):
            disposition = chance.choice(sorted(totes))
            proved = chance.random() < 0.66
            making, item_id = Making(self.station.store, f"B{self.number}"), uuid7()
            making.add(making.parcel(f"SF{self.number:04d}{number:09d}"), item(item_id, number))
            where = {"tote": totes[disposition] if proved else "", "proposed_tote": totes[disposition]}
            making.add(decided(item_id, disposition=disposition, grade="A", **where), CLOSED)
            made.append([making.inspection.item(item_id).rt_number, disposition])
        return made

    def known(self) -> int:
        """How many items this station knows with their decision."""
        with self.station.database.reading() as connection:
            return int(connection.exec_driver_sql("SELECT COUNT(*) FROM custody_item WHERE body <> ''").scalar() or 0)

    def open(self, tote: str, disposition: str) -> str:
        """Open a tote; a refusal's code."""
        facts = {"disposition": disposition, "vendor": ""}
        refusal = Sorting(*self.parts).change_tote(ActKind.TOTE_OPENED, tote, facts)
        return refusal.code if refusal else ""

    def close(self, tote: str) -> str:
        """Close a tote; a refusal's code."""
        inside = next(one.contents for one in self.station.custody.totes() if one.code == tote)
        facts = {"items": inside, "grams": 0}
        refusal = Sorting(*self.parts).change_tote(ActKind.TOTE_CLOSED, tote, facts)
        return refusal.code if refusal else ""

    def place(self, rt_number: str, tote: str) -> str:
        """Put an item into a tote; a refusal's code."""
        outcome = Sorting(*self.parts).place(rt_number, tote)
        return outcome.refusal.code if isinstance(outcome, Misplaced) else ""

    def review(self, rt_number: str, disposition: str) -> str:
        """Decide otherwise than the bench; a refusal's code."""
        words = self.station.desk.book.lists.words
        known = frozenset(words["dispositions"]), frozenset(words["grades"])
        outcome = Reviewing(*self.parts, *known).change(rt_number, "", disposition, "misjudged")
        return outcome.code if isinstance(outcome, Refusal) else ""

    def manifest(self, kind: str, totes: list[str]) -> list[str]:
        """A manifest of closed totes, each item scanned once more; its id, its number and what was scanned."""
        work = self.handing_over()
        made = work.start(kind, "shelf")
        assert isinstance(made, str), made
        for tote in totes:
            refusal = work.draw(made, tote)
            assert refusal is None, refusal
        scanned = []
        for one in work.sheet(made).contents:
            refusal = None if one.manifest == made else work.scan_item(made, one.rt_number)
            assert refusal is None, refusal
            scanned.append(one.rt_number)
        refusal = work.close(made)
        assert refusal is None, refusal
        return [made, self.station.custody.manifest(made).number, *scanned]

    def handing_over(self) -> HandingOver:
        """What the lead may do with manifests here."""
        policies = self.station.desk.book.policies
        return HandingOver(self.station.custody, self.station.containers, *self.parts[1:], policies)

    def draw_again(self, tote: str) -> str:
        """Draw a tote onto a new manifest; a refusal's code."""
        work = self.handing_over()
        made = work.start("restock", "shelf")
        assert isinstance(made, str), made
        refusal = work.draw(made, tote)
        assert work.void(made, "not needed") is None
        return refusal.code if refusal else ""

    def exported(self, manifest: str) -> list[str]:
        """The RT numbers in the manifest's table as this station exports it."""
        desk = ManifestDesk(self.station, self.lead)
        path = desk.export(manifest).folder / f"{desk.work.sheet(manifest).manifest.number}.csv"
        return re.findall(r"RT-[0-9]{6}-[0-9]{8}", path.read_text("utf-8-sig"))

    def network(self, cut: bool) -> None:
        """Cut the network, or join it again."""
        self.cut = cut
        self.link.engine.hurry()

    def waiting(self) -> int:
        """How many records wait for the centre."""
        counts = self.station.outbox.counts()
        return counts.records + counts.photos

    def dump(self) -> dict[str, Any]:
        """Every item, tote and manifest as this station knows them."""
        return dumped(self.station.database.reading)

    def end(self) -> None:
        """Stop in order."""
        self.link.loop.stop()
        self.thread.join(30)
        self.link.close()
        self.station.close()


ITEM = ("item_id", "rt_number", "tote", "proved", "manifest", "disposition", "grade", "apart")


def dumped(reading: Any, tables: Any = custody) -> dict[str, Any]:
    """The rows of custody that must be alike everywhere."""
    with reading() as connection:
        items = [list(row) for row in connection.execute(tables.item.select().with_only_columns(
            *(tables.item.c[name] for name in ITEM)).order_by(tables.item.c.item_id))]  # fmt: skip
        totes = [list(row) for row in connection.execute(tables.tote.select().with_only_columns(
            *(tables.tote.c[name] for name in ("code", "step", "disposition", "manifest"))
        ).where(tables.tote.c.opened_by != "").order_by(tables.tote.c.code))]  # fmt: skip
        manifests = [list(row) for row in connection.execute(tables.manifest.select().with_only_columns(
            *(tables.manifest.c[name] for name in ("number", "kind", "step", "units"))
        ).order_by(tables.manifest.c.number))]  # fmt: skip
    return {"items": items, "totes": totes, "manifests": manifests}


def main() -> None:
    """Answer until standard input ends."""
    child = HouseChild(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    for line in sys.stdin:
        word, *rest = json.loads(line)
        os.write(1, json.dumps(child.answer(word, *rest)).encode() + b"\n")
        if word == "end":
            break


if __name__ == "__main__":
    main()
