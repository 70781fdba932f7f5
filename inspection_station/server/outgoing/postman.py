"""Carries facts to webhooks: signed, each at least once, every webhook at its own pace.

A delivery is marked after the receiver has answered, so that a centre that dies in between sends it again; the receiver
knows it by its ``webhook-id``. Redirects are not followed, certificates are verified, and what is sent goes to the very
address that was checked (`addresses`).
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2
import sqlalchemy as sa
from standardwebhooks import Webhook

from inspection_station import __version__
from inspection_station.server.centre import Centre
from inspection_station.server.outgoing import deliveries
from inspection_station.server.outgoing.addresses import AddressRefused, destination
from inspection_station.server.outgoing.deliveries import Due, Outcome
from inspection_station.server.renewals import bring_up_to_date

ANSWER_SECONDS = 15.0  # for one delivery, name and connection included
LOOK_SECONDS = 1.0  # how long something may lie before it is seen
IN_ONE_GO = 50  # facts to one webhook before its lease is given back
HOUSEKEEPING_SECONDS = 3600.0
MOST_CONNECTIONS = 100

log = logging.getLogger(__name__)


def signatures(due: Due, at: datetime) -> str:
    """The header ``webhook-signature``: one for each secret that is good now."""
    body = due.message.decode()
    return " ".join(Webhook(secret).sign(due.event_id, at, body) for secret in due.secrets)


class Postman:
    """Delivers what is due.

    Args:
        answer_seconds: how long a receiver may take for one fact.
        trust: whose certificates are believed; the system's, when it is not given.
    """

    def __init__(
        self,
        centre: Centre,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        trust: ssl.SSLContext | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = secrets.token_hex(8)
        self._centre = centre
        self._answer_seconds = answer_seconds
        self._trust = trust or ssl.create_default_context()
        self._chance = chance
        self._client: httpx2.AsyncClient | None = None
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()

    def _new_client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            verify=self._trust,
            trust_env=False,  # a proxy of the environment would look names up by itself
            follow_redirects=False,
            timeout=self._answer_seconds,
            limits=httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=20),
        )

    def deliver_due(self) -> int:
        """Deliver everything that is due now, as far as the receivers go along; how many attempts were made."""
        return asyncio.run(self._deliver_due())

    async def _deliver_due(self) -> int:
        async with self._new_client() as self._client:
            claimed = await asyncio.to_thread(deliveries.claim, self._centre, self.name)
            return sum(await asyncio.gather(*(self._deliver_to(endpoint_id) for endpoint_id in claimed)))

    async def _deliver_to(self, endpoint_id: str) -> int:
        made = 0
        try:
            while made < IN_ONE_GO:
                due = await asyncio.to_thread(deliveries.next_due, self._centre, endpoint_id, self.name)
                if due is None:
                    break
                outcome = await self._send(due)
                made += 1
                if not await asyncio.to_thread(
                    deliveries.mark, self._centre, due, self.name, outcome, self._chance
                ):
                    break
        finally:
            await asyncio.to_thread(deliveries.release, self._centre, endpoint_id, self.name)
        return made

    async def _send(self, due: Due) -> Outcome:
        assert self._client is not None
        at = datetime.fromisoformat(self._centre.now()).astimezone(UTC)
        headers = {
            "content-type": "application/json",
            "user-agent": f"inspection-station/{__version__}",
            "webhook-id": due.event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signatures(due, at),
        }
        try:
            async with asyncio.timeout(self._answer_seconds):
                to = await destination(due.url, self._centre.settings.webhooks.private_addresses)
                request = self._client.build_request(
                    "POST", to.url, content=due.message, headers={**headers, "host": to.authority},
                    extensions={"sni_hostname": to.host},
                )  # fmt: skip
                answer = await self._client.send(request, stream=True)
                try:
                    return Outcome(answer.status_code, "", _seconds(answer.headers.get("retry-after", "")))
                finally:
                    await answer.aclose()  # what it says beyond the status is not read
        except AddressRefused as refused:
            return Outcome(error=f"not sent: {refused}")
        except TimeoutError:
            return Outcome(error=f"no answer within {self._answer_seconds:g} s")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            return Outcome(error=_reason(error))

    async def _work(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        running: dict[str, asyncio.Task[int]] = {}
        housekeeping = 0.0
        async with self._new_client() as self._client:
            while not self._stop.is_set():
                try:
                    if self._loop.time() >= housekeeping:
                        housekeeping = self._loop.time() + HOUSEKEEPING_SECONDS
                        await asyncio.to_thread(deliveries.forget_delivered, self._centre)
                    await asyncio.to_thread(bring_up_to_date, self._centre)
                    for endpoint_id in await asyncio.to_thread(deliveries.claim, self._centre, self.name, running):
                        running[endpoint_id] = asyncio.create_task(self._deliver_to(endpoint_id))
                except (sa.exc.SQLAlchemyError, OSError) as error:
                    log.warning("webhooks wait: %s", getattr(error, "orig", None) or type(error).__name__)
                for endpoint_id in [name for name, task in running.items() if task.done()]:
                    _tell_fault(running.pop(endpoint_id))
                await self._pause()
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)

    async def _pause(self) -> None:
        assert self._stop is not None
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._stop.wait()
        except TimeoutError:
            pass

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver in a thread of its own until the end; what is under way then is sent again next time."""
        thread = threading.Thread(target=lambda: asyncio.run(self._work()), name="postman", daemon=True)
        thread.start()
        self._started.wait()
        try:
            yield
        finally:
            assert self._loop is not None and self._stop is not None
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join(self._answer_seconds + 5)


def _tell_fault(task: asyncio.Task[int]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.warning("a webhook waits: %s", getattr(error, "orig", None) or type(error).__name__)


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLError) or "certificate" in str(error).lower():
        return "the certificate is not to be trusted"
    return type(error).__name__


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
