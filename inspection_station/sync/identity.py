"""Who this station is to the centre: its Ed25519 key and what the enrolment gave it, in its data folder.

The private key lies in a file that only its owner may read. It never leaves the machine and is never logged.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspection_station.durable_files import PRIVATE, write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.protocol.messages import is_uuid, signed_bytes
from inspection_station.workflows.ports import StationIdentity

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # loaded with the key

KEY_FILE = "device_key"
ENROLMENT_FILE = "enrolment.json"


class DeviceKey:
    """The station's Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_text(self) -> str:
        """The public key as base64, as the centre keeps it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, method: str, target: str, body_sha256: str, station_id: str, nonce: str, epoch: str) -> str:
        """The signature of one request, base64 (PROTOCOL.md 2)."""
        message = signed_bytes(method, target, body_sha256, station_id, nonce, epoch)
        return base64.b64encode(self._key.sign(message)).decode()


def load_or_make_key(folder: Path) -> DeviceKey:
    """The key kept in `folder`, made there first when there is none.

    Raises:
        StationProblem: ``identity.key_unreadable`` or ``identity.unwritable``.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / KEY_FILE
    try:
        raw = base64.b64decode(path.read_bytes(), validate=True)
        return DeviceKey(Ed25519PrivateKey.from_private_bytes(raw))
    except FileNotFoundError:
        key = Ed25519PrivateKey.generate()
    except (OSError, ValueError) as error:
        raise StationProblem(
            "identity.key_unreadable",
            N_("The station's key {path} cannot be read."),
            N_("Give this program the right to read it, or enrol the station again with a new code."),
            path=path,
        ) from error
    _keep_private(path, base64.b64encode(key.private_bytes_raw()))
    return DeviceKey(key)


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
