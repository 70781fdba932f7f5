"""The station's own data for commands that read them: no window, no camera, no printer, no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inspection_station.domain.inspection import Item
from inspection_station.errors import N_, StationProblem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.locations import resources
from inspection_station.settings import Settings
from inspection_station.storage.database import FILE_NAME, Database
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.reference import StoredReference
from inspection_station.sync.identity import load_enrolment
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.ports import StationIdentity
from inspection_station.workflows.rule_book import RULES, RULES_IN_FORCE, rule_book_or_shipped


@contextmanager
def stored_database(folder: Path) -> Iterator[Database]:
    """The station's database in `folder`, also while the station runs.

    Raises:
        StationProblem: ``station.no_data`` when there is none, ``database.*``.
    """
    if not (folder / FILE_NAME).is_file():
        raise StationProblem(
            "station.no_data",
            N_("There are no station data in {folder}."),
            N_("Name the folder with --set station.data_folder=FOLDER."),
            folder=str(folder),
        )
    database = open_database(folder, check=False)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def stored_desk(settings: Settings, folder: Path) -> Iterator[tuple[Desk, SystemClock]]:
    """The desk over the station's data in `folder`; raises as `stored_database` does, and ``rules.*``."""
    with stored_database(folder) as database:
        clock = SystemClock(settings.station.time_zone)
        enrolment = load_enrolment(folder)
        identity = enrolment.identity if enrolment else StationIdentity("", "000", 0, settings.station.site_name)
        book, _ = rule_book_or_shipped(resources(), folder / RULES, folder / RULES_IN_FORCE)
        photos = PhotoStore(folder / "photos", minimum_free=0)
        store, reference = StoredInspections(database), StoredReference(database)
        yield Desk(store, reference, photos, clock, identity, book), clock


def case_and_item(desk: Desk, name: str) -> tuple[Case, Item]:
    """The case and decided item that `name` means: an RT number, or the id of an inspection with one decided item.

    Raises:
        StationProblem: ``inspection.unknown``, ``inspection.undecided``, ``inspection.several_items``.
    """
    rt_number = name.strip().upper()
    case = load_case(desk, desk.store.inspection_of_item(rt_number) or name.strip().lower())
    named = [item for item in case.inspection.items if item.rt_number == rt_number]
    decided = [item for item in named or case.inspection.items if item.decision is not None]
    if not decided:
        raise StationProblem("inspection.undecided", N_("Nothing of that inspection is decided yet."))
    if len(decided) > 1:
        raise StationProblem(
            "inspection.several_items",
            N_("That inspection has several items: {numbers}."),
            N_("Name one of these numbers."),
            numbers=", ".join(item.rt_number for item in decided),
        )
    return case, decided[0]
