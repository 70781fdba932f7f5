"""The figures of the house as this station knows them: one reading of its database, for the page of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from inspection_station.custody.figures import (
    Drift,
    Figures,
    Period,
    PersonMonth,
    Share,
    Totals,
    VendorDefects,
    Waiting,
    drifts,
)
from inspection_station.custody.vendor_feedback import VendorFeedback, vendor_feedback
from inspection_station.domain.custody.acts import ActKind
from inspection_station.storage.database import Database
from inspection_station.storage.tables import custody


@dataclass(frozen=True)
class FiguresAsked:
    """Which figures: of `period`, against `earlier` (as long, and as far in its day), vendors in `vendors` against
    `vendors_before`. Pace and missing photos cost the most and are counted of `closely`, the end of the period."""

    period: Period
    earlier: Period
    vendors: Period
    vendors_before: Period
    closely: Period
    closely_earlier: Period


@dataclass(frozen=True)
class HouseFigures:
    """What was counted; see `custody.figures`. `earlier` and `seconds_earlier` are of the time compared with;
    `incomplete` of the units that were `looked_at` closely; `stations` are the benches of the last days."""

    totals: Totals
    earlier: int
    seconds_each: int | None
    seconds_earlier: int | None
    incomplete: int
    looked_at: int
    by_hour: Mapping[str, int]
    reasons: Sequence[Share]
    dispositions: Sequence[Share]
    recovered: Mapping[str, tuple[int, int]]
    vendors: Sequence[VendorDefects]
    waiting: Waiting
    stations: Sequence[str]


@dataclass(frozen=True)
class PeopleFigures:
    """What only leads see: each person's months, how their grades lie to all others', and what buyers stated against
    what was found."""

    months: Sequence[PersonMonth]
    drifts: Mapping[tuple[str, str], Drift]
    stated_and_found: Sequence[tuple[str, str, int]]


class StoredFigures:
    """Counts on the station's database; slow for many items, so never on the thread of the window."""

    def __init__(self, database: Database) -> None:
        self._database, self._figures = database, Figures(custody)

    def of_the_house(self, asked: FiguresAsked) -> HouseFigures:
        """All of them as of one moment."""
        count = self._figures
        with self._database.reading() as connection:
            whole = count.overview(connection, asked.period)
            return HouseFigures(
                totals=whole.totals,
                earlier=count.units(connection, asked.earlier),
                seconds_each=count.seconds_each(connection, asked.closely),
                seconds_earlier=count.seconds_each(connection, asked.closely_earlier),
                incomplete=count.incomplete(connection, asked.closely),
                looked_at=count.units(connection, asked.closely),
                by_hour=count.by_hour(connection, asked.period),
                reasons=whole.reasons,
                dispositions=whole.dispositions,
                recovered=whole.recovered,
                vendors=count.vendors(connection, asked.vendors, asked.vendors_before),
                waiting=count.waiting(connection),
                stations=count.stations(connection, replace(asked.vendors, station="")),
            )

    def of_people(self, months: Period, period: Period) -> PeopleFigures:
        """Each person's `months`, and the stated reasons of `period`."""
        with self._database.reading() as connection:
            return PeopleFigures(
                self._figures.people(connection, months),
                drifts(self._figures.grades(connection, months)),
                self._figures.stated_and_found(connection, period),
            )

    def vendor(self, vendor: str, period: Period) -> VendorFeedback:
        """What one vendor is told of its goods."""
        with self._database.reading() as connection:
            return vendor_feedback(custody, connection, vendor, period)

    def shift_began(self, station: str, after: str, otherwise: str) -> str:
        """When the running shift began: at the last hand-over of a shift at `station` after `after`, else the time
        `otherwise`."""
        act = custody.act.c
        query = sa.select(sa.func.max(act.at)).where(
            act.kind == ActKind.SHIFT_HANDED_OVER.value, act.station == station, act.at > after
        )
        with self._database.reading() as connection:
            return str(connection.scalar(query) or otherwise)
