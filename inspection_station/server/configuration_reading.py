"""Reading a centre's settings: built in, then the TOML file, then the environment, then the command line.

The file is the one asked for, else what ``INSPECTION_CENTRE_CONFIG`` names, else ``centre.toml`` in this machine's
settings folder when there is one. A variable is called ``INSPECTION_CENTRE_SECTION_KEY``, such as
``INSPECTION_CENTRE_DATABASE_URL``; lists are parted by commas. A value that is not right stops the centre: it must not
run otherwise than it was told. A key nobody knows is warned of, so that settings of a newer version do no harm.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.locations import machine_settings_folder
from inspection_station.server.configuration import SECTIONS, SETTINGS, CentreSettings, Setting, Value
from inspection_station.settings.layers import read_toml

FILE = "centre.toml"
FILE_VARIABLE = "INSPECTION_CENTRE_CONFIG"
PREFIX = "INSPECTION_CENTRE_"
LARGEST_SECRET = 4096  # bytes


class CentreSettingProblem(DataFileProblem):
    """A setting of the centre is not right; the centre does not start with it.

    Attributes:
        others: faults found beside this one, in the same reading.
    """

    others: tuple[CentreSettingProblem, ...] = ()

    def __init__(self, code: str, file: str, line: int | None, key: str, fault: str, /, **values: object) -> None:
        super().__init__(code, file, line, key, fault, **values)
        self.to_do = N_("Correct it and start the centre again; “central config” shows all settings.")


@dataclass
class _Reading:
    """The layers as they are gathered, and what was found wrong in them."""

    values: dict[str, Value]
    origins: dict[str, str]
    faults: list[CentreSettingProblem]
    warnings: list[CentreSettingProblem]

    def take(self, key: str, value: object, place: str, line: int | None = None, *, from_file: bool = False) -> None:
        declared = SETTINGS.get(key)
        if declared is None:
            near = get_close_matches(key, SETTINGS, 1)
            fault = N_("is not a setting; is {near} meant?") if near else N_("is not a setting; there are {known}")
            values: dict[str, object] = {"near": near[0]} if near else {"known": ", ".join(SECTIONS)}
            self.warnings.append(CentreSettingProblem("settings.unknown_key", place, line, key, fault, **values))
            return
        if declared.secret and from_file:
            fault = N_("is a secret and may not stand here; it belongs into the environment or a file of its own")
            self.faults.append(CentreSettingProblem("settings.secret_in_file", place, line, key, fault))
            return
        taken = tuple(value) if isinstance(value, list) else value
        wrong = _fault_of(declared, taken)
        if wrong is not None:
            self.faults.append(CentreSettingProblem("settings.bad_value", place, line, key, wrong[0], **wrong[1]))
            return
        self.values[key] = taken  # type: ignore[assignment]
        self.origins[key] = f"{place}:{line}" if line else place


def _fault_of(declared: Setting, value: object) -> tuple[str, dict[str, object]] | None:
    """What is wrong with `value`, as msgid and its values; None when it may be."""
    kinds = {
        str: N_("must be a text in quotes"), int: N_("must be a whole number"), bool: N_("must be true or false"),
        tuple: N_("must be a list of texts such as [\"a\", \"b\"]"),
    }  # fmt: skip
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    if type(value) is not declared.kind or any(type(text) is not str for text in texts):
        return kinds[declared.kind], {}
    if len(texts) > 100 or any(len(text) > 1000 or any(ord(letter) < 32 for letter in text) for text in texts):
        return N_("must be one line of at most 1000 characters"), {}
    if declared.choices and value not in declared.choices:
        return N_("must be one of {choices}"), {"choices": ", ".join(declared.choices)}
    if type(value) is int and not declared.lowest <= value <= declared.highest:
        return N_("must be from {lowest} to {highest}"), {"lowest": declared.lowest, "highest": declared.highest}
    wrong = next((said for text in texts if declared.fault and (said := declared.fault(text))), "")
    return (wrong, {}) if wrong else None


def _from_text(declared: Setting, text: str) -> object:
    if declared.kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if declared.kind is int and re.fullmatch(r"-?[0-9]{1,9}", text.strip()):
        return int(text)
    if declared.kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _take_file(reading: _Reading, path: Path) -> None:
    try:
        data, lines = read_toml(path)
    except DataFileProblem as problem:
        problem.to_do = N_("Correct it and start the centre again; “central config” shows all settings.")
        raise
    for section, content in data.items():
        if not isinstance(content, dict) or (section not in SECTIONS and not content):
            reading.take(section, content, str(path), lines.get(section), from_file=True)
            continue
        for name, value in content.items():
            key = f"{section}.{name}"
            reading.take(key, value, str(path), lines.get(key, lines.get(section)), from_file=True)


def _take_environment(reading: _Reading, environment: Mapping[str, str]) -> None:
    names = {PREFIX + key.upper().replace(".", "_"): key for key in SETTINGS}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        key = names.get(variable) or variable[len(PREFIX) :].lower().replace("_", ".", 1)
        reading.take(key, _from_text(SETTINGS[key], text) if key in SETTINGS else text, variable)


def _lines_of_secret(path: Path, key: str, count: int) -> list[str]:
    """The `count` lines of a file of secrets; nothing of its content is ever told."""
    try:
        with path.open("rb") as file:
            lines = [line.strip() for line in file.read(LARGEST_SECRET).decode("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise CentreSettingProblem(
            "settings.secret_unreadable", str(path), None, key, N_("cannot be read: {reason}"), reason=reason
        ) from None
    if len(lines) != count:
        fault = N_("must hold {count} lines, and has {found}")
        raise CentreSettingProblem(
            "settings.secret_malformed", str(path), None, key, fault, count=count, found=len(lines)
        )
    return lines


def _take_secret_files(settings: CentreSettings) -> CentreSettings:
    """Put the content of the files of secrets in the places that the environment left empty."""
    origins = dict(settings.origins)
    database, photos = settings.database, settings.photos
    if database.password_file and not database.password:
        key = "database.password_file"
        database = replace(database, password=_lines_of_secret(Path(database.password_file), key, 1)[0])
        origins["database.password"] = database.password_file
    if photos.credentials_file and not photos.access_key:
        found = _lines_of_secret(Path(photos.credentials_file), "photos.credentials_file", 2)
        photos = replace(photos, access_key=found[0], secret_key=found[1])
        origins["photos.access_key"] = origins["photos.secret_key"] = photos.credentials_file
    if bool(photos.access_key) != bool(photos.secret_key):
        lacking = "photos.secret_key" if photos.access_key else "photos.access_key"
        variable = PREFIX + lacking.upper().replace(".", "_")
        raise CentreSettingProblem(
            "settings.secret_lacking", variable, None, lacking, N_("is lacking; access key and secret key go together")
        )
    return replace(settings, database=database, photos=photos, origins=origins)


def load_centre_settings(
    path: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    command_line: Mapping[str, Value] | None = None,
) -> tuple[CentreSettings, tuple[StationProblem, ...]]:
    """The settings in force, and what is to be warned of (keys that are not known).

    Args:
        path: the settings file; it must be there when it is named, here or by ``INSPECTION_CENTRE_CONFIG``.
        environment: the variables to look through; those of the process when not given.
        command_line: ``{"section.key": value}``, which win.

    Raises:
        CentreSettingProblem: a value is not right, or a file of secrets cannot be read. The first fault; the others
            are its ``others``.
        DataFileProblem: the file is not TOML or cannot be read.
    """
    variables = os.environ if environment is None else environment
    named = path or (Path(variables[FILE_VARIABLE]) if variables.get(FILE_VARIABLE) else None)
    if named is not None and not named.is_file():
        raise CentreSettingProblem(
            "settings.unreadable",
            str(named),
            None,
            "",
            N_("cannot be read: {reason}"),
            reason=os.strerror(errno.ENOENT),
        )
    reading = _Reading({}, {}, [], [])
    _take_file(reading, named or machine_settings_folder() / FILE)
    _take_environment(reading, variables)
    for key, value in (command_line or {}).items():
        reading.take(key, value, "command line")
    if reading.faults:
        first = reading.faults[0]
        first.others = tuple(reading.faults[1:])
        raise first
    sections: dict[str, Any] = {
        section: kind(**{k.partition(".")[2]: v for k, v in reading.values.items() if k.partition(".")[0] == section})
        for section, kind in SECTIONS.items()
    }
    settings = _take_secret_files(CentreSettings(**sections, origins=reading.origins))
    return settings, tuple(reading.warnings)


def database_url(settings: CentreSettings) -> str:
    """The SQLAlchemy address of the database with its password; empty for SQLite. Never to be shown or logged."""
    found = settings.database
    if not found.url:
        return ""
    parts = urlsplit(found.url)
    place = parts.netloc
    if found.password and parts.username:
        place = f"{parts.username}:{quote(found.password, safe='')}@{place.rpartition('@')[2]}"
    return urlunsplit(("postgresql+psycopg", place, parts.path, parts.query, ""))
