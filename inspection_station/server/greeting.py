"""What a station says of itself when it greets: protocol, clocks, and the sums of its days (PROTOCOL.md 3 and 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.protocol.day_sums import sums_from_json
from inspection_station.protocol.messages import OLDEST_PROTOCOL, PROTOCOL
from inspection_station.server.centre import Centre
from inspection_station.server.copied_stations import is_copied, note_turn
from inspection_station.server.problems import Problem, problem_sentences
from inspection_station.server.reconcile_days import days_to_reconcile
from inspection_station.server.tables import station, station_clock

MOST = 2**53 - 1


def chosen_protocol(asked: object) -> dict[str, Any]:
    """The parts of the answer that say which protocol both speak, and whether the station can be told things.

    One that is too old or too new is not turned away: what it sends is taken. It is told nothing then, and in words.

    Raises:
        Problem: ``request.malformed``.
    """
    least = asked.get("min") if isinstance(asked, dict) else None
    most = asked.get("max") if isinstance(asked, dict) else None
    if not isinstance(least, int) or not isinstance(most, int) or not 0 < least <= most:
        raise Problem("request.malformed")
    if most >= OLDEST_PROTOCOL and least <= PROTOCOL:
        return {"chosen": min(most, PROTOCOL), "receiving": True}
    english, chinese = problem_sentences("feed.protocol", "en"), problem_sentences("feed.protocol", "zh_CN")
    notice = {
        "code": "feed.protocol",
        "what": {"en": english[0], "zh": chinese[0]},
        "to_do": {"en": english[1], "zh": chinese[1]},
    }
    return {"chosen": min(most, PROTOCOL), "receiving": False, "notice": notice}


def require_receiving(told: str) -> None:
    """Refuse the feed to a station of a protocol that is too old for it; one that says none speaks the first.

    Raises:
        Problem: ``feed.protocol``.
    """
    spoken = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 1
    if not OLDEST_PROTOCOL <= spoken <= PROTOCOL:
        raise Problem("feed.protocol")


def note_greeting(centre: Centre, station_id: str, asked: Mapping[str, Any]) -> tuple[list[int], bool]:
    """Keep when and by what clocks the station greeted; the days that it should offer again, and whether it is one
    of two that send under its name."""
    now = centre.now()
    with centre.database.writer.begin() as connection:
        seen = sa.update(station).where(station.c.id == station_id)
        connection.execute(seen.values(last_seen=now, app_version=str(asked.get("app_version", ""))[:100]))
        _keep_clock(connection, station_id, asked, now)
        note_turn(connection, station_id, asked, now)
        copied = is_copied(connection, station_id)
    sums = sums_from_json(asked.get("days"))
    with centre.database.reader.connect() as connection:
        return days_to_reconcile(connection, station_id, sums), copied


def _keep_clock(connection: Connection, station_id: str, asked: Mapping[str, Any], now: str) -> None:
    told = asked.get("clock")
    clock: Mapping[str, Any] = told if isinstance(told, dict) else {}
    boot = clock.get("boot_id")
    connection.execute(sa.delete(station_clock).where(station_clock.c.station_id == station_id))
    connection.execute(
        sa.insert(station_clock).values(
            station_id=station_id,
            wall_ms=_whole(asked.get("clock_ms")),
            monotonic_ms=_whole(clock.get("monotonic_ms")),
            boot_id=boot[:64] if isinstance(boot, str) and boot.isprintable() and boot.isascii() else "",
            received_at=now,
        )
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST else 0
