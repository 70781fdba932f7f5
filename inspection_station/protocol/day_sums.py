"""How many records of each day a station and its centre hold, and one hash over them (PROTOCOL.md 7).

The day is that of the record's id, a UUIDv7, in UTC: both ends compute the same one from the id alone, whatever their
clocks say. The hash of a day is the exclusive or of its records' hashes, so that their order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspection_station.protocol.messages import is_sha256

DAY_MS = 86_400_000
DAYS_TOLD = 35  # newest ones; each was compared on every one of that many days


@dataclass(frozen=True)
class DaySum:
    """The records of one day: how many, and the exclusive or of their SHA-256 as 64 hex digits."""

    count: int
    hash: str


def day_of_id(record_id: str) -> int:
    """The day, counted from 1970-01-01, in the time that a UUID of version 7 carries; any UUID has some day."""
    return int(record_id[:8] + record_id[9:13], 16) // DAY_MS


def before_day(day: int) -> str:
    """A text that sorts after every id of the days before `day` and before every id of `day` itself."""
    made = f"{day * DAY_MS:012x}"
    return f"{made[:8]}-{made[8:]}"


def day_sums(records: Iterable[tuple[str, str]]) -> dict[int, DaySum]:
    """The sums of (record id, hash), by day."""
    sums: dict[int, tuple[int, int]] = {}
    for record_id, digest in records:
        day = day_of_id(record_id)
        count, mixed = sums.get(day, (0, 0))
        sums[day] = count + 1, mixed ^ int(digest, 16)
    return {day: DaySum(count, f"{mixed:064x}") for day, (count, mixed) in sums.items()}


def newest_days(sums: Mapping[int, DaySum]) -> dict[int, DaySum]:
    """The `DAYS_TOLD` newest of these days."""
    return {day: sums[day] for day in sorted(sums)[-DAYS_TOLD:]}


def sums_to_json(sums: Mapping[int, DaySum]) -> dict[str, list[object]]:
    """The plain form that a greeting carries: day → [count, hash]."""
    return {str(day): [one.count, one.hash] for day, one in sorted(sums.items())}


def sums_from_json(data: object) -> dict[int, DaySum]:
    """The inverse of `sums_to_json`, for data of unknown origin; what is no day's sum is passed over."""
    if not isinstance(data, dict):
        return {}
    found = {}
    for name, told in list(data.items())[: 2 * DAYS_TOLD]:
        if not isinstance(name, str) or not name.isascii() or not name.isdigit() or len(name) > 7:
            continue
        if not isinstance(told, list) or len(told) != 2 or not is_sha256(told[1]):
            continue
        if isinstance(told[0], int) and not isinstance(told[0], bool) and 0 <= told[0] < 2**53:
            found[int(name)] = DaySum(told[0], told[1])
    return newest_days(found)
