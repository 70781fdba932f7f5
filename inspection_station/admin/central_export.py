"""``central export``: results of inspections as a file for other programs and for people."""

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
    export = add("export", _export, N_("write results to a CSV, XLSX or JSON file"))
    export.add_argument("file", type=Path, metavar="FILE", help=translate("file to write; its ending says what kind"))
    export.add_argument(
        "--from", dest="start", default="", metavar="DAY", help=translate("closed on this day or later")
    )
    export.add_argument("--to", dest="end", default="", metavar="DAY", help=translate("closed on this day or earlier"))
    export.add_argument("--grade", default="", help=translate("only these grades, with commas between"))
    export.add_argument("--disposition", default="", help=translate("only these dispositions, with commas between"))
    export.add_argument("--station", default="", help=translate("only these stations, with commas between"))
    export.add_argument("--site", default="", help=translate("only this site"))
    export.add_argument("--force", action="store_true", help=translate("replace a file that is there"))


def _export(arguments: argparse.Namespace) -> int:
    from inspection_station.server.outgoing.exports import ExportFormat, wish_of, write_export, zone_of

    path = Path(arguments.file)
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise StationProblem(
            "export.unknown_kind",
            N_("The ending of {file} says no kind of file that can be written."),
            N_("End its name in .csv, .xlsx or .json."),
            file=path.name,
        )
    told = {
        "from": arguments.start,
        "to": arguments.end,
        "grade": arguments.grade,
        "disposition": arguments.disposition,
        "station": arguments.station,
    }
    with centre_at_hand(arguments) as centre:
        wanted = wish_of(told, zone_of(centre), arguments.site)
        try:
            with durable_file(path.absolute(), replace=arguments.force) as out:
                count = write_export(centre, wanted, ExportFormat(kind), out)
        except OSError as error:
            raise StationProblem(
                "export.cannot_write",
                N_("The file {file} cannot be written: {reason}"),
                N_("Name another one; --force replaces one that is there."),
                file=path,
                reason=error.strerror or error,
            ) from error
    return tell_facts(arguments, file=str(path), results=count)
