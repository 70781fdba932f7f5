#!/usr/bin/env python3
"""Sets up, runs and tests this checkout, with nothing on the machine but Python 3.11 or later.

    python installers/bootstrap.py setup     make .venv with the locked packages (a second time: nothing to do);
                                             with --ocr also what reads printed numbers where no code can be read
    python installers/bootstrap.py run       open the station with demo data; without a screen, the same demo in files
    python installers/bootstrap.py test      check the layers and run the tests (more arguments go to pytest)
    python installers/bootstrap.py lint      ruff and mypy
    python installers/bootstrap.py bench     measure, each figure beside its floor
    python installers/bootstrap.py soak      the random and fault tests with their full counts
    python installers/bootstrap.py doctor    say what this machine has and lacks

Packages come from where pip gets them: PIP_INDEX_URL, pip's configuration files, SSL_CERT_FILE and proxies hold.
Every package is checked against the hashes of requirements/development.lock. uv does the work when it is there.
Nothing is written in the checkout but .venv and tools' caches.

Exit codes: 0 done · 1 set-up failed · 2 usage · 3 Python is too old · 4 system libraries are missing ·
otherwise that of the program that was started.
"""

# Only the standard library, and nothing a Python 3.9 could not read: it has to say that it is too old.
from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import venv

from fetch_pip import NoPip, pip_configuration, pip_wheel

NEEDED = (3, 11)
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(PROJECT, ".venv")
LOCK = os.path.join(PROJECT, "requirements", "development.lock")
TEXT_READING_LOCK = os.path.join(PROJECT, "requirements", "ocr.lock")
STAMP = os.path.join(ENVIRONMENT, "inspection-station-stamp.json")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(ENVIRONMENT, "Scripts" if WINDOWS else "bin", "python.exe" if WINDOWS else "python")
MADE_BY = 1  # raise it when an environment of an older bootstrap must be made anew

# Shared libraries that PySide6 and pyzbar load, with the Debian package of each (Debian 12, 13, Ubuntu 22.04 on).
ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0", "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1",
    "libzbar.so.0": "libzbar0", "libpulse.so.0": "libpulse0",
}  # fmt: skip
X11_WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}  # fmt: skip
WAYLAND_WINDOW = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0"}

CHINESE = any(os.environ.get(name, "").lower().startswith("zh") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))


class Stop(Exception):
    """Ends the run with one sentence and an exit code."""

    def __init__(self, english: str, chinese: str, code: int = 1) -> None:
        super().__init__(chinese if CHINESE else english)
        self.code = code


def say(english: str, chinese: str) -> None:
    """One sentence to the person, in the shell's language."""
    print(chinese if CHINESE else english, file=sys.stderr, flush=True)


def right_python(arguments: list[str]) -> None:
    """Go on with a Python that is new enough and not the one inside .venv; stop when there is none."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    inside = os.path.realpath(sys.prefix) == os.path.realpath(ENVIRONMENT)
    if sys.version_info >= NEEDED and not inside:
        return
    names = [base] if inside else [shutil.which("python3.%d" % minor) for minor in (13, 12, 11, 14)]
    check = "import sys, venv; sys.exit(sys.version_info < %r)" % (NEEDED,)
    for name in names:
        if name and subprocess.call([name, "-c", check], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            sys.exit(subprocess.call([name, os.path.abspath(__file__), *arguments]))
    raise Stop(
        "Python 3.11 or later is needed and this is %s; install it, then run the same command with it."
        % platform.python_version(),
        "需要 Python 3.11 或更高版本，这里是 %s；请安装后用它再运行同一命令。" % platform.python_version(),
        3,
    )


def has_screen() -> bool:
    """Whether a window can open here."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def missing_libraries(window: bool) -> dict[str, str]:
    """Shared libraries that cannot be loaded, with the package of each."""
    wanted = dict(ALWAYS)
    if window:
        wanted.update(X11_WINDOW if os.environ.get("DISPLAY") else WAYLAND_WINDOW)
    missing = {}
    for soname, package in wanted.items():
        try:
            ctypes.CDLL(soname)
        except OSError:
            missing[soname] = package
    return missing


def ensure_libraries(window: bool) -> None:
    """Install what is missing when we may, else stop with the one line that would."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_libraries(window)
    if not missing:
        return
    packages = " ".join(missing.values())
    install = "apt-get install -y --no-install-recommends " + packages
    if not shutil.which("apt-get"):
        names = ", ".join(missing)
        raise Stop(
            "System libraries are missing; install the packages of your system that hold " + names + ".",
            "缺少系统库；请安装系统中包含以下库的软件包：" + names + "。",
            4,
        )
    if os.geteuid() != 0:
        line = "sudo " + install if shutil.which("sudo") else install
        as_root = "" if shutil.which("sudo") else " as root"
        raise Stop(
            "System libraries are missing; install them%s with: %s" % (as_root, line),
            "缺少系统库；请%s运行：%s" % ("以 root 身份" if as_root else "", line),
            4,
        )
    say("Installing system libraries: " + packages, "正在安装系统库：" + packages)
    for command in ("apt-get update", install):
        done = subprocess.run(
            command.split(), env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        if done.returncode:
            print("\n".join(done.stdout.splitlines()[-15:]), file=sys.stderr)
            raise Stop("“%s” failed; its last lines stand above." % command, "“%s”失败；最后几行见上。" % command, 4)
    still = missing_libraries(window)
    if still:
        names = ", ".join(still)
        raise Stop("Still missing after the installation: " + names, "安装后仍然缺少：" + names, 4)


# -- the environment ---------------------------------------------------------------------------------------------


def expected_stamp() -> dict[str, object]:
    """What an environment that is ready for this checkout says of itself."""
    with open(LOCK, "rb") as handle:
        lock = hashlib.sha256(handle.read()).hexdigest()
    return {"lock": lock, "python": platform.python_version(), "checkout": PROJECT, "made_by": MADE_BY}


def is_ready() -> bool:
    """Whether .venv was made to its end for this checkout, lock and Python."""
    try:
        with open(STAMP, encoding="utf-8") as handle:
            return bool(json.load(handle) == expected_stamp()) and os.path.exists(PYTHON)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def one_at_a_time():
    """Two runs at once must not build the same .venv; the lock lies outside the checkout."""
    user = "windows" if WINDOWS else os.getuid()
    name = "inspection-station-%s-%s.lock" % (user, hashlib.sha256(PROJECT.encode()).hexdigest()[:16])
    with open(os.path.join(tempfile.gettempdir(), name), "a+b") as handle:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make .venv unless it is ready. One that was left half made, or made for another lock, is made anew."""
    if is_ready():
        return
    with one_at_a_time():
        if is_ready():
            return
        began = time.monotonic()
        if os.path.lexists(ENVIRONMENT):
            say("Making .venv anew: it is not finished or not for this version.", "重新建立 .venv：未完成或不适用。")
            shutil.rmtree(ENVIRONMENT)
        say("Setting up .venv with the locked packages (about 300 MB) …", "正在建立 .venv（软件包约 300 MB）…")
        venv.EnvBuilder(with_pip=False, symlinks=not WINDOWS).create(ENVIRONMENT)
        install(LOCK)
        add_checkout()
        partial = STAMP + ".part"
        with open(partial, "w", encoding="utf-8") as handle:
            json.dump(expected_stamp(), handle)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(partial, STAMP)
        seconds = time.monotonic() - began
        say("Set up in %.0f s." % seconds, "已建立，用时 %.0f 秒。" % seconds)


def install(lock: str) -> None:
    """Install what a lock names, with its hashes."""
    if not install_with_uv(lock):
        install_with_pip(lock)


def install_with_uv(lock: str) -> bool:
    """Install by uv when it is there; False when it is not or could not."""
    uv = shutil.which("uv")
    if not uv:
        return False
    # Byte code now, as pip makes it: else the first start compiles everything, and a read-only .venv every start.
    options = ["--quiet", "--compile-bytecode", "--require-hashes", "--no-deps"]
    command = [uv, "pip", "install", *options, "--python", PYTHON, "-r", lock]
    configured = pip_configuration()
    if configured.get("index-url"):
        command += ["--default-index", configured["index-url"]]
    environment = dict(os.environ)
    if configured.get("cert"):
        environment.setdefault("SSL_CERT_FILE", configured["cert"])
    if subprocess.call(command, env=environment) == 0:
        return True
    say("uv could not; trying pip.", "uv 未能完成，改用 pip。")
    return False


def install_with_pip(lock: str) -> None:
    """Install by a pip that runs from its wheel; nothing is installed for pip itself."""
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_USER="0")
        if environment.get("SSL_CERT_FILE"):  # pip before 24.2 does not look at it
            environment.setdefault("PIP_CERT", environment["SSL_CERT_FILE"])
        try:
            wheel = pip_wheel(folder)
        except NoPip as error:
            raise Stop(
                "pip could not be fetched: %s. Behind a company's network set PIP_INDEX_URL and SSL_CERT_FILE." % error,
                "无法获取 pip：%s。公司网络内请设置 PIP_INDEX_URL 和 SSL_CERT_FILE。" % error,
            ) from error
        command = [
            PYTHON, os.path.join(wheel, "pip"), "install", "--no-input", "--no-deps", "--require-hashes",
            "--only-binary", ":all:", "-r", lock,
        ]  # fmt: skip
        if not sys.stderr.isatty():
            command.append("-qq")
        if subprocess.call(command, env=environment):
            raise Stop(
                "The packages could not be installed; pip's words stand above. Behind a company's network set "
                "PIP_INDEX_URL to its mirror and SSL_CERT_FILE to its certificates.",
                "软件包安装失败，pip 的说明见上。公司网络内请设置 PIP_INDEX_URL（镜像）和 SSL_CERT_FILE（证书）。",
            )


def add_checkout() -> None:
    """Let the environment find this checkout, and put the command ``inspection-station`` into it."""
    version = "python%d.%d" % sys.version_info[:2]
    lib = ("Lib", "site-packages") if WINDOWS else ("lib", version, "site-packages")
    with open(os.path.join(ENVIRONMENT, *lib, "inspection-station.pth"), "w", encoding="utf-8") as handle:
        handle.write(PROJECT + "\n")
    folder = os.path.dirname(PYTHON)
    if WINDOWS:
        with open(os.path.join(folder, "inspection-station.cmd"), "w", encoding="utf-8") as handle:
            handle.write('@"%~dp0python.exe" -P -m inspection_station %*\n')
        return
    path = os.path.join(folder, "inspection-station")
    with open(path, "w", encoding="utf-8") as handle:
        handle.write('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -P -m inspection_station "$@"\n')
    os.chmod(path, 0o755)


# -- commands ----------------------------------------------------------------------------------------------------


def program(*arguments: str, **variables: str) -> int:
    """Run the environment's Python in the checkout; returns its exit code."""
    return subprocess.call([PYTHON, *arguments], cwd=PROJECT, env=dict(os.environ, **variables))


def prepare(window: bool = False) -> None:
    """Libraries, then environment."""
    ensure_libraries(window)
    make_environment()


def setup(arguments: list[str]) -> int:
    """Make everything ready; ``--ocr`` adds the reading of printed numbers."""
    prepare(has_screen())
    if "--ocr" in arguments:
        say("Installing text reading (about 120 MB) …", "正在安装文字识别（约 120 MB）…")
        install(TEXT_READING_LOCK)
    say("Ready: “make run” opens the station, “make test” tests it.", "已就绪：“make run”打开工作站，“make test”测试。")
    return 0


def run(arguments: list[str]) -> int:
    """Open the station with demo data; without a screen run the same demo into files."""
    prepare(has_screen())
    if has_screen():
        return program("-m", "inspection_station", "run", "--demo", *arguments)
    out = demo_folder()
    say(
        "There is no screen here, so the demo runs on a virtual one; its pictures and results go to %s" % out,
        "这里没有屏幕，演示在虚拟屏幕上运行；图片和结果在 %s" % out,
    )
    code = program(
        "-m", "inspection_station", "demo", "--headless", "--screens", "--out", out, *arguments,
        QT_QPA_PLATFORM="offscreen",
    )
    if code == 0:
        say("Done. Pictures and results: %s" % out, "完成。图片和结果：%s" % out)
    return code


def demo_folder() -> str:
    """Where the demo without a screen puts its results: the user's state folder, else a temporary one."""
    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    folder = os.path.join(home, "inspection-station", "demo")
    try:
        os.makedirs(folder, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return tempfile.mkdtemp(prefix="inspection-station-demo-")
    return folder


def test(arguments: list[str]) -> int:
    """Check the layers, run the tests; arguments go to pytest."""
    prepare()
    layers = program("-c", "from importlinter.cli import lint_imports_command as lint; lint()") if not arguments else 0
    # One more than there are cores, as many tests wait. A file is one worker's: what its tests share is made once.
    spread = ["-n", str(min((os.cpu_count() or 1) + 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]
    tests = program("-m", "pytest", "-q", *(arguments or spread), QT_QPA_PLATFORM="offscreen")
    return tests or layers


def lint(arguments: list[str]) -> int:
    """ruff, then mypy; both run even when the first complains."""
    prepare()
    return max([program("-m", "ruff", "check", "."), program("-m", "mypy")])


def bench(arguments: list[str]) -> int:
    """Print the figures of tests/benchmarks."""
    prepare()
    return program("-m", "tests.benchmarks", *arguments)


def soak(arguments: list[str]) -> int:
    """Random and fault tests with their full counts; arguments name other tests."""
    prepare()
    full = ("-q", "--soak", "--timeout", "7200", *(arguments or ["tests"]))
    return program("-m", "pytest", *full, QT_QPA_PLATFORM="offscreen", SOAK="1")


def doctor(arguments: list[str]) -> int:
    """Say what is missing, of the system and then of the product."""
    missing = missing_libraries(has_screen()) if sys.platform.startswith("linux") else {}
    if missing:
        names = " ".join(missing.values())
        say("✗ System packages are missing: " + names, "✗ 缺少系统软件包：" + names)
    if not is_ready():
        raise Stop("✗ .venv is not set up; run “setup” first.", "✗ .venv 尚未建立；请先运行“setup”。")
    return program("-m", "inspection_station", "doctor", *arguments)


COMMANDS = {"setup": setup, "run": run, "test": test, "lint": lint, "bench": bench, "soak": soak, "doctor": doctor}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code of the module's description."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        right_python(arguments)
        return COMMANDS[arguments[0]](arguments[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
