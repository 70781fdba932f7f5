"""``inspection-station label``: one inspection label as a picture, a PDF, or the commands of a printer."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import OK, Subparsers, print_json, tell_missing_characters
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.documents.drawing import Layout
    from inspection_station.documents.inspection_label import LabelContent
    from inspection_station.documents.label_layouts import LabelLayouts

FORMATS = ("png", "pdf", "zpl", "tspl", "escpos")
DEFAULT_SAMPLE = "restock"
FINEST, COARSEST = 1200, 100  # dpi that label printers have at all


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
    source.add_argument(
        "--calibration", action="store_true", help=translate("the label to set up a printer with: frame, rulers, codes")
    )
    parser.add_argument("--size", default="60x40", help=translate("width x height in mm (default: 60x40)"))
    parser.add_argument(
        "--dpi", default="203", help=translate("dots per inch of the printer, 203 or across x down: 203x300")
    )
    parser.add_argument("--format", choices=FORMATS, help=translate("default: by the ending of the file's name"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=translate("the file to write"))
    parser.add_argument("--json", action="store_true", help=translate("also say for a script what was written"))
    parser.set_defaults(handler=write_label)


def write_label(arguments: argparse.Namespace) -> int:
    """Write the label; an existing file of that name is replaced whole or not at all."""
    # Here, not above: the other commands start without fonts, Pillow and reportlab.
    from inspection_station.documents.calibration_label import calibration_code, calibration_label
    from inspection_station.documents.inspection_label import layout

    kind = arguments.format or arguments.out.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise StationProblem(
            "cli.usage", N_("The file's name does not say what to write."), N_("Add --format {formats}."),
            formats=" | ".join(FORMATS),
        )  # fmt: skip
    size, dpi = _size(arguments.size), _resolution(arguments.dpi)
    if arguments.calibration:
        label, code = calibration_label(size, dpi), calibration_code(size, dpi)
    else:
        content = _stored(arguments) if arguments.inspection is not None else _sample(arguments.sample)
        label, code = layout(content, size, dpi, _layouts(arguments)), content.code
    data = _written(label, kind, size, dpi, code)
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
    tell_missing_characters()
    if arguments.json:
        print_json(
            {
                "file": str(arguments.out), "format": kind, "bytes": len(data), "code": code,
                "dots": [label.width, label.height], "shortened": list(label.shortened),
                "replaced": list(label.replaced),
            }
        )  # fmt: skip
    return OK


def _written(label: Layout, kind: str, size: tuple[float, float], dpi: tuple[int, int], title: str) -> bytes:
    """The bytes of a label as picture, page or printer commands."""
    from inspection_station.devices.printers.description import Media
    from inspection_station.devices.printers.languages import LANGUAGES
    from inspection_station.documents import drawing

    if kind == "pdf":
        return drawing.pdf(label, title)
    image = drawing.raster(label)
    if kind == "png":
        return drawing.png(image, label)
    language = next(one for name, one in LANGUAGES.items() if name == kind)
    return language.encode(image, Media(*size), dpi)


def _sample(name: str) -> LabelContent:
    from inspection_station.documents.sample_labels import sample_label

    return sample_label(name)


def _layouts(arguments: argparse.Namespace) -> LabelLayouts:
    """The designs in force on this machine; of a client's file that cannot be used it is said why."""
    from inspection_station.admin.command_line import data_folder_of, settings_of, tell
    from inspection_station.documents.label_layout_files import layouts_in_force
    from inspection_station.workflows.rule_book import RULES

    layouts, problems = layouts_in_force(data_folder_of(settings_of(arguments)) / RULES)
    for problem in problems:
        tell(problem)
    return layouts


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


def _size(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)[x×*](\d{1,3}(?:\.\d{1,2})?)", text.strip().lower())
    if not found:
        raise StationProblem(
            "cli.usage", N_("“{text}” is no label size."), N_("Write width x height in mm: 60x40."), text=text
        )
    return float(found[1]), float(found[2])


def _resolution(text: str) -> tuple[int, int]:
    """Dots per inch across and down."""
    found = re.fullmatch(r"(\d{1,4})(?:[x×*](\d{1,4}))?", text.strip().lower())
    across, down = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not (COARSEST <= across <= FINEST and COARSEST <= down <= FINEST):
        raise StationProblem("cli.usage", N_("{dpi} dots per inch is no resolution of a label printer."), dpi=text)
    return across, down
