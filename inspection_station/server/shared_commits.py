"""Writing transactions of several requests on one commit, where one writer at a time may write (SQLite).

A commit waits for the disk for as long as everything else takes together. Those that come meanwhile go with the next
one: each under a savepoint, so that what fails of one leaves the others as they are. PostgreSQL does this by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

MOST_AT_ONCE = 16  # requests on one commit

_Result = TypeVar("_Result")


@dataclass
class _Turn:
    work: Callable[[Connection], Any]
    result: Any = None
    error: BaseException | None = None
    done: bool = False


@dataclass
class SharedCommits:
    """Does work in the writing transactions of `engine`."""

    engine: Engine
    _waiting: list[_Turn] = field(default_factory=list)
    _queue: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def do(self, work: Callable[[Connection], _Result]) -> _Result:
        """What `work` returns, after the commit; raises what it raises, or why the commit failed."""
        turn = _Turn(work)
        with self._queue:
            self._waiting.append(turn)
        while not turn.done:
            with self._writing:  # the first to come here writes for all that wait
                if not turn.done:
                    self._write()
        if turn.error is not None:
            raise turn.error
        result: _Result = turn.result
        return result

    def _write(self) -> None:
        with self._queue:
            turns, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        try:
            with self.engine.begin() as connection:
                for turn in turns:
                    _do_one(connection, turn, alone=len(turns) == 1)
                if len(turns) == 1 and turns[0].error is not None:
                    raise turns[0].error
        except BaseException as error:
            for turn in turns:
                turn.error = turn.error or error
        finally:
            for turn in turns:
                turn.done = True


def _do_one(connection: Connection, turn: _Turn, *, alone: bool) -> None:
    if not alone:
        connection.exec_driver_sql("SAVEPOINT turn")
    try:
        turn.result = turn.work(connection)
    except BaseException as error:
        turn.error = error
        if not alone:
            connection.exec_driver_sql("ROLLBACK TO turn")
    if not alone:
        connection.exec_driver_sql("RELEASE turn")
