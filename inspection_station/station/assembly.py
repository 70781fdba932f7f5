"""Puts a station together from its settings: database, photos, rules, printer, centre. No Qt, no window."""

from __future__ import annotations

import logging
import os
import uuid
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from inspection_station.devices.printers import Printer
from inspection_station.documents.label_layout_files import layouts_in_force
from inspection_station.documents.label_layouts import LabelLayouts
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.review import review_reasons
from inspection_station.domain.inspection import InspectionState
from inspection_station.domain.returns import ReturnLine
from inspection_station.domain.verdict import RuleBook
from inspection_station.durable_files import PRIVATE, write_durably
from inspection_station.errors import StationProblem
from inspection_station.evidence.photo_store import PhotoStore
from inspection_station.locations import resources
from inspection_station.settings import Settings
from inspection_station.settings.printing import SAME
from inspection_station.station.document_desk import DocumentDesk
from inspection_station.station.label_desk import LabelDesk
from inspection_station.station.lead_labels import LeadLabels
from inspection_station.station.presenting.words import Showing
from inspection_station.station.printers import label_dpi, label_size, printer_for
from inspection_station.station.signing_in import SealedPins, SigningIn
from inspection_station.storage import faults
from inspection_station.storage.attention import StoredAttention
from inspection_station.storage.containers import StoredContainers
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.facts import StationFacts
from inspection_station.storage.feed import StoredFeed
from inspection_station.storage.house_figures import StoredFigures
from inspection_station.storage.house_search import HouseSearch
from inspection_station.storage.inspections import StoredInspections
from inspection_station.storage.opening import open_database
from inspection_station.storage.outbox import StoredOutbox
from inspection_station.storage.person_pins import StoredPins
from inspection_station.storage.pictures import StoredPictures
from inspection_station.storage.print_jobs import INSPECTION_LABEL, PAPER, TOTE_LABEL, PrintJobs
from inspection_station.storage.reference import StoredReference
from inspection_station.storage.safe_photos import StoredSafePhotos
from inspection_station.storage.told_rules import ToldRules
from inspection_station.sync.identity import load_enrolment, load_or_make_key
from inspection_station.sync.original_fetch import OriginalFetch
from inspection_station.sync.sealed_pins import PinSeal
from inspection_station.workflows.case import Case, Desk, load_case
from inspection_station.workflows.clock import SystemClock
from inspection_station.workflows.ports import HistoryFilter, StationIdentity
from inspection_station.workflows.rule_book import RULES, RULES_IN_FORCE, keep_in_force, rule_book_or_shipped

log = logging.getLogger(__name__)

LOCAL_ID = "local_station_id"  # of a station that no centre has enrolled yet
KEY_FILE = "random_check.key"
MEGABYTE = 1024 * 1024  # bytes


def _with_random_check(book: RuleBook, settings: Settings) -> RuleBook:
    return replace(book, policies=book.policies.with_random_check(settings.rules.random_check_percent))


class Station:
    """Everything of a station but its window, camera and sync thread.

    `desk` and `showing` are replaced when the station learns who it is (enrolment) or gets new rules; take them
    anew for every step.
    """

    def __init__(
        self, settings: Settings, folder: Path, printer: Printer | None = None, *, check: bool = True
    ) -> None:
        """Open the station's data in `folder`; `check`: read the whole database for damage first.

        Raises:
            StationProblem: ``database.*``, ``disk.*``, ``rules.*``: the station cannot work on this data.
        """
        self.settings = settings
        self.folder = folder
        self.database: Database = open_database(folder, check=check)
        self.facts = StationFacts(self.database)
        self.ledger = ledger_of(self._why_reviewed)
        self.store = StoredInspections(self.database, self.ledger)
        self.custody = StoredCustody(self.database, self.ledger)
        self.containers = StoredContainers(self.database)
        self.figures, self.house = StoredFigures(self.database), HouseSearch(self.database)
        self.reference = StoredReference(self.database)
        self.outbox = StoredOutbox(self.database)
        self.feed = StoredFeed(self.database, ledger=self.ledger)
        self.photos = PhotoStore(folder / "photos", minimum_free=settings.storage.min_free_mb * MEGABYTE)
        offset = self.feed.noted("clock_offset_ms")
        self.clock = SystemClock(settings.station.time_zone, int(offset) if offset else None)
        self._rules_are_new = False  # written, but a parcel was open
        self._told_rules = ToldRules(self.database, folder / RULES)
        self._write_told_rules()
        book, self.rules_problem = self._rule_book()
        book = _with_random_check(book, settings)
        self.desk = Desk(self.store, self.reference, self.photos, self.clock, self._identity(), book)
        self.printer = printer or printer_for(settings, INSPECTION_LABEL, folder)
        self.labels = self._label_desk()
        self.documents = {purpose: self._document_desk(purpose) for purpose in (TOTE_LABEL, PAPER)}
        self.attention, self.pictures = StoredAttention(self.database), StoredPictures(self.database)
        self.pins, self.safe_photos = StoredPins(self.database), StoredSafePhotos(self.database)
        self.pin_seal: PinSeal | None = None  # as soon as the sync has the device's key
        self.originals: OriginalFetch | None = None  # while the sync runs
        self.is_online = False  # as the sync's last round went
        self.printer_is_ready = True  # as last asked; asking blocks, so the window does it on the photo lane
        self.showing = Showing(
            self.desk, self.clock, self.catalogue_picture, self.photos.shown, self._printer_ready,
            lambda: self.labels.size_mm, outbound=self.outbound_picture,
        )  # fmt: skip

    def _rule_book(self) -> tuple[RuleBook, StationProblem | None]:
        """The rules to work by, and why they are not the client's own newest ones, if so."""
        book, problem = rule_book_or_shipped(resources(), self.folder / RULES, self.folder / RULES_IN_FORCE)
        if problem is None:
            keep_in_force(self.folder / RULES, self.folder / RULES_IN_FORCE)
        return book, problem

    def _write_told_rules(self) -> bool:
        """Have the folder of rules hold what the centre put in force; whether anything in it is other than before."""
        try:
            return self._told_rules.bring_in_line()
        except (StationProblem, OSError) as error:  # the rules in force stay; it is tried again
            log.warning("the rule files that the centre told cannot be written: %s", error)
            return False

    def renew_rules(self) -> bool:
        """Work by what the centre put in force meanwhile, unless a parcel is open; whether the rules are others now.

        MUST run on the bench lane. Files that cannot be used leave what was in force, and `rules_problem` says why.
        """
        self._rules_are_new = self._write_told_rules() or self._rules_are_new
        if not self._rules_are_new or self.left_open()[0]:
            return False
        self._rules_are_new = False
        book, self.rules_problem = self._rule_book()
        self._work_with(replace(self.desk, book=_with_random_check(book, self.settings)))
        return True

    def _why_reviewed(self, item: HouseItem) -> tuple[str, ...]:
        """Why a lead looks at an item, by the lists and policies in force at this station."""
        book = self.desk.book
        limit = book.policies.high_value_from(item.currency, item.platform, item.client, item.vendor)
        return review_reasons(item, book.lists, limit)

    def _printer_ready(self) -> bool:
        return self.printer_is_ready

    def _identity(self) -> StationIdentity:
        """Who the station is; number 000 until a centre has enrolled it (DECISIONS.md 1)."""
        enrolment = load_enrolment(self.folder)
        if enrolment is not None:
            return enrolment.identity
        station_id = self.facts.get(LOCAL_ID)
        if not station_id:
            station_id = str(uuid.uuid4())
            self.facts.put(LOCAL_ID, station_id)
        site = self.settings.station.site_name
        return StationIdentity(station_id, "000", 0, site, random_check_key(self.folder))

    def learn_identity(self) -> None:
        """Work under what an enrolment has just kept in the folder."""
        self._work_with(replace(self.desk, station=self._identity()))

    def _work_with(self, desk: Desk) -> None:
        self.desk = desk
        self.labels = self.labels.at(desk)
        self.showing = replace(self.showing, desk=desk)

    def _label_desk(self) -> LabelDesk:
        size, dpi = label_size(self.settings, INSPECTION_LABEL), label_dpi(self.settings, INSPECTION_LABEL)
        jobs = PrintJobs(self.database)
        house = LeadLabels(self.custody, self.clock, lambda: self.desk)
        return LabelDesk(self.desk, self.clock, jobs, self.printer, size, dpi, lambda: self.label_layouts, house)

    @property
    def label_layouts(self) -> LabelLayouts:
        """The label designs in force: the client's own before those shipped; read when first needed."""
        return self._label_designs[0]

    @property
    def label_problems(self) -> tuple[StationProblem, ...]:
        """What is wrong with the client's label designs; reads them when nobody has."""
        return self._label_designs[1]

    @cached_property
    def _label_designs(self) -> tuple[LabelLayouts, tuple[StationProblem, ...]]:
        return layouts_in_force(self.folder / RULES)

    def _document_desk(self, purpose: str) -> DocumentDesk:
        printer = printer_for(self.settings, purpose, self.folder)
        if purpose == TOTE_LABEL and self.settings.tote_printer.kind == SAME:
            printer = self.printer
        is_label = purpose != PAPER
        stock = (label_size(self.settings, purpose), label_dpi(self.settings, purpose)) if is_label else None
        return DocumentDesk(purpose, self.clock, PrintJobs(self.database), printer, stock)

    def open_pin(self, person_id: str, sealed: str) -> str:
        """The PIN hash behind a seal, empty when it is none of this device's; may wait for the keyring.

        Raises:
            StationProblem: ``identity.*``.
        """
        if self.pin_seal is None:
            self.pin_seal = PinSeal(load_or_make_key(self.folder))
        return self.pin_seal.open(person_id, sealed)

    def signing_in(self) -> SigningIn:
        """The rules of signing in on this station's people."""
        pins = SealedPins(self.pins, self.open_pin, lambda: self.is_online or self.practice, self.clock.now)
        return SigningIn(self.reference, self.facts, pins=pins)

    def use_settings(self, settings: Settings) -> None:
        """Work with changed settings from now on; a printer that is set up otherwise is another one.

        What is decided stays so; the random check of an open item is chosen by the percentage in force when it is
        decided. MUST run on the bench lane: it may read the database.
        """
        before, self.settings = self.settings, settings
        if (settings.printer, settings.label) != (before.printer, before.label):
            self.printer = printer_for(settings, INSPECTION_LABEL, self.folder)
            self.labels = self._label_desk()
        printers = settings.printer, settings.label, settings.tote_printer, settings.paper_printer
        if printers != (before.printer, before.label, before.tote_printer, before.paper_printer):
            self.documents = {purpose: self._document_desk(purpose) for purpose in (TOTE_LABEL, PAPER)}
        if settings.station.time_zone != before.station.time_zone:
            self.clock.use_zone(settings.station.time_zone)
        if settings.storage != before.storage:
            self.photos.leave_free(settings.storage.min_free_mb * MEGABYTE)
        if (settings.rules, settings.station.site_name) != (before.rules, before.station.site_name):
            book = _with_random_check(self.desk.book, settings)
            self._work_with(replace(self.desk, book=book, station=self._identity()))

    @property
    def practice(self) -> bool:
        """Whether this is a station without a number of its own: demo or not enrolled."""
        return self.desk.station.number == 0

    def wants_first_run(self) -> bool:
        """Whether the first start's card is due: never done, or skipped and nobody could ever sign in.

        It is then asked again until there is a centre. Reads the people of a station without one.
        """
        return not self.settings.wizard.done or not (load_enrolment(self.folder) is not None or self.reference.people())

    def case(self, inspection_id: str) -> Case:
        """The stored case with that id."""
        return load_case(self.desk, inspection_id)

    def left_open(self) -> tuple[str, int]:
        """Id and photos of the inspection that was open when the program ended; others stay parked. Empty for none."""
        for inspection_id in self.store.unfinished():
            inspection = self.case(inspection_id).inspection
            if inspection.state is InspectionState.OPEN:
                return inspection_id, len(inspection.photos)
        return "", 0

    def to_review(self) -> int:
        """How many of today's items wait for a lead."""
        wanted = HistoryFilter(since=self.clock.start_of_day(), dispositions=("hold", "unclaimed"))
        return len(self.store.history(wanted, 200))

    def catalogue_picture(self, line: ReturnLine) -> Path | None:
        """The product's catalogue picture where this station has it: pre-fetched, or of the demo catalogue."""
        for sha256 in self.pictures.of("sku", line.sku):
            if (path := self.folder / "catalogue" / sha256).is_file():
                return path
        if not line.picture or "/" in line.picture or "\\" in line.picture or line.picture.startswith("."):
            return None
        for folder in (self.folder / "catalogue", resources() / "demo" / "catalogue"):
            path = folder / line.picture
            if path.is_file():
                return path
        return None

    def outbound_picture(self, order_number: str) -> Path | None:
        """What left the house for that order, where the centre has a picture and this station has fetched it."""
        for sha256 in self.pictures.of("order", order_number):
            if (path := self.folder / "catalogue" / sha256).is_file():
                return path
        return None

    def close(self) -> None:
        """Close the database; everything is on the disk already."""
        self.database.close()


def random_check_key(folder: Path) -> bytes:
    """This station's secret for the random check, made once, whole, and readable by its own user only.

    Raises:
        StationProblem: ``disk.full``, ``disk.unwritable``.
    """
    path = folder / KEY_FILE
    with faults.told_as_problems(path):
        with suppress(FileNotFoundError):
            if key := path.read_bytes():
                return key
        write_durably(path, os.urandom(32), replace=True, mode=PRIVATE)
        return path.read_bytes()
