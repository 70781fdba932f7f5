"""What all commands share: exit codes, the settings in force, and how a problem is told."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from inspection_station import i18n
from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.locations import machine_data_folder
from inspection_station.settings import DECLARATIONS, Settings, load_settings_with_problems

OK = 0
PROBLEM = 1
USAGE = 2
BUG = 3
INTERRUPTED = 130

EXIT_CODES: Mapping[int, str] = {
    OK: N_("done"),
    PROBLEM: N_("a problem was told; its code stands in brackets"),
    USAGE: N_("the command line is not right"),
    BUG: N_("a fault of the program; a report was printed"),
    INTERRUPTED: N_("interrupted"),
}


class Subparsers(Protocol):
    """What argparse's ``add_subparsers`` returns, as far as a command needs it."""

    def add_parser(self, name: str, **values: Any) -> argparse.ArgumentParser:
        """A parser for the command `name`."""


@dataclass(frozen=True)
class CommandLine:
    """The options every command takes, wherever they stand.

    Attributes:
        overrides: ``{"section.key": "text"}`` of every ``--set``.
    """

    overrides: Mapping[str, str]


def settings_with_problems(arguments: argparse.Namespace) -> tuple[Settings, tuple[DataFileProblem, ...]]:
    """The settings in force for this command, and the faults found in their files and variables.

    Raises:
        DataFileProblem: the fault is in what was typed with ``--set``.
    """
    command_line: CommandLine = arguments.command_line
    settings, problems = load_settings_with_problems(command_line=command_line.overrides)
    for problem in problems:
        if problem.file == "command line":
            raise problem
    return settings, problems


def settings_of(arguments: argparse.Namespace) -> Settings:
    """As `settings_with_problems`; faults are told on stderr and the layer below stays in force."""
    settings, problems = settings_with_problems(arguments)
    for problem in problems:
        tell(problem)
    return settings


def data_folder_of(settings: Settings) -> Path:
    """The folder of records and photos: ``station.data_folder``, or this machine's own."""
    return Path(settings.station.data_folder) if settings.station.data_folder else machine_data_folder()


def tell(problem: StationProblem) -> None:
    """Print what happened and what to do on stderr, in the language in force, with the code in brackets."""
    print(i18n.one_line(problem), file=sys.stderr)


def tell_missing_characters() -> None:
    """Say on stderr which characters of what was set on paper no font has."""
    from inspection_station.documents.typesetting import MISSING, missing_characters

    if missing := missing_characters():
        said = i18n.translate("No font has {characters}: {mark} is printed in place of each.")
        plain = " ".join(missing).encode("utf-8", "backslashreplace").decode()  # lone surrogates cannot be printed
        print(said.format(characters=plain, mark=MISSING), file=sys.stderr)


def print_json(value: object) -> None:
    """Print `value` for a script: UTF-8 JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def printed_progress(done: int, total: int, what: str) -> None:
    """Redraw one line of progress on stderr, when that is a terminal."""
    if not sys.stderr.isatty():
        return
    width = 30
    filled = width * done // max(total, 1)
    end = "\n" if done >= total else ""
    print(f"\r{what} [{'█' * filled}{'·' * (width - filled)}] {done}/{total}", end=end, file=sys.stderr, flush=True)


def take_common_options(arguments: Sequence[str]) -> tuple[CommandLine, str, list[str]]:
    """Take ``--language`` and ``--set`` out of `arguments`, wherever they stand before ``--``.

    Returns:
        the options, the language asked for ("" when none was), and the arguments left over.

    Raises:
        StationProblem: ``cli.usage``.
    """
    overrides: dict[str, str] = {}
    language = ""
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        option, equals, value = word.partition("=")
        if option not in ("--language", "--set"):
            rest.append(word)
            continue
        if not equals:
            if not waiting:
                raise StationProblem("cli.usage", N_("{option} needs a value."), option=option)
            value = waiting.pop(0)
        if option == "--language":
            language = {"zh": "zh_CN", "zh-CN": "zh_CN"}.get(value, value)
            continue
        key, equals, text = value.partition("=")
        if not equals or key not in DECLARATIONS:
            raise StationProblem(
                "cli.usage",
                N_("--set takes section.key=value, and {value} is not such a setting."),
                N_("“inspection-station config show” lists all of them."),
                value=value,
            )
        overrides[key] = text
    return CommandLine(overrides), language, rest


def language_of_surroundings(environment: Mapping[str, str] | None = None) -> str:
    """The command line's language when none is asked for: what the settings say, else the shell's language."""
    settings, _ = load_settings_with_problems()
    if settings.origin("station.language") != "default":
        return settings.station.language
    variables = os.environ if environment is None else environment
    names = (variables.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh_CN" if next((name for name in names if name), "").lower().startswith("zh") else "en"
