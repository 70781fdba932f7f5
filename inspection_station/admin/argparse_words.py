"""The words argparse says of itself, in the product's languages.

argparse asks ``gettext`` for them by a name of its own module, ``_``; that name is pointed at the product's catalogue,
so that help and usage errors do not mix two languages.
"""

from __future__ import annotations

import argparse

from inspection_station.errors import N_
from inspection_station.i18n import translate

WORDS = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
    N_("ignored explicit argument %r"),
)


def speak_language_in_force() -> None:
    """Let argparse's own words come from the product's catalogue; those it does not know stay English."""
    setattr(argparse, "_", translate)  # noqa: B010 -- the name is not in argparse's stubs
