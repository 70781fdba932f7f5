"""Writing a file so that after a power cut it is whole or not there: beside it, synced, renamed, folder synced."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def durable_file(target: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file to write; it becomes `target` when the block ends well, and leaves nothing when it does not.

    Raises:
        FileExistsError: `target` exists (before the block is entered) and `replace` is False.
        OSError: from the file system; nothing of the new content is left then.
    """
    if not replace and target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        if not replace and target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        os.replace(partial, target)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def write_durably(target: Path, content: bytes, *, replace: bool = False) -> None:
    """Make `content` the file `target`; raises as `durable_file` does."""
    with durable_file(target, replace=replace) as handle:
        handle.write(content)


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk before going on; Windows does that with the rename."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
