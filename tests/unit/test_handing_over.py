"""Manifests over a real database: what is drawn, scanned once more, refused, closed, voided and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import HandClock
from sqlalchemy import Engine, event

from inspection_station.domain.custody.acts import ActKind
from inspection_station.domain.custody.house_item import HouseItem
from inspection_station.domain.custody.manifest_state import ManifestStep
from inspection_station.domain.custody.tote_state import Refusal
from inspection_station.domain.people import Person, Role
from inspection_station.domain.policies import Policies, Terms, VendorAgreement
from inspection_station.storage.containers import StoredContainers
from inspection_station.storage.custody import StoredCustody, ledger_of
from inspection_station.storage.database import Database
from inspection_station.storage.opening import open_database
from inspection_station.workflows.handing_over import HandingOver
from inspection_station.workflows.ports import StationIdentity
from inspection_station.workflows.repacking import Repacking
from inspection_station.workflows.sorting import Sorting

POLICIES = Policies(
    "1", {"default": VendorAgreement(False), "V1": VendorAgreement(True, 30, 5000, True)}, {}, Terms(100_000, 5)
)
STATION = StationIdentity("s", "B12", 12, "")
PHOTO = {"sha256": "a" * 64, "size": 1, "width": 1, "height": 1}
LEAD, SECOND = Person("lead", "", "", Role.LEAD), Person("second", "", "", Role.INSPECTOR)


class House:
    """A lead's hand-over with totes that are filled and closed by hand."""

    def __init__(self, database: Database) -> None:
        self.database, self.ledger = database, ledger_of()
        self.store, self.containers = StoredCustody(database, self.ledger), StoredContainers(database)
        parts = (self.store, self.containers, HandClock(), STATION)
        self.sorting = Sorting(self.store, HandClock(), STATION, LEAD)
        self.lead = HandingOver(*parts, LEAD, POLICIES)
        self.inspector = HandingOver(*parts, SECOND, POLICIES)
        self.repacking = Repacking(*parts, LEAD, POLICIES)
        self.count = 0

    def item(self, disposition: str, **facts: object) -> str:
        """A decided item's number."""
        self.count += 1
        names = (f"i-{self.count}", f"n-{self.count}", f"RT-261121-0120{self.count:04d}")
        usual = {"vendor": "V1", "price_minor": 9900, "currency": "CNY", "delivered_on": "2026-11-10"}
        item = HouseItem(*names, disposition=disposition, grade="A", label_issue=1, **{**usual, **facts})  # type: ignore[arg-type]
        with self.database.writing() as connection:
            self.ledger.keep_items(connection, [item])
        return item.rt_number

    def tote(self, code: str, disposition: str, items: int, *, grams: int = 1000, vendor: str = "",
             closed: bool = True, **facts: object) -> list[str]:  # fmt: skip
        """The numbers of what was put into a tote by scans."""
        self.sorting.change_tote(ActKind.TOTE_OPENED, code, {"disposition": disposition, "vendor": vendor})
        numbers = [self.item(disposition, **facts) for _ in range(items)]
        for number in numbers:
            self.sorting.place(number, code)
        if closed:
            self.sorting.change_tote(ActKind.TOTE_CLOSED, code, {"items": items, "grams": grams})
        return numbers

    def started(self, kind: str, vendor: str = "") -> str:
        name = self.lead.start(kind, "there", vendor)
        assert isinstance(name, str), name
        return name

    def step(self, code: str) -> str:
        return next(one.step for one in self.store.totes() if one.code == code)

    def missing(self, name: str) -> set[str]:
        return {check.code for check in self.lead.sheet(name).missing}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(tmp_path)
    yield House(database)
    database.close()


def code_of(refusal: Refusal | str | None) -> str:
    assert isinstance(refusal, Refusal), refusal
    return refusal.code


def closed_restock(house: House) -> tuple[str, list[str]]:
    numbers = house.tote("T-1", "restock", 2)
    name = house.started("restock")
    assert house.lead.draw(name, "T-1") is None
    for number in numbers:
        assert house.lead.scan_item(name, number) is None
    assert house.lead.close(name) is None
    return name, numbers


def test_a_closed_manifest_lists_what_was_scanned_and_its_totes_have_left(house: House) -> None:
    name, numbers = closed_restock(house)
    manifest = house.store.manifest(name)
    assert manifest.step is ManifestStep.CLOSED and manifest.number == "M-RST-20261121-0120001"
    assert [row["rt_number"] for row in manifest.rows] == numbers and manifest.totes == ("T-1",)
    assert house.step("T-1") == "handed_over"
    [row] = house.containers.manifests(10)
    assert (row.number, row.units, row.step) == (manifest.number, 2, "closed")


def test_each_item_is_scanned_once_more_and_the_first_that_is_missing_is_named(house: House) -> None:
    numbers = house.tote("T-1", "restock", 2)
    name = house.started("restock")
    house.lead.draw(name, "T-1")
    house.lead.scan_item(name, numbers[0])
    assert code_of(house.lead.close(name)) == "manifest.all_scanned"
    assert house.lead.not_found(name, numbers[1]) is None
    assert house.lead.close(name) is None
    assert [row["rt_number"] for row in house.store.manifest(name).rows] == numbers[:1]


def test_what_was_counted_before_is_on_the_manifest_with_its_tote(house: House) -> None:
    numbers = house.tote("T-1", "restock", 2)
    for number in numbers:
        assert house.lead.count_item(number, "T-1") is None
    name = house.started("restock")
    house.lead.draw(name, "T-1")
    assert len(house.lead.sheet(name).scanned) == 2 and not house.missing(name)


def test_an_item_of_another_tote_is_refused_with_that_totes_name(house: House) -> None:
    house.tote("T-1", "restock", 1)
    [other] = house.tote("T-2", "restock", 1)
    name = house.started("restock")
    house.lead.draw(name, "T-1")
    refusal = house.lead.scan_item(name, other)
    assert code_of(refusal) == "manifest.other_tote" and ("tote", "T-2") in refusal.values  # type: ignore[union-attr]
    assert not house.lead.sheet(name).scanned


def test_no_item_and_no_tote_is_on_two_manifests(house: House) -> None:
    [number] = house.tote("T-1", "restock", 1)
    one, other = house.started("restock"), house.started("restock")
    house.lead.draw(one, "T-1")
    house.lead.scan_item(one, number)
    assert code_of(house.lead.draw(other, "T-1")) == "tote.is_claimed"
    assert code_of(house.lead.scan_item(other, number)) == "item.on_manifest"
    numbers = {row.number for row in house.containers.manifests(10)}
    assert len(numbers) == 2


def test_two_stations_that_drew_a_tote_apart_see_it_and_neither_closes(house: House, tmp_path: Path) -> None:
    [number] = house.tote("T-1", "restock", 1)
    acts = [act for subject in ("tote:T-1", "item:i-1") for act in house.store.acts_about(subject)]
    database = open_database(tmp_path / "other")
    other = House(database)
    other.item("restock")
    with database.writing() as connection:
        other.ledger.keep_acts(connection, acts)
    names = []
    for one in (house, other):
        name = one.started("restock")
        one.lead.draw(name, "T-1")
        one.lead.scan_item(name, number)
        names.append(name)
    with house.database.writing() as connection:
        told = [act for subject in ("tote:T-1", "item:i-1") for act in other.store.acts_about(subject)]
        house.ledger.keep_acts(connection, told)
    assert "drawn_once" in {code for name in names for code in house.missing(name)}
    database.close()


def test_goods_go_back_by_the_agreement_only(house: House) -> None:
    assert code_of(house.lead.start("return_to_vendor", "x", "V2")) == "manifest.vendor_takes_nothing"
    assert code_of(house.lead.start("return_to_vendor", "x")) == "manifest.no_vendor"
    good = house.tote("T-1", "return_to_vendor", 1, vendor="V1")
    late = house.tote("T-2", "return_to_vendor", 1, vendor="V1", delivered_on="2026-09-01")
    cheap = house.tote("T-3", "return_to_vendor", 1, vendor="V1", price_minor=100)
    house.tote("T-4", "return_to_vendor", 1, vendor="V2")
    name = house.started("return_to_vendor", "V1")
    for tote in ("T-1", "T-2", "T-3"):
        assert house.lead.draw(name, tote) is None
    assert code_of(house.lead.draw(name, "T-4")) in ("manifest.tote_vendor", "tote.is_open")
    assert house.lead.scan_item(name, good[0]) is None
    for number in (*late, *cheap):
        assert code_of(house.lead.scan_item(name, number)) == "manifest.outside_agreement"
    for tote in ("T-2", "T-3"):
        house.lead.release_tote(name, tote)
    assert house.missing(name) == {"authorised", "closing_photo", "sealed", "weighed"}
    house.lead.note(name, "authorisation", "RA-7")
    house.lead.note(name, "seal", "S-1")
    house.lead.photo(name, "closing", PHOTO)
    house.lead.weigh(name, "T-1", 1021)
    assert house.missing(name) == {"weighed"}, "more than two in a hundred off"
    house.lead.weigh(name, "T-1", 1020)
    assert house.lead.close(name) is None


def test_a_scrap_certificate_needs_two_people_a_method_and_a_photo(house: House) -> None:
    [number] = house.tote("T-1", "scrap", 1)
    name = house.started("scrap")
    house.lead.draw(name, "T-1")
    house.lead.scan_item(name, number)
    assert house.missing(name) == {"two_signatures", "method_named", "destruction_photo", "weighed"}
    house.lead.weigh(name, "T-1", 1000)
    house.lead.note(name, "method", "shredded")
    house.lead.photo(name, "destruction", PHOTO)
    assert house.lead.sign(name, LEAD) is None
    assert code_of(house.lead.sign(name, LEAD)) == "manifest.signed_already"
    assert code_of(house.lead.close(name)) == "manifest.two_signatures"
    assert house.lead.sign(name, SECOND) is None
    assert house.lead.close(name) is None


def test_what_is_held_or_waits_for_a_lead_never_leaves(house: House) -> None:
    held = house.item("hold")
    house.tote("T-1", "restock", 1)
    name = house.started("restock")
    house.lead.draw(name, "T-1")
    assert code_of(house.lead.scan_item(name, held)) == "item.held"


def test_once_closed_nothing_is_changed_and_a_new_document_corrects_it(house: House) -> None:
    name, numbers = closed_restock(house)
    for refusal in (
        house.lead.note(name, "seal", "S-2"), house.lead.void(name, "late"), house.lead.scan_item(name, numbers[0]),
        house.lead.close(name), house.lead.sign(name, LEAD),
    ):  # fmt: skip
        assert code_of(refusal) == "manifest.is_closed"
    new = house.lead.correct(name)
    assert isinstance(new, str)
    manifest = house.store.manifest(new)
    assert manifest.corrects == house.store.manifest(name).number and manifest.number.endswith("0120002")
    assert house.lead.release_item(new, numbers[1]) is None
    assert house.lead.not_found(new, numbers[1]) is None
    assert house.lead.close(new) is None
    assert [row["rt_number"] for row in house.store.manifest(new).rows] == numbers[:1]
    assert [row["rt_number"] for row in house.store.manifest(name).rows] == numbers
    assert code_of(house.lead.correct(name)) == "manifest.corrected_already"


def test_a_voided_manifest_frees_its_totes_and_items(house: House) -> None:
    [number] = house.tote("T-1", "restock", 1)
    name = house.started("restock")
    house.lead.draw(name, "T-1")
    house.lead.scan_item(name, number)
    assert code_of(house.lead.void(name, " ")) == "manifest.reason_missing"
    assert house.lead.void(name, "wrong truck") is None
    assert house.step("T-1") == "closed" and house.store.manifest(name).step is ManifestStep.VOIDED
    again = house.started("restock")
    assert house.lead.draw(again, "T-1") is None and house.lead.scan_item(again, number) is None


def test_an_inspector_reaches_none_of_it_but_a_signature(house: House) -> None:
    name = house.started("scrap")
    worker = house.inspector
    for refusal in (
        worker.start("restock", "x"), worker.draw(name, "T-1"), worker.scan_item(name, "RT"), worker.close(name),
        worker.void(name, "x"), worker.note(name, "seal", "1"), worker.photo(name, "closing", PHOTO),
        worker.correct(name), worker.release_tote(name, "T-1"), worker.not_found(name, "RT"),
    ):  # fmt: skip
        assert code_of(refusal) == "act.not_allowed"
    assert worker.sign(name, SECOND) is None


def test_totes_are_merged_and_split_all_or_none(house: House) -> None:
    numbers = house.tote("T-1", "restock", 3, closed=False)
    house.tote("T-2", "restock", 1, closed=False)
    house.tote("T-3", "scrap", 1, closed=False)
    assert code_of(house.repacking.merge("T-1", "T-3")) == "tote.wrong_disposition"
    assert house.repacking.split("T-1", "T-2", numbers[:1]) is None
    assert [len(house.containers.contents(code)) for code in ("T-1", "T-2")] == [2, 2]
    assert house.repacking.merge("T-1", "T-2") is None
    assert [len(house.containers.contents(code)) for code in ("T-1", "T-2")] == [0, 4]
    assert code_of(house.repacking.merge("T-1", "T-2")) == "tote.empty"


def test_every_question_about_totes_and_manifests_uses_an_index(house: House) -> None:
    asked: list[tuple[str, object]] = []

    def listen(_c: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        house.containers.contents("T-1", "m-1")
        house.containers.items_of("m-1")
        house.containers.totes_of("m-1")
        house.containers.grams_of("T-1")
        house.containers.manifests(10)
        house.containers.numbers_beginning("M-RST-")
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    questions = [(text, values) for text, values in asked if text.lstrip().startswith("SELECT")]
    assert len(questions) == 6
    with house.database.reading() as connection:
        for text, values in questions:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)  # type: ignore[arg-type]
            steps = [str(row[-1]) for row in plan]
            assert not any(step.startswith("SCAN custody") and "INDEX" not in step for step in steps), (text, steps)
