"""What leads see of people, for talks about training: agreement in blind checks, what was changed, drift, months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inspection_station.custody.figures import Drift, Period, PersonMonth
from inspection_station.domain.people import Person
from inspection_station.i18n import language, translate
from inspection_station.station.presenting.figures import finding_word, per_mille, percent
from inspection_station.station.presenting.words import Showing, word
from inspection_station.storage.house_figures import PeopleFigures
from inspection_station.workflows.history_wish import HistoryWishFor

MONTHS = 6
DRIFT_LIMIT = 150  # per mille of a person's units with other grades than all the others'
AGREEMENT_LEAST = 900  # per mille of the blind checks
STATED_ROWS = 40


@dataclass(frozen=True)
class PersonRow:
    """One person: totals of the months, agreement in blind checks, drift of the last month, share changed by month;
    `alarms` are the columns beyond a limit."""

    name: str
    units: int
    agreement: str
    changed: str
    drift: str
    months: tuple[str, ...]
    alarms: frozenset[str]
    wish: HistoryWishFor


@dataclass(frozen=True)
class StatedRow:
    """What buyers stated, what was found, and how often."""

    stated: str
    found: str
    units: int


@dataclass(frozen=True)
class PeopleView:
    """The leaf of people; `months` are the names of the months."""

    title: str
    months: tuple[str, ...]
    people: tuple[PersonRow, ...]
    stated: tuple[StatedRow, ...]


def months_before(showing: Showing, count: int = MONTHS) -> Period:
    """The last `count` months with the running one, as UTC has them."""
    day = showing.clock.local(showing.clock.now()).date().replace(day=1)
    for _ in range(count - 1):
        day = (day - timedelta(days=1)).replace(day=1)
    return Period(f"{day:%Y-%m}-01T00:00:00.000Z", "9999")


def people_view(showing: Showing, counted: PeopleFigures, known: Mapping[str, Person], months: Period) -> PeopleView:
    """The leaf; `known` are the people of the station by id. Made of what was read, so on any thread."""
    names = _names(months)
    by_person: dict[str, dict[str, PersonMonth]] = {}
    for one in counted.months:
        by_person.setdefault(one.person, {})[one.month] = one
    people = [_person(person, courses, counted.drifts, known, names, months) for person, courses in by_person.items()]
    stated = tuple(
        StatedRow(
            word(showing.desk, "reasons", reason) if reason else translate("None stated"),
            finding_word(showing, finding) if finding else translate("Nothing wrong"), units,
        )
        for reason, finding, units in counted.stated_and_found[:STATED_ROWS]
    )  # fmt: skip
    return PeopleView(
        translate("People, {n} months", n=MONTHS), tuple(_month(name) for name in names),
        tuple(sorted(people, key=lambda one: (-one.units, one.name))), stated,
    )  # fmt: skip


def _names(months: Period) -> list[str]:
    year, month = int(months.since[:4]), int(months.since[5:7])
    return [f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02d}" for n in range(MONTHS)]


def _month(name: str) -> str:
    return f"{date(2000, int(name[5:]), 1):%b}" if language() == "en" else f"{int(name[5:])} 月"


def _person(
    person: str, courses: Mapping[str, PersonMonth], drifts: Mapping[tuple[str, str], Drift],
    known: Mapping[str, Person], names: list[str], months: Period,
) -> PersonRow:  # fmt: skip
    units, checked = sum(one.units for one in courses.values()), sum(one.checked for one in courses.values())
    agreed, changed = sum(one.agreed for one in courses.values()), sum(one.changed for one in courses.values())
    drift = drifts.get((person, max(courses)), Drift(0, "", 0))
    who = known.get(person)
    alarms = set()
    if checked and per_mille(agreed, checked) < AGREEMENT_LEAST:
        alarms.add("agreement")
    if drift.share > DRIFT_LIMIT:
        alarms.add("drift")
    agreement = f"{percent(per_mille(agreed, checked), digits=0)} · {agreed} / {checked}" if checked else "—"
    told = f"{percent(drift.share, digits=0)} · {drift.grade} {drift.by / 10:+.0f}".replace("-", "−")
    return PersonRow(
        (who.name if who and language() != "en" else who.name_en if who else "") or person, units, agreement,
        percent(per_mille(changed, units)), told if drift.share else "—",
        tuple(_changed(courses.get(name)) for name in names), frozenset(alarms),
        HistoryWishFor(months.since, months.until, person=person),
    )  # fmt: skip


def _changed(month: PersonMonth | None) -> str:
    return percent(per_mille(month.changed, month.units)) if month else "—"
