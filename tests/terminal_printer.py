"""A label printer behind a device file or a serial port: the far end of a pseudo terminal. Not on Windows."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import tty

from network_printer import READY


class TerminalPrinter:
    """Listens at `device`; `received` are the labels that were read to their end.

    Args:
        reads: False for a printer that takes nothing in.
        answer: what it says to `question`; b"" for one that never answers. May be changed at any time.
        end: the last bytes of a label in its language.
    """

    def __init__(
        self, *, reads: bool = True, answer: bytes = READY, question: bytes = b"~HS\r\n", end: bytes = b"^XZ\n"
    ) -> None:
        self.answer = answer
        self.received: list[bytes] = []
        self.taken = threading.Event()
        self._question, self._end = question, end
        self._ours, self._theirs = pty.openpty()  # theirs stays open here, so that the line outlives a connection
        tty.setraw(self._theirs)
        self.device = os.ttyname(self._theirs)
        self._waking, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        if reads:
            self._thread.start()

    def say(self, text: bytes) -> None:
        """Say something unasked."""
        os.write(self._ours, text)

    def settings(self) -> list[object]:
        """How the port is set (`termios.tcgetattr`)."""
        return list(termios.tcgetattr(self._theirs))

    def _serve(self) -> None:
        label = b""
        while True:
            ready, _, _ = select.select([self._ours, self._waking], [], [])
            if self._waking in ready:
                return
            label += os.read(self._ours, 4096)
            while self._question in label:
                label = label.replace(self._question, b"", 1)
                if self.answer:
                    os.write(self._ours, self.answer)
            while self._end in label:  # one read may hold the end of a label and the next one's beginning
                whole, label = label.split(self._end, 1)
                self.received.append(whole + self._end)
                self.taken.set()

    def unplug(self) -> None:
        """The device is gone."""
        if self._wake >= 0:
            os.write(self._wake, b"x")
            if self._thread.is_alive():
                self._thread.join(5)
            for end in (self._ours, self._theirs, self._waking, self._wake):
                os.close(end)
            self._wake = -1
