"""Who this station is to the centre: its Ed25519 key and what the enrolment gave it.

The private key lies in the system's keyring; where there is none, in a file of the data folder that only its owner may
read (`key_place` tells which). It never leaves the machine and is never logged.

A key is made in a file and moves into the keyring by itself, and never so that its only copy could be lost: one run
puts it there, and only a later one, to which the keyring gives it back, removes the file.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inspection_station.durable_files import PRIVATE, sync_folder, write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.protocol.messages import is_uuid, signed_bytes
from inspection_station.sync.system_keyring import Keyring, KeyringSilent, ask, keep, system_keyring
from inspection_station.workflows.ports import StationIdentity

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # loaded with the key

KEY_FILE = "device_key"
KEYRING_NOTE = "device_key_in_keyring.json"  # which key the keyring keeps for this folder; no secret
ENROLMENT_FILE = "enrolment.json"
KeyPlace = Literal["none", "file", "moving", "keyring"]

log = logging.getLogger(__name__)
_THIS_RUN = secrets.token_hex(8)


class DeviceKey:
    """The station's Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_text(self) -> str:
        """The public key as base64, as the centre keeps it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    @property
    def private_text(self) -> bytes:
        """The private key as base64, for the place that keeps it and nobody else."""
        return base64.b64encode(self._key.private_bytes_raw())

    def sign(self, method: str, target: str, body_sha256: str, station_id: str, nonce: str, epoch: str) -> str:
        """The signature of one request, base64 (PROTOCOL.md 2)."""
        message = signed_bytes(method, target, body_sha256, station_id, nonce, epoch)
        return base64.b64encode(self._key.sign(message)).decode()

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only this device can make, another for every `purpose`."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), 32, b"inspection-station device", purpose.encode())
        return derived.derive(self._key.private_bytes_raw())


def key_place(folder: Path) -> KeyPlace:
    """Where the key of `folder` lies, without asking the keyring; ``moving``: in the keyring, and still in the file."""
    in_file, in_keyring = (folder / KEY_FILE).exists(), (folder / KEYRING_NOTE).exists()
    if in_file:
        return "moving" if in_keyring else "file"
    return "keyring" if in_keyring else "none"


def load_or_make_key(
    folder: Path, keyring: Callable[[], Keyring | None] = system_keyring, run: str = _THIS_RUN
) -> DeviceKey:
    """The key kept for `folder`, made first when there is none; may wait for a keyring, so not on the window's thread.

    Args:
        run: names this run of the program; what it put into the keyring it does not take out of the file.

    Raises:
        StationProblem: ``identity.key_unreadable``, ``identity.keyring_silent``, ``identity.key_gone`` or
            ``identity.unwritable``.
    """
    path = folder / KEY_FILE
    try:
        key: DeviceKey | None = _key_of(path.read_bytes())
    except FileNotFoundError:
        key = None
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    note = _read_note(folder)
    if key is None and note is not None:
        return _key_of_keyring(folder, note, keyring())
    if key is None:
        key = _new_key()
        _keep_private(path, key.private_text)
    ring = keyring()
    if ring is not None:
        _move(folder, key, note, ring, run)
    return key


def key_to_enrol(folder: Path, keyring: Callable[[], Keyring | None] = system_keyring) -> DeviceKey:
    """The key of `folder`; another one where it is lost, what is left of it put aside. Raises as `load_or_make_key`."""
    try:
        return load_or_make_key(folder, keyring)
    except StationProblem as problem:
        if problem.code not in ("identity.key_unreadable", "identity.key_gone"):
            raise
        log.warning("the station's key is lost; it enrols with another one")
    for name in (KEY_FILE, KEYRING_NOTE):
        with contextlib.suppress(FileNotFoundError):
            (folder / name).replace(folder / f"{name}.{secrets.token_hex(4)}.lost")
    return load_or_make_key(folder, keyring)


def _key_of(text: bytes) -> DeviceKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return DeviceKey(Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True)))


def _new_key() -> DeviceKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return DeviceKey(Ed25519PrivateKey.generate())


def _unreadable(path: Path) -> StationProblem:
    return StationProblem(
        "identity.key_unreadable",
        N_("The station's key {path} cannot be read."),
        N_("Give this program the right to read it, or enrol the station again with a new code."),
        path=path,
    )


def _name_in_keyring(public_text: str) -> str:
    return f"device key {hashlib.sha256(public_text.encode()).hexdigest()[:16]}"


def _read_note(folder: Path) -> dict[str, str] | None:
    path = folder / KEYRING_NOTE
    try:
        plain = json.loads(path.read_bytes())
        return {"public_key": str(plain["public_key"]), "run": str(plain["run"])}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        if (folder / KEY_FILE).exists():
            return None  # the key itself is here: it moves anew
        raise _unreadable(path) from error


def _key_of_keyring(folder: Path, note: dict[str, str], ring: Keyring | None) -> DeviceKey:
    try:
        told = None if ring is None else ask(ring, _name_in_keyring(note["public_key"]))
        key = None if told is None else _key_of(told.encode())
    except KeyringSilent as error:
        raise StationProblem(
            "identity.keyring_silent",
            N_("The keyring with the station's key does not open."),
            N_("Unlock the keyring of this user; work goes on, and it is tried again."),
        ) from error
    except ValueError as error:
        raise _unreadable(folder / KEYRING_NOTE) from error
    if key is None or key.public_text != note["public_key"]:
        raise StationProblem(
            "identity.key_gone",
            N_("The keyring does not hold the station's key."),
            N_("Sign in to the computer as the user who enrolled it, or enrol the station again with a new code."),
        )
    return key


def _move(folder: Path, key: DeviceKey, note: dict[str, str] | None, ring: Keyring, run: str) -> None:
    """Put the key into the keyring; once a later run has got it back from there, take the file away."""
    name = _name_in_keyring(key.public_text)
    try:
        if note is None or note["public_key"] != key.public_text or ask(ring, name) != key.private_text.decode():
            keep(ring, name, key.private_text.decode())
            plain = {"public_key": key.public_text, "run": run}
            _keep_private(folder / KEYRING_NOTE, json.dumps(plain).encode())
        elif note["run"] != run:
            (folder / KEY_FILE).unlink()
            sync_folder(folder)
            log.info("the station's key is in the keyring; its file was removed")
    except KeyringSilent:
        return  # it stays in the file, which says so
    except OSError as error:
        log.info("the key's file was not removed: %s", error.strerror)


@dataclass(frozen=True)
class Enrolment:
    """What the centre gave this station: who it is, where its centre is, and the epoch then."""

    identity: StationIdentity
    centre_url: str
    epoch: str


def enrolment_from_reply(reply: dict[str, Any], centre_url: str) -> Enrolment:
    """Read the centre's answer to an enrolment; raises ValueError when it is none."""
    number = reply.get("number")
    texts = (reply.get("code"), reply.get("site"), reply.get("epoch"))
    if (
        not is_uuid(reply.get("station_id"))
        or not isinstance(number, int)
        or not 0 <= number <= 999
        or not all(isinstance(text, str) for text in texts)
    ):
        raise ValueError("not an enrolment")
    key = base64.b64decode(str(reply.get("random_check_key", "")), validate=True)
    identity = StationIdentity(str(reply["station_id"]), str(reply["code"]), number, str(reply["site"]), key)
    return Enrolment(identity, centre_url, str(reply["epoch"]))


def keep_enrolment(folder: Path, enrolment: Enrolment) -> None:
    """Keep the enrolment in `folder` for good; raises StationProblem ``identity.unwritable``."""
    identity = enrolment.identity
    plain = {
        "station_id": identity.station_id,
        "code": identity.code,
        "number": identity.number,
        "site": identity.site,
        "random_check_key": base64.b64encode(identity.random_check_key).decode(),
        "centre_url": enrolment.centre_url,
        "epoch": enrolment.epoch,
    }
    _keep_private(folder / ENROLMENT_FILE, json.dumps(plain, ensure_ascii=False, indent=1).encode())


def load_enrolment(folder: Path) -> Enrolment | None:
    """The enrolment kept in `folder`; None when the station is not enrolled.

    Raises:
        StationProblem: ``identity.enrolment_unreadable``.
    """
    path = folder / ENROLMENT_FILE
    try:
        plain = json.loads(path.read_bytes())
        return enrolment_from_reply(plain, str(plain["centre_url"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StationProblem(
            "identity.enrolment_unreadable",
            N_("The station's enrolment {path} cannot be read."),
            N_("Enrol the station again with a new code; what waits here stays kept."),
            path=path,
        ) from error


def _keep_private(path: Path, data: bytes) -> None:
    """Write a private file: readable by its owner alone, on the disk with its name when this returns."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, data, replace=True, mode=PRIVATE)
    except OSError as error:
        raise StationProblem(
            "identity.unwritable",
            N_("The station cannot keep its key in {folder}: {reason}"),
            N_("Make room on the disk, or give this program the right to write there."),
            folder=path.parent,
            reason=error.strerror or str(error),
        ) from error
