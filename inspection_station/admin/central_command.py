"""``inspection-station central …``: run the centre, and what its administrator does at its own machine.

Every subcommand works on the centre's data folder, also while the centre runs. ``--json`` prints one JSON object.
Exit code 1 when a file has faults: nothing of people and totes was taken then, and only the whole returns of returns.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import OK, PROBLEM, print_json
from inspection_station.admin.import_report import (
    add_import_arguments,
    mapping_of,
    print_faults,
    reading_progress,
    tell_returns,
    told_fault,
)
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.locations import machine_data_folder

if TYPE_CHECKING:
    from inspection_station.server.centre import Centre
    from inspection_station.server.reference_import import ImportReport

DEFAULT_PORT = 8765
DEMO_STATION = "B12"
DEMO_SITE = "华东退货中心"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``central`` to the command line."""
    parser = subparsers.add_parser("central", help=translate(N_("run and administer the central server")))
    commands = parser.add_subparsers(dest="central_command", required=True, metavar=translate("COMMAND"))

    def add(name: str, handler: object, text: str, *, as_json: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=translate(text), description=translate(text))
        command.add_argument("--data", type=Path, metavar="DIR", help=translate("the centre's data folder"))
        if as_json:
            command.add_argument("--json", action="store_true", help=translate("print the result for a script"))
        command.set_defaults(handler=handler)
        return command

    serve = add("serve", _serve, N_("run the centre until it is told to stop"), as_json=False)
    serve.add_argument("--host", default="127.0.0.1", help=translate("address to listen on (127.0.0.1)"))
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=translate("port; 0 takes a free one (8765)"))
    serve.add_argument("--demo", action="store_true", help=translate("practice: every station gets the number 000"))
    returns = add("import-returns", _import_returns, N_("take expected returns from a CSV, XLSX or JSON file"))
    add_import_arguments(returns)
    for name, text in (
        ("import-people", N_("take people from a CSV file")),
        ("import-totes", N_("take totes from a CSV file")),
    ):
        add(name, _import, text).add_argument("file", type=Path, metavar="FILE", help=translate("CSV file"))
    enrolment = add("enrolment-code", _enrolment_code, N_("make a one-time code with which a station enrols"))
    enrolment.add_argument(
        "--station-code", required=True, metavar="B12", help=translate("what people call the station")
    )
    enrolment.add_argument("--site", required=True, help=translate("name of the site"))
    enrolment.add_argument("--hours", type=float, default=24, help=translate("how long the code is good for (24)"))
    revoke = add("revoke-station", _revoke, N_("shut a station out"))
    revoke.add_argument("--station-code", required=True, metavar="B12", help=translate("what people call the station"))
    person = add("create-administrator", _administrator, N_("make an administrator's token; it is shown once"))
    person.add_argument("name", metavar="NAME", help=translate("whose token it is"))
    link = add("link", _link, N_("make an expiring link to the evidence page of an inspection"))
    link.add_argument("inspection", metavar="INSPECTION", help=translate("id, RT number or tracking number"))
    link.add_argument("--viewer", required=True, help=translate("who will look; every view is logged under this name"))
    link.add_argument("--days", type=float, default=7, help=translate("how long the link is good for (7)"))
    link.add_argument("--url", default=f"http://127.0.0.1:{DEFAULT_PORT}", help=translate("address of the centre"))
    search = add("search", _search, N_("find inspections by the beginning of a number"))
    search.add_argument("text", nargs="?", default="", metavar="TEXT", help=translate("number; none finds the newest"))
    search.add_argument("--limit", type=int, default=50, help=translate("most lines (50)"))
    stats = add("stats", _stats, N_("say what the centre holds"))
    stats.add_argument("--verify", action="store_true", help=translate("read and hash every photo again"))
    add(
        "new-epoch", _new_epoch, N_("after the database was put back from a copy: have the stations send what it lacks")
    )


def central_folder(arguments: argparse.Namespace) -> Path:
    """The centre's data folder: ``--data``, or ``central`` in this machine's own."""
    return Path(arguments.data) if arguments.data else machine_data_folder() / "central"


@contextmanager
def _centre(arguments: argparse.Namespace, *, practice: bool = False) -> Iterator[Centre]:
    from inspection_station.server.centre import open_centre

    centre = open_centre(central_folder(arguments), practice=practice)
    try:
        yield centre
    finally:
        centre.close()


def _serve(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_enrolment_code
    from inspection_station.server.serving import serve

    with _centre(arguments, practice=arguments.demo) as centre:
        extra = {"enrolment_code": make_enrolment_code(centre, DEMO_STATION, DEMO_SITE)} if arguments.demo else {}
        serve(centre, arguments.host, arguments.port, extra)
    return OK


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
    with _centre(arguments) as centre:
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
    with _centre(arguments) as centre:
        report = take(centre, data, reading_progress(arguments))
    return _tell_import(arguments, report)


def _tell(arguments: argparse.Namespace, **told: object) -> int:
    if arguments.json:
        print_json(told)
    else:
        for name, value in told.items():
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return OK


def _enrolment_code(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_enrolment_code

    with _centre(arguments) as centre:
        code = make_enrolment_code(centre, arguments.station_code, arguments.site, arguments.hours)
    return _tell(arguments, enrolment_code=code, station_code=arguments.station_code, hours=arguments.hours)


def _revoke(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import revoke_station

    with _centre(arguments) as centre:
        count = revoke_station(centre, arguments.station_code)
    if not count:
        raise StationProblem(
            "centre.no_station",
            N_("No station called {name} may send."),
            N_("“central stats” tells how many there are."),
            name=arguments.station_code,
        )
    return _tell(arguments, revoked=count)


def _administrator(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_administrator

    with _centre(arguments) as centre:
        return _tell(arguments, name=arguments.name, token=make_administrator(centre, arguments.name))


def _link(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_link
    from inspection_station.server.search import find_inspections, tell_inspection

    with _centre(arguments) as centre:
        wanted = arguments.inspection
        if tell_inspection(centre, wanted) is None:
            found = find_inspections(centre, wanted, 1) if wanted.strip() else []
            if not found:
                raise StationProblem(
                    "centre.no_inspection",
                    N_("The centre knows no inspection “{text}”."),
                    N_("Check the number; it may still be waiting at its station."),
                    text=wanted[:64],
                )
            wanted = found[0]["id"]
        token = make_link(centre, wanted, arguments.viewer, arguments.days)
    return _tell(arguments, inspection=wanted, url=f"{arguments.url.rstrip('/')}/evidence/{token}")


def _search(arguments: argparse.Namespace) -> int:
    from inspection_station.server.search import find_inspections

    with _centre(arguments) as centre:
        found = find_inspections(centre, arguments.text, arguments.limit)
    if arguments.json:
        print_json({"inspections": found})
        return OK
    for one in found:
        items = "; ".join(f"{item['rt_number']} {item['grade']} {item['disposition']}" for item in one["items"])
        print(f"{one['id']}  {one['tracking_number']}  {one['state']}  {items}")
    return OK


def _stats(arguments: argparse.Namespace) -> int:
    from inspection_station.server.search import count_everything

    with _centre(arguments) as centre:
        return _tell(arguments, **count_everything(centre, verify_photos=arguments.verify))


def _new_epoch(arguments: argparse.Namespace) -> int:
    from inspection_station.server.centre import renew_epoch

    with _centre(arguments) as centre:
        return _tell(arguments, epoch=renew_epoch(centre))
