"""``central import-…``: expected returns, people and totes from files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK, PROBLEM, print_json
from inspection_station.admin.import_report import (
    add_import_arguments,
    mapping_of,
    print_faults,
    reading_progress,
    tell_returns,
    told_fault,
)
from inspection_station.errors import N_
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.server.reference_import import ImportReport


def register(add: AddCommand) -> None:
    """Add the commands."""
    returns = add("import-returns", _import_returns, N_("take expected returns from a CSV, XLSX or JSON file"))
    add_import_arguments(returns)
    for name, text in (
        ("import-people", N_("take people from a CSV file")),
        ("import-totes", N_("take totes from a CSV file")),
    ):
        add(name, _import, text).add_argument("file", type=Path, metavar="FILE", help=translate("CSV file"))
    pictures = add("import-pictures", _import_pictures, N_("take pictures of products or orders from a folder"))
    pictures.add_argument("folder", type=Path, metavar="DIR", help=translate("folder of SKU.jpg, SKU_2.jpg and so on"))
    pictures.add_argument(
        "--orders", action="store_true", help=translate("the files are named by order numbers, not by SKUs")
    )


def _import_pictures(arguments: argparse.Namespace) -> int:
    from inspection_station.server.pictures import import_pictures

    with centre_at_hand(arguments) as centre:
        report = import_pictures(centre, arguments.folder, "order" if arguments.orders else "sku")
    tell_facts(arguments, taken=report.taken, refused=list(report.refused))
    return PROBLEM if report.refused else OK


def _tell_import(arguments: argparse.Namespace, report: ImportReport) -> int:
    if arguments.json:
        faults = [told_fault(fault) for fault in report.faults]
        print_json({"rows": report.rows, "taken": report.taken, "changed": report.changed, "faults": faults})
    elif report.faults:
        print(translate("Nothing was taken; {n} rows are not right:", n=len(report.faults)))
        print_faults(report.faults)
    else:
        counts = {"rows": report.rows, "taken": report.taken, "changed": report.changed}
        print(translate("{rows} rows read, {taken} taken, {changed} of them new or changed.", **counts))
    return PROBLEM if report.faults else OK


def _import_returns(arguments: argparse.Namespace) -> int:
    from inspection_station.server import reference_import

    mapping = mapping_of(arguments, reference_import.shipped_lists())
    with centre_at_hand(arguments) as centre:
        report = reference_import.import_returns(
            centre, arguments.file, reading_progress(arguments), mapping, preview=arguments.preview
        )
    return tell_returns(arguments, report, mapping)


def _import(arguments: argparse.Namespace) -> int:
    from inspection_station.server import reference_import
    from inspection_station.workflows.table_files import read_table_file

    take = {
        "import-people": reference_import.import_people,
        "import-totes": reference_import.import_totes,
    }[arguments.central_command]
    data = read_table_file(arguments.file)
    with centre_at_hand(arguments) as centre:
        report = take(centre, data, reading_progress(arguments))
    return _tell_import(arguments, report)
