"""Writing a file so that after a power cut it is whole or not there: beside it, synced, renamed, folder synced.

The only place of the product that does this. A name that ends in ``.part`` and begins with a dot is a file that is
still being written, or what a program that died left of one; the number in it is that program's process.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600  # its owner alone may read it
READ_ONLY = 0o444  # written once and never changed


def partial_name(name: str) -> str:
    """What the file `name` is called while it is written; another name each time."""
    return f".{name}.{os.getpid()}-{secrets.token_hex(8)}.part"


def sync_parent(target: Path) -> None:
    """Have the name of `target` on the disk before going on."""
    sync_folder(target.parent)


@contextmanager
def durable_file(target: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file to write; it becomes `target` when the block ends well, and leaves nothing when it does not.

    Raises:
        FileExistsError: `target` exists (before the block is entered) and `replace` is False.
        OSError: from the file system; nothing of the new content is left then.
    """
    with (
        _becoming(target, replace, 0o666, os.fsync) as descriptor,
        os.fdopen(descriptor, "wb", closefd=False) as handle,
    ):
        yield handle
    sync_folder(target.parent)


def write_durably(
    target: Path,
    content: bytes,
    *,
    replace: bool = False,
    mode: int = 0o666,
    settle: Callable[[Path], None] = sync_parent,
) -> None:
    """Make `content` the file `target`; raises as `durable_file` does.

    Args:
        mode: who may do what with it; never more than the process's mask allows.
        settle: makes the name durable once the file has it; for a file whose folders are new as well.
    """
    with _becoming(target, replace, mode, os.fsync) as descriptor:
        _write_all(descriptor, content)
    settle(target)


def write_whole(target: Path, content: bytes) -> None:
    """Make `content` the file `target`, whole or not at all, but not durable: for what can be made again."""
    with _becoming(target, True, 0o666, lambda descriptor: None) as descriptor:
        _write_all(descriptor, content)


def keep_under_name(written: Path, target: Path) -> None:
    """Make a file that something else wrote (a database, an upload) durable as `target`, replacing what was there.

    Raises:
        OSError: from the file system; `written` is where it was when the rename did not come about.
    """
    sync_file(written)
    os.replace(written, target)
    sync_folder(target.parent)


@contextmanager
def _becoming(target: Path, replace: bool, mode: int, sync: Callable[[int], None]) -> Iterator[int]:
    """The descriptor of a new file, which takes the name `target` when the block ends well."""
    if not replace:
        _refuse_existing(target)
    partial = target.with_name(partial_name(target.name))
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        try:
            yield descriptor
            sync(descriptor)
        finally:
            os.close(descriptor)
        if not replace:
            _refuse_existing(target)
        os.replace(partial, target)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        written = os.write(descriptor, rest)
        if written <= 0:
            raise OSError(errno.EIO, "the disk took no bytes")
        rest = rest[written:]


def sync_file(path: Path) -> None:
    """Have the file's bytes on the disk before going on."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk before going on; Windows does that with the rename."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
