"""``inspection-station rules``: check a checklist, rule, policy or lists file, and say what it would have moved."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspection_station.admin.command_line import (
    OK,
    PROBLEM,
    Subparsers,
    data_folder_of,
    print_json,
    printed_progress,
    settings_of,
)
from inspection_station.domain.money import Money
from inspection_station.errors import DataFileProblem, N_, StationProblem
from inspection_station.i18n import sentences, translate
from inspection_station.locations import resources
from inspection_station.station.presenting.dry_run import KIND_WORDS, OUTCOME_WORDS, outcome_words
from inspection_station.workflows.rule_book import RULES, Candidate, load_candidate

if TYPE_CHECKING:
    from inspection_station.domain.lists import TradeLists
    from inspection_station.workflows.dry_run import DryRun, ItemMove, OutcomeMove


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rules",
        help=translate("check a rule file, and see what it would have changed"),
        description=translate(
            "For files that may take the place of those in force: checklists, decision tables, policies, lists, "
            "carriers. What kind a file is, is told by its keys. Nothing is changed by either."
        ),
    )
    acts = parser.add_subparsers(dest="act", metavar=translate("ACT"), required=True)
    check = acts.add_parser("check", help=translate("say whether a file is right, or where it is not"))
    run = acts.add_parser("dry-run", help=translate("grade closed inspections again by a file, and say what moves"))
    for act in (check, run):
        act.add_argument("file", type=Path, metavar="FILE", help=translate("the file to check or try"))
    run.add_argument(
        "--since", type=_day, required=True, metavar="DATE",
        help=translate("of inspections closed since that day of the site, like 2026-11-01"),
    )  # fmt: skip
    for act, handler in ((check, check_file), (run, run_dry)):
        act.add_argument("--json", action="store_true", help=translate("print the result for a script"))
        act.set_defaults(handler=handler)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        words = translate("“{text}” is no day; write it like 2026-11-01", text=text[:40])
        raise argparse.ArgumentTypeError(words) from error


def check_file(arguments: argparse.Namespace) -> int:
    """Say whether the file could be put in force; returns `PROBLEM` when it could not."""
    own = data_folder_of(settings_of(arguments)) / RULES
    try:
        candidate, _ = load_candidate(resources(), own, arguments.file)
    except DataFileProblem as problem:
        if not arguments.json:
            raise
        what, to_do = sentences(problem)
        place = {"file": problem.file, "line": problem.line, "key": problem.key}
        print_json({"ok": False, "code": problem.code, **place, "what": what, "to_do": to_do})
        return PROBLEM
    if arguments.json:
        print_json({"ok": True, **_plain_candidate(candidate)})
    else:
        print(translate("{file} is right: {what}", file=arguments.file, what=_candidate_words(candidate)))
    return OK


def run_dry(arguments: argparse.Namespace) -> int:
    """Grade the closed inspections of the station's data again with the file, and print what would have moved."""
    # Here, not above: a check needs no database.
    from inspection_station.admin.stored_desk import stored_database
    from inspection_station.storage.closed_inspections import ClosedInspections
    from inspection_station.workflows.clock import SystemClock
    from inspection_station.workflows.dry_run import closed_inspections, dry_run

    settings = settings_of(arguments)
    folder = data_folder_of(settings)
    candidate, book = load_candidate(resources(), folder / RULES, arguments.file)
    clock = SystemClock(settings.station.time_zone)
    since = clock.start_of_day(arguments.since)
    with stored_database(folder) as database:
        stored = ClosedInspections(database)
        total = stored.count(since)
        words = translate("Grading again")

        def progress(done: int) -> None:
            if done % 50 == 0 or done >= total:
                printed_progress(done, total, words)

        try:
            closed = closed_inspections(stored.events_since(since), stored.returns)
            made = dry_run(book, closed, clock.day_of, progress)
        except (KeyError, ValueError) as error:
            raise StationProblem(
                "rules.unreadable_inspection",
                N_("A stored inspection cannot be read by this program."),
                N_("Update the program; “inspection-station doctor” says what is wrong with the data."),
            ) from error
    if arguments.json:
        print_json({"file": _plain_candidate(candidate), "since": arguments.since.isoformat(), **_plain(made)})
    else:
        for line in _report(made, candidate, arguments.since, book.lists):
            print(line)
    return OK


def _plain_candidate(candidate: Candidate) -> dict[str, Any]:
    return {**asdict(candidate), "path": str(candidate.path)}


def _candidate_words(candidate: Candidate) -> str:
    kind = translate(KIND_WORDS[candidate.kind])
    named = f"{kind} {candidate.category}" if candidate.category else kind
    return translate("{kind}, version {version}", kind=named, version=candidate.version or "-")


def _plain(made: DryRun) -> dict[str, Any]:
    """The result for a script; amounts in minor units and as text."""
    return {
        "inspections": made.inspections,
        "items": made.items,
        "unknown_returns": made.unknown_returns,
        "more_photos": made.more_photos,
        "counts": {
            outcome: [{"from": before, "to": after, "units": units} for (before, after), units in counts.most_common()]
            for outcome, counts in made.counts.items()
        },
        "money": {
            currency: {
                "before_minor": money.before, "after_minor": money.after, "before": str(Money(money.before, currency)),
                "after": str(Money(money.after, currency)),
                "difference": str(Money(money.after - money.before, currency)),
            }
            for currency, money in sorted(made.money.items())
        },
        "moved": [asdict(one) for one in made.moved],
    }  # fmt: skip


def _report(made: DryRun, candidate: Candidate, since: date, lists: TradeLists) -> Iterator[str]:
    yield translate("Dry run of {file}: {what}", file=candidate.path.name, what=_candidate_words(candidate))
    yield translate(
        "{inspections} inspections with {items} items closed since {day}; {moved} items would have moved.",
        inspections=made.inspections, items=made.items, day=since.isoformat(), moved=len(made.moved),
    )  # fmt: skip
    if made.unknown_returns:
        yield translate("Not graded again, their returns are no longer known here: {n}.", n=made.unknown_returns)
    if made.more_photos:
        yield translate("Items of which more photos would have been asked for: {n}.", n=made.more_photos)
    for outcome, counts in made.counts.items():
        if counts:
            yield ""
            yield f"{translate(OUTCOME_WORDS[outcome])}: {counts.total()}"
            for (before, after), units in counts.most_common():
                yield f"  {units:>6}  {outcome_words(lists, outcome, before)} → {outcome_words(lists, outcome, after)}"
    for currency, money in sorted(made.money.items()):
        yield ""
        yield translate(
            "Refunds {currency}: {before} → {after} ({difference})", currency=currency or "-",
            before=Money(money.before, currency), after=Money(money.after, currency),
            difference=Money(money.after - money.before, currency),
        )  # fmt: skip
    if made.moved:
        yield ""
        yield from (_moved(lists, one) for one in made.moved)


def _moved(lists: TradeLists, one: ItemMove) -> str:
    return f"{one.rt_number}  " + " · ".join(_move(lists, move) for move in one.outcomes)


def _move(lists: TradeLists, move: OutcomeMove) -> str:
    before, after = outcome_words(lists, move.outcome, move.before), outcome_words(lists, move.outcome, move.after)
    named = translate(OUTCOME_WORDS[move.outcome])
    return f"{named} {before} → {after} ({move.rule_before or '-'} → {move.rule_after})"
