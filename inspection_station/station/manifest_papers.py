"""A manifest, or what lies in a tote, as the paper that prints and as tables that other programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from inspection_station.documents.paper.contents import (
    Agreement,
    Container,
    DestructionPhoto,
    Handover,
    HandoverRow,
    Party,
    ScrapCertificate,
    Signatory,
)
from inspection_station.documents.paper.handover import handover
from inspection_station.documents.paper.scrap import certificate
from inspection_station.domain.custody.manifest_state import ManifestState, ManifestStep
from inspection_station.domain.custody.tote_state import VENDOR_BOUND
from inspection_station.domain.money import Money
from inspection_station.i18n import localised, translate
from inspection_station.station.assembly import Station
from inspection_station.station.presenting.house_items import name_of
from inspection_station.station.presenting.words import word
from inspection_station.workflows.containers_port import Content
from inspection_station.workflows.handing_over import Sheet
from inspection_station.workflows.table_files import safe_cell

COLUMNS = ("manifest", "kind", "tote", "rt_number", "sku", "item", "variant", "grade", "finding", "vendor", "price",
           "currency", "seal", "closed_at")  # fmt: skip


def paper_of(station: Station, sheet: Sheet) -> bytes:
    """The manifest's paper as PDF, as it will print; reads photos, so it MUST run on the bench lane."""
    manifest = sheet.manifest
    people = {one.id: one for one in station.reference.people()}

    def signatory(person: str, at: str) -> Signatory:
        known = people.get(person)
        name = localised({"zh": known.name, "en": known.name_en or known.name}) if known else person
        return Signatory(name, known.number if known else "", _local(station, at) if at else "")

    agreed = station.desk.book.policies.vendor(manifest.vendor) if manifest.kind == VENDOR_BOUND else None
    minimum = Money(agreed.minimum_minor, station.desk.book.policies.currency) if agreed else None
    document = Handover(
        manifest.kind, manifest.number, _local(station, manifest.closed_at or station.clock.now()),  # type: ignore[arg-type]
        signatory(manifest.closed_by or manifest.started_by, manifest.closed_at), _sender(station),
        Party(manifest.destination or manifest.vendor),
        tuple(_row(station, one, telling=manifest.step is ManifestStep.CLOSED) for one in sheet.scanned),
        tuple(_container(manifest, tote) for tote in sheet.totes),
        authorisation=manifest.authorisation,
        agreement=Agreement(agreed.within_days, minimum) if agreed and agreed.within_days else None,
        corrects=manifest.corrects, note=manifest.note, practice=station.practice,
    )  # fmt: skip
    if manifest.kind != "scrap":
        return handover(document)
    signed = [signatory(*manifest.signatures[place]) for place in sorted(manifest.signatures)]
    photos = [
        DestructionPhoto(translate("Destruction"), "", sha256, station.photos.path(sha256))
        for sha256 in manifest.photos.get("destruction", ())
    ]
    two = tuple(signed) if len(signed) == 2 else ()
    return certificate(ScrapCertificate(document, manifest.method, "", two, tuple(photos)))


def content_list(station: Station, code: str, contents: Sequence[Content], grams: int, made_by: str) -> bytes:
    """What lies in a tote as PDF. Of what a lead is still to grade blind it tells neither grade nor finding."""
    document = Handover(
        "container_list", code, _local(station, station.clock.now()), Signatory(made_by), _sender(station),
        Party(""), tuple(_row(station, one, telling=False) for one in contents),
        (Container(code, "", None, grams or None),),
        practice=station.practice,
    )  # fmt: skip
    return handover(document)


def _sender(station: Station) -> Party:
    return Party(station.desk.station.site or station.desk.station.code, station.desk.station.code)


def _local(station: Station, at: str) -> str:
    return f"{station.clock.local(at):%Y-%m-%d %H:%M %z}"


def _container(manifest: ManifestState, tote: str) -> Container:
    weighing = manifest.weighings.get(tote)
    if weighing is None:
        return Container(tote, manifest.seal)
    return Container(tote, manifest.seal, weighing.expected_g or None, weighing.grams)


def _row(station: Station, one: Content, *, telling: bool) -> HandoverRow:
    """`telling` also what is to be graded blind: a document that is closed says what leaves the house."""
    item = one.item
    if item is None:
        return HandoverRow(one.rt_number, "", translate("Unknown item"), grade=one.grade, container=one.tote)
    value = Money(item.price_minor, item.currency) if item.currency else None
    hidden = one.is_blind and not telling
    grade, finding = ("?", "") if hidden else (one.grade, finding_of(station, one))
    return HandoverRow(one.rt_number, item.sku, name_of(item), "", grade, finding, value=value, container=one.tote)


def finding_of(station: Station, one: Content) -> str:
    """The gravest defect in words, or the buyer's reason where nothing was found."""
    if one.item is None:
        return ""
    known = station.desk.book.lists.words
    found = [str(two.get("code", "")) for two in one.item.findings if two.get("code") in known["defects"]]
    return word(station.desk, "defects", found[0]) if found else ""


def table_of(station: Station, sheet: Sheet) -> list[dict[str, Any]]:
    """One row for each item scanned onto the manifest, by `COLUMNS`; prices in major units as text."""
    manifest = sheet.manifest
    rows = []
    for one in sheet.scanned:
        item = one.item
        rows.append({
            "manifest": manifest.number, "kind": manifest.kind, "tote": one.tote, "rt_number": one.rt_number,
            "sku": item.sku if item else "", "item": name_of(item) if item else "",
            "variant": item.variant if item else "", "grade": one.grade, "finding": finding_of(station, one),
            "vendor": one.vendor, "price": f"{item.price_minor / 100:.2f}" if item and item.currency else "",
            "currency": item.currency if item else "", "seal": manifest.seal, "closed_at": manifest.closed_at,
        })  # fmt: skip
    return rows


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """UTF-8 with a mark in front, by which spreadsheets know it; no cell is worked out as a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _plain(row[name]) for name in COLUMNS} for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One sheet; every cell is text."""
    from openpyxl import Workbook  # with the first export, not with the window

    book = Workbook(write_only=True)
    page = book.create_sheet("manifest")
    page.append(list(COLUMNS))
    for row in rows:
        page.append([_plain(row[name]) for name in COLUMNS])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(value: Any) -> str:
    return safe_cell("".join(character for character in str(value) if character.isprintable()))
