"""``central`` commands that look: an inspection's link, search, and what the centre holds."""

from __future__ import annotations

import argparse

from inspection_station.admin.centre_at_hand import (
    DEFAULT_PORT,
    AddCommand,
    centre_at_hand,
    inspection_called,
    tell_facts,
)
from inspection_station.admin.command_line import OK, print_json
from inspection_station.errors import N_
from inspection_station.i18n import translate


def register(add: AddCommand) -> None:
    """Add the commands."""
    link = add("link", _link, N_("make an expiring link to the evidence page of an inspection"))
    link.add_argument("inspection", metavar="INSPECTION", help=translate("id, RT number or tracking number"))
    link.add_argument("--viewer", required=True, help=translate("who will look; every view is logged under this name"))
    link.add_argument("--days", type=float, default=7, help=translate("how long the link is good for (7)"))
    link.add_argument("--url", default=f"http://127.0.0.1:{DEFAULT_PORT}", help=translate("address of the centre"))
    search = add("search", _search, N_("find inspections by the beginning of a number"))
    search.add_argument("text", nargs="?", default="", metavar="TEXT", help=translate("number; none finds the newest"))
    search.add_argument("--limit", type=int, default=50, help=translate("most lines (50)"))
    stats = add("stats", _stats, N_("say what the centre holds"))
    stats.add_argument("--verify", action="store_true", help=translate("read and hash every photo again"))


def _link(arguments: argparse.Namespace) -> int:
    from inspection_station.server.links import make_link

    with centre_at_hand(arguments) as centre:
        wanted = inspection_called(centre, arguments.inspection)
        token = make_link(centre, wanted, arguments.viewer, arguments.days)
    return tell_facts(arguments, inspection=wanted, url=f"{arguments.url.rstrip('/')}/evidence/{token}")


def _search(arguments: argparse.Namespace) -> int:
    from inspection_station.server.search import find_inspections

    with centre_at_hand(arguments) as centre:
        found = find_inspections(centre, arguments.text, arguments.limit)
    if arguments.json:
        print_json({"inspections": found})
        return OK
    for one in found:
        items = "; ".join(f"{item['rt_number']} {item['grade']} {item['disposition']}" for item in one["items"])
        print(f"{one['id']}  {one['tracking_number']}  {one['state']}  {items}")
    return OK


def _stats(arguments: argparse.Namespace) -> int:
    from inspection_station.server.search import count_everything

    with centre_at_hand(arguments) as centre:
        return tell_facts(arguments, **count_everything(centre, verify_photos=arguments.verify))
