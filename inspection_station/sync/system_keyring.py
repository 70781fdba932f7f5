"""The operating system's keyring, as far as it is one: asked on a thread of its own, never waited for without end.

A locked keyring may ask a person for its password and answer only then. Who calls this is never the window's thread,
and goes on without the keyring when it does not answer in time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

log = logging.getLogger(__name__)

SERVICE = "inspection-station"
ANSWER_SECONDS = 20.0  # a person finds and types the keyring's password in this time, or is asked at the next try
_NONE_AT_ALL = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")  # the last keeps plain files


class Keyring(Protocol):
    """What is asked of the keyring; the library's backends are of this form."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret kept under these names; None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret under these names."""


class KeyringSilent(Exception):
    """The keyring is locked, or out of order."""


def system_keyring() -> Keyring | None:
    """The keyring of this system and user; None where there is none that keeps secrets better than a file."""
    try:
        import keyring  # asks the system's services, so only when a key is wanted

        found = keyring.get_keyring()
        if found.priority <= 0 or type(found).__module__.startswith(_NONE_AT_ALL):
            return None
        return found
    except Exception as error:  # a backend of the system may fail in any way; there is the file then
        log.info("no keyring: %s", type(error).__name__)
        return None


def ask(keyring: Keyring, name: str, seconds: float = ANSWER_SECONDS) -> str | None:
    """The secret called `name`; None when there is none. Raises `KeyringSilent`."""
    found: str | None = _in_time(lambda: keyring.get_password(SERVICE, name), seconds)
    return found


def keep(keyring: Keyring, name: str, secret: str, seconds: float = ANSWER_SECONDS) -> None:
    """Keep `secret` under `name` and read it back; raises `KeyringSilent` when it is not there afterwards."""
    _in_time(lambda: keyring.set_password(SERVICE, name, secret), seconds)
    if ask(keyring, name, seconds) != secret:
        raise KeyringSilent("not kept")


def _in_time(work: Callable[[], Any], seconds: float) -> Any:
    answers: list[Any] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # whatever a backend raises
            faults.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if answers:
        return answers[0]
    reason = type(faults[0]).__name__ if faults else "no answer"
    log.info("the keyring does not answer: %s", reason)
    raise KeyringSilent(reason)
