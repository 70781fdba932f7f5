"""``central`` commands about bearer tokens: of administrators and of other systems."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_
from inspection_station.i18n import translate

CONSOLE = "console"


def register(add: AddCommand) -> None:
    """Add the commands."""
    administrator = add("create-administrator", _administrator, N_("make an administrator's token; it is shown once"))
    administrator.add_argument("name", metavar="NAME", help=translate("whose token it is"))
    system = add("create-token", _system, N_("make a token for another system; it is shown once"))
    system.add_argument("name", metavar="NAME", help=translate("name of the system"))
    system.add_argument(
        "--right", action="append", required=True, dest="rights", metavar="RIGHT",
        help=translate("a right of the system, such as read_events; once for each"),
    )  # fmt: skip
    system.add_argument("--site", default="", help=translate("the only site whose inspections it sees"))
    system.add_argument("--days", type=float, help=translate("how long it is good for; without: until withdrawn"))
    add("tokens", _tokens, N_("list the tokens of administrators and systems"))
    revoke = add("revoke-token", _revoke, N_("withdraw a token"))
    revoke.add_argument("id", metavar="ID", help=translate("the token's id, from “central tokens”"))


def _administrator(arguments: argparse.Namespace) -> int:
    from inspection_station.server.tokens import make_administrator

    with centre_at_hand(arguments) as centre:
        return tell_facts(arguments, name=arguments.name, token=make_administrator(centre, arguments.name, CONSOLE))


def _system(arguments: argparse.Namespace) -> int:
    from inspection_station.server.problems import Problem, problem_told
    from inspection_station.server.rights import grant
    from inspection_station.server.tokens import make_system_token

    with centre_at_hand(arguments) as centre:
        try:
            rights = grant(arguments.rights)
        except Problem as problem:
            raise problem_told(problem) from None
        made = make_system_token(centre, arguments.name, rights, site=arguments.site, days=arguments.days, by=CONSOLE)
    expires = {"expires_at": made.expires_at} if made.expires_at else {}
    return tell_facts(arguments, id=made.id, name=arguments.name, rights=rights, token=made.token, **expires)


def _tokens(arguments: argparse.Namespace) -> int:
    from inspection_station.server.tokens import list_tokens

    with centre_at_hand(arguments) as centre:
        found = list_tokens(centre)
    if arguments.json:
        print_json({"tokens": found})
        return OK
    for one in found:
        state = translate("withdrawn") if one["revoked_at"] else one["expires_at"]
        print(f"{one['id']}  {one['name']}  {one['role']}  {' '.join(one['rights'])}  {one['site']}  {state}".rstrip())
    return OK


def _revoke(arguments: argparse.Namespace) -> int:
    from inspection_station.server.problems import Problem, problem_told
    from inspection_station.server.tokens import revoke_token

    with centre_at_hand(arguments) as centre:
        try:
            revoke_token(centre, arguments.id, CONSOLE)
        except Problem as problem:
            raise problem_told(problem) from None
    return tell_facts(arguments, revoked=1)
