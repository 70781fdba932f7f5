"""``inspection-station central …``: run the centre, and what its administrator does at its own machine.

Every subcommand works on the centre's data folder, also while the centre runs. ``--json`` prints one JSON object.
Exit code 1 when a file has faults: nothing of people and totes was taken then, and only the whole returns of returns.
The commands stand in modules by what they are about; each has ``register(add)`` and one line in `GROUPS`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from inspection_station.admin import (
    central_backups,
    central_export,
    central_imports,
    central_people,
    central_reading,
    central_retention,
    central_rules,
    central_running,
    central_scrub,
    central_stations,
    central_tokens,
)
from inspection_station.admin.centre_at_hand import Handler
from inspection_station.errors import N_
from inspection_station.i18n import translate

GROUPS = (
    central_running,
    central_backups,
    central_scrub,
    central_retention,
    central_people,
    central_stations,
    central_tokens,
    central_imports,
    central_rules,
    central_export,
    central_reading,
)


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``central`` to the command line."""
    parser = subparsers.add_parser("central", help=translate(N_("run and administer the central server")))
    commands = parser.add_subparsers(dest="central_command", required=True, metavar=translate("COMMAND"))

    def add(
        name: str, handler: Handler, text: str, *, as_json: bool = True, aliases: tuple[str, ...] = ()
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=translate(text), description=translate(text), aliases=list(aliases))
        command.add_argument("--data", type=Path, metavar="DIR", help=translate("the centre's data folder"))
        command.add_argument("--config", type=Path, metavar="FILE", help=translate("the centre's settings file"))
        if as_json:
            command.add_argument("--json", action="store_true", help=translate("print the result for a script"))
        command.set_defaults(handler=handler)
        return command

    for group in GROUPS:
        group.register(add)
