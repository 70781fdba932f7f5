"""The settings of a station, each declared once: type, default, meaning, who may change it, what it may be.

They come in layers, the later winning: what is declared < the site's file ``site.toml`` < this machine's file
``machine.toml`` (both in `locations.machine_settings_folder`) < environment variables
``INSPECTION_STATION__SECTION__KEY`` < the command line (``--set section.key=value``).
A key nobody declared or a value that cannot be is a fault that names file, line and key; never ignored.
"""

from __future__ import annotations

from inspection_station.settings.declarations import DECLARATIONS, Declaration, Role, Settings, Value, declaration
from inspection_station.settings.layers import (
    ENVIRONMENT_PREFIX,
    MACHINE_FILE,
    SITE_FILE,
    load_settings,
    load_settings_with_problems,
)
from inspection_station.settings.machine_file import change_settings

__all__ = [
    "DECLARATIONS",
    "ENVIRONMENT_PREFIX",
    "MACHINE_FILE",
    "SITE_FILE",
    "Declaration",
    "Role",
    "Settings",
    "Value",
    "change_settings",
    "declaration",
    "load_settings",
    "load_settings_with_problems",
]
