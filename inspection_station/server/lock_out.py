"""Locking out after wrong PINs: kept in the database, growing, and measured by clocks that nobody can set.

Two things are counted: the badge that was shown (known or not, so that nothing tells them apart) and the address it
came from. A try is counted before the PIN is looked at, so that a hundred at once are a hundred tries.

A lock lasts until some machine that serves the database has itself seen all of it pass on its steady clock. After a
restart of the machine its measure begins anew: a lock can get longer by that, never shorter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, later
from inspection_station.server.once_told import digest
from inspection_station.server.statements import insert_new
from inspection_station.server.tables import wrong_pin, wrong_pin_anchor
from inspection_station.workflows.steady_clock import Reading

FIRST_LOCK_SECONDS = 300  # as at the bench
LONGEST_LOCK_SECONDS = 24 * 3600
FREE_TRIES_OF_BADGE = 5
FREE_TRIES_OF_ADDRESS = 20  # a whole site may share one
FORGOTTEN_DAYS = 30  # without a try: a few wrong ones that never locked are cleared away


@dataclass(frozen=True)
class Guarded:
    """Something whose tries are counted: a hash that names it, and how many wrong ones are free."""

    subject: str
    free: int


def badge_guard(badge_hash: str) -> Guarded:
    """The badge that was shown, by its hash, known or not."""
    return Guarded(digest(f"badge {badge_hash}"), FREE_TRIES_OF_BADGE)


def address_guard(address: str) -> Guarded:
    """The network address the try came from."""
    return Guarded(digest(f"address {address}"), FREE_TRIES_OF_ADDRESS)


def lock_length(wrong: int, free: int) -> int:
    """Seconds of the lock after the `wrong`-th wrong try: none up to `free`, then doubling."""
    if wrong < free:
        return 0
    return int(min(FIRST_LOCK_SECONDS * 2 ** min(wrong - free, 20), LONGEST_LOCK_SECONDS))


def begin_try(centre: Centre, *guards: Guarded) -> int:
    """Count a try of each as wrong until `forgive` says otherwise; or how many seconds it is locked (0: it counts).

    While one of them is locked nothing is counted.
    """
    reading, now = centre.steady.read(), centre.now()
    with centre.database.writer.begin() as connection:
        guards = tuple(sorted(guards, key=_subject))
        for guarded in guards:  # make the rows, then hold them: tries of one subject go one after the other
            row = {"subject": guarded.subject, "wrong": 0, "lock_seconds": 0, "round": 0, "noted_at": now}
            insert_new(connection, wrong_pin, row)
        left = max(_seconds_left(connection, guarded.subject, reading) for guarded in guards)
        if left:
            return left
        for guarded in guards:
            _count(connection, guarded, reading, now)
        return 0


def _subject(guarded: Guarded) -> str:
    return guarded.subject


def _seconds_left(connection: Connection, subject: str, reading: Reading) -> int:
    mine = wrong_pin.c.subject == subject
    held = connection.execute(sa.select(wrong_pin).where(mine).with_for_update()).mappings().one()
    if not held["lock_seconds"]:
        return 0
    here = (wrong_pin_anchor.c.subject == subject) & (wrong_pin_anchor.c.boot == reading.boot)
    anchor = connection.execute(sa.select(wrong_pin_anchor).where(here)).mappings().one_or_none()
    gone = None
    if anchor is not None and anchor["round"] == held["round"]:
        gone = reading.seconds_since(reading.boot, anchor["boot_ms"])
    if gone is None:
        _anchor(connection, subject, held["round"], reading)
        gone = 0.0
    if gone < held["lock_seconds"]:
        return math.ceil(float(held["lock_seconds"]) - gone)
    connection.execute(sa.update(wrong_pin).where(mine).values(lock_seconds=0))
    return 0


def _anchor(connection: Connection, subject: str, lock: int, reading: Reading) -> None:
    here = (wrong_pin_anchor.c.subject == subject) & (wrong_pin_anchor.c.boot == reading.boot)
    connection.execute(sa.delete(wrong_pin_anchor).where(here))
    row = {"subject": subject, "boot": reading.boot, "round": lock, "boot_ms": reading.milliseconds}
    connection.execute(sa.insert(wrong_pin_anchor).values(**row))


def _count(connection: Connection, guarded: Guarded, reading: Reading, now: str) -> None:
    mine = wrong_pin.c.subject == guarded.subject
    held = connection.execute(sa.select(wrong_pin).where(mine)).mappings().one()
    wrong = held["wrong"] + 1
    length = lock_length(wrong, guarded.free)
    lock = held["round"] + (1 if length else 0)
    values = {"wrong": wrong, "lock_seconds": length, "round": lock, "noted_at": now}
    connection.execute(sa.update(wrong_pin).where(mine).values(**values))
    if length:
        connection.execute(sa.delete(wrong_pin_anchor).where(wrong_pin_anchor.c.subject == guarded.subject))
        _anchor(connection, guarded.subject, lock, reading)


def forgive(centre: Centre, badge: Guarded, address: Guarded) -> None:
    """The PIN was right: the badge begins anew; of the address only this try is taken back.

    Who has a PIN of their own must not be able to try others' without end by putting it in between.
    """
    oldest = later(centre.now(), days=-FORGOTTEN_DAYS)
    with centre.database.writer.begin() as connection:
        for guarded, wrong in ((badge, sa.literal(0)), (address, wrong_pin.c.wrong - 1)):
            mine = (wrong_pin.c.subject == guarded.subject) & (wrong_pin.c.wrong > 0)
            connection.execute(sa.update(wrong_pin).where(mine).values(wrong=wrong, lock_seconds=0))
        forgotten = (wrong_pin.c.noted_at < oldest) & (wrong_pin.c.wrong < FREE_TRIES_OF_BADGE)
        connection.execute(sa.delete(wrong_pin).where(forgotten))


def unlock(connection: Connection, badge_hash: str) -> None:
    """An administrator lets the holder of a badge try again at once."""
    subject = badge_guard(badge_hash).subject
    connection.execute(sa.delete(wrong_pin_anchor).where(wrong_pin_anchor.c.subject == subject))
    connection.execute(sa.delete(wrong_pin).where(wrong_pin.c.subject == subject))
