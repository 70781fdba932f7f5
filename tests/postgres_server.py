"""A real PostgreSQL for the tests: made in a temporary folder, reached by a Unix socket there, ended afterwards.

Mark a test or a module `both_databases` and every centre that `centre_cases.in_process_centre` makes in it stands once
on SQLite and once on PostgreSQL, each folder with a database of its own.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from left_behind import folder_of_this_run

PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))[::-1])
LONGEST_START = 60  # seconds
SETTINGS = (
    "listen_addresses=''",
    "max_connections=120",
    "shared_buffers=64MB",
    "log_min_messages=fatal",
    "autovacuum=off",
    "dynamic_shared_memory_type=mmap",  # in its folder, so that it goes with it however it ends
)


class NoPostgres(Exception):
    """Why there can be no PostgreSQL here."""


def program(name: str) -> str:
    """Where a program of PostgreSQL is; raises NoPostgres."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(PROGRAM_FOLDERS))
    if found is None:
        raise NoPostgres(f"there is no {name} here")
    return found


def _user() -> tuple[str | None, int | None]:
    """As whom PostgreSQL runs: it refuses to run as root."""
    if os.geteuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return name, pwd.getpwnam(name).pw_gid
    raise NoPostgres("PostgreSQL does not run as root, and there is nobody else")


@dataclass
class PostgresServer:
    """A running server. `on_disk`: its data lie on a disk, not in memory where there is such a place."""

    on_disk: bool = False
    options: tuple[str, ...] = ()
    folder: Path = field(init=False)
    made: int = 0
    shared: str = ""

    def start(self) -> PostgresServer:
        """Make and start it; raises NoPostgres where that cannot be."""
        memory = Path("/dev/shm")
        place = str(memory) if memory.is_dir() and not self.on_disk else None
        self.folder = folder_of_this_run("is-pg", place)
        name, group = _user()
        if name is not None and group is not None:
            os.chown(self.folder, pwd.getpwnam(name).pw_uid, group)
            self.folder.chmod(0o755)
        self._as: dict[str, object] = {} if name is None else {"user": name, "group": group, "extra_groups": ()}
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "centre", "-E", "UTF8", "-N",
                  "--locale=C.UTF-8")  # fmt: skip
        self.run()
        return self

    def run(self) -> None:
        """Start the server over its data, which are there."""
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, *self.options))
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-t", str(LONGEST_START), "-l", str(self.folder / "log"),
            "-o", f"{options} -k {self.folder}", "start",
        )  # fmt: skip

    def halt(self, how: str = "immediate") -> None:
        """Stop the server; ``immediate`` is as a kill: nothing is written any more."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", how, "stop")

    def _run(self, *command: str) -> None:
        ran = subprocess.run(  # type: ignore[call-overload]
            [program(command[0]), *command[1:]], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=LONGEST_START * 2,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, **self._as,
        )  # fmt: skip
        if ran.returncode:
            raise NoPostgres(f"{command[0]} failed: {ran.stdout[-500:]}")

    def url(self, database: str, user: str = "centre") -> str:
        """The address of one of its databases, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[sa.Row[tuple[object, ...]]]:
        """Say one thing to it, outside of any transaction."""
        engine = sa.create_engine(self.url(database), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result.all()) if result.returns_rows else []

    def new_database(self) -> str:
        """The address of a database that is empty."""
        self.made += 1
        self.execute(f"CREATE DATABASE centre_{self.made} TEMPLATE template0")
        return self.url(f"centre_{self.made}")

    def new_schema(self) -> str:
        """The address of an empty schema in a database that many share: as good as a database of its own."""
        if not self.shared:
            self.shared = self.new_database()
        self.made += 1
        name = sa.make_url(self.shared).database or ""
        self.execute(f"CREATE SCHEMA tenant_{self.made}", name)
        return f"{self.shared}&options=-csearch_path%3Dtenant_{self.made}"

    def stop(self) -> None:
        """End it and take away all it left."""
        with contextlib.suppress(NoPostgres, subprocess.TimeoutExpired):
            self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Databases:
    """Which database a centre stands on, by its data folder: always SQLite, or one of a server for each folder."""

    server: PostgresServer | None = None
    of: dict[Path, str] = field(default_factory=dict)

    def url(self, folder: Path) -> str:
        """What to hand `open_centre` for the centre in `folder`; "" is SQLite."""
        if self.server is None:
            return ""
        if folder not in self.of:
            self.of[folder] = self.server.new_schema()
        return self.of[folder]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL for all tests of this run; skips where there can be none."""
    server = PostgresServer()
    try:
        server.start()
    except NoPostgres as error:
        shutil.rmtree(getattr(server, "folder", Path("/nowhere")), ignore_errors=True)
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(autouse=True)  # else pytest forgets that a marked test wants it
def centre_databases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Databases:
    """The databases of this test's centres; `both_databases` asks for it once with each kind."""
    if request.node.get_closest_marker("both_databases") is None:
        return Databases()
    import centre_cases

    kind = getattr(request, "param", "sqlite")
    server = request.getfixturevalue("postgres_server") if kind == "postgresql" else None
    databases = Databases(server)
    monkeypatch.setattr(centre_cases, "database_of", databases.url)
    return databases


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "both_databases: runs with the centre on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run marked tests with both kinds."""
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("centre_databases", ["sqlite", "postgresql"], indirect=True)
