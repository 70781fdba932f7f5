"""``central serve`` and what keeps a centre running."""

from __future__ import annotations

import argparse
import json
import sys

from inspection_station.admin.centre_at_hand import (
    AddCommand,
    centre_at_hand,
    centre_settings,
    same_centre,
    tell_facts,
)
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_
from inspection_station.i18n import translate

DEMO_STATION = "B12"
DEMO_SITE = "华东退货中心"


def register(add: AddCommand) -> None:
    """Add the commands."""
    add("init", _init, N_("make the centre: folders, database, epoch; one that is there is left as it is"))
    add("migrate", _migrate, N_("bring the database up to this version; “serve” does so as well"))
    serve = add("serve", _serve, N_("run the centre until it is told to stop"), as_json=False)
    serve.add_argument("--host", help=translate("address to listen on (127.0.0.1)"))
    serve.add_argument("--port", type=int, help=translate("port; 0 takes a free one (8765)"))
    serve.add_argument("--demo", action="store_true", help=translate("practice: every station gets the number 000"))
    add("config", _config, N_("show the centre's settings in force and where each comes from"))
    add(
        "new-epoch", _new_epoch, N_("after the database was put back from a copy: have the stations send what it lacks")
    )


def _serve(arguments: argparse.Namespace) -> int:
    from inspection_station.server.enrolment import make_enrolment_code
    from inspection_station.server.running_log import logging_to
    from inspection_station.server.serving import serve

    settings = centre_settings(arguments, listen__host=arguments.host, listen__port=arguments.port)
    quiet = arguments.demo and "log.level" not in settings.origins
    with (
        logging_to(settings.log.file, "warning" if quiet else settings.log.level),
        centre_at_hand(arguments, practice=arguments.demo, settings=settings) as centre,
    ):
        extra = {"enrolment_code": make_enrolment_code(centre, DEMO_STATION, DEMO_SITE)} if arguments.demo else {}
        again = [sys.executable, "-m", "inspection_station", "central"]
        options = ["--json", *same_centre(arguments)]
        serve(
            centre,
            settings.listen.host,
            settings.listen.port,
            extra,
            backups=[*again, "backup", *options],
            retention=[*again, "retention", *options],
        )
    return OK


def _new_epoch(arguments: argparse.Namespace) -> int:
    from inspection_station.server.centre import renew_epoch

    with centre_at_hand(arguments) as centre:
        return tell_facts(arguments, epoch=renew_epoch(centre))


def _init(arguments: argparse.Namespace) -> int:
    settings = centre_settings(arguments)
    with centre_at_hand(arguments, settings=settings) as centre:
        tell_facts(
            arguments,
            data_folder=str(settings.data_folder),
            database=centre.database.reader.dialect.name,
            epoch=centre.epoch(),
        )
    if not arguments.json:
        print(translate("Next: “central create-admin” makes the first administrator, “central serve” runs the centre."))
        if not settings.backup.folder:
            print(translate("No backup folder is set: no bench will delete a photo before there is a backup."))
    return OK


def _migrate(arguments: argparse.Namespace) -> int:
    from inspection_station.server.backup.dump import revision_of
    from inspection_station.server.opening import open_configured_centre

    steps: list[str] = []
    centre = open_configured_centre(centre_settings(arguments), progress=steps.append)
    try:
        with centre.database.reader.connect() as connection:
            return tell_facts(arguments, revision=revision_of(connection), migrated=steps)
    finally:
        centre.close()


def _config(arguments: argparse.Namespace) -> int:
    shown = list(centre_settings(arguments).items())
    if arguments.json:
        print_json([{"key": one.key, "value": value, "origin": origin} for one, value, origin in shown])
        return OK
    for one, value, origin in shown:
        text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
        print(f"{one.key} = {text}    # {translate(one.describes)} [{origin}]")
    return OK
