"""``central scrub``: every photo read and hashed again; ``central damaged-photos``: what became of what it found."""

from __future__ import annotations

import argparse
from pathlib import Path

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, centre_settings, tell_facts
from inspection_station.admin.command_line import OK, PROBLEM, print_json, printed_progress
from inspection_station.errors import N_
from inspection_station.i18n import translate


def register(add: AddCommand) -> None:
    """Add the command."""
    scrub = add("scrub", _scrub, N_("read every photo again; what is damaged comes back from a backup or its bench"))
    scrub.add_argument(
        "--megabytes-per-second",
        type=float,
        default=0.0,
        metavar="MB",
        help=translate("how quickly to read at most; 0: as quickly as it goes (0)"),
    )
    damaged = add("damaged-photos", _damaged, N_("list photos found damaged of which the right bytes are not here"))
    damaged.add_argument("--mended", action="store_true", help=translate("those that are here again instead"))
    damaged.add_argument("--limit", type=int, default=100, help=translate("most lines (100)"))


def _damaged(arguments: argparse.Namespace) -> int:
    from inspection_station.server.damaged_photos import list_damaged

    with centre_at_hand(arguments) as centre:
        found = list_damaged(centre, arguments.limit, mended=arguments.mended)
    if arguments.json:
        print_json({"damaged_photos": found})
        return OK
    for one in found:
        print(f"{one['sha256']}  {one['what']}  {one['found_at']}  {one['station']}  {one['tracking_number']}")
    return OK


def _scrub(arguments: argparse.Namespace) -> int:
    from inspection_station.server.blobs.scrub import scrub

    settings = centre_settings(arguments)
    backups = Path(settings.backup.folder) if settings.backup.folder else None
    with centre_at_hand(arguments, settings=settings) as centre:
        report = scrub(centre, printed_progress, backups=backups, megabytes_per_second=arguments.megabytes_per_second)
    tell_facts(
        arguments,
        whole=report.photos,
        damaged=list(report.damaged),
        gone=list(report.gone),
        mended=list(report.mended),
        resumed=report.resumed,
        lacking=report.lacking,
    )
    return PROBLEM if report.lacking else OK
