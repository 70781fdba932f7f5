"""Reading the settings layer by layer; see the package's description for the order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from inspection_station.errors import DataFileProblem, N_
from inspection_station.locations import machine_settings_folder
from inspection_station.settings.declarations import DECLARATIONS, SECTIONS, Declaration, Settings, Value

SITE_FILE = "site.toml"
MACHINE_FILE = "machine.toml"
ENVIRONMENT_PREFIX = "INSPECTION_STATION__"
LARGEST_FILE = 256 * 1024  # bytes


def fault_of(declared: Declaration, value: object) -> tuple[str, dict[str, object]] | None:
    """What is wrong with `value`, as msgid and its values; None when it may be."""
    names = {
        str: N_("must be a text in quotes"), int: N_("must be a whole number"), bool: N_("must be true or false"),
        tuple: N_("must be a list of whole numbers such as [14, 16]"),
    }  # fmt: skip
    if type(value) is not declared.kind or (isinstance(value, tuple) and any(type(one) is not int for one in value)):
        return names[declared.kind], {}
    if declared.choices and value not in declared.choices:
        return N_("must be one of {choices}"), {"choices": ", ".join(str(choice) for choice in declared.choices)}
    if isinstance(value, str) and (len(value) > 1000 or any(ord(letter) < 32 for letter in value)):
        return N_("must be one line of at most 1000 characters"), {}
    lowest, highest = declared.lowest, declared.highest
    if lowest is not None and highest is not None and isinstance(value, int) and not lowest <= value <= highest:
        return N_("must be from {lowest} to {highest}"), {"lowest": lowest, "highest": highest}
    wrong = declared.fault(value) if declared.fault and isinstance(value, str | tuple) else ""
    return (wrong, {}) if wrong else None


def _from_text(declared: Declaration, text: str) -> object:
    """A value given as text (environment, command line); the text itself when it cannot be of the type."""
    if declared.kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if declared.kind is int and re.fullmatch(r"-?[0-9]{1,9}", text.strip()):
        return int(text)
    if declared.kind is tuple and (listed := re.fullmatch(r"\[([0-9, ]{0,500})\]|([0-9, ]{1,500})", text.strip())):
        numbers = (listed[1] or listed[2] or "").split(",")
        return tuple(int(one) if one.strip().isdigit() else one for one in numbers) if any(numbers) else ()
    return text


def _lines_of(text: str) -> dict[str, int]:
    """The line of every ``section.name`` (and ``section``) of a TOML text; good enough for a message."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            section = header[1].strip("\"'")
            lines.setdefault(section, number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            name = key[1].replace('"', "").replace("'", "")
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines


def read_toml(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Plain data of a settings file and the line of each ``section.name``; empty when there is none.

    Raises:
        DataFileProblem: it cannot be read, is too large, or is no TOML.
    """
    name = str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataFileProblem("settings.too_large", name, None, "", N_("is larger than 256 kB"))
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text), _lines_of(text)
    except FileNotFoundError:
        return {}, {}
    except UnicodeDecodeError as error:
        raise DataFileProblem("settings.not_utf8", name, None, "", N_("must be UTF-8 text")) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line ([0-9]+)", str(error))
        number = int(line[1]) if line else None
        detail = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deep"
        raise DataFileProblem(
            "settings.not_toml", name, number, "", N_("is not valid TOML: {detail}"), detail=detail
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataFileProblem(
            "settings.unreadable", name, None, "", N_("cannot be read: {reason}"), reason=reason
        ) from error


class Reading:
    """Gathers the layers, with the faults of all of them instead of stopping at the first."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.origins: dict[str, str] = {}
        self.problems: list[DataFileProblem] = []

    def take(self, key: str, value: object, place: str, line: int | None = None) -> None:
        declared = DECLARATIONS.get(key)
        if isinstance(value, list):  # as TOML gives it; settings in force never change in place
            value = tuple(value)
        if declared is None:
            section = key.partition(".")[0]
            near = sorted(one.name for one in fields(SECTIONS[section])) if section in SECTIONS else sorted(SECTIONS)
            fault, values = N_("is not a setting; there are {known}"), {"known": ", ".join(near)}
            self.problems.append(DataFileProblem("settings.unknown_key", place, line, key, fault, **values))
        elif (wrong := fault_of(declared, value)) is not None:
            self.problems.append(DataFileProblem("settings.bad_value", place, line, key, wrong[0], **wrong[1]))
        else:
            self.values[key] = cast(Value, value)
            self.origins[key] = f"{place}:{line}" if line else place

    def take_file(self, path: Path) -> None:
        try:
            data, lines = read_toml(path)
        except DataFileProblem as problem:
            self.problems.append(problem)
            return
        for section, content in data.items():
            if not isinstance(content, dict):
                self.take(section, content, str(path), lines.get(section))
                continue
            if not content and section not in SECTIONS:
                self.take(section, content, str(path), lines.get(section))
            for name, value in content.items():
                key = f"{section}.{name}"
                self.take(key, value, str(path), lines.get(key, lines.get(section)))

    def take_texts(self, texts: Mapping[str, str], place: Callable[[str], str]) -> None:
        for key, text in texts.items():
            declared = DECLARATIONS.get(key)
            self.take(key, _from_text(declared, text) if declared else text, place(key))


def load_settings_with_problems(
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    command_line: Mapping[str, str] | None = None,
) -> tuple[Settings, tuple[DataFileProblem, ...]]:
    """The settings in force, and all faults found on the way: where one is, the layer below stays in force.

    Args:
        folder: where ``site.toml`` and ``machine.toml`` are; this machine's settings folder when not given.
        environment: the variables to look through; those of the process when not given.
        command_line: ``{"section.key": "text"}`` as given with ``--set``.
    """
    folder = machine_settings_folder() if folder is None else folder
    reading = Reading()
    reading.take_file(folder / SITE_FILE)
    reading.take_file(folder / MACHINE_FILE)
    variables: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, text in sorted((os.environ if environment is None else environment).items()):
        if name.upper().startswith(ENVIRONMENT_PREFIX):
            key = name[len(ENVIRONMENT_PREFIX) :].lower().replace("__", ".")
            variables[key], names[key] = text, name
    reading.take_texts(variables, names.__getitem__)
    reading.take_texts(command_line or {}, lambda _: "command line")
    sections = {
        section: kind(**{k.partition(".")[2]: v for k, v in reading.values.items() if k.startswith(section + ".")})
        for section, kind in SECTIONS.items()
    }
    return Settings(**sections, origins=reading.origins), tuple(reading.problems)


def load_settings(
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    command_line: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force; raises the first fault. See `load_settings_with_problems`."""
    settings, problems = load_settings_with_problems(
        folder=folder, environment=environment, command_line=command_line
    )
    if problems:
        raise problems[0]
    return settings
