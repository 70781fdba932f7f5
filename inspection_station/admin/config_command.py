"""``inspection-station config show``: the settings in force, what each means, and where it comes from."""

from __future__ import annotations

import argparse
import unicodedata

from inspection_station.admin.command_line import (
    OK,
    PROBLEM,
    Subparsers,
    print_json,
    settings_with_problems,
    tell,
)
from inspection_station.i18n import translate
from inspection_station.locations import machine_settings_folder
from inspection_station.settings import Declaration, Value, declaration
from inspection_station.settings.camera_words import without_password


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "config",
        help=translate("show the settings and where each comes from"),
        description=translate(
            "Settings come in layers, the later winning: built in, site.toml, machine.toml, environment variables "
            "INSPECTION_STATION__SECTION__KEY, --set. The two files are in {folder}.",
            folder=machine_settings_folder(),
        ),
    )
    acts = parser.add_subparsers(dest="act", metavar=translate("ACT"), required=True)
    show = acts.add_parser("show", help=translate("print the settings in force"))
    show.add_argument("keys", nargs="*", metavar="SECTION.KEY", help=translate("only these; all when none is named"))
    show.add_argument("--origin", action="store_true", help=translate("also say where each value comes from"))
    show.add_argument("--describe", action="store_true", help=translate("also say what each setting means"))
    show.add_argument("--json", action="store_true", help=translate("print the settings for a script"))
    show.set_defaults(handler=show_settings)


def show_settings(arguments: argparse.Namespace) -> int:
    """Print the settings; returns `PROBLEM` when a layer has a fault (which is told after them)."""
    settings, problems = settings_with_problems(arguments)
    wanted = [declaration(key).key for key in arguments.keys]
    chosen = [one for one in settings.items() if not wanted or one[0].key in wanted]
    if arguments.json:
        print_json([_plain(declared, value, origin) for declared, value, origin in chosen])
    else:
        _print_table(chosen, arguments)
    for problem in problems:
        tell(problem)
    return PROBLEM if problems else OK


def _print_table(chosen: list[tuple[Declaration, Value, str]], arguments: argparse.Namespace) -> None:
    texts = [_as_toml(value) for _, value, _ in chosen]
    key_width = max((len(declared.key) for declared, _, _ in chosen), default=0)
    text_width = max((_columns(text) for text in texts), default=0)
    for (declared, _, origin), text in zip(chosen, texts, strict=True):
        line = f"{declared.key:<{key_width}} = {text}"
        if arguments.origin:
            line += " " * (text_width - _columns(text)) + f"  # {_said_origin(origin)}"
        print(line)
        if arguments.describe:
            print(f"    {translate(declared.describes)}")


def _as_toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return str(list(value))
    return f'"{without_password(value)}"' if isinstance(value, str) else str(value)


def _columns(text: str) -> int:
    """Columns of a terminal that `text` takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _said_origin(origin: str) -> str:
    if origin == "default":
        return translate("default")
    return translate("command line") if origin == "command line" else origin


def _plain(declared: Declaration, value: Value, origin: str) -> dict[str, object]:
    return {
        "key": declared.key,
        "value": without_password(value) if isinstance(value, str) else value,
        "default": declared.default,
        "origin": origin,
        "describes": translate(declared.describes),
        "changed_by": declared.changed_by,
        "choices": list(declared.choices),
        "lowest": declared.lowest,
        "highest": declared.highest,
    }


