"""``central`` commands about rule files: load a version, put it in force or take it back, list them."""

from __future__ import annotations

import argparse
from pathlib import Path

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, tell_facts
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.workflows.rule_book import CHECKLIST, FILES

CONSOLE = "console"  # who changed it: somebody at the centre's own machine


def register(add: AddCommand) -> None:
    """Add the commands."""
    load = add("import-rules", _load, N_("load a version of a checklist, rules, policies, lists or carriers"))
    load.add_argument("file", type=Path, metavar="FILE", help=translate("YAML file"))
    load.add_argument("--in-force", action="store_true", help=translate("have every station work by it from now on"))
    add("rules", _list, N_("list the versions and which are in force"))
    back = add("withdraw-rules", _withdraw, N_("go back to the file that came with the program"))
    back.add_argument("kind", choices=(CHECKLIST, *FILES), help=translate("what the file is"))
    back.add_argument("--category", default="", help=translate("of a checklist"))


def _load(arguments: argparse.Namespace) -> int:
    from inspection_station.server import rule_files
    from inspection_station.server.problems import Problem, problem_told

    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StationProblem(
            "rules.unreadable_file", N_("The file “{name}” cannot be read."), N_("Check the path; it must be UTF-8."),
            name=arguments.file,
        ) from error  # fmt: skip
    with centre_at_hand(arguments) as centre:
        try:
            made = rule_files.load_file(centre, arguments.file.name, text, CONSOLE)
            if arguments.in_force:
                made = rule_files.put_in_force(centre, made["id"], CONSOLE)
        except Problem as problem:
            raise problem_told(problem) from None
    kept = ("id", "kind", "category", "version", "in_force")
    return tell_facts(arguments, **{name: made[name] for name in kept})


def _list(arguments: argparse.Namespace) -> int:
    from inspection_station.server.rule_files import list_files

    with centre_at_hand(arguments) as centre:
        found = list_files(centre)
    if arguments.json:
        print_json({"files": found})
        return OK
    for one in found:
        state = translate("in force") if one["in_force"] else ""
        print(f"{one['id']}  {one['kind']}  {one['category']}  {one['version']}  {one['loaded_at']}  {state}".rstrip())
    return OK


def _withdraw(arguments: argparse.Namespace) -> int:
    from inspection_station.server.problems import Problem, problem_told
    from inspection_station.server.rule_files import withdraw

    with centre_at_hand(arguments) as centre:
        try:
            withdraw(centre, arguments.kind, arguments.category, CONSOLE)
        except Problem as problem:
            raise problem_told(problem) from None
    return tell_facts(arguments, kind=arguments.kind, category=arguments.category, in_force=False)
