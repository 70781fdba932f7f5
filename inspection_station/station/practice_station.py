"""The station that is practised at: a folder of its own that is gone afterwards, number 000, no printer, no centre.

Whatever is done there is done by the real flow; nothing of it can reach the station's own data (DECISIONS.md 40).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from inspection_station.devices.label_printer import NoPrinter
from inspection_station.devices.simulated_label import demo_serial, plate_of
from inspection_station.devices.simulated_scenes import SERIAL_MISMATCH, SceneLibrary
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.domain.practice_files import EMPTY, PracticeCase
from inspection_station.domain.returns import return_to_json
from inspection_station.domain.rule_book import RuleBook
from inspection_station.errors import StationProblem
from inspection_station.locations import resources
from inspection_station.station.assembly import Station
from inspection_station.station.label_desk import LabelDesk
from inspection_station.workflows.ports import FeedItem, StationIdentity
from inspection_station.workflows.practice import PracticeTask, drawn, load_practice, task_of

FOLDER = "practice"
COLLEAGUE = "practice-colleague"
COLLEAGUE_BADGE = "BADGE-PRACTICE-000"
"""Of nobody: who scans their own badge where a second person is due, means this one in practice."""


@dataclass(frozen=True)
class ShownCase:
    """What lies in a practice parcel: arguments of the simulated camera."""

    condition: str
    sku: str
    state: str
    serial_number: str


class PracticeStation(Station):
    """A station over `folder` with the rules of another one, and its tasks as expected returns."""

    def __init__(
        self, settings_of: Station, folder: Path, tasks: Sequence[PracticeTask], shown: Sequence[ShownCase],
        people: Sequence[Person],
    ) -> None:  # fmt: skip
        self._book = settings_of.desk.book
        self.tasks = tuple(tasks)
        self.shown = {task.tracking_number: one for task, one in zip(tasks, shown, strict=True)}
        self.people = tuple(people)
        settings = settings_of.settings
        settings = replace(settings, rules=replace(settings.rules, random_check_percent=0))
        super().__init__(settings, folder, NoPrinter(), check=False)
        self.showing = replace(self.showing, prints=False)
        items = [FeedItem("expected_return", task.expected.id, return_to_json(task.expected)) for task in tasks]
        items += [FeedItem("person", one.id, person_to_json(one)) for one in people]
        self.feed.apply_page("practice", "1", items)

    def _rule_book(self) -> tuple[RuleBook, StationProblem | None]:
        return self._book, None

    def _label_desk(self) -> LabelDesk:
        labels = super()._label_desk()
        labels.trained = True
        return labels

    def _identity(self) -> StationIdentity:
        return StationIdentity(str(uuid.uuid4()), "000", 0, self.settings.station.site_name, os.urandom(32))


def discard(real: Station) -> None:
    """Take away what a practice left: all of it, or what a sudden end kept."""
    shutil.rmtree(real.folder / FOLDER, ignore_errors=True)


def open_practice(real: Station, count: int, seed: int) -> PracticeStation:
    """A new practice of `count` cases in the order of `seed`; on the bench lane: it reads the real station's people.

    Raises:
        StationProblem: ``demo.pictures``, ``data_file.*`` or ``disk.*``: there is nothing to practise with or on.
    """
    discard(real)
    library = SceneLibrary()
    products = {str(row["sku"]): row for row in library.products()}
    cases = drawn(load_practice(resources(), real.desk.book), count, seed)
    now = real.clock.local(real.clock.now())
    tasks = [
        task_of(case, products[case.sku], place, now, demo_serial(case.sku) if plate_of(case.sku) else "")
        for place, case in enumerate(cases, start=1)
    ]
    folder = real.folder / FOLDER
    folder.mkdir(mode=0o700)
    colleague = Person(
        COLLEAGUE, "练习搭档", "Practice colleague", Role.INSPECTOR,
        badge_hash=hashlib.sha256(COLLEAGUE_BADGE.encode()).hexdigest(),
    )  # fmt: skip
    people = (*real.reference.people(), colleague)
    return PracticeStation(real, folder, tasks, [_shown(case) for case in cases], people)


def _shown(case: PracticeCase) -> ShownCase:
    if case.state == EMPTY:
        return ShownCase(case.parcel, "", EMPTY, "")
    swapped = case.state == SERIAL_MISMATCH
    serial = demo_serial(case.shown, swapped=swapped) if plate_of(case.shown) else ""
    return ShownCase(case.parcel, case.shown, case.state, serial)


def close_practice(real: Station, practice: PracticeStation) -> None:
    """Close its database and take its folder away; on the bench lane, when nothing of it is under way any more."""
    with suppress(StationProblem):
        practice.close()
    discard(real)
