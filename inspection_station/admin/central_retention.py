"""``central retention`` and holds: what is deleted after its time, and what never is."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import (
    AddCommand,
    centre_at_hand,
    centre_settings,
    inspection_called,
    tell_facts,
)
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

CONSOLE = "console"  # who did it: somebody at the centre's own machine


def register(add: AddCommand) -> None:
    """Add the commands."""
    apply = add("retention", _apply, N_("delete photos and personal data past their time, as the settings say"))
    apply.add_argument("--dry-run", action="store_true", help=translate("only say how much it would be"))
    put = add("hold", _hold, N_("let nothing of an inspection be deleted"))
    put.add_argument("inspection", metavar="INSPECTION", help=translate("id, RT number or tracking number"))
    put.add_argument("--reason", required=True, help=translate("why, for whoever releases it one day"))
    release = add("release", _release, N_("let the rules of retention count again for an inspection"))
    release.add_argument("inspection", metavar="INSPECTION", help=translate("id, RT number or tracking number"))
    add("holds", _holds, N_("list the inspections of which nothing is deleted"))


def _apply(arguments: argparse.Namespace) -> int:
    from inspection_station.server.opening import photo_remover
    from inspection_station.server.retention import apply_retention

    settings = centre_settings(arguments)
    with centre_at_hand(arguments, settings=settings) as centre:
        done = apply_retention(centre, photo_remover(centre), dry_run=arguments.dry_run)
    return tell_facts(
        arguments,
        dry_run=arguments.dry_run,
        photos=done.photos,
        inspections=done.inspections,
        quarantined=done.quarantined,
    )


def _hold(arguments: argparse.Namespace) -> int:
    from inspection_station.server.retention import set_hold

    with centre_at_hand(arguments) as centre:
        inspection = inspection_called(centre, arguments.inspection)
        set_hold(centre, inspection, arguments.reason, CONSOLE)
        return tell_facts(arguments, inspection=inspection, held=True)


def _release(arguments: argparse.Namespace) -> int:
    from inspection_station.server.retention import release_hold

    with centre_at_hand(arguments) as centre:
        inspection = inspection_called(centre, arguments.inspection)
        if not release_hold(centre, inspection):
            raise StationProblem(
                "retention.not_held",
                N_("The inspection {inspection} is not on hold."),
                N_("“central holds” lists those that are."),
                inspection=inspection,
            )
        return tell_facts(arguments, inspection=inspection, held=False)


def _holds(arguments: argparse.Namespace) -> int:
    from inspection_station.server.retention import holds

    with centre_at_hand(arguments) as centre:
        found = list(holds(centre))
    if arguments.json:
        print_json({"holds": found})
        return OK
    for one in found:
        print("{inspection_id}  {set_at}  {set_by}  {reason}".format(**one))
    return OK
