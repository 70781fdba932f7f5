"""The station that is practised at: a folder of its own that is gone afterwards, number 000, no printer, no centre.

Whatever is done there is done by the real flow; nothing of it can reach the station's own data (DECISIONS.md 40).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from inspection_station.devices.printers import NoPrinter
from inspection_station.devices.simulated import Scenes
from inspection_station.devices.simulated_label import demo_serial, plate_of
from inspection_station.devices.simulated_scenes import SERIAL_MISMATCH, SceneLibrary
from inspection_station.domain.checklist import SHOT_OF_PARCEL
from inspection_station.domain.people import Person, Role, person_to_json
from inspection_station.domain.practice_files import EMPTY, PracticeCase
from inspection_station.domain.returns import ReturnLine, return_to_json
from inspection_station.domain.rule_book import RuleBook
from inspection_station.errors import N_, StationProblem
from inspection_station.locations import resources
from inspection_station.picture_files import Picture, open_picture, read_picture_file
from inspection_station.station.assembly import Station
from inspection_station.station.label_desk import LabelDesk
from inspection_station.workflows.past_practice import FRONT, past_cases
from inspection_station.workflows.ports import FeedItem, StationIdentity
from inspection_station.workflows.practice import PracticeTask, drawn, load_practice, task_of

FOLDER = "practice"
DRAWN_FRAME = (1440, 1080)  # pixels; the shape of the drawn articles
PHOTO_FRAME = (1920, 1080)
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


class StoredScenes:
    """The photos of past cases as scenes; a state is the tracking number of the case."""

    def __init__(self, photos: Mapping[str, Mapping[str, Path]]) -> None:
        self._photos = photos

    def parcel(self, tracking_number: str, carrier: str = "", condition: str = "") -> Picture:
        """The photo of the parcel's label; raises KeyError or StationProblem when there is none to be had."""
        return open_picture(read_picture_file(self._photos[tracking_number][SHOT_OF_PARCEL]))

    def item(self, sku: str, state: str = "", shot: str = FRONT, serial_number: str = "") -> Picture:
        """The photo of that shot, else of the item's front; raises as `parcel`."""
        photos = self._photos[state]
        return open_picture(read_picture_file(photos.get(shot) or photos[FRONT]))

    def has_item(self, sku: str) -> bool:
        """Whether there is a picture: of what was photographed there always is."""
        return True


@dataclass(frozen=True)
class Material:
    """What a practice asks: tasks, what lies in each parcel, its pictures, and the size of the camera's frames."""

    tasks: tuple[PracticeTask, ...]
    shown: tuple[ShownCase, ...]
    scenes: Scenes
    frame: tuple[int, int]


class PracticeStation(Station):
    """A station over `folder` with the rules of another one, and its tasks as expected returns."""

    def __init__(self, real: Station, folder: Path, material: Material, people: Sequence[Person]) -> None:
        self._real = real
        self.material = material
        self.tasks = material.tasks
        self.shown = {one.tracking_number: shown for one, shown in zip(self.tasks, material.shown, strict=True)}
        self.people = tuple(people)
        settings = replace(real.settings, rules=replace(real.settings.rules, random_check_percent=0))
        super().__init__(settings, folder, NoPrinter(), check=False)
        self.showing = replace(self.showing, prints=False)
        items = [FeedItem("expected_return", task.expected.id, return_to_json(task.expected)) for task in self.tasks]
        items += [FeedItem("person", one.id, person_to_json(one)) for one in people]
        self.feed.apply_page("practice", "1", items)

    def _rule_book(self) -> tuple[RuleBook, StationProblem | None]:
        return self._real.desk.book, None

    def _label_desk(self) -> LabelDesk:
        labels = super()._label_desk()
        labels.trained = True
        return labels

    def _identity(self) -> StationIdentity:
        return StationIdentity(str(uuid.uuid4()), "000", 0, self.settings.station.site_name, os.urandom(32))

    def catalogue_picture(self, line: ReturnLine) -> Path | None:
        """The product's catalogue picture where the real station has it."""
        return self._real.catalogue_picture(line)


def discard(real: Station) -> None:
    """Take away what a practice left: all of it, or what a sudden end kept."""
    shutil.rmtree(real.folder / FOLDER, ignore_errors=True)


def open_practice(real: Station, count: int, seed: int, past: bool) -> PracticeStation:
    """A new practice of `count` cases in the order of `seed`, shipped ones or `past` ones of this bench.

    MUST run on the bench lane: it reads the real station's database.

    Raises:
        StationProblem: ``demo.pictures``, ``data_file.*``, ``practice.no_past`` or ``disk.*``: there is nothing to
            practise with or on.
    """
    discard(real)
    material = _past(real, count, seed) if past else _shipped(real, count, seed)
    folder = real.folder / FOLDER
    folder.mkdir(mode=0o700)
    colleague = Person(
        COLLEAGUE, "练习搭档", "Practice colleague", Role.INSPECTOR,
        badge_hash=hashlib.sha256(COLLEAGUE_BADGE.encode()).hexdigest(),
    )  # fmt: skip
    return PracticeStation(real, folder, material, (*real.reference.people(), colleague))


def _shipped(real: Station, count: int, seed: int) -> Material:
    library = SceneLibrary()
    products = {str(row["sku"]): row for row in library.products()}
    cases = drawn(load_practice(resources(), real.desk.book), count, seed)
    now = real.clock.local(real.clock.now())
    tasks = [
        task_of(case, products[case.sku], place, now, demo_serial(case.sku) if plate_of(case.sku) else "")
        for place, case in enumerate(cases, start=1)
    ]
    return Material(tuple(tasks), tuple(_shown(case) for case in cases), library, DRAWN_FRAME)


def _past(real: Station, count: int, seed: int) -> Material:
    cases = past_cases(real.desk, count, seed)
    if not cases:
        raise StationProblem(
            "practice.no_past", N_("No closed inspection of this bench can be practised with"),
            N_("Choose the shipped cases."),
        )  # fmt: skip
    photos = {one.task.tracking_number: one.photos for one in cases}
    shown = [ShownCase("", one.task.expected.lines[0].sku, one.task.tracking_number, "") for one in cases]
    return Material(tuple(one.task for one in cases), tuple(shown), StoredScenes(photos), PHOTO_FRAME)


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
