"""The centre's database on PostgreSQL through psycopg 3: several instances of the centre may share it.

A commit is answered only after it is on the disk, so that a server which does not promise that is refused. What a
backup, a failover or another server could have lost is told by the server's identity and its timeline (the number that
PostgreSQL raises whenever a standby takes over or a copy is put back): when either is another one than before, the
database begins a new life, and stations offer all they sent.
"""

from __future__ import annotations

import select
import uuid
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
import sqlalchemy
from psycopg import errors as refusals
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from inspection_station.errors import N_, StationProblem

OLDEST = 140000  # the first version with everything that is used here and still maintained
CONNECT_SECONDS = 10
CONNECTIONS = 10
GLANCES = 4  # connections that ask single questions
MORE_CONNECTIONS = 20  # of either kind, when many ask at once
TRIES = 6  # of a transaction that PostgreSQL calls off because of another one

_Result = TypeVar("_Result")

# A standby is no primary yet: it has no timeline of its own.
_IDENTITY = (
    "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || "
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
)


class _Connection(psycopg.Connection[Any]):
    """A connection that keeps its prepared statements after reading: psycopg forgets them all with a rollback."""

    def rollback(self) -> None:
        """End the transaction; where nothing but reading was allowed, a commit does the same."""
        if self.read_only and self.info.transaction_status == TransactionStatus.INTRANS:
            self.commit()
        else:
            super().rollback()


def postgres_engines(url: str) -> tuple[Engine, Engine, Engine]:
    """The writer, the reader and the glance at `url`.

    Writer and reader share a pool; a reader sees one state of everything until it ends. A glance asks one question
    outside any transaction, which spares two of three trips and what it costs to switch a connection over.
    """
    lives: set[str] = set()
    writer = _engine(url, lives, CONNECTIONS, MORE_CONNECTIONS)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    return writer, reader, _engine(url, lives, GLANCES, MORE_CONNECTIONS, **alone)


def _engine(url: str, lives: set[str], connections: int, more: int, **options: Any) -> Engine:
    """A pool of its own; `lives` are the servers that answered so far."""
    engine = sqlalchemy.create_engine(
        url,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "inspection-station centre",
            "target_session_attrs": "read-write",  # of several hosts, the one that is no standby
        },
        pool_size=connections,
        max_overflow=more,
        pool_timeout=20,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, arguments: Any, named: Any) -> _Connection:
        if engine in _ENDED:
            raise psycopg.OperationalError("the centre has given its database back")
        return _Connection.connect(*arguments, **named)

    @event.listens_for(engine, "checkout")
    def _is_alive(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
        # What lies unused has nothing to read, unless the server said goodbye; asking it would cost a round trip.
        if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
            raise sqlalchemy.exc.DisconnectionError

    @event.listens_for(engine, "checkin")
    def _too_late(connection: psycopg.Connection[Any] | None, _record: object) -> None:
        if connection is not None and engine in _ENDED:
            connection.close()  # its pool is given up, and nobody would

    @event.listens_for(engine, "connect")
    def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('synchronous_commit')")
            if cursor.fetchone() == ("off",):
                cursor.execute("SET synchronous_commit = on")  # changed since the centre began
            cursor.execute(_IDENTITY)
            [identity] = cursor.fetchone() or ("",)
            if lives and identity not in lives:  # another server answers than the one this centre began with
                begin_new_life_if_other(cursor, identity)
            lives.add(identity)

    return engine


_ENDED: WeakSet[Engine] = WeakSet()


def end_for_good(*engines: Engine) -> None:
    """Nothing is borrowed from these any more; what a thread still holds is closed when it comes back."""
    _ENDED.update(engines)


def begin_new_life_if_other(cursor: Any, identity: str) -> bool:
    """Make a new epoch when the database was last used on another server or timeline; once by several instances."""
    cursor.execute("UPDATE fact SET value = %s WHERE name = 'cluster' AND value <> %s", (identity, identity))
    if cursor.rowcount != 1:
        return False
    cursor.execute("UPDATE fact SET value = %s WHERE name = 'epoch'", (str(uuid.uuid4()),))
    # Another server counts its transactions anew; what was told there is older than all that is told here.
    cursor.execute("UPDATE feed_item SET xid = 0 WHERE xid <> 0")
    cursor.execute("UPDATE outgoing_event SET xid = 0 WHERE xid <> 0")
    return True


def note_server(connection: Connection) -> bool:
    """Note on which server the database lives; whether it is another one than before, and the epoch a new one."""
    identity = str(connection.exec_driver_sql(_IDENTITY).scalar())
    cursor = connection.connection.cursor()
    cursor.execute("INSERT INTO fact (name, value) VALUES ('cluster', %s) ON CONFLICT DO NOTHING", (identity,))
    return begin_new_life_if_other(cursor, identity)


def check_server(connection: Connection) -> None:
    """Make sure that the server keeps what it says it has kept, and can hold every text.

    Raises:
        StationProblem: ``centre.database_forgets``, ``centre.database_too_old`` or ``centre.database_encoding``.
    """

    def setting(name: str) -> str:
        """As the server, the database and the user set it, whatever this connection did."""
        return str(connection.exec_driver_sql(f"SELECT reset_val FROM pg_settings WHERE name = '{name}'").scalar())

    if int(setting("server_version_num")) < OLDEST:
        raise StationProblem(
            "centre.database_too_old",
            N_("PostgreSQL {version} is too old for the centre."),
            N_("Use PostgreSQL 14 or newer."),
            version=setting("server_version"),
        )
    if setting("server_encoding") != "UTF8":
        raise StationProblem(
            "centre.database_encoding",
            N_("The centre's PostgreSQL database is encoded in {encoding} and cannot hold every text."),
            N_("Make the database anew with the encoding UTF8."),
            encoding=setting("server_encoding"),
        )
    forgets = [name for name in ("synchronous_commit", "fsync", "full_page_writes") if setting(name) == "off"]
    if forgets:
        raise StationProblem(
            "centre.database_forgets",
            N_("PostgreSQL is set so that it may lose what was stored when the power fails: {setting} is off."),
            N_("Set {setting} to on in PostgreSQL and start the centre again."),
            setting=", ".join(forgets),
        )


def unreachable(url: str, error: Exception) -> StationProblem:
    """The sentence about a PostgreSQL that cannot be used, without the password."""
    reason = str(getattr(error, "orig", None) or error).strip().replace("\n", " ")
    shown = "PostgreSQL"
    try:
        parts = make_url(url)
        host = parts.query.get("host") or parts.host or ""
        shown = f"postgresql://{host}/{parts.database or ''}"
        for secret in (parts.password, parts.query.get("password")):
            reason = reason.replace(str(secret), "***") if secret else reason
    except (sqlalchemy.exc.ArgumentError, ValueError):
        reason = "the address cannot be read"
    return StationProblem(
        "centre.database_unreachable",
        N_("The centre cannot use the database {address}: {reason}"),
        N_("Check that PostgreSQL runs, that the address is right and that its user may make tables there."),
        address=shown,
        reason=reason,
    )


def retried(engine: Engine, work: Callable[[Connection], _Result]) -> _Result:
    """What `work` returns, done in one transaction of its own; anew when the database calls that off (deadlock)."""
    for left in reversed(range(TRIES)):
        try:
            with engine.begin() as connection:
                return work(connection)
        except sqlalchemy.exc.DBAPIError as error:
            if not left or not isinstance(error.orig, refusals.SerializationFailure | refusals.DeadlockDetected):
                raise
    raise AssertionError("the last try returns or raises")
