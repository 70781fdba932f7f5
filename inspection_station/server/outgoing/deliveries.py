"""What waits for each webhook: claimed, marked, given up after 32 hours, sent again when asked.

One postman at a time delivers to a webhook (a lease, which ends by itself), in the order of the facts. A webhook that
does not answer waits as a whole, so that the order holds; a single fact that it refuses while it takes others is set
aside and tried beside them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server.centre import Centre, later
from inspection_station.server.outgoing.telling import WAITING, delivery_row
from inspection_station.server.statements import among, put
from inspection_station.server.tables import outgoing_event, webhook_delivery, webhook_endpoint

DELIVERED, DEAD = "delivered", "dead"
RETRY_HOURS = 32
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0  # seconds
PATIENCE = 5  # refusals by an answer after which a fact is set aside
LEASE_SECONDS = 60
CLAIMED_AT_ONCE = 50
KEPT_DAYS = 14  # what was delivered
_OWN_FAULTS = frozenset({400, 409, 413, 414, 415, 422, 431})  # the answer is about this fact, not about the receiver

_endpoint, _delivery = webhook_endpoint.c, webhook_delivery.c


@dataclass(frozen=True)
class Due:
    """One delivery to make now."""

    endpoint_id: str
    url: str
    secrets: tuple[str, ...]
    event_id: str
    message: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. `status` 0: no answer; `wait`: seconds the receiver asked for."""

    status: int = 0
    error: str = ""
    wait: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether the receiver said that it has it."""
        return 200 <= self.status < 300


def backoff(attempts: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds until the next attempt after so many: 5 s, doubled each time up to an hour, less up to a half."""
    whole = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return whole * (1 - chance() / 2)


def claim(centre: Centre, postman: str, busy: Iterable[str] = ()) -> list[str]:
    """Take the lease of webhooks for which something is due now; those in `busy` are left."""
    now = centre.now()
    due = sa.exists().where(_delivery.endpoint_id == _endpoint.id, _delivery.state == WAITING, _delivery.next_at <= now)
    open_ones = (_endpoint.active == 1) & (_endpoint.next_at <= now) & (_endpoint.lease_until <= now)
    query = sa.select(_endpoint.id).where(open_ones, due, _endpoint.id.not_in(list(busy)))

    def take(connection: Connection) -> list[str]:
        chosen = list(
            connection.scalars(
                query.order_by(_endpoint.next_at).limit(CLAIMED_AT_ONCE).with_for_update(skip_locked=True)
            )
        )
        if chosen:
            leased = {"lease": postman, "lease_until": later(now, seconds=LEASE_SECONDS)}
            connection.execute(sa.update(webhook_endpoint).where(_endpoint.id.in_(chosen)).values(**leased))
        return chosen

    with centre.database.reader.connect() as connection:
        if connection.scalar(query.limit(1)) is None:
            return []  # most of the time: nobody has to write for that
    return centre.database.write(take)


def release(centre: Centre, endpoint_id: str, postman: str) -> None:
    """Give the lease back."""
    mine = (_endpoint.id == endpoint_id) & (_endpoint.lease == postman)
    free = sa.update(webhook_endpoint).where(mine).values(lease="", lease_until="")
    centre.database.write(lambda connection: connection.execute(free).rowcount)


def next_due(centre: Centre, endpoint_id: str, postman: str) -> Due | None:
    """The first fact that is due for a webhook whose lease `postman` holds; None when there is none, or no lease."""
    now = centre.now()
    mine = (_endpoint.id == endpoint_id) & (_endpoint.lease == postman) & (_endpoint.active == 1)
    query = (
        sa.select(webhook_endpoint, outgoing_event.c.id.label("event_id"), outgoing_event.c.seq,
                  outgoing_event.c.type, outgoing_event.c.occurred_at, outgoing_event.c.body)
        .join(webhook_delivery, _delivery.endpoint_id == _endpoint.id)
        .join(outgoing_event, outgoing_event.c.id == _delivery.event_id)
        .where(mine, _endpoint.next_at <= now, _delivery.state == WAITING, _delivery.next_at <= now)
        .order_by(_delivery.seq)
        .limit(1)
    )  # fmt: skip
    with centre.database.reader.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    secrets = [row.secret]
    if row.secret_before and row.secret_before_until > now:
        secrets.append(row.secret_before)
    message = json.dumps(told_event(row, row.event_id), ensure_ascii=False, separators=(",", ":"))
    return Due(endpoint_id, row.url, tuple(secrets), row.event_id, message.encode())


def told_event(row: Any, event_id: str) -> dict[str, Any]:
    """A fact as webhooks and the feed tell it, from its row."""
    return {
        "id": event_id,
        "type": row.type,
        "sequence": row.seq,
        "timestamp": row.occurred_at,
        "data": json.loads(row.body),
    }


def mark(
    centre: Centre, due: Due, postman: str, outcome: Outcome, chance: Callable[[], float] = random.random
) -> bool:
    """Note what came of an attempt; whether the webhook may be given the next fact now."""

    def note(connection: Connection) -> bool:
        of_it = (_delivery.endpoint_id == due.endpoint_id) & (_delivery.event_id == due.event_id)
        endpoint = connection.execute(
            sa.select(webhook_endpoint).where(_endpoint.id == due.endpoint_id).with_for_update()
        ).one_or_none()
        delivery = connection.execute(sa.select(webhook_delivery).where(of_it)).one_or_none()
        if endpoint is None or delivery is None or delivery.state != WAITING:
            return False  # taken away meanwhile, or another postman was there
        if outcome.taken:
            _note_taken(connection, endpoint, of_it, outcome, centre.now())
            going_on = True
        else:
            going_on = _note_refused(connection, endpoint, delivery, of_it, outcome, centre.now(), chance)
        if endpoint.lease == postman:
            mine = sa.update(webhook_endpoint).where(_endpoint.id == due.endpoint_id)
            connection.execute(mine.values(lease_until=later(centre.now(), seconds=LEASE_SECONDS)))
        return going_on and endpoint.lease == postman

    return centre.database.write(note)


def _note_taken(
    connection: Connection, endpoint: Any, of_it: sa.ColumnElement[bool], outcome: Outcome, now: str
) -> None:
    done = {"state": DELIVERED, "done_at": now, "last_status": outcome.status, "last_error": ""}
    connection.execute(sa.update(webhook_delivery).where(of_it).values(**done, attempts=_delivery.attempts + 1))
    answers = {"failures": 0, "next_at": "", "last_success_at": now, "last_error": ""}
    connection.execute(sa.update(webhook_endpoint).where(_endpoint.id == endpoint.id).values(**answers))
    if endpoint.failures:  # it is back: what waited because of it goes now, in its order
        waits = (_delivery.endpoint_id == endpoint.id) & (_delivery.state == WAITING)
        held_up = waits & (_delivery.attempts > 0) & (_delivery.set_aside < 2)
        at_once = {"next_at": now, "set_aside": sa.case((_delivery.set_aside == 1, 2), else_=0)}
        connection.execute(sa.update(webhook_delivery).where(held_up).values(**at_once))


def _note_refused(
    connection: Connection, endpoint: Any, delivery: Any, of_it: sa.ColumnElement[bool], outcome: Outcome, now: str,
    chance: Callable[[], float],
) -> bool:  # fmt: skip
    attempts, deadline = delivery.attempts + 1, later(delivery.queued_at, hours=RETRY_HOURS)
    told = (outcome.error or f"HTTP {outcome.status}")[:200]
    changed: dict[str, Any] = {"attempts": attempts, "last_status": outcome.status, "last_error": told}
    asked = min(outcome.wait, LONGEST_WAIT)
    about_it = outcome.status in _OWN_FAULTS or bool(delivery.set_aside and outcome.status)
    aside = about_it or (outcome.status > 0 and attempts >= PATIENCE)
    failures = endpoint.failures + (0 if about_it else 1)
    wait = max(backoff(attempts if aside else failures, chance), asked)
    changed |= {"set_aside": max(delivery.set_aside, int(aside)), "next_at": min(later(now, seconds=wait), deadline)}
    if now >= deadline:
        changed |= {"state": DEAD, "done_at": now}
    connection.execute(sa.update(webhook_delivery).where(of_it).values(**changed))
    mine = sa.update(webhook_endpoint).where(_endpoint.id == endpoint.id)
    if outcome.status == 410:
        connection.execute(mine.values(active=0, stopped="HTTP 410", last_error=told))
        return False
    if about_it:
        return True
    # Set aside, it makes room for the next one soon; otherwise all wait for it.
    held = later(now, seconds=max(FIRST_WAIT, asked)) if aside else changed["next_at"]
    connection.execute(mine.values(failures=failures, next_at=held, last_error=told))
    overdue = (
        (_delivery.endpoint_id == endpoint.id) & (_delivery.state == WAITING)
        & (_delivery.queued_at <= later(now, hours=-RETRY_HOURS))
    )  # fmt: skip
    given_up = {"state": DEAD, "done_at": now, "last_error": told}
    connection.execute(sa.update(webhook_delivery).where(overdue).values(**given_up))
    return False


def replay(centre: Centre, endpoint: Mapping[str, Any], start: str, end: str) -> int:
    """Queue every fact told from `start` up to before `end` (centre's times) for the webhook again; how many.

    They keep their ids, so that the receiver knows those it has. What waits already stays as it is.
    """
    wanted = set(json.loads(endpoint["types"]))
    query = sa.select(outgoing_event.c.id, outgoing_event.c.seq).where(
        outgoing_event.c.recorded_at >= start, outgoing_event.c.recorded_at < end
    )
    if wanted:
        query = query.where(outgoing_event.c.type.in_(sorted(wanted)))
    if endpoint["site"]:
        query = query.where(outgoing_event.c.site == endpoint["site"])
    return centre.database.write(lambda connection: _queue_again(connection, endpoint["id"], query, centre.now()))


def resend_dead(centre: Centre, endpoint_id: str, event_ids: Iterable[str] | None = None) -> int:
    """Queue what could not be delivered again, all of it or these facts; how many."""
    dead = (_delivery.endpoint_id == endpoint_id) & (_delivery.state == DEAD)
    query = sa.select(_delivery.event_id.label("id"), _delivery.seq).where(dead)
    chosen = None if event_ids is None else list(event_ids)

    def again(connection: Connection) -> int:
        wanted = query if chosen is None else query.where(among(connection, _delivery.event_id, chosen))
        return _queue_again(connection, endpoint_id, wanted, centre.now())

    return centre.database.write(again)


def _queue_again(connection: Connection, endpoint_id: str, query: sa.Select[Any], now: str) -> int:
    waits = (_delivery.endpoint_id == endpoint_id) & (_delivery.state == WAITING)
    waiting = set(connection.scalars(sa.select(_delivery.event_id).where(waits)))
    rows = [
        delivery_row(endpoint_id, row.id, row.seq, now) for row in connection.execute(query) if row.id not in waiting
    ]
    put(connection, webhook_delivery, rows)
    return len(rows)


def dead_letters(centre: Centre, endpoint_id: str, after: int, limit: int) -> list[dict[str, Any]]:
    """What could not be delivered to a webhook, in the order of the facts, each with why."""
    query = (
        sa.select(webhook_delivery, outgoing_event.c.type, outgoing_event.c.occurred_at, outgoing_event.c.body)
        .join(outgoing_event, outgoing_event.c.id == _delivery.event_id)
        .where(_delivery.endpoint_id == endpoint_id, _delivery.state == DEAD, _delivery.seq > after)
        .order_by(_delivery.seq)
        .limit(limit)
    )
    with centre.database.reader.connect() as connection:
        rows = connection.execute(query).all()
    told = ("attempts", "queued_at", "done_at", "last_status", "last_error")
    return [
        {"event": told_event(row, row.event_id)} | {name: row._mapping[name] for name in told} for row in rows
    ]


def forget_delivered(centre: Centre) -> None:
    """Take away the notes of deliveries that were made long ago; the facts themselves stay."""
    old = (_delivery.state == DELIVERED) & (_delivery.done_at < later(centre.now(), days=-KEPT_DAYS))
    centre.database.write(lambda connection: connection.execute(sa.delete(webhook_delivery).where(old)).rowcount)
