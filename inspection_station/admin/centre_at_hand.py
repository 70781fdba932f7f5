"""What the ``central`` commands share: the centre they work on, how a command is added, how its facts are told."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from inspection_station.admin.command_line import OK, print_json, tell
from inspection_station.errors import N_, StationProblem

if TYPE_CHECKING:
    from inspection_station.server.centre import Centre
    from inspection_station.server.configuration import CentreSettings, Value

DEFAULT_PORT = 8765

Handler = Callable[[argparse.Namespace], int]


class AddCommand(Protocol):
    """Adds one command under ``central``: its name, what runs it, its msgid; ``--data`` and ``--json`` come along."""

    def __call__(
        self, name: str, handler: Handler, text: str, *, as_json: bool = True, aliases: tuple[str, ...] = ()
    ) -> argparse.ArgumentParser:
        """The command's parser, for arguments of its own."""


def centre_settings(arguments: argparse.Namespace, **typed: Value | None) -> CentreSettings:
    """The centre's settings for this command: ``--config``, ``--data``, and what else was `typed` (``section__key``).

    Warnings are told on stderr. Raises as `load_centre_settings` does, after all faults but the first are told.
    """
    from inspection_station.server.configuration_reading import CentreSettingProblem, load_centre_settings

    command_line = {key.replace("__", "."): value for key, value in typed.items() if value is not None}
    if arguments.data:
        command_line["centre.data_folder"] = str(Path(arguments.data).absolute())
    try:
        settings, warnings = load_centre_settings(arguments.config, command_line=command_line)
    except CentreSettingProblem as problem:
        for other in problem.others:
            tell(other)
        raise
    for warning in warnings:
        tell(warning)
    return settings


def same_centre(arguments: argparse.Namespace) -> list[str]:
    """The options by which another command works on the same centre."""
    named = {"--config": arguments.config, "--data": arguments.data}
    return [word for option, path in named.items() if path for word in (option, str(Path(path).absolute()))]


@contextmanager
def centre_at_hand(
    arguments: argparse.Namespace, *, practice: bool = False, settings: CentreSettings | None = None
) -> Iterator[Centre]:
    """The centre the command works on, also while it runs; closed at the end."""
    from inspection_station.server.opening import open_configured_centre

    centre = open_configured_centre(settings or centre_settings(arguments), practice=practice)
    try:
        yield centre
    finally:
        centre.close()


def inspection_called(centre: Centre, text: str) -> str:
    """The id of the inspection with that id, or the newest with a number that begins so.

    Raises:
        StationProblem: ``centre.no_inspection``.
    """
    from inspection_station.server.search import find_inspections, is_of_site

    if is_of_site(centre, text, ""):
        return text
    found = find_inspections(centre, text, 1) if text.strip() else []
    if not found:
        raise StationProblem(
            "centre.no_inspection",
            N_("The centre knows no inspection “{text}”."),
            N_("Check the number; it may still be waiting at its station."),
            text=text[:64],
        )
    return str(found[0]["id"])


def tell_facts(arguments: argparse.Namespace, **told: object) -> int:
    """Print facts by their names, or as one JSON object with ``--json``; returns `OK`."""
    if arguments.json:
        print_json(told)
    else:
        for name, value in told.items():
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return OK
