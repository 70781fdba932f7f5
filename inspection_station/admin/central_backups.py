"""``central backup``, ``backups`` and ``restore``: copies that count only when they were restored for trial."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from inspection_station.admin.centre_at_hand import AddCommand, centre_at_hand, centre_settings, tell_facts
from inspection_station.admin.command_line import OK, print_json, printed_progress
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

NICE = 10  # added to the niceness of a backup that runs beside a centre


def register(add: AddCommand) -> None:
    """Add the commands."""
    make = add("backup", _backup, N_("copy database and photos, and verify the copy by restoring it for trial"))
    make.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help=translate("backup folder (backup.folder)"))
    make.add_argument("--keep", type=int, metavar="N", help=translate("how many verified backups stay (backup.keep)"))
    listing = add("backups", _backups, N_("list the verified backups in a folder"))
    listing.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help=translate("backup folder (backup.folder)")
    )
    restore = add("restore", _restore, N_("make a centre of a backup, with a new epoch"))
    restore.add_argument(
        "folder", type=Path, metavar="FOLDER", help=translate("a backup, or a backup folder: its newest")
    )


def _folder(arguments: argparse.Namespace, named: str) -> Path:
    if arguments.folder:
        return Path(arguments.folder).absolute()
    if named:
        return Path(named)
    raise StationProblem(
        "backup.no_folder",
        N_("No backup folder is named."),
        N_("Name one on the command line or as backup.folder in the settings; it belongs on another disk."),
    )


def _backup(arguments: argparse.Namespace) -> int:
    from inspection_station.server.backup.making import make_backup

    settings = centre_settings(arguments)
    folder = _folder(arguments, settings.backup.folder)
    keep = settings.backup.keep if arguments.keep is None else max(0, arguments.keep)
    if hasattr(os, "nice"):
        os.nice(NICE)
    with centre_at_hand(arguments, settings=settings) as centre:
        path, made = make_backup(centre, folder, keep=keep, progress=printed_progress)
        same_disk = path.stat().st_dev == settings.data_folder.stat().st_dev
    told = {
        "backup": str(path), "records": made.records, "photos": made.photos, "photo_bytes": made.photo_bytes,
        "photos_missing": len(made.missing), "completed_at": made.completed_at, "same_disk": same_disk,
    }  # fmt: skip
    tell_facts(arguments, **told)
    if same_disk and not arguments.json:
        print(translate("The backup lies on the disk of the centre itself and does not outlive it; use another one."))
    return OK


def _backups(arguments: argparse.Namespace) -> int:
    from inspection_station.server.backup.manifest import backups_in

    folder = _folder(arguments, centre_settings(arguments).backup.folder)
    found = [
        {"backup": str(path), "started_at": made.started_at, "completed_at": made.completed_at, "epoch": made.epoch,
         "records": made.records, "photos": made.photos}
        for path, made in backups_in(folder)
    ]  # fmt: skip
    if arguments.json:
        print_json({"backups": found})
        return OK
    for one in found:
        print("{started_at}  {records} / {photos}  {backup}".format(**one))
    return OK


def _restore(arguments: argparse.Namespace) -> int:
    from inspection_station.server.backup.restoring import restore_backup
    from inspection_station.server.configuration_reading import database_url
    from inspection_station.server.opening import photo_keeper

    settings = centre_settings(arguments)
    with photo_keeper(settings) as keep_photo:
        done = restore_backup(
            Path(arguments.folder).absolute(),
            settings.data_folder,
            database_url(settings),
            keep_photo,
            progress=printed_progress,
        )
    told = {
        "backup": str(done.backup), "of": done.manifest.started_at, "records": done.manifest.records,
        "photos": done.photos, "photos_lacking": len(done.lacking), "epoch": done.epoch,
    }  # fmt: skip
    tell_facts(arguments, **told)
    if not arguments.json:
        for sentence in (
            N_("The centre has begun a new life. Start it; the benches need nothing done to them."),
            N_("Each notices with its next request, offers all it ever sent, and sends again what this backup lacks."),
            N_("Until the next verified backup no bench deletes a photo."),
            N_("A bench that was enrolled after {time} has to be enrolled again."),
        ):
            print(translate(sentence, time=done.manifest.started_at))
    return OK
