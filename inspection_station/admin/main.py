"""The command line ``inspection-station``: finds the command, speaks the language, and turns errors into exit codes.

A command is one module with ``register(subparsers)``, which adds its parser and sets ``handler`` on it: a function
that takes the parsed arguments and returns an exit code. A new command is one line in `COMMANDS`. Modules are
imported only when their command is asked for, and import what is heavy only in their handler.
"""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, cast

import inspection_station
from inspection_station import i18n
from inspection_station.admin import argparse_words
from inspection_station.admin.command_line import (
    BUG,
    EXIT_CODES,
    INTERRUPTED,
    OK,
    PROBLEM,
    USAGE,
    language_of_surroundings,
    take_common_options,
    tell,
)
from inspection_station.diagnostics import bug_report, keep_bug_report
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate
from inspection_station.locations import machine_data_folder

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("inspection_station.admin.run_command", N_("open the station's window")),
    "demo": (
        "inspection_station.admin.demo_command",
        N_("do the whole job on demo data without a window and say what came of it"),
    ),
    "central": ("inspection_station.admin.central_command", N_("run and administer the central server")),
    "import-returns": (
        "inspection_station.admin.import_command",
        N_("take expected returns from a file, at a bench without a centre"),
    ),
    "decode": ("inspection_station.admin.decode_command", N_("read the codes in picture files")),
    "label": ("inspection_station.admin.label_command", N_("write an inspection label to a file")),
    "sheet": (
        "inspection_station.admin.sheet_command",
        N_("write command sheet, badge cards, tote labels or documents to a file"),
    ),
    "rules": ("inspection_station.admin.rules_command", N_("check a rule file, and see what it would have changed")),
    "doctor": ("inspection_station.admin.doctor_command", N_("check this machine and say what is missing")),
    "config": ("inspection_station.admin.config_command", N_("show the settings and where each comes from")),
}
DEFAULT_COMMAND = "run"


class _Parser(argparse.ArgumentParser):
    """argparse in the product's languages: help texts come translated and a usage error names the exit code."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, translate("{program}: not right: {message}", program=self.prog, message=message) + "\n")


def build_parser(wanted: str) -> argparse.ArgumentParser:
    """The parser; only the module of the command `wanted` is imported, the others stand with their summary."""
    parser = _Parser(
        prog="inspection-station",
        description=translate("Returns inspection at the receiving bench, with a central server."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_epilog(),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"inspection-station {inspection_station.__version__}")
    # Both are taken out before (take_common_options); they stand here for the help.
    parser.add_argument("--language", choices=i18n.LANGUAGES, help=translate("language of this command"))
    parser.add_argument(
        "--set", metavar="SECTION.KEY=VALUE", action="append",
        help=translate("another value for a setting, this time only; may be repeated"),
    )  # fmt: skip
    subparsers = parser.add_subparsers(
        dest="command", metavar=translate("COMMAND"), title=translate("commands"), parser_class=_Parser
    )
    for name, (module, summary) in COMMANDS.items():
        if name == wanted:
            importlib.import_module(module).register(subparsers)
        else:
            subparsers.add_parser(name, help=translate(summary))
    return parser


def _epilog() -> str:
    lines = [translate("Without a command the station's window opens.")] if DEFAULT_COMMAND in COMMANDS else []
    lines += [translate("“inspection-station COMMAND --help” tells more about one command."), ""]
    lines.append(translate("exit codes:"))
    lines += [f"  {code:<5} {translate(meaning)}" for code, meaning in EXIT_CODES.items()]
    return "\n".join(lines)


def _command_in(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command asked for and the arguments with it; the window's when there is none."""
    for word in arguments:
        if word in COMMANDS:
            return word, list(arguments)
        if word in ("-h", "--help", "--version") or not word.startswith("-"):
            return "", list(arguments)
    if DEFAULT_COMMAND in COMMANDS:
        return DEFAULT_COMMAND, [DEFAULT_COMMAND, *arguments]
    return "", list(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (see `EXIT_CODES`)."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that knows no Chinese must not end the command
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(sys.argv[1:] if arguments is None else list(arguments))
    except StationProblem as problem:
        tell(problem)
        return USAGE if problem.code in ("cli.usage", "language.unknown") else PROBLEM
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader went away, as with “| head”
        sys.stderr.close()
        return PROBLEM
    except Exception as error:
        report = bug_report(error)
        print(translate("This is a fault of the program. Please send these lines to your support:"), file=sys.stderr)
        print(report, file=sys.stderr)
        keep_bug_report(machine_data_folder(), report)
        return BUG


def _run(words: list[str]) -> int:
    i18n.set_language(language_of_surroundings())
    command_line, language, rest = take_common_options(words)
    if language := language or command_line.overrides.get("station.language", ""):
        i18n.set_language(language)
    argparse_words.speak_language_in_force()
    wanted, rest = _command_in(rest)
    parser = build_parser(wanted)
    try:
        parsed = parser.parse_args(rest)
    except SystemExit as end:  # help, version or a usage error have been printed
        return int(end.code or OK)
    handler: Callable[[argparse.Namespace], int] | None = getattr(parsed, "handler", None)
    if handler is None:
        (parser if not wanted else cast(argparse.ArgumentParser, _subparser(parser, wanted))).print_help(sys.stderr)
        return USAGE
    parsed.command_line = command_line
    return handler(parsed)


def _subparser(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser | None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return cast("argparse.ArgumentParser | None", action.choices.get(name))
    return None
