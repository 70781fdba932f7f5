"""A scale on the far end of a pseudo-terminal that sends its weight by itself, again and again. Not on Windows."""

from __future__ import annotations

import os
import threading
import tty

EVERY = 0.05  # seconds between two frames


class TerminalScale:
    """Sends what lies on it at `device`; `weigh` puts something there, at rest or still moving."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()  # theirs stays open here, so that the line outlives a connection
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.device = os.ttyname(self._theirs)
        self._frame = b""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self.weigh(0)
        self._thread.start()

    def weigh(self, grams: int, *, moving: bool = False) -> None:
        """So much lies there from now on."""
        self._frame = f"{'US' if moving else 'ST'},GS,+{grams / 1000:09.3f}kg\r\n".encode()

    def _send(self) -> None:
        while not self._ending.wait(EVERY):
            try:
                os.write(self._ours, self._frame)
            except BlockingIOError:
                continue  # nobody listens, and the line is full

    def close(self) -> None:
        """End it and let the line go."""
        self._ending.set()
        self._thread.join(5)
        for descriptor in (self._ours, self._theirs):
            os.close(descriptor)
