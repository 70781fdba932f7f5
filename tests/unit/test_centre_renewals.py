"""The read tables follow the records: marked with them, renewed right after, by whoever reads if nobody did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from centre_cases import in_process_centre, inspection_events, line_of
from sqlalchemy import Connection

from inspection_station.server import inspections, ledger, renewals, search
from inspection_station.server.centre import Centre
from inspection_station.server.tables import inspection, renewal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = in_process_centre(tmp_path)
    yield made
    made.close()


def counts(centre: Centre) -> tuple[int, int]:
    """How many inspections are shown, and how many marks wait."""
    with centre.database.reader.connect() as connection:
        shown, waiting = (sa.select(sa.func.count()).select_from(table) for table in (inspection, renewal))
        return connection.scalar(shown) or 0, connection.scalar(waiting) or 0


def take(centre: Centre, number: int = 1) -> str:
    """Take an inspection's records without renewing; its id."""
    events = inspection_events(number=number, tracking_number=f"SF{number:013d}")
    ledger.take(centre, "s", [line_of(event) for event in events], renew=False)
    return events[0].inspection_id


def test_an_ack_leaves_a_mark_and_whoever_reads_sees_the_record(centre: Centre) -> None:
    name = take(centre)
    assert counts(centre) == (0, 1)
    assert [found["id"] for found in search.find_inspections(centre, "SF0000000000001")] == [name]
    assert counts(centre) == (1, 0)


def test_marks_outlive_the_process(tmp_path: Path) -> None:
    first = in_process_centre(tmp_path)
    name = take(first)
    first.close()
    again = in_process_centre(tmp_path)
    renewals.Renewing(again).run()
    assert counts(again) == (1, 0) and search.tell_inspection(again, name)
    again.close()


def test_several_batches_of_an_inspection_are_computed_once(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[str] = []
    plain = inspections.renew

    def renew(connection: Connection, ids: list[str], now: str) -> None:
        renewed.extend(ids)
        plain(connection, ids, now)

    monkeypatch.setattr(inspections, "renew", renew)
    for event in inspection_events():
        ledger.take(centre, "s", [line_of(event)], renew=False)
    renewals.bring_up_to_date(centre)
    assert len(renewed) == 1 and counts(centre) == (1, 0)


def test_many_inspections_are_renewed_in_parts_so_that_writers_come_between(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 48):
        take(centre, number)
    sizes: list[int] = []
    plain = inspections.renew

    def renew(connection: Connection, ids: list[str], now: str) -> None:
        sizes.append(len(ids))
        plain(connection, ids, now)

    monkeypatch.setattr(inspections, "renew", renew)
    renewals.Renewing(centre).run()
    assert sizes == [20, 20, 7] and counts(centre) == (47, 0)


@pytest.mark.expects_log("inspections are renewed later")
def test_a_database_that_is_away_leaves_the_marks_for_the_next_time(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(centre)

    def renew(*_anything: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, OSError("disk full"))

    with monkeypatch.context() as away:
        away.setattr(inspections, "renew", renew)
        renewals.Renewing(centre).run()
    assert counts(centre) == (0, 1)
    renewals.Renewing(centre).run()
    assert counts(centre) == (1, 0)
