"""Writing this machine's settings file, for the settings screen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from inspection_station.durable_files import write_durably
from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.locations import machine_settings_folder
from inspection_station.settings.declarations import Role, Settings, Value, declaration
from inspection_station.settings.layers import MACHINE_FILE, Reading, fault_of, load_settings_with_problems


def change_settings(changes: Mapping[str, Value], role: Role, *, folder: Path | None = None) -> Settings:
    """Write `changes` to this machine's file, durably, and return the settings then in force.

    What was right in the file stays; a file that was broken is kept beside it as ``machine.toml.set-aside``.

    Raises:
        StationProblem: ``settings.not_allowed`` for this role, ``settings.unknown_key``, ``settings.not_saved``.
        DataFileProblem: ``settings.bad_value``.
    """
    folder = machine_settings_folder() if folder is None else folder
    path = folder / MACHINE_FILE
    for key, value in changes.items():
        declared = declaration(key)
        if not declared.may_be_changed_by(role):
            ask = N_("Ask a shift lead.") if declared.changed_by == "lead" else N_("Ask an administrator.")
            raise StationProblem("settings.not_allowed", N_("Your role may not change “{key}”."), ask, key=key)
        if (wrong := fault_of(declared, value)) is not None:
            raise DataFileProblem("settings.bad_value", MACHINE_FILE, None, key, wrong[0], **wrong[1])
    kept = Reading()
    kept.take_file(path)
    document: dict[str, dict[str, Value]] = {}
    for key, value in {**kept.values, **changes}.items():
        section, _, name = key.partition(".")
        document.setdefault(section, {})[name] = value
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if kept.problems:
            os.replace(path, path.with_name(MACHINE_FILE + ".set-aside"))
        write_durably(path, tomli_w.dumps(document).encode(), replace=True)
    except OSError as error:
        raise StationProblem(
            "settings.not_saved",
            N_("The settings could not be saved in {folder}: {reason}."),
            N_("Make room or ask for the right to write there, then save again."),
            folder=str(folder),
            reason=error.strerror or str(error),
        ) from error
    return load_settings_with_problems(folder=folder)[0]
