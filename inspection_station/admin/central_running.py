"""``central serve`` and what keeps a centre running."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import DEFAULT_PORT, AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK
from inspection_station.errors import N_
from inspection_station.i18n import translate

DEMO_STATION = "B12"
DEMO_SITE = "华东退货中心"


def register(add: AddCommand) -> None:
    """Add the commands."""
    serve = add("serve", _serve, N_("run the centre until it is told to stop"), as_json=False)
    serve.add_argument("--host", default="127.0.0.1", help=translate("address to listen on (127.0.0.1)"))
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=translate("port; 0 takes a free one (8765)"))
    serve.add_argument("--demo", action="store_true", help=translate("practice: every station gets the number 000"))
    add(
        "new-epoch", _new_epoch, N_("after the database was put back from a copy: have the stations send what it lacks")
    )


def _serve(arguments: argparse.Namespace) -> int:
    from inspection_station.server.auth import make_enrolment_code
    from inspection_station.server.serving import serve

    with centre_at_hand(arguments, practice=arguments.demo) as centre:
        extra = {"enrolment_code": make_enrolment_code(centre, DEMO_STATION, DEMO_SITE)} if arguments.demo else {}
        serve(centre, arguments.host, arguments.port, extra)
    return OK


def _new_epoch(arguments: argparse.Namespace) -> int:
    from inspection_station.server.centre import renew_epoch

    with centre_at_hand(arguments) as centre:
        return tell_facts(arguments, epoch=renew_epoch(centre))
