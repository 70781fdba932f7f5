"""What the ``central`` commands share: the centre they work on, how a command is added, how its facts are told."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from inspection_station.admin.command_line import OK, print_json
from inspection_station.locations import machine_data_folder

if TYPE_CHECKING:
    from inspection_station.server.centre import Centre

DEFAULT_PORT = 8765

Handler = Callable[[argparse.Namespace], int]


class AddCommand(Protocol):
    """Adds one command under ``central``: its name, what runs it, its msgid; ``--data`` and ``--json`` come along."""

    def __call__(
        self, name: str, handler: Handler, text: str, *, as_json: bool = True, aliases: tuple[str, ...] = ()
    ) -> argparse.ArgumentParser:
        """The command's parser, for arguments of its own."""


def central_folder(arguments: argparse.Namespace) -> Path:
    """The centre's data folder: ``--data``, or ``central`` in this machine's own."""
    return Path(arguments.data) if arguments.data else machine_data_folder() / "central"


@contextmanager
def centre_at_hand(arguments: argparse.Namespace, *, practice: bool = False) -> Iterator[Centre]:
    """The centre the command works on, also while it runs; closed at the end."""
    from inspection_station.server.centre import open_centre

    centre = open_centre(central_folder(arguments), practice=practice)
    try:
        yield centre
    finally:
        centre.close()


def tell_facts(arguments: argparse.Namespace, **told: object) -> int:
    """Print facts by their names, or as one JSON object with ``--json``; returns `OK`."""
    if arguments.json:
        print_json(told)
    else:
        for name, value in told.items():
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return OK
