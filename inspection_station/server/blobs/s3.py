"""Photos in a bucket of an S3 store. An object is there whole or not at all; it counts only when it was checked.

The SHA-256 goes with every upload, so that the store refuses bytes that changed on the way. It then has to answer
with a checksum of what it keeps: the MD5 that S3 calls ETag, compared with our own. A store that encrypts answers with
something else; then the object is read back and hashed. Two instances that send one photo at once do no harm: who
comes second finds it there, and checks it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from inspection_station.protocol.messages import is_sha256
from inspection_station.server.blobs.store import DAMAGED, PhotoAbsent, PhotoStoreDown, checked_name, has_hash

CONNECT = timedelta(seconds=3)
_MD5 = re.compile(r'"?([0-9a-f]{32})"?')


@dataclass(frozen=True)
class Bucket:
    """Where the photos are.

    Attributes:
        prefix: what the names of all objects begin with. endpoint: "" for Amazon's of the region.
        seconds: the longest that one request may take; a store that is slower counts as down.
    """

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""
    seconds: float = 20.0


class S3Photos:
    """`store.PhotoStore` in a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        options: dict[str, Any] = {"region": bucket.region, "checksum_algorithm": "sha256", "conditional_put": "etag"}
        if bucket.endpoint:
            options |= {"endpoint": bucket.endpoint, "virtual_hosted_style_request": False}
        if bucket.access_key:
            options |= {"access_key_id": bucket.access_key, "secret_access_key": bucket.secret_key}
        limit = timedelta(seconds=bucket.seconds)
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix.strip("/") or None,
            client_options={"timeout": limit, "connect_timeout": min(CONNECT, limit),
                            "allow_http": bucket.endpoint.startswith("http://")},
            retry_config={"max_retries": 2, "retry_timeout": limit,
                          "backoff": {"init_backoff": timedelta(milliseconds=100),
                                      "max_backoff": timedelta(seconds=1), "base": 2}},
            **options,
        )  # fmt: skip

    def has(self, sha256: str) -> bool:
        """See `PhotoStore`."""
        key = _key(sha256)
        with _asking():
            try:
                obstore.head(self._store, key)
            except (NotFoundError, FileNotFoundError):
                return False
        return True

    def read(self, sha256: str) -> bytes:
        """See `PhotoStore`."""
        key = _key(sha256)
        with _asking():
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except (NotFoundError, FileNotFoundError) as error:
                raise PhotoAbsent(sha256) from error

    def names(self) -> Iterator[str]:
        """See `PhotoStore`."""
        with _asking():
            pages = obstore.list(self._store)
        while True:
            with _asking():
                page = next(pages, None)
            if page is None:
                return
            for found in page:
                name = found["path"].rpartition("/")[2]
                if is_sha256(name):
                    yield name

    def verify(self, sha256: str) -> bool:
        """See `PhotoStore`."""
        try:
            return has_hash(self.read(sha256), sha256)
        except PhotoAbsent:
            return False

    def publish(self, sha256: str, written: Path) -> None:
        """See `PhotoStore`."""
        self.keep(sha256, written.read_bytes())
        written.unlink(missing_ok=True)

    def keep(self, sha256: str, data: bytes) -> None:
        """See `PhotoStore`; what is under the name already stays when it is this photo, and is replaced when not."""
        key = _key(sha256)
        if not has_hash(data, sha256):
            raise ValueError("the bytes are not this photo's")
        try:
            self._put(key, data, sha256, "create")
        except AlreadyExistsError:
            if not self.verify(sha256):
                self._put(key, data, sha256, "overwrite")

    def remove(self, sha256: str) -> None:
        """See `PhotoStore`."""
        self._delete(_key(sha256))

    def set_aside(self, sha256: str) -> None:
        """See `PhotoStore`."""
        key = _key(sha256)
        try:
            with _asking():
                obstore.copy(self._store, key, key + DAMAGED)
        except (NotFoundError, FileNotFoundError):
            return
        self._delete(key)

    def _put(self, key: str, data: bytes, sha256: str, mode: Any) -> None:
        with _asking(AlreadyExistsError):
            answered = obstore.put(self._store, key, data, mode=mode, use_multipart=False)
        found = _MD5.fullmatch(answered["e_tag"] or "")
        if found and found[1] == hashlib.md5(data, usedforsecurity=False).hexdigest():
            return
        if not self.verify(sha256):
            self._delete(key)
            raise PhotoStoreDown("the store keeps other bytes than it was sent")

    def _delete(self, key: str) -> None:
        with _asking():
            try:
                obstore.delete(self._store, key)
            except (NotFoundError, FileNotFoundError):
                return


def _key(sha256: str) -> str:
    return f"{checked_name(sha256)[:2]}/{sha256}"


@contextmanager
def _asking(*passing: type[Exception]) -> Iterator[None]:
    """Turn whatever the store's library raises into `PhotoStoreDown`, but for absence and what is `passing`."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise PhotoStoreDown("the access key is not taken") from error
    except (BaseError, OSError, ValueError) as error:
        if isinstance(error, passing):
            raise
        raise PhotoStoreDown(_reason(error)) from error


def _reason(error: Exception) -> str:
    """The first line of a fault, without addresses and signatures that it may quote."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return re.sub(r"https?://\S+", "…", text)[:200]
