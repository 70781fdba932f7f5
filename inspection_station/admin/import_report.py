"""What both commands that import expected returns share: their options, and how the outcome is told."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from inspection_station.admin.command_line import OK, PROBLEM, print_json, printed_progress
from inspection_station.domain.lists import TradeLists
from inspection_station.domain.returns import ExpectedReturn, return_to_json
from inspection_station.durable_files import write_durably
from inspection_station.errors import N_, StationProblem
from inspection_station.i18n import translate

if TYPE_CHECKING:
    from inspection_station.workflows.import_mapping import ImportMapping
    from inspection_station.workflows.table_files import Progress, RowFault

SHOWN_FAULTS = 20


class ReturnsReport(Protocol):
    """What became of a file of expected returns, at a bench or at the centre."""

    @property
    def rows(self) -> int: ...
    @property
    def taken(self) -> int: ...
    @property
    def new(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def bad_rows(self) -> int: ...
    @property
    def faults(self) -> tuple[RowFault, ...]: ...
    @property
    def first(self) -> tuple[ExpectedReturn, ...]: ...
    @property
    def unusable(self) -> bool: ...


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, ``--mapping``, ``--preview`` and ``--errors-to``."""
    parser.add_argument("file", type=Path, metavar="FILE", help=translate("CSV, XLSX or JSON file"))
    parser.add_argument(
        "--mapping", type=Path, metavar="YAML", help=translate("which of our fields stands in which of its columns")
    )
    parser.add_argument("--preview", "--dry-run", action="store_true", help=translate("say what would come, take none"))
    parser.add_argument(
        "--errors-to", type=Path, metavar="CSV", help=translate("write the rows that are not right there, to correct")
    )


def mapping_of(arguments: argparse.Namespace, lists: TradeLists) -> ImportMapping | None:
    """The mapping asked for; raises DataFileProblem with file, line and key."""
    from inspection_station.workflows.returns_import import load_mapping

    return load_mapping(arguments.mapping, lists) if arguments.mapping else None


def reading_progress(arguments: argparse.Namespace) -> Progress:
    """Tells how far the reading is, unless a script asks."""

    def progress(done: int, total: int) -> None:
        if not arguments.json:
            printed_progress(done, total, translate("reading"))

    return progress


def told_fault(fault: RowFault) -> dict[str, Any]:
    """A fault for a script."""
    return {"line": fault.line, "column": fault.column, "fault": translate(fault.fault, **fault.values)}


def print_faults(faults: Sequence[RowFault]) -> None:
    """The first faults, one a line."""
    for fault in faults[:SHOWN_FAULTS]:
        told = translate(fault.fault, **fault.values)
        print(translate("  line {line}, {column}: {fault}", line=fault.line, column=fault.column, fault=told))
    if len(faults) > SHOWN_FAULTS:
        print(translate("  … and {n} more", n=len(faults) - SHOWN_FAULTS))


def tell_returns(arguments: argparse.Namespace, report: ReturnsReport, mapping: ImportMapping | None) -> int:
    """Print what became of the file, write the bad rows where asked; the exit code."""
    if arguments.errors_to and report.bad_rows:
        _write_errors(arguments, report, mapping)
    if arguments.json:
        told: dict[str, Any] = {
            "preview": arguments.preview, "rows": report.rows, "taken": 0 if arguments.preview else report.taken,
            "new": report.new, "changed": report.changed - report.new, "unchanged": report.unchanged,
            "bad_rows": report.bad_rows, "faults": [told_fault(fault) for fault in report.faults],
        }  # fmt: skip
        print_json({**told, "first": [return_to_json(one) for one in report.first]} if arguments.preview else told)
        return PROBLEM if report.faults else OK
    counts = {"new": report.new, "changed": report.changed - report.new, "unchanged": report.unchanged}
    if report.unusable:
        print(translate("Nothing was taken; the file is not right as a whole:"))
    else:
        print(
            translate("Preview, nothing is taken: {rows} rows, {bad} of them not right.", rows=report.rows,
                      bad=report.bad_rows)
            if arguments.preview
            else translate("{rows} rows read, {bad} of them not right.", rows=report.rows, bad=report.bad_rows)
        )  # fmt: skip
        print(translate("Returns: {new} new, {changed} changed, {unchanged} as they were.", **counts))
    if arguments.preview:
        for one in report.first:
            _print_return(one)
    if report.faults:
        print_faults(report.faults)
    if arguments.errors_to and report.bad_rows:
        print(translate("The rows that are not right are in {path}.", path=arguments.errors_to))
    return PROBLEM if report.faults else OK


def _print_return(one: ExpectedReturn) -> None:
    print(f"  {one.return_number}  {one.kind}  {' '.join(one.tracking_numbers)}  {one.reason}  {one.refund_due}")
    for line in one.lines:
        print(f"    {line.line}. {line.sku}  {line.name_zh}  {line.variant}  ×{line.quantity}  {line.unit_price}")


def _write_errors(arguments: argparse.Namespace, report: ReturnsReport, mapping: ImportMapping | None) -> None:
    from inspection_station.workflows.returns_import import refused_as_csv

    try:
        write_durably(arguments.errors_to, refused_as_csv(arguments.file, mapping, report.faults), replace=True)
    except OSError as error:
        raise StationProblem(
            "import.errors_unwritable",
            N_("The file {path} cannot be written: {reason}"),
            N_("Choose another place with --errors-to."),
            path=arguments.errors_to,
            reason=error.strerror or str(error),
        ) from error
