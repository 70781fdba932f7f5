"""``central export``: the results of closed inspections as a CSV, XLSX or JSON file."""

from __future__ import annotations

import argparse
from pathlib import Path

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.durable_files import durable_file
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

KINDS = ("csv", "xlsx", "json")


def register(add: AddCommand) -> None:
    """Add the command."""
    export = add("export", _export, N_("write the results of closed inspections to a CSV, XLSX or JSON file"))
    export.add_argument("file", type=Path, metavar="FILE", help=translate("file to write; its ending says which kind"))
    export.add_argument("--format", choices=KINDS, help=translate("the kind, where the ending does not say it"))
    for option, text in (
        ("--from", N_("first day of the site (2026-11-21), or a time")),
        ("--to", N_("last day of the site, or the time before")),
        ("--grade", N_("only these grades, with commas between")),
        ("--disposition", N_("only these dispositions, with commas between")),
        ("--station", N_("only these stations, with commas between")),
    ):
        export.add_argument(option, default="", metavar=option[2:].upper(), help=translate(text))
    export.add_argument("--replace", action="store_true", help=translate("write over a file that is there"))


def _export(arguments: argparse.Namespace) -> int:
    from inspection_station.server.outgoing.exports import ExportFormat, wish_of, write_export, zone_of

    kind = arguments.format or arguments.file.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise StationProblem(
            "export.no_kind",
            N_("The name {name} does not say which kind of file to write."),
            N_("End it with .csv, .xlsx or .json, or say --format."),
            name=arguments.file.name,
        )
    told = {name: getattr(arguments, name) for name in ("from", "to", "grade", "disposition", "station")}
    with centre_at_hand(arguments) as centre:
        wanted = wish_of(told, zone_of(centre))
        try:
            with durable_file(arguments.file, replace=arguments.replace) as out:
                count = write_export(centre, wanted, ExportFormat(kind), out)
        except FileExistsError:
            raise StationProblem(
                "export.file_exists",
                N_("The file {name} is there already."),
                N_("Choose another name, or say --replace."),
                name=arguments.file.name,
            ) from None
        except OSError as error:
            raise StationProblem(
                "export.unwritable",
                N_("The file {name} cannot be written: {reason}"),
                N_("Check the folder and the room on its disk."),
                name=arguments.file.name,
                reason=error.strerror or error,
            ) from error
    return tell_facts(arguments, results=count, file=str(arguments.file))
