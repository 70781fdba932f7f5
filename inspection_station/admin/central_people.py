"""``central`` commands about people: the first administrator, who there is, and changes of one person.

A PIN is never an argument, where every user of the machine could read it: it is asked for, or made up and told once.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.server.people import Made

ROLES = ("inspector", "lead", "administrator", "dispute_desk")
CONSOLE = "console"  # who changed it: somebody at the centre's own machine


def register(add: AddCommand) -> None:
    """Add the commands."""
    first = add("create-admin", _create_admin, N_("make an administrator; badge, PIN and token are shown once"))
    _add_who(first, number="A001")
    _add_secrets(first)
    made = add("create-person", _create, N_("make a person with badge and PIN; those made up are shown once"))
    _add_who(made)
    made.add_argument("--role", required=True, choices=ROLES, help=translate("what the person may do"))
    made.add_argument("--shift", default="", help=translate("the person's shift"))
    made.add_argument("--site", default="", help=translate("the only site whose inspections the person sees"))
    _add_secrets(made)
    add("people", _people, N_("list the people"))
    change = add("change-person", _change, N_("change a person; who is deactivated is signed out everywhere"))
    change.add_argument("number", metavar="NUMBER", help=translate("number of the person"))
    for name in ("name", "name-en", "shift", "site"):
        change.add_argument(f"--{name}", help=translate("the new one"))
    change.add_argument("--role", choices=ROLES, help=translate("what the person may do"))
    state = change.add_mutually_exclusive_group()
    state.add_argument("--deactivate", action="store_true", help=translate("the person may not sign in any more"))
    state.add_argument("--activate", action="store_true", help=translate("the person may sign in again"))
    change.add_argument("--new-badge", action="store_true", help=translate("make up a new badge; it is shown once"))
    change.add_argument("--new-pin", action="store_true", help=translate("make up a new PIN, which ends a lock-out"))
    change.add_argument("--ask-pin", action="store_true", help=translate("ask for the new PIN, which ends a lock-out"))


def _add_who(command: argparse.ArgumentParser, number: str = "") -> None:
    command.add_argument("name", metavar="NAME", help=translate("name of the person"))
    command.add_argument("--name-en", default="", help=translate("the name in Latin letters"))
    command.add_argument(
        "--number", required=not number, default=number, metavar="E1042", help=translate("number of the person")
    )


def _add_secrets(command: argparse.ArgumentParser) -> None:
    command.add_argument("--ask-badge", action="store_true", help=translate("ask for the badge's text"))
    command.add_argument("--ask-pin", action="store_true", help=translate("ask for the PIN"))


def _asked(question: str) -> str:
    """What is typed without being shown, or the next line of input that is no terminal."""
    return getpass.getpass(f"{question} ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def _secrets(arguments: argparse.Namespace) -> dict[str, str]:
    told = {}
    if arguments.ask_badge:
        told["badge"] = _asked(translate("Badge:"))
    if arguments.ask_pin:
        told["pin"] = _asked(translate("PIN:"))
    return told


@contextmanager
def _telling_refusals() -> Iterator[None]:
    from inspection_station.server.problems import Problem, problem_told

    try:
        yield
    except Problem as problem:
        raise problem_told(problem) from None


def _tell(arguments: argparse.Namespace, made: Made, **more: str) -> int:
    secrets = {name: value for name, value in (("badge", made.badge), ("pin", made.pin)) if value}
    kept = ("number", "name", "role", "active", "site")
    return tell_facts(arguments, **{name: made.person[name] for name in kept}, **secrets, **more)


def _make(arguments: argparse.Namespace, role: str, finish: Callable[[Any], dict[str, str]], **more: str) -> int:
    from inspection_station.server.people import make_person

    who = {"number": arguments.number, "name": arguments.name, "name_en": arguments.name_en, "role": role}
    told = {**who, **more, **_secrets(arguments)}
    with centre_at_hand(arguments) as centre, _telling_refusals():
        made = make_person(centre, told, CONSOLE)
        return _tell(arguments, made, **finish(centre))


def _create_admin(arguments: argparse.Namespace) -> int:
    from inspection_station.server.tokens import make_administrator

    def token(centre: Any) -> dict[str, str]:
        return {"token": make_administrator(centre, arguments.name, CONSOLE)}

    return _make(arguments, "administrator", token)


def _create(arguments: argparse.Namespace) -> int:
    return _make(arguments, arguments.role, lambda _centre: {}, shift=arguments.shift, site=arguments.site)


def _people(arguments: argparse.Namespace) -> int:
    from inspection_station.server.people import list_people

    with centre_at_hand(arguments) as centre:
        found = list_people(centre)
    if arguments.json:
        print_json({"people": found})
        return OK
    for one in found:
        state = translate("active") if one["active"] else translate("deactivated")
        print(f"{one['number']}  {one['name']}  {one['role']}  {one['shift']}  {one['site']}  {state}")
    return OK


def _change(arguments: argparse.Namespace) -> int:
    from inspection_station.server.people import change_person, id_with_number

    names = ("name", "name_en", "shift", "site", "role")
    told: dict[str, Any] = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.activate or arguments.deactivate:
        told["active"] = arguments.activate
    if arguments.new_badge:
        told["badge"] = None
    if arguments.new_pin:
        told["pin"] = None
    if arguments.ask_pin:
        told["pin"] = _asked(translate("PIN:"))
    with centre_at_hand(arguments) as centre, _telling_refusals():
        person_id = id_with_number(centre, arguments.number)
        return _tell(arguments, change_person(centre, person_id, told, CONSOLE))
