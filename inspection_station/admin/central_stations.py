"""``central`` commands about stations: a code to enrol one, the list of them, shutting one out."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

STATES = {"active": N_("may send"), "forked": N_("sends, but its disk was copied"), "revoked": N_("shut out")}


def register(add: AddCommand) -> None:
    """Add the commands."""
    enrolment = add(
        "enrolment-code", _enrolment_code, N_("make a one-time code with which a station enrols"), aliases=("enrol",)
    )
    enrolment.add_argument(
        "--station-code", required=True, metavar="B12", help=translate("what people call the station")
    )
    enrolment.add_argument("--site", required=True, help=translate("name of the site"))
    enrolment.add_argument("--hours", type=float, default=24, help=translate("how long the code is good for (24)"))
    add("stations", _stations, N_("list the stations and what is known of them"))
    revoke = add("revoke-station", _revoke, N_("shut a station out"))
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--station-code", metavar="B12", help=translate("what people call the station"))
    which.add_argument("--id", metavar="ID", help=translate("the station's id, when two are called alike"))


def _enrolment_code(arguments: argparse.Namespace) -> int:
    from inspection_station.server.enrolment import make_enrolment_code

    with centre_at_hand(arguments) as centre:
        code = make_enrolment_code(centre, arguments.station_code, arguments.site, arguments.hours)
    return tell_facts(arguments, enrolment_code=code, station_code=arguments.station_code, hours=arguments.hours)


def _stations(arguments: argparse.Namespace) -> int:
    from inspection_station.server.enrolment import list_stations

    with centre_at_hand(arguments) as centre:
        stations = list_stations(centre)
    if arguments.json:
        print_json({"stations": stations})
        return OK
    for one in stations:
        facts = f"{one['number']:03d}  {one['code']}  {one['site']}  {one['last_seen']}  {one['app_version']}"
        print(f"{facts}  {translate(STATES[one['state']])}  {one['id']}")
    return OK


def _revoke(arguments: argparse.Namespace) -> int:
    from inspection_station.server.enrolment import revoke_station, revoke_station_by_id
    from inspection_station.server.problems import Problem, problem_told

    with centre_at_hand(arguments) as centre:
        if arguments.id:
            try:
                revoke_station_by_id(centre, arguments.id)
            except Problem as problem:
                raise problem_told(problem) from None
            return tell_facts(arguments, revoked=1)
        count = revoke_station(centre, arguments.station_code)
    if not count:
        raise StationProblem(
            "centre.no_station",
            N_("No station called {name} may send."),
            N_("“central stations” lists them."),
            name=arguments.station_code,
        )
    return tell_facts(arguments, revoked=count)
