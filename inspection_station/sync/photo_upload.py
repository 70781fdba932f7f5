"""Photos to the centre: resumed where they broke off, in parts, so that nothing waits behind a big one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from inspection_station.sync.client import CentreClient, Refused, ServerTrouble
from inspection_station.workflows.ports import Outbox, PhotoStore

SMALLEST_PART = 256 * 1024  # bytes
LARGEST_PART = 4 * 1024 * 1024
PART_SECONDS = 0.5  # what a part should take at most, so that records get their turn
MOST_REFUSALS = 5  # definite failures of one photo before a person has to look at it
MOST_STUMBLES = 3  # of the centre over photos in one go before it is left alone
MOST_RESTARTS = 6  # of one photo in one attempt
SPLIT_RESTARTS = 2  # after which a photo is sent in one part

log = logging.getLogger(__name__)


def next_part_size(size: int, seconds: float) -> int:
    """The size of the next part after one of `size` bytes took `seconds`."""
    if seconds > PART_SECONDS:
        return max(SMALLEST_PART, size // 2)
    return min(LARGEST_PART, size * 2) if seconds < PART_SECONDS / 2 else size


class PhotoUpload:
    """Sends the photos that wait, one after the other."""

    def __init__(
        self,
        outbox: Outbox,
        photos: PhotoStore,
        client: CentreClient,
        *,
        between_parts: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._photos = photos
        self._client = client
        self._between_parts = between_parts
        self._monotonic = monotonic
        self._part_size = SMALLEST_PART
        self._refusals: dict[str, int] = {}
        self.arrived = 0  # whole, in the last `send_all`
        self._stumbled: set[str] = set()  # photos over which the centre stumbled; sent after all others

    def send_all(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Send what waits until nothing is left or `stop` says so; `arrived` counts, whether it ends well or not.

        Raises:
            SyncFailure: the centre cannot be reached or refuses the station itself.
            StationProblem: the station's own disk.
        """
        self.arrived = stumbles = 0
        put_off: set[str] = set()
        while not stop():
            pending = self._outbox.pending_photos(len(put_off) + len(self._stumbled) + 16)
            waiting = [name for name in pending if name not in put_off]
            if not waiting:
                if stumbles:
                    raise ServerTrouble(500)
                return
            for sha256 in [name for name in waiting if name not in self._stumbled] or waiting:
                if stop():
                    return
                try:
                    went = self._send(sha256)
                except ServerTrouble as trouble:
                    stumbles += 1
                    if not trouble.is_stumble or stumbles > MOST_STUMBLES:
                        raise
                    log.warning("the centre stumbles over a photo; the others go first")
                    self._stumbled.add(sha256)
                    went = False
                else:
                    self._stumbled.discard(sha256)
                self.arrived += went
                put_off |= set() if went else {sha256}

    def _send(self, sha256: str) -> bool:
        """Send one photo; False when it could not go now or was given up."""
        try:
            total = self._photos.path(sha256).stat().st_size
        except FileNotFoundError:
            total = 0
        except OSError as error:  # a disk that fails now may answer later
            log.info("a photo cannot be read now: %s", error.strerror)
            return False
        if total == 0:
            self._outbox.mark_photo_refused(sha256, "photo.absent_here")
            return False
        try:
            whole = self._send_parts(sha256, total)
        except Refused as refusal:
            if not refusal.code.startswith("photo."):
                raise
            return self._was_refused(sha256, refusal.code)
        except OSError as error:
            log.info("a photo cannot be read now: %s", error.strerror)
            return False
        if whole:
            self._refusals.pop(sha256, None)
            self._outbox.mark_photo_stored(sha256)
        return whole

    def _send_parts(self, sha256: str, total: int) -> bool:
        at = self._client.photo_offset(sha256)
        if at is None:
            return True
        at = min(at, total - 1)  # all of it came and could not be kept: one byte more and it is tried again
        restarts = 0
        while True:
            if restarts > SPLIT_RESTARTS:  # several instances in turn, each with a part of its own: one takes it whole
                at = 0
            with self._photos.path(sha256).open("rb") as photo:
                photo.seek(at)
                part = photo.read(total if restarts > SPLIT_RESTARTS else min(self._part_size, total - at))
            begun = self._monotonic()
            try:
                word, at = self._client.send_photo_part(sha256, part, at, total)
            except Refused as refusal:
                restarts += 1
                if refusal.code == "photo.busy":
                    raise ServerTrouble(refusal.status) from refusal
                if refusal.code not in ("photo.wrong_offset", "photo.part_differs") or restarts > MOST_RESTARTS:
                    raise
                if isinstance(refusal.offset, int) and 0 <= refusal.offset < total:
                    at = refusal.offset
                continue
            if word in ("stored", "duplicate"):
                return True
            if not 0 <= at < total:
                raise ServerTrouble(200)
            self._part_size = next_part_size(self._part_size, self._monotonic() - begun)
            self._between_parts()

    def _was_refused(self, sha256: str, code: str) -> bool:
        """A definite refusal: at once final when the picture is none or damaged here, else after some more."""
        count = self._refusals[sha256] = self._refusals.get(sha256, 0) + 1
        if code == "photo.wrong_hash" and not self._photos.verify(sha256):
            code = "photo.damaged_here"
        if code in ("photo.not_a_picture", "photo.damaged_here") or count >= MOST_REFUSALS:
            log.warning("a photo was refused by the centre: %s", code)
            self._outbox.mark_photo_refused(sha256, code)
        return False
