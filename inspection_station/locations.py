"""Where things are: the resources that ship with the program and the folders it may write to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APPLICATION = "inspection-station"


def resources() -> Path:
    """Folder of the data that ships with the program (checklists, rules, fonts, translations, demo)."""
    bundled = getattr(sys, "_MEIPASS", None)
    root = Path(bundled) if bundled else Path(__file__).resolve().parent.parent
    return root / "resources"


def machine_data_folder() -> Path:
    """The data folder of this machine, shared by its users so that the outbox never splits.

    ``INSPECTION_STATION_DATA`` names another one. Falls back to the user's folder where the machine's
    is not writable (a workstation without an installer's set-up).
    """
    named = os.environ.get("INSPECTION_STATION_DATA")
    if named:
        return Path(named)
    machine = Path(platformdirs.site_data_dir(APPLICATION, appauthor=False))
    if machine.is_dir() and os.access(machine, os.W_OK):
        return machine
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def machine_settings_folder() -> Path:
    """Folder of the settings file of this machine; ``INSPECTION_STATION_CONFIG`` names another one."""
    named = os.environ.get("INSPECTION_STATION_CONFIG")
    if named:
        return Path(named)
    machine = Path(platformdirs.site_config_dir(APPLICATION, appauthor=False))
    if machine.is_dir():
        return machine
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))
