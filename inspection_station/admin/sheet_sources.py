"""What ``inspection-station sheet`` prints: the station's own people, totes and items, a CSV file, or the demo's."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import data_folder_of, settings_of
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import localised, translate

if TYPE_CHECKING:
    from inspection_station.documents.paper.badge_card import BadgeCard
    from inspection_station.documents.paper.contents import HandoverRow
    from inspection_station.domain.lists import TradeLists
    from inspection_station.domain.people import Role
    from inspection_station.workflows.ports import Tote

SAMPLE_ROWS = 24
MOST_ITEMS = 10_000  # of the newest that are looked through for what lies in a tote


def lists_in_force(arguments: argparse.Namespace) -> TradeLists:
    """The trade's lists at this station, or the shipped ones."""
    from inspection_station.locations import resources
    from inspection_station.workflows.rule_book import RULES, RULES_IN_FORCE, rule_book_or_shipped

    folder = data_folder_of(settings_of(arguments))
    return rule_book_or_shipped(resources(), folder / RULES, folder / RULES_IN_FORCE)[0].lists


def station_code(arguments: argparse.Namespace) -> str:
    """The bench's code; empty until the station is enrolled."""
    from inspection_station.sync.identity import load_enrolment

    enrolment = load_enrolment(data_folder_of(settings_of(arguments)))
    return enrolment.identity.code if enrolment else ""


def totes(arguments: argparse.Namespace, *, needed: bool = True) -> list[Tote]:
    """The totes to print: the demo's, or the station's stored ones, of these the codes given with ``--totes``.

    Without station data none, unless they are `needed`.

    Raises:
        StationProblem: ``station.no_data``, ``tote.unknown``.
    """
    from inspection_station.admin.demo_people import demo_totes
    from inspection_station.admin.stored_desk import stored_database
    from inspection_station.domain.identifiers import recognise
    from inspection_station.storage.database import FILE_NAME
    from inspection_station.storage.reference import StoredReference
    from inspection_station.workflows.ports import Tote

    wanted = [recognise(code).text for code in arguments.totes or ()]
    if arguments.sample is not None:
        known = [Tote(one.code, one.slot, one.disposition, one.vendor_name) for one in demo_totes()]
    else:
        folder = data_folder_of(settings_of(arguments))
        if not needed and not wanted and not (folder / FILE_NAME).is_file():
            return []
        with stored_database(folder) as database:
            known = StoredReference(database).totes()
    if not wanted:
        return known
    by_code = {tote.code: tote for tote in known}
    for code in wanted:
        if code not in by_code:
            raise StationProblem(
                "tote.unknown",
                N_("The station knows no tote {code}."),
                N_("Without --totes all of its totes are printed."),
                code=code,
            )
    return [by_code[code] for code in wanted]


def role_word(role: Role) -> str:
    """A role in words."""
    words = {"inspector": N_("Inspector"), "lead": N_("Shift lead"), "administrator": N_("Administrator"),
             "dispute_desk": N_("Dispute desk")}  # fmt: skip
    return translate(words[role.value])


def badge_cards(arguments: argparse.Namespace) -> list[BadgeCard]:
    """The cards to print: the demo's people, those of ``--people``, or whose badges were given with ``--badge``.

    Raises:
        StationProblem: ``badge.whose`` when none of these was given, ``badge.unknown``, ``people.unreadable``,
            ``people.row``, ``badge.*``.
    """
    from inspection_station.admin.demo_people import demo_people
    from inspection_station.documents.paper.badge_card import BadgeCard

    if arguments.sample is not None:
        return [
            BadgeCard(one.name, one.name_en, role_word(one.role), one.number, one.badge, practice=True)
            for one in demo_people()
            if not arguments.badge or one.badge in arguments.badge
        ]
    house = settings_of(arguments).station.site_name
    if arguments.people is not None:
        return _cards_of_file(arguments.people, house)
    if arguments.badge:
        return _cards_of_stored(arguments, arguments.badge, house)
    raise StationProblem(
        "badge.whose",
        N_("The station keeps no badge that could be printed, only its fingerprint."),
        N_("Give the badges with --badge, or a CSV file with --people."),
    )


def _cards_of_stored(arguments: argparse.Namespace, badges: Sequence[str], house: str) -> list[BadgeCard]:
    """Cards of stored people, found by their badges."""
    from inspection_station.admin.stored_desk import stored_database
    from inspection_station.documents.paper.badge_card import BadgeCard
    from inspection_station.domain.identifiers import normalise
    from inspection_station.domain.people import holder
    from inspection_station.storage.reference import StoredReference

    with stored_database(data_folder_of(settings_of(arguments))) as database:
        people = StoredReference(database).people()
    cards = []
    for place, badge in enumerate(badges, 1):
        person = holder(people, normalise(badge))
        if person is None:
            raise StationProblem(
                "badge.nobodys",
                N_("Nobody at this station has badge number {place} of those given."),
                N_("Sync the station first, or print it with --people."),
                place=place,
            )
        text = normalise(badge)
        cards.append(BadgeCard(person.name, person.name_en, role_word(person.role), person.number, text, house))
    return cards


def _cards_of_file(path: Path, house: str) -> list[BadgeCard]:
    """Cards of a CSV file: badge, name, name_en, role, number."""
    from inspection_station.documents.paper.badge_card import BadgeCard
    from inspection_station.domain.identifiers import normalise
    from inspection_station.domain.people import Role
    from inspection_station.workflows.table_files import CellFault, RowFault, read_table_file, rows_of

    faults: list[RowFault] = []
    cards = []
    for row in rows_of(read_table_file(path), ("badge", "name"), faults):
        try:
            role = Role(row.one_of("role", [one.value for one in Role], Role.INSPECTOR.value))
            badge = normalise(row.text("badge", longest=64, needed=True))
            name, name_en = row.text("name", longest=100), row.text("name_en", longest=100)
            cards.append(BadgeCard(name, name_en, role_word(role), row.text("number", longest=40), badge, house))
        except CellFault as fault:
            faults.append(RowFault(row.line, fault.column, fault.fault, fault.values))
        except StationProblem as problem:
            faults.append(RowFault(row.line, "badge", problem.what, problem.values))
    if faults:
        first = faults[0]
        raise StationProblem(
            "people.row",
            N_("{file}, line {line}, {column}: {fault}"),
            N_("The columns are badge, name, name_en, role, number; nothing was written."),
            file=path.name,
            line=first.line,
            column=first.column,
            fault=translate(first.fault, **first.values),
        )
    return cards


def sample_rows(count: int) -> tuple[HandoverRow, ...]:
    """`count` items of the demo's returns, under numbers that no real case can have."""
    from inspection_station.admin.demo_returns import DEMO_DAY, demo_returns
    from inspection_station.data_files import load_yaml
    from inspection_station.documents.paper.contents import HandoverRow
    from inspection_station.domain.identifiers import rt_number
    from inspection_station.domain.lists import parse_lists
    from inspection_station.domain.money import Money
    from inspection_station.locations import resources

    lists = parse_lists(load_yaml(resources() / "rules" / "lists.yaml"))
    lines = [(one, line) for one in demo_returns() for line in one["lines"]]
    rows = []
    for place in range(count):
        one, line = lines[place % len(lines)]
        defect = list(lists.words["defects"].values())[place % len(lists.words["defects"])]
        severity = list(lists.words["severities"].values())[place % 3]
        rows.append(
            HandoverRow(
                rt_number(DEMO_DAY, 0, place + 1),
                str(line["sku"]),
                localised({"zh": str(line["name_zh"]), "en": str(line["name_en"])}),
                str(line["variant"]),
                "BCD"[place % 3],
                f"{localised(defect.texts)}·{localised(severity.texts)}",
                localised(lists.word("reasons", str(one["reason"])).texts),
                Money(int(line["unit_price_minor"]), str(line["currency"])),
            )
        )
    return tuple(rows)


def stored_rows(arguments: argparse.Namespace, codes: Sequence[str]) -> tuple[HandoverRow, ...]:
    """The stored items that were scanned into one of the totes `codes`, the oldest first."""
    from inspection_station.admin.stored_desk import stored_desk
    from inspection_station.station.handover_rows import handover_row
    from inspection_station.workflows.case import load_case
    from inspection_station.workflows.ports import HistoryFilter

    settings = settings_of(arguments)
    rows: list[HandoverRow] = []
    with stored_desk(settings, data_folder_of(settings)) as (desk, _clock):
        lines = desk.store.history(HistoryFilter(), MOST_ITEMS)
        for inspection_id in dict.fromkeys(line.inspection_id for line in reversed(lines)):
            case = load_case(desk, inspection_id)
            rows += [
                handover_row(desk, case, item, item.tote)
                for item in case.inspection.items
                if item.tote in codes and item.decision is not None
            ]
    return tuple(rows)
