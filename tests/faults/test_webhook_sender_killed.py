"""The sender of webhooks is killed between a receiver's answer and its own note of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from centre_cases import PROJECT, inspection_events, line_of
from webhook_receiver import LOOPBACK, Received, Receiver

from inspection_station.server import ledger
from inspection_station.server.centre import open_centre
from inspection_station.server.configuration import CentreSettings, WebhookSettings
from inspection_station.server.outgoing import deliveries, endpoints
from inspection_station.server.outgoing.endpoints import Wish
from inspection_station.server.tables import outgoing_event, webhook_delivery

CHILD = Path(__file__).with_name("webhook_child.py")


def postman(folder: Path, ahead: int) -> subprocess.Popen[bytes]:
    """One that works on `folder`, by a clock so many seconds ahead."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen([sys.executable, str(CHILD), str(folder), str(ahead)], cwd=PROJECT, env=environment)


def test_killed_after_every_few_answers_and_each_fact_still_comes(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    folder = tmp_path / "centre"
    settings = CentreSettings(webhooks=WebhookSettings(LOOPBACK))
    centre = replace(open_centre(folder), settings=settings)
    for number in range(1, rounds(3, 30) + 1):
        events = inspection_events(number=number, tracking_number=f"SF{number:013d}")
        ledger.take(centre, "s", [line_of(event) for event in events])
    with centre.database.reader.connect() as connection:
        facts = list(connection.scalars(sa.select(outgoing_event.c.id).order_by(outgoing_event.c.seq)))
    kills = rounds(3, 20)
    killed, finished = threading.Event(), threading.Event()
    child: list[subprocess.Popen[bytes]] = []
    left = [kills]

    def answer(one: Received) -> int | None:
        if left[0] and len(receiver.received) % 4 == 0:
            left[0] -= 1
            os.kill(child[-1].pid, signal.SIGKILL)  # it has sent and will never note it
            child[-1].wait()
            killed.set()
        elif not left[0] and one.id == facts[-1]:
            finished.set()
        return 204

    with Receiver(answer) as receiver:
        made = endpoints.make_endpoint(centre, Wish(name="WMS", url=receiver.url), "admin")
        with centre.database.reader.connect() as connection:
            row = endpoints.find_endpoint(connection, made["id"])
        assert deliveries.replay(centre, row, "2000", "9") == len(facts)
        ahead = 0
        for _ in range(kills):
            ahead += deliveries.LEASE_SECONDS + 5
            killed.clear()
            child.append(postman(folder, ahead))
            try:
                assert killed.wait(60)
            finally:
                child[-1].kill()
                child[-1].wait()
        ahead += deliveries.LEASE_SECONDS + 5
        child.append(postman(folder, ahead))
        try:
            assert finished.wait(60)
        finally:
            child[-1].kill()
            child[-1].wait()
    assert receiver.ids == facts  # in their order, each at least once
    assert len(receiver.received) == len(facts) + kills  # and twice only what was not noted
    with centre.database.reader.connect() as connection:
        noted = connection.scalar(
            sa.select(sa.func.count()).where(webhook_delivery.c.state == deliveries.DELIVERED)
        )
    assert noted is not None and noted >= len(facts) - 1  # the last may have been killed before its note
    centre.close()
