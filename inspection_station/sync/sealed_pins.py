"""PIN hashes sealed with a secret of this device's key: a copied database gives nobody anything to guess at."""

from __future__ import annotations

import base64
import os

from inspection_station.sync.identity import DeviceKey

PURPOSE = "pins"
_NONCE = 12  # bytes


class PinSeal:
    """AES-256-GCM under a key derived from the device's; bound to the person, so that no seal fits another."""

    def __init__(self, key: DeviceKey) -> None:
        self._secret = key.secret(PURPOSE)

    def close(self, person_id: str, pin_hash: str) -> str:
        """The sealed form of a hash, base64."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        whole = AESGCM(self._secret).encrypt(nonce, pin_hash.encode(), person_id.encode())
        return base64.b64encode(nonce + whole).decode()

    def open(self, person_id: str, sealed: str) -> str:
        """The hash again; empty when it was sealed on another device or for somebody else."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            whole = base64.b64decode(sealed, validate=True)
            return AESGCM(self._secret).decrypt(whole[:_NONCE], whole[_NONCE:], person_id.encode()).decode()
        except (InvalidTag, ValueError):
            return ""
