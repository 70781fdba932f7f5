"""``inspection-station sheet``: paper for the bench as a file: command sheet, badge cards, tote labels, documents."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import OK, Subparsers, print_json, settings_of, tell_missing_characters
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inspection_station.documents.drawing import Layout
    from inspection_station.documents.paper.contents import Handover, Kind
    from inspection_station.documents.paper.tote_label import ToteLabel
    from inspection_station.domain.lists import Word

DOCUMENTS: dict[str, tuple[Kind, str]] = {
    "container-list": ("container_list", "CL"),
    "return-to-vendor": ("return_to_vendor", "RTV"),
    "restock": ("restock", "RS"),
    "refurbish": ("refurbish", "RF"),
    "scrap": ("scrap", "SC"),
}
KINDS = ("command", "badge", "tote", *DOCUMENTS)
FORMATS = ("pdf", "png")
MOST_SAMPLES = 5000
SMALLEST_SIDE, LARGEST_SIDE = 15, 400  # mm


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "sheet",
        help=translate("write command sheet, badge cards, tote labels or documents to a file"),
        description=translate(
            "Writes paper for the bench as PDF, in the language of this command. The station keeps only fingerprints "
            "of badges: give the badges themselves with --badge or --people. Samples say DEMO in large print."
        ),
    )
    parser.add_argument("kind", choices=KINDS, help=translate("what to write"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=translate("the file to write"))
    parser.add_argument(
        "--sample", nargs="?", type=int, const=0, metavar="ROWS",
        help=translate("the demo’s people, totes and goods in place of the station’s own"),
    )  # fmt: skip
    parser.add_argument(
        "--people", type=Path, metavar="FILE",
        help=translate("badge: CSV file with the columns badge, name, name_en, role, number"),
    )  # fmt: skip
    parser.add_argument(
        "--badge", nargs="+", metavar="TEXT", help=translate("badge: texts of badges; the station knows whose they are")
    )
    parser.add_argument(
        "--totes", nargs="+", metavar="CODE",
        help=translate("tote: only these (default: all of the station); documents: the totes that go"),
    )  # fmt: skip
    parser.add_argument(
        "--size", metavar="WxH",
        help=translate("badge, tote: one a page of this size in mm, in place of A4 pages to cut; command: 100x150"),
    )  # fmt: skip
    parser.add_argument("--dpi", type=int, default=203, help=translate("dots per inch of a PNG (default: 203)"))
    parser.add_argument("--format", choices=FORMATS, help=translate("default: by the ending of the file's name"))
    parser.add_argument("--number", help=translate("documents: the document’s number"))
    parser.add_argument("--to", metavar="NAME", help=translate("documents: who receives the goods"))
    parser.add_argument("--authorisation", metavar="NUMBER", help=translate("return-to-vendor: the vendor’s number"))
    parser.add_argument(
        "--corrects", metavar="NUMBER", help=translate("documents: the one that this takes the place of")
    )
    parser.add_argument("--json", action="store_true", help=translate("also say for a script what was written"))
    parser.set_defaults(handler=write_sheet)


def write_sheet(arguments: argparse.Namespace) -> int:
    """Write the file; an existing one of that name is replaced whole or not at all."""
    kind = arguments.format or arguments.out.suffix.lower().lstrip(".") or "pdf"
    if kind not in FORMATS:
        raise StationProblem(
            "cli.usage", N_("The file's name does not say what to write."), N_("Add --format {formats}."),
            formats=" | ".join(FORMATS),
        )  # fmt: skip
    if arguments.sample is not None and not 0 <= arguments.sample <= MOST_SAMPLES:  # 0: without a number
        raise StationProblem("cli.usage", N_("A sample has 1 to {most} rows."), most=MOST_SAMPLES)
    data = _png(arguments) if kind == "png" else _pdf(arguments)
    try:
        write_durably(arguments.out, data, replace=True)
    except OSError as error:
        raise StationProblem(
            "sheet.unwritable",
            N_("The file {file} cannot be written: {reason}"),
            N_("Name a file in a folder that exists and may be written to."),
            file=str(arguments.out),
            reason=error.strerror or str(error),
        ) from error
    tell_missing_characters()
    if arguments.json:
        print_json({"file": str(arguments.out), "kind": arguments.kind, "format": kind, "bytes": len(data)})
    return OK


def _pdf(arguments: argparse.Namespace) -> bytes:
    makers: dict[str, Callable[[argparse.Namespace], bytes]] = {"command": _command, "badge": _badge, "tote": _tote}
    return makers.get(arguments.kind, _document)(arguments)


def _size(arguments: argparse.Namespace) -> tuple[float, float] | None:
    """The size asked for, mm; None for A4 pages."""
    if arguments.size is None:
        return None
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)[x×*](\d{1,3}(?:\.\d{1,2})?)", arguments.size.strip().lower())
    if not found:
        raise StationProblem(
            "cli.usage", N_("“{text}” is no size of a card or label."), N_("Write width x height in mm: 100x60."),
            text=arguments.size,
        )  # fmt: skip
    size = (float(found[1]), float(found[2]))
    if not SMALLEST_SIDE <= min(size) <= max(size) <= LARGEST_SIDE:
        raise StationProblem(
            "cli.usage", N_("“{text}” cannot be printed: a card or label has sides of {least} to {most} mm."),
            text=arguments.size, least=SMALLEST_SIDE, most=LARGEST_SIDE,
        )  # fmt: skip
    return size


def _command(arguments: argparse.Namespace) -> bytes:
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents.paper.command_sheet import POCKET, Sheet, TotePlace, command_sheet, pocket_sheet

    words = sources.lists_in_force(arguments).words["dispositions"]
    places = [
        TotePlace(one.code, one.slot, _word(words, one.disposition), one.disposition, one.vendor)
        for one in sources.totes(arguments, needed=False)
        if one.slot or arguments.totes
    ]
    sample = arguments.sample is not None
    station = "" if sample else sources.station_code(arguments)
    sheet = Sheet(station, tuple(words.values()), tuple(places), sample)
    size = _size(arguments)
    if size not in (None, POCKET):
        raise StationProblem(
            "cli.usage", N_("The command sheet is made for A4 and for 100 × 150 mm."), N_("Write --size 100x150.")
        )
    return pocket_sheet(sheet) if size else command_sheet(sheet)


def _word(words: Mapping[str, Word], code: str) -> str:
    word = words.get(code)
    return localised(word.texts) if word is not None else code


def _badge(arguments: argparse.Namespace) -> bytes:
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents.paper.badge_card import badge_pages, badge_sheet

    cards, size = sources.badge_cards(arguments), _size(arguments)
    return badge_pages(cards, size) if size else badge_sheet(cards)


def _tote_labels(arguments: argparse.Namespace) -> list[ToteLabel]:
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents.paper.tote_label import ToteLabel

    words = sources.lists_in_force(arguments).words["dispositions"]
    return [
        ToteLabel(one.code, _word(words, one.disposition), one.disposition, one.vendor, arguments.sample is not None)
        for one in sources.totes(arguments)
    ]


def _tote(arguments: argparse.Namespace) -> bytes:
    from inspection_station.documents.paper.tote_label import tote_pages, tote_sheet

    labels, size = _tote_labels(arguments), _size(arguments)
    return tote_pages(labels, size) if size else tote_sheet(labels)


def _png(arguments: argparse.Namespace) -> bytes:
    """One card or label as the printer's black-and-white dots."""
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents import drawing
    from inspection_station.documents.paper import badge_card, tote_label

    if not 100 <= arguments.dpi <= 1200:
        raise StationProblem(
            "cli.usage", N_("{dpi} dots per inch is no resolution of a label printer."), dpi=arguments.dpi
        )
    size = _size(arguments)
    found: list[Layout] = []
    if arguments.kind == "badge":
        cards = sources.badge_cards(arguments)
        found = [badge_card.badge_layout(one, size or badge_card.SIZE, arguments.dpi) for one in cards]
    elif arguments.kind == "tote":
        labels = _tote_labels(arguments)
        found = [tote_label.tote_layout(one, size or tote_label.SIZE, arguments.dpi) for one in labels]
    if len(found) != 1:
        raise StationProblem(
            "cli.usage",
            N_("A PNG holds one card or one label."),
            N_("Name one with --badge or --totes, or write a PDF."),
        )
    return drawing.png(drawing.raster(found[0]), found[0])


def _document(arguments: argparse.Namespace) -> bytes:
    """A document of the demo's goods, or of what lies in stored totes."""
    from inspection_station.documents.paper.contents import ScrapCertificate
    from inspection_station.documents.paper.handover import handover
    from inspection_station.documents.paper.scrap import certificate

    document = _sample_document(arguments) if arguments.sample is not None else _stored_document(arguments)
    if document.kind == "scrap":
        return certificate(ScrapCertificate(document, method=""))
    return handover(document)


def _sample_document(arguments: argparse.Namespace) -> Handover:
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents.paper.contents import Container, Handover, Party, Signatory

    kind, short = DOCUMENTS[arguments.kind]
    rows = sources.sample_rows(arguments.sample or sources.SAMPLE_ROWS)
    tote = sources.totes(arguments)[0].code
    return Handover(
        kind,
        arguments.number or f"M-{short}-DEMO-0001",
        "2026-11-21 10:52",
        Signatory(localised({"zh": "周敏", "en": "Zhou Min"}), "E00005", "2026-11-21 10:52"),
        Party(localised({"zh": "演示退货中心", "en": "Demo returns centre"})),
        Party(arguments.to or localised({"zh": "云鹿服饰", "en": "Yunlu Apparel"})),
        rows,
        (Container(tote, "S-771204", 9820, 9860),),
        arguments.authorisation or "",
        corrects=arguments.corrects or "",
        practice=True,
    )


def _stored_document(arguments: argparse.Namespace) -> Handover:
    from inspection_station.admin import sheet_sources as sources
    from inspection_station.documents.paper.contents import Container, Handover, Party, Signatory
    from inspection_station.domain.identifiers import is_practice_number
    from inspection_station.workflows.clock import SystemClock

    kind, _short = DOCUMENTS[arguments.kind]
    if not arguments.number or not arguments.totes:
        raise StationProblem(
            "cli.usage",
            N_("A document needs its number and the totes that go."),
            N_("Write --number and --totes, or --sample to see one."),
        )
    settings = settings_of(arguments)
    codes = [one.code for one in sources.totes(arguments)]
    rows = sources.stored_rows(arguments, codes)
    clock = SystemClock(settings.station.time_zone)
    return Handover(
        kind,
        arguments.number.strip().upper(),
        f"{clock.local(clock.now()):%Y-%m-%d %H:%M} ({settings.station.time_zone})",
        Signatory(""),
        Party(settings.station.site_name),
        Party(arguments.to or ""),
        rows,
        tuple(Container(code) for code in codes),
        arguments.authorisation or "",
        corrects=arguments.corrects or "",
        practice=any(is_practice_number(row.rt_number) for row in rows),
    )

