"""``central`` commands about who may do what: stations, people, administrators."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate


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
    revoke = add("revoke-station", _revoke, N_("shut a station out"))
    revoke.add_argument("--station-code", required=True, metavar="B12", help=translate("what people call the station"))
    person = add("create-administrator", _administrator, N_("make an administrator's token; it is shown once"))
    person.add_argument("name", metavar="NAME", help=translate("whose token it is"))


def _enrolment_code(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_enrolment_code

    with centre_at_hand(arguments) as centre:
        code = make_enrolment_code(centre, arguments.station_code, arguments.site, arguments.hours)
    return tell_facts(arguments, enrolment_code=code, station_code=arguments.station_code, hours=arguments.hours)


def _revoke(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import revoke_station

    with centre_at_hand(arguments) as centre:
        count = revoke_station(centre, arguments.station_code)
    if not count:
        raise StationProblem(
            "centre.no_station",
            N_("No station called {name} may send."),
            N_("“central stats” tells how many there are."),
            name=arguments.station_code,
        )
    return tell_facts(arguments, revoked=count)


def _administrator(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_administrator

    with centre_at_hand(arguments) as centre:
        return tell_facts(arguments, name=arguments.name, token=make_administrator(centre, arguments.name))
