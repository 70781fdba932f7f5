"""A disk whose power can be cut: ext4 in a file, on a loop device, shut down by an ioctl as root.

What the file system had not written through by then is gone after the next mount, journal and data alike. A process
that is killed loses nothing of that kind, so that ``kill -9`` shows none of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

SHUT_DOWN = 0x8004587D  # FS_IOC_SHUTDOWN, linux/fs.h: _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2  # not even the journal's last entries are written
MEGABYTES = 192


class Disk:
    """A disk of its own, mounted at `folder`; raises OSError where this machine cannot have one."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder
        folder.mkdir(parents=True, exist_ok=True)
        with image.open("wb") as file:
            file.truncate(MEGABYTES * 1024 * 1024)
        self._run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
        self.mount()

    def mount(self) -> None:
        """Put the disk in; the file system repairs itself from its journal."""
        self._run("mount", "-o", "loop", str(self.image), str(self.folder))

    def cut(self, working: subprocess.Popen[bytes]) -> None:
        """Take its power, and that of the process that works on it: whoever is without power says nothing any more.

        The process is stopped first and killed afterwards. A sync that the cut falls into may come back well without
        its data, since the rest of the machine runs on; nobody must hear of that.
        """
        import fcntl

        working.send_signal(signal.SIGSTOP)

        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUT_DOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)
            working.kill()

    def unmount(self) -> None:
        """Take the disk out; whoever used it must have ended."""
        for _ in range(50):
            try:
                self._run("umount", str(self.folder))
                return
            except OSError:
                time.sleep(0.1)
        self._run("umount", "-l", str(self.folder))

    @staticmethod
    def _run(*words: str) -> None:
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode:
            raise OSError(f"{words[0]}: {done.stderr.decode(errors='replace').strip()}")


@cache
def why_not() -> str:
    """Why no power can be cut here; empty when it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "cutting the power of a disk needs Linux and root"
    if not shutil.which("mkfs.ext4") or not shutil.which("mount"):
        return "there is no mkfs.ext4"
    trial = Path(f"/tmp/power-cut-{os.getpid()}")
    try:
        trial.mkdir()
        disk = Disk(trial / "image", trial / "disk")
        with subprocess.Popen(["sleep", "60"]) as working:
            disk.cut(working)
        disk.unmount()
    except OSError as error:
        return f"no disk can be mounted here: {error}"
    finally:
        shutil.rmtree(trial, ignore_errors=True)
    return ""
