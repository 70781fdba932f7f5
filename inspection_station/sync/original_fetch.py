"""A photo that was deleted here, fetched back from the centre: whole, checked against its hash, durable.

On a line of its own, so that records and photos never wait behind it. The line uses what the sync's own one learnt
when it greeted; while that one has not, or the centre does not answer, there is nothing to fetch from.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from inspection_station.errors import N_, StationProblem
from inspection_station.sync.client import CentreClient, Refused, SyncFailure

PATIENCE = 10.0  # seconds of silence from the centre after which the fetch ends; a person waits for it

log = logging.getLogger(__name__)

Arriving = Callable[[int, int], None]


class FetchEnded(Exception):
    """Whoever asked does not want the photo any more; raise it from `arriving`."""


class KeepsPhotos(Protocol):
    """The photos on this station's disk."""

    def keep(self, jpeg: bytes) -> Any:
        """Make the bytes durable under their hash."""


def offline() -> StationProblem:
    """There is no centre to fetch from just now."""
    return StationProblem(
        "original.offline",
        N_("The centre cannot be reached; the original is there."),
        N_("Try again when the link is back."),
    )


class OriginalFetch:
    """Fetches one photo at a time; to be called from one thread that is neither the window's nor the sync's."""

    def __init__(
        self,
        main_line: CentreClient,
        own_line: CentreClient,
        photos: KeepsPhotos,
        centre_now: Callable[[], str | None],
    ) -> None:
        """`centre_now`: the centre's time, None while it is not known."""
        self._main, self._own, self._photos, self._centre_now = main_line, own_line, photos, centre_now

    def fetch(self, sha256: str, arriving: Arriving = lambda _here, _whole: None) -> str:
        """Bring the photo back; it is here, durably, when this returns the centre's time.

        Args:
            arriving: told how many bytes came, of how many (0: not said); raises `FetchEnded` to end it.

        Raises:
            StationProblem: ``original.offline``, ``original.absent`` or ``original.refused``: nothing was kept;
                ``disk.*``: no room for it, or the disk's fault.
        """
        if not self._main.has_greeted:
            raise offline()
        now = self._centre_now()
        if now is None:
            raise offline()
        self._own.greeted_as(self._main)
        try:
            photo = self._own.picture(sha256, arriving)
        except Refused as refusal:
            raise self._problem(refusal) from refusal
        except SyncFailure as failure:
            log.info("an original was not fetched: %s", type(failure).__name__)
            raise offline() from failure
        self._photos.keep(photo)
        return now

    @staticmethod
    def _problem(refusal: Refused) -> StationProblem:
        if refusal.code == "station.nonce_expired":
            return offline()  # the sync greets again by itself
        if refusal.code == "photo.absent":
            return StationProblem(
                "original.absent",
                N_("The centre does not hold this photo any more."),
                N_("Ask an administrator: its retention or a damaged disk may have taken it."),
            )
        return StationProblem(
            "original.refused",
            N_("The centre does not give the original ({reason})."),
            N_("See the sync card in the settings."),
            reason=refusal.code,
        )
