"""The read tables follow the records: what a batch touched is marked with it, and renewed right after its ack.

An ack promises that a record is durable, applied and visible. Durable are the record and, in the same transaction, the
mark that its inspection is to be renewed; visible it is because everything that reads the read tables first brings up
to date what is marked (`bring_up_to_date`). So that nobody waits for that, `Renewing` does it as soon as a batch is
answered. An inspection of which several batches came meanwhile is computed once, and no sender waits for it.
"""

from __future__ import annotations

import logging
import threading

import sqlalchemy as sa
from sqlalchemy import Connection

from inspection_station.server import inspections
from inspection_station.server.centre import Centre
from inspection_station.server.statements import among, insert_names, lock, put
from inspection_station.server.tables import inspection, renewal

AT_ONCE = 20  # inspections in one transaction: whoever wants to write waits for no more than these
LOOKED_AT = 200  # marks

log = logging.getLogger(__name__)


def mark(connection: Connection, inspection_ids: set[str]) -> None:
    """Note, in the transaction that brings records of these inspections, that they are to be renewed."""
    insert_names(connection, renewal, "inspection_id", inspection_ids)


def bring_up_to_date(centre: Centre) -> None:
    """Renew every inspection of which a record was acknowledged before this call."""
    with centre.database.reader.connect() as connection:
        newest = connection.scalar(sa.select(sa.func.max(renewal.c.key)))
    while newest is not None and _renew_some(centre, newest):
        pass


def _renew_some(centre: Centre, newest: int) -> bool:
    """Renew some of what is marked; whether there may be more, up to mark `newest`."""
    try:
        return centre.database.write(lambda connection: _renew_in(connection, newest, centre.now(), careful=False))
    except sa.exc.OperationalError:
        raise
    except Exception as error:
        log.info("inspections renewed one by one: %s", type(error).__name__)
        return centre.database.write(lambda connection: _renew_in(connection, newest, centre.now(), careful=True))


def _renew_in(connection: Connection, newest: int, now: str, *, careful: bool) -> bool:
    lock(connection, "renewal")  # one instance at a time: another one would compute the same
    oldest = sa.select(renewal.c.key, renewal.c.inspection_id).where(renewal.c.key <= newest)
    marks = connection.execute(oldest.order_by(renewal.c.key).limit(LOOKED_AT)).all()
    chosen = list(dict.fromkeys(row.inspection_id for row in marks))[:AT_ONCE]
    if not chosen:
        return False
    if careful:
        for inspection_id in chosen:
            _renew_alone(connection, inspection_id, now)
    else:
        inspections.renew(connection, sorted(chosen), now)
    done = [row.key for row in marks if row.inspection_id in chosen]
    connection.execute(sa.delete(renewal).where(among(connection, renewal.c.key, done)))
    return True


def _renew_alone(connection: Connection, inspection_id: str, now: str) -> None:
    """Renew one inspection; where that fails for a reason nobody thought of, it is shown as unreadable."""
    try:
        with connection.begin_nested():
            inspections.renew(connection, [inspection_id], now)
    except sa.exc.OperationalError:
        raise
    except Exception as error:
        log.error("inspection %s cannot be shown: %s", inspection_id, type(error).__name__)
        put(connection, inspection, inspections.unreadable_row(connection, inspection_id, now))


class Renewing:
    """Renews what is marked, one caller at a time; whoever comes meanwhile leaves it to that one."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._busy = threading.Lock()
        self._asked = False

    def run(self) -> None:
        """Renew until nothing is marked. Faults of the database are logged: the marks stay for the next time."""
        self._asked = True
        while self._asked and self._busy.acquire(blocking=False):
            try:
                self._asked = False
                bring_up_to_date(self._centre)
            except sa.exc.SQLAlchemyError as error:
                log.warning("inspections are renewed later: %s", getattr(error, "orig", None) or type(error).__name__)
            finally:
                self._busy.release()
