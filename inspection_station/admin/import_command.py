"""``inspection-station import-returns``: expected returns from a file, at a bench that has no centre.

The same reading as ``central import-returns``. A bench of a centre is told its returns by it and takes no file.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inspection_station.admin.command_line import Subparsers, data_folder_of, settings_of
from inspection_station.admin.import_report import add_import_arguments, mapping_of, reading_progress, tell_returns
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.domain.lists import TradeLists
    from inspection_station.domain.returns import ExpectedReturn
    from inspection_station.workflows.import_mapping import ImportMapping
    from inspection_station.workflows.table_files import Progress, RowFault

PAGE = 500  # returns in one transaction: a bench at work waits no longer than for a page of the feed


@dataclass(frozen=True)
class BenchReport:
    """What became of a file at this bench; see `import_report.ReturnsReport`. `changed` counts the new ones too."""

    rows: int
    taken: int
    changed: int
    new: int
    unchanged: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    first: tuple[ExpectedReturn, ...]
    unusable: bool


def register(subparsers: Subparsers) -> None:
    """Add ``import-returns`` to the command line."""
    text = translate("take expected returns from a file, at a bench without a centre")
    parser = subparsers.add_parser("import-returns", help=text, description=text)
    add_import_arguments(parser)
    parser.add_argument("--json", action="store_true", help=translate("print the result for a script"))
    parser.set_defaults(handler=_import)


def _import(arguments: argparse.Namespace) -> int:
    from inspection_station.locations import resources
    from inspection_station.workflows.rule_book import RULES, RULES_IN_FORCE, rule_book_or_shipped

    folder = data_folder_of(settings_of(arguments))
    book, _problem = rule_book_or_shipped(resources(), folder / RULES, folder / RULES_IN_FORCE)
    mapping = mapping_of(arguments, book.lists)
    report = import_at_bench(
        folder, arguments.file, book.lists, mapping, preview=arguments.preview, progress=reading_progress(arguments)
    )
    return tell_returns(arguments, report, mapping)


def import_at_bench(
    folder: Path,
    source: Path,
    lists: TradeLists,
    mapping: ImportMapping | None,
    *,
    preview: bool,
    progress: Progress,
) -> BenchReport:
    """Take a file into the station of `folder`, also while it runs; whole returns only, a page at a time.

    Raises:
        StationProblem: ``import.has_centre``, or as `read_returns` and the station's database do. When it ends in the
            middle (a full disk), importing again goes on: what is known already is passed over.
    """
    from inspection_station.domain.returns import return_to_json
    from inspection_station.storage.feed import EXPECTED_RETURN, StoredFeed
    from inspection_station.storage.opening import open_database
    from inspection_station.storage.reference import StoredReference
    from inspection_station.sync.identity import load_enrolment
    from inspection_station.workflows.ports import FeedItem
    from inspection_station.workflows.returns_import import MOST_SHOWN, read_returns

    if load_enrolment(folder) is not None:
        raise StationProblem(
            "import.has_centre",
            N_("This bench gets its expected returns from its centre."),
            N_("Import the file there: inspection-station central import-returns."),
        )
    read = read_returns(source, lists, progress, mapping)
    database = open_database(folder, check=False)
    try:
        reference, feed = StoredReference(database), StoredFeed(database)
        known = reference.known_returns([one.id for one in read.returns])
        told = [one for one in read.returns if known.get(one.id) != one]
        new = sum(one.id not in known for one in told)
        for start in range(0, 0 if preview else len(told), PAGE):
            page = [FeedItem(EXPECTED_RETURN, one.id, return_to_json(one)) for one in told[start : start + PAGE]]
            feed.apply_page(*feed.cursor(), page)
    finally:
        database.close()
    return BenchReport(
        rows=read.rows, taken=len(read.returns), changed=len(told), new=new,
        unchanged=len(read.returns) - len(told), bad_rows=read.bad_rows, faults=read.faults,
        first=read.returns[:MOST_SHOWN], unusable=read.unusable,
    )  # fmt: skip
