"""A CUPS of its own for tests: its own folder, port, user and queues; the system's is never touched.

Its queues end in a folder: a job becomes ``N.job`` (what a printer would get) and ``N.options`` there.
"""

from __future__ import annotations

import grp
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PPD = Path(__file__).parent / "data" / "printers" / "label.ppd"
NOBODY = 65534
STARTERS = ("/usr/lib/cups/daemon/cups-exec", "/usr/libexec/cups/daemon/cups-exec")
STARTS_WITHIN = 10.0  # seconds

# Waits while there is a file "empty", as a printer without labels does, and says so.
BACKEND = """#!/bin/sh
[ $# = 0 ] && exit 0
[ "$DEVICE_URI" = breaks: ] && { cat > /dev/null; exit 1; }
out="${DEVICE_URI#store:}"
echo "$5" > "$out/$1.options"
if [ -n "$6" ]; then cat "$6"; else cat; fi > "$out/$1.part"
if [ -e "$out/empty" ]; then
    echo "STATE: +media-empty-error" >&2
    while [ -e "$out/empty" ]; do sleep 0.05; done
    echo "STATE: -media-empty-error" >&2
fi
mv "$out/$1.part" "$out/$1.job"
"""

FILES = """ServerRoot {home}/root
ServerBin {home}/bin
DataDir {home}/data
DocumentRoot {home}/data
RequestRoot {home}/spool
TempDir {home}/tmp
CacheDir {home}/cache
StateDir {home}/state
ErrorLog {home}/log/error
AccessLog {home}/log/access
PageLog {home}/log/page
SystemGroup {group}
Sandboxing relaxed
"""

DAEMON = """Listen 127.0.0.1:{port}
Listen {home}/sock
Browsing Off
DefaultAuthType None
WebInterface No
LogLevel warn
IdleExitTimeout 0
PreserveJobHistory Yes
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""

TYPES = "application/pdf pdf string(0,%PDF)\napplication/octet-stream\napplication/vnd.cups-raw string(0,<1B>@)\n"

RAW, DRIVER, ELSEWHERE = "raw-labels", "driver-labels", "raw-elsewhere"
BROKEN_BACKEND, BROKEN_FILTER = "broken-backend", "broken-filter"
"""Queues that give every job up."""

BREAKS = """#!/bin/sh
exit 1
"""

QUEUES = """<DefaultPrinter {raw}>
DeviceURI store:{home}/out
State Idle
Accepting Yes
</DefaultPrinter>
<Printer {driver}>
DeviceURI store:{home}/out
MakeModel Test Label Driver
State Idle
Accepting Yes
</Printer>
<Printer {elsewhere}>
DeviceURI ipp://127.0.0.1:9/printers/other
State Idle
Accepting Yes
</Printer>
<Printer {broken_backend}>
DeviceURI breaks:
State Idle
Accepting Yes
ErrorPolicy abort-job
</Printer>
<Printer {broken_filter}>
DeviceURI store:{home}/out
MakeModel Test Label Driver
State Idle
Accepting Yes
ErrorPolicy abort-job
</Printer>
"""


def cupsd() -> str | None:
    """The daemon's program, where it is installed."""
    if sys.platform == "win32" or not any(Path(path).is_file() for path in STARTERS):
        return None
    return shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class CupsServer:
    """A running CUPS; `place` is where `PrintService` finds it, `socket` the same by its file, `out` its paper."""

    def __init__(self, program: str) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="station-cups-"))
        self.out = self._home / "out"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.place, self.socket = f"127.0.0.1:{port}", str(self._home / "sock")
        self._write(port)
        as_root = os.getuid() == 0  # CUPS does not want to print as root
        if as_root:
            for path in (self._home, *self._home.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        files, daemon = (str(self._home / "root" / name) for name in ("cups-files.conf", "cupsd.conf"))
        self._process = subprocess.Popen(
            [program, "-f", "-c", daemon, "-s", files],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}),  # type: ignore[call-overload]
        )  # fmt: skip
        self._until_it_listens(port)

    def _write(self, port: int) -> None:
        home = self._home
        for name in ("root/ppd", "bin/backend", "bin/filter", "bin/daemon", "data/mime", "spool", "tmp", "cache",
                     "state", "log", "out"):  # fmt: skip
            (home / name).mkdir(parents=True)
        names = {"home": home, "port": port, "raw": RAW, "driver": DRIVER, "elsewhere": ELSEWHERE,
                 "broken_backend": BROKEN_BACKEND, "broken_filter": BROKEN_FILTER}  # fmt: skip
        group = grp.getgrgid(NOBODY if os.getuid() == 0 else os.getgid()).gr_name
        for name, text in (("cups-files.conf", FILES), ("cupsd.conf", DAEMON), ("printers.conf", QUEUES)):
            (home / "root" / name).write_text(text.format(**names, group=group), encoding="utf-8")
        (home / "root" / "printers.conf").chmod(0o600)
        shutil.copyfile(PPD, home / "root" / "ppd" / f"{DRIVER}.ppd")
        (home / "data" / "mime" / "mime.types").write_text(TYPES, encoding="utf-8")
        (home / "data" / "mime" / "mime.convs").write_text("", encoding="utf-8")
        ppd = PPD.read_text(encoding="utf-8")
        (home / "root" / "ppd" / f"{BROKEN_FILTER}.ppd").write_text(ppd.replace('0 -"', '0 breaks"'), encoding="utf-8")
        for program, text in (("backend/store", BACKEND), ("backend/breaks", BACKEND), ("filter/breaks", BREAKS)):
            path = home / "bin" / program
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
        # CUPS starts everything through a small program of its own.
        starter = next(path for path in STARTERS if Path(path).is_file())
        shutil.copy2(starter, home / "bin" / "daemon")
        home.chmod(0o755)

    def _until_it_listens(self, port: int) -> None:
        def listens() -> bool:
            assert self._process.poll() is None, f"cupsd ended: {self.log()}"
            with socket.socket() as trial:
                return trial.connect_ex(("127.0.0.1", port)) == 0

        assert until(listens, STARTS_WITHIN), f"cupsd does not listen: {self.log()}"

    def log(self) -> str:
        """What the daemon complained about."""
        log = self._home / "log" / "error"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""

    def printed(self, count: int) -> list[bytes]:
        """What came out, in order; waits for `count` jobs, and gives what there is when they do not come."""
        until(lambda: len(self._jobs()) >= count, 10)
        return [path.read_bytes() for path in self._jobs()]

    def options(self) -> list[str]:
        """How each printed job was to be printed."""
        return [path.with_suffix(".options").read_text(encoding="utf-8") for path in self._jobs()]

    def _jobs(self) -> list[Path]:
        return sorted(self.out.glob("*.job"), key=lambda path: int(path.stem))

    def clear(self) -> None:
        """Take the paper away."""
        for path in self.out.iterdir():
            path.unlink()

    def stop(self) -> None:
        """End the daemon, and only it; remove its folder."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        shutil.rmtree(self._home, ignore_errors=True)


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether `true` comes about within `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
