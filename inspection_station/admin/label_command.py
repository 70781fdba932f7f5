"""``inspection-station label``: one inspection label as a PNG, PDF or ZPL file."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import OK, Subparsers, print_json
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.documents.inspection_label import LabelContent

FORMATS = ("png", "pdf", "zpl")
DEFAULT_SAMPLE = "restock"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "label",
        help=translate("write an inspection label to a file"),
        description=translate(
            "Writes one inspection label to a file. Samples say DEMO in large print, and their codes match no case."
        ),
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--sample", nargs="?", const=DEFAULT_SAMPLE, default=DEFAULT_SAMPLE, metavar="NAME",
        help=translate("a sample: restock, flawed, hold or long (default: restock)"),
    )  # fmt: skip
    source.add_argument(
        "--inspection", metavar="ID", help=translate("the newest label of a stored item: RT number or inspection id")
    )
    parser.add_argument("--size", default="60x40", help=translate("width x height in mm (default: 60x40)"))
    parser.add_argument("--dpi", type=int, default=203, help=translate("dots per inch of the printer (default: 203)"))
    parser.add_argument("--format", choices=FORMATS, help=translate("default: by the ending of the file's name"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=translate("the file to write"))
    parser.add_argument("--json", action="store_true", help=translate("also say for a script what was written"))
    parser.set_defaults(handler=write_label)


def write_label(arguments: argparse.Namespace) -> int:
    """Write the label; an existing file of that name is replaced whole or not at all."""
    # Here, not above: the other commands start without fonts, Pillow and reportlab.
    from inspection_station.devices.printers.languages import encode
    from inspection_station.documents import drawing, inspection_label
    from inspection_station.documents.sample_labels import sample_label

    kind = arguments.format or arguments.out.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise StationProblem(
            "cli.usage", N_("The file's name does not say what to write."), N_("Add --format png, pdf or zpl.")
        )
    if not 150 <= arguments.dpi <= 1200:
        raise StationProblem(
            "cli.usage", N_("{dpi} dots per inch is no resolution of a label printer."), dpi=arguments.dpi
        )
    content = _stored(arguments) if arguments.inspection else sample_label(arguments.sample)
    layout = inspection_label.layout(content, _size(arguments.size), arguments.dpi)
    if kind == "pdf":
        data = inspection_label.pdf(layout, content.rt_number)
    else:
        image = inspection_label.raster(layout)
        data = drawing.png(image, layout) if kind == "png" else encode("zpl", image)
    try:
        write_durably(arguments.out, data, replace=True)
    except OSError as error:
        raise StationProblem(
            "label.unwritable",
            N_("The file {file} cannot be written: {reason}"),
            N_("Name a file in a folder that exists and may be written to."),
            file=str(arguments.out),
            reason=error.strerror or str(error),
        ) from error
    if arguments.json:
        print_json(
            {
                "file": str(arguments.out), "format": kind, "bytes": len(data), "code": content.code,
                "dots": [layout.width, layout.height], "shortened": list(layout.shortened),
            }
        )  # fmt: skip
    return OK


def _stored(arguments: argparse.Namespace) -> LabelContent:
    """What stands on the newest label of a stored item."""
    from inspection_station.admin.command_line import data_folder_of, settings_of
    from inspection_station.admin.stored_desk import case_and_item, stored_desk
    from inspection_station.station.label_desk import content_of

    settings = settings_of(arguments)
    with stored_desk(settings, data_folder_of(settings)) as (desk, clock):
        case, item = case_and_item(desk, arguments.inspection)
        here = replace(desk, station=replace(desk.station, code=case.inspection.station))
        return content_of(here, clock, case, item)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,3})[x×*](\d{1,3})", text.strip().lower())
    if not found:
        raise StationProblem(
            "cli.usage", N_("“{text}” is no label size."), N_("Write width x height in mm: 60x40."), text=text
        )
    return int(found[1]), int(found[2])
